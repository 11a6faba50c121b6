from tests.conformance.elasticache.given import (
    API,
    group,
    node,
    sharded,
    subnet_group,
)
from tests.conformance.harness import Row, conformance

nodes = "elasticache.describe_cache_clusters"
INVALID, COMBINATION = "InvalidParameterValue", "InvalidParameterCombination"

test_nodes = conformance(
    [
        Row(
            "a node without a replication group has a creation time and no replication group",
            nodes,
            f"{API}/API_CacheCluster.html",
            {"ShowCacheClustersNotInReplicationGroups": True},
            given=[subnet_group, node(), group()],
            answers={
                "CacheClusters[].CacheClusterId": ["alone"],
                "CacheClusters[0].CacheClusterCreateTime": lambda at: at is not None,
                "CacheClusters[0].ReplicationGroupId": None,
            },
        ),
        Row(
            "endpoints of nodes are shown on request",
            nodes,
            f"{API}/API_DescribeCacheClusters.html",
            {"ShowCacheNodeInfo": True},
            given=[subnet_group, node()],
            answers={"CacheClusters[0].CacheNodes[0].Endpoint.Port": 6379},
            then=[(nodes, {}, {"CacheClusters[0].CacheNodes": None})],
        ),
        Row("a page of 19 nodes", nodes, f"{API}/API_DescribeCacheClusters.html", {"MaxRecords": 19}, refused=INVALID),
        Row(
            "a page of 20 nodes",
            nodes,
            f"{API}/API_DescribeCacheClusters.html",
            {"MaxRecords": 20},
            given=[subnet_group, sharded(NumNodeGroups=11)],
            answers={"length(CacheClusters)": 20},
            then=[(nodes, {"MaxRecords": 20, "Marker": "20"}, {"length(CacheClusters)": 2, "Marker": ""})],
        ),
        Row(
            "a node that does not exist",
            nodes,
            f"{API}/API_DescribeCacheClusters.html",
            {"CacheClusterId": "none"},
            refused="CacheClusterNotFound",
        ),
        Row(
            "a node with a parameter group in which cluster mode is enabled",
            "elasticache.create_cache_cluster",
            "https://github.com/aws/aws-cli/issues/2456",
            {
                "CacheClusterId": "alone",
                "Engine": "redis",
                "EngineVersion": "7.1",
                "CacheNodeType": "cache.t4g.small",
                "NumCacheNodes": 1,
                "CacheSubnetGroupName": "subnets",
                "CacheParameterGroupName": "default.redis7.cluster.on",
            },
            given=[subnet_group],
            refused=COMBINATION,
            message="Cluster mode should be disabled in parameter group, but found it is enabled.",
        ),
    ]
)
