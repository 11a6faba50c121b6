import { TerraformLocal } from "cdktf";
import type { Construct } from "constructs";
import { expression } from "../terraform/expression";
import { isWholeNumber } from "../terraform/rules";
import { Variable, type Rule } from "../terraform/variable";

/** A whole number from `low` to `high`; `meaning` ends the sentence that says what to write. */
const wholeNumber = (name: string, low: number, high: number, meaning: string): Rule => ({
  condition: isWholeNumber(name, low, high),
  errorMessage: `${name} is \${var.${name}}. Write a whole number from ${low.toString()} to ${high.toString()}, ${meaning}.`,
});

/** When people are told. */
export function monitoringVariables(scope: Construct): void {
  new Variable(scope, "var.backup_max_duration_minutes", {
    type: "number",
    description:
      "How long an automatic backup may run, in minutes (1-1440). The newest backup counts as too old after a day, the length of the backup window, and this.",
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
      "At how much used memory of a node an alarm begins, in percent of what data may use (1-100): a backup forks, and needs the rest.",
    default: 80,
    rules: [wholeNumber("memory_usage_limit_percent", 1, 100, "the percentage of a node's memory for data")],
  });
  new Variable(scope, "var.swap_usage_limit_mib", {
    type: "number",
    description: "Above how much swap of a node an alarm begins, in MiB (0-1000000). AWS advises to stay below 50.",
    default: 50,
    rules: [wholeNumber("swap_usage_limit_mib", 0, 1000000, "the MiB of swap that a node may use")],
  });
  new Variable(scope, "var.evictions_limit", {
    type: "number",
    description:
      "Above how many evicted keys in five minutes an alarm begins, per node (0-1000000000). A cache that is meant to evict needs a higher one.",
    default: 1000,
    rules: [wholeNumber("evictions_limit", 0, 1000000000, "the keys that a node may evict in five minutes")],
  });
  new Variable(scope, "var.replication_lag_limit_seconds", {
    type: "number",
    description:
      "Above how much replication lag of a replica an alarm begins, in seconds (1-86400): backups are taken from a replica, and lack what it lacks.",
    default: 30,
    rules: [wholeNumber("replication_lag_limit_seconds", 1, 86400, "the seconds that a replica may be behind")],
  });
}
