import { mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { hclFiles } from "../../hcl-writer";
import { Refusal } from "../../shared/aws-sdk";
import type { ResultOptions } from "../../shared/options";
import { printResult, tellerOf } from "../../shared/result";
import { stacksOf } from "../../shared/synthesize";
import { hclFolder, layoutOf } from "./files";

/** Writes the named stacks (all, if none is) as HCL into hcl/<stack>. */
export async function writeHcl(names: readonly string[], options: ResultOptions = {}): Promise<void> {
  const stacks = stacksOf();
  const unknown = names.find((name) => !Object.hasOwn(stacks, name));
  if (unknown !== undefined)
    throw new Refusal(
      `Invalid stack ${JSON.stringify(unknown)}: the app has no such stack. Choose from ${Object.keys(stacks).join(", ")}, or name none for all.`,
    );
  const written: object[] = [];
  for (const [name, stack] of Object.entries(stacks)) {
    if (names.length > 0 && !names.includes(name)) continue;
    write(hclFolder(name), await hclFiles(stack, layoutOf(name)));
    tellerOf(options)(`Wrote ${name} as HCL to ${hclFolder(name)}.`);
    written.push({ stack: name, folder: hclFolder(name) });
  }
  printResult(options, written);
}

/** Only the .tf files are replaced: what `terraform init` made there stays. */
function write(folder: string, files: Readonly<Record<string, string>>): void {
  mkdirSync(folder, { recursive: true });
  for (const old of readdirSync(folder).filter((name) => name.endsWith(".tf"))) rmSync(join(folder, old));
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
}
