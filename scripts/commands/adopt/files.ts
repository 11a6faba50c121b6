import type { Environment } from "../../../stacks/environments";
import { asKey } from "./report";
import type { Values } from "./values";

/** The environment's entry as TypeScript. */
export function entryFile(environment: Environment): string {
  // The formatter is a development dependency, which users do not install.
  const object = JSON.stringify(environment, null, 2).replaceAll(/^( *)"([A-Za-z]\w*)":/gm, "$1$2:");
  return [
    `// For stacks/environments.ts: this object is the column ${asKey(environment.name)} of the table, in place of the one that is there.`,
    `import type { Environment } from "../../../stacks/environments";`,
    "",
    `export const entry = ${object} as const satisfies Environment;`,
    "",
  ].join("\n");
}

/** The values as a .tfvars file. */
export function tfvarsFile(values: Values): string {
  const lines = Object.entries(values).map(([name, value]) => `${name} = ${JSON.stringify(value)}`);
  return [...lines, 'notification_email = "" # receives the alarms', ""].join("\n");
}
