"""Whether whoever sent a request to S3 may do what it asks."""

import functools
import re
from collections.abc import Mapping
from urllib.parse import parse_qsl, unquote

from botocore.model import OperationModel

from aws.errors import error_body
from aws.iam.operations import OF_A_VERSION, action_of
from aws.iam.policies import Decision
from aws.models import service_model
from aws.requests import signed_for
from aws.s3 import principals
from aws.s3.bucket_policies import bucket_named, decision_for

# Parts of a request that tell operations with the same path and query apart.
BY_HEADER = {"PutObject": ("HTTP_X_AMZ_COPY_SOURCE", "CopyObject"), "UploadPart": ("HTTP_X_AMZ_COPY_SOURCE", "UploadPartCopy")}
# Judged for each object it names, when moto deletes it.
SEVERAL = {"DeleteObjects"}


@functools.cache
def routes() -> list[tuple[str, int, frozenset[str], str]]:
    """Method, depth of the path (0 account, 1 bucket, 2 object), required query, operation: from AWS's model."""
    model, found = service_model("s3"), []
    by_header = {other for _header, other in BY_HEADER.values()}
    for name in model.operation_names:
        if name in by_header:
            continue
        operation = model.operation_model(name)
        path, _, query = operation.http["requestUri"].partition("?")
        fixed = {part for part in query.split("&") if part and not part.startswith("x-id=")}
        keys = frozenset(fixed | required_query(operation))
        found.append((operation.http["method"], path.count("{"), keys, name))
    # The more a route asks for, the better it describes a request.
    return sorted(found, key=lambda route: -len(route[2]))


def required_query(operation: OperationModel) -> set[str]:
    """What tells AbortMultipartUpload, which cannot do without uploadId, from DeleteObject."""
    shape = operation.input_shape
    members = [shape.members[name] for name in shape.required_members] if shape else []
    return {member.serialization["name"] for member in members if member.serialization.get("location") == "querystring"}


def operation_of(environ: Mapping) -> tuple[str, str, str, dict[str, str]]:
    """Operation, bucket, key, query. The operation is empty where no route fits."""
    path = environ["PATH_INFO"].lstrip("/")
    bucket, _, key = path.partition("/")
    query = dict(parse_qsl(environ.get("QUERY_STRING", ""), keep_blank_values=True))
    have = {*query, *(f"{name}={value}" for name, value in query.items())}
    depth = 2 if key else 1 if bucket else 0
    name = next((n for m, d, k, n in routes() if m == environ["REQUEST_METHOD"] and d == depth and k <= have), "")
    header, other = BY_HEADER.get(name, ("", ""))
    if header and header in environ:
        name = other
    return name, bucket, key, query


def asked(environ: Mapping) -> list[tuple[str, str, dict]]:
    """Every permission that a request needs: action, resource, what its conditions see."""
    operation, bucket, key, query = operation_of(environ)
    if not operation or not bucket or operation in SEVERAL or bucket_named(bucket) is None:
        return []
    action = action_of("s3", operation)
    version = query.get("versionId")
    if version:
        action = OF_A_VERSION.get(action, action)
    resource = f"arn:aws:s3:::{bucket}/{key}" if key else f"arn:aws:s3:::{bucket}"
    context = {"s3:versionid": version} if version else {}
    if not key and "prefix" in query:
        context["s3:prefix"] = query["prefix"]
    needed = [(action, resource, context)]
    if environ.get("HTTP_X_AMZ_BYPASS_GOVERNANCE_RETENTION", "").lower() == "true":
        needed.append(("s3:BypassGovernanceRetention", resource, context))
    source = re.match(r"/?([^?]+)(?:\?versionId=(.+))?", unquote(environ.get("HTTP_X_AMZ_COPY_SOURCE", "")))
    if source:
        needed.append(("s3:GetObjectVersion" if source[2] else "s3:GetObject", f"arn:aws:s3:::{source[1]}", {}))
    return needed


def refused_answer(environ: dict) -> tuple[str, str, str] | None:
    """Status, content type and body, when a request is to be refused."""
    if signed_for(environ)[0] != "s3":
        return None
    principal = principals.of_request(environ)
    principals.CURRENT.principal = principal
    for action, resource, context in asked(environ):
        decision = decision_for(principal, action, resource, context)
        if decision is not Decision.ALLOWED:
            message = f"User: {principal.arn} is not authorized to perform: {action} on resource: {resource} {decision.value}"
            return "403 Forbidden", *error_body(environ, "AccessDenied", message)
    return None
