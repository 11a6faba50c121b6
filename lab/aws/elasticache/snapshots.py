"""Snapshots: taken, listed, copied, deleted.

https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/backups.html
Which members a snapshot has: botocore, data/elasticache/2015-02-02/examples-1.json, CreateSnapshot and DescribeSnapshots.
"""

import hashlib
import time
from dataclasses import dataclass
from datetime import timedelta

from moto.core.responses import ActionResult

from aws.elasticache import exports, neighbours
from aws.elasticache.clock import now, whole_second
from aws.elasticache.data import held
from aws.elasticache.lifecycle import check_available, finish_snapshot
from aws.elasticache.names import LONGEST_SNAPSHOT, check_name
from aws.elasticache.nodes import primary_of, shards_of
from aws.elasticache.refusals import refuse, refuse_combination
from aws.elasticache.slots import slots_of
from aws.elasticache.state import DELAY, Place
from aws.elasticache.tags import put_tags
from aws.faults import next_fault

SIZE = "12 MB"
# https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/backups.html#backups-constraints
MOST_MANUAL_PER_DAY = 20
NEVER = ("cache.t1.micro",)


@dataclass(frozen=True)
class ShardDiffers:
    """One shard of a backup is not like the others: it failed, is missing, or is older."""

    shard: str
    status: str
    age_hours: float


def settings_of(place: Place, node: dict) -> dict:
    """What a snapshot says of its source. They are those of the moment it is taken."""
    topic = node["NotificationConfiguration"]
    settings = {
        "CacheNodeType": node["CacheNodeType"],
        "Engine": node["Engine"],
        "EngineVersion": node["EngineVersion"],
        "PreferredMaintenanceWindow": node["PreferredMaintenanceWindow"],
        "Port": node["CacheNodes"][0]["Endpoint"]["Port"],
        "CacheParameterGroupName": node["CacheParameterGroup"]["CacheParameterGroupName"],
        "CacheSubnetGroupName": node["CacheSubnetGroupName"],
        "VpcId": place.state.subnet_groups[node["CacheSubnetGroupName"]]["VpcId"],
        "AutoMinorVersionUpgrade": node["AutoMinorVersionUpgrade"],
        "SnapshotRetentionLimit": node["SnapshotRetentionLimit"],
        "SnapshotWindow": node["SnapshotWindow"],
        "DataTiering": "enabled" if node["CacheNodeType"].startswith("cache.r6gd.") else "disabled",
    }
    return settings | ({"TopicArn": topic["TopicArn"]} if topic else {})


def of_node(node: dict) -> dict:
    return {
        "CacheClusterId": node["CacheClusterId"],
        "CacheClusterCreateTime": node["CacheClusterCreateTime"],
        "NumCacheNodes": 1,
        "PreferredAvailabilityZone": node["PreferredAvailabilityZone"],
        "NodeSnapshots": [{"CacheNodeId": "0001", "CacheNodeCreateTime": node["CacheClusterCreateTime"], "CacheSize": ""}],
    }


def of_shards(group: dict) -> dict:
    shards = shards_of(group)
    slots = slots_of(group, list(shards))
    return {
        "ReplicationGroupId": group["ReplicationGroupId"],
        "ReplicationGroupDescription": group["Description"],
        "NumNodeGroups": len(shards),
        "AutomaticFailover": group["AutomaticFailover"],
        "NodeSnapshots": [
            {
                "NodeGroupId": shard,
                "CacheSize": "",
                "NodeGroupConfiguration": {
                    "NodeGroupId": shard,
                    "Slots": slots[shard],
                    "ReplicaCount": len(names) - 1,
                },
            }
            for shard, names in shards.items()
        ],
    }


