import type { Command } from "commander";
import { stackCommand, type StackOptions } from "../shared/options";

export interface Options extends StackOptions {
  /** Whether the question is answered with yes beforehand. */
  readonly yes?: boolean;
}

/** `npm run recover`: docs/recover.md. */
export const recoverCommand = (
  act = async (options: Options): Promise<void> => (await import("./recover/recover.js")).recover(options),
): Command =>
  stackCommand(
    "recover",
    "Finds what AWS has of a stack and its state lacks, after a killed deploy or a lost state, and imports it",
    act,
  ).option("-y, --yes", "import without asking");
