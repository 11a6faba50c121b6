/** A metric of ElastiCache itself for one node. */
export const nodeMetrics = {
  namespace: "AWS/ElastiCache",
  /** A node of a replication group is a cache cluster with one node, whose id is always 0001. */
  dimensions: (node: string) => ({ CacheClusterId: node, CacheNodeId: "0001" }),
} as const;
