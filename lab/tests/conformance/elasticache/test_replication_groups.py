from tests.conformance.elasticache.given import (
    API,
    EXAMPLES,
    GUIDE,
    SUBNET_GROUP,
    TOKEN,
    call,
    control,
    group,
    group_arguments,
    node,
    parameter_group,
    set_parameter,
    sharded,
    sharded_arguments,
    snapshot,
    subnet_group,
    user_group,
)
from tests.conformance.harness import Row, conformance

CREATE = f"{API}/API_CreateReplicationGroup.html"
create = "elasticache.create_replication_group"
describe = "elasticache.describe_replication_groups"
delete = "elasticache.delete_replication_group"
INVALID, COMBINATION = "InvalidParameterValue", "InvalidParameterCombination"


def refused(what: str, code: str, source: str = CREATE, message: str = "", given=(), **changes) -> Row:
    return Row(what, create, source, group_arguments(**changes), given=[subnet_group, *given], refused=code, message=message)


test_creating = conformance(
    [
        Row(
            "a new group is creating, is backed up from its first replica, and has no endpoints yet",
            create,
            EXAMPLES,
            group_arguments(ReplicationGroupId="my-redis-rg", NumCacheClusters=3),
            given=[subnet_group],
            answers={
                "ReplicationGroup.Status": "creating",
                "ReplicationGroup.MemberClusters": ["my-redis-rg-001", "my-redis-rg-002", "my-redis-rg-003"],
                "ReplicationGroup.SnapshottingClusterId": "my-redis-rg-002",
                "ReplicationGroup.NodeGroups": None,
            },
        ),
        Row(
            "the nodes of a group with shards carry the shard's id, and have no roles",
            describe,
            EXAMPLES,
            given=[subnet_group, sharded(ReplicationGroupId="clustered-redis")],
            answers={
                "ReplicationGroups[0].MemberClusters": [
                    "clustered-redis-0001-001",
                    "clustered-redis-0001-002",
                    "clustered-redis-0002-001",
                    "clustered-redis-0002-002",
                ],
                "ReplicationGroups[0].NodeGroups[].NodeGroupId": ["0001", "0002"],
                "ReplicationGroups[0].NodeGroups[].NodeGroupMembers[].CurrentRole": [],
                "ReplicationGroups[0].NodeGroups[].PrimaryEndpoint": [],
                "ReplicationGroups[0].ConfigurationEndpoint.Port": 6379,
                "ReplicationGroups[0].SnapshottingClusterId": None,
            },
        ),
        Row(
            "Valkey is encrypted at rest unless the request says otherwise",
            create,
            f"{API}/API_ReplicationGroup.html",
            group_arguments(Engine="valkey", EngineVersion="8.0"),
            given=[subnet_group],
            answers={"ReplicationGroup.AtRestEncryptionEnabled": True, "ReplicationGroup.StorageEncryptionType": "sse-elasticache"},
        ),
        Row(
            "Redis OSS is not",
            create,
            f"{API}/API_ReplicationGroup.html",
            group_arguments(),
            given=[subnet_group],
            answers={"ReplicationGroup.AtRestEncryptionEnabled": False, "ReplicationGroup.StorageEncryptionType": "none"},
        ),
        Row(
            "ids are stored in lower case",
            create,
            CREATE,
            group_arguments(ReplicationGroupId="Cache"),
            given=[subnet_group],
            answers={"ReplicationGroup.ReplicationGroupId": "cache"},
        ),
        refused("a group id of 41 characters", INVALID, ReplicationGroupId="a" * 41),
        refused("a group id with two hyphens in a row", INVALID, ReplicationGroupId="a--b"),
        refused("a group id that ends with a hyphen", INVALID, ReplicationGroupId="ab-"),
        refused("a group id that begins with a digit", INVALID, ReplicationGroupId="1ab"),
        refused(
            "a request without a description, which the model requires",
            INVALID,
            "https://github.com/localstack/localstack/blob/main/tests/aws/protocol/test_query_protocol.py",
            "The parameter ReplicationGroupDescription must be provided and must not be blank.",
            ReplicationGroupDescription=None,
        ),
        refused("a cluster mode that is not in the model", INVALID, ClusterMode="on"),
        refused("a group that exists", "ReplicationGroupAlreadyExists", given=[group()]),
        refused("a subnet group that does not exist", "CacheSubnetGroupNotFoundFault", CacheSubnetGroupName="none"),
        refused("a parameter group that does not exist", "CacheParameterGroupNotFound", CacheParameterGroupName="none"),
        refused(
            "a parameter group of another family",
            COMBINATION,
            given=[parameter_group(family="redis6.x")],
            CacheParameterGroupName="parameters",
        ),
        refused("a node type that the model does not list", INVALID, CacheNodeType="cache.z9.huge"),
        refused("a version of another engine", INVALID, f"{GUIDE}/supported-engine-versions.html", EngineVersion="8.0"),
        refused("a patch version from Redis OSS 6 on", INVALID, f"{GUIDE}/supported-engine-versions.html", EngineVersion="7.0.7"),
        refused("automatic failover with one node", COMBINATION, NumCacheClusters=1),
        refused("Multi-AZ without automatic failover", COMBINATION, MultiAZEnabled=True, AutomaticFailoverEnabled=False),
        refused("seven nodes", INVALID, NumCacheClusters=7),
        refused("retention above 35 days", INVALID, f"{GUIDE}/backups-automatic.html", SnapshotRetentionLimit=36),
        refused("a snapshot window of 30 minutes", INVALID, SnapshotWindow="03:00-03:30"),
        refused("a maintenance window without days", INVALID, PreferredMaintenanceWindow="03:00-05:00"),
        refused(
            "a snapshot window that overlaps the maintenance window across midnight",
            INVALID,
            f"{GUIDE}/backups-automatic.html",
            SnapshotWindow="23:30-00:30",
            PreferredMaintenanceWindow="mon:00:00-mon:01:00",
        ),
        refused("an AUTH token without encryption in transit", COMBINATION, f"{GUIDE}/auth.html", AuthToken=TOKEN),
        refused("an AUTH token with @", INVALID, f"{GUIDE}/auth.html", AuthToken=f"{TOKEN}@", TransitEncryptionEnabled=True),
        refused("an AUTH token of 15 characters", INVALID, f"{GUIDE}/auth.html", AuthToken="a" * 15, TransitEncryptionEnabled=True),
        refused("a KMS key without encryption at rest", COMBINATION, f"{GUIDE}/at-rest-encryption.html", KmsKeyId="alias/none"),
        refused("a topic that does not exist", INVALID, NotificationTopicArn="arn:aws:sns:eu-west-1:123456789012:none"),
        refused("r6gd nodes without data tiering", COMBINATION, f"{GUIDE}/data-tiering.html", CacheNodeType="cache.r6gd.xlarge"),
        refused("data tiering without r6gd nodes", COMBINATION, f"{GUIDE}/data-tiering.html", DataTieringEnabled=True),
        refused(
            "a user group together with an AUTH token",
            COMBINATION,
            f"{GUIDE}/Clusters.RBAC.html",
            given=[user_group()],
            UserGroupIds=["people"],
            AuthToken=TOKEN,
            TransitEncryptionEnabled=True,
        ),
        refused(
            "a user group without encryption in transit",
            COMBINATION,
            f"{GUIDE}/Clusters.RBAC.html",
            given=[user_group()],
            UserGroupIds=["people"],
        ),
        refused("a user group that does not exist", "UserGroupNotFound", UserGroupIds=["none"], TransitEncryptionEnabled=True),
        refused(
            "the slow log of Redis OSS 5",
            INVALID,
            f"{GUIDE}/Log_Delivery.html",
            given=[call("logs.create_log_group", logGroupName="slow")],
            EngineVersion="5.0.6",
            LogDeliveryConfigurations=[
                {
                    "LogType": "slow-log",
                    "LogFormat": "json",
                    "DestinationType": "cloudwatch-logs",
                    "DestinationDetails": {"CloudWatchLogsDetails": {"LogGroup": "slow"}},
                }
            ],
        ),
        Row(
            "shards without automatic failover",
            create,
            CREATE,
            sharded_arguments(AutomaticFailoverEnabled=False),
            given=[subnet_group],
            refused=COMBINATION,
        ),
        Row(
            "shards with a parameter group in which cluster mode is disabled",
            create,
            CREATE,
            sharded_arguments(CacheParameterGroupName="default.redis7"),
            given=[subnet_group],
            refused=COMBINATION,
        ),
        Row(
            "one shard, by a parameter group in which cluster mode is enabled",
            create,
            CREATE,
            group_arguments(CacheParameterGroupName="parameters"),
            given=[
                subnet_group,
                parameter_group(),
                call("elasticache.modify_cache_parameter_group", **set_parameter("cluster-enabled", "yes")),
            ],
            answers={"ReplicationGroup.ClusterEnabled": True, "ReplicationGroup.MemberClusters": ["cache-0001-001"]},
        ),
        Row(
            "more than 90 nodes",
            create,
            f"{GUIDE}/quota-limits.html",
            sharded_arguments(NumNodeGroups=31, ReplicasPerNodeGroup=2),
            given=[subnet_group],
            refused="NodeQuotaForClusterExceeded",
        ),
        Row(
            "an existing node becomes the primary of a new group",
            create,
            CREATE,
            {"ReplicationGroupId": "around", "ReplicationGroupDescription": "around a node", "PrimaryClusterId": "alone"},
            given=[subnet_group, node()],
            answers={"ReplicationGroup.MemberClusters": ["alone"]},
            then=[("elasticache.describe_cache_clusters", {"CacheClusterId": "alone"}, {"CacheClusters[0].ReplicationGroupId": "around"})],
        ),
    ]
)


