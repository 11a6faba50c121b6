import { ElastiCacheClient } from "@aws-sdk/client-elasticache";
import { clientIn, Refusal } from "../../shared/aws-sdk";
import { requireApproval } from "../../shared/confirm";
import { exitCodeOf } from "../../shared/terraform";
import { requireTerraform } from "../../shared/terraform-binary";
import type { Options } from "../restore";
import { nextRun } from "./next-run";
import { check, copy, find, groupStatus } from "./snapshots";
import { Stack } from "./stack";
import { refuseByStatus } from "./status";

/** Restores a snapshot into the cache of a stack, and refuses before anything is destroyed what cannot go well. */
export async function restore(asked: Options): Promise<void> {
  const { stack: stackName, inPlace = false } = asked;
  requireApproval(asked, "restore");
  requireTerraform();
  console.error(`Reading ${stackName} and the snapshot ...`);
  const stack = new Stack(asked);
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
  console.error("Planning the restore ...");
  stack.planRestored(asked.snapshot);

  let name = asked.snapshot;
  if (snapshot.SnapshotSource === "automated") {
    console.error(`Copying ${asked.snapshot}, because AWS deletes automatic snapshots with their cache ...`);
    name = await copy(client, snapshot, planned);
    console.log(`${asked.snapshot} was copied to ${name}, which will be restored.`);
  }
  console.log(
    inPlace
      ? `This will delete ${id}, take the final snapshot ${stack.finalSnapshot() ?? ""}, and create ${id} from ${name}.`
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
  console.error("Planning a deploy, to see that it changes nothing ...");
  const plain = { ...process.env, UNPROTECT_STACK: undefined, UPGRADE_STACK: undefined, ROTATE_AUTH_STACK: undefined };
  if (new Stack(asked, plain).hasChanges())
    throw new Refusal(
      `${name} is restored, but a plain deploy would change something. Look at it with npx cdktf diff ${stackName} and the same values.`,
    );
  console.log(`${name} is restored. A plain deploy changes nothing.`);
}
