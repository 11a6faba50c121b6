import { finalSnapshotName, snapshotKinds } from "../../../stacks/terraform/names";
import { accountPrefix } from "../../../stacks/vault/keys";
import { temporaryName } from "../../commands/restore/vault/temporary-names";

/** How names of the stacks of environments begin. Terraform writes `<environment>-redis-…`; an environment's name is anything. */
const name = "*-redis";
const environment = `${name}-`;
const policy = "redis-backup-policy-";
const vault = "redis-vault-";

/** Names in both kinds of stacks. */
export const named = [`${environment}*`, `${policy}*`];
/** Names in the stacks of environments alone. */
export const inEnvironments = [`${environment}*`];

/** Names in the stack of the vault alone. */
export const inVault = [`${vault}*`];

/** Topics and rules are in every kind of stack, buckets in the vault and, for the copies into it, in environments. */
export const topicNames = [...named, ...inVault];
export const bucketNames = [...inVault, `${environment}vault-landing-*`];
export const ruleNames = [...named, ...inVault];
export const cacheNames = [`${environment}cluster`];
export const nodeNames = [`${environment}cluster-*`];
export const secretNames = [`${environment}auth-token-*`];
export const logGroupNames = [
  "/aws/elasticache/*-redis/*",
  ...named.map((machine) => `/aws/vendedlogs/states/${machine}`),
];
export const scheduleGroupNames = ["*-redis", `${environment}*`, "redis-backup-policy"];
export const scheduleNames = [`*-redis/${environment}*`, `redis-backup-policy/${policy}*`];
export const chatConfigurationNames = named.map((channel) => `slack-channel/${channel}`);

/** The state machines that people start. */
export const startedNames = [
  ...["manual-backup", "restore-test", "vault-copy"].map((machine) => `${environment}${machine}`),
  `${policy}check`,
];
export const testCacheNames = [`${environment}restore-test`];
export const finalSnapshotNames = [finalSnapshotName(name, "*")];
/** Automatic snapshots are called after the node or group that they were taken of. */
export const automaticSnapshotNames = cacheNames.map((cache) => `automatic.${cache}-*`);
export const copiedSnapshotNames = [`${environment}${snapshotKinds.copied}*`];

/** What a restore from the vault creates for a while, and the snapshot that it takes, which is called like the backup. */
export const temporaryNames = [temporaryName({ name })];
export const temporaryNodeNames = temporaryNames.map((temporary) => `${temporary}-*`);
/** The account of a backup has twelve digits. */
const inKeys = `${accountPrefix("?".repeat(12))}*`;
export const backupNames = [inKeys];

export const vaultNames = [`${vault}objects-*`];
export const vaultObjectNames = vaultNames.map((bucket) => `${bucket}/${inKeys}`);
/** Where backups are copied to, to be restored. */
export const copyNames = [`${vault}recovery-*`, `${environment}vault-landing-*`];
export const copyObjectNames = copyNames.map((bucket) => `${bucket}/restored/*`);

/** Resources whose ids AWS makes up, and those that people name. */
export const any = ["*"];
