import type { Rule } from "../terraform/variable";
import type { Topology } from "./topology";

/**
 * What must be true of the cluster mode of the live cache. Terraform plans every change of it "in place", and AWS refuses most of them
 * half-way: shards are changed before anything else is looked at.
 *
 * Postconditions: what a plan keeps of the live cache is known when it is planned, and a cache that is created has its mode by then. One
 * that AWS could not create has none (null), and its own error is the one to see.
 *
 * @see https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/modify-cluster-mode.html
 */
export const liveModeRules = ({ clusterMode }: Pick<Topology, "clusterMode">): Rule[] =>
  clusterMode === "enabled"
    ? [
        {
          condition: "self.cluster_enabled != false",
          errorMessage:
            "The live cache has cluster mode disabled, and the environment's entry has shards. A deploy does not switch the mode: AWS refuses it half-way. Set shards: null in the entry to keep the live cache. To have shards, restore a backup of it into a cache that has them (docs/shards.md).",
        },
      ]
    : [
        {
          condition: "self.cluster_enabled != true",
          errorMessage:
            "The live cache has cluster mode enabled, and the environment's entry has no shards. ElastiCache does not disable cluster mode again, and restores no backup of this cache without it. Set shards in the entry to the number of shards that the live cache has (docs/shards.md).",
        },
        {
          condition: 'self.cluster_mode != "compatible"',
          errorMessage:
            "The live cache is in cluster mode compatible, in which AWS refuses most changes. Finish the migration, or go back to disabled, before you deploy (docs/shards.md).",
        },
      ];
