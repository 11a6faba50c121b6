import type { Construct } from "constructs";
import { isWholeNumber } from "../terraform/rules";
import { Variable } from "../terraform/variable";

/** What every cluster of the account is held to. */
export function policyVariables(scope: Construct): void {
  new Variable(scope, "var.backup_floor_days", {
    type: "number",
    description:
      "The fewest days that automatic backups must be kept (1-35), for clusters that do not say otherwise in their tag BackupFloorDays.",
    default: 7,
    rules: [
      {
        condition: isWholeNumber("backup_floor_days", 1, 35),
        errorMessage:
          "backup_floor_days is ${var.backup_floor_days}. Write a whole number of days from 1 (0 would mean no backups) to 35 (the most that ElastiCache keeps).",
      },
    ],
  });
  new Variable(scope, "var.backup_max_duration_minutes", {
    type: "number",
    description:
      "How long a backup may run, in minutes (1-1440). A snapshot is too old when it is older than a day, the backup window and this together.",
    default: 180,
    rules: [
      {
        condition: isWholeNumber("backup_max_duration_minutes", 1, 1440),
        errorMessage:
          "backup_max_duration_minutes is ${var.backup_max_duration_minutes}. Write a whole number of minutes from 1 to 1440 (a day), e.g. 180.",
      },
    ],
  });
  new Variable(scope, "var.check_schedule", {
    type: "string",
    description:
      "When the clusters are checked, in UTC: cron(…) or rate(…) of EventBridge Scheduler, once a day at least. A rate begins with a check as soon as it is deployed.",
    default: "rate(1 day)",
    rules: [
      {
        condition: `can(regex("^(rate[(](1 day|1 hour|([2-9]|1[0-9]|2[0-4]) hours)[)]|cron[(][0-9]{1,2} ([*]|[0-9,/-]+|[*]/[0-9]+) ([*] [*] [?]|[?] [*] [*]) [*][)])$", var.check_schedule))`,
        errorMessage:
          'check_schedule "${var.check_schedule}" does not run every day. Write "rate(1 day)", a rate of 1 to 24 hours such as "rate(12 hours)", or a daily time in UTC such as "cron(0 22 * * ? *)".',
      },
    ],
  });
  new Variable(scope, "var.enable_config_rules", {
    type: "bool",
    description:
      "Whether AWS Config judges the clusters too. Config must have been set up in this account and Region (it has a configuration recorder, even a stopped one); it bills each evaluation.",
    default: true,
  });
}
