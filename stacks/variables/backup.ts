import type { Construct } from "constructs";
import type { Environment } from "../environments";
import { Variable } from "../terraform/variable";
import { dailyInLocalTime, weeklyInLocalTime } from "../local-time";

/** When backups are taken, how long they are kept, and what a new cache starts from. */
export function backupVariables(scope: Construct, environment: Environment): void {
  const { default: days, floor } = environment.backupRetentionDays;
  new Variable(scope, "var.backup_retention_days", {
    type: "number",
    description: `How many days automatic backups are kept (${floor.toString()}-35 here).`,
    default: days,
    rules: [
      {
        condition: `var.backup_retention_days >= ${floor.toString()} && var.backup_retention_days <= 35 && floor(var.backup_retention_days) == var.backup_retention_days`,
        errorMessage: `backup_retention_days is \${var.backup_retention_days}. Write a whole number of days from ${floor.toString()} (the fewest that \${var.environment} accepts) to 35 (the most that ElastiCache keeps).`,
      },
    ],
  });
  new Variable(scope, "var.backup_window", {
    type: "string",
    description: `When the daily backup is taken: hh24:mi-hh24:mi in UTC, at least 60 minutes. The default is ${dailyInLocalTime(environment.backupWindow, environment.localTime)}.`,
    default: environment.backupWindow,
    rules: [
      {
        condition: `can(regex("^([01][0-9]|2[0-3]):[0-5][0-9]-([01][0-9]|2[0-3]):[0-5][0-9]$", var.backup_window))`,
        errorMessage: `backup_window is not a daily window. Write hh24:mi-hh24:mi in UTC, e.g. "${environment.backupWindow}".`,
      },
    ],
  });
  new Variable(scope, "var.maintenance_window", {
    type: "string",
    description: `When AWS may maintain the cache, weekly: ddd:hh24:mi-ddd:hh24:mi in UTC, 60 minutes to 24 hours, apart from the backup window. The default is ${weeklyInLocalTime(environment.maintenanceWindow, environment.localTime)}.`,
    default: environment.maintenanceWindow,
    rules: [
      {
        condition: `can(regex("^(mon|tue|wed|thu|fri|sat|sun):([01][0-9]|2[0-3]):[0-5][0-9]-(mon|tue|wed|thu|fri|sat|sun):([01][0-9]|2[0-3]):[0-5][0-9]$", lower(var.maintenance_window)))`,
        errorMessage: `maintenance_window is not a weekly window. Write ddd:hh24:mi-ddd:hh24:mi in UTC, e.g. "${environment.maintenanceWindow}".`,
      },
    ],
  });
  new Variable(scope, "var.create_final_snapshot", {
    type: "bool",
    description:
      "Whether a last backup is taken when the cache is destroyed or replaced. It is read when the cache is destroyed: apply a change of it before.",
    default: true,
  });
  new Variable(scope, "var.restore_from_snapshot", {
    type: "string",
    description:
      "The backup (automatic.… too) that a new cache starts with. On a live cache it restores nothing, and a plan says so. null: start empty.",
    default: null,
    nullable: true,
    rules: [
      {
        condition: `var.restore_from_snapshot == null || can(regex("^[A-Za-z][A-Za-z0-9.-]{0,254}$", var.restore_from_snapshot))`,
        errorMessage: `restore_from_snapshot is not the name of a backup. Write it as "aws elasticache describe-snapshots" shows it, e.g. "automatic.${environment.name}-redis-cluster-2026-01-31-18-00".`,
      },
    ],
  });
}
