/**
 * Restores a snapshot into the cache of a stack, and refuses before anything is destroyed what cannot go well: docs/restore.md.
 *
 *     npm run restore -- redis-dev --snapshot dev-redis-final-1a2b3c4d --var-file=dev.tfvars
 */
import { ElastiCacheClient } from "@aws-sdk/client-elasticache";
import { clientIn, Refusal } from "../shared/aws-sdk";
import { command } from "../shared/command";
import { nextRun } from "./restore/next-run";
import { options, type Options } from "./restore/options";
import { check, copy, find, groupStatus } from "./restore/snapshots";
import { Stack } from "./restore/stack";
import { refuseByStatus } from "./restore/status";
import { terraformBinary, terraformIsThere } from "../shared/terraform-binary";

const say = (text: string): void => {
  process.stdout.write(`${text}\n`);
};

async function restore(asked: Options): Promise<void> {
  refuseByMachine(asked);
  const { stack: stackName, inPlace } = asked;
  const stack = new Stack(asked);
  stack.synth();
  const planned = stack.planned();
  const client = new ElastiCacheClient(clientIn(planned.region));

  const status = await groupStatus(client, planned.replicationGroupId);
  refuseByStatus(status, planned.replicationGroupId, asked);
  if (inPlace && stack.isProtected())
    throw new Refusal(
      `${stackName} refuses to replace its data. If the live data is to be replaced by the snapshot, name the stack for this one run: UNPROTECT_STACK=${stackName} npm run restore -- …`,
    );
  if (inPlace && stack.finalSnapshot() === null)
    throw new Refusal(
      "The live cache would be destroyed without a final snapshot. Deploy with create_final_snapshot = true first, then restore.",
    );
  const snapshot = await find(client, asked.snapshot);
  check(snapshot, planned, inPlace);
  stack.planRestored(asked.snapshot);

  let name = asked.snapshot;
  if (snapshot.SnapshotSource === "automated") {
    name = await copy(client, snapshot, planned);
    say(`${asked.snapshot} is automatic, and goes with its cache. It was copied to ${name}, which is restored.`);
  }
  say(
    inPlace
      ? `${planned.replicationGroupId} is deleted, with the final snapshot ${stack.finalSnapshot() ?? ""}, and created from ${name}.`
      : `${planned.replicationGroupId} is created from ${name}.`,
  );
  const outcome = await stack.deployRestored(name);
  if (outcome !== "restored") {
    const left = await groupStatus(client, planned.replicationGroupId);
    process.exitCode = outcome === "interrupted" ? 130 : 1;
    process.stderr.write(
      `Restoring ${name} ${outcome === "interrupted" ? "was interrupted" : "failed; see above"}. ${nextRun(asked, { name, id: planned.replicationGroupId, status: left })}\n`,
    );
    return;
  }

  if (stack.hasChanges())
    throw new Refusal(
      `${name} is restored, but a plain deploy would change something: look at it with npx cdktf diff ${stackName}, with the same values.`,
    );
  say(`${name} is restored. A plain deploy changes nothing.`);
}

function refuseByMachine({ autoApprove }: Options): void {
  if (!autoApprove && !(process.stdin.isTTY && process.stdout.isTTY))
    throw new Refusal(
      "There is no terminal to ask in whether the restore is to be done. Run it in one, or add --auto-approve.",
    );
  if (!terraformIsThere())
    throw new Refusal(
      `${terraformBinary} is not on the PATH. Install Terraform 1.9 or newer, or name its binary in TERRAFORM_BINARY_NAME.`,
    );
}

void command(() => restore(options(process.argv.slice(2))));
