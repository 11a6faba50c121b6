import type { Snapshot } from "@aws-sdk/client-elasticache";
import { basename } from "node:path/posix";
import { HeadBucketCommand } from "@aws-sdk/client-s3";
import { Refusal } from "../../../shared/aws-sdk";
import { progress } from "../../../shared/result";
import type { Options } from "../../restore";
import type { Stack, Planned } from "../stack";
import { bucketNamed, findBackup, type Backup, type Bucket } from "./backup";
import { copyFile } from "./copy";

/** A backup in the vault, and where its copy will be restored from. */
export interface FromVault {
  readonly vault: Bucket;
  readonly backup: Backup;
  readonly to: Bucket;
  /** What the keys of the copies begin with; one of its own for each run. */
  readonly folder: string;
}

/**
 * Finds the backup, and the bucket that ElastiCache will read it from: unlocked, and in the Region of the cache.
 *
 * @throws Refusal if there is none.
 */
export async function findInVault(asked: Options, stack: Stack, planned: Planned): Promise<FromVault> {
  const named = asked.vault ?? planned.vault ?? "";
  if (named === "")
    throw new Refusal(
      `Missing vault: ${asked.stack} has no vault_bucket_arn. Pass the name of the vault: --vault <output vault_bucket_arn of redis-vault>.`,
    );
  const vault = await bucketNamed(named, planned.region);
  const backup = await findBackup(vault, asked.fromVault ?? "", stack.nameInVault());
  const moment = new Date().toISOString().replaceAll(/[-:]|\.\d+/g, "");
  return { vault, backup, to: await target(asked, stack, planned, vault), folder: `restored/${moment}` };
}

async function target(asked: Options, stack: Stack, { region }: Planned, vault: Bucket): Promise<Bucket> {
  const landing = stack.landingBucket();
  // Both are named by stacks/vault/vault.ts.
  const recovery = vault.region === region ? vault.name.replace(/^redis-vault-objects-/, "redis-vault-recovery-") : "";
  const name = asked.copyTo ?? (landing !== "" ? landing : recovery);
  if (name === "" || name === vault.name)
    throw new Refusal(
      `Missing bucket for the copy: ${asked.stack} has no landing bucket, and the vault is in ${vault.region}, not in ${region}. Deploy ${asked.stack} with vault_bucket_arn and destroy its cache, or pass an unlocked bucket in ${region} that ElastiCache may read: --copy-to <bucket>. docs/vault.md describes its policy.`,
    );
  const to = await bucketNamed(name, region);
  if (to.region !== region)
    throw new Refusal(
      `Invalid --copy-to ${name}: the bucket is in ${to.region}, and ElastiCache restores from buckets in the Region of the cache only, ${region}. Choose one in ${region}.`,
    );
  await to.client.send(new HeadBucketCommand({ Bucket: to.name }));
  return to;
}

/** The backup as ElastiCache would describe the snapshot that it was exported from. */
export function asSnapshot({ manifest }: Backup): Snapshot {
  const { name, engine, engineVersion, nodeType, clusterMode, shards, snapshotCreatedAt } = manifest;
  const part = { SnapshotCreateTime: new Date(snapshotCreatedAt) };
  return {
    SnapshotName: name,
    SnapshotStatus: "available",
    Engine: engine,
    EngineVersion: engineVersion,
    CacheNodeType: nodeType,
    ...(clusterMode && { ReplicationGroupId: name }),
    NumNodeGroups: shards,
    NodeSnapshots: Array.from({ length: shards }, () => part),
  };
}

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html#arns-syntax */
function partitionOf(region: string): string {
  if (region.startsWith("cn-")) return "aws-cn";
  return region.startsWith("us-gov-") ? "aws-us-gov" : "aws";
}

/** ARNs of the copies, of which there are none yet. */
export const arnsOf = ({ backup, to, folder }: FromVault): string[] =>
  backup.files.map(({ key }) => `arn:${partitionOf(to.region)}:s3:::${to.name}/${folder}/${basename(key)}`);

/** Copies the files, and checks the copies. @throws Refusal if one is not what the manifest says. */
export async function copyOut({ vault, backup, to, folder }: FromVault): Promise<void> {
  for (const file of backup.files) {
    progress(`Copying ${file.key} (${file.size} bytes) to ${to.name}`);
    await copyFile(file, {
      client: to.client,
      vault: vault.name,
      to: { bucket: to.name, key: `${folder}/${basename(file.key)}` },
    });
  }
}