def take(
    place: Place,
    name: str,
    nodes: list[str],
    group: dict | None = None,
    alone: dict | None = None,
    source: str = "manual",
    status: str = "available",
    age_hours: float = 0,
    tags: list[dict] | None = None,
    key: str | None = None,
    differs: ShardDiffers | None = None,
) -> dict:
    """Takes a snapshot of nodes, one for each shard: of a group, or of a node that is in none."""
    state, node, name = place.state, place.state.clusters[nodes[0]], name.lower()
    check_snapshot(place, name, node, source)
    fault = next_fault("snapshot") if status == "available" else None
    becomes = (fault["status"] or "failed") if fault else status
    snapshot = {
        "SnapshotName": name,
        "SnapshotSource": "automated" if source == "automated" else "manual",
        "ARN": place.arn("snapshot", name),
        "KmsKeyId": key or (group or {}).get("KmsKeyId"),
        **settings_of(place, node),
        **(of_shards(group) if group and group["ClusterEnabled"] else of_node(node)),
        # What the lab keeps to itself.
        "group": group["ReplicationGroupId"] if group else None,
        "nodes": nodes,
        "size": (group or alone or {}).get("size", SIZE),
        "taken": whole_second(now() - timedelta(hours=age_hours)),
        "ready": None,
        "differs": differs,
    }
    snapshot["held"] = held(group or alone or node, now() - timedelta(hours=age_hours))
    put_tags(place, snapshot["ARN"], tags or [])
    state.snapshots[name] = snapshot
    if DELAY["snapshot"] and source == "manual" and becomes != "creating":
        snapshot.update(SnapshotStatus="creating", becomes=becomes, ready=time.time() + DELAY["snapshot"])
    else:
        snapshot["SnapshotStatus"] = becomes
        finish_snapshot(place, snapshot)
    return snapshot


def check_snapshot(place: Place, name: str, node: dict, source: str):
    if name in place.state.snapshots:
        refuse("SnapshotAlreadyExistsFault", f"Snapshot {name} already exists.")
    if source == "automated":
        return
    check_name("SnapshotName", name, LONGEST_SNAPSHOT)
    if node["CacheNodeType"] in NEVER:
        refuse("SnapshotFeatureNotSupportedFault", f"Backups are not supported on {node['CacheNodeType']}")
    day_ago = now() - timedelta(hours=24)
    today = [at for at in node.setdefault("manual_snapshots", []) if at > day_ago]
    if len(today) >= MOST_MANUAL_PER_DAY:
        refuse("SnapshotQuotaExceededFault", f"At most {MOST_MANUAL_PER_DAY} manual snapshots of a node are allowed in 24 hours.")
    node["manual_snapshots"] = [*today, now()]


def as_requested(snapshot: dict) -> dict:
    """What the request that takes a snapshot answers: it is always creating then, without a size and a time."""
    nodes = [{**{k: v for k, v in node.items() if k != "SnapshotCreateTime"}, "CacheSize": ""} for node in snapshot["NodeSnapshots"]]
    return {**snapshot, "SnapshotStatus": "creating", "NodeSnapshots": without_configuration(nodes)}


def without_configuration(nodes: list[dict]) -> list[dict]:
    return [{k: v for k, v in node.items() if k != "NodeGroupConfiguration"} for node in nodes]


