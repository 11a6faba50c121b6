import type { Command } from "commander";
import { stackCommand, type StackOptions } from "../shared/options";

export interface Options extends StackOptions {
  readonly snapshot: string;
  /** Whether the live cache will be replaced. */
  readonly inPlace?: boolean;
  readonly autoApprove?: boolean;
}

/** `npm run restore`: docs/restore.md. */
export const restoreCommand = (
  act = async (options: Options): Promise<void> => (await import("./restore/restore.js")).restore(options),
): Command =>
  stackCommand("restore", "Restores a snapshot into the cache of a stack", act)
    .requiredOption("--snapshot <name>", "name of the snapshot; automatic ones too")
    .option("--in-place", "replace the live cache, with a final snapshot of its data")
    .option("--auto-approve", "do not ask before anything is created or destroyed");
