import {
  CopySnapshotCommand,
  DescribeServerlessCacheSnapshotsCommand,
  type ElastiCacheClient,
  ListTagsForResourceCommand,
  type Snapshot,
  SnapshotAlreadyExistsFault,
} from "@aws-sdk/client-elasticache";
import { setTimeout } from "node:timers/promises";
import { Refusal } from "../../shared/aws-sdk";
import { isRetired } from "../../../stacks/variables/node-types";
import { snapshotKinds } from "../../../stacks/terraform/names";
import { findGroup, findSnapshot } from "../../shared/elasticache";
import type { Planned } from "./stack";

/** The tag of a copy: the name of what was copied. */
const copiedFrom = "CopiedFrom";

/** The status of the replication group, `none` when there is none. */
export const groupStatus = async (client: ElastiCacheClient, id: string): Promise<string> =>
  (await findGroup(client, id))?.Status ?? "none";

/** @throws if there is no snapshot of that name, or it is none that a replication group can be created from. */
export async function find(client: ElastiCacheClient, name: string): Promise<Snapshot> {
  if (/^(arn|s3):/.test(name))
    throw new Refusal(
      `Invalid snapshot ${JSON.stringify(name)}: a backup file in S3 cannot be restored into the cache of a stack directly. docs/restore.md, "From a backup file in S3", describes how to make a snapshot of it.`,
    );
  const snapshot = await findSnapshot(client, name);
  if (snapshot !== undefined) return snapshot;
  // Without the permission, or where there are no serverless caches, there is no such snapshot either.
  const { ServerlessCacheSnapshots: serverless = [] } = await client
    .send(new DescribeServerlessCacheSnapshotsCommand({ ServerlessCacheSnapshotName: name }))
    .catch((): { ServerlessCacheSnapshots?: object[] } => ({}));
  if (serverless.length > 0)
    throw new Refusal(
      `Invalid snapshot ${JSON.stringify(name)}: it was taken of a serverless cache, which Terraform cannot restore into a replication group. Choose a snapshot that "aws elasticache describe-snapshots" lists.`,
    );
  throw new Refusal(
    `Invalid snapshot ${JSON.stringify(name)}: this account and Region have no such snapshot. Choose one that "aws elasticache describe-snapshots" lists.`,
  );
}

/**
 * Statuses that lead to `available`.
 *
 * @see https://docs.aws.amazon.com/AmazonElastiCache/latest/APIReference/API_Snapshot.html
 */
const passing = ["creating", "copying", "restoring"];

/**
 * Holds a snapshot against AWS's constraints on restoring, which AWS itself applies when it creates the cache.
 *
 * @see https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/backups-restoring.html
 * @throws if the snapshot cannot be restored into what is planned. `inPlace`: the live data would be gone by then.
 */
export function check(snapshot: Snapshot, planned: Planned, inPlace: boolean): void {
  const {
    SnapshotName: name = "",
    SnapshotStatus: status = "unknown",
    Engine: engine,
    EngineVersion: version = "0.0",
    CacheNodeType: nodeType,
  } = snapshot;
  if (passing.includes(status))
    throw new Refusal(
      `The snapshot ${name} is ${status === "creating" ? "still being created" : status}. Wait until it is available, or choose another one.`,
    );
  if (status !== "available")
    throw new Refusal(`The snapshot ${name} is ${status}, not available. Choose one that is available.`);
  if (engine !== planned.engine)
    throw new Refusal(
      `The snapshot ${name} was taken with ${engine ?? "another engine"}, and the cache would run ${planned.engine}. Choose a snapshot taken with ${planned.engine}, or set engine and redis_version to those of the snapshot where their values come from.`,
    );
  checkShards(snapshot, planned);
  // https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/data-tiering.html (restoring: r6gd to r6gd only)
  if (hasDataTiering(nodeType) !== hasDataTiering(planned.nodeType))
    throw new Refusal(
      `The snapshot ${name} was taken on ${nodeType ?? "another node type"}, and the cache would have ${planned.nodeType}: AWS restores data tiering (cache.r6gd) only to data tiering, which this project does not deploy. Choose a snapshot of a cache without it.`,
    );
  if (isRetired(planned.nodeType))
    throw new Refusal(
      `The cache would have ${planned.nodeType}, of which AWS creates no new caches, so nothing can be restored into it. Set node_type to a current generation where its value comes from${inPlace ? ", and deploy first" : ""}.`,
    );
  // No engine reads the backups of a later one. Patches of one minor version are alike, and nobody chooses them.
  // https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/VersionManagement.html
  if (isNewer(version, planned.version))
    throw new Refusal(
      `The snapshot ${name} was taken with ${engine} ${version}, and the cache would run ${planned.version}, which is older and does not read it. Restore it with --var redis_version=${minorOf(version).join(".")}, and keep that version in the values of later deploys.`,
    );
  // AWS looks whether the data fits only when it creates the cache.
  if (inPlace && nodeType !== planned.nodeType)
    throw new Refusal(
      `The snapshot ${name} was taken on ${nodeType ?? "another node type"}, and the cache would have ${planned.nodeType}: whether the data fits is only known when the live cache is gone. ${
        isRetired(nodeType ?? "")
          ? "AWS creates no new caches of its type, so restore it into another environment first, and move the clients there."
          : `Restore it with --var node_type=${nodeType ?? "<that type>"}, and change the node type by a deploy afterwards.`
      }`,
    );
}

