"""Requests to objects in S3, for accounts whose trail records data events; denied ones too.

https://docs.aws.amazon.com/awscloudtrail/latest/userguide/logging-data-events-with-cloudtrail.html (advanced event selectors)
https://docs.aws.amazon.com/AmazonS3/latest/userguide/cloudtrail-logging-s3-info.html (which requests; the owner of a bucket gets those of
other accounts where it owns the object)
"""

import re
import uuid
from datetime import datetime, timezone

from moto.core.utils import unix_time
from moto.s3.models import FakeBucket

from aws.event_bridge.delivery import event_of
from aws.requests import signed_for
from aws.s3 import principals
from aws.s3.bucket_policies import bucket_named
from aws.s3.events import announce
from aws.s3.requests import operation_of

READS = re.compile(r"(Get|Head|List)")
OPERATORS = {
    "Equals": lambda value, wanted: value == wanted,
    "StartsWith": lambda value, wanted: value.startswith(wanted),
    "EndsWith": lambda value, wanted: value.endswith(wanted),
}


def matches(selector: dict, value: str) -> bool:
    """One field. Of each operator any value is enough, and of its negation none may hold."""
    for name, holds in OPERATORS.items():
        if name in selector and not any(holds(value, wanted) for wanted in selector[name]):
            return False
        if any(holds(value, wanted) for wanted in selector.get(f"Not{name}", [])):
            return False
    return True


def is_recorded(bucket: FakeBucket, fields: dict[str, str]) -> bool:
    """Whether a trail of the bucket's account that logs its Region selects the request."""
    from moto.cloudtrail.models import cloudtrail_backends

    trails = cloudtrail_backends[bucket.account_id][bucket.region_name].describe_trails(include_shadow_trails=True)
    return any(
        all(matches(field, fields.get(field["Field"], "")) for field in selector["FieldSelectors"])
        for trail in trails
        if trail.status.is_logging
        for selector in trail.advanced_event_selectors
    )


def identity_of(principal: principals.Principal) -> dict:
    kind = "AssumedRole" if principal.is_role else "IAMUser" if ":user/" in principal.arn else "Root"
    return {"type": kind, "arn": principal.arn, "accountId": principal.account}


def record(environ: dict, status: str, answer: bytes):
    """A request to S3 has been answered. Those to buckets are management events, which nothing here reads."""
    if signed_for(environ)[0] != "s3":
        return
    operation, name, key, query = operation_of(environ)
    bucket = bucket_named(name)
    if not operation or not key or bucket is None:
        return
    is_read = bool(READS.match(operation))
    fields = {
        "eventCategory": "Data",
        "resources.type": "AWS::S3::Object",
        "resources.ARN": f"{bucket.arn}/{key}",
        "eventName": operation,
        "readOnly": str(is_read).lower(),
    }
    if not is_recorded(bucket, fields):
        return
    error = re.search(rb"<Code>(\w+)</Code>", answer) if int(status[:3]) >= 400 else None
    version = {"versionId": query["versionId"]} if "versionId" in query else {}
    detail = {
        "eventVersion": "1.09",
        "userIdentity": identity_of(principals.of_request(environ)),
        "eventTime": datetime.now(timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "eventSource": "s3.amazonaws.com",
        "eventName": operation,
        "awsRegion": bucket.region_name,
        "requestParameters": {"bucketName": name, "key": key, **version},
        **({"errorCode": error[1].decode()} if error else {}),
        "requestID": str(uuid.uuid4()),
        "eventID": str(uuid.uuid4()),
        "readOnly": is_read,
        "resources": [
            {"type": "AWS::S3::Object", "ARN": f"{bucket.arn}/{key}"},
            {"accountId": bucket.account_id, "type": "AWS::S3::Bucket", "ARN": bucket.arn},
        ],
        "eventType": "AwsApiCall",
        "managementEvent": False,
        "recipientAccountId": bucket.account_id,
        "eventCategory": "Data",
    }
    event = event_of("aws.s3", "AWS API Call via CloudTrail", detail, bucket.region_name)
    announce(bucket, event | {"account": bucket.account_id, "time": unix_time()})
