import { ElastiCacheClient } from "@aws-sdk/client-elasticache";
import { clientIn, Refusal } from "../../shared/aws-sdk";
import { requireApproval } from "../../shared/confirm";
import { printResult, progress, tellerOf } from "../../shared/result";
import { exitCodeOf, shellQuoted } from "../../shared/terraform";
import { requireTerraform } from "../../shared/terraform-binary";
import type { Options } from "../restore";
import { nextRun } from "./next-run";
import { check, copy, find, groupStatus } from "./snapshots";
import { Stack } from "./stack";
import { refuseByStatus } from "./status";

/** Restores a snapshot into the cache of a stack, and refuses before anything is destroyed what cannot go well. */
export async function restore(asked: Options): Promise<void> {
  const { stack: stackName, inPlace = false } = asked;
  const tell = tellerOf(asked);
  requireTerraform();
  progress(`Reading ${stackName} and the snapshot`);
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
  const snapshot = await find(client, asked.snapshot);
  check(snapshot, planned, inPlace);
  progress("Planning the restore");
  stack.planRestored(asked.snapshot);

  let name = asked.snapshot;
  if (snapshot.SnapshotSource === "automated") {
    progress(`Copying ${asked.snapshot}, because AWS deletes automatic snapshots with their cache`);
    name = await copy(client, snapshot, planned);
    tell(`${asked.snapshot} was copied to ${name}, which will be restored.`);
  }
  const finalSnapshot = inPlace ? stack.finalSnapshot() : null;
  tell(
    inPlace
      ? `This will delete ${id}, take the final snapshot ${finalSnapshot ?? ""}, and create ${id} from ${name}.`
      : `This will create ${id} from ${name}.`,
  );
  const outcome = await stack.deployRestored(name);
  if (outcome !== "succeeded") {
    const status = await groupStatus(client, id);
    process.exitCode = exitCodeOf(outcome);
    console.error(
      `Restoring ${name} ${outcome === "interrupted" ? "was interrupted" : "failed; see above"}. ${nextRun(asked, { name, id, status })}`,
    );
    return;
  }
  progress("Planning a deploy, to see that it changes nothing");
  const plain = { ...process.env, UNPROTECT_STACK: undefined, UPGRADE_STACK: undefined, ROTATE_AUTH_STACK: undefined };
  const after = new Stack(asked, plain);
  after.initialize();
  if (after.hasChanges())
    throw new Refusal(
      `${name} is restored, but a plain deploy would change something. To see what, run: npm run diff -- ${[stackName, ...asked.values.map(shellQuoted)].join(" ")}`,
    );
  printResult(
    asked,
    { stack: stackName, replicationGroupId: id, restoredFrom: name, finalSnapshot },
    `${name} is restored. A plain deploy changes nothing.`,
  );
}
