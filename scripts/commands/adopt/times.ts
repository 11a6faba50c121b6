import type { Environment } from "../../../stacks/environments";
import type { LiveCluster } from "./live";

/**
 * The windows of the environment and its local time, for a cluster in the environment's Region. The night in Tokyo is the middle of the day
 * in Virginia, so a cluster in another Region keeps its own windows, which AWS chose for the night of that Region unless a person set them.
 * A cluster without backups gets the two hours before its maintenance window.
 *
 * @see https://docs.aws.amazon.com/AmazonElastiCache/latest/APIReference/API_CreateReplicationGroup.html (SnapshotWindow, PreferredMaintenanceWindow)
 */
export function timesOf(
  live: Pick<LiveCluster, "region" | "retentionDays" | "backupWindow" | "maintenanceWindow">,
  { region, localTime, backupWindow, maintenanceWindow }: Environment,
): Pick<Environment, "localTime" | "backupWindow" | "maintenanceWindow"> {
  if (live.region === region) return { localTime, backupWindow, maintenanceWindow };
  return {
    localTime: null,
    backupWindow: live.retentionDays > 0 ? live.backupWindow : twoHoursBefore(live.maintenanceWindow),
    maintenanceWindow: live.maintenanceWindow,
  };
}

/**
 * The schedules of manual backups and restore tests, whose defaults are at night in the environment's Region: in another one, two hours
 * before the backup window, as those are there.
 *
 * @param backupWindow of the cluster, e.g. `06:30-08:00`
 */
export function schedulesOf(
  live: Pick<LiveCluster, "region">,
  { region }: Pick<Environment, "region">,
  backupWindow: string,
): Readonly<Record<string, string>> {
  if (live.region === region) return {};
  const [hour, minute] = [Number(backupWindow.slice(0, 2)), Number(backupWindow.slice(3, 5))];
  const onDay = (day: number): string => `cron(${minute} ${(hour + 22) % 24} ${day} * ? *)`;
  return { manual_backup_schedule: onDay(1), restore_test_schedule: onDay(15) };
}

/** @param maintenanceWindow e.g. `sun:01:00-sun:02:00`, with which `23:00-01:00` is answered */
function twoHoursBefore(maintenanceWindow: string): string {
  const [hour, end] = [Number(maintenanceWindow.slice(4, 6)), maintenanceWindow.slice(4, 9)];
  return `${((hour + 22) % 24).toString().padStart(2, "0")}${end.slice(2)}-${end}`;
}
