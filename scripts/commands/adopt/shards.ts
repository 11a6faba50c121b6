import type { NodeGroup } from "@aws-sdk/client-elasticache";
import type { LiveCluster, LiveNode, LiveShard } from "./live";

/** Its nodes, those of each shard together. */
export function nodesByShard({ nodes }: Pick<LiveCluster, "nodes">): Map<string, LiveNode[]> {
  const found = new Map<string, LiveNode[]>();
  for (const node of nodes) found.set(node.shard, [...(found.get(node.shard) ?? []), node]);
  return found;
}

/** How many replicas each shard has; at least 0. */
export const replicasPerShard = ({ nodes }: Pick<LiveCluster, "nodes">, shards: readonly LiveShard[]): number =>
  nodes.length / shards.length - 1;

/**
 * The number of slots in a keyspace, e.g. 5462 in `0-5460,16383`.
 *
 * @see https://docs.aws.amazon.com/AmazonElastiCache/latest/APIReference/API_NodeGroup.html (Slots)
 */
export function slotsIn(keyspace: string): number {
  const ranges = keyspace.split(",").filter((range) => range !== "");
  return ranges.reduce((sum, range) => {
    const bounds = range.split("-").map(Number);
    return sum + Math.max(...bounds) - Math.min(...bounds) + 1;
  }, 0);
}

/** Whether a shard has more slots than another, but for the remainder of a division. */
export function isUneven(shards: readonly LiveShard[]): boolean {
  const slots = shards.map((shard) => shard.slots);
  return Math.max(...slots) - Math.min(...slots) >= shards.length;
}

/** The number of replicas of each shard, by its id. */
export const replicaCounts = (groups: readonly NodeGroup[]): Map<string, number> =>
  new Map(groups.map(({ NodeGroupId = "", NodeGroupMembers = [] }) => [NodeGroupId, NodeGroupMembers.length - 1]));
