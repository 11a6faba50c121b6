import { core } from "./core";
import { proof } from "./proof";
import { tampering } from "./tampering";
import { vaultCopy } from "./vault";
import { watch } from "./watch";

/** What only a cache without shards has: one size, two endpoints, and one node that backups are taken from. */
const isOfReplicas = (address: string): boolean =>
  ["var.num_cache_nodes", "output.redis_endpoint", "output.redis_reader_endpoint"].includes(address) ||
  /[._]snapshot_source(_|$)/.test(address);

/** Every address of an environment with shards, with why it is there. */
export const sharded: Readonly<Record<string, string>> = {
  ...Object.fromEntries(
    Object.entries({ ...core, ...watch, ...proof, ...tampering, ...vaultCopy }).filter(
      ([address]) => !isOfReplicas(address),
    ),
  ),
  "var.num_node_groups": "how many shards",
  "var.replicas_per_node_group": "what backups are taken from, and failovers go to",
  "var.nodes_per_cluster_quota": "more nodes than AWS allows fail at apply",
  "check.backups_readable": "more shards than Step Functions accepts in one answer",
  "output.redis_configuration_endpoint": "how clients connect",
};
