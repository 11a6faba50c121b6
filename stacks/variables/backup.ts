import type { Construct } from "constructs";
import type { Environment } from "../settings";
import { inOrder, isWholeNumber, shown, shownNumber, unlessNull } from "../terraform/rules";
import type { Overrides } from "../terraform/overrides";
import { Variable } from "../terraform/variable";

/** How long backups are kept, and what a new cache starts from. */
export function backupVariables(scope: Construct, environment: Environment, overrides: Overrides): void {
  const isProtected = (environment.protectData || environment.adopted !== null) && overrides.unprotect !== true;
  const { default: days, floor } = environment.backupRetentionDays;
  new Variable(scope, "var.backup_retention_days", {
    type: "number",
    description: `Number of days to retain automatic backups (${floor.toString()}-35 here).`,
    default: days,
    rules: [
      {
        condition: isWholeNumber("backup_retention_days", floor, 35),
        errorMessage: `backup_retention_days is ${shownNumber("var.backup_retention_days")}. Use a whole number of days from ${floor.toString()} (the minimum of \${var.environment}) to 35 (the maximum of ElastiCache).`,
      },
    ],
  });
  new Variable(scope, "var.create_final_snapshot", {
    type: "bool",
    description:
      "Whether a final snapshot is taken when the cache is destroyed or replaced. Terraform uses the last applied value: apply a change before you destroy the cache.",
    default: true,
    ...(isProtected && {
      rules: [
        {
          condition: "var.create_final_snapshot",
          errorMessage:
            "create_final_snapshot is false, but the data of ${var.environment} is protected: destroying the cache would lose it. Set create_final_snapshot = true, or lift the protection for one run: UNPROTECT_STACK=${local.stack}.",
        },
      ],
    }),
  });
  new Variable(scope, "var.restore_from_snapshot", {
    type: "string",
    description:
      "Name of the backup to restore when the cache is created; automatic backups (automatic.…) are allowed. On a live cache it restores nothing, and the plan reports that. null creates an empty cache.",
    default: null,
    nullable: true,
    rules: unlessNull(
      "var.restore_from_snapshot",
      inOrder(
        {
          condition: `!can(regex("^(arn|s3):", var.restore_from_snapshot))`,
          errorMessage: `restore_from_snapshot ${shown("var.restore_from_snapshot")} is a backup file in S3, which cannot be restored directly. docs/restore.md, "From a backup file in S3", describes how to make a snapshot of it.`,
        },
        {
          condition: `can(regex("^automatic\\\\.[A-Za-z0-9-]{1,80}$", var.restore_from_snapshot)) || (can(regex("^[A-Za-z][A-Za-z0-9-]{0,39}$", var.restore_from_snapshot)) && !can(regex("--|-$", var.restore_from_snapshot)))`,
          errorMessage: `restore_from_snapshot ${shown("var.restore_from_snapshot")} is not the name of a backup, which has 1 to 40 letters, digits and single hyphens, or starts with "automatic.". Use a name that "aws elasticache describe-snapshots" shows, e.g. "automatic.${environment.name}-redis-cluster-2026-01-31-18-00".`,
        },
      ),
    ),
  });
}
