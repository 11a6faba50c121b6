"""ModifyReplicationGroup: at once, or in the maintenance window.

https://docs.aws.amazon.com/AmazonElastiCache/latest/APIReference/API_ModifyReplicationGroup.html
"""

from moto.core.responses import ActionResult

from aws import models
from aws.elasticache import neighbours
from aws.elasticache.cluster_mode import ClusterModeChanges
from aws.elasticache.engines import family_of, full, named, number
from aws.elasticache.lifecycle import check_available, keep_busy
from aws.elasticache.node_types import check_node_type, has_data_tiering
from aws.elasticache.nodes import lay_out, shards_of
from aws.elasticache.parameter_groups import check_family
from aws.elasticache.refusals import refuse, refuse_combination, refuse_value
from aws.elasticache.replication_groups import MISSING, on_off
from aws.elasticache.state import Place
from aws.elasticache.windows import check_backup

# What a request needs besides one of these is no modification.
NO_MODIFICATION = ("ReplicationGroupId", "ApplyImmediately", "NodeGroupId")


class ModificationActions(ClusterModeChanges):
    def modify_replication_group(self) -> ActionResult:
        group = self.named("groups", "ReplicationGroupId", MISSING)
        check_available(self.place, group)
        shape = models.operation_of("elasticache", "ModifyReplicationGroup").input_shape
        if all(self.get(name) is None for name in shape.members if name not in NO_MODIFICATION):
            refuse_combination("No modifications were requested")
        clusters, now = [self.state.clusters[name] for name in group["MemberClusters"]], self.get("ApplyImmediately") is True
        # Everything that may be refused, before anything is changed.
        backup = self.requested_backup(group, clusters)
        failover = self.requested_failover(group, clusters)
        primary = self.requested_primary(group)
        neighbours.check_security_groups(self.place, self.get("SecurityGroupIds", []), self.vpc_of(clusters[0]))
        notification = neighbours.notification(self.place, self.get("NotificationTopicArn"))
        later = self.requested_upgrade(group, clusters[0])
        logs = self.requested_logs(group, later.get("EngineVersion") or clusters[0]["EngineVersion"], now)
        mode = self.requested_cluster_mode(group, clusters[0])
        user_groups = self.requested_user_groups(group, clusters[0]["EngineVersion"])
        self.change_tls(group, clusters)
        self.change_token(group, clusters)

        group.update(**backup, **failover, LogDeliveryConfigurations=logs, UserGroupIds=user_groups)
        group["Description"] = self.get("ReplicationGroupDescription", group["Description"])
        group["AutoMinorVersionUpgrade"] = self.get("AutoMinorVersionUpgrade", group["AutoMinorVersionUpgrade"])
        for cluster in clusters:
            self.change_node(cluster, group, notification)
        if primary:
            lay_out(self.place, group, primary)
        if mode:
            self.change_cluster_mode(group, clusters, mode)
        self.schedule(group, clusters, later, now)
        keep_busy(group, "modifying")
        return ActionResult({"ReplicationGroup": self.shown_group(group, "modifying")})

    def vpc_of(self, cluster: dict) -> str:
        return self.state.subnet_groups[cluster["CacheSubnetGroupName"]]["VpcId"]

    def requested_backup(self, group: dict, clusters: list[dict]) -> dict:
        """Automatic backups are switched on together with the node they are taken from, with cluster mode disabled:
        https://github.com/hashicorp/terraform/issues/10581
        https://github.com/hashicorp/terraform-provider-aws/issues/41567 (the words for a node that is not there)
        """
        source, limit = self.get("SnapshottingClusterId"), self.get("SnapshotRetentionLimit")
        if source and group["ClusterEnabled"]:  # https://github.com/hashicorp/terraform/issues/19336
            refuse_combination("Cannot set snapshotting cluster for cluster mode enabled replication group")
        if source and source not in group["MemberClusters"]:
            refuse("CacheClusterNotFound", "Specified snapshotting cluster does not exist")
        if limit and not group["SnapshotRetentionLimit"] and not source and not group["ClusterEnabled"]:
            refuse_combination("Must specify both SnapshotRetentionLimit and SnapshottingClusterId to turn on snapshots")
        window = self.get("SnapshotWindow", group["SnapshotWindow"])
        maintenance = self.get("PreferredMaintenanceWindow", clusters[0]["PreferredMaintenanceWindow"])
        retention = check_backup(group["SnapshotRetentionLimit"] if limit is None else limit, window, maintenance)
        return {
            "SnapshotRetentionLimit": retention,
            "SnapshotWindow": window,
            "SnapshottingClusterId": source or group["SnapshottingClusterId"],
        }

    def requested_failover(self, group: dict, clusters: list[dict]) -> dict:
        failover = self.get("AutomaticFailoverEnabled", group["AutomaticFailover"] == "enabled")
        multi_az = self.get("MultiAZEnabled", group["MultiAZ"] == "enabled")
        if group["ClusterEnabled"] and not failover:
            refuse_combination("Automatic failover must be enabled for replication groups with cluster mode enabled")
        if failover and len(clusters) < 2 and not group["ClusterEnabled"]:
            refuse_combination("Replication group with automatic failover enabled must have at least 2 cache clusters")
        if multi_az and not failover:
            refuse_combination("Automatic failover must be enabled for Multi-AZ")
        if multi_az and min(len(names) for names in shards_of(group).values()) < 2:
            refuse_combination("Multi-AZ needs at least one replica in each node group")
        return {"AutomaticFailover": on_off(failover), "MultiAZ": on_off(multi_az)}

    def requested_primary(self, group: dict) -> str | None:
        """PrimaryClusterId promotes a replica.

        https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/Replication.PromoteReplica.html: not while automatic failover is enabled.
        """
        primary = self.get("PrimaryClusterId")
        if not primary:
            return None
        if primary not in group["MemberClusters"] or group["ClusterEnabled"]:
            refuse("CacheClusterNotFound", f"{primary} is not a node of this replication group")
        if self.get("AutomaticFailoverEnabled", group["AutomaticFailover"] == "enabled"):
            refuse_combination("A replica cannot be promoted while automatic failover is enabled")
        return primary

    def requested_logs(self, group: dict, version: str, now: bool) -> list[dict]:
        """https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/Log_Delivery.html"""
        wanted = self.get("LogDeliveryConfigurations", [])
        if wanted and not now:
            refuse_combination("You must set the apply-immediately parameter for all log delivery modifications")
        fresh, kinds = neighbours.log_deliveries(self.place, wanted, group["Engine"], version), {w["LogType"] for w in wanted}
        return [d for d in group["LogDeliveryConfigurations"] if d["LogType"] not in kinds] + fresh

    def requested_upgrade(self, group: dict, cluster: dict) -> dict:
        """Engine, version, parameter group and node type, which wait for the maintenance window without ApplyImmediately.

        EngineVersion: newer only. Valkey is reached from Redis OSS, not left for it. With a parameter group of one's own, one of the new
        family has to be named too; a default one is exchanged: https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/VersionManagement.HowTo.html
        """
        engine, version = self.get("Engine", group["Engine"]).lower(), self.get("EngineVersion")
        name, node_type = self.get("CacheParameterGroupName"), self.get("CacheNodeType")
        current = cluster["CacheParameterGroup"]["CacheParameterGroupName"]
        later = {}
        if node_type:
            check_node_type(node_type)
            if has_data_tiering(node_type) != has_data_tiering(group["CacheNodeType"]):
                # https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/data-tiering.html
                refuse_combination("Scaling between node types with and without data tiering is not supported")
            later["CacheNodeType"] = node_type
        if not version and engine != group["Engine"]:
            refuse_combination("An engine version must be given with a new engine")
        if not version:
            check_family(self.state, name, family_of(engine, named(cluster["EngineVersion"]))[0])
            return later | ({"CacheParameterGroupName": name} if name else {})
        family = family_of(engine, version)[0]
        if number(version) < number(cluster["EngineVersion"])[:2] or (group["Engine"], engine) == ("valkey", "redis"):
            refuse_value(f"You cannot downgrade from {group['Engine']} {cluster['EngineVersion']} to {engine} {version}")
        name = name or (f"default.{family}" if current.startswith("default.") else current)
        check_family(self.state, name, family)
        return later | {"Engine": engine, "EngineVersion": version, "CacheParameterGroupName": name}

    def change_node(self, cluster: dict, group: dict, notification: dict | None):
        cluster.update({k: group[k] for k in ("SnapshotRetentionLimit", "SnapshotWindow", "AutoMinorVersionUpgrade")})
        maintenance = self.get("PreferredMaintenanceWindow", cluster["PreferredMaintenanceWindow"])
        cluster["PreferredMaintenanceWindow"] = maintenance.lower()
        if notification:
            cluster["NotificationConfiguration"] = dict(notification)
        if self.get("NotificationTopicStatus") and cluster["NotificationConfiguration"]:
            cluster["NotificationConfiguration"]["TopicStatus"] = self.get("NotificationTopicStatus")
        if self.get("SecurityGroupIds"):
            cluster["SecurityGroups"] = [{"SecurityGroupId": g, "Status": "active"} for g in self.get("SecurityGroupIds")]

    def schedule(self, group: dict, clusters: list[dict], later: dict, now: bool):
        """What waits is shown by DescribeCacheClusters; the group itself has no place for it. A parameter group does not wait."""
        group["pending"].update(later)
        if now or set(group["pending"]) == {"CacheParameterGroupName"}:
            apply_pending(self.place, group)
            return
        for cluster in clusters:
            cluster["PendingModifiedValues"] = {k: v for k, v in group["pending"].items() if k in ("EngineVersion", "CacheNodeType")}


def apply_pending(place: Place, group: dict):
    """What was requested without ApplyImmediately comes with the next maintenance window, or with the next request that has it."""
    pending, group["pending"] = group["pending"], {}
    common = {k: v for k, v in pending.items() if k in ("Engine", "CacheNodeType")}
    group.update(common)
    for cluster in (place.state.clusters[name] for name in group["MemberClusters"]):
        cluster.update(common, PendingModifiedValues={})
        if "EngineVersion" in pending:
            cluster["EngineVersion"] = full(pending["EngineVersion"])
        if "CacheParameterGroupName" in pending:
            cluster["CacheParameterGroup"] = {
                **cluster["CacheParameterGroup"],
                "CacheParameterGroupName": pending["CacheParameterGroupName"],
            }