def many_groups(lab):
    for i in range(21):
        lab.call(create, **group_arguments(ReplicationGroupId=f"cache-{i:02}", NumCacheClusters=1, AutomaticFailoverEnabled=False))


test_describing = conformance(
    [
        Row(
            "a page has the requested size, and says where the next one begins",
            describe,
            f"{API}/API_DescribeReplicationGroups.html",
            {"MaxRecords": 20},
            given=[subnet_group, many_groups],
            answers={"length(ReplicationGroups)": 20, "Marker": bool},
            then=[(describe, {"MaxRecords": 20, "Marker": "20"}, {"length(ReplicationGroups)": 1, "Marker": ""})],
        ),
        Row(
            "a page of fewer than 20 groups cannot be requested",
            describe,
            f"{API}/API_DescribeReplicationGroups.html",
            {"MaxRecords": 19},
            refused=INVALID,
        ),
        Row(
            "a page of more than 100 groups neither",
            describe,
            f"{API}/API_DescribeReplicationGroups.html",
            {"MaxRecords": 101},
            refused=INVALID,
        ),
        Row(
            "a group that does not exist",
            describe,
            f"{API}/API_DescribeReplicationGroups.html",
            {"ReplicationGroupId": "none"},
            refused="ReplicationGroupNotFoundFault",
        ),
        Row(
            "a group whose backup is being taken is snapshotting",
            describe,
            f"{API}/API_ReplicationGroup.html",
            given=[subnet_group, group(), control("delay", snapshotSeconds=60), snapshot()],
            answers={"ReplicationGroups[0].Status": "snapshotting"},
        ),
        Row(
            "a group is creating for a while",
            describe,
            f"{API}/API_ReplicationGroup.html",
            given=[subnet_group, control("delay", groupSeconds=60), group()],
            answers={"ReplicationGroups[0].Status": "creating", "ReplicationGroups[0].NodeGroups": None},
        ),
        Row(
            "a group that could not be created is create-failed",
            describe,
            f"{API}/API_ReplicationGroup.html",
            given=[subnet_group, control("fail", action="replication-group", status="create-failed"), group()],
            answers={"ReplicationGroups[0].Status": "create-failed"},
            then=[("elasticache.describe_cache_clusters", {}, {"CacheClusters[0].CacheClusterStatus": "restore-failed"})],
        ),
    ]
)

