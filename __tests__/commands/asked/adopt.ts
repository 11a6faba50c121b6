import { adopt } from "../../../scripts/commands/adopt/adopt";
import { arn, notFound, region, type Row } from "./row";

const group = {
  ...{ ReplicationGroupId: "orders", Status: "available", ARN: arn("replicationgroup:orders") },
  ...{ MemberClusters: ["orders-001", "orders-002"], NodeGroups: [], CacheNodeType: "cache.r7g.large" },
};
const node = {
  ...{ CacheClusterId: "orders-001", CacheClusterStatus: "available", Engine: "redis", ARN: arn("cluster:orders-001") },
  ...{ CacheSubnetGroupName: "orders-subnets", CacheParameterGroup: { CacheParameterGroupName: "orders-parameters" } },
};
/** Adopting what a stack has already ends when everything is read. */
const tags = [{ Key: "RedisBackupStack", Value: "redis-orders" }];
const isManaged = /^\S+ is managed by redis-orders already/;

const answers: Row["answers"] = {
  DescribeReplicationGroups: ({ ReplicationGroupId }) =>
    ReplicationGroupId === "orders" ? { ReplicationGroups: [group] } : notFound("ReplicationGroup")(),
  DescribeCacheClusters: ({ CacheClusterId }) =>
    CacheClusterId === "orders-001"
      ? { CacheClusters: [{ ...node, ReplicationGroupId: "orders" }] }
      : CacheClusterId === "lone"
        ? { CacheClusters: [{ ...node, CacheClusterId: "lone", ARN: arn("cluster:lone") }] }
        : notFound("CacheCluster")(),
  DescribeCacheSubnetGroups: () => ({ CacheSubnetGroups: [{ VpcId: "vpc-1", Subnets: [] }] }),
  DescribeCacheParameters: () => ({ Parameters: [] }),
  DescribeServerlessCaches: () => ({}),
  DescribeStackResources: () => ({ StackResources: [] }),
  DescribeVpcs: () => ({ Vpcs: [{ CidrBlock: "10.0.0.0/16" }] }),
  ListTagsForResource: () => ({ TagList: tags }),
};
const groupOf = (id: string) => ["DescribeReplicationGroups", { ReplicationGroupId: id }] as const;
const clusterOf = (id: string) => ["DescribeCacheClusters", { CacheClusterId: id, ShowCacheNodeInfo: true }] as const;
/** What is read of the group. */
const described = [
  clusterOf("orders-001"),
  ["DescribeCacheSubnetGroups", { CacheSubnetGroupName: "orders-subnets" }],
  ["DescribeVpcs", { VpcIds: ["vpc-1"] }],
  ["DescribeCacheParameters", { CacheParameterGroupName: "orders-parameters", Source: "user" }],
  ["ListTagsForResource", { ResourceName: group.ARN }],
  ["DescribeStackResources", { PhysicalResourceId: "orders" }],
] as const;

const looks = [
  { id: "orders", error: isManaged, asked: [groupOf("orders"), ...described] },
  {
    id: "orders-001",
    error: isManaged,
    asked: [groupOf("orders-001"), clusterOf("orders-001"), groupOf("orders"), ...described],
  },
  {
    id: "lone",
    error: isManaged,
    asked: [groupOf("lone"), clusterOf("lone"), ["ListTagsForResource", { ResourceName: arn("cluster:lone") }]],
  },
  {
    id: "none",
    error: /^Invalid id "none"/,
    asked: [groupOf("none"), clusterOf("none"), ["DescribeServerlessCaches", {}]],
  },
] as const;

export const rows: readonly Row[] = looks.flatMap(({ id, error, asked }) =>
  (
    [
      ["in the Region that it is asked for", region.stack, region.stack],
      ["in the caller's Region", undefined, region.caller],
    ] as const
  ).map(([where, given, expected]) => ({
    what: `adopting ${id} ${where}`,
    answers,
    act: () => adopt({ id, environment: "prod", ...(given !== undefined && { region: given }) }),
    error,
    asked: asked.map(([operation, input]) => [expected, operation, input] as const),
  })),
);
