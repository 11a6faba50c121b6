import { SchedulerScheduleGroup } from "@cdktf/provider-aws/lib/scheduler-schedule-group";
import { TerraformLocal } from "cdktf";
import type { Construct } from "constructs";
import { expression } from "../terraform/expression";
import { dashed, named } from "../terraform/names";
import { annotate } from "../terraform/annotation";

/** Terraform: since when a verification is enabled, in RFC 3339; empty while it is disabled. */
export const since = (verification: string): string => expression(`local.${verification}_since`);

/** JSONata: a verification is enabled. */
export const isEnabled = (verification: string): string => `'${since(verification)}' != ''`;

/** Keeps since when a verification is enabled, so that none counts as missing before. `enabled` is a Terraform expression without `${}`. */
export function keepSince(scope: Construct, verification: string, enabled: string): void {
  const name = named(`${dashed(verification)}-switched-on`);
  const group = new SchedulerScheduleGroup(scope, `aws_scheduler_schedule_group.${verification}_switched_on`, {
    name,
    tags: { Name: name },
  });
  group.addOverride("count", expression(`${enabled} ? 1 : 0`));
  annotate(
    group,
    "Nothing is scheduled in it: its creation date says since when this is enabled. An alarm has only the date of its last change, which a new pager changes too; the schedule and the state machine exist while this is disabled.",
  );
  new TerraformLocal(
    scope,
    `local.${verification}_since`,
    expression(`join("", aws_scheduler_schedule_group.${verification}_switched_on[*].creation_date)`),
  );
}