test_deleting = conformance(
    [
        Row(
            "automatic backups go with their group, manual and final ones stay",
            delete,
            f"{GUIDE}/backups-automatic.html",
            {"ReplicationGroupId": "cache", "FinalSnapshotIdentifier": "final"},
            given=[subnet_group, group(), control("automatic-snapshot", replicationGroupId="cache"), snapshot("manual")],
            answers={"ReplicationGroup.Status": "deleting"},
            then=[("elasticache.describe_snapshots", {}, {"sort(Snapshots[].SnapshotName)": ["final", "manual"]})],
        ),
        Row(
            "the final snapshot is taken of the primary",
            delete,
            f"{API}/API_DeleteReplicationGroup.html",
            {"ReplicationGroupId": "cache", "FinalSnapshotIdentifier": "final"},
            given=[subnet_group, group(), control("failover", replicationGroupId="cache")],
            then=[("elasticache.describe_snapshots", {}, {"Snapshots[0].CacheClusterId": "cache-002"})],
        ),
        Row(
            "a final snapshot whose name is taken",
            delete,
            f"{API}/API_DeleteReplicationGroup.html",
            {"ReplicationGroupId": "cache", "FinalSnapshotIdentifier": "backup"},
            given=[subnet_group, group(), snapshot()],
            refused="SnapshotAlreadyExistsFault",
            then=[(describe, {}, {"ReplicationGroups[0].Status": "available"})],
        ),
        Row(
            "a group that is being created",
            delete,
            f"{API}/API_DeleteReplicationGroup.html",
            {"ReplicationGroupId": "cache"},
            given=[subnet_group, control("delay", groupSeconds=60), group()],
            refused="InvalidReplicationGroupState",
        ),
        Row(
            "a group that is being deleted stays deleting",
            describe,
            f"{API}/API_ReplicationGroup.html",
            given=[subnet_group, group(), control("delay", groupSeconds=60), call(delete, ReplicationGroupId="cache")],
            answers={"ReplicationGroups[0].Status": "deleting"},
        ),
        Row(
            "a security group of a cache is in use",
            "ec2.delete_security_group",
            "https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DeleteSecurityGroup.html",
            lambda lab: {"GroupId": used_security_group(lab)},
            given=[subnet_group],
            refused="DependencyViolation",
        ),
    ]
)


def used_security_group(lab) -> str:
    groups = lab.call("elasticache.describe_cache_subnet_groups", CacheSubnetGroupName=SUBNET_GROUP)["CacheSubnetGroups"]
    security_group = lab.call("ec2.create_security_group", GroupName="cache", Description="cache", VpcId=groups[0]["VpcId"])["GroupId"]
    lab.call(create, **group_arguments(SecurityGroupIds=[security_group]))
    return security_group
