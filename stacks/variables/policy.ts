import type { Construct } from "constructs";
import { inOrder, isWholeNumber, shown, shownNumber } from "../terraform/rules";
import { isSchedule, runsForwards } from "./schedule";
import { Variable } from "../terraform/variable";

/** Terraform: the check runs once a day at least. Whether EventBridge Scheduler takes its times is another question. */
const isDaily = `can(regex("^(rate[(](1 day|1 hour|([2-9]|1[0-9]|2[0-4]) hours)[)]|cron[(][0-9]{1,2} ([*]|[0-9,/-]+|[*]/[0-9]+) ([*] [*] [?]|[?] [*] [*]) [*][)])$", var.check_schedule))`;

/** What every cluster of the account has to comply with. */
export function policyVariables(scope: Construct): void {
  new Variable(scope, "var.backup_floor_days", {
    type: "number",
    description:
      "Minimum retention of automatic backups, in days (1-35). A cluster's own tag BackupFloorDays takes precedence.",
    default: 7,
    rules: [
      {
        condition: isWholeNumber("backup_floor_days", 1, 35),
        errorMessage: `backup_floor_days is ${shownNumber("var.backup_floor_days")}, but ElastiCache retains automatic backups for 1 to 35 days, and 0 disables them. Use a whole number of days from 1 to 35, e.g. 7.`,
      },
    ],
  });
  new Variable(scope, "var.backup_max_duration_minutes", {
    type: "number",
    description:
      "Maximum duration of a backup, in minutes (1-1440). A snapshot is too old when it is older than a day, the backup window and this duration together.",
    default: 180,
    rules: [
      {
        condition: isWholeNumber("backup_max_duration_minutes", 1, 1440),
        errorMessage: `backup_max_duration_minutes is ${shownNumber("var.backup_max_duration_minutes")}, but a backup that takes longer than a day would overlap the next one. Use a whole number of minutes from 1 to 1440, e.g. 180.`,
      },
    ],
  });
  new Variable(scope, "var.check_schedule", {
    type: "string",
    description:
      "Schedule of the daily check: cron(…) or rate(…) of EventBridge Scheduler, in UTC, at least once a day. A rate starts with a check at deployment.",
    default: "rate(1 day)",
    // isDaily leaves no choice of days, months and years, so the other rules of a schedule cannot be broken.
    rules: inOrder(
      {
        condition: isDaily,
        errorMessage: `check_schedule ${shown("var.check_schedule")} does not run the check every day. Use "rate(1 day)", a rate of 1 to 24 hours such as "rate(12 hours)", or a daily time in UTC such as "cron(0 22 * * ? *)".`,
      },
      isSchedule("check_schedule", { cron: "cron(0 22 * * ? *)", rate: "rate(12 hours)" }),
      runsForwards("check_schedule"),
    ),
  });
  new Variable(scope, "var.enable_config_rules", {
    type: "bool",
    description:
      "Whether AWS Config evaluates the clusters too. It needs a configuration recorder in this account and Region, even a stopped one, and bills each evaluation.",
    default: true,
  });
}
