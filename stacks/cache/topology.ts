import type {
  ElasticacheReplicationGroup,
  ElasticacheReplicationGroupConfig,
} from "@cdktf/provider-aws/lib/elasticache-replication-group";
import type { Environment } from "../settings";
import { numberExpression } from "../terraform/expression";
import { shards } from "./shards";

/** An output that says where clients connect to. */
export interface EndpointOutput {
  readonly name: string;
  readonly description: string;
  readonly of: "endpoint" | "readerEndpoint";
}

/** How a cache spreads its data over nodes: the only place that knows whether it has shards. */
export interface Topology {
  readonly clusterMode: "disabled" | "enabled";
  /** The arguments of the replication group that decide how many nodes it has. */
  readonly groupArguments: () => Pick<
    ElasticacheReplicationGroupConfig,
    "automaticFailoverEnabled" | "numCacheClusters" | "numNodeGroups" | "replicasPerNodeGroup"
  >;
  /** The end of the parameter group's name, and its parameters beside those of the variables: the mode cannot change in a group. */
  readonly parameterGroup: {
    readonly suffix: string;
    readonly parameters: readonly { readonly name: string; readonly value: string }[];
  };
  /** Terraform: the IDs of the nodes, keyed by position: keys of `for_each` must be known at plan, and the IDs of replaced nodes are not. */
  readonly nodesByPlace: string;
  /** The names that ElastiCache gives to nodes, with the wildcards of IAM. A `*` would fit those of a cache `<id>-eu` as well. */
  readonly nodeNames: (id: string) => string;
  /** Host name that clients connect to, for reads and writes. */
  readonly endpoint: (group: ElasticacheReplicationGroup) => string;
  /** Host name that clients read from replicas by. */
  readonly readerEndpoint: (group: ElasticacheReplicationGroup) => string;
  readonly endpointOutputs: readonly EndpointOutput[];
  /** Terraform: the fields of the secret that say where clients connect to. */
  readonly endpointsOfSecret: string;
  /** Whether automatic backups are taken from one node that ModifyReplicationGroup can name. */
  readonly hasSnapshotSource: boolean;
  /** JSONata over a group of DescribeReplicationGroups: what a manual backup is taken of. */
  readonly toBackUp: string;
  /** The argument of CreateSnapshot that says what it is taken of; `id` is `toBackUp`. */
  readonly snapshotOf: (id: string) => Readonly<Record<string, string>>;
  /**
   * JSONata over a group of DescribeReplicationGroups: the arguments of DescribeSnapshots that each find a part of its snapshots and none
   * of another cache, as a list of objects. Those of nodes that are likely to have been backed up last come first.
   */
  readonly snapshotFilters: (id: string) => string;
  /** How many snapshots a page has (20-50): a result with all of their shards must stay below 256 KiB. */
  readonly snapshotsPerPage: number;
  /** Whether snapshots name their group. Otherwise they name a node, which may be gone, so the filters may not find all of them. */
  readonly snapshotsNameGroup: boolean;
  /** JSONata over a snapshot: it was taken of a cache of this kind, and of `$nodes` or of a node that `id` had and that is gone. */
  readonly isSnapshotOf: (id: string) => string;
  /** Options of `aws elasticache` that list the automatic backups of the group `id`, and its events. */
  readonly snapshotsOfCommand: (id: string) => string;
  readonly eventsOfCommand: (id: string) => string;
  /** JSONata: why `$chosen` cannot be restored into a cache of this kind, as a Choice `condition ? 'sentence' :`; empty where it always can. */
  readonly unfit: string;
  /** JSONata: entries of the arguments of CreateReplicationGroup for a copy that is as small as `$chosen` can be restored into. */
  readonly restoredCopy: string;
  /** JSONata over the restored copy in DescribeReplicationGroups: its status, `available` once all of it is. */
  readonly restoredStatus: string;
}

