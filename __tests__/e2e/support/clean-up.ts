import { setTimeout } from "node:timers/promises";
import { aws, deleteNetwork, snapshots, type Network } from "./aws";
import type { Project, Run } from "./project";

/**
 * Destroys what is deployed of the stacks, each with its values, and their network.
 *
 * @throws with what Terraform or AWS said when it cannot; the folder with the state stays then.
 */
export function destroyAll(
  project: Project,
  network: Network,
  stacks: Readonly<Record<string, NodeJS.ProcessEnv>>,
): void {
  destroyStacks(project, stacks);
  try {
    deleteNetwork(network);
  } catch (error) {
    throw left(project, error instanceof Error ? error.message : String(error));
  }
  project.remove();
}

/**
 * Destroys what is deployed of the stacks, each with its values.
 *
 * @throws with what Terraform said when it cannot.
 */
export function destroyStacks(project: Project, stacks: Readonly<Record<string, NodeJS.ProcessEnv>>): void {
  const deployed = Object.entries(stacks).filter(([stack]) => project.isDeployed(stack));
  const failed = deployed.map(([stack, values]) => destroyed(project, stack, values)).filter(({ ok }) => !ok);
  if (failed.length > 0) throw left(project, failed.map(({ output }) => output).join("\n"));
}

/**
 * Destroyed by Terraform alone, without reading everything again: 8 seconds of a processor instead of the 20 of `cdktf destroy`, measured,
 * which the tests on lives of a stack run. It follows where that does not succeed, or where the stack has to be synthesized unprotected.
 */
function destroyed(project: Project, stack: string, values: NodeJS.ProcessEnv): Run {
  if (values.UNPROTECT_STACK === undefined && project.isInitialized(stack)) {
    const run = project.terraform(stack, ["destroy", "-auto-approve", "-input=false", "-refresh=false"], values);
    if (run.ok) return run;
  }
  return project.takeDown(stack, values);
}

const left = (project: Project, why: string): Error =>
  new Error(`Not everything is destroyed, and the state stays in ${project.folder}:\n${why}`);

// What jest sets up and what it tears down share the environment and little else.
const variable = "E2E_SNAPSHOTS_BEFORE";

/** Remembers which snapshots are not the tests' own. */
export function rememberSnapshots(): void {
  process.env[variable] = JSON.stringify(snapshots().map(({ SnapshotName }) => SnapshotName));
}

/** Deletes the snapshots that outlived the caches of the tests, as they are meant to: final ones and manual ones. Automatic ones went with their cache. */
export default async function deleteSnapshots(): Promise<void> {
  const before = JSON.parse(process.env[variable] ?? "[]") as string[];
  const own = () =>
    snapshots().filter(
      ({ SnapshotName, SnapshotSource }) => SnapshotSource === "manual" && !before.includes(SnapshotName),
    );
  const count = own().length;
  while (own().some(({ SnapshotStatus }) => SnapshotStatus === "creating")) await setTimeout(1000);
  for (const { SnapshotName } of own()) aws("elasticache", "deleteSnapshot", { SnapshotName });
  process.stderr.write(`${count} snapshots of the tests are deleted.\n`);
}
