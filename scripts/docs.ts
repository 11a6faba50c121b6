import { readFileSync, writeFileSync } from "node:fs";
import { resolve } from "node:path";
import { App } from "cdktf";
import { environments, type Environment } from "../stacks/environments";
import { PolicyStack } from "../stacks/policy-stack";
import { RedisStack } from "../stacks/redis-stack";
import { format } from "prettier";
import { japanese } from "./japanese";
import { fillTables, policyTables, tables } from "./tables";

type Stack = Parameters<typeof policyTables>[0];

const environmentStacks = Object.values<Environment>(environments).map(
  (environment) => new RedisStack(new App(), `redis-${environment.name}`, environment).toTerraform() as Stack,
);
const policy = new PolicyStack(new App(), "redis-backup-policy", { region: "ap-northeast-1" });
const files = {
  "README.md": tables(environmentStacks),
  "README.ja.md": tables(environmentStacks, japanese),
  "docs/policy.md": policyTables(policy.toTerraform() as Stack),
};

for (const [file, made] of Object.entries(files)) {
  const path = resolve(__dirname, "..", file);
  void format(fillTables(readFileSync(path, "utf8"), made), { parser: "markdown", printWidth: 120 }).then((text) => {
    writeFileSync(path, text);
  });
}
