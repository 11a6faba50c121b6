"""What a snapshot can be restored into.

https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/backups-restoring.html
AWS documents no codes for these refusals; CreateReplicationGroup declares InvalidParameterValue and InvalidParameterCombination only.
"""

from dataclasses import dataclass

from aws.elasticache.engines import number
from aws.elasticache.node_types import has_data_tiering, memory
from aws.elasticache.refusals import refuse_combination, refuse_value
from aws.elasticache.state import Region


@dataclass(frozen=True)
class Target:
    """The cache that a snapshot shall be restored into."""

    engine: str
    version: str
    node_type: str
    cluster_enabled: bool
    shards: int


def source_of(state: Region, name: str | None) -> dict | None:
    """An available snapshot of this Region: any other status refuses, restoring included."""
    if not name:
        return None
    snapshot = state.snapshots.get(name.lower())
    if snapshot is None:
        refuse_value(f"Snapshot {name} not found.")
    if snapshot["SnapshotStatus"] != "available":
        refuse_value(f"Snapshot {name} is not available: {snapshot['SnapshotStatus']}")
    return snapshot


def check_restore(snapshot: dict, target: Target):
    name = snapshot["SnapshotName"]
    if is_sharded(snapshot) and not target.cluster_enabled:
        refuse_combination(f"Snapshot {name} was taken with cluster mode enabled and cannot be restored with cluster mode disabled.")
    # The guide offers another number; the API's text says "must be the same" (Snapshot.NumNodeGroups). The lab takes the stricter one.
    if is_sharded(snapshot) and snapshot["NumNodeGroups"] != target.shards:
        refuse_combination(f"Snapshot {name} has {snapshot['NumNodeGroups']} node groups, the replication group {target.shards}.")
    if has_data_tiering(snapshot["CacheNodeType"]) != has_data_tiering(target.node_type):
        refuse_combination(f"Snapshot {name} was taken of {snapshot['CacheNodeType']}: data tiering needs r6gd nodes on both sides.")
    check_engine(snapshot, target)


def check_engine(snapshot: dict, target: Target):
    """Data files of a newer engine cannot be read by an older one, and Valkey is no way back to Redis OSS.

    https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/VersionManagement.html (no downgrade: create anew)
    https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/backups-seeding-redis.html (Valkey into Valkey)
    """
    name = snapshot["SnapshotName"]
    if (snapshot["Engine"], target.engine) == ("valkey", "redis"):
        refuse_combination(f"Snapshot {name} of Valkey cannot be restored into Redis OSS.")
    if number(target.version)[:2] < number(snapshot["EngineVersion"])[:2]:
        older = f"{target.engine} {target.version}"
        refuse_combination(f"Snapshot {name} of {snapshot['Engine']} {snapshot['EngineVersion']} cannot be restored into {older}.")


def is_sharded(snapshot: dict) -> bool:
    """https://docs.aws.amazon.com/AmazonElastiCache/latest/APIReference/API_Snapshot.html: only then it names its replication group."""
    return bool(snapshot.get("ReplicationGroupId"))


def fits(snapshot: dict, node_type: str) -> bool:
    """Whether a node has the memory for a shard's data, beside what is reserved for overhead (25 %).

    https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/redis-memory-management.html
    """
    size, room = megabytes(snapshot["size"]), memory(node_type)
    return room is None or size * 1024 * 1024 <= room * 0.75


def megabytes(size: str) -> float:
    return float(size.split()[0])
