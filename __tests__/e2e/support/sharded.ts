import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { edit } from "./adoption";
import type { Project } from "./project";

/** Puts the example's environment where its README says: the entry into the table, a line into app.ts. */
export function addSharded({ folder }: Project, changes: Readonly<Record<string, string>> = {}): void {
  const example = readFileSync(resolve(__dirname, "../../../examples/sharded/environment.ts"), "utf8");
  const [, object = ""] = /export const sharded = (\{[\s\S]*\}) as const/.exec(example) ?? [];
  const entry = Object.entries(changes).reduce(
    (text, [name, value]) => text.replace(new RegExp(`  ${name}: .*`), `  ${name}: ${value},`),
    object,
  );
  edit(
    join(folder, "stacks/environments.ts"),
    "} as const satisfies Record",
    `  sharded: ${entry},\n} as const satisfies Record`,
  );
  edit(
    join(folder, "app.ts"),
    "\n  overrides.refuseUnknownStacks()",
    '  redis("redis-sharded", environments.sharded);\n\n  overrides.refuseUnknownStacks()',
  );
}
