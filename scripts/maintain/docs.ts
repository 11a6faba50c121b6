import { readFileSync } from "node:fs";
import { join } from "node:path";
import { scriptCommand } from "../shared/options";
import { runProgram } from "../shared/command";
import { hasCache, jsonOf, root, stacksOf } from "../shared/synthesize";
import { costsPage } from "./costs/page";
import { diagrams } from "./diagrams/pages";
import { scalingTables } from "./scaling/page";
import { documents } from "./permissions/documents";
import { permissionTables } from "./permissions/page";
import { fillTables, japanese, policyTables, tables, vaultTables } from "./tables";
import { configOf, jsonConfig } from "./scan/scannable";
import { writeDocument } from "./write";

/** Writes what is generated from the stacks: tables in documents that people write, and whole pages. */
async function docs(): Promise<void> {
  const permissions = await documents();
  for (const [name, document] of Object.entries(permissions))
    await writeDocument(`docs/permissions/${name}.json`, JSON.stringify(document));
  const stacks = Object.fromEntries(Object.entries(stacksOf({})).map(([name, stack]) => [name, jsonOf(stack)]));
  const environments = Object.values(stacks).filter(hasCache);
  const { "redis-backup-policy": policy, "redis-vault": vault } = stacks;
  const filled = {
    "README.md": tables(environments),
    "README.ja.md": tables(environments, japanese()),
    "docs/permissions.md": permissionTables(permissions),
    "docs/scaling.md": scalingTables(environments),
    ...(policy && { "docs/policy.md": policyTables(policy) }),
    ...(vault && { "docs/vault.md": vaultTables(vault) }),
  };
  for (const [file, made] of Object.entries(filled))
    await writeDocument(file, fillTables(readFileSync(join(root, file), "utf8"), made));
  await writeDocument(jsonConfig, configOf(Object.values(stacksOf({}))));
  await writeDocument("docs/costs.md", costsPage(stacks));
  for (const [name, text] of Object.entries(diagrams(stacks))) await writeDocument(`docs/diagrams/${name}`, text);
}

void runProgram(scriptCommand("docs", "Writes the generated tables and pages of the documents").action(docs));
