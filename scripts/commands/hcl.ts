import type { Command } from "commander";
import { scriptCommand, withJson, type ResultOptions } from "../shared/options";

/** `npm run hcl`. */
export const hclCommand = (
  act = async (stacks: readonly string[], options: ResultOptions): Promise<void> =>
    (await import("./hcl/write.js")).writeHcl(stacks, options),
): Command =>
  withJson(scriptCommand("hcl", "Writes stacks as plain Terraform into hcl/<stack>"))
    .usage("-- [stack...]")
    .argument("[stack...]", "names of the stacks; all without one")
    .action(act);
