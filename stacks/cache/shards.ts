import { numberExpression } from "../terraform/expression";
import type { Topology } from "./topology";

const group = "aws_elasticache_replication_group.redis";
const nodesOfShard = "(1 + var.replicas_per_node_group)";

/** Terraform: how many nodes all shards have together. */
export const nodesOfAllShards = `var.num_node_groups * ${nodesOfShard}`;

/**
 * Shards with a primary and replicas each (cluster mode enabled). The ids of shards have gaps once one was removed, so nodes are those
 * that AWS lists; their usual ids stand in while there are none.
 *
 * @see https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/scaling-redis-cluster-mode-enabled.html
 */
export const shards: Topology = {
  clusterMode: "enabled",
  groupArguments: () => ({
    numNodeGroups: numberExpression("var.num_node_groups"),
    replicasPerNodeGroup: numberExpression("var.replicas_per_node_group"),
    // ElastiCache requires it with cluster mode enabled.
    automaticFailoverEnabled: true,
  }),
  parameterGroup: { suffix: "-cluster-on", parameters: [{ name: "cluster-enabled", value: "yes" }] },
  nodesByPlace: `{ for place in range(${nodesOfAllShards}) : tostring(place + 1) => try(sort(tolist(${group}.member_clusters))[place], format("%s-%04d-%03d", local.replication_group_id, floor(place / ${nodesOfShard}) + 1, place % ${nodesOfShard} + 1)) }`,
  nodeNames: (id) => `${id}-????-???`,
  // The only endpoint with cluster mode enabled; clients ask it for the nodes of each shard.
  endpoint: ({ configurationEndpointAddress }) => configurationEndpointAddress,
  readerEndpoint: ({ configurationEndpointAddress }) => configurationEndpointAddress,
  endpointOutputs: [
    {
      name: "redis_configuration_endpoint",
      description: "Host name of the configuration endpoint, from which clients learn the nodes of every shard",
      of: "endpoint",
    },
  ],
  endpointsOfSecret: `host = ${group}.configuration_endpoint_address, cluster_mode = true`,
  // ElastiCache takes a replica of each shard by itself, and refuses SnapshottingClusterId.
  // https://docs.aws.amazon.com/AmazonElastiCache/latest/APIReference/API_ModifyReplicationGroup.html
  hasSnapshotSource: false,
  toBackUp: "ReplicationGroupId",
  snapshotOf: (id) => ({ ReplicationGroupId: id }),
  snapshotFilters: (id) => `{'ReplicationGroupId': '${id}'}`,
  // The smallest page that AWS allows. How many shards fit into it: stacks/backups/page-size.ts
  snapshotsPerPage: 20,
  snapshotsNameGroup: true,
  isSnapshotOf: (id) => `$type(ReplicationGroupId) = 'string' and ReplicationGroupId = '${id}'`,
  snapshotsOfCommand: (id) =>
    `--snapshot-source system --replication-group-id ${id} --query "Snapshots[].[SnapshotName,SnapshotStatus,NumNodeGroups,join(' ', NodeSnapshots[].SnapshotCreateTime)]" --output table`,
  eventsOfCommand: (id) =>
    `--source-type cache-cluster --duration 2880 --query "Events[?starts_with(SourceIdentifier, '${id}-')].[Date,SourceIdentifier,Message]" --output table`,
  // A backup of a cache without shards fits as well, into as few as one.
  unfit: "",
  // As many shards as the backup has, each without replicas.
  restoredCopy:
    "'NumNodeGroups': $chosen.shards, 'ReplicasPerNodeGroup': 0, 'AutomaticFailoverEnabled': true, 'MultiAZEnabled': false",
  restoredStatus:
    "(Status = 'available' and $count(NodeGroups[Status = 'available']) < $chosen.shards ? 'incomplete' : Status)",
};
