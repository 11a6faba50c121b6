import { TerraformLocal } from "cdktf";
import type { Construct } from "constructs";
import type { Environment } from "../settings";
import { dailyInLocalTime, weeklyInLocalTime } from "./local-time";
import { expression } from "../terraform/expression";
import { inOrder, shown } from "../terraform/rules";
import { Variable } from "../terraform/variable";

const time = "([01][0-9]|2[0-3]):[0-5][0-9]";
const weekday = "(mon|tue|wed|thu|fri|sat|sun)";
const weekdays = `["mon", "tue", "wed", "thu", "fri", "sat", "sun"]`;

// Both windows have fixed widths, so that a place in the text says what stands there.
const number = (text: string, at: number): string => `tonumber(substr(${text}, ${at}, 2))`;
const backupMinute = (at: number): string =>
  `(${number("var.backup_window", at)} * 60 + ${number("var.backup_window", at + 3)})`;
const weekMinute = (at: number): string =>
  `(index(${weekdays}, substr(lower(var.maintenance_window), ${at}, 3)) * 1440 + ${number("var.maintenance_window", at + 4)} * 60 + ${number("var.maintenance_window", at + 7)})`;

const day = 1440;
const week = 7 * day;
const backupStart = backupMinute(0);
const backupMinutes = `(${backupMinute(6)} - ${backupStart} + ${day}) % ${day}`;
const maintenanceStart = weekMinute(0);
const maintenanceMinutes = `(${weekMinute(10)} - ${maintenanceStart} + ${week}) % ${week}`;

const backupFormat = `can(regex("^${time}-${time}$", var.backup_window))`;
const maintenanceFormat = `can(regex("^${weekday}:${time}-${weekday}:${time}$", lower(var.maintenance_window)))`;

// The backup comes every day, so what counts is where in the day the maintenance begins: on a clock of one day, two windows
// are apart when each begins no earlier than the other ends.
const apart = [
  `(${maintenanceStart} - ${backupStart} + ${week}) % ${day} >= ${backupMinutes}`,
  `(${backupStart} - ${maintenanceStart} + ${week}) % ${day} >= ${maintenanceMinutes}`,
].join(" && ");

/**
 * When the daily backup and the weekly maintenance happen. ElastiCache takes at least 60 minutes for either, at most 24 hours of maintenance, and refuses windows that overlap.
 *
 * @see https://docs.aws.amazon.com/AmazonElastiCache/latest/APIReference/API_CreateReplicationGroup.html
 */
export function windowVariables(scope: Construct, { backupWindow, maintenanceWindow, localTime }: Environment): void {
  new Variable(scope, "var.backup_window", {
    type: "string",
    description: `Daily backup window in UTC, as hh24:mi-hh24:mi, at least 60 minutes long. The default is ${dailyInLocalTime(backupWindow, localTime)}.`,
    default: backupWindow,
    rules: inOrder(
      {
        condition: backupFormat,
        errorMessage: `backup_window ${shown("var.backup_window")} is not a daily window. Use hh24:mi-hh24:mi in UTC, with two digits each, e.g. "${backupWindow}".`,
      },
      {
        condition: `${backupMinutes} >= 60`,
        errorMessage: `backup_window ${shown("var.backup_window")} is \${try(${backupMinutes}, 0)} minutes long, but ElastiCache requires at least 60. Use a longer window, e.g. "${backupWindow}" (UTC).`,
      },
    ),
  });
  new Variable(scope, "var.maintenance_window", {
    type: "string",
    description: `Weekly maintenance window in UTC, as ddd:hh24:mi-ddd:hh24:mi, 60 minutes to 24 hours long, without overlapping the backup window. The default is ${weeklyInLocalTime(maintenanceWindow, localTime)}.`,
    default: maintenanceWindow,
    rules: inOrder(
      {
        condition: maintenanceFormat,
        errorMessage: `maintenance_window ${shown("var.maintenance_window")} is not a weekly window. Use ddd:hh24:mi-ddd:hh24:mi in UTC, with days as mon, tue, wed, thu, fri, sat, sun and two digits each, e.g. "${maintenanceWindow}".`,
      },
      {
        condition: `${maintenanceMinutes} >= 60`,
        errorMessage: `maintenance_window ${shown("var.maintenance_window")} is \${try(${maintenanceMinutes}, 0)} minutes long, but ElastiCache requires at least 60. Use a longer window, e.g. "${maintenanceWindow}" (UTC).`,
      },
      {
        condition: `${maintenanceMinutes} <= ${day}`,
        errorMessage: `maintenance_window ${shown("var.maintenance_window")} is \${try(${maintenanceMinutes}, 0)} minutes long, but ElastiCache allows at most 24 hours (${day} minutes). Use a shorter window, e.g. "${maintenanceWindow}" (UTC).`,
      },
      {
        // An invalid backup window is reported by its own rules: Terraform 1.11 does not evaluate this then, others may.
        condition: `try(${backupMinutes} < 60, true) || !${backupFormat} ? true : ${apart}`,
        errorMessage: `maintenance_window ${shown("var.maintenance_window")} and backup_window ${shown("var.backup_window")} overlap. The backup is taken every day, so the two windows must not share a minute of any day. Start each when the other ends or later, e.g. maintenance_window "${maintenanceWindow}" with backup_window "${backupWindow}" (UTC).`,
      },
    ),
  });
  // A window that is none has been refused.
  new TerraformLocal(scope, "local.backup_window_minutes", expression(`try(${backupMinutes}, 0)`));
}
