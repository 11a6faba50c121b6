import { TerraformLocal } from "cdktf";
import type { Construct } from "constructs";
import { annotate } from "../terraform/annotation";
import { expression } from "../terraform/expression";

/** The tags of the stack's variable and app as what state machines read: JSON in a string in the JSON of a definition. */
export function workflowTags(scope: Construct): void {
  annotate(
    new TerraformLocal(
      scope,
      "local.workflow_tags",
      expression(
        'trimsuffix(trimprefix(jsonencode(jsonencode([for key, value in local.tags : { Key = key, Value = value }])), "\\""), "\\"")',
      ),
    ),
    "Encoded twice: it stands within a string of a state machine's definition.",
  );
}

/**
 * JSONata: the tags of something that a state machine creates: its own, and those of the stack.
 *
 * @param own a list of objects with Key and Value
 */
export const withStackTags = (own: string): string => `$append(${own}, $parse('${expression("local.workflow_tags")}'))`;
