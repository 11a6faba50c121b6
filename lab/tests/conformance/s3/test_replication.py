"""Replication, with the default retention of the destination, its refusals and its failures."""

from datetime import datetime, timedelta, timezone

import pytest
from botocore.exceptions import ClientError

from tests.conformance.elasticache.given import control
from tests.conformance.harness import Lab, Row, conformance
from tests.conformance.s3.given import (
    DAYS,
    GUIDE,
    allow,
    both,
    bucket,
    locked,
    obj,
    replicating,
    replication,
    replication_role,
    with_policy,
)
from tests.conformance.state_machines import ACCOUNT, statement

API = "https://docs.aws.amazon.com/AmazonS3/latest/API"
FAR = "us-west-2"
LANDED = {"Bucket": "landing", "Key": "key"}
ARRIVED = {"Bucket": "vault", "Key": "key"}
BUCKETS = [bucket("landing"), bucket("vault", FAR, lock=True), locked("vault"), replication_role()]
STARTED = [*BUCKETS, replicating("landing", "vault")]


def in_days(expected: int):
    return lambda until: abs(until - datetime.now(timezone.utc) - timedelta(days=expected)) < timedelta(hours=1)


test_configurations = conformance(
    [
        Row(
            "a destination without versioning",
            given=[bucket("landing"), bucket("plain", versioned=False), replication_role()],
            call="s3.put_bucket_replication",
            arguments=replication("landing", "plain"),
            refused="InvalidRequest",
            message="versioning",
            source=f"{GUIDE}/replication.html#replication-requirements",
        ),
        Row(
            "a source without versioning",
            given=[bucket("landing", versioned=False), bucket("vault"), replication_role()],
            call="s3.put_bucket_replication",
            arguments=replication("landing", "vault"),
            refused="InvalidRequest",
            source=f"{GUIDE}/replication.html#replication-requirements",
        ),
        Row(
            "a filter without a word on delete markers",
            given=[bucket("landing"), bucket("vault"), replication_role()],
            call="s3.put_bucket_replication",
            arguments=replication("landing", "vault", DeleteMarkerReplication=None),
            refused="InvalidRequest",
            message="DeleteMarkerReplication",
            source=f"{API}/API_ReplicationRule.html",
        ),
        Row(
            "a source with Object Lock wants a destination with it",
            given=[bucket("landing", lock=True), bucket("vault"), replication_role()],
            call="s3.put_bucket_replication",
            arguments=replication("landing", "vault"),
            refused="InvalidRequest",
            message="Object Lock",
            source=f"{GUIDE}/object-lock-managing.html",
        ),
    ]
)

test_objects = conformance(
    [
        Row(
            "an object is replicated, and the source says so",
            given=[*STARTED, obj("landing")],
            call="s3.head_object",
            arguments=LANDED,
            answers={"ReplicationStatus": "COMPLETED"},
            then=[("s3.head_object", ARRIVED, {"ReplicationStatus": "REPLICA", "ContentLength": 4})],
            source=f"{GUIDE}/replication-status.html",
        ),
        Row(
            "the default retention of the destination locks the replica, and the source is not locked",
            given=[*STARTED, obj("landing")],
            call="s3.head_object",
            arguments=LANDED,
            answers={"ObjectLockMode": None},
            then=[("s3.head_object", ARRIVED, {"ObjectLockMode": "GOVERNANCE", "ObjectLockRetainUntilDate": in_days(DAYS)})],
            source=f"{GUIDE}/replication-what-is-isnot-replicated.html",
        ),
        Row(
            "a replica keeps the id of its version",
            given=[*STARTED, obj("landing")],
            call="s3.head_object",
            arguments=ARRIVED,
            answers={"VersionId": lambda version: bool(version)},
            source=f"{GUIDE}/replication-what-is-isnot-replicated.html",
        ),
        Row(
            "until then it is pending",
            given=[*STARTED, control("replicate", seconds=3600), obj("landing")],
            call="s3.head_object",
            arguments=LANDED,
            answers={"ReplicationStatus": "PENDING"},
            source=f"{GUIDE}/replication-status.html",
        ),
        Row(
            "an object that was there before is not replicated",
            given=[*BUCKETS, obj("landing"), replicating("landing", "vault")],
            call="s3.head_object",
            arguments=LANDED,
            answers={"ReplicationStatus": None},
            source=f"{GUIDE}/replication-what-is-isnot-replicated.html",
        ),
        Row(
            "only what the filter names is replicated",
            given=[*BUCKETS, replicating("landing", "vault", prefix="other/"), obj("landing")],
            call="s3.head_object",
            arguments=LANDED,
            answers={"ReplicationStatus": None},
            source=f"{API}/API_ReplicationRuleFilter.html",
        ),
        Row(
            "a role without permissions fails",
            given=[
                *BUCKETS[:3],
                replication_role([statement("s3:GetObjectVersionForReplication")]),
                replicating("landing", "vault"),
                obj("landing"),
            ],
            call="s3.head_object",
            arguments=LANDED,
            answers={"ReplicationStatus": "FAILED"},
            source=f"{GUIDE}/setting-repl-config-perm-overview.html",
        ),
        Row(
            "a destination that denies it fails",
            given=[*STARTED, with_policy("vault", allow("*", "s3:ReplicateObject", on=both("vault"), effect="Deny")), obj("landing")],
            call="s3.head_object",
            arguments=LANDED,
            answers={"ReplicationStatus": "FAILED"},
            source=f"{GUIDE}/replication-troubleshoot.html",
        ),
        Row(
            "a control call lets the next one fail",
            given=[*STARTED, control("fail", action="replication"), obj("landing")],
            call="s3.head_object",
            arguments=LANDED,
            answers={"ReplicationStatus": "FAILED"},
            source=f"{GUIDE}/replication-status.html",
        ),
        Row(
            "a delete marker is not replicated where the rule does not ask for it",
            given=[*STARTED, obj("landing"), lambda lab: lab.call("s3.delete_object", **LANDED)],
            call="s3.head_object",
            arguments=ARRIVED,
            answers={"ContentLength": 4},
            source=f"{GUIDE}/delete-marker-replication.html",
        ),
    ]
)


