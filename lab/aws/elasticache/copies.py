"""Many replication groups like one: an account with thousands of them, without the time that creating each takes."""

import copy

from aws.control import NotThere, control_call
from aws.elasticache.control import group_of, place_of
from aws.elasticache.state import LOCK, Place


def renamed(value, old: str, new: str):
    """The same with another id wherever the id of the group is, also as a part of a name, an ARN or an address."""
    if isinstance(value, str):
        return value.replace(old, new)
    if isinstance(value, dict):
        return {renamed(key, old, new): renamed(item, old, new) for key, item in value.items()}
    if isinstance(value, list):
        return [renamed(item, old, new) for item in value]
    return copy.copy(value)


def copy_group(place: Place, group: dict, name: str):
    state, old = place.state, group["ReplicationGroupId"]
    nodes = [state.clusters[node] for node in group["MemberClusters"]]
    snapshots = [snapshot for snapshot in state.snapshots.values() if snapshot["group"] == old]
    for table, key, things in (
        (state.groups, "ReplicationGroupId", [group]),
        (state.clusters, "CacheClusterId", nodes),
        (state.snapshots, "SnapshotName", snapshots),
    ):
        for thing in things:
            one = renamed(thing, old, name)
            table[one[key]] = one
            state.tags[one["ARN"]] = copy.deepcopy(state.tags.get(thing["ARN"], []))


def remove_copy(place: Place, name: str):
    for node in place.state.groups[name]["MemberClusters"]:
        place.drop("clusters", node)
    for snapshot in [key for key, one in place.state.snapshots.items() if one["group"] == name]:
        place.drop("snapshots", snapshot)
    place.drop("groups", name)


@control_call
def copies(replication_group_id: str, count: int, region: str) -> dict:
    """Makes so many copies of a replication group, with its nodes, tags and backups; those made before are removed.

    They are named after it, with a number of five digits. With --count 0 none are left.
    """
    place = place_of(region)
    group = group_of(place, replication_group_id)
    name = group["ReplicationGroupId"]
    if name in group["CacheNodeType"]:
        raise NotThere(f"the id {name} is a part of the node type {group['CacheNodeType']}; copy a group of another id")
    with LOCK:
        for other in list(place.state.groups):
            if other.startswith(f"{name}-") and other.removeprefix(f"{name}-").isdigit():
                remove_copy(place, other)
        for number in range(count):
            copy_group(place, group, f"{name}-{number:05}")
    return {"count": count}
