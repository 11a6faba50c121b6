import type {
  ElasticacheReplicationGroup,
  ElasticacheReplicationGroupConfig,
} from "@cdktf/provider-aws/lib/elasticache-replication-group";
import { numberExpression } from "../terraform/expression";

/** How a cache spreads its data over nodes: the only place that knows whether it has shards. */
export interface Topology {
  /** The arguments of the replication group that decide how many nodes it has. */
  readonly groupArguments: () => Pick<
    ElasticacheReplicationGroupConfig,
    "automaticFailoverEnabled" | "numCacheClusters"
  >;
  /** Terraform: the id of each node by its place, since their number is known before the nodes are. A replaced node is followed. */
  readonly nodesByPlace: string;
  /** Host name that clients connect to, for reads and writes. */
  readonly endpoint: (group: ElasticacheReplicationGroup) => string;
  /** Host name that spreads reads over the replicas. */
  readonly readerEndpoint: (group: ElasticacheReplicationGroup) => string;
  /** Terraform: the fields of the secret that say where clients connect to. */
  readonly endpointsOfSecret: string;
  /** JSONata over a group of DescribeReplicationGroups: the node that a manual backup is taken of. */
  readonly nodeToBackUp: string;
  /** The argument of CreateSnapshot that says what it is taken of; `node` is `nodeToBackUp`. */
  readonly snapshotOf: (node: string) => Readonly<Record<string, string>>;
  /** JSONata over a snapshot: it was taken of a cache of this kind, and of `$nodes` or of a node that `id` had and that is gone. */
  readonly isSnapshotOf: (id: string) => string;
  /** JSONata: entries of the arguments of CreateReplicationGroup for a copy that is as small as a backup can be restored into. */
  readonly restoredCopy: string;
}

const group = "aws_elasticache_replication_group.redis";

/** JSONata: the id of the group without shards that ElastiCache named a node after. */
export const groupOfNode = (node: string): string => `$replace(${node}, /-[0-9]{3}$/, '')`;

/** One primary and its replicas, without shards (cluster mode disabled). */
export const replicas: Topology = {
  groupArguments: () => ({ numCacheClusters: numberExpression("var.num_cache_nodes"), automaticFailoverEnabled: true }),
  nodesByPlace: `{ for place in range(var.num_cache_nodes) : tostring(place + 1) => try(sort(tolist(${group}.member_clusters))[place], format("%s-%03d", local.replication_group_id, place + 1)) }`,
  endpoint: ({ primaryEndpointAddress }) => primaryEndpointAddress,
  readerEndpoint: ({ readerEndpointAddress }) => readerEndpointAddress,
  endpointsOfSecret: `host = ${group}.primary_endpoint_address, reader_host = ${group}.reader_endpoint_address`,
  // The node of the automatic backups while it is a replica, or else the first replica; the primary when it is alone.
  nodeToBackUp: `(
    $replicas := [NodeGroups.NodeGroupMembers[CurrentRole = 'replica'].CacheClusterId];
    SnapshottingClusterId in $replicas ? SnapshottingClusterId
      : $count($replicas) > 0 ? $replicas[0] : MemberClusters[0]
  )`,
  snapshotOf: (node) => ({ CacheClusterId: node }),
  // With cluster mode enabled a snapshot names no node.
  isSnapshotOf: (id) =>
    `$type(CacheClusterId) = 'string' and (CacheClusterId in $nodes or ${groupOfNode("CacheClusterId")} = '${id}')`,
  restoredCopy: "'NumCacheClusters': 1, 'AutomaticFailoverEnabled': false, 'MultiAZEnabled': false",
};
