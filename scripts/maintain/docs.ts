import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { App } from "cdktf";
import { environments, type Environment } from "../../stacks/environments";
import { PolicyStack } from "../../stacks/backup-policy-stack";
import { RedisStack } from "../../stacks/redis-stack";
import { command } from "../shared/command";
import { documents } from "./permissions/documents";
import { permissionTables } from "./permissions/page";
import { fillTables, japanese, policyTables, tables } from "./tables";
import { writeDocument } from "../shared/write";

type Stack = Parameters<typeof policyTables>[0];

/** Writes the tables of the documents that people write. */
async function docs(): Promise<void> {
  const environmentStacks = Object.values<Environment>(environments).map(
    (environment) => new RedisStack(new App(), `redis-${environment.name}`, environment).toTerraform() as Stack,
  );
  const policy = new PolicyStack(new App(), "redis-backup-policy", { region: "ap-northeast-1" });
  const permissions = await documents();
  for (const [name, document] of Object.entries(permissions))
    await writeDocument(`docs/permissions/${name}.json`, JSON.stringify(document));
  const files = {
    "README.md": tables(environmentStacks),
    "docs/permissions.md": permissionTables(permissions),
    "README.ja.md": tables(environmentStacks, japanese()),
    "docs/policy.md": policyTables(policy.toTerraform() as Stack),
  };
  for (const [file, made] of Object.entries(files))
    await writeDocument(file, fillTables(readFileSync(resolve(__dirname, "../..", file), "utf8"), made));
}

void command(docs);
