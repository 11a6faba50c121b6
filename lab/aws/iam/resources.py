"""Which resources a call touches: those of the action's resource types that its arguments name.

https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html#actions_table
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from moto.core import DEFAULT_ACCOUNT_ID

from aws.iam.reference import Action, ResourceType

# Where an argument has another name than the variable in the ARN of what it names.
ARGUMENTS = {
    "elasticache": {"SnapshotName": ["FinalSnapshotIdentifier"], "CacheClusterId": ["PrimaryClusterId"]},
    "s3": {"BucketName": ["Bucket", "TargetBucket"], "ObjectName": ["Key"]},
    "sqs": {"QueueName": ["QueueUrl"]},
    "kms": {"KeyId": ["KmsKeyId"]},
    "ec2": {"SecurityGroupId": ["GroupId"]},
}
# SourceSnapshotName and TargetSnapshotName each name a snapshot, UserGroupIdsToAdd user groups.
PREFIX, SUFFIX = r"(?:Source|Target)?", r"(?:s|List|sToAdd|sToRemove)?"


@dataclass(frozen=True)
class Named:
    """A resource that a call must be allowed on, with the condition keys that the reference lists for its type."""

    arn: str
    condition_keys: tuple[str, ...] = ()


def variables(template: str) -> list[str]:
    return [v for v in re.findall(r"\$\{(\w+)\}", template) if v not in ("Partition", "Region", "Account")]


def filled(template: str, region: str, values: Mapping[str, str]) -> str:
    known = {"Partition": "aws", "Region": region, "Account": DEFAULT_ACCOUNT_ID, **values}
    return re.sub(r"\$\{(\w+)\}", lambda m: known.get(m[1], "*"), template)


def texts(value) -> list[str]:
    if isinstance(value, str):
        return [value]
    return [v for v in value if isinstance(v, str)] if isinstance(value, list) else []


def is_arn_of(template: str, text: str) -> bool:
    pattern = "".join(f"(?:{'.+' if p.startswith('${') else re.escape(p)})" for p in re.split(r"(\$\{\w+\})", template) if p)
    # Region and account are empty in the ARNs of some services.
    return text.startswith("arn:") and re.fullmatch(pattern.replace("(?:.+)", "(?:.*)"), text) is not None


def values_of(variable: str, service: str, arguments: Mapping) -> list[str]:
    """What the arguments say for a variable of an ARN."""
    aliases = ARGUMENTS.get(service, {}).get(variable, [])
    wanted = re.compile(f"{PREFIX}{variable}{SUFFIX}|{'|'.join(aliases) or '(?!)'}", re.IGNORECASE)
    found = [text for name, value in arguments.items() if wanted.fullmatch(name) for text in texts(value)]
    return [text.rsplit("/", 1)[-1] if service == "sqs" else text for text in found if not text.startswith("arn:")]


def arns_of(kind: ResourceType, service: str, arguments: Mapping, region: str) -> list[str]:
    given = [text for value in arguments.values() for text in texts(value) if is_arn_of(kind.arn, text)]
    names = variables(kind.arn)
    by_variable = {name: values_of(name, service, arguments) for name in names}
    if not names or not all(by_variable.values()):
        return given
    if len(names) == 1:
        return given + [filled(kind.arn, region, {names[0]: value}) for value in by_variable[names[0]]]
    return [*given, filled(kind.arn, region, {name: values[0] for name, values in by_variable.items()})]


def resources_of(action: Action, arguments: Mapping, region: str) -> list[Named]:
    """Every one of them must be allowed.

    A required type that no argument names stands for all of them (DescribeSnapshots without a name), unless another required
    type is named: DescribeExecution wants an execution or an express one.
    """
    named, open_types, required_named = [], [], False
    for kind in action.resource_types:
        arns = arns_of(kind, action.service, arguments, region)
        named += [Named(arn, kind.condition_keys) for arn in dict.fromkeys(arns)]
        required_named |= bool(arns) and kind.required
        if kind.required and not arns:
            open_types.append(kind)
    if not required_named:
        named += [Named(filled(kind.arn, region, {}), kind.condition_keys) for kind in open_types]
    return named or [Named("*")]
