from tests.conformance.elasticache.given import (
    API,
    EXAMPLES,
    GUIDE,
    arn,
    call,
    control,
    group,
    group_arguments,
    node,
    sharded,
    snapshot,
    subnet_group,
)
from tests.conformance.harness import Row, conformance

create = "elasticache.create_snapshot"
describe = "elasticache.describe_snapshots"
copy = "elasticache.copy_snapshot"
delete = "elasticache.delete_snapshot"
COMBINATION = "InvalidParameterCombination"
EXAMPLE_OF_A_NODE = """AutoMinorVersionUpgrade
    CacheClusterCreateTime CacheClusterId CacheNodeType CacheParameterGroupName CacheSubnetGroupName
    Engine EngineVersion NodeSnapshots NumCacheNodes Port PreferredAvailabilityZone PreferredMaintenanceWindow SnapshotName
    SnapshotRetentionLimit SnapshotSource SnapshotStatus SnapshotWindow VpcId""".split()
EXAMPLE_OF_SHARDS = """AutoMinorVersionUpgrade
    AutomaticFailover CacheNodeType CacheParameterGroupName CacheSubnetGroupName Engine
    EngineVersion NodeSnapshots NumNodeGroups Port PreferredMaintenanceWindow ReplicationGroupDescription ReplicationGroupId SnapshotName
    SnapshotRetentionLimit SnapshotSource SnapshotStatus SnapshotWindow VpcId""".split()
# Members of the model that are younger than the examples.
YOUNGER = ["ARN", "DataTiering"]


def members(of_example: list[str]):
    return lambda found: sorted(found) == sorted(of_example + YOUNGER)


test_taking = conformance(
    [
        Row(
            "a snapshot of a node has the members of AWS's example, and names no replication group",
            create,
            EXAMPLES,
            {"SnapshotName": "snapshot-2", "CacheClusterId": "cache-001"},
            given=[subnet_group, group()],
            answers={
                "keys(Snapshot)": members(EXAMPLE_OF_A_NODE),
                "Snapshot.SnapshotStatus": "creating",
                "keys(Snapshot.NodeSnapshots[0]) | sort(@)": ["CacheNodeCreateTime", "CacheNodeId", "CacheSize"],
                "Snapshot.NodeSnapshots[0].CacheSize": "",
            },
        ),
        Row(
            "a snapshot of shards has the members of AWS's example, and names no node",
            create,
            EXAMPLES,
            {"SnapshotName": "snapshot-2x5", "ReplicationGroupId": "sharded"},
            given=[subnet_group, sharded()],
            answers={
                "keys(Snapshot)": members(EXAMPLE_OF_SHARDS),
                "Snapshot.NumNodeGroups": 2,
                "Snapshot.NodeSnapshots": [{"NodeGroupId": "0001", "CacheSize": ""}, {"NodeGroupId": "0002", "CacheSize": ""}],
            },
        ),
        Row(
            "a snapshot of a node without a replication group",
            create,
            EXAMPLES,
            {"SnapshotName": "snapshot-1", "CacheClusterId": "alone"},
            given=[subnet_group, node()],
            answers={"keys(Snapshot)": members(EXAMPLE_OF_A_NODE)},
        ),
        Row(
            "its creation time, in whole seconds, comes when it is available",
            describe,
            EXAMPLES,
            given=[subnet_group, group(), snapshot()],
            answers={
                "Snapshots[0].SnapshotStatus": "available",
                "Snapshots[0].NodeSnapshots[0].SnapshotCreateTime": lambda at: at.microsecond == 0,
                "Snapshots[0].EngineVersion": "7.1.0",
            },
        ),
        Row(
            "and not before",
            describe,
            EXAMPLES,
            given=[subnet_group, group(), control("delay", snapshotSeconds=60), snapshot()],
            answers={"Snapshots[0].SnapshotStatus": "creating", "Snapshots[0].NodeSnapshots[0].SnapshotCreateTime": None},
        ),
        Row(
            "a name is stored in lower case",
            create,
            f"{API}/API_CreateSnapshot.html",
            {"SnapshotName": "Backup", "CacheClusterId": "cache-001"},
            given=[subnet_group, group()],
            answers={"Snapshot.SnapshotName": "backup"},
        ),
        Row(
            "a whole group with cluster mode disabled",
            create,
            f"{GUIDE}/backups-manual.html",
            {"SnapshotName": "backup", "ReplicationGroupId": "cache"},
            given=[subnet_group, group()],
            refused=COMBINATION,
        ),
        Row(
            "a single node with cluster mode enabled",
            create,
            f"{GUIDE}/backups.html#backups-constraints",
            {"SnapshotName": "backup", "CacheClusterId": "sharded-0001-001"},
            given=[subnet_group, sharded()],
            refused=COMBINATION,
        ),
        Row(
            "a name that is taken",
            create,
            f"{API}/API_CreateSnapshot.html",
            {"SnapshotName": "backup", "CacheClusterId": "cache-001"},
            given=[subnet_group, group(), snapshot()],
            refused="SnapshotAlreadyExistsFault",
        ),
        Row(
            "a node that does not exist",
            create,
            f"{API}/API_CreateSnapshot.html",
            {"SnapshotName": "backup", "CacheClusterId": "none"},
            refused="CacheClusterNotFound",
        ),
        Row(
            "a group that does not exist",
            create,
            f"{API}/API_CreateSnapshot.html",
            {"SnapshotName": "backup", "ReplicationGroupId": "none"},
            refused="ReplicationGroupNotFoundFault",
        ),
        Row(
            "two at once",
            create,
            f"{API}/API_CreateSnapshot.html",
            {"SnapshotName": "second", "CacheClusterId": "cache-001"},
            given=[subnet_group, group(), control("delay", snapshotSeconds=60), snapshot()],
            refused="InvalidReplicationGroupState",
        ),
        Row(
            "the 21st manual snapshot of a node in a day",
            create,
            f"{GUIDE}/backups.html#backups-constraints",
            {"SnapshotName": "last", "CacheClusterId": "cache-002"},
            given=[subnet_group, group(), *(snapshot(f"backup-{i}") for i in range(20))],
            refused="SnapshotQuotaExceededFault",
        ),
        Row(
            "a micro node of the first generation",
            create,
            f"{GUIDE}/backups.html#backups-constraints",
            {"SnapshotName": "backup", "CacheClusterId": "cache-002"},
            given=[subnet_group, group(CacheNodeType="cache.t1.micro")],
            refused="SnapshotFeatureNotSupportedFault",
        ),
    ]
)


