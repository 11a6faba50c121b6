from tests.conformance.elasticache.given import (
    API,
    GUIDE,
    TOKEN,
    call,
    control,
    group,
    parameter_group,
    set_parameter,
    sharded,
    subnet_group,
    user_group,
)
from tests.conformance.harness import Row, conformance

MODIFY = f"{API}/API_ModifyReplicationGroup.html"
modify = "elasticache.modify_replication_group"
describe = "elasticache.describe_replication_groups"
nodes = "elasticache.describe_cache_clusters"
INVALID, COMBINATION = "InvalidParameterValue", "InvalidParameterCombination"
encrypted = {"TransitEncryptionEnabled": True}


def change(what: str, source: str = MODIFY, given=(), begins: dict | None = None, **more) -> Row:
    """A group, and a request that is applied at once."""
    changes = {name: more.pop(name) for name in list(more) if name[0].isupper()}
    arguments = {"ReplicationGroupId": "cache", "ApplyImmediately": True, **changes}
    return Row(what, modify, source, arguments, given=[subnet_group, *given, group(**(begins or {}))], **more)


def of_shards(what: str, source: str = MODIFY, **more) -> Row:
    changes = {name: more.pop(name) for name in list(more) if name[0].isupper()}
    arguments = {"ReplicationGroupId": "sharded", "ApplyImmediately": True, **changes}
    return Row(what, modify, source, arguments, given=[subnet_group, sharded(SnapshotRetentionLimit=0)], **more)


def in_mode_compatible(what: str, name: str, changes: dict, **more) -> Row:
    arguments = {"ReplicationGroupId": "cache", "ApplyImmediately": True, **changes}
    compatible = call(modify, ReplicationGroupId="cache", ClusterMode="compatible", ApplyImmediately=True)
    return Row(what, name, f"{GUIDE}/modify-cluster-mode.html", arguments, given=[subnet_group, group(), compatible], **more)


