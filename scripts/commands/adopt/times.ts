import type { Environment } from "../../../stacks/environments";
import type { LiveCluster } from "./live";

/**
 * The windows of the environment, and the clock that people there read them by. In another Region they would be somebody else's: the quiet
 * hours of Tokyo are the middle of the day in Virginia. There the windows are the cluster's, which AWS has chosen for the night of the
 * Region unless a person has set them. A cluster without backups gets the two hours before its maintenance.
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

/** @param maintenanceWindow e.g. `sun:01:00-sun:02:00`, with which `23:00-01:00` is answered */
function twoHoursBefore(maintenanceWindow: string): string {
  const [, hour = "0", minute = "00"] = maintenanceWindow.split(/[:-]/);
  const clock = (hours: number): string => `${((hours + 24) % 24).toString().padStart(2, "0")}:${minute}`;
  return `${clock(Number(hour) - 2)}-${clock(Number(hour))}`;
}
