import type { Construct } from "constructs";
import { warnOfLargePages } from "../backups/page-size";
import { nodesOfAllShards } from "../cache/shards";
import type { Environment } from "../settings";
import { expression } from "../terraform/expression";
import { inOrder, isWholeNumber, shownNumber } from "../terraform/rules";
import { Variable } from "../terraform/variable";

/** How many nodes there are: of a cache without shards, or of each shard. */
export function nodeVariables(scope: Construct, environment: Pick<Environment, "nodes" | "shards">): void {
  if (environment.shards === null) replicaVariables(scope, environment);
  else shardVariables(scope, { ...environment, shards: environment.shards });
}

function replicaVariables(scope: Construct, environment: Pick<Environment, "nodes">): void {
  new Variable(scope, "var.num_cache_nodes", {
    type: "number",
    description: "Number of nodes, including the primary (2-6). Backups are taken from a replica.",
    default: environment.nodes,
    rules: [
      {
        condition: isWholeNumber("num_cache_nodes", 2, 6),
        errorMessage: `num_cache_nodes is ${shownNumber("var.num_cache_nodes")}. Use a whole number from 2 (a primary, and a replica for backups and failover) to 6.`,
      },
    ],
  });
}

/** The most nodes that AWS lets a cluster have once its quota was raised. */
const mostNodes = 500;

/** The most nodes that AWS lets a cluster have until its quota is raised. */
export const defaultNodesPerCluster = 90;

/**
 * @see https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/quota-limits.html
 * @see https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/AutoFailover.html
 */
function shardVariables(scope: Construct, environment: { readonly nodes: number; readonly shards: number }): void {
  new Variable(scope, "var.num_node_groups", {
    type: "number",
    description:
      "Number of shards (1-500). Shards × nodes per shard is at most nodes_per_cluster_quota. Changing it moves keys between the shards of the live cache.",
    default: environment.shards,
    rules: inOrder(
      {
        condition: isWholeNumber("num_node_groups", 1, mostNodes),
        errorMessage: `num_node_groups is ${shownNumber("var.num_node_groups")}. Use a whole number of shards from 1 to ${mostNodes.toString()}.`,
      },
      {
        condition: `${nodesOfAllShards} <= var.nodes_per_cluster_quota`,
        errorMessage: `num_node_groups is ${shownNumber("var.num_node_groups")}, with replicas_per_node_group = ${shownNumber("var.replicas_per_node_group")}: that is ${expression(nodesOfAllShards)} nodes, and AWS allows ${shownNumber("var.nodes_per_cluster_quota")} in a cluster. Choose fewer shards or replicas; or have the quota "Nodes per cluster per instance type" raised, and set nodes_per_cluster_quota to what AWS granted.`,
      },
    ),
  });
  new Variable(scope, "var.replicas_per_node_group", {
    type: "number",
    description:
      "Number of replicas of each shard (1-5). Backups are taken from replicas, and a failover needs one in another Availability Zone.",
    default: environment.nodes - 1,
    rules: [
      {
        condition: isWholeNumber("replicas_per_node_group", 1, 5),
        errorMessage: `replicas_per_node_group is ${shownNumber("var.replicas_per_node_group")}. Use a whole number from 1 (Multi-AZ needs a replica in each shard, and backups are taken from it) to 5.`,
      },
    ],
  });
  new Variable(scope, "var.nodes_per_cluster_quota", {
    type: "number",
    description: `Number of nodes that AWS allows in one cluster (${defaultNodesPerCluster.toString()}-${mostNodes.toString()}): ${defaultNodesPerCluster.toString()}, or what its quota was raised to.`,
    default: defaultNodesPerCluster,
    rules: [
      {
        condition: isWholeNumber("nodes_per_cluster_quota", defaultNodesPerCluster, mostNodes),
        errorMessage: `nodes_per_cluster_quota is ${shownNumber("var.nodes_per_cluster_quota")}. Use a whole number from ${defaultNodesPerCluster.toString()} (AWS's default) to ${mostNodes.toString()} (the most that AWS grants).`,
      },
    ],
  });
  warnOfLargePages(scope);
}