test_modifying = conformance(
    [
        change(
            "backups from another node",
            SnapshottingClusterId="cache-001",
            then=[(describe, {}, {"ReplicationGroups[0].SnapshottingClusterId": "cache-001"})],
        ),
        change(
            "backups from a node that is not there",
            "https://github.com/hashicorp/terraform-provider-aws/issues/41567",
            SnapshottingClusterId="cache-009",
            refused="CacheClusterNotFound",
            message="Specified snapshotting cluster does not exist",
        ),
        of_shards(
            "backups from a node of a group with shards",
            "https://github.com/hashicorp/terraform/issues/19336",
            SnapshottingClusterId="sharded-0001-001",
            refused=COMBINATION,
            message="Cannot set snapshotting cluster for cluster mode enabled replication group",
        ),
        change(
            "backups switched on without the node they are taken from",
            "https://github.com/hashicorp/terraform/issues/10581",
            begins={"SnapshotRetentionLimit": 0},
            SnapshotRetentionLimit=7,
            refused=COMBINATION,
            message="Must specify both SnapshotRetentionLimit and SnapshottingClusterId to turn on snapshots",
        ),
        change(
            "backups switched on with it",
            "https://github.com/hashicorp/terraform/issues/10581",
            begins={"SnapshotRetentionLimit": 0},
            SnapshotRetentionLimit=7,
            SnapshottingClusterId="cache-002",
            then=[(nodes, {}, {"CacheClusters[].SnapshotRetentionLimit": [7, 7]})],
        ),
        of_shards(
            "backups of shards are switched on by themselves",
            SnapshotRetentionLimit=7,
            then=[(describe, {}, {"ReplicationGroups[0].SnapshotRetentionLimit": 7})],
        ),
        change("nothing", refused=COMBINATION, message="No modifications were requested"),
        change("a snapshot window that overlaps the present maintenance window", SnapshotWindow="23:00-00:30", refused=INVALID),
        change(
            "Multi-AZ, while automatic failover is switched off", MultiAZEnabled=True, AutomaticFailoverEnabled=False, refused=COMBINATION
        ),
        of_shards("automatic failover switched off with shards", AutomaticFailoverEnabled=False, refused=COMBINATION),
        change("an older version", EngineVersion="6.2", refused=INVALID),
        change(
            "from Valkey to Redis OSS",
            f"{GUIDE}/VersionManagement.HowTo.html",
            begins={"Engine": "valkey", "EngineVersion": "7.2"},
            Engine="redis",
            EngineVersion="7.1",
            refused=INVALID,
        ),
        change(
            "from Redis OSS to Valkey",
            f"{GUIDE}/VersionManagement.HowTo.html",
            Engine="valkey",
            EngineVersion="8.0",
            then=[(nodes, {}, {"CacheClusters[].EngineVersion": ["8.0.0", "8.0.0"], "CacheClusters[].Engine": ["valkey", "valkey"]})],
        ),
        change(
            "a new family with a parameter group of one's own and without a new one",
            f"{GUIDE}/VersionManagement.HowTo.html",
            given=[parameter_group()],
            begins={"CacheParameterGroupName": "parameters"},
            Engine="valkey",
            EngineVersion="8.0",
            refused=COMBINATION,
        ),
        change(
            "a node type waits for the maintenance window without ApplyImmediately",
            ApplyImmediately=False,
            CacheNodeType="cache.r7g.large",
            answers={"ReplicationGroup.CacheNodeType": "cache.t4g.small"},
            then=[(nodes, {}, {"CacheClusters[0].PendingModifiedValues.CacheNodeType": "cache.r7g.large"})],
        ),
        change(
            "log delivery without ApplyImmediately",
            f"{GUIDE}/Log_Delivery.html",
            ApplyImmediately=False,
            LogDeliveryConfigurations=[{"LogType": "slow-log", "Enabled": False}],
            refused=COMBINATION,
        ),
        change(
            "required encryption in transit in one step",
            TransitEncryptionEnabled=True,
            TransitEncryptionMode="required",
            refused=COMBINATION,
        ),
        change(
            "preferred encryption in transit",
            TransitEncryptionEnabled=True,
            TransitEncryptionMode="preferred",
            then=[(describe, {}, {"ReplicationGroups[0].TransitEncryptionMode": "preferred"})],
        ),
        change(
            "encryption in transit of a live Redis OSS 6.2",
            f"{GUIDE}/in-transit-encryption-enable-existing.html",
            begins={"EngineVersion": "6.2"},
            TransitEncryptionEnabled=True,
            TransitEncryptionMode="preferred",
            refused=COMBINATION,
        ),
        change(
            "SET of a token that was not rotated in",
            f"{GUIDE}/auth.html",
            begins={**encrypted, "AuthToken": TOKEN},
            AuthToken=f"{TOKEN}-2",
            AuthTokenUpdateStrategy="SET",
            refused=COMBINATION,
        ),
        change(
            "DELETE of a token without a user group",
            begins={**encrypted, "AuthToken": TOKEN},
            AuthTokenUpdateStrategy="DELETE",
            refused=COMBINATION,
        ),
        change(
            "from a token to a user group",
            f"{GUIDE}/Clusters.RBAC.html",
            given=[user_group()],
            begins={**encrypted, "AuthToken": TOKEN},
            AuthTokenUpdateStrategy="DELETE",
            UserGroupIdsToAdd=["people"],
            then=[
                (describe, {}, {"ReplicationGroups[0].UserGroupIds": ["people"], "ReplicationGroups[0].AuthTokenEnabled": False}),
                ("elasticache.describe_user_groups", {}, {"UserGroups[0].ReplicationGroups": ["cache"]}),
            ],
        ),
        change(
            "a user group is taken away",
            given=[user_group()],
            begins={**encrypted, "UserGroupIds": ["people"]},
            UserGroupIdsToRemove=["people"],
            then=[(describe, {}, {"ReplicationGroups[0].UserGroupIds": []})],
        ),
        change(
            "all user groups are taken away",
            given=[user_group()],
            begins={**encrypted, "UserGroupIds": ["people"]},
            RemoveUserGroups=True,
            then=[(describe, {}, {"ReplicationGroups[0].UserGroupIds": []})],
        ),
        change("a user group that is not there", begins=encrypted, UserGroupIdsToAdd=["none"], refused="UserGroupNotFound"),
        change("from cluster mode disabled to enabled in one step", ClusterMode="enabled", refused=COMBINATION),
        change(
            "cluster mode together with another change",
            f"{GUIDE}/modify-cluster-mode.html",
            ClusterMode="compatible",
            SnapshotRetentionLimit=8,
            refused=COMBINATION,
        ),
        change(
            "cluster mode of Redis OSS 6.2",
            f"{GUIDE}/modify-cluster-mode.html",
            begins={"EngineVersion": "6.2"},
            ClusterMode="compatible",
            refused=COMBINATION,
        ),
        change(
            "cluster mode compatible",
            f"{GUIDE}/modify-cluster-mode.html",
            ClusterMode="compatible",
            then=[
                (describe, {}, {"ReplicationGroups[0].ClusterMode": "compatible", "ReplicationGroups[0].ClusterEnabled": False}),
                (nodes, {}, {"CacheClusters[0].CacheParameterGroup.CacheParameterGroupName": "default.redis7.cluster.on"}),
            ],
        ),
        change(
            "cluster mode compatible with a parameter group that does not enable it",
            f"{GUIDE}/modify-cluster-mode.html",
            given=[parameter_group()],
            ClusterMode="compatible",
            CacheParameterGroupName="parameters",
            refused=COMBINATION,
        ),
        change(
            "cluster mode compatible with one that does",
            f"{GUIDE}/modify-cluster-mode.html",
            given=[parameter_group(), call("elasticache.modify_cache_parameter_group", **set_parameter("cluster-enabled", "yes"))],
            ClusterMode="compatible",
            CacheParameterGroupName="parameters",
            then=[(nodes, {}, {"CacheClusters[0].CacheParameterGroup.CacheParameterGroupName": "parameters"})],
        ),
        in_mode_compatible(
            "cluster mode enabled after compatible",
            modify,
            {"ClusterMode": "enabled"},
            answers={"ReplicationGroup.ClusterEnabled": True, "ReplicationGroup.ConfigurationEndpoint.Port": 6379},
        ),
        in_mode_compatible("back to disabled", modify, {"ClusterMode": "disabled"}, answers={"ReplicationGroup.ClusterMode": "disabled"}),
        in_mode_compatible(
            "more replicas in mode compatible", "elasticache.increase_replica_count", {"NewReplicaCount": 2}, refused=COMBINATION
        ),
        in_mode_compatible("another node type in mode compatible", modify, {"CacheNodeType": "cache.r7g.large"}, refused=COMBINATION),
        Row(
            "cluster mode enabled, back to compatible",
            modify,
            f"{GUIDE}/modify-cluster-mode.html",
            {"ReplicationGroupId": "sharded", "ClusterMode": "compatible", "ApplyImmediately": True},
            given=[subnet_group, sharded()],
            refused=COMBINATION,
        ),
        Row(
            "Multi-AZ of shards without replicas",
            modify,
            f"{GUIDE}/AutoFailover.html",
            {"ReplicationGroupId": "sharded", "MultiAZEnabled": True, "ApplyImmediately": True},
            given=[subnet_group, sharded(ReplicasPerNodeGroup=0)],
            refused=COMBINATION,
        ),
        change(
            "a replica promoted while automatic failover is on",
            f"{GUIDE}/Replication.PromoteReplica.html",
            PrimaryClusterId="cache-002",
            refused=COMBINATION,
        ),
        Row(
            "a group that is being created",
            modify,
            MODIFY,
            {"ReplicationGroupId": "cache", "SnapshotRetentionLimit": 3},
            given=[subnet_group, control("delay", groupSeconds=60), group()],
            refused="InvalidReplicationGroupState",
        ),
        Row(
            "a group that does not exist",
            modify,
            MODIFY,
            {"ReplicationGroupId": "none", "SnapshotRetentionLimit": 3},
            refused="ReplicationGroupNotFoundFault",
        ),
    ]
)
