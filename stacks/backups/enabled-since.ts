import { SchedulerScheduleGroup } from "@cdktf/provider-aws/lib/scheduler-schedule-group";
import { TerraformLocal } from "cdktf";
import type { Construct } from "constructs";
import { expression } from "../terraform/expression";
import { dashed, named } from "../terraform/names";
import { annotate } from "../terraform/annotation";

/** Where the moment is found since when a proof is switched on, in RFC 3339; empty while it is off. */
export const since = (proof: string): string => expression(`local.${proof}_since`);

/** Has AWS keep since when a proof is switched on: none is missing that nobody has asked for yet. `enabled` is a Terraform expression without `${}`. */
export function keepSince(scope: Construct, proof: string, enabled: string): void {
  const name = named(`${dashed(proof)}-switched-on`);
  const group = new SchedulerScheduleGroup(scope, `aws_scheduler_schedule_group.${proof}_switched_on`, {
    name,
    tags: { Name: name },
  });
  group.addOverride("count", expression(`${enabled} ? 1 : 0`));
  annotate(
    group,
    "Nothing is scheduled in it: AWS keeps when it was created, which is since when this is switched on. An alarm tells only when it last changed, which a new pager does too; the schedule and the state machine are there while this is off.",
  );
  new TerraformLocal(
    scope,
    `local.${proof}_since`,
    expression(`join("", aws_scheduler_schedule_group.${proof}_switched_on[*].creation_date)`),
  );
}
