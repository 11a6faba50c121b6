"""The slots of shards: those that were requested, else spread evenly.

https://docs.aws.amazon.com/AmazonElastiCache/latest/APIReference/API_NodeGroupConfiguration.html ("Keyspaces range from 0 to 16,383. The
string is in the format startkey-endkey.")
"""

import re

from aws.elasticache.refusals import refuse_combination, refuse_value

SLOTS = 16384
# botocore, elasticache, AllowedNodeGroupId
ID = re.compile(r"\d{1,4}")


def slots_of(group: dict, shards: list[str]) -> dict[str, str]:
    """By shard. The requested ones hold until the number of shards changes."""
    requested = group.get("slots", {})
    if set(requested) == set(shards):
        return requested
    return {shard: f"{i * SLOTS // len(shards)}-{(i + 1) * SLOTS // len(shards) - 1}" for i, shard in enumerate(shards)}


def requested_slots(configured: list[dict], from_files: bool) -> list[str]:
    """The slots of NodeGroupConfiguration; empty where it leaves them to ElastiCache, which it does not do for data from files.

    https://github.com/hashicorp/terraform-provider-aws/issues/32962 (the message of missing slots)
    AWS documents no refusal of slots that are missing or in two shards; the lab refuses a cache that could not serve every key.
    """
    slots = [one.get("Slots") for one in configured]
    if from_files and not (slots and all(slots)):
        refuse_combination("Slots must be provided when restoring from snapshot ARNs with cluster mode enabled")
    if not any(slots):
        return []
    if not all(slots):
        refuse_combination("Slots must be provided for each node group, or for none")
    following = 0
    for first, last in sorted(bounds(one) for one in slots):
        if first != following or last < first:
            refuse_value(f"The slots {', '.join(slots)} do not cover 0-{SLOTS - 1} once each")
        following = last + 1
    if following != SLOTS:
        refuse_value(f"The slots {', '.join(slots)} do not cover 0-{SLOTS - 1} once each")
    return slots


def bounds(slots: str) -> tuple[int, int]:
    found = re.fullmatch(r"(\d+)-(\d+)", slots)
    if not found:
        refuse_value(f"Invalid slots {slots}: the format is startkey-endkey")
    return int(found[1]), int(found[2])


def check_ids(configured: list[dict]):
    """User-supplied ids of node groups: four digits at most, each once."""
    ids = [one["NodeGroupId"] for one in configured if one.get("NodeGroupId")]
    if len(set(ids)) < len(ids) or not all(ID.fullmatch(one) for one in ids):
        refuse_value(f"Invalid NodeGroupId among {', '.join(ids)}: each is a number of up to four digits, used once")
