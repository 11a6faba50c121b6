import { appendFileSync } from "node:fs";
import { join } from "node:path";

/** The folder that the reached transitions of a run of Jest are written to. Without it, nothing is written. */
export const folderVariable = "REACHED_TRANSITIONS";

/** The file in it with what there is to be reached. */
export const expectedFile = "expected.json";

/** A transition that a test has reached; a machine is told by its Comment. */
export interface Reached {
  readonly file: string;
  readonly machine: string;
  readonly transition: string;
}

/** What this file of tests has reached: each has modules of its own. */
const known = new Set<string>();

/** Writes down that an execution has taken a transition; nothing for a definition without a Comment, which is no machine of a stack. */
export function reached(machine: string | undefined, transition: string): void {
  const folder = process.env[folderVariable];
  if (folder === undefined || machine === undefined) return;
  const { testPath: file = "" } = expect.getState();
  const line = JSON.stringify({ file, machine, transition } satisfies Reached);
  if (known.has(line)) return;
  known.add(line);
  appendFileSync(join(folder, `${process.pid}.jsonl`), `${line}\n`);
}
