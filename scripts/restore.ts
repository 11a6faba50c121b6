/**
 * Restores a snapshot into the cache of a stack, and refuses before anything is destroyed what cannot go well: docs/restore.md.
 *
 *     npm run restore -- redis-dev --snapshot dev-redis-final-1a2b3c4d --var-file=dev.tfvars
 */
import { ElastiCacheClient } from "@aws-sdk/client-elasticache";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { options, type Options } from "./restore/options";
import { check, copy, find, groupStatus } from "./restore/snapshots";
import { Stack } from "./restore/stack";

const say = (text: string): void => {
  process.stdout.write(`${text}\n`);
};

async function restore(asked: Options): Promise<void> {
  const { stack: stackName, inPlace } = asked;
  const stack = new Stack(asked);
  stack.synth();
  const planned = stack.planned();
  const client = new ElastiCacheClient({ region: planned.region });

  const status = await groupStatus(client, planned.replicationGroupId);
  refuseByStatus(status, planned.replicationGroupId, asked);
  if (inPlace && stack.isProtected())
    throw new Error(
      `${stackName} refuses to replace its data. If the live data is to be replaced by the snapshot, name the stack for this one run: UNPROTECT_STACK=${stackName} npm run restore -- …`,
    );
  if (inPlace && stack.finalSnapshot() === null)
    throw new Error(
      "The live cache would be destroyed without a final snapshot. Deploy with create_final_snapshot = true first, then restore.",
    );
  const snapshot = await find(client, asked.snapshot);
  check(snapshot, planned, inPlace);

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
  const folder = mkdtempSync(join(tmpdir(), "restore-"));
  try {
    const file = join(folder, "restore.tfvars.json");
    writeFileSync(file, JSON.stringify({ restore_from_snapshot: name }));
    stack.deployRestored(file);
  } finally {
    rmSync(folder, { recursive: true });
  }

  if (stack.hasChanges())
    throw new Error(
      `${name} is restored, but a plain deploy would change something: look at it with npx cdktf diff ${stackName}, with the same values.`,
    );
  say(`${name} is restored. A plain deploy changes nothing.`);
}

function refuseByStatus(status: string, id: string, { inPlace, snapshot, stack }: Options): void {
  if (inPlace && status === "none")
    throw new Error(`There is no cache ${id} to replace. Leave out --in-place to create it from ${snapshot}.`);
  if (!inPlace && status !== "none")
    throw new Error(
      `The cache ${id} is there (${status}), and a snapshot is restored into a new one only. To look at the snapshot first, start a restore test that keeps its group; to replace the live data, add --in-place. Both are in docs/restore.md.`,
    );
  if (inPlace && status !== "available")
    throw new Error(`The cache ${id} is ${status}. Wait until it is available, then restore ${stack} again.`);
}

const fail = (error: unknown): void => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
};

// In a promise's chain, so that wrong options are told as everything else is.
void Promise.resolve(process.argv.slice(2)).then(options).then(restore).catch(fail);
