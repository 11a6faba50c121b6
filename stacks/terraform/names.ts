import { TerraformLocal } from "cdktf";
import type { Construct } from "constructs";
import { InputError } from "./input-error";
import { expression } from "./expression";

/** What every physical name of a stack begins with: `dev-redis`. */
export const prefix = expression("local.name");

/** A physical name of this stack: `named("events")` is `dev-redis-events`. */
export const named = (what: string): string => `${prefix}-${what}`;

/** The same for names that are global in an account (IAM, dashboards, chat configurations), which carry the Region too. */
export const inRegion = (name: string): string => `${name}-${expression("local.region")}`;

/** A Terraform name as part of a physical one: `backup_check` is `backup-check`. */
export const dashed = (name: string): string => name.replaceAll("_", "-");

/** Id of the replication group. */
export const cacheId = expression("local.replication_group_id");

/** Tags of the replication group that something reads. */
export const cacheTags = {
  /** The fewest days that its backups must be kept, which the policy check holds it to. */
  backupFloorDays: "BackupFloorDays",
  /** Which AUTH token it has. */
  authTokenFingerprint: "AuthTokenFingerprint",
  /** The snapshot that it was created from. */
  restoredFrom: "RestoredFrom",
} as const;

/**
 * What follows the prefix in the names of snapshots that the stack takes, and of the copies that `npm run restore` (of an automatic
 * snapshot) and `npm run recover` (of a final one) make.
 */
export const snapshotKinds = { manual: "manual-", final: "final-", copied: "copy-", kept: "kept-" } as const;

/** Name of the final snapshot; `id` is new whenever the cache is created again. */
export const finalSnapshotName = (name: string, id: string): string => `${name}-${snapshotKinds.final}${id}`;

/** Longest name built on the prefix: that of a manual backup, whose `-manual-` and 14 digits leave 18 of its 40 characters. */
const longestPrefix = 18;

export interface NamesProps {
  /** What physical names begin with, at most 18 characters. @default - `<environment>-redis` */
  readonly namePrefix?: string;
  /** Id of a replication group that was there before. @default - `<prefix>-cluster` */
  readonly replicationGroupId?: string;
}

/**
 * The locals that names are built of.
 *
 * @throws InputError if `namePrefix` cannot be part of a name on AWS.
 */
export function nameLocals(scope: Construct, stack: string, { namePrefix, replicationGroupId }: NamesProps): void {
  if (
    namePrefix !== undefined &&
    !(namePrefix.length <= longestPrefix && /^[a-z]([a-z0-9]|-[a-z0-9])*$/.test(namePrefix))
  )
    throw new InputError(
      `Invalid namePrefix ${JSON.stringify(namePrefix)} of ${stack}: names on AWS are built on it. Use a lower-case letter, then lower-case letters, digits and single hyphens, at most ${longestPrefix} characters, e.g. "orders-prod".`,
    );
  new TerraformLocal(scope, "local.stack", stack);
  new TerraformLocal(scope, "local.name", namePrefix ?? `${expression("var.environment")}-redis`);
  new TerraformLocal(scope, "local.replication_group_id", replicationGroupId ?? named("cluster"));
  new TerraformLocal(
    scope,
    "local.final_snapshot_name",
    finalSnapshotName(prefix, expression("random_id.redis_final_snapshot.hex")),
  );
}
