import { ElastiCacheClient } from "@aws-sdk/client-elasticache";
import { randomBytes } from "node:crypto";
import { setTimeout } from "node:timers/promises";
import { clientIn, Refusal } from "../../shared/aws-sdk";
import { adviceIfFailed, findGroup, findSnapshot, hasFailed } from "../../shared/elasticache";
import { progress } from "../../shared/result";
import type { Found, Search } from "./found";
import { attributesOf, isTainted, type State } from "./state";
import { finalSnapshotName, snapshotKinds } from "../../../stacks/terraform/names";

export const group = "aws_elasticache_replication_group.redis";
/** Replaced whenever the cache is, so that each incarnation has a final snapshot of its own. */
export const incarnation = "random_id.redis_final_snapshot";

/** A problem of the cache that the state has. */
export type Problem =
  /** Terraform did not see its creation succeed: the next deploy would replace it. */
  | "unfinished"
  /** It is gone and its final snapshot taken: the next cache would give its own the same name. */
  | "ended"
  /** It is live, and a snapshot has the name of its final one: it could not be destroyed. */
  | "without a name for its final snapshot";

const statusOf = async (client: ElastiCacheClient, id: unknown): Promise<string | undefined> =>
  typeof id === "string" ? (await findGroup(client, id))?.Status : undefined;

/**
 * The problem of the cache in the state; undefined also if it was never there.
 *
 * @throws Refusal if AWS could not create it
 */
export async function problemOf(state: State, { found, region, name }: Search): Promise<Problem | undefined> {
  if (found.some(({ address }) => address === group)) return undefined;
  const client = new ElastiCacheClient(clientIn(region));
  const id = attributesOf(state, group)?.replication_group_id;
  const status = await statusOf(client, id);
  refuseFailed(status, id);
  const lives = status !== undefined && status !== "deleting";
  const hex = hexOf(state);
  const taken = hex !== undefined && (await findSnapshot(client, finalSnapshotName(name, hex))) !== undefined;
  if (taken) return lives ? "without a name for its final snapshot" : "ended";
  return lives && isTainted(state, group) ? "unfinished" : undefined;
}

function refuseFailed(status: string | undefined, id: unknown): void {
  if (hasFailed(status))
    throw new Refusal(
      `The cache ${String(id)} is ${status ?? ""}. ${adviceIfFailed(String(id))}, then run the command again.`,
    );
}

const hexOf = (state: State): string | undefined => attributesOf(state, incarnation)?.hex as string | undefined;

/**
 * Waits until AWS has finished changing a cache: its attributes are final only then.
 *
 * @throws Refusal if AWS could not create it
 */
export async function awaitCache(region: string, id: unknown): Promise<void> {
  const isDone = (status: string | undefined): boolean =>
    status === undefined || status === "available" || hasFailed(status);
  const client = new ElastiCacheClient(clientIn(region));
  let status = await statusOf(client, id);
  if (!isDone(status))
    progress(`${String(id)} is ${status ?? ""}. Waiting until AWS is done with it, which takes some minutes`);
  while (!isDone(status)) {
    await setTimeout(5000);
    status = await statusOf(client, id);
  }
  refuseFailed(status, id);
}

/** @throws if the values are not those that the live cache was deployed with, since the next deploy would take them as given */
export function checkEngine({ found, variables }: Search): void {
  const live = found.find(({ address }) => address === group)?.imported?.attributes;
  if (live === undefined) return;
  const [engine, version] = [String(live.engine), String(live.engine_version)];
  const [askedEngine, asked] = [String(variables.engine), String(variables.redis_version)];
  if (engine !== askedEngine || !canHaveBecome(version, asked))
    throw new Refusal(
      `The live cache runs ${engine} ${version}, and these values ask for ${askedEngine} ${asked}. Run the command again with --var=engine=${engine} --var=redis_version=${version} at its end, and deploy with the same.`,
    );
}

/** Whether a cache that was deployed with one version may run the other now: AWS moves a minor version up by itself. */
function canHaveBecome(live: string, deployed: string): boolean {
  const [major, minor = "0"] = deployed.split(".");
  const [liveMajor, liveMinor = "0"] = live.split(".");
  return major === liveMajor && (minor === "x" || Number(minor) <= Number(liveMinor));
}

/**
 * Adds what an import cannot learn: AWS does not know the name of the final snapshot, and without it a destroy before the next deploy
 * would take none.
 */
export function withFinalSnapshot(
  found: readonly Found[],
  state: State,
  { variables, name }: Search,
): readonly Found[] {
  if (variables.create_final_snapshot !== true) return found;
  const hex = hexOf(state) ?? randomBytes(4).toString("hex");
  return found.map((one) =>
    one.address === group && one.imported !== null
      ? {
          ...one,
          imported: {
            ...one.imported,
            attributes: {
              ...one.imported.attributes,
              final_snapshot_identifier: finalSnapshotName(name, hex),
            },
          },
        }
      : one,
  );
}

/** How to free the name of the final snapshot of a live cache. */
export function freeingCommands(state: State, { region, name }: Search): string {
  const taken = finalSnapshotName(name, hexOf(state) ?? "");
  const kept = taken.replace(`-${snapshotKinds.final}`, `-${snapshotKinds.kept}`);
  return [
    `aws elasticache copy-snapshot --region ${region} --source-snapshot-name ${taken} --target-snapshot-name ${kept}`,
    `aws elasticache describe-snapshots --region ${region} --snapshot-name ${kept} --query 'Snapshots[].SnapshotStatus'   # until it is available`,
    `aws elasticache delete-snapshot --region ${region} --snapshot-name ${taken}`,
  ].join("\n    ");
}