const group = "aws_elasticache_replication_group.redis";

/** The most nodes that a group without shards has. */
export const mostNodes = 6;

/** The highest number in the id of a node that is looked for: a new node takes a number that is free. */
const highestNode = 9;

/** JSONata: the id of the group without shards that ElastiCache named a node after. */
export const groupOfNode = (node: string): string => `$replace(${node}, /-[0-9]{3}$/, '')`;

/** One primary and its replicas, without shards (cluster mode disabled). */
export const replicas: Topology = {
  clusterMode: "disabled",
  groupArguments: () => ({ numCacheClusters: numberExpression("var.num_cache_nodes"), automaticFailoverEnabled: true }),
  parameterGroup: { suffix: "", parameters: [] },
  nodesByPlace: `{ for place in range(var.num_cache_nodes) : tostring(place + 1) => try(sort(tolist(${group}.member_clusters))[place], format("%s-%03d", local.replication_group_id, place + 1)) }`,
  nodeNames: (id) => `${id}-???`,
  endpoint: ({ primaryEndpointAddress }) => primaryEndpointAddress,
  readerEndpoint: ({ readerEndpointAddress }) => readerEndpointAddress,
  endpointOutputs: [
    { name: "redis_endpoint", description: "Host name of the primary endpoint, for reads and writes", of: "endpoint" },
    {
      name: "redis_reader_endpoint",
      description: "Host name of the reader endpoint, which distributes reads across the replicas",
      of: "readerEndpoint",
    },
  ],
  endpointsOfSecret: `host = ${group}.primary_endpoint_address, reader_host = ${group}.reader_endpoint_address`,
  hasSnapshotSource: true,
  // The node of the automatic backups while it is a replica, or else the first replica; the primary when it is alone.
  toBackUp: `(
    $replicas := [NodeGroups.NodeGroupMembers[CurrentRole = 'replica'].CacheClusterId];
    SnapshottingClusterId in $replicas ? SnapshottingClusterId
      : $count($replicas) > 0 ? $replicas[0] : MemberClusters[0]
  )`,
  snapshotOf: (id) => ({ CacheClusterId: id }),
  // Snapshots name the node that they were taken of and no group. The source of the automatic ones comes first, then the primary, which
  // was the source when a failover has just made it the primary, then the others. Nodes that were removed had the ids that are free now.
  snapshotFilters: (id) => `(
    $current := [SnapshottingClusterId, NodeGroups.NodeGroupMembers[CurrentRole = 'primary'].CacheClusterId, MemberClusters];
    $distinct($append([$current[$type($) = 'string']], [[1..${highestNode}].('${id}-00' & $string($))])).{'CacheClusterId': $}
  )`,
  // One node each.
  snapshotsPerPage: 50,
  snapshotsNameGroup: false,
  // With cluster mode enabled a snapshot names no node.
  isSnapshotOf: (id) =>
    `$type(CacheClusterId) = 'string' and (CacheClusterId in $nodes or ${groupOfNode("CacheClusterId")} = '${id}')`,
  snapshotsOfCommand: (id) =>
    `--snapshot-source system --query "Snapshots[?starts_with(SnapshotName, 'automatic.${id}')].[SnapshotName,SnapshotStatus,NodeSnapshots[0].SnapshotCreateTime]" --output table`,
  eventsOfCommand: (id) => `--source-type replication-group --source-identifier ${id} --duration 2880`,
  unfit:
    "$chosen.clustered ? 'The snapshot ' & $chosen.name & ' was taken with cluster mode enabled, which this cache is not.' :",
  restoredCopy: "'NumCacheClusters': 1, 'AutomaticFailoverEnabled': false, 'MultiAZEnabled': false",
  restoredStatus: "Status",
};

/** What an environment's cache is like. */
export const topologyOf = (environment: Pick<Environment, "shards">): Topology =>
  environment.shards === null ? replicas : shards;
