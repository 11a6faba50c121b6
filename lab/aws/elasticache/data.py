"""What caches and snapshots hold. There is no data in the lab, only how many keys there would be.

A cache has kept what it holds now since a control call set it. A snapshot has what the cache held when it was taken, and so has a cache
restored from it, less the keys that have expired since: a primary does not load those.
https://redis.io/docs/latest/commands/expire/ (how expires are handled in RDB files)
"""

from datetime import datetime, timezone

from aws.elasticache.nodes import shards_of

# A cache holds something from the beginning, as its snapshots have a size.
DEFAULT = {"keys": 10000, "expiring": 2000, "ttl": 3600.0}
ALWAYS = datetime.min.replace(tzinfo=timezone.utc)


def history_of(cache: dict) -> list[tuple[datetime, dict[str, dict]]]:
    """Since when a cache has held what, by shard; the newest last."""
    return cache.setdefault("held", [(ALWAYS, {})])


def held(cache: dict, at: datetime) -> dict[str, dict]:
    """By shard. A node that is in no group has one."""
    by_shard = next(by_shard for since, by_shard in reversed(history_of(cache)) if since <= at)
    shards = shards_of(cache) if cache.get("shards") else ["0001"]
    return {shard: by_shard.get(shard, DEFAULT) for shard in shards}


def hold(cache: dict, since: datetime, by_shard: dict[str, dict]):
    """From a moment on."""
    earlier = [(moment, kept) for moment, kept in history_of(cache) if moment < since]
    cache["held"] = [*earlier, (since, {**held(cache, since), **by_shard})]


def fill(group: dict, snapshot: dict):
    """A new group holds what the snapshot has; it is spread over the shards when the snapshot has another number."""
    given, shards = list(snapshot["held"].values()), list(shards_of(group))
    if len(given) != len(shards):
        total = {name: sum(one[name] for one in given) // len(shards) for name in ("keys", "expiring")}
        given = [{**total, "ttl": given[0]["ttl"]}] * len(shards)
    group["held"] = [(ALWAYS, dict(zip(shards, given, strict=True)))]
    group["loaded"] = snapshot["taken"]


def left(one: dict, loaded: datetime | None, at: datetime) -> dict:
    """What is left of a restored shard: the times to live are spread evenly around their average, and nobody writes."""
    if not loaded or not one["expiring"]:
        return one
    expired = min(1.0, (at - loaded).total_seconds() / (2 * one["ttl"])) if one["ttl"] else 1.0
    gone = round(one["expiring"] * expired)
    return {"keys": one["keys"] - gone, "expiring": one["expiring"] - gone, "ttl": one["ttl"] * (1 - expired)}