def automatic_of_shards(**changes):
    return [subnet_group, sharded(), control("automatic-snapshot", replicationGroupId="sharded", **changes)]


ages = "Snapshots[0].NodeSnapshots[].SnapshotCreateTime"

test_taking_of_shards = conformance(
    [
        Row(
            "an automatic backup has a snapshot of each shard, with its time and size",
            describe,
            f"{API}/API_NodeSnapshot.html",
            {"ReplicationGroupId": "sharded", "SnapshotSource": "system"},
            given=automatic_of_shards(),
            answers={
                "Snapshots[0].NodeSnapshots[].[NodeGroupId, CacheSize]": [["0001", "12 MB"], ["0002", "12 MB"]],
                "Snapshots[0].CacheClusterId": None,
                f"length({ages})": 2,
            },
        ),
        Row(
            "shards are snapshotted at moments of their own",
            describe,
            f"{API}/API_NodeSnapshot.html",
            given=automatic_of_shards(shard="0002", ageHours=5),
            answers={"Snapshots[0].SnapshotStatus": "available", ages: lambda at: (at[0] - at[1]).total_seconds() == 5 * 3600},
        ),
        Row(
            "one shard that fails: the group is backed up as a whole or not at all",
            describe,
            f"{GUIDE}/backups.html#backups-constraints",
            given=automatic_of_shards(shard="0002", status="failed"),
            answers={"Snapshots[0].SnapshotStatus": "failed", "Snapshots[0].NodeSnapshots[1].SnapshotCreateTime": None},
        ),
        Row(
            "a shard that a backup does not have",
            describe,
            f"{API}/API_Snapshot.html",
            given=automatic_of_shards(shard="0002", status="missing"),
            answers={"Snapshots[0].NumNodeGroups": 2, "Snapshots[0].NodeSnapshots[].NodeGroupId": ["0001"]},
        ),
        Row(
            "the event of a backup names a node of the group",
            "elasticache.describe_events",
            EXAMPLES,
            {"SourceType": "cache-cluster", "SourceIdentifier": "sharded-0001-002"},
            given=automatic_of_shards(),
            answers={
                "Events[0].Message": lambda text: (
                    text.startswith("Snapshot succeeded for snapshot with ID") and text.endswith("of replication group with ID 'sharded'")
                )
            },
        ),
        Row(
            "that of a failed one, a node of the shard that failed",
            "elasticache.describe_events",
            EXAMPLES,
            {"SourceType": "cache-cluster", "SourceIdentifier": "sharded-0002-002"},
            given=automatic_of_shards(shard="0002", status="failed"),
            answers={"length(Events)": 1},
        ),
        Row(
            "the slots of shards whose ids have a gap",
            describe,
            f"{GUIDE}/scaling-redis-cluster-mode-enabled.html",
            {"ShowNodeGroupConfig": True},
            given=[
                subnet_group,
                sharded(NumNodeGroups=3),
                call(
                    "elasticache.modify_replication_group_shard_configuration",
                    ReplicationGroupId="sharded",
                    NodeGroupCount=2,
                    NodeGroupsToRemove=["0002"],
                    ApplyImmediately=True,
                ),
                call(create, SnapshotName="backup", ReplicationGroupId="sharded"),
            ],
            answers={
                "Snapshots[0].NodeSnapshots[].NodeGroupId": ["0001", "0003"],
                "Snapshots[0].NodeSnapshots[].NodeGroupConfiguration.Slots": ["0-8191", "8192-16383"],
            },
        ),
    ]
)