class SnapshotActions:
    def create_snapshot(self) -> ActionResult:
        """Of a node with cluster mode disabled, of the whole group with it enabled.

        https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/backups-manual.html
        """
        node, group = self.source()
        if group:
            check_available(self.place, group)
        nodes = source_nodes(group) if group and group["ClusterEnabled"] else [node["CacheClusterId"]]
        key = neighbours.key_arn(self.place, self.get("KmsKeyId"))
        snapshot = take(self.place, self.get("SnapshotName"), nodes, group, alone=node, tags=self.get("Tags"), key=key)
        return ActionResult({"Snapshot": as_requested(snapshot)})

    def source(self) -> tuple[dict | None, dict | None]:
        """The node, the group."""
        if (
            self.get("CacheClusterId")
            and self.get("ReplicationGroupId")
            or not (self.get("CacheClusterId") or self.get("ReplicationGroupId"))
        ):
            refuse_combination("Exactly one of CacheClusterId and ReplicationGroupId must be given")
        if self.get("CacheClusterId"):
            node = self.named("clusters", "CacheClusterId", "CacheClusterNotFound")
            group = self.state.groups.get(node.get("ReplicationGroupId"))
            if group and group["ClusterEnabled"]:
                refuse_combination("Give ReplicationGroupId, not CacheClusterId, for a replication group with cluster mode enabled")
            return node, group
        group = self.named("groups", "ReplicationGroupId", "ReplicationGroupNotFoundFault")
        if not group["ClusterEnabled"]:
            refuse_combination("Give CacheClusterId, not ReplicationGroupId, for a replication group with cluster mode disabled")
        return None, group

    def describe_snapshots(self) -> ActionResult:
        """The filter says system and user where the answer says automated and manual. No order is promised."""
        rows = self.selected("snapshots", "SnapshotName", "SnapshotNotFoundFault")
        kind = {None: None, "system": "automated", "user": "manual"}.get(self.get("SnapshotSource"), "none")
        for parameter in ("ReplicationGroupId", "CacheClusterId"):
            wanted = self.get(parameter)
            rows = [s for s in rows if wanted is None or s.get(parameter) == wanted.lower()]
        rows = sorted((s for s in rows if kind in (None, s["SnapshotSource"])), key=shuffled)
        if not self.get("ShowNodeGroupConfig"):
            rows = [{**s, "NodeSnapshots": without_configuration(s["NodeSnapshots"])} for s in rows]
        return self.page(rows)

    def copy_snapshot(self) -> ActionResult:
        """A copy is manual, whatever it was copied from, so an automatic backup outlives its group. The source is copying meanwhile.

        https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/backups-copying.html
        https://docs.aws.amazon.com/AmazonElastiCache/latest/APIReference/API_Snapshot.html (SnapshotStatus)
        """
        source = self.named("snapshots", "SourceSnapshotName", "SnapshotNotFoundFault")
        if source["SnapshotStatus"] != "available":
            refuse("InvalidSnapshotState", f"Snapshot {source['SnapshotName']} is not available: {source['SnapshotStatus']}")
        if self.get("TargetBucket"):
            exported = exports.begin(self.place, source, self.get("TargetSnapshotName"), self.get("TargetBucket"))
            return ActionResult({"Snapshot": exported})
        name = self.get("TargetSnapshotName").lower()
        check_name("TargetSnapshotName", name, LONGEST_SNAPSHOT)
        if name in self.state.snapshots:
            refuse("SnapshotAlreadyExistsFault", f"Snapshot {name} already exists.")
        copy = {
            **source,
            "SnapshotName": name,
            "SnapshotSource": "manual",
            "ARN": self.place.arn("snapshot", name),
            "KmsKeyId": neighbours.key_arn(self.place, self.get("KmsKeyId")) or source["KmsKeyId"],
            "NodeSnapshots": [dict(node) for node in source["NodeSnapshots"]],
            "copy": source["SnapshotName"],
        }
        put_tags(self.place, copy["ARN"], self.get("Tags", []))
        self.state.snapshots[name] = copy
        if DELAY["snapshot"]:
            source["SnapshotStatus"] = "copying"
            copy.update(SnapshotStatus="creating", becomes="available", ready=time.time() + DELAY["snapshot"])
        return ActionResult({"Snapshot": {**copy, "SnapshotStatus": "creating"}})

    def delete_snapshot(self) -> ActionResult:
        """https://docs.aws.amazon.com/AmazonElastiCache/latest/APIReference/API_DeleteSnapshot.html (InvalidSnapshotState)"""
        snapshot = self.named("snapshots", "SnapshotName", "SnapshotNotFoundFault")
        if snapshot["SnapshotStatus"] not in ("available", "failed"):
            name, status = snapshot["SnapshotName"], snapshot["SnapshotStatus"]
            refuse("InvalidSnapshotState", f"Snapshot {name} is not in a valid state to be deleted: {status}")
        return ActionResult({"Snapshot": {**self.place.drop("snapshots", snapshot["SnapshotName"]), "SnapshotStatus": "deleting"}})


def source_nodes(group: dict) -> list[str]:
    """With cluster mode enabled a replica of each shard, else the node that SnapshottingClusterId names.

    https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/backups-automatic.html
    """
    return [names[-1] for names in shards_of(group).values()] if group["ClusterEnabled"] else [group["SnapshottingClusterId"]]


def final_nodes(group: dict) -> list[str]:
    """A final snapshot is taken of the primary.

    https://docs.aws.amazon.com/AmazonElastiCache/latest/APIReference/API_DeleteReplicationGroup.html (FinalSnapshotIdentifier)
    """
    return [names[0] for names in shards_of(group).values()] if group["ClusterEnabled"] else [primary_of(group)]


def shuffled(snapshot: dict) -> str:
    return hashlib.md5(snapshot["SnapshotName"].encode()).hexdigest()
