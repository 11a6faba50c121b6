import { ElastiCacheClient } from "@aws-sdk/client-elasticache";
import { clientIn, Refusal } from "../../shared/aws-sdk";
import { requireApproval } from "../../shared/confirm";
import { printResult, progress, tellerOf } from "../../shared/result";
import { exitCodeOf, shellQuoted } from "../../shared/terraform";
import { requireTerraform } from "../../shared/terraform-binary";
import type { Options } from "../restore";
import { nextRun } from "./next-run";
import { check, copy, find, groupStatus } from "./snapshots";
import { Stack, type Planned, type Source } from "./stack";
import { refuseByStatus } from "./status";

/** Restores a backup into the cache of a stack, and refuses before anything is destroyed what cannot go well. */
export async function restore(asked: Options): Promise<void> {
  const { stack: stackName, inPlace = false } = asked;
  const began = Date.now();
  const tell = tellerOf(asked);
  requireTerraform();
  progress(`Reading ${stackName} and the backup`);
  const stack = new Stack(asked);
  requireApproval(asked, "restore");
  await stack.refuseOtherEnvironment();
  stack.initialize();
  const planned = stack.planned();
  const { replicationGroupId: id } = planned;
  const client = new ElastiCacheClient(clientIn(planned.region));

  refuseByStatus(await groupStatus(client, id), id, asked);
  if (inPlace && stack.isProtected())
    throw new Refusal(
      `${stackName} is protected: a plain run does not replace its data. To replace the live data by the snapshot, name the stack for this one run: UNPROTECT_STACK=${stackName} npm run restore -- …`,
    );
  if (inPlace && stack.finalSnapshot() === null)
    throw new Refusal(
      "The live cache would be destroyed without a final snapshot. Deploy with create_final_snapshot = true first, then restore.",
    );
  const { name, source, cleanUp } = await (asked.snapshot === undefined
    ? prepareFromVault(client, asked, stack, planned)
    : prepareSnapshot(client, asked.snapshot, asked, stack, planned));
  const finalSnapshot = inPlace ? stack.finalSnapshot() : null;
  tell(
    inPlace
      ? `This will delete ${id}, take the final snapshot ${finalSnapshot ?? ""}, and create ${id} from ${name}.`
      : `This will create ${id} from ${name}.`,
  );
  const outcome = await stack.deployRestored(source);
  if (outcome !== "succeeded") {
    const status = await groupStatus(client, id);
    process.exitCode = exitCodeOf(outcome);
    console.error(
      `Restoring ${name} ${outcome === "interrupted" ? "was interrupted" : "failed; see above"}. ${nextRun(asked, { name, id, status })}`,
    );
    // Who interrupts a run does not want to wait; the next one cleans up.
    if (outcome !== "interrupted") await cleanUp?.(false);
    return;
  }
  await cleanUp?.(true);
  progress("Planning a deploy, to see that it changes nothing");
  const plain = { ...process.env, UNPROTECT_STACK: undefined, UPGRADE_STACK: undefined, ROTATE_AUTH_STACK: undefined };
  const after = new Stack(asked, plain);
  after.initialize();
  if (after.hasChanges())
    throw new Refusal(
      `${name} is restored, but a plain deploy would change something. To see what, run: npm run diff -- ${[stackName, ...asked.values.map(shellQuoted)].join(" ")}`,
    );
  const seconds = Math.round((Date.now() - began) / 1000);
  printResult(
    asked,
    { stack: stackName, replicationGroupId: id, restoredFrom: name, finalSnapshot, seconds },
    `${name} is restored. A plain deploy changes nothing.\nThe restore took ${durationOf(seconds)}.`,
  );
}

/** E.g. `1 h 2 min 5 s`. */
function durationOf(seconds: number): string {
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60];
  return [...(hours > 0 ? [`${hours} h`] : []), ...(seconds >= 60 ? [`${minutes} min`] : []), `${seconds % 60} s`].join(
    " ",
  );
}

/** What will be restored, and what it is called. */
interface Prepared {
  readonly name: string;
  readonly source: Source;
  /** Deletes what was created for the restore only, which has succeeded or not. */
  readonly cleanUp?: (isRestored: boolean) => Promise<void>;
}

/** @throws Refusal if the snapshot, or the deploy that restores it, cannot go well. */
async function prepareSnapshot(
  client: ElastiCacheClient,
  requested: string,
  asked: Options,
  stack: Stack,
  planned: Planned,
): Promise<Prepared> {
  const snapshot = await find(client, requested);
  check(snapshot, planned, asked.inPlace === true);
  progress("Planning the restore");
  stack.planRestored({ snapshot: requested });
  if (snapshot.SnapshotSource !== "automated") return { name: requested, source: { snapshot: requested } };
  progress(`Copying ${requested}, because AWS deletes automatic snapshots with their cache`);
  const name = await copy(client, snapshot, planned);
  tellerOf(asked)(`${requested} was copied to ${name}, which will be restored.`);
  return { name, source: { snapshot: name } };
}

/** @throws Refusal if the backup in the vault, its copy, or the deploy that restores it, cannot go well. */
async function prepareFromVault(
  client: ElastiCacheClient,
  asked: Options,
  stack: Stack,
  planned: Planned,
): Promise<Prepared> {
  const { arnsOf, asSnapshot, copyOut, findInVault } = await import("./vault/from-vault.js");
  progress("Looking for the backup in the vault");
  const found = await findInVault(asked, stack, planned);
  const { manifest } = found.backup;
  check(asSnapshot(found.backup), planned, asked.inPlace === true);
  const source: Source = planned.shards === null ? { files: arnsOf(found) } : { snapshot: manifest.name };
  progress("Planning the restore");
  stack.planRestored(source);
  const holds = `${manifest.name} holds ${manifest.snapshot} of ${manifest.snapshotCreatedAt}, of ${manifest.environment} in ${manifest.region} of account ${manifest.account}.`;
  if (planned.shards === null) {
    await copyOut(found);
    tellerOf(asked)(`${holds} Its files were copied to ${found.to.name}, and are as its manifest says.`);
    return { name: manifest.name, source };
  }
  const { snapshotOf } = await import("./vault/sharded.js");
  const { EC2Client } = await import("@aws-sdk/client-ec2");
  const ec2 = new EC2Client(clientIn(planned.region));
  const { cleanUp } = await snapshotOf(found, { client, ec2, planned, surroundings: stack.surroundings() });
  tellerOf(asked)(`${holds} A snapshot of that name was made of its files, by a temporary cache.`);
  return { name: manifest.name, source, cleanUp };
}
