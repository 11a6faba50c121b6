"""What time does: things stay in creating, modifying, copying or deleting for a while, and then are done."""

import time
from datetime import timedelta

from aws.elasticache.events import record, tell
from aws.elasticache.refusals import refuse
from aws.elasticache.state import DELAY, LOCK, Place, Region


def settled(place: Place) -> Region:
    """The state, in which everything whose time is up is done."""
    state = place.state
    with LOCK:
        for group in [g for g in state.groups.values() if is_due(g)]:
            settle_group(place, group)
        for snapshot in [s for s in state.snapshots.values() if is_due(s)]:
            snapshot.update(ready=None, SnapshotStatus=snapshot.pop("becomes"))
            finish_snapshot(place, snapshot)
    return state


def is_due(thing: dict) -> bool:
    return bool(thing.get("ready")) and thing["ready"] <= time.time()


def settle_group(place: Place, group: dict):
    group["ready"] = None
    if group["Status"] == "deleting":
        remove_group(place, group)
        return
    group["Status"] = group.pop("becomes", "available")
    source = place.state.snapshots.get(group["restored_from"])
    if source and source["SnapshotStatus"] == "restoring":
        source["SnapshotStatus"] = "available"


def keep_busy(group: dict, status: str, becomes: str = "available") -> bool:
    """AWS answers at once and works on. The control call `delay` says how long that takes."""
    group["becomes"] = becomes
    group.update(Status=status, ready=time.time() + DELAY["group"])
    if not DELAY["group"]:
        group.update(Status=group.pop("becomes"), ready=None)
    return bool(DELAY["group"])


def status_of(place: Place, group: dict) -> str:
    """Snapshotting while a backup is taken.

    https://docs.aws.amazon.com/AmazonElastiCache/latest/APIReference/API_ReplicationGroup.html (Status)
    """
    if group["Status"] != "available":
        return group["Status"]
    name = group["ReplicationGroupId"]
    snapshotting = any(
        s["SnapshotStatus"] == "creating" and s["group"] == name and not s.get("copy") for s in place.state.snapshots.values()
    )
    return "snapshotting" if snapshotting else "available"


def check_available(place: Place, group: dict):
    status = status_of(place, group)
    if status != "available":
        refuse(
            "InvalidReplicationGroupState",
            f"Replication group {group['ReplicationGroupId']} must be in available state to modify: {status}",
        )


def remove_group(place: Place, group: dict):
    """Automatic backups go with their group, manual ones stay: https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/backups-automatic.html"""
    state, name = place.state, group["ReplicationGroupId"]
    for node in group["MemberClusters"]:
        place.drop("clusters", node)
    for snapshot in [n for n, s in state.snapshots.items() if s["SnapshotSource"] == "automated" and s["group"] == name]:
        place.drop("snapshots", snapshot)
    place.drop("groups", name)


def finish_snapshot(place: Place, snapshot: dict):
    """Once a snapshot is no longer creating it has a size and a time, and its topic hears of it."""
    status = snapshot["SnapshotStatus"]
    if status == "creating":
        return
    fill_in(snapshot)
    source = place.state.snapshots.get(snapshot.get("copy"))
    if source and source["SnapshotStatus"] == "copying":
        source["SnapshotStatus"] = "available"
    group = place.state.groups.get(snapshot["group"])
    if not group or snapshot.get("copy"):
        return
    failed, node = status == "failed", node_of_event(snapshot)
    tell(place, group, "SnapshotFailed" if failed else "SnapshotComplete", node)
    of = f"snapshot with ID '{snapshot['SnapshotName']}' of replication group with ID '{group['ReplicationGroupId']}'"
    message = f"Snapshot failed for {of}: not enough free memory to fork" if failed else f"Snapshot succeeded for {of}"
    # With shards it is an event of a node: botocore, data/elasticache/2015-02-02/examples-1.json, DescribeEvents.
    source = (node, "cache-cluster") if group["ClusterEnabled"] else (group["ReplicationGroupId"], "replication-group")
    record(place, *source, message, snapshot["taken"])


def fill_in(snapshot: dict):
    """Sizes and times, but for those of a shard that failed. One that is missing is not listed."""
    differs = snapshot.get("differs")
    for node in snapshot["NodeSnapshots"]:
        node.update(SnapshotCreateTime=snapshot["taken"], CacheSize=snapshot["size"])
        if differs and node.get("NodeGroupId") == differs.shard:
            node["SnapshotCreateTime"] -= timedelta(hours=differs.age_hours)
            if differs.status == "failed":
                node.update(SnapshotCreateTime=None, CacheSize="")
    if differs and differs.status == "missing":
        snapshot["NodeSnapshots"] = [node for node in snapshot["NodeSnapshots"] if node["NodeGroupId"] != differs.shard]


def node_of_event(snapshot: dict) -> str:
    """A node of the shard that failed, else of the first one."""
    differs = snapshot.get("differs")
    shards = [node.get("NodeGroupId") for node in snapshot["NodeSnapshots"]]
    return snapshot["nodes"][shards.index(differs.shard) if differs and differs.shard in shards else 0]
