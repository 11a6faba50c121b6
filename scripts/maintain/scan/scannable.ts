import type { TerraformStack } from "cdktf";
import { acceptedFindings, type Check } from "../../../stacks/terraform/annotation";
import { isObject, type Json, type JsonObject } from "../../hcl-writer";

/**
 * The JSON of a stack as checkov can read it. Without these changes it reports zero checks and success.
 *
 * - Without `required_version`: its parser takes only blocks in `terraform` (https://github.com/bridgecrewio/checkov/issues/7454).
 * - With the content of `dynamic` blocks in their place: its checks of a resource that has one fail to run.
 */
export function scannable(json: JsonObject): JsonObject {
  const terraform = Object.fromEntries(
    Object.entries(json.terraform ?? {}).filter(([name]) => name !== "required_version"),
  );
  return { ...(withoutDynamic(json) as JsonObject), terraform };
}

function withoutDynamic(value: Json): Json {
  if (Array.isArray(value)) return (value as readonly Json[]).map(withoutDynamic);
  if (!isObject(value)) return value;
  const { dynamic, ...rest } = value;
  const blocks = Object.entries(isObject(dynamic ?? null) ? (dynamic as JsonObject) : {}).map(
    ([name, block]): [string, Json] => [name, [isObject(block) ? (block.content ?? {}) : {}]],
  );
  return Object.fromEntries(
    [...Object.entries(rest), ...blocks].map(([name, inner]): [string, Json] => [name, withoutDynamic(inner ?? null)]),
  );
}

/** Why findings are accepted in some element of these stacks, by check. */
export function reasonsOf(stacks: readonly TerraformStack[]): ReadonlyMap<Check, readonly string[]> {
  const reasons = new Map<Check, Set<string>>();
  for (const element of stacks.flatMap((stack) => stack.node.findAll()))
    for (const [check, reason] of acceptedFindings(element))
      reasons.set(check, (reasons.get(check) ?? new Set()).add(reason));
  return new Map(
    [...reasons].sort(([one], [other]) => one.localeCompare(other)).map(([check, all]) => [check, [...all]]),
  );
}

/** Path of checkov's configuration for the JSON, from the project's folder. */
export const jsonConfig = ".github/checkov-json.yaml";

/**
 * The configuration of checkov for the JSON, which cannot hold suppressions of its own.
 *
 * @see https://www.checkov.io/2.Basics/CLI%20Command%20Reference.html
 */
export const configOf = (stacks: readonly TerraformStack[]): string =>
  [
    "# Written by npm run docs. Findings that are accepted in the JSON of cdktf, with the reasons from the code. The HCL of npm run hcl has them",
    "# in each block.",
    "framework: [terraform_json]",
    "skip-download: true",
    "skip-check:",
    ...[...reasonsOf(stacks)].flatMap(([check, reasons]) => [
      ...reasons.map((reason) => `  # ${reason}`),
      `  - ${check}`,
    ]),
    "",
  ].join("\n");
