"""The API calls of management events that change something, as CloudTrail records them and hands them to EventBridge.

https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-record-contents.html
https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-service-event-cloudtrail.html: only where a trail is logging, and calls that
read (Describe, Get, List) only on request.
"""

import functools
import io
import re
import uuid
from datetime import date, datetime, timezone

from botocore.model import OperationModel
from botocore.parsers import create_parser
from moto.core import DEFAULT_ACCOUNT_ID
from moto.core.parse import PROTOCOL_PARSERS
from moto.core.request import determine_request_protocol
from moto.core.utils import get_service_model
from werkzeug import Request

from aws.event_bridge import data_events
from aws.event_bridge.callers import identity_of
from aws.event_bridge.delivery import event_of, has_rules, put_on_bus
from aws.models import service_model
from aws.requests import signed_for

# The service that a request is signed for, where botocore has another name for it.
SIGNED = {"states": "stepfunctions", "monitoring": "cloudwatch", "tagging": "resourcegroupstaggingapi"}
# Their events are in one Region only: https://repost.aws/knowledge-center/eventbridge-rule-triggers-iam-single-region
GLOBAL = ("iam", "organizations")
HOME_OF_GLOBAL = "us-east-1"
READS = re.compile(r"(Describe|Get|List|Lookup|Search|BatchGet|Validate|Check|Test|Simulate)")
# Data events, which EventBridge gets only from a trail that records them:
# https://docs.aws.amazon.com/awscloudtrail/latest/userguide/logging-data-events-with-cloudtrail.html
DATA = {
    "Publish",
    "PublishBatch",
    "SendMessage",
    "ReceiveMessage",
    "DeleteMessage",
    "PutMetricData",
    "PutEvents",
    "PutLogEvents",
    "AssumeRole",
}


def is_logged(region: str) -> bool:
    """Whether a trail of the account logs the Region. A trail of all Regions does so everywhere."""
    from moto.cloudtrail.models import cloudtrail_backends

    return any(
        trail.status.is_logging for trail in cloudtrail_backends[DEFAULT_ACCOUNT_ID][region].describe_trails(include_shadow_trails=True)
    )


def operation_of(service: str, action: str, environ: dict) -> tuple[OperationModel, dict] | None:
    model = service_model(service)
    if action in model.operation_names:
        return model.operation_model(action), {}
    for name, method, path in routes(service):
        found = path.fullmatch(environ["PATH_INFO"])
        if method == environ["REQUEST_METHOD"] and found:
            return model.operation_model(name), found.groupdict()
    return None


@functools.cache
def routes(service: str) -> list[tuple[str, str, re.Pattern]]:
    model = service_model(service)
    found = []
    for name in model.operation_names:
        http = model.operation_model(name).http
        path = re.sub(r"\{(\w+)\+?\}", r"(?P<\1>[^/]+)", http.get("requestUri", "").partition("?")[0])
        found.append((name, http.get("method"), re.compile(path)))
    return found


def named(value):
    """Members begin with a small letter, whatever follows: `aRN` of a snapshot of ElastiCache."""
    if isinstance(value, dict):
        return {k[:1].lower() + k[1:]: named(v) for k, v in value.items() if v is not None}
    if isinstance(value, list):
        return [named(v) for v in value]
    if isinstance(value, (datetime, date)):
        return value.strftime("%b %d, %Y %I:%M:%S %p")
    return value if isinstance(value, (str, int, float, bool)) else str(value)


def parameters(operation: OperationModel, in_path: dict, environ: dict, body: bytes) -> dict:
    request = Request({**environ, "wsgi.input": io.BytesIO(body)})
    model = get_service_model(operation.service_model.service_name)  # moto's own, which knows which lists are flattened
    protocol = determine_request_protocol(model, request.content_type)
    parsed = PROTOCOL_PARSERS[protocol](model.operation_model(operation.name)).parse(
        {
            "method": request.method,
            "values": request.values,
            "headers": request.headers,
            "body": body,
            "url_path": request.path,
            "url_params": in_path,
        }
    )
    return named(dict(parsed))


def answer_of(operation: OperationModel, status: int, headers, body: bytes) -> dict:
    model = operation.service_model
    protocol = "json" if body[:1] == b"{" and model.protocol != "rest-json" else model.protocol
    return create_parser(protocol).parse({"status_code": status, "headers": dict(headers), "body": body}, operation.output_shape)


def resources_of(service: str, request: dict) -> list[dict]:
    """https://docs.aws.amazon.com/kms/latest/developerguide/logging-using-cloudtrail.html: events of KMS name the key by its ARN."""
    from moto.kms.models import kms_backends

    key = request.get("keyId", "")
    if service != "kms" or not key:
        return []
    found = [k.arn for backend in kms_backends[DEFAULT_ACCOUNT_ID].values() for k in list(backend.keys.values()) if key in (k.id, k.arn)]
    return [{"accountId": DEFAULT_ACCOUNT_ID, "type": "AWS::KMS::Key", "ARN": arn} for arn in found]


def record(environ: dict, body: bytes, action: str, status: str, headers, answer: bytes):
    """A call has been answered."""
    signed, region = signed_for(environ)
    service = SIGNED.get(signed, signed)
    data_events.record(environ, status, answer)
    place = HOME_OF_GLOBAL if service in GLOBAL else region
    if not service or service in ("s3", "s3control", "sts") or not has_rules(place) or not is_logged(place):
        return
    found = operation_of(service, action, environ)
    if found is None or READS.match(found[0].name) or found[0].name in DATA:
        return
    operation, in_path = found
    request = parameters(operation, in_path, environ, body)
    parsed = answer_of(operation, int(status[:3]), headers, answer)
    error = parsed.pop("Error", None)
    parsed.pop("ResponseMetadata", None)
    response = named(parsed)
    event = {
        "eventVersion": "1.09",
        "userIdentity": identity_of(environ),
        "eventTime": datetime.now(timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "eventSource": f"{signed}.amazonaws.com",
        "eventName": operation.name,
        "awsRegion": place,
        "sourceIPAddress": environ.get("REMOTE_ADDR", ""),
        "userAgent": environ.get("HTTP_USER_AGENT", ""),
        # The only member of the answer is what was changed: ElastiCache's are recorded without that level.
        "requestParameters": request or None,
        "responseElements": (next(iter(response.values())) if service == "elasticache" and len(response) == 1 else response) or None,
        **({"errorCode": error["Code"], "errorMessage": error.get("Message", "")} if int(status[:3]) >= 400 and error else {}),
        "requestID": str(uuid.uuid4()),
        "eventID": str(uuid.uuid4()),
        "readOnly": False,
        "eventType": "AwsApiCall",
        "managementEvent": True,
        "recipientAccountId": DEFAULT_ACCOUNT_ID,
        "eventCategory": "Management",
        **({"resources": resources_of(service, request)} if service == "kms" else {}),
    }
    put_on_bus(event_of(f"aws.{signed}", "AWS API Call via CloudTrail", event, place), place)
