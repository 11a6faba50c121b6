"""What rows of S3 and of exports begin with."""

import json

import boto3

from tests.conformance.harness import REGION, Lab
from tests.conformance.state_machines import ACCOUNT, role

GUIDE = "https://docs.aws.amazon.com/AmazonS3/latest/userguide"
OTHER = "222222222222"
DAYS = 30


def bucket(name: str, region: str = REGION, lock: bool = False, versioned: bool = True):
    def step(lab: Lab):
        lab.call(
            f"s3@{region}.create_bucket",
            Bucket=name,
            CreateBucketConfiguration={"LocationConstraint": region},
            ObjectLockEnabledForBucket=lock,
        )
        if versioned:
            lab.call("s3.put_bucket_versioning", Bucket=name, VersioningConfiguration={"Status": "Enabled"})

    return step


def locked(name: str, mode: str = "GOVERNANCE"):
    def step(lab: Lab):
        rule = {"DefaultRetention": {"Mode": mode, "Days": DAYS}}
        configuration = {"ObjectLockEnabled": "Enabled", "Rule": rule}
        lab.call("s3.put_object_lock_configuration", Bucket=name, ObjectLockConfiguration=configuration)

    return step


def policy(name: str, *statements: dict) -> dict:
    return {"Bucket": name, "Policy": json.dumps({"Version": "2012-10-17", "Statement": list(statements)})}


def with_policy(name: str, *statements: dict):
    def step(lab: Lab):
        lab.call("s3.put_bucket_policy", **policy(name, *statements))

    return step


def allow(principal: dict | str, *actions: str, on: list[str], condition: dict | None = None, effect: str = "Allow") -> dict:
    statement = {"Effect": effect, "Principal": principal, "Action": list(actions), "Resource": on}
    return {**statement, "Condition": condition} if condition else statement


def both(name: str) -> list[str]:
    return [f"arn:aws:s3:::{name}", f"arn:aws:s3:::{name}/*"]


def obj(name: str, key: str = "key", body: bytes = b"data"):
    def step(lab: Lab):
        lab.call("s3.put_object", Bucket=name, Key=key, Body=body)

    return step


def assuming(lab: Lab, role_arn: str, region: str = REGION):
    """A client of S3 with the credentials of a role, of any account."""
    credentials = lab.call("sts.assume_role", RoleArn=role_arn, RoleSessionName="test")["Credentials"]
    return boto3.client(
        "s3",
        region_name=region,
        endpoint_url=lab.url,
        aws_access_key_id=credentials["AccessKeyId"],
        aws_secret_access_key=credentials["SecretAccessKey"],
        aws_session_token=credentials["SessionToken"],
    )


def other_account(lab: Lab, region: str = REGION):
    return assuming(lab, f"arn:aws:iam::{OTHER}:role/administrator", region)


REPLICATION = [
    {"Effect": "Allow", "Action": "s3:*", "Resource": "*"},
]


def replication(source: str, destination: str, prefix: str = "", **rule) -> dict:
    whole = {
        "Status": "Enabled",
        "Priority": 1,
        "Filter": {"Prefix": prefix},
        "DeleteMarkerReplication": {"Status": "Disabled"},
        "Destination": {"Bucket": f"arn:aws:s3:::{destination}"},
        **rule,
    }
    rules = [{name: value for name, value in whole.items() if value is not None}]
    return {"Bucket": source, "ReplicationConfiguration": {"Role": f"arn:aws:iam::{ACCOUNT}:role/replication", "Rules": rules}}


def replication_role(statements: list[dict] | None = None):
    def step(lab: Lab):
        role(lab, "replication", "s3.amazonaws.com", REPLICATION if statements is None else statements)

    return step


def replicating(source: str, destination: str, **more):
    def step(lab: Lab):
        lab.call("s3.put_bucket_replication", **replication(source, destination, **more))

    return step
