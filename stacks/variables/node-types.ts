import { TerraformLocal } from "cdktf";
import type { Construct } from "constructs";
import { Check } from "../terraform/elements";
import { expression } from "../terraform/expression";
import { shown } from "../terraform/rules";

const upTo16 = ["large", "xlarge", "2xlarge", "4xlarge", "8xlarge", "12xlarge", "16xlarge"];
const upTo24 = ["large", "xlarge", "2xlarge", "4xlarge", "12xlarge", "24xlarge"];
const burstable = ["micro", "small", "medium"];

/**
 * The node types that AWS documents and a new cache of this project can have, by family.
 *
 * @see https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/CacheNodes.SupportedTypes.html
 * @see https://docs.aws.amazon.com/AmazonElastiCache/latest/APIReference/API_CreateReplicationGroup.html CacheNodeType
 */
const sizesByFamily = {
  c7gn: upTo16,
  c8gn: upTo16,
  m4: ["large", "xlarge", "2xlarge", "4xlarge", "10xlarge"],
  m5: upTo24,
  m6g: upTo16,
  m7g: upTo16,
  m8g: upTo16,
  r4: ["large", "xlarge", "2xlarge", "4xlarge", "8xlarge", "16xlarge"],
  r5: upTo24,
  r6g: upTo16,
  r7g: upTo16,
  r8g: upTo16,
  t3: burstable,
  t4g: burstable,
};

/**
 * Families of which AWS creates no new caches. Live caches keep their nodes.
 *
 * @see https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/CacheNodes.SupportedTypes.html
 * @see https://github.com/medplum/medplum/issues/8985 cache.t2 is refused as "Invalid Cache Node Type"
 */
const retiredFamilies = ["m3", "r3", "t2"];

/** Whether AWS creates no new caches with this node type, so that no backup can be restored into one. */
export const isRetired = (nodeType: string): boolean =>
  retiredFamilies.some((family) => nodeType.startsWith(`cache.${family}.`));

const retired = `can(regex("^cache[.](${retiredFamilies.join("|")})[.]", var.node_type))`;

/** Terraform: how many characters two texts share at their beginning, by `startswith`, or at their end, by `endswith`. */
const shared = (side: "startswith" | "endswith"): string => {
  const part = side === "startswith" ? "substr(known, 0, i)" : "substr(known, length(known) - i, i)";
  return `length([for i in range(1, length(known) + 1) : i if ${side}(var.node_type, ${part})])`;
};

/**
 * Warns of a node type that AWS did not have when the list was made. It may have it now, so nothing is refused. And warns of one that a new
 * cache cannot have: a live one may have it, but could not be restored.
 */
export function warnOfNodeType(scope: Construct): void {
  new TerraformLocal(
    scope,
    "local.known_node_types",
    Object.entries(sizesByFamily).flatMap(([family, sizes]) => sizes.map((size) => `cache.${family}.${size}`)),
  );
  new TerraformLocal(
    scope,
    "local.nearest_node_type",
    expression(
      `split(" ", reverse(sort([for known in local.known_node_types : format("%03d %s", ${shared("startswith")} + ${shared("endswith")}, known)]))[0])[1]`,
    ),
  );
  new Check(scope, "check.node_type_known", [
    {
      condition: `contains(local.known_node_types, var.node_type) || ${retired}`,
      errorMessage: `node_type ${shown("var.node_type")} is not among the node types that AWS documented when this project was released. If it is newer, ignore this. If not, AWS will refuse it: did you mean "\${local.nearest_node_type}"?`,
    },
    {
      condition: `!${retired}`,
      errorMessage: `node_type ${shown("var.node_type")} is of a previous generation, of which AWS creates no new caches. A live cache keeps it, but no backup can be restored into a new one. Change node_type to a current generation, e.g. "cache.t4g.small" or "cache.r7g.large"; ElastiCache changes it in place.`,
    },
  ]);
}
