import { TerraformLocal } from "cdktf";
import type { Construct } from "constructs";
import { expression } from "../terraform/expression";
import { isWholeNumber, shownNumber } from "../terraform/rules";
import { Variable, type Rule } from "../terraform/variable";

/** A whole number from `low` to `high`; `meaning` says what it counts, at the end of the message. */
const wholeNumber = (name: string, low: number, high: number, meaning: string): Rule => ({
  condition: isWholeNumber(name, low, high),
  errorMessage: `${name} is ${shownNumber(`var.${name}`)}. Use a whole number from ${low.toString()} to ${high.toString()}: ${meaning}.`,
});

/** From which values on an alarm is raised. */
export function monitoringVariables(scope: Construct): void {
  new Variable(scope, "var.backup_max_duration_minutes", {
    type: "number",
    description:
      "Maximum duration of an automatic backup, in minutes (1-1440). The latest backup is too old when it is older than a day, the backup window and this duration together.",
    default: 180,
    rules: [wholeNumber("backup_max_duration_minutes", 1, 1440, "the minutes that your longest backup takes")],
  });
  new TerraformLocal(
    scope,
    "local.backup_fresh_minutes",
    expression("24 * 60 + local.backup_window_minutes + var.backup_max_duration_minutes"),
  );
  new Variable(scope, "var.memory_usage_limit_percent", {
    type: "number",
    description:
      "Memory usage of a node above which an alarm is raised, as a percentage of the memory available for data (1-100). Taking a backup forks the process and needs the remaining memory.",
    default: 80,
    rules: [wholeNumber("memory_usage_limit_percent", 1, 100, "the percentage of a node's memory for data")],
  });
  new Variable(scope, "var.swap_usage_limit_mib", {
    type: "number",
    description:
      "Swap usage of a node above which an alarm is raised, in MiB (0-1000000). AWS recommends less than 50.",
    default: 50,
    rules: [wholeNumber("swap_usage_limit_mib", 0, 1000000, "the MiB of swap that a node may use")],
  });
  new Variable(scope, "var.evictions_limit", {
    type: "number",
    description:
      "Number of keys evicted from a node in 5 minutes above which an alarm is raised (0-1000000000). Increase it for a cache that evicts by design.",
    default: 1000,
    rules: [wholeNumber("evictions_limit", 0, 1000000000, "the keys that a node may evict in five minutes")],
  });
  new Variable(scope, "var.replication_lag_limit_seconds", {
    type: "number",
    description:
      "Replication lag of a replica above which an alarm is raised, in seconds (1-86400). Backups are taken from a replica, and lack the writes that it has not received.",
    default: 30,
    rules: [wholeNumber("replication_lag_limit_seconds", 1, 86400, "the seconds that a replica may be behind")],
  });
}
