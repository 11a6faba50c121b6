import type { SchedulerSchedule } from "@cdktf/provider-aws/lib/scheduler-schedule";
import type { SnsTopic } from "@cdktf/provider-aws/lib/sns-topic";
import { Construct } from "constructs";
import { alarm } from "../notifications/alarm";
import { expression, numberExpression } from "../terraform/expression";
import { period } from "./check/newest-snapshot";
import { dimension, namespace } from "../workflows/metrics";
import type { StateMachine } from "../workflows/state-machine";
import { cacheId } from "../terraform/names";

export interface VerificationAlarmsProps {
  /** Where alarms are sent. */
  readonly topic: SnsTopic;
  readonly manualBackup: StateMachine;
  readonly restoreTest: StateMachine;
  /** Of the check, which repeats the metrics. */
  readonly checkSchedule: SchedulerSchedule;
}

interface VerificationAlarm {
  readonly happened: string;
  readonly metricName: string;
  /** A number, or a Terraform expression without `${}`. */
  readonly above?: string | number;
  readonly below?: number;
}

/** Alarms on manual backups and restore tests that fail, are missing, or miss an objective. Each exists only while its kind is enabled. */
export class VerificationAlarms extends Construct {
  private readonly topic: SnsTopic;
  private readonly checkSchedule: SchedulerSchedule;

  constructor(
    scope: Construct,
    id: string,
    { topic, manualBackup, restoreTest, checkSchedule }: VerificationAlarmsProps,
  ) {
    super(scope, id);
    this.topic = topic;
    this.checkSchedule = checkSchedule;

    const backup = (name: string, props: VerificationAlarm): void => {
      this.add(name, manualBackup, "var.enable_manual_backup", props);
    };
    backup("manual_backup_failed", {
      happened: `The last manual backup of ${cacheId} failed, timed out or was stopped.`,
      metricName: "ManualBackupSuccessful",
      below: 1,
    });
    backup("manual_backup_missing", {
      happened: `There has been no manual backup of ${cacheId} for ${expression("var.manual_backup_max_age_days")} days.`,
      metricName: "ManualBackupAgeHours",
      above: "var.manual_backup_max_age_days * 24",
    });

    backup("manual_backup_deleted", {
      happened: `Manual backups of ${cacheId} are gone that the last manual backup kept. The state machine deletes backups only when it takes one, so somebody else deleted them. This alarm ends with the next manual backup.`,
      metricName: "ManualBackupsMissing",
      above: 0,
    });

    const test = (name: string, props: VerificationAlarm): void => {
      this.add(name, restoreTest, "var.enable_restore_test", props);
    };
    test("restore_test_failed", {
      happened: `The last restore test of ${cacheId} failed, timed out or was stopped. It is not verified that the latest backup can be restored.`,
      metricName: "RestoreTestSuccessful",
      below: 1,
    });
    test("restore_test_data", {
      happened: `The last restore test of ${cacheId} did not verify the data: keys are missing, the validator failed, the cache was empty, or the keys could not be compared.`,
      metricName: "RestoreTestDataVerified",
      below: 1,
    });
    test("restore_test_missing", {
      happened: `No restore test of ${cacheId} has succeeded for ${expression("var.restore_test_max_age_days")} days.`,
      metricName: "RestoreTestAgeHours",
      above: "var.restore_test_max_age_days * 24",
    });
    test("rto_missed", {
      happened: `The last restore test of ${cacheId} took longer than the recovery time objective of ${expression("var.rto_target_minutes")} minutes (rto_target_minutes).`,
      metricName: "RestoreDurationSeconds",
      above: "var.rto_target_minutes * 60",
    });
    test("rpo_missed", {
      happened: `The backup that the last restore test of ${cacheId} restored was older than the recovery point objective of ${expression("var.rpo_target_hours")} hours (rpo_target_hours).`,
      metricName: "RestoredSnapshotAgeHours",
      above: "var.rpo_target_hours",
    });
  }

  private add(name: string, machine: StateMachine, enabled: string, props: VerificationAlarm): void {
    const { happened, metricName, above, below } = props;
    alarm(this, name, {
      happened,
      firstCommand: `aws stepfunctions list-executions --region ${expression("local.region")} --max-items 5 --state-machine-arn ${machine.arn}`,
      topic: this.topic,
      namespace,
      metricName,
      dimensions: { [dimension]: cacheId },
      period,
      evaluationPeriods: 1,
      ...(above === undefined
        ? { statistic: "Minimum", comparisonOperator: "LessThanThreshold", threshold: below }
        : {
            statistic: "Maximum",
            comparisonOperator: "GreaterThanThreshold",
            threshold: typeof above === "number" ? above : numberExpression(above),
          }),
      // The check repeats each value until the next run. Missing data must not end the alarm: backup_failed reports a check that has stopped.
      treatMissingData: "ignore",
      dependsOn: [this.checkSchedule],
    }).addOverride("count", expression(`${enabled} ? 1 : 0`));
  }
}
