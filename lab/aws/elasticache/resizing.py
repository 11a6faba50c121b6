"""Replicas and shards are added and removed.

https://docs.aws.amazon.com/AmazonElastiCache/latest/APIReference/API_IncreaseReplicaCount.html
https://docs.aws.amazon.com/AmazonElastiCache/latest/APIReference/API_DecreaseReplicaCount.html
https://docs.aws.amazon.com/AmazonElastiCache/latest/APIReference/API_ModifyReplicationGroupShardConfiguration.html
"""

from moto.core.responses import ActionResult

from aws.elasticache.cluster_mode import check_not_compatible
from aws.elasticache.lifecycle import check_available, keep_busy
from aws.elasticache.nodes import MOST_PER_SHARD, add_node, lay_out, new_names, primary_of, shards_of, zone_for
from aws.elasticache.refusals import refuse, refuse_combination, refuse_value
from aws.elasticache.replication_groups import MISSING, MOST_NODES


class ResizingActions:
    def increase_replica_count(self) -> ActionResult:
        return self.change_replicas(+1)

    def decrease_replica_count(self) -> ActionResult:
        return self.change_replicas(-1)

    def change_replicas(self, direction: int) -> ActionResult:
        group = self.named("groups", "ReplicationGroupId", MISSING)
        check_available(self.place, group)
        check_not_compatible(group)
        if self.get("ApplyImmediately") is not True:
            refuse_value("ApplyImmediately=False is not currently supported.")
        wanted = self.requested_replicas(group)
        shards = shards_of(group)
        if all(wanted[shard] == len(names) - 1 for shard, names in shards.items()):
            refuse("NoOperationFault", "The operation was not performed because no changes were required.")
        for shard, names in shards.items():
            self.check_replicas(group, len(names) - 1, wanted[shard], direction)
        primary = None if group["ClusterEnabled"] else primary_of(group)
        for shard, names in shards.items():
            self.grow(group, shard, names, 1 + wanted[shard])
            self.shrink(group, names, 1 + wanted[shard], primary or names[0])
        lay_out(self.place, group, primary)
        if group["SnapshottingClusterId"] not in (None, *group["MemberClusters"]):
            group["SnapshottingClusterId"] = group["MemberClusters"][-1]
        keep_busy(group, "modifying")
        return ActionResult({"ReplicationGroup": {**group, "Status": "modifying"}})

    def requested_replicas(self, group: dict) -> dict[str, int]:
        """By shard: NewReplicaCount for all, ReplicaConfiguration for some, or the names of ReplicasToRemove."""
        shards, count, gone = shards_of(group), self.get("NewReplicaCount"), self.get("ReplicasToRemove")
        now = {shard: len(names) - 1 for shard, names in shards.items()}
        configured = {c["NodeGroupId"]: c["NewReplicaCount"] for c in self.get("ReplicaConfiguration", [])}
        if count is None and not gone and not configured:
            refuse_combination("NewReplicaCount, ReplicaConfiguration or ReplicasToRemove must be given")
        if gone:
            primaries = {primary_of(group)} if not group["ClusterEnabled"] else {names[0] for names in shards.values()}
            if set(gone) - set(group["MemberClusters"]) or set(gone) & primaries:
                refuse_value(f"Only replicas of the group can be removed: {gone}")
            return {shard: len([n for n in names if n not in gone]) - 1 for shard, names in shards.items()}
        return now | configured if configured else dict.fromkeys(now, count)

    def check_replicas(self, group: dict, now: int, wanted: int, direction: int):
        """At least one replica with Multi-AZ, or with automatic failover and cluster mode disabled; at most five."""
        needs_one = group["MultiAZ"] == "enabled" or (group["AutomaticFailover"] == "enabled" and not group["ClusterEnabled"])
        if (wanted - now) * direction < 0 or not (1 if needs_one else 0) <= wanted < MOST_PER_SHARD:
            refuse_value(f"NewReplicaCount {wanted} is not valid for a node group with {now} replicas")

    def grow(self, group: dict, shard: str, names: list[str], size: int):
        model = self.state.clusters[group["MemberClusters"][0]]
        for name in new_names(self.place, group, shard if group["ClusterEnabled"] else None, size - len(names)):
            add_node(self.place, model, name, zone_for(self.place, model["CacheSubnetGroupName"], len(names)))
            group["shards"][name] = shard
            group["MemberClusters"].append(name)
            names.append(name)

    def shrink(self, group: dict, names: list[str], size: int, primary: str):
        chosen = self.get("ReplicasToRemove") or [n for n in reversed(names) if n != primary][: max(0, len(names) - size)]
        for name in [n for n in chosen if n in names]:
            names.remove(name)
            self.remove_node(group, name)

    def remove_node(self, group: dict, name: str):
        group["MemberClusters"].remove(name)
        self.place.drop("clusters", name)

    def modify_replication_group_shard_configuration(self) -> ActionResult:
        """Shards come and go in place. New ones have as many replicas as the smallest; an id that is gone is not used again.

        The number that there is rebalances the keys, and the slots of the lab are even already.

        https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/scaling-redis-cluster-mode-enabled.html
        """
        group = self.named("groups", "ReplicationGroupId", MISSING)
        check_available(self.place, group)
        if not group["ClusterEnabled"]:
            refuse_combination("The shard configuration of a replication group with cluster mode disabled cannot be modified")
        if self.get("ApplyImmediately") is not True:
            refuse_value("The only permitted value of ApplyImmediately is true")
        shards, count = shards_of(group), self.get("NodeGroupCount")
        if count < 1:
            refuse_value(f"NodeGroupCount {count} is not valid for a replication group with {len(shards)} node groups")
        size = min(len(names) for names in shards.values())
        if count * size > MOST_NODES:
            refuse("NodeQuotaForCustomerExceeded", f"A cluster can have at most {MOST_NODES} nodes.")
        group["slots"] = {}
        group["highest_shard"] = max(group.get("highest_shard", 0), *map(int, shards))
        for shard in self.shards_to_remove(shards, count):
            for name in shards.pop(shard):
                self.remove_node(group, name)
        while len(shards) < count:
            group["highest_shard"] += 1
            shard = f"{group['highest_shard']:04}"
            shards[shard] = []
            self.grow(group, shard, shards[shard], size)
        lay_out(self.place, group)
        keep_busy(group, "modifying")
        return ActionResult({"ReplicationGroup": {**group, "Status": "modifying"}})

    def shards_to_remove(self, shards: dict[str, list[str]], count: int) -> list[str]:
        gone, kept = self.get("NodeGroupsToRemove"), self.get("NodeGroupsToRetain")
        if set(gone or []) | set(kept or []) > set(shards):
            refuse_value(f"Invalid node group ids: {sorted((set(gone or []) | set(kept or [])) - set(shards))}")
        if count >= len(shards):
            return []
        if not gone and not kept:
            refuse_combination(
                "NodeGroupsToRemove or NodeGroupsToRetain is required when NodeGroupCount is less than the number of node groups"
            )
        leaving = gone if gone else [shard for shard in shards if shard not in kept]
        if set(leaving) - set(shards) or len(shards) - len(leaving) != count:
            refuse_value(f"Invalid node group ids: {leaving}")
        return leaving
