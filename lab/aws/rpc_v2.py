"""Smithy RPC v2 with CBOR: the protocol in which newer SDKs speak to CloudWatch and to the tagging API. moto does not know it.

aws-sdk-go-v2 speaks it to CloudWatch since service/cloudwatch v1.53.0 (2025-12-10, its CHANGELOG.md), and so does a hashicorp/aws
that was built with it. A request is turned into the AWS JSON request that moto answers, and the answer is turned back.

https://smithy.io/2.0/additional-specs/protocols/smithy-rpc-v2.html
"""

import base64
import functools
import io
import json
import re
from datetime import datetime, timezone

import cbor2
from botocore.model import OperationModel, ServiceModel, Shape

from aws.models import service_model

CBOR = "application/cbor"
PATH = re.compile(r"/service/(?P<service>[^/]+)/operation/(?P<operation>[^/]+)$")
# Of the services that this project and its provider call, those whose model names the protocol (a conformance test compares).
SERVICES = ("cloudwatch", "resourcegroupstaggingapi")


@functools.cache
def models() -> dict[str, ServiceModel]:
    """By the name of a service in the path: the name of its Smithy shape, which is also its target prefix."""
    return {model.metadata["targetPrefix"]: model for model in map(service_model, SERVICES)}


def operation_asked(environ: dict) -> OperationModel | None:
    asked = PATH.search(environ["PATH_INFO"])
    if not asked or environ.get("CONTENT_TYPE", "") not in ("", CBOR) or asked["service"] not in models():
        return None
    model = models()[asked["service"]]
    return model.operation_model(asked["operation"]) if asked["operation"] in model.operation_names else None


def as_json(value):
    """A value of the request as AWS JSON has it: a time in seconds, a blob in base64."""
    if isinstance(value, dict):
        return {k: as_json(v) for k, v in value.items()}
    if isinstance(value, (list, tuple)):
        return [as_json(v) for v in value]
    if isinstance(value, datetime):
        return value.timestamp()
    return base64.b64encode(value).decode() if isinstance(value, bytes) else value


def typed(value, shape: Shape | None):
    """A value of the answer with the types that JSON cannot tell: times, blobs, and numbers that are floating-point when whole."""
    kind = getattr(shape, "type_name", None)
    if value is None or kind is None:
        return value
    if kind == "structure":
        return {k: typed(v, shape.members.get(k)) for k, v in value.items() if v is not None}
    if kind == "list":
        return [typed(v, shape.member) for v in value]
    if kind == "map":
        return {k: typed(v, shape.value) for k, v in value.items()}
    if kind == "timestamp":
        return datetime.fromtimestamp(float(value), timezone.utc)
    if kind == "blob":
        return base64.b64decode(value)
    return float(value) if kind in ("float", "double") else value


def json_request(environ: dict, operation: OperationModel) -> dict:
    """The same request in AWS JSON."""
    body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
    text = json.dumps(as_json(cbor2.loads(body) if body else {})).encode()
    metadata = operation.service_model.metadata
    return {
        **environ,
        "PATH_INFO": "/",
        "RAW_URI": "/",
        "REQUEST_URI": "/",
        "CONTENT_TYPE": f"application/x-amz-json-{metadata['jsonVersion']}",
        "CONTENT_LENGTH": str(len(text)),
        "HTTP_X_AMZ_TARGET": f"{metadata['targetPrefix']}.{operation.name}",
        "wsgi.input": io.BytesIO(text),
    }


def cbor_answer(body: bytes, http: int, operation: OperationModel) -> bytes:
    answer = json.loads(body or b"{}")
    # With the default, cbor2 writes a time as text (tag 0); Smithy's times are numbers (tag 1).
    return cbor2.dumps(typed(answer, operation.output_shape) if http < 300 else answer, datetime_as_timestamp=True, timezone=timezone.utc)


def understood(app):
    """A WSGI application that understands RPC v2, of one that does not."""

    def rpc_v2(environ, start_response):
        operation = operation_asked(environ)
        if operation is None:
            return app(environ, start_response)
        started = []
        body = b"".join(app(json_request(environ, operation), lambda status, headers, error=None: started.append((status, headers))))
        status, headers = started[-1]
        answer = cbor_answer(body, int(status.split()[0]), operation)
        kept = [(k, v) for k, v in headers if k.lower() not in ("content-type", "content-length", "smithy-protocol")]
        start_response(
            status,
            [*kept, ("Content-Type", CBOR), ("Content-Length", str(len(answer))), ("smithy-protocol", "rpc-v2-cbor")],
        )
        return [answer]

    return rpc_v2
