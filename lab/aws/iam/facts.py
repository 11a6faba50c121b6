"""What judging a call needs to know about resources that exist: their tags and their keys."""

from collections.abc import Mapping

from moto.core import DEFAULT_ACCOUNT_ID

from aws.iam.resources import texts


def elasticache_of(region: str):
    from aws.elasticache.state import STATE

    return STATE.get((DEFAULT_ACCOUNT_ID, region))


def tags_of(arn: str, region: str) -> dict[str, str]:
    state = elasticache_of(region)
    return {t["Key"]: t.get("Value", "") for t in state.tags.get(arn, [])} if state else {}


def key_used(service: str, arguments: Mapping, region: str) -> str | None:
    """The ARN of the customer managed key that a call of ElastiCache encrypts with: its argument, or that of what it copies."""
    if service != "elasticache":
        return None
    if arguments.get("KmsKeyId"):
        key = arguments["KmsKeyId"]
        return key if key.startswith("arn:") else f"arn:aws:kms:{region}:{DEFAULT_ACCOUNT_ID}:key/{key}"
    state = elasticache_of(region)
    if not state:
        return None
    named = {text for value in arguments.values() for text in texts(value)}
    groups = [g for g in list(state.groups.values()) if g["ReplicationGroupId"] in named or named & set(g.get("MemberClusters") or [])]
    return next((g["KmsKeyId"] for g in groups if g.get("KmsKeyId")), None)
