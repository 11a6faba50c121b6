import { TerraformLocal } from "cdktf";
import type { Construct } from "constructs";
import { TerraformData } from "../terraform/elements";
import { expression } from "../terraform/expression";
import { because } from "../terraform/reason";

/** Where the moment is found since when a proof is switched on, in RFC 3339; empty while it is off. */
export const since = (proof: string): string => expression(`local.${proof}_since`);

/** Keeps since when a proof is switched on: none is missing that nobody has asked for yet. `enabled` is a Terraform expression without `${}`. */
export function keepSince(scope: Construct, proof: string, enabled: string): void {
  because(
    new TerraformData(scope, `terraform_data.${proof}_switched_on`, {
      input: expression("timestamp()"),
      // The first value stays. AWS has no such moment: its alarms tell when they last changed, which a new pager does too, and the
      // schedule and the state machine are there while this is off.
      lifecycle: { ignoreChanges: ["input"] },
    }),
    "Keeps since when this is switched on; it is made anew by switching it off and on, and by nothing else.",
  ).addOverride("count", expression(`${enabled} ? 1 : 0`));
  new TerraformLocal(
    scope,
    `local.${proof}_since`,
    expression(`join("", terraform_data.${proof}_switched_on[*].output)`),
  );
}