/** @throws if its shards do not fit. One taken with cluster mode disabled fits any number of them, as long as its keys are in database 0. */
function checkShards(snapshot: Snapshot, { shards }: Planned): void {
  const { SnapshotName: name = "", ReplicationGroupId: group = "", NodeSnapshots: parts = [] } = snapshot;
  const has = Math.max(snapshot.NumNodeGroups ?? 1, parts.length);
  // AWS names the replication group of a snapshot with cluster mode enabled, also of one shard, and otherwise the node.
  // https://docs.aws.amazon.com/AmazonElastiCache/latest/APIReference/API_Snapshot.html
  if (group === "" && has === 1) return;
  if (shards === null)
    throw new Refusal(
      `The snapshot ${name} was taken with cluster mode enabled, and the cache has it disabled. Choose a snapshot taken with cluster mode disabled.`,
    );
  if (parts.filter(({ SnapshotCreateTime }) => SnapshotCreateTime !== undefined).length < has)
    throw new Refusal(
      `The snapshot ${name} lacks the data of some of its ${has} shards, so it cannot be restored. Choose another one.`,
    );
  // The user guide offers another number, and the API reference says of NumNodeGroups that it "must be the same".
  if (has !== shards)
    throw new Refusal(
      `The snapshot ${name} has ${has} ${has === 1 ? "shard" : "shards"}, and the cache would have ${shards}. Restore it with --var num_node_groups=${has}, and change the number of shards by a deploy afterwards.`,
    );
}

const hasDataTiering = (nodeType = ""): boolean => nodeType.startsWith("cache.r6gd.");

/** Major and minor version: AWS answers 7.1.0, and people write 7.1. */
const minorOf = (version: string): [number, number] => {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  return [major, minor];
};

function isNewer(one: string, other: string): boolean {
  const [[major, minor], [otherMajor, otherMinor]] = [minorOf(one), minorOf(other)];
  return major === otherMajor ? minor > otherMinor : major > otherMajor;
}

/**
 * Copies an automatic snapshot to a manual one, which is not deleted with the cache, and waits for it. Answers the name of the copy.
 * Doing it again finds the copy that is there.
 */
export async function copy(client: ElastiCacheClient, snapshot: Snapshot, planned: Planned): Promise<string> {
  const source = snapshot.SnapshotName ?? "";
  // The time in the name of an automatic snapshot, automatic.<node or group>-2026-01-31-18-00; with 12 characters of an environment, 40.
  const moment =
    /\d{4}(-\d{2}){4}$/.exec(source)?.[0] ?? new Date().toISOString().slice(0, 16).replaceAll(/[T:]/g, "-");
  const name = `${planned.name}-${snapshotKinds.copied}${moment}`;
  try {
    await client.send(
      new CopySnapshotCommand({
        SourceSnapshotName: source,
        TargetSnapshotName: name,
        Tags: [
          ...Object.entries(planned.tags).map(([Key, Value]) => ({ Key, Value })),
          { Key: "Name", Value: name },
          { Key: copiedFrom, Value: source },
        ],
      }),
    );
  } catch (error) {
    if (!(error instanceof SnapshotAlreadyExistsFault)) throw error;
  }
  await available(client, name);
  const { TagList = [] } = await client.send(
    new ListTagsForResourceCommand({ ResourceName: (await find(client, name)).ARN }),
  );
  if (!TagList.some(({ Key, Value }) => Key === copiedFrom && Value === source))
    throw new Refusal(
      `${source} is automatic and goes with the cache, and the name of its copy, ${name}, is taken by another snapshot. Copy it yourself (aws elasticache copy-snapshot) and restore the copy.`,
    );
  return name;
}

/** Waits until it is available. @throws if it fails, or after twelve hours. */
async function available(client: ElastiCacheClient, name: string): Promise<void> {
  const began = Date.now();
  while (Date.now() - began < 12 * 60 * 60 * 1000) {
    const { SnapshotStatus: status = "unknown" } = await find(client, name);
    if (status === "available") return;
    if (!passing.includes(status)) throw new Refusal(`The copy ${name} is ${status}. Nothing was changed.`);
    await setTimeout(10_000);
  }
  throw new Refusal(`The copy ${name} is still not available after twelve hours. Nothing was changed.`);
}
