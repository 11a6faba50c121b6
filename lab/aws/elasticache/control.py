"""What ElastiCache does by itself: backups, failovers, maintenance, growing data, time."""

from datetime import timedelta

from moto.core import DEFAULT_ACCOUNT_ID

from aws.control import NotThere, control_call
from aws.elasticache.clock import now
from aws.elasticache.data import hold
from aws.elasticache.events import tell
from aws.elasticache.failover import fail_over
from aws.elasticache.lifecycle import settled
from aws.elasticache.modification import apply_pending
from aws.elasticache.nodes import shards_of
from aws.elasticache.snapshots import ShardDiffers, source_nodes, take
from aws.elasticache.state import DELAY, SILENT, Place
from aws.models import members, service_model


def place_of(region: str) -> Place:
    return Place(DEFAULT_ACCOUNT_ID, region)


def group_of(place: Place, name: str) -> dict:
    groups = settled(place).groups
    if name.lower() not in groups:
        raise NotThere(f"no replication group named {name}; there are {sorted(groups)}")
    return groups[name.lower()]


def as_api(shape: str, thing: dict) -> dict:
    """What ElastiCache's API has of a thing, without what the lab keeps beside it."""
    return {name: value for name, value in thing.items() if name in members(service_model("elasticache").shape_for(shape))}


def forget_snapshots(region: str):
    place_of(region).state.snapshots.clear()


@control_call
def automatic_snapshot(replication_group_id: str, region: str, status: str = "available", age_hours: float = 0, shard: str = "") -> dict:
    """Takes an automatic backup, now or some hours ago; with --status failed one that failed.

    With --shard these are of that shard only, and the other shards are backed up now. One shard that fails makes the whole backup fail.
    --status missing leaves the shard out of a backup that is available.
    """
    place = place_of(region)
    group = group_of(place, replication_group_id)
    count = len([s for s in place.state.snapshots.values() if s["SnapshotSource"] == "automated"])
    name = f"automatic.{group['ReplicationGroupId']}-2026-01-01-03-{count:02}"
    if shard and (not group["ClusterEnabled"] or shard not in shards_of(group)):
        raise NotThere(f"no shard {shard}; there are {sorted(shards_of(group)) if group['ClusterEnabled'] else 'none'}")
    differs = ShardDiffers(shard, status, age_hours) if shard else None
    status, age_hours = (("failed" if status == "failed" else "available"), 0) if shard else (status, age_hours)
    taken = take(place, name, source_nodes(group), group, source="automated", status=status, age_hours=age_hours, differs=differs)
    return as_api("Snapshot", taken)


@control_call
def failover(replication_group_id: str, region: str) -> dict:
    """Makes the next replica the primary (cluster mode disabled)."""
    place = place_of(region)
    group = group_of(place, replication_group_id)
    fail_over(place, group)
    return as_api("ReplicationGroup", group)


@control_call
def event(replication_group_id: str, name: str, region: str, node: str = "") -> dict:
    """Publishes an event to the topic of a replication group, such as NodeReplacementScheduled, about a node (default: the first one)."""
    place = place_of(region)
    group = group_of(place, replication_group_id)
    tell(place, group, name, node or group["MemberClusters"][0])
    return {}


@control_call
def maintenance(replication_group_id: str, region: str) -> dict:
    """Lets the maintenance window come: what was requested without ApplyImmediately is applied."""
    place = place_of(region)
    group = group_of(place, replication_group_id)
    apply_pending(place, group)
    return as_api("ReplicationGroup", group)


@control_call
def data_size(replication_group_id: str, megabytes: float, region: str) -> dict:
    """Sets how much data each shard holds: the size of the next snapshots, and whether a node type has the memory to restore them."""
    group = group_of(place_of(region), replication_group_id)
    group["size"] = f"{megabytes:g} MB"
    return as_api("ReplicationGroup", group)


@control_call
def age(replication_group_id: str, hours: float, region: str) -> dict:
    """Makes a replication group, and its nodes, this many hours old.

    The id may also be that of a node without a group.
    """
    place = place_of(region)
    created = now() - timedelta(hours=hours)
    alone = settled(place).clusters.get(replication_group_id.lower())
    if alone and not alone.get("ReplicationGroupId"):
        alone["CacheClusterCreateTime"] = created
        return as_api("CacheCluster", alone)
    group = group_of(place, replication_group_id)
    group["ReplicationGroupCreateTime"] = created
    for name in group["MemberClusters"]:
        place.state.clusters[name]["CacheClusterCreateTime"] = created
    return as_api("ReplicationGroup", group)


@control_call
def keys(
    name: str, keys: int, region: str, expiring: int = 0, average_ttl_seconds: float = 3600, shard: str = "", age_hours: float = 0
) -> dict:
    """Sets how many keys each shard of a replication group or of a snapshot holds, and how many of those expire.

    With --shard, of that shard only. A group holds them from now on, or since some hours ago.
    """
    place = place_of(region)
    snapshot = settled(place).snapshots.get(name.lower())
    cache = snapshot or group_of(place, name)
    shards = list(snapshot["held"]) if snapshot else list(shards_of(cache))
    if shard and shard not in shards:
        raise NotThere(f"no shard {shard}; there are {shards}")
    one = {"keys": keys, "expiring": expiring, "ttl": average_ttl_seconds}
    changed = dict.fromkeys([shard] if shard else shards, one)
    if snapshot:
        # A copy may have the same.
        snapshot["held"] = {**snapshot["held"], **changed}
    else:
        hold(cache, now() - timedelta(hours=age_hours), changed)
    return changed


@control_call
def metrics(replication_group_id: str, reported: bool = False) -> dict:
    """Stops the nodes of a replication group from reporting metrics of their data, also of one that is created later.

    With --reported true they report again.
    """
    (SILENT.discard if reported else SILENT.add)(replication_group_id.lower())
    return {"silent": sorted(SILENT)}


@control_call
def delay(snapshot_seconds: float = -1, group_seconds: float = -1, metrics_seconds: float = -1) -> dict:
    """Sets how long snapshots and groups take: a snapshot in creating or copying; a group in creating, modifying or deleting.

    And how long after its creation a node reports its first metrics.
    """
    given = {"snapshot": snapshot_seconds, "group": group_seconds, "metrics": metrics_seconds}
    DELAY.update({kind: seconds for kind, seconds in given.items() if seconds >= 0})
    return DELAY


@control_call
def replication_group(replication_group_id: str, region: str) -> dict:
    """Shows a replication group with what the API hides too, for example what it was restored from."""
    return group_of(place_of(region), replication_group_id)
