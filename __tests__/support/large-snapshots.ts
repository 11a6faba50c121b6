import { memberName } from "../workflows/shapes/api";

const time = "2026-01-31T03:00:00.000Z";

/** Members of a shard that the steps read: its id, its size and its time. */
export const fewest = ["NodeGroupId", "CacheSize", "SnapshotCreateTime"];

/** The longest id that a replication group may have. */
export const longestId = "a".repeat(40);

/**
 * A snapshot with shards, as DescribeSnapshots answers it without ShowNodeGroupConfig, with all members that AWS's API model has for it,
 * and those of each shard that are `filled`.
 */
export function snapshotWithShards(
  shards: number,
  {
    of = longestId,
    at = time,
    filled,
  }: { readonly of?: string; at?: string; readonly filled?: readonly string[] } = {},
) {
  const SnapshotName = `automatic.${of}-${at.slice(0, 16).replace(/[T:]/g, "-")}`;
  const shard = (i: number) => {
    const NodeGroupId = String(i + 1).padStart(4, "0");
    return {
      CacheClusterId: `${of}-${NodeGroupId}-001`,
      NodeGroupId,
      CacheNodeId: "0001",
      CacheSize: "12345 MB",
      CacheNodeCreateTime: time,
      SnapshotCreateTime: at,
    };
  };
  const chosen = (all: object) => Object.entries(all).filter(([name]) => filled?.includes(name) !== false);
  return {
    SnapshotName,
    ReplicationGroupId: of,
    ReplicationGroupDescription: "Redis of production, with shards",
    SnapshotStatus: "available",
    SnapshotSource: "automated",
    CacheNodeType: "cache.r7g.12xlarge",
    Engine: "redis",
    EngineVersion: "7.1.0",
    PreferredMaintenanceWindow: "sun:05:00-sun:06:00",
    TopicArn: `arn:aws:sns:ap-northeast-1:123456789012:${of}-events`,
    Port: 6379,
    CacheParameterGroupName: "production-redis-redis7-cluster-on",
    CacheSubnetGroupName: "production-redis-cluster",
    VpcId: "vpc-0123456789abcdef0",
    AutoMinorVersionUpgrade: true,
    SnapshotRetentionLimit: 35,
    SnapshotWindow: "03:00-04:00",
    NumNodeGroups: shards,
    AutomaticFailover: "enabled",
    NodeSnapshots: Array.from({ length: shards }, (_one, i) => Object.fromEntries(chosen(shard(i)))),
    KmsKeyId: "arn:aws:kms:ap-northeast-1:123456789012:key/12345678-1234-1234-1234-123456789012",
    [memberName("ARN")]: `arn:aws:elasticache:ap-northeast-1:123456789012:snapshot:${SnapshotName}`,
    DataTiering: "disabled",
    Durability: "default",
  };
}
