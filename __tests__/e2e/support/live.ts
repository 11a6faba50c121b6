import { aws } from "./aws";

/** A replication group as DescribeReplicationGroups answers it. */
export interface Group {
  readonly ARN: string;
  readonly Status: string;
  readonly ReplicationGroupCreateTime: string;
  readonly NodeGroups: readonly [
    {
      readonly PrimaryEndpoint: { readonly Address: string; readonly Port: number };
      readonly ReaderEndpoint: { readonly Address: string; readonly Port: number };
    },
  ];
  readonly AtRestEncryptionEnabled: boolean;
  readonly TransitEncryptionEnabled: boolean;
  readonly AuthTokenEnabled: boolean;
  readonly CacheNodeType: string;
  readonly MemberClusters: readonly string[];
  readonly SnapshotRetentionLimit: number;
  readonly SnapshotWindow: string;
  readonly SnapshottingClusterId: string;
}

export function group(id: string): Group {
  const { ReplicationGroups } = aws("elasticache", "describeReplicationGroups", { ReplicationGroupId: id }) as {
    ReplicationGroups: [Group];
  };
  return ReplicationGroups[0];
}

/** A node as DescribeCacheClusters answers it. */
export interface Node {
  readonly CacheClusterId: string;
  readonly CacheNodeType: string;
  readonly Engine: string;
  readonly EngineVersion: string;
  readonly PreferredMaintenanceWindow: string;
  readonly CacheParameterGroup: { readonly CacheParameterGroupName: string };
  readonly NotificationConfiguration: { readonly TopicArn: string; readonly TopicStatus: string };
  readonly SecurityGroups: readonly { readonly SecurityGroupId: string }[];
  readonly PendingModifiedValues?: { readonly CacheNodeType?: string; readonly EngineVersion?: string };
}

export const nodes = (): readonly [Node, ...Node[]] =>
  (aws("elasticache", "describeCacheClusters") as { CacheClusters: [Node, ...Node[]] }).CacheClusters;

/** The user's values of a parameter group. */
export function parameters(group: string): Readonly<Record<string, string>> {
  const { Parameters } = aws("elasticache", "describeCacheParameters", {
    CacheParameterGroupName: group,
    Source: "user",
  }) as { Parameters: { ParameterName: string; ParameterValue: string }[] };
  return Object.fromEntries(Parameters.map(({ ParameterName, ParameterValue }) => [ParameterName, ParameterValue]));
}

/** Publishes what ElastiCache measures of a node, in its place. */
export function publishMetric(CacheClusterId: string, MetricName: string, Value: number, Timestamp?: Date): void {
  const Dimensions = Object.entries({ CacheClusterId, CacheNodeId: "0001" }).map(([Name, Value]) => ({ Name, Value }));
  aws("cloudwatch", "putMetricData", {
    Namespace: "AWS/ElastiCache",
    MetricData: [{ MetricName, Dimensions, Value, Timestamp }],
  });
}
