import type { SchedulerSchedule } from "@cdktf/provider-aws/lib/scheduler-schedule";
import { Construct } from "constructs";
import type { Notifications } from "../../notifications/topics";
import type { Schedules } from "../../workflows/schedules";
import { StateMachine } from "../../workflows/state-machine";
import { newestSnapshot } from "./newest-snapshot";
import { inSequence, type Part } from "../../workflows/sequence";

export interface BackupCheckProps {
  readonly schedules: Schedules;
  readonly notifications: Notifications;
  /** What is checked after the newest snapshot. */
  readonly parts: readonly Part[];
}

/** Looks at the backups every 15 minutes and publishes what it finds as metrics: CloudWatch has none for them. It changes nothing. */
export class BackupCheck extends Construct {
  public readonly workflow: StateMachine;
  public readonly schedule: SchedulerSchedule;

  constructor(scope: Construct, { schedules, notifications, parts }: BackupCheckProps) {
    super(scope, "watch");

    const all = [newestSnapshot(notifications.events.arn), ...parts];
    this.workflow = new StateMachine(this, "backup_check", {
      description: "Publishes how old the newest backup is, and what is wrong with backups",
      type: "EXPRESS",
      definition: {
        Comment: "Looks at the backups of the cache, and publishes what it finds as metrics",
        QueryLanguage: "JSONata",
        // AWS ends an EXPRESS execution after 300 seconds.
        TimeoutSeconds: 290,
        ...inSequence(all),
      },
      statements: all.flatMap(({ statements }) => statements),
    });
    this.schedule = schedules.add("backup_check", {
      description: "Looks at the backups",
      target: this.workflow,
      expression: "rate(15 minutes)",
      // The next one comes soon enough.
      maximumEventAgeSeconds: 600,
    });
  }
}