both_kinds = [subnet_group, group(), snapshot("manual"), control("automatic-snapshot", replicationGroupId="cache")]


def fifty_one_snapshots(lab):
    for i in range(51):
        lab.control("automatic-snapshot", replicationGroupId="cache", ageHours=i)


test_describing = conformance(
    [
        Row(
            "the filter says user, the answer manual",
            describe,
            f"{API}/API_DescribeSnapshots.html",
            {"SnapshotSource": "user"},
            given=both_kinds,
            answers={"Snapshots[].SnapshotSource": ["manual"]},
        ),
        Row(
            "the filter says system, the answer automated",
            describe,
            f"{API}/API_DescribeSnapshots.html",
            {"SnapshotSource": "system"},
            given=both_kinds,
            answers={"Snapshots[].SnapshotSource": ["automated"]},
        ),
        Row(
            "by replication group there are none with cluster mode disabled, whose snapshots name a node only",
            describe,
            EXAMPLES,
            {"ReplicationGroupId": "cache"},
            given=both_kinds,
            answers={"Snapshots": []},
        ),
        Row(
            "by node",
            describe,
            f"{API}/API_DescribeSnapshots.html",
            {"CacheClusterId": "cache-002"},
            given=both_kinds,
            answers={"length(Snapshots)": 2},
        ),
        Row(
            "a name that does not exist",
            describe,
            f"{API}/API_DescribeSnapshots.html",
            {"SnapshotName": "none"},
            refused="SnapshotNotFoundFault",
        ),
        Row(
            "50 records a page without MaxRecords",
            describe,
            f"{API}/API_DescribeSnapshots.html",
            given=[subnet_group, group(), fifty_one_snapshots],
            answers={"length(Snapshots)": 50, "Marker": bool},
            then=[(describe, {"Marker": "50"}, {"length(Snapshots)": 1, "Marker": ""})],
        ),
        Row(
            "a page of 51 cannot be requested",
            describe,
            f"{API}/API_DescribeSnapshots.html",
            {"MaxRecords": 51},
            refused="InvalidParameterValue",
        ),
        Row(
            "the slots of shards are shown on request",
            describe,
            f"{API}/API_DescribeSnapshots.html",
            {"ShowNodeGroupConfig": True},
            given=[subnet_group, sharded(), call(create, SnapshotName="backup", ReplicationGroupId="sharded")],
            answers={"Snapshots[0].NodeSnapshots[].NodeGroupConfiguration.Slots": ["0-8191", "8192-16383"]},
            then=[(describe, {}, {"Snapshots[0].NodeSnapshots[].NodeGroupConfiguration": []})],
        ),
    ]
)

