"""Backups that are exported to S3: CopySnapshot with TargetBucket.

https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/backups-exporting.html
https://docs.aws.amazon.com/AmazonElastiCache/latest/APIReference/API_CopySnapshot.html (the messages)
"""

import json
import time
from dataclasses import dataclass

from moto.s3.models import FakeBucket

from aws.control import control_call
from aws.elasticache.names import LONGEST_SNAPSHOT, check_name
from aws.elasticache.node_types import has_data_tiering
from aws.elasticache.refusals import refuse_combination, refuse_value
from aws.elasticache.state import Place
from aws.faults import next_fault
from aws.iam.policies import Decision
from aws.registry import on_reset
from aws.s3.bucket_policies import bucket_named, decision_for
from aws.s3.objects import put
from aws.s3.principals import service

# Every file begins so; what the lab writes behind it says what was backed up.
MAGIC = b"REDIS0011\n"
# https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/backups-exporting.html#backups-exporting-grant-access: which permissions the
# principal of the Region needs, and which message names them.
NEEDED = {
    "READ": (("s3:ListBucket", "s3:ListBucketMultipartUploads"), ("s3:GetObject", "s3:ListMultipartUploadParts")),
    "WRITE": ((), ("s3:PutObject",)),
    "READ_ACP": (("s3:GetBucketAcl",), ()),
}


@dataclass
class Export:
    place: Place
    source: str
    bucket: str
    files: dict[str, bytes]
    ready: float


EXPORTS: list[Export] = []
DELAY = {"seconds": 0.0}


@control_call
def export(seconds: float = -1) -> dict:
    """Sets how many seconds an export takes: its source is copying meanwhile, and no file is there yet.

    `fail export` makes the next one write nothing, with `--status partial` all but the last file.
    """
    if seconds >= 0:
        DELAY["seconds"] = seconds
    return DELAY


@on_reset
def forget():
    EXPORTS.clear()
    DELAY["seconds"] = 0.0


def principal_of(region: str):
    return service(f"{region}.elasticache-snapshot.amazonaws.com")


def check_granted(region: str, bucket: FakeBucket, needed: dict, key: str = "*"):
    for name, (on_bucket, on_objects) in needed.items():
        wanted = [*((action, bucket.arn) for action in on_bucket), *((action, f"{bucket.arn}/{key}") for action in on_objects)]
        if any(decision_for(principal_of(region), action, resource) is not Decision.ALLOWED for action, resource in wanted):
            refuse_value(f"ElastiCache has not been granted {name} permissions {bucket.name} on the S3 Bucket.")


def check_encryption(bucket: FakeBucket):
    """User guide, 'Exporting a backup': buckets are encrypted with SSE-S3; the export does not support one whose default is a KMS key."""
    default = (bucket.encryption or {}).get("Rule", {}).get("ApplyServerSideEncryptionByDefault", {})
    if default.get("SSEAlgorithm", "AES256") != "AES256":
        refuse_value(f"The S3 bucket {bucket.name} is encrypted by default with a KMS key, which ElastiCache does not support.")


def files_of(snapshot: dict, target: str) -> dict[str, bytes]:
    """One file for each shard: <target>-0001.rdb and so on."""
    sharded = bool(snapshot.get("ReplicationGroupId"))
    names = [node.get("NodeGroupId") or "0001" for node in snapshot["NodeSnapshots"]]
    content = {
        "engine": snapshot["Engine"],
        "version": snapshot["EngineVersion"],
        "sharded": sharded,
        "shards": len(names),
        "size": snapshot["size"],
        "of": snapshot["SnapshotName"],
    }
    return {f"{target}-{name}.rdb": MAGIC + json.dumps({**content, "shard": name}).encode() for name in names}


def begin(place: Place, source: dict, target: str, bucket_name: str) -> dict:
    check_name("TargetSnapshotName", target, LONGEST_SNAPSHOT)
    bucket = bucket_named(bucket_name)
    if bucket is None:
        refuse_value(f"The S3 bucket {bucket_name} does not exist.")
    if bucket.account_id != place.account:
        refuse_value(f"The S3 bucket {bucket_name} is not owned by the authenticated user.")
    if bucket.region_name != place.region:
        refuse_value(f"The S3 bucket {bucket_name} is outside of the region.")
    if has_data_tiering(source["CacheNodeType"]):
        refuse_combination("Exporting a backup to S3 is not supported for clusters using data tiering.")
    check_encryption(bucket)
    files = files_of(source, target.lower())
    check_granted(place.region, bucket, NEEDED)
    for key in files:
        if bucket.keys.getlist(key, []):
            refuse_value(f"The S3 bucket {bucket_name} already contains an object with key {key}.")
    fault = next_fault("export")
    if fault:
        kept = len(files) - 1 if fault["status"] == "partial" else 0
        files = dict(list(files.items())[:kept])
    EXPORTS.append(Export(place, source["SnapshotName"], bucket_name, files, time.time() + DELAY["seconds"]))
    if DELAY["seconds"]:
        source["SnapshotStatus"] = "copying"
    settle()
    return {**source, "SnapshotName": target.lower(), "SnapshotStatus": "creating"}


def settle():
    """Writes the files of every export whose time is up. An object appears when it is there as a whole."""
    for one in [e for e in EXPORTS if e.ready <= time.time()]:
        EXPORTS.remove(one)
        source, bucket = one.place.state.snapshots.get(one.source), bucket_named(one.bucket)
        if source and source["SnapshotStatus"] == "copying":
            source["SnapshotStatus"] = "available"
        if bucket is not None:
            for key, value in one.files.items():
                put(bucket, key, value)
