"""Bucket policies: refused when they name nobody, and evaluated for every principal, with their conditions.

moto looks only at statements for `*`, and at no conditions.
"""

import json

from moto.s3.exceptions import S3ClientError
from moto.s3.models import FakeBucket, S3Backend, s3_backends

from aws.iam.conditions import as_list
from aws.iam.policies import Decision, Request, decide, statements_of
from aws.iam.roles import role_named, statements_of_role
from aws.s3 import principals
from aws.s3.principals import Principal, names_account, names_directly
from aws.wrapping import wrap

# https://docs.aws.amazon.com/AmazonS3/latest/userguide/using-iam-policies.html (20 KB). Without spaces, as somebody has measured:
# https://github.com/MIT-LCP/physionet-build/issues/2094
LARGEST = 20_480


class MalformedPolicy(S3ClientError):
    """https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html#ErrorCodeList (MalformedPolicy)"""

    code = 400

    def __init__(self, message: str):
        super().__init__("MalformedPolicy", message)


def bucket_named(name: str) -> FakeBucket | None:
    """In whichever account: names of buckets are unique among all."""
    backends = [by_partition["aws"] for by_partition in list(s3_backends.values()) if "aws" in by_partition]
    return next((backend.buckets[name] for backend in backends if name in backend.buckets), None)


def bucket_of_arn(arn: str) -> FakeBucket | None:
    return bucket_named(arn.removeprefix("arn:aws:s3:::").partition("/")[0]) if arn.startswith("arn:aws:s3:::") else None


def statements_of_bucket(bucket: FakeBucket) -> list[dict]:
    return statements_of([bucket.policy.decode() if isinstance(bucket.policy, bytes) else bucket.policy]) if bucket.policy else []


def context_of(principal: Principal, more: dict) -> dict:
    who = {"aws:principalarn": principal.arn, "aws:principalaccount": principal.account} if principal.arn else {}
    # Clients of the lab speak HTTP, those of AWS HTTPS.
    return {"aws:securetransport": "true", "aws:principalisawsservice": str(bool(principal.service)).lower(), **who, **more}


def combined(identity: Decision, principal: Principal, request: Request) -> Decision:
    """What identity policies and the policy of the bucket decide together.

    In the account of the bucket either may allow; from another one, both must. A bucket policy that names the account leaves the
    decision to the account's own policies.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic_policy-eval-basics.html
    https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-auth-workflow-object-operation.html
    """
    bucket = bucket_of_arn(request.resource)
    if bucket is None:
        return identity
    statements = statements_of_bucket(bucket)
    request = Request(request.action, request.resource, context_of(principal, dict(request.context)))
    direct = decide([s for s in statements if names_directly(s, principal)], request)
    through_account = decide([s for s in statements if names_account(s, principal)], request)
    if Decision.EXPLICIT_DENY in (identity, direct, through_account):
        return Decision.EXPLICIT_DENY
    if principal.service:
        return direct
    if principal.account == bucket.account_id:
        return Decision.ALLOWED if Decision.ALLOWED in (identity, direct) else Decision.NO_ALLOW
    both = identity is Decision.ALLOWED and Decision.ALLOWED in (direct, through_account)
    return Decision.ALLOWED if both else Decision.NO_ALLOW


def identity_of(principal: Principal, request: Request) -> Decision:
    """Roles of this account are held to their policies; everybody else is an administrator of their account."""
    if not principal.is_role or role_named(principal.arn) is None:
        return Decision.ALLOWED
    return decide(
        statements_of_role(principal.arn), Request(request.action, request.resource, context_of(principal, dict(request.context)))
    )


def decision_for(principal: Principal, action: str, resource: str, context: dict | None = None) -> Decision:
    request = Request(action, resource, context or {})
    return combined(identity_of(principal, request), principal, request)


def checked(put_bucket_policy):
    """https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_policies.html: a principal that does not exist is invalid."""

    def put(backend: S3Backend, bucket_name: str, policy: bytes):
        try:
            statements = statements_of([policy.decode()])
        except (ValueError, AttributeError):
            raise MalformedPolicy("Policies must be valid JSON and the first byte must be '{'") from None
        if len(json.dumps(json.loads(policy), separators=(",", ":"), ensure_ascii=False).encode()) > LARGEST:
            raise MalformedPolicy("Policy exceeds the maximum allowed document size.")
        for statement in statements:
            element = statement.get("Principal")
            if element is None and "NotPrincipal" not in statement:
                raise MalformedPolicy("Missing required field Principal")
            named = as_list(element.get("AWS", [])) if isinstance(element, dict) else []
            if not all(principals.exists(name) for name in named):
                raise MalformedPolicy("Invalid principal in policy")
            for resource in as_list(statement.get("Resource", statement.get("NotResource", []))):
                if resource != "*" and resource.removeprefix("arn:aws:s3:::").partition("/")[0] != bucket_name:
                    raise MalformedPolicy("Policy has invalid resource")
        return put_bucket_policy(backend, bucket_name, policy)

    return put


def permission_in_the_middle(get_permission):
    """moto asks a bucket for each object that DeleteObjects names. Whole requests are judged before moto sees them (requests.py)."""

    def answer(bucket: FakeBucket, action: str, resource: str):
        from moto.iam.access_control import PermissionResult

        principal = getattr(principals.CURRENT, "principal", None)
        if principal is None or action != "s3:DeleteObject":
            return PermissionResult.NEUTRAL
        allowed = decision_for(principal, action, resource) is Decision.ALLOWED
        return PermissionResult.NEUTRAL if allowed else PermissionResult.DENIED

    return answer


def install():
    wrap(S3Backend, "put_bucket_policy", checked)
    wrap(FakeBucket, "get_permission", permission_in_the_middle)
