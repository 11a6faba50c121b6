"""Replication: new versions arrive in the destination a while later, with its default retention.

https://docs.aws.amazon.com/AmazonS3/latest/userguide/replication-what-is-isnot-replicated.html
https://docs.aws.amazon.com/AmazonS3/latest/userguide/replication-status.html
"""

import threading
import time

from moto.core.responses import ActionResult
from moto.s3.exceptions import S3ClientError
from moto.s3.models import FakeBucket, FakeKey, S3Backend, s3_backends
from moto.s3.responses import S3Response

from aws.control import control_call
from aws.faults import next_fault
from aws.iam.conditions import as_list
from aws.iam.policies import Decision
from aws.iam.roles import trusts_service
from aws.registry import on_reset
from aws.s3.bucket_policies import bucket_of_arn, decision_for
from aws.s3.objects import put, versions_of
from aws.s3.principals import Principal
from aws.wrapping import wrap

DELAY = {"seconds": 0.0}
LOCK = threading.RLock()

# What the role needs on the source, and on the destination.
# https://docs.aws.amazon.com/AmazonS3/latest/userguide/setting-repl-config-perm-overview.html
ON_SOURCE = ("s3:GetReplicationConfiguration", "s3:ListBucket")
ON_VERSION = ("s3:GetObjectVersionForReplication", "s3:GetObjectVersionAcl", "s3:GetObjectVersionTagging")
ON_REPLICA = ("s3:ReplicateObject", "s3:ReplicateTags")


@control_call
def replicate(seconds: float = -1) -> dict:
    """Sets how many seconds the replication of an object takes. `fail replication` makes the next ones fail."""
    if seconds >= 0:
        DELAY["seconds"] = seconds
    settle()
    return DELAY


@on_reset
def forget():
    DELAY["seconds"] = 0.0


def rules_of(bucket: FakeBucket) -> list[dict]:
    configuration = getattr(bucket, "replication", None) or {}
    return [rule for rule in as_list(configuration.get("Rule", [])) if rule.get("Status") == "Enabled"]


def prefix_of(rule: dict) -> str:
    return (rule.get("Filter") or {}).get("Prefix") or rule.get("Prefix") or ""


def rule_for(bucket: FakeBucket, key: FakeKey) -> dict | None:
    # A replica is not replicated again, nor what was there before the configuration.
    if getattr(key, "replication_status", None) == "REPLICA" or key.last_modified < bucket.replication["since"]:
        return None
    return next((rule for rule in rules_of(bucket) if key.name.startswith(prefix_of(rule))), None)


def settle():
    """Replicates what is due, of every bucket. Called before each request to S3."""
    with LOCK:
        buckets = [b for accounts in list(s3_backends.values()) for b in list(accounts["aws"].buckets.values())]
        for bucket in [b for b in buckets if isinstance(b, FakeBucket) and rules_of(b)]:
            for key in versions_of(bucket):
                settle_version(bucket, key)


def settle_version(bucket: FakeBucket, key: FakeKey):
    status = getattr(key, "replication_status", None)
    if status is None:
        rule = rule_for(bucket, key)
        if rule is None:
            return
        key.replication_status, key.replicated_at, key.replication_rule = "PENDING", time.time() + DELAY["seconds"], rule
    if key.replication_status == "PENDING" and key.replicated_at <= time.time():
        key.replication_status = outcome(bucket, key, key.replication_rule)


def outcome(bucket: FakeBucket, key: FakeKey, rule: dict) -> str:
    destination = bucket_of_arn(rule["Destination"]["Bucket"])
    if next_fault("replication") or destination is None or not destination.is_versioned or not may_replicate(bucket, key, destination):
        return "FAILED"
    replica = put(destination, key.name, key.value, version_id=key.version_id)
    replica.set_metadata(key.metadata)
    # "creation time, user-defined metadata, and version ID" are those of the source.
    replica.last_modified = key.last_modified
    replica._etag = key.etag.strip('"')
    replica.checksum_value, replica.checksum_algorithm, replica.checksum_type = (
        key.checksum_value,
        key.checksum_algorithm,
        key.checksum_type,
    )
    replica.replication_status = "REPLICA"
    if destination.has_default_lock:
        replica.lock_mode, replica.lock_until = destination.default_lock_mode, destination.default_retention()
    return "COMPLETED"


def may_replicate(bucket: FakeBucket, key: FakeKey, destination: FakeBucket) -> bool:
    role = bucket.replication["Role"]
    if not trusts_service(role, "s3.amazonaws.com"):
        return False
    principal = Principal(role.split(":")[4], role)
    needed = [
        *((action, bucket.arn) for action in ON_SOURCE),
        *((action, f"{bucket.arn}/{key.name}") for action in ON_VERSION),
        *((action, f"{destination.arn}/{key.name}") for action in ON_REPLICA),
    ]
    return all(decision_for(principal, action, resource) is Decision.ALLOWED for action, resource in needed)


class Refused(S3ClientError):
    def __init__(self, code: str, message: str):
        super().__init__(code, message)


def checked(put_bucket_replication):
    """https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketReplication.html"""

    def put_configuration(backend: S3Backend, bucket_name: str, replication: dict):
        from moto.core.utils import utcnow

        bucket = backend.get_bucket(bucket_name)
        for rule in as_list(replication["Rule"]):
            destination = bucket_of_arn(rule["Destination"]["Bucket"])
            if destination is None or not destination.is_versioned:
                raise Refused("InvalidRequest", "Destination bucket must exist and have versioning enabled.")
            if destination.arn == bucket.arn:
                raise Refused("InvalidRequest", "Destination bucket cannot be the same as the source bucket.")
            # "If your Filter includes a Tag element" or an empty one: the schema of version 2 wants both.
            if "Filter" in rule and "DeleteMarkerReplication" not in rule:
                raise Refused(
                    "InvalidRequest",
                    "DeleteMarkerReplication must be specified for this version of Cross Region Replication configuration schema.",
                )
            if bucket.object_lock_enabled and not destination.object_lock_enabled:
                raise Refused("InvalidRequest", "Destination bucket must have Object Lock enabled.")
        replication["since"] = utcnow()
        return put_bucket_replication(backend, bucket_name, replication)

    return put_configuration


def with_status(response_dict: property) -> property:
    def shown(key: FakeKey) -> dict:
        status = getattr(key, "replication_status", None)
        return response_dict.fget(key) | ({"x-amz-replication-status": status} if status else {})

    return property(shown)


def as_put(get_bucket_replication):
    """The rules as they were put, of which moto forgets the prefix and what happens to delete markers.

    https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetBucketReplication.html
    """

    def get(response: S3Response):
        configuration = response.backend.get_bucket_replication(response.bucket_name)
        if not configuration:
            return get_bucket_replication(response)
        response.data["Action"] = "GetBucketReplication"
        members = ("ID", "Priority", "Status", "Filter", "Destination", "DeleteMarkerReplication")
        rules = [{name: rule[name] or {} for name in members if name in rule} for rule in as_list(configuration["Rule"])]
        return response.serialized(ActionResult({"ReplicationConfiguration": {"Role": configuration["Role"], "Rules": rules}}))

    return get


def install():
    wrap(S3Backend, "put_bucket_replication", checked)
    wrap(S3Response, "get_bucket_replication", as_put)
    FakeKey.response_dict = with_status(FakeKey.response_dict)
