"""Nodes by themselves: CreateCacheCluster, DeleteCacheCluster, DescribeCacheClusters.

https://docs.aws.amazon.com/AmazonElastiCache/latest/APIReference/API_CreateCacheCluster.html
"""

from moto.core.responses import ActionResult

from aws.elasticache import authentication, neighbours
from aws.elasticache.clock import now
from aws.elasticache.engines import family_of, full
from aws.elasticache.lifecycle import check_available, status_of
from aws.elasticache.names import LONGEST_NODE, check_name
from aws.elasticache.node_types import check_node_type
from aws.elasticache.nodes import MOST_PER_SHARD, add_node, domain_of, lay_out, primary_of, zone_for
from aws.elasticache.parameter_groups import check_family, enables_cluster_mode
from aws.elasticache.refusals import refuse, refuse_combination, refuse_value
from aws.elasticache.snapshots import take
from aws.elasticache.tags import put_tags
from aws.elasticache.windows import check_backup

# AWS chooses windows by the Region. These do not overlap.
CHOSEN_MAINTENANCE = "sun:23:00-mon:01:30"
CHOSEN_SNAPSHOT = "05:00-06:00"


class ClusterActions:
    def create_cache_cluster(self) -> ActionResult:
        state, name = self.state, self.get("CacheClusterId").lower()
        check_name("CacheClusterId", name, LONGEST_NODE)
        if name in state.clusters:
            refuse("CacheClusterAlreadyExists", f"Cache cluster {name} already exists.")
        if self.get("ReplicationGroupId"):
            return self.add_replica(name, self.named("groups", "ReplicationGroupId", "ReplicationGroupNotFoundFault"))
        engine = self.get("Engine", "memcached").lower()
        if engine == "memcached":
            refuse_value("The lab has no Memcached")
        family, version = family_of(engine, self.get("EngineVersion"))
        check_family(state, self.get("CacheParameterGroupName"), family)
        if enables_cluster_mode(state, self.get("CacheParameterGroupName")):  # https://github.com/aws/aws-cli/issues/2456
            refuse_combination("Cluster mode should be disabled in parameter group, but found it is enabled.")
        tls, token = bool(self.get("TransitEncryptionEnabled")), self.get("AuthToken")
        authentication.check_token(token, tls)
        node = {
            **self.node_settings(engine, family, version),
            "SnapshotRetentionLimit": self.get("SnapshotRetentionLimit", 0),
            "AuthTokenEnabled": token is not None,
            "TransitEncryptionEnabled": tls,
            "TransitEncryptionMode": "required" if tls else None,
            "AtRestEncryptionEnabled": False,
            "auth_tokens": [token] if token else [],
        }
        put_tags(self.place, node["ARN"], self.get("Tags", []))
        state.clusters[name] = node
        return ActionResult({"CacheCluster": {**node, "CacheClusterStatus": "creating"}})

    def node_settings(self, engine: str, family: str, version: str, name: str | None = None, zone_index: int = 0) -> dict:
        """What a request says about each of its nodes."""
        state, place, name = self.state, self.place, name or self.get("CacheClusterId").lower()
        check_node_type(self.get("CacheNodeType"))
        subnet_group = self.get("CacheSubnetGroupName")
        if subnet_group not in state.subnet_groups:
            refuse("CacheSubnetGroupNotFoundFault", f"Cache Subnet Group {subnet_group} does not exist.")
        neighbours.check_security_groups(place, self.get("SecurityGroupIds", []), state.subnet_groups[subnet_group]["VpcId"])
        check_backup(self.get("SnapshotRetentionLimit"), self.get("SnapshotWindow"), self.get("PreferredMaintenanceWindow"))
        zone, domain, port = (
            zone_for(place, subnet_group, zone_index),
            domain_of(place, self.get("ReplicationGroupId", name)),
            self.get("Port", 6379),
        )
        return {
            "CacheClusterId": name,
            "ARN": place.arn("cluster", name),
            "CacheClusterStatus": "available",
            "CacheClusterCreateTime": now(),
            "CacheNodeType": self.get("CacheNodeType"),
            "Engine": engine,
            "EngineVersion": full(version),
            "NumCacheNodes": 1,
            "PreferredAvailabilityZone": zone,
            "PreferredMaintenanceWindow": self.get("PreferredMaintenanceWindow", CHOSEN_MAINTENANCE).lower(),
            "PendingModifiedValues": {},
            "NotificationConfiguration": neighbours.notification(place, self.get("NotificationTopicArn")),
            "CacheParameterGroup": {
                "CacheParameterGroupName": self.get("CacheParameterGroupName") or f"default.{family}",
                "ParameterApplyStatus": "in-sync",
            },
            "CacheSubnetGroupName": subnet_group,
            "AutoMinorVersionUpgrade": self.get("AutoMinorVersionUpgrade", True),
            "SecurityGroups": [{"SecurityGroupId": g, "Status": "active"} for g in self.get("SecurityGroupIds", [])],
            "SnapshotWindow": self.get("SnapshotWindow", CHOSEN_SNAPSHOT),
            "NetworkType": "ipv4",
            "IpDiscovery": "ipv4",
            "CacheNodes": [
                {
                    "CacheNodeId": "0001",
                    "CacheNodeStatus": "available",
                    "CacheNodeCreateTime": now(),
                    "Endpoint": {"Address": f"{name}.{domain}", "Port": port},
                    "ParameterGroupStatus": "in-sync",
                    "CustomerAvailabilityZone": zone,
                }
            ],
            "domain": domain,
        }

    def add_replica(self, name: str, group: dict) -> ActionResult:
        """ReplicationGroupId: the node becomes a read replica of the group, under the name it is given."""
        check_available(self.place, group)
        members = group["MemberClusters"]
        if group["ClusterEnabled"] or len(members) >= MOST_PER_SHARD:
            refuse_combination("A read replica is added by name with cluster mode disabled only, and to at most 5 others")
        primary = primary_of(group)
        model = self.state.clusters[primary]
        zone = self.get("PreferredAvailabilityZone") or zone_for(self.place, model["CacheSubnetGroupName"], len(members))
        node = add_node(self.place, model, name, zone)
        group["shards"][name] = "0001"
        members.append(name)
        lay_out(self.place, group, primary)
        return ActionResult({"CacheCluster": {**node, "CacheClusterStatus": "creating"}})

    def describe_cache_clusters(self) -> ActionResult:
        rows = self.selected("clusters", "CacheClusterId", "CacheClusterNotFound")
        if self.get("ShowCacheClustersNotInReplicationGroups"):
            rows = [c for c in rows if not c.get("ReplicationGroupId")]
        return self.page(rows, self.shown_cluster)

    def shown_cluster(self, cluster: dict) -> dict:
        """CacheNodes are shown on request only.

        https://docs.aws.amazon.com/AmazonElastiCache/latest/APIReference/API_DescribeCacheClusters.html (ShowCacheNodeInfo)
        """
        group = self.state.groups.get(cluster.get("ReplicationGroupId"))
        shown = {**cluster, "CacheClusterStatus": node_status(status_of(self.place, group) if group else "available")}
        return shown if self.get("ShowCacheNodeInfo") else {k: v for k, v in shown.items() if k != "CacheNodes"}

    def delete_cache_cluster(self) -> ActionResult:
        """A replica leaves its group; a primary cannot. Without automatic failover only the last replica may go.

        https://github.com/rebuy-de/aws-nuke/issues/289 (InvalidCacheClusterState)
        """
        cluster = self.named("clusters", "CacheClusterId", "CacheClusterNotFound")
        name, group = cluster["CacheClusterId"], self.state.groups.get(cluster.get("ReplicationGroupId"))
        final = self.get("FinalSnapshotIdentifier")
        if group:
            self.leave(name, group)
        if final:
            take(self.place, final, [name], alone=cluster)
        if group:
            group["MemberClusters"].remove(name)
            lay_out(self.place, group, primary_of(group))
        self.place.drop("clusters", name)
        return ActionResult({"CacheCluster": {**cluster, "CacheClusterStatus": "deleting"}})

    def leave(self, name: str, group: dict):
        check_available(self.place, group)
        if group["ClusterEnabled"] or name == primary_of(group):
            refuse_combination(f"{name} cannot be deleted: use DecreaseReplicaCount or DeleteReplicationGroup")
        if len(group["MemberClusters"]) == 2 and group["AutomaticFailover"] == "enabled":
            refuse(
                "InvalidCacheClusterState",
                f"Cannot delete the cache cluster because it is the only read replica for replication group "
                f"{group['ReplicationGroupId']} which has autofailover enabled or pending.",
            )


def node_status(of_group: str) -> str:
    """A node has fewer statuses than its group.

    https://docs.aws.amazon.com/AmazonElastiCache/latest/APIReference/API_CacheCluster.html (CacheClusterStatus has no create-failed)
    """
    return "restore-failed" if of_group == "create-failed" else of_group
