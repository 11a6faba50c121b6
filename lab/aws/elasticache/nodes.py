"""The nodes of a replication group: their names, and how the group shows them."""

from aws.elasticache.clock import now
from aws.elasticache.slots import slots_of
from aws.elasticache.state import Place
from aws.elasticache.subnet_groups import zones_of

# https://docs.aws.amazon.com/AmazonElastiCache/latest/APIReference/API_CreateReplicationGroup.html (ReplicasPerNodeGroup: 0 to 5)
MOST_PER_SHARD = 6


def node_name(group_id: str, shard: str | None, number: int) -> str:
    """`<id>-001` with cluster mode disabled, `<id>-0001-001` with it enabled."""
    return f"{group_id}-{number:03}" if shard is None else f"{group_id}-{shard}-{number:03}"


def new_names(place: Place, group: dict, shard: str | None, count: int) -> list[str]:
    """The lowest names that are free."""
    names = (node_name(group["ReplicationGroupId"], shard, i) for i in range(1, 1000))
    return [name for name, _ in zip((n for n in names if n not in place.state.clusters), range(count), strict=False)]


def add_node(place: Place, model: dict, name: str, zone: str) -> dict:
    """A node like another one."""
    endpoint = {**model["CacheNodes"][0]["Endpoint"], "Address": f"{name}.{model['domain']}"}
    node = {
        **model,
        "CacheClusterId": name,
        "ARN": place.arn("cluster", name),
        "CacheClusterCreateTime": now(),
        "PreferredAvailabilityZone": zone,
        "CacheNodes": [{**model["CacheNodes"][0], "Endpoint": endpoint, "CustomerAvailabilityZone": zone}],
        "manual_snapshots": [],
    }
    place.state.clusters[name] = node
    return node


def zone_for(place: Place, subnet_group: str, index: int) -> str:
    zones = zones_of(place.state.subnet_groups[subnet_group])
    return zones[index % len(zones)]


def shards_of(group: dict) -> dict[str, list[str]]:
    """Node names by shard, in the order of their ids."""
    shards: dict[str, list[str]] = {}
    for name in group["MemberClusters"]:
        shards.setdefault(group["shards"][name], []).append(name)
    return {shard: shards[shard] for shard in sorted(shards)}


def lay_out(place: Place, group: dict, primary: str | None = None):
    """Fills NodeGroups and MemberClusters. Roles and endpoints of nodes are shown with cluster mode disabled only.

    https://docs.aws.amazon.com/AmazonElastiCache/latest/APIReference/API_NodeGroupMember.html (CurrentRole)
    """
    group["MemberClusters"] = [name for names in shards_of(group).values() for name in names]
    if group["ClusterEnabled"]:
        lay_out_shards(place, group)
    else:
        lay_out_replicas(place, group, primary or group["MemberClusters"][0])


def lay_out_shards(place: Place, group: dict):
    shards = shards_of(group)
    slots = slots_of(group, list(shards))
    group["NodeGroups"] = [
        {
            "NodeGroupId": shard,
            "Status": "available",
            "Slots": slots[shard],
            "NodeGroupMembers": [member(place, name) for name in names],
        }
        for shard, names in shards.items()
    ]


def lay_out_replicas(place: Place, group: dict, primary: str):
    domain, port = group["domain"], group["port"]
    group["NodeGroups"] = [
        {
            "NodeGroupId": "0001",
            "Status": "available",
            "PrimaryEndpoint": {"Address": f"master.{domain}", "Port": port},
            "ReaderEndpoint": {"Address": f"replica.{domain}", "Port": port},
            "NodeGroupMembers": [
                {
                    **member(place, name),
                    "CurrentRole": "primary" if name == primary else "replica",
                    "ReadEndpoint": place.state.clusters[name]["CacheNodes"][0]["Endpoint"],
                }
                for name in group["MemberClusters"]
            ],
        }
    ]


def member(place: Place, name: str) -> dict:
    return {
        "CacheClusterId": name,
        "CacheNodeId": "0001",
        "PreferredAvailabilityZone": place.state.clusters[name]["PreferredAvailabilityZone"],
    }


def primary_of(group: dict) -> str:
    """With cluster mode disabled."""
    return next(m["CacheClusterId"] for m in group["NodeGroups"][0]["NodeGroupMembers"] if m["CurrentRole"] == "primary")


def domain_of(place: Place, name: str) -> str:
    return f"{name}.abc123.{place.region[:2]}x1.cache.amazonaws.com"
