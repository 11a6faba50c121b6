import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { TerraformStack } from "cdktf";
import { buildApp } from "../../app";
import { command } from "../shared/command";
import { hclFiles } from "../hcl-writer";
import { hclFolder, layoutOf } from "./hcl/files";

/** Writes the stacks named on the command line (all, if none is) as HCL into hcl/<stack>. */
async function main(names: readonly string[]): Promise<void> {
  const stacks = builtStacks();
  const known = stacks.map(({ node }) => node.id);
  const unknown = names.find((name) => !known.includes(name));
  if (unknown !== undefined)
    throw new Error(
      `There is no stack ${JSON.stringify(unknown)}. Write one or more of ${known.join(", ")}, or none for all.`,
    );
  for (const stack of stacks.filter(({ node }) => names.length === 0 || names.includes(node.id))) {
    const folder = hclFolder(stack.node.id);
    write(folder, await hclFiles(stack, layoutOf(stack.node.id)));
    console.log(`${stack.node.id} is written as HCL in ${folder}`);
  }
}

/** The stacks of the app. cdktf.out is not touched. */
function builtStacks(): TerraformStack[] {
  const { context } = JSON.parse(readFileSync("cdktf.json", "utf8")) as { context?: Record<string, unknown> };
  const outdir = mkdtempSync(join(tmpdir(), "hcl-"));
  try {
    return buildApp(process.env, { outdir, context })
      .node.findAll()
      .filter((construct) => TerraformStack.isStack(construct));
  } finally {
    rmSync(outdir, { recursive: true });
  }
}

/** Only the .tf files are replaced: what `terraform init` made there stays. */
function write(folder: string, files: Readonly<Record<string, string>>): void {
  mkdirSync(folder, { recursive: true });
  for (const old of readdirSync(folder).filter((name) => name.endsWith(".tf"))) rmSync(join(folder, old));
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
}

void command(() => main(process.argv.slice(2)));
