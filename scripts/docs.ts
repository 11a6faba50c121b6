import { readFileSync, writeFileSync } from "node:fs";
import { resolve } from "node:path";
import { App } from "cdktf";
import { environments, type Environment } from "../stacks/environments";
import { RedisStack } from "../stacks/redis-stack";
import { format } from "prettier";
import { fillTables, tables } from "./tables";

const stacks = Object.values<Environment>(environments).map(
  (environment) =>
    new RedisStack(new App(), `redis-${environment.name}`, environment).toTerraform() as Parameters<
      typeof tables
    >[0][number],
);
const readme = resolve(__dirname, "../README.md");
const filled = fillTables(readFileSync(readme, "utf8"), tables(stacks));
void format(filled, { parser: "markdown", printWidth: 120 }).then((text) => {
  writeFileSync(readme, text);
});
