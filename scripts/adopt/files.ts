import { format } from "prettier";
import type { Environment } from "../../stacks/environments";
import { identifier } from "./report";
import type { Values } from "./values";

/** The environment's entry as TypeScript. */
export async function entryFile(environment: Environment): Promise<string> {
  const { name } = environment;
  const source = [
    `// For stacks/environments.ts: this object is the column ${identifier(name)} of the table, in place of the one that is there.`,
    `import type { Environment } from "../../stacks/environments";`,
    "",
    `export const entry = ${JSON.stringify(environment)} as const satisfies Environment;`,
  ].join("\n");
  return format(source, { parser: "typescript", printWidth: 120 });
}

/** The values as a .tfvars file. */
export function tfvarsFile(values: Values): string {
  const lines = Object.entries(values).map(([name, value]) => `${name} = ${JSON.stringify(value)}`);
  return [...lines, 'notification_email = "" # who is told when a backup fails', ""].join("\n");
}
