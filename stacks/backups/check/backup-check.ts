import type { SchedulerSchedule } from "@cdktf/provider-aws/lib/scheduler-schedule";
import { Construct } from "constructs";
import type { Cache } from "../../cache/replication-group";
import type { Topology } from "../../cache/topology";
import type { Notifications } from "../../notifications/topics";
import type { Schedules } from "../../workflows/schedules";
import { StateMachine } from "../../workflows/state-machine";
import { backupCheck } from "./definition";
import { attribute } from "../../terraform/expression";

export interface BackupCheckProps {
  readonly schedules: Schedules;
  readonly notifications: Notifications;
  readonly topology: Topology;
  readonly cache: Cache;
}

/** Checks the backups every 15 minutes and publishes the results as metrics: CloudWatch has none for them. It changes nothing. */
export class BackupCheck extends Construct {
  public readonly workflow: StateMachine;
  public readonly schedule: SchedulerSchedule;

  constructor(scope: Construct, id: string, { schedules, notifications, topology, cache }: BackupCheckProps) {
    super(scope, id);

    this.workflow = new StateMachine(this, "backup_check", {
      description: "Publishes the age of the latest backup and the problems of backups",
      type: "EXPRESS",
      definition: backupCheck({ topology, eventsTopicArn: attribute(notifications.events, "arn") }),
      // Its creation date is when its first data is due, and a cache takes minutes to create.
      after: [cache.group],
    });
    this.schedule = schedules.add("backup_check", {
      description: "Checks the backups",
      target: this.workflow,
      expression: "rate(15 minutes)",
      // The next one comes soon enough.
      maximumEventAgeSeconds: 600,
    });
  }
}
