import { lstatSync, mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { Refusal } from "../../shared/aws-sdk";
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

/**
 * Writes files into a folder below this one.
 *
 * @throws Refusal if a symbolic link would lead elsewhere, before anything is written.
 */
export function writeFiles(folder: string, files: Readonly<Record<string, string>>): void {
  const paths = Object.keys(files).map((name) => join(folder, name));
  for (const path of [dirname(folder), folder, ...paths])
    if (lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink() === true)
      throw new Refusal(`${path} is a symbolic link, which could lead anywhere, so nothing is written. Remove it.`);
  mkdirSync(folder, { recursive: true });
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
}