def version_of(lab: Lab, name: str) -> dict:
    found = lab.call("s3.list_object_versions", Bucket=name)["Versions"][0]
    return {"Bucket": name, "Key": found["Key"], "VersionId": found["VersionId"]}


def deletion(bypass: bool):
    def arguments(lab: Lab) -> dict:
        return {**version_of(lab, "vault"), **({"BypassGovernanceRetention": True} if bypass else {})}

    return arguments


def retention(mode: str, days: int, bypass: bool = False):
    def arguments(lab: Lab) -> dict:
        until = datetime.now(timezone.utc) + timedelta(days=days)
        more = {"BypassGovernanceRetention": True} if bypass else {}
        return {**version_of(lab, "vault"), "Retention": {"Mode": mode, "RetainUntilDate": until}, **more}

    return arguments


def vault(mode: str) -> list:
    return [bucket("vault", lock=True), locked("vault", mode), obj("vault")]


LOCK = f"{GUIDE}/object-lock.html"
test_locks = conformance(
    [
        Row(
            f"a version under {mode} is not deleted{' by who bypasses governance' if bypass else ''}",
            given=vault(mode),
            call="s3.delete_object",
            arguments=deletion(bypass),
            refused="AccessDenied",
            source=LOCK,
        )
        for mode, bypass in (("GOVERNANCE", False), ("COMPLIANCE", False), ("COMPLIANCE", True))
    ]
    + [
        Row(
            "governance is bypassed by who may",
            given=vault("GOVERNANCE"),
            call="s3.delete_object",
            arguments=deletion(True),
            answers={"ResponseMetadata.HTTPStatusCode": 204},
            source=LOCK,
        ),
        Row(
            "and by nobody where the policy of the bucket denies it",
            given=[*vault("GOVERNANCE"), with_policy("vault", allow("*", "s3:BypassGovernanceRetention", on=both("vault"), effect="Deny"))],
            call="s3.delete_object",
            arguments=deletion(True),
            refused="AccessDenied",
            message="s3:BypassGovernanceRetention",
            source=LOCK,
        ),
        Row(
            "compliance is not shortened",
            given=vault("COMPLIANCE"),
            call="s3.put_object_retention",
            arguments=retention("COMPLIANCE", 1, bypass=True),
            refused="AccessDenied",
            source=LOCK,
        ),
        Row(
            "compliance is extended",
            given=vault("COMPLIANCE"),
            call="s3.put_object_retention",
            arguments=retention("COMPLIANCE", DAYS + 1),
            answers={"ResponseMetadata.HTTPStatusCode": 200},
            source=LOCK,
        ),
        Row(
            "governance is not shortened without bypassing it",
            given=vault("GOVERNANCE"),
            call="s3.put_object_retention",
            arguments=retention("GOVERNANCE", 1),
            refused="AccessDenied",
            source=LOCK,
        ),
        Row(
            "versioning is not suspended",
            given=vault("GOVERNANCE"),
            call="s3.put_bucket_versioning",
            arguments={"Bucket": "vault", "VersioningConfiguration": {"Status": "Suspended"}},
            refused="InvalidBucketState",
            source=LOCK,
        ),
        Row(
            "a delete marker hides a locked version",
            given=[*vault("COMPLIANCE"), lambda lab: lab.call("s3.delete_object", **ARRIVED)],
            call="s3.list_object_versions",
            arguments={"Bucket": "vault"},
            answers={"Versions[0].IsLatest": False, "DeleteMarkers[0].IsLatest": True},
            source=f"{GUIDE}/object-lock-managing.html",
        ),
        Row(
            "a bucket with a locked version is not deleted",
            given=vault("GOVERNANCE"),
            call="s3.delete_bucket",
            arguments={"Bucket": "vault"},
            refused="BucketNotEmpty",
            source=f"{GUIDE}/delete-bucket.html",
        ),
    ]
)


