import type { Construct } from "constructs";
import type { Environment } from "../settings";
import { isWholeNumber, shown, unlessNull } from "../terraform/rules";
import { Variable } from "../terraform/variable";

/** How long backups are kept, and what a new cache starts from. */
export function backupVariables(scope: Construct, environment: Environment): void {
  const { default: days, floor } = environment.backupRetentionDays;
  new Variable(scope, "var.backup_retention_days", {
    type: "number",
    description: `How many days automatic backups are kept (${floor.toString()}-35 here).`,
    default: days,
    rules: [
      {
        condition: isWholeNumber("backup_retention_days", floor, 35),
        errorMessage: `backup_retention_days is \${var.backup_retention_days}. Write a whole number of days from ${floor.toString()} (the fewest that \${var.environment} accepts) to 35 (the most that ElastiCache keeps).`,
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
    rules: unlessNull("var.restore_from_snapshot", [
      {
        condition: `can(regex("^automatic\\\\.[A-Za-z0-9-]{1,80}$", var.restore_from_snapshot)) || (can(regex("^[A-Za-z][A-Za-z0-9-]{0,39}$", var.restore_from_snapshot)) && !can(regex("--|-$", var.restore_from_snapshot)))`,
        errorMessage: `restore_from_snapshot ${shown("var.restore_from_snapshot")} is not the name of a backup: 1 to 40 letters, digits and single hyphens, or the automatic.… that ElastiCache gave. Write it as "aws elasticache describe-snapshots" shows it, e.g. "automatic.${environment.name}-redis-cluster-2026-01-31-18-00".`,
      },
    ]),
  });
}
