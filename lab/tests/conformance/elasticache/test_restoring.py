from tests.conformance.elasticache.given import (
    API,
    GUIDE,
    call,
    control,
    group,
    group_arguments,
    sharded,
    sharded_arguments,
    snapshot,
    subnet_group,
)
from tests.conformance.harness import Row, conformance

RESTORING = f"{GUIDE}/backups-restoring.html"
create = "elasticache.create_replication_group"
describe = "elasticache.describe_replication_groups"
INVALID, COMBINATION = "InvalidParameterValue", "InvalidParameterCombination"
sharded_snapshot = call("elasticache.create_snapshot", SnapshotName="backup", ReplicationGroupId="sharded")


def restored(**changes) -> dict:
    return group_arguments(ReplicationGroupId="restored", SnapshotName="backup", **changes)


def restored_sharded(**changes) -> dict:
    return sharded_arguments(ReplicationGroupId="restored", SnapshotName="backup", **changes)


test_restoring = conformance(
    [
        Row(
            "a snapshot is restoring while its group is created",
            create,
            f"{API}/API_CreateReplicationGroup.html",
            restored(),
            given=[subnet_group, group(), snapshot(), control("delay", groupSeconds=60)],
            answers={"ReplicationGroup.Status": "creating"},
            then=[("elasticache.describe_snapshots", {"SnapshotName": "backup"}, {"Snapshots[0].SnapshotStatus": "restoring"})],
        ),
        Row(
            "and available afterwards",
            create,
            f"{API}/API_CreateReplicationGroup.html",
            restored(),
            given=[subnet_group, group(), snapshot()],
            then=[("elasticache.describe_snapshots", {"SnapshotName": "backup"}, {"Snapshots[0].SnapshotStatus": "available"})],
        ),
        Row(
            "a snapshot that is restoring cannot be restored again",
            create,
            RESTORING,
            restored(),
            given=[
                subnet_group,
                group(),
                snapshot(),
                control("delay", groupSeconds=60),
                call(create, **group_arguments(ReplicationGroupId="other", SnapshotName="backup")),
            ],
            refused=INVALID,
        ),
        Row(
            "a snapshot that does not exist: the operation declares no fault for it",
            create,
            f"{API}/API_CreateReplicationGroup.html#API_CreateReplicationGroup_Errors",
            restored(),
            given=[subnet_group],
            refused=INVALID,
        ),
        Row(
            "a snapshot that is still creating",
            create,
            RESTORING,
            restored(),
            given=[subnet_group, group(), control("delay", snapshotSeconds=60), snapshot()],
            refused=INVALID,
        ),
        Row(
            "a failed snapshot",
            create,
            RESTORING,
            restored(),
            given=[subnet_group, group(), control("fail", action="snapshot", status="failed"), snapshot()],
            refused=INVALID,
        ),
        Row(
            "cluster mode enabled into cluster mode disabled",
            create,
            RESTORING,
            restored(),
            given=[subnet_group, sharded(), sharded_snapshot],
            refused=COMBINATION,
        ),
        Row(
            "one shard into cluster mode disabled, too",
            create,
            RESTORING,
            restored(),
            given=[subnet_group, sharded(NumNodeGroups=1), sharded_snapshot],
            refused=COMBINATION,
        ),
        Row(
            "cluster mode disabled into cluster mode enabled is allowed",
            create,
            RESTORING,
            restored_sharded(),
            given=[subnet_group, group(), snapshot()],
            answers={"ReplicationGroup.ClusterEnabled": True},
        ),
        Row(
            "shards into as many shards",
            create,
            f"{API}/API_Snapshot.html",
            restored_sharded(),
            given=[subnet_group, sharded(), sharded_snapshot],
            answers={"length(ReplicationGroup.MemberClusters)": 4},
        ),
        Row(
            "shards into another number of shards",
            create,
            f"{API}/API_Snapshot.html",
            restored_sharded(NumNodeGroups=3),
            given=[subnet_group, sharded(), sharded_snapshot],
            refused=COMBINATION,
        ),
        Row(
            "a newer version into an older one",
            create,
            f"{GUIDE}/VersionManagement.html",
            restored(EngineVersion="6.2"),
            given=[subnet_group, group(), snapshot()],
            refused=COMBINATION,
        ),
        Row(
            "an older version into a newer one",
            create,
            RESTORING,
            restored(),
            given=[subnet_group, group(EngineVersion="6.2"), snapshot()],
            answers={"ReplicationGroup.Status": "creating"},
        ),
        Row(
            "Valkey into Redis OSS",
            create,
            f"{GUIDE}/backups-seeding-redis.html",
            restored(),
            given=[subnet_group, group(Engine="valkey", EngineVersion="7.2"), snapshot()],
            refused=COMBINATION,
        ),
        Row(
            "r6gd nodes into nodes without data tiering",
            create,
            RESTORING,
            restored(),
            given=[subnet_group, group(CacheNodeType="cache.r6gd.xlarge", DataTieringEnabled=True), snapshot()],
            refused=COMBINATION,
        ),
        Row(
            "nodes with too little memory end in restore-failed",
            create,
            RESTORING,
            restored(CacheNodeType="cache.t4g.micro"),
            given=[subnet_group, group(), control("data-size", replicationGroupId="cache", megabytes=900), snapshot()],
            answers={"ReplicationGroup.Status": "creating"},
            then=[
                (
                    "elasticache.describe_replication_groups",
                    {"ReplicationGroupId": "restored"},
                    {"ReplicationGroups[0].Status": "restore-failed"},
                )
            ],
        ),
    ]
)