def test_objects_are_sent_to_eventbridge_when_they_are_deleted(lab: Lab):
    """https://docs.aws.amazon.com/AmazonS3/latest/userguide/ev-events.html: versions, and delete markers."""
    import json

    bucket("vault")(lab)
    obj("vault")(lab)
    lab.call("s3.put_bucket_notification_configuration", Bucket="vault", NotificationConfiguration={"EventBridgeConfiguration": {}})
    assert "EventBridgeConfiguration" in lab.call("s3.get_bucket_notification_configuration", Bucket="vault")
    topic = lab.call("sns.create_topic", Name="deletions")["TopicArn"]
    queue = lab.call("sqs.create_queue", QueueName="inbox")["QueueUrl"]
    inbox = lab.call("sqs.get_queue_attributes", QueueUrl=queue, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    lab.call("sns.subscribe", TopicArn=topic, Protocol="sqs", Endpoint=inbox, Attributes={"RawMessageDelivery": "true"})
    pattern = {"source": ["aws.s3"], "detail-type": ["Object Deleted"], "detail": {"bucket": {"name": ["vault"]}}}
    lab.call("events.put_rule", Name="deleted", EventPattern=json.dumps(pattern))
    lab.call("events.put_targets", Rule="deleted", Targets=[{"Id": "1", "Arn": topic}])

    def received() -> list[str]:
        messages = lab.call("sqs.receive_message", QueueUrl=queue, MaxNumberOfMessages=10).get("Messages", [])
        return [json.loads(m["Body"])["detail"]["deletion-type"] for m in messages]

    lab.call("s3.delete_object", Bucket="vault", Key="key")
    assert received() == [], "the topic does not let EventBridge publish yet"
    statement = {"Effect": "Allow", "Principal": {"Service": "events.amazonaws.com"}, "Action": "sns:Publish", "Resource": topic}
    document = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    lab.call("sns.set_topic_attributes", TopicArn=topic, AttributeName="Policy", AttributeValue=document)
    lab.call("s3.delete_object", Bucket="vault", Key="key")
    assert received() == ["Delete Marker Created"]
    lab.call("s3.delete_object", **version_of(lab, "vault"))
    assert received() == ["Permanently Deleted"]


def test_a_replica_of_another_account_needs_the_policy_of_the_bucket(lab: Lab):
    """https://docs.aws.amazon.com/AmazonS3/latest/userguide/replication-walkthrough-2.html"""
    from tests.conformance.s3.given import other_account

    theirs = other_account(lab, FAR)
    theirs.create_bucket(Bucket="vault", CreateBucketConfiguration={"LocationConstraint": FAR})
    theirs.put_bucket_versioning(Bucket="vault", VersioningConfiguration={"Status": "Enabled"})
    for step in (bucket("landing"), replication_role(), replicating("landing", "vault"), obj("landing", "before")):
        step(lab)
    assert lab.call("s3.head_object", Bucket="landing", Key="before")["ReplicationStatus"] == "FAILED"
    import json

    condition = {"ArnEquals": {"aws:PrincipalArn": f"arn:aws:iam::{ACCOUNT}:role/replication"}}
    granted = allow({"AWS": ACCOUNT}, "s3:ReplicateObject", "s3:ReplicateTags", on=["arn:aws:s3:::vault/*"], condition=condition)
    theirs.put_bucket_policy(Bucket="vault", Policy=json.dumps({"Version": "2012-10-17", "Statement": [granted]}))
    obj("landing", "after")(lab)
    assert lab.call("s3.head_object", Bucket="landing", Key="after")["ReplicationStatus"] == "COMPLETED"
    with pytest.raises(ClientError):
        lab.call("s3.get_object", Bucket="vault", Key="after")
    assert theirs.head_object(Bucket="vault", Key="after")["ReplicationStatus"] == "REPLICA"


def test_a_replication_configuration_is_returned_as_it_was_put(lab: Lab):
    """https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetBucketReplication.html"""
    for step in (bucket("landing"), bucket("vault"), replication_role(), replicating("landing", "vault", prefix="a1-", ID="vault")):
        step(lab)
    [rule] = lab.call("s3.get_bucket_replication", Bucket="landing")["ReplicationConfiguration"]["Rules"]
    assert rule["Filter"] == {"Prefix": "a1-"}
    assert rule["DeleteMarkerReplication"] == {"Status": "Disabled"}
    assert rule["Destination"] == {"Bucket": "arn:aws:s3:::vault"}


def test_the_last_version_of_a_key_may_be_a_delete_marker(lab: Lab):
    """https://docs.aws.amazon.com/AmazonS3/latest/userguide/ManagingDelMarkers.html"""
    for step in (bucket("landing"), obj("landing")):
        step(lab)
    lab.call("s3.delete_object", Bucket="landing", Key="key")
    found = lab.call("s3.list_object_versions", Bucket="landing")
    versions = [{"Key": one["Key"], "VersionId": one["VersionId"]} for one in [*found["Versions"], *found["DeleteMarkers"]]]
    assert "Errors" not in lab.call("s3.delete_objects", Bucket="landing", Delete={"Objects": versions})
    found = lab.call("s3.list_object_versions", Bucket="landing")
    assert not found.get("Versions") and not found.get("DeleteMarkers")