test_copying_and_deleting = conformance(
    [
        Row(
            "a copy of an automatic backup is manual and outlives the group",
            copy,
            f"{GUIDE}/backups-copying.html",
            lambda lab: {"SourceSnapshotName": automatic(lab), "TargetSnapshotName": "kept"},
            given=[subnet_group, group()],
            answers={"Snapshot.SnapshotSource": "manual", "Snapshot.SnapshotStatus": "creating"},
            then=[
                ("elasticache.delete_replication_group", {"ReplicationGroupId": "cache"}, {}),
                (describe, {}, {"Snapshots[].SnapshotName": ["kept"]}),
            ],
        ),
        Row(
            "the source of a copy is copying",
            copy,
            f"{API}/API_Snapshot.html",
            {"SourceSnapshotName": "backup", "TargetSnapshotName": "copy"},
            given=[subnet_group, group(), snapshot(), control("delay", snapshotSeconds=60)],
            then=[
                (describe, {"SnapshotName": "backup"}, {"Snapshots[0].SnapshotStatus": "copying"}),
                (describe, {"SnapshotName": "copy"}, {"Snapshots[0].SnapshotStatus": "creating"}),
                ("elasticache.describe_replication_groups", {}, {"ReplicationGroups[0].Status": "available"}),
            ],
        ),
        Row(
            "a source that is not available",
            copy,
            f"{API}/API_CopySnapshot.html",
            {"SourceSnapshotName": "backup", "TargetSnapshotName": "copy"},
            given=[subnet_group, group(), control("delay", snapshotSeconds=60), snapshot()],
            refused="InvalidSnapshotState",
        ),
        Row(
            "a source that does not exist",
            copy,
            f"{API}/API_CopySnapshot.html",
            {"SourceSnapshotName": "none", "TargetSnapshotName": "copy"},
            refused="SnapshotNotFoundFault",
        ),
        Row(
            "a target that exists",
            copy,
            f"{API}/API_CopySnapshot.html",
            {"SourceSnapshotName": "backup", "TargetSnapshotName": "backup"},
            given=[subnet_group, group(), snapshot()],
            refused="SnapshotAlreadyExistsFault",
        ),
        Row(
            "a deleted snapshot is answered once more, as deleting",
            delete,
            EXAMPLES,
            {"SnapshotName": "backup"},
            given=[subnet_group, group(), snapshot()],
            answers={"Snapshot.SnapshotStatus": "deleting"},
            then=[(describe, {}, {"Snapshots": []})],
        ),
        Row(
            "a snapshot that a group is being restored from",
            delete,
            f"{API}/API_DeleteSnapshot.html",
            {"SnapshotName": "backup"},
            given=[
                subnet_group,
                group(),
                snapshot(),
                control("delay", groupSeconds=60),
                call("elasticache.create_replication_group", **group_arguments(ReplicationGroupId="restored", SnapshotName="backup")),
            ],
            refused="InvalidSnapshotState",
        ),
        Row(
            "a snapshot that does not exist",
            delete,
            f"{API}/API_DeleteSnapshot.html",
            {"SnapshotName": "none"},
            refused="SnapshotNotFoundFault",
        ),
        Row(
            "the next snapshot of a name starts without tags",
            create,
            f"{API}/API_DeleteSnapshot.html",
            {"SnapshotName": "backup", "CacheClusterId": "cache-001"},
            given=[
                subnet_group,
                group(),
                call(create, SnapshotName="backup", CacheClusterId="cache-001", Tags=[{"Key": "a", "Value": "b"}]),
                call(delete, SnapshotName="backup"),
            ],
            then=[("elasticache.list_tags_for_resource", {"ResourceName": arn("snapshot", "backup")}, {"TagList": []})],
        ),
    ]
)


def automatic(lab) -> str:
    return lab.control("automatic-snapshot", replicationGroupId="cache")["SnapshotName"]
