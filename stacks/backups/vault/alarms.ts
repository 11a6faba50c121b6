import type { SchedulerSchedule } from "@cdktf/provider-aws/lib/scheduler-schedule";
import type { SnsTopic } from "@cdktf/provider-aws/lib/sns-topic";
import { Construct } from "constructs";
import { alarm } from "../../notifications/alarm";
import { expression, numberExpression } from "../../terraform/expression";
import { cacheId } from "../../terraform/names";
import { dimension, namespace } from "../../workflows/metrics";
import type { StateMachine } from "../../workflows/state-machine";
import { period } from "../check/newest-snapshot";
import { vaultCount } from "./landing";

export interface VaultAlarmsProps {
  readonly topic: SnsTopic;
  readonly vaultCopy: StateMachine;
  /** Of the backup check, which repeats the metrics. */
  readonly checkSchedule: SchedulerSchedule;
}

/** Alarms when the last copy into the vault failed, when none has succeeded for too long, and when the newest backup in it is too old. */
export class VaultAlarms extends Construct {
  constructor(scope: Construct, id: string, { topic, vaultCopy, checkSchedule }: VaultAlarmsProps) {
    super(scope, id);
    const common = {
      firstCommand: `aws stepfunctions list-executions --region ${expression("local.region")} --max-items 5 --state-machine-arn ${vaultCopy.arn}`,
      topic,
      namespace,
      dimensions: { [dimension]: cacheId },
      period,
      evaluationPeriods: 1,
      // The backup check repeats each value until the next copy; backup_failed is the alarm on a check that has stopped.
      treatMissingData: "ignore",
      dependsOn: [checkSchedule],
    };
    const limit = (hours: string) => ({
      statistic: "Maximum",
      comparisonOperator: "GreaterThanThreshold",
      threshold: numberExpression(`var.${hours}`),
    });
    for (const part of [
      alarm(this, "vault_copy_failed", {
        ...common,
        happened: `The last copy of a backup of ${cacheId} into the vault failed, timed out or was stopped.`,
        metricName: "VaultCopySuccessful",
        statistic: "Minimum",
        comparisonOperator: "LessThanThreshold",
        threshold: 1,
      }),
      alarm(this, "vault_copy_missing", {
        ...common,
        happened: `No copy of a backup of ${cacheId} into the vault has succeeded for ${expression("var.vault_copy_max_hours")} hours.`,
        metricName: "VaultCopyRunAgeHours",
        ...limit("vault_copy_max_hours"),
      }),
      alarm(this, "vault_copy_too_old", {
        ...common,
        happened: `The newest backup of ${cacheId} in the vault is older than the ${expression("var.vault_rpo_target_hours")} hours of vault_rpo_target_hours.`,
        metricName: "VaultCopyAgeHours",
        ...limit("vault_rpo_target_hours"),
      }),
    ])
      part.addOverride("count", expression(vaultCount));
  }
}
