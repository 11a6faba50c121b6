"""Every permission that a call needs: its action on each resource it names, and the dependent actions that its arguments bring about."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from moto.core import DEFAULT_ACCOUNT_ID

from aws.iam import facts
from aws.iam.keys import tags_in
from aws.iam.operations import OF_A_VERSION, action_of
from aws.iam.reference import Action, action_named
from aws.iam.resources import Named, is_arn_of, resources_of, texts
from aws.models import members, operation_named

# User guide, 'At-rest encryption': a key policy that limits kms:ViaService must name both, and these are the actions needed.
# https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/at-rest-encryption.html#using-customer-managed-keys-for-elasticache-security
ENCRYPTION_SERVICES = ("elasticache", "dax")
ENCRYPTION_ACTIONS = ("kms:CreateGrant", "kms:DescribeKey")
# User guide, 'Exporting a backup', step 3: https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/backups-exporting.html
EXPORT_ACTIONS = (
    "s3:PutObject",
    "s3:GetObject",
    "s3:DeleteObject",
    "s3:ListBucket",
    "s3:GetBucketLocation",
    "s3:GetBucketAcl",
    "s3:ListAllMyBuckets",
)


@dataclass(frozen=True)
class Permission:
    action: Action
    resource: Named
    # What the conditions of a policy see of the request.
    arguments: Mapping
    # Keys of calls that a service makes on the caller's behalf.
    context: Mapping
    # Why a dependent action is needed.
    reason: str = ""


def forwarded(service: str) -> dict:
    """https://docs.aws.amazon.com/IAM/latest/UserGuide/access_forward_access_sessions.html"""
    return {"aws:viaawsservice": "true", "aws:calledvia": [f"{service}.amazonaws.com"], "aws:calledviafirst": f"{service}.amazonaws.com"}


def permissions_of(service: str, operation: str, arguments: Mapping, region: str) -> list[Permission]:
    """@raises UnknownAction"""
    if operation.lower() == "deleteobjects":
        return list(deletions(arguments))
    name = action_of(service, operation)
    action = action_named(OF_A_VERSION.get(name, name) if arguments.get("VersionId") else name)
    own = [Permission(action, named, arguments, {}) for named in resources_of(action, arguments, region)]
    return [
        *own,
        *dependent(action, own, arguments, region),
        *copied_from(operation, arguments),
        *encryption(service, operation, arguments, region),
    ]


def dependent(action: Action, own: list[Permission], arguments: Mapping, region: str) -> Iterator[Permission]:
    reason, context = f"a dependent action of {action.full_name}", forwarded(action.service)
    for name in action.dependent_actions:
        needed = action_named(name)
        if needed.access_level == "Tagging":
            if tags_in(arguments):
                yield from (Permission(needed, named, arguments, {}, reason) for named in created(own, arguments))
        elif needed.service == "s3":
            objects = [t for value in arguments.values() for t in texts(value) if t.startswith("arn:aws:s3:::")]
            if name == "s3:GetObject":
                yield from (Permission(needed, Named(arn), {}, context, reason) for arn in objects)
        elif needed.service == "iam":
            roles = [t for value in arguments.values() for t in texts(value) if is_arn_of("arn:aws:iam::${Account}:role/${Name}", t)]
            yield from (Permission(needed, Named(arn), {}, {}, reason) for arn in roles)
        else:
            yield from (Permission(needed, named, {}, context, reason) for named in resources_of(needed, {}, region))
    if arguments.get("TargetBucket"):
        export = {"Bucket": arguments["TargetBucket"], "Key": f"{arguments.get('TargetSnapshotName')}-0001.rdb"}
        for name in EXPORT_ACTIONS:
            needed = action_named(name)
            for named in resources_of(needed, export, region):
                yield Permission(needed, named, {}, context, "exporting a backup")


def created(own: list[Permission], arguments: Mapping) -> list[Named]:
    """The resources that get the tags of a call: those the reference lists aws:RequestTag for, less what is copied."""
    tagged = [p.resource for p in own if any(key.startswith("aws:RequestTag") for key in p.resource.condition_keys)]
    sources = {text for name, value in arguments.items() if name.startswith("Source") for text in texts(value)}
    return tagged or [p.resource for p in own if p.resource.arn.rsplit(":", 1)[-1] not in sources]


def copied_from(operation: str, arguments: Mapping) -> Iterator[Permission]:
    """https://docs.aws.amazon.com/AmazonS3/latest/API/API_CopyObject.html: read access to the source, too."""
    if operation.lower() in ("copyobject", "uploadpartcopy"):
        source, _, version = str(arguments.get("CopySource", "")).lstrip("/").partition("?versionId=")
        read = action_named("s3:GetObjectVersion" if version else "s3:GetObject")
        yield Permission(read, Named(f"arn:aws:s3:::{source}"), {}, {}, "the source of the copy")


def deletions(arguments: Mapping) -> Iterator[Permission]:
    """Both for each object that is named with a version: https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteObjects.html"""
    for one in arguments.get("Delete", {}).get("Objects", []):
        for name in ["s3:DeleteObject", *(["s3:DeleteObjectVersion"] if one.get("VersionId") else [])]:
            yield Permission(action_named(name), Named(f"arn:aws:s3:::{arguments['Bucket']}/{one['Key']}"), {}, {})


def encryption(service: str, operation: str, arguments: Mapping, region: str) -> Iterator[Permission]:
    """A customer managed key is used by the caller's permission, through both services."""
    model = operation_named(service, operation)
    if service != "elasticache" or model is None or "KmsKeyId" not in members(model.input_shape):
        return
    key = facts.key_used(service, arguments, region)
    if key is None:
        return
    for name in ENCRYPTION_ACTIONS:
        for via in ENCRYPTION_SERVICES:
            context = {**forwarded(via), "kms:viaservice": f"{via}.{region}.amazonaws.com", "kms:calleraccount": DEFAULT_ACCOUNT_ID}
            context |= {"kms:grantisforawsresource": "true"} if name == "kms:CreateGrant" else {}
            yield Permission(action_named(name), Named(key), {}, context, f"the key of the cache, through {via}")
