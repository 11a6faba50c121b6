from tests.conformance.elasticache.given import (
    API,
    control,
    group,
    sharded,
    subnet_group,
)
from tests.conformance.harness import Row, conformance

describe = "elasticache.describe_replication_groups"
INVALID, COMBINATION = "InvalidParameterValue", "InvalidParameterCombination"

increase, decrease = "elasticache.increase_replica_count", "elasticache.decrease_replica_count"
reshard = "elasticache.modify_replication_group_shard_configuration"
INCREASE, DECREASE = f"{API}/API_IncreaseReplicaCount.html", f"{API}/API_DecreaseReplicaCount.html"
RESHARD = f"{API}/API_ModifyReplicationGroupShardConfiguration.html"


def resize(what: str, call: str, source: str, group_id: str = "cache", **more) -> Row:
    changes = {name: more.pop(name) for name in list(more) if name[0].isupper()}
    arguments = {"ReplicationGroupId": group_id, "ApplyImmediately": True, **changes}
    return Row(what, call, source, arguments, given=[subnet_group, group() if group_id == "cache" else sharded()], **more)


test_resizing = conformance(
    [
        resize(
            "two more replicas",
            increase,
            INCREASE,
            NewReplicaCount=3,
            answers={"ReplicationGroup.MemberClusters": ["cache-001", "cache-002", "cache-003", "cache-004"]},
        ),
        resize("as many replicas as there are", increase, INCREASE, NewReplicaCount=1, refused="NoOperationFault"),
        resize("six replicas", increase, INCREASE, NewReplicaCount=6, refused=INVALID),
        resize("later", increase, INCREASE, NewReplicaCount=2, ApplyImmediately=False, refused=INVALID),
        resize("fewer by an increase", increase, INCREASE, NewReplicaCount=0, refused=INVALID),
        resize("no replica with automatic failover", decrease, DECREASE, NewReplicaCount=0, refused=INVALID),
        resize("the primary removed by name", decrease, DECREASE, ReplicasToRemove=["cache-001"], refused=INVALID),
        resize(
            "replicas of every shard",
            increase,
            INCREASE,
            "sharded",
            NewReplicaCount=2,
            answers={"length(ReplicationGroup.MemberClusters)": 6},
        ),
        resize(
            "replicas of one shard",
            increase,
            INCREASE,
            "sharded",
            ReplicaConfiguration=[{"NodeGroupId": "0002", "NewReplicaCount": 2}],
            answers={
                "length(ReplicationGroup.NodeGroups[1].NodeGroupMembers)": 3,
                "length(ReplicationGroup.NodeGroups[0].NodeGroupMembers)": 2,
            },
        ),
        resize(
            "shards without replicas",
            decrease,
            DECREASE,
            "sharded",
            NewReplicaCount=0,
            answers={"length(ReplicationGroup.MemberClusters)": 2},
        ),
        resize(
            "a third shard, with as many replicas",
            reshard,
            RESHARD,
            "sharded",
            NodeGroupCount=3,
            answers={"ReplicationGroup.NodeGroups[2].NodeGroupMembers[].CacheClusterId": ["sharded-0003-001", "sharded-0003-002"]},
        ),
        resize(
            # "To rebalance the keyspaces across all shards in the cluster, this value must be the same as the current number of shards."
            "as many shards as before, which rebalances them",
            reshard,
            "https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/redis-cluster-resharding-online.html",
            "sharded",
            NodeGroupCount=2,
            answers={"ReplicationGroup.NodeGroups[].NodeGroupId": ["0001", "0002"]},
        ),
        resize("fewer shards without saying which", reshard, RESHARD, "sharded", NodeGroupCount=1, refused=COMBINATION),
        resize(
            "a shard removed, whose id is not used again",
            reshard,
            RESHARD,
            "sharded",
            NodeGroupCount=1,
            NodeGroupsToRemove=["0002"],
            answers={"ReplicationGroup.NodeGroups[].NodeGroupId": ["0001"]},
            then=[
                (
                    reshard,
                    {"ReplicationGroupId": "sharded", "NodeGroupCount": 2, "ApplyImmediately": True},
                    {"ReplicationGroup.NodeGroups[].NodeGroupId": ["0001", "0003"]},
                )
            ],
        ),
        resize(
            "a shard that is not there removed", reshard, RESHARD, "sharded", NodeGroupCount=1, NodeGroupsToRemove=["0009"], refused=INVALID
        ),
        resize(
            "more shards than a cluster may have nodes",
            reshard,
            RESHARD,
            "sharded",
            NodeGroupCount=46,
            refused="NodeQuotaForCustomerExceeded",
        ),
        resize("shards of a group without", reshard, RESHARD, NodeGroupCount=2, refused=COMBINATION),
        Row(
            "a replica deleted while it is the only one",
            "elasticache.delete_cache_cluster",
            "https://github.com/rebuy-de/aws-nuke/issues/289",
            {"CacheClusterId": "cache-002"},
            given=[subnet_group, group()],
            refused="InvalidCacheClusterState",
            message="it is the only read replica for replication group cache which has autofailover enabled or pending",
        ),
        Row(
            "one of two replicas deleted",
            "elasticache.delete_cache_cluster",
            f"{API}/API_DeleteCacheCluster.html",
            {"CacheClusterId": "cache-003"},
            given=[subnet_group, group(NumCacheClusters=3)],
            then=[(describe, {}, {"ReplicationGroups[0].MemberClusters": ["cache-001", "cache-002"]})],
        ),
        Row(
            "a replica under a name of one's own",
            "elasticache.create_cache_cluster",
            f"{API}/API_CreateCacheCluster.html",
            {"CacheClusterId": "reader", "ReplicationGroupId": "cache"},
            given=[subnet_group, group()],
            then=[(describe, {}, {"ReplicationGroups[0].MemberClusters": ["cache-001", "cache-002", "reader"]})],
        ),
        Row(
            "failover on request",
            "elasticache.test_failover",
            f"{API}/API_TestFailover.html",
            {"ReplicationGroupId": "cache", "NodeGroupId": "0001"},
            given=[subnet_group, group()],
            then=[(describe, {}, {"ReplicationGroups[0].NodeGroups[0].NodeGroupMembers[].CurrentRole": ["replica", "primary"]})],
        ),
        Row(
            "failover of a group without automatic failover",
            "elasticache.test_failover",
            f"{API}/API_TestFailover.html",
            {"ReplicationGroupId": "cache", "NodeGroupId": "0001"},
            given=[subnet_group, group(AutomaticFailoverEnabled=False)],
            refused="TestFailoverNotAvailableFault",
        ),
        Row(
            "a failover does not move the source of backups",
            describe,
            "https://github.com/hashicorp/terraform-provider-aws/issues/41567",
            given=[subnet_group, group(), control("failover", replicationGroupId="cache")],
            answers={
                "ReplicationGroups[0].SnapshottingClusterId": "cache-002",
                "ReplicationGroups[0].NodeGroups[0].NodeGroupMembers[?CurrentRole=='primary'].CacheClusterId": ["cache-002"],
            },
        ),
    ]
)
