import { spawnSync } from "node:child_process";
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { apis } from "../workflows/shapes/api";

/** A call of the AWS CLI in a command. */
export interface CliCall {
  readonly service: string;
  /** As the API calls it, e.g. `DescribeSnapshots`. */
  readonly operation: string;
  /** By the option without hyphens in front; of several values, joined by blanks. A flag is empty. */
  readonly options: Readonly<Record<string, string>>;
}

/** The services of the CLI, with the client of the SDK that has its API, where a name differs. */
const clients: Readonly<Record<string, string>> = {
  stepfunctions: "sfn",
  logs: "cloudwatch-logs",
};

const pascalCase = (dashed: string): string =>
  dashed.replaceAll(/(?:^|-)([a-z])/g, (_all, letter: string) => letter.toUpperCase());

/** What the CLI makes of the name of a member: `MaxRecords` is `max-records`. */
const dashed = (member: string): string =>
  member
    .replaceAll(/([a-z0-9])([A-Z])/g, "$1-$2")
    .replaceAll(/([A-Z])([A-Z][a-z])/g, "$1-$2")
    .toLowerCase();

/**
 * The calls of the AWS CLI that a shell makes of a command, those whose output is an argument of another first. Expressions of Terraform
 * are arguments as they are, without their `$`.
 */
export function cliCalls(command: string): readonly CliCall[] {
  const folder = mkdtempSync(join(tmpdir(), "cli-"));
  try {
    const log = join(folder, "calls");
    const aws = join(folder, "aws");
    writeFileSync(log, "");
    writeFileSync(
      aws,
      `#!/bin/sh\nfor one in "$@"; do printf '%s\\0' "$one"; done >>"${log}"\nprintf '\\001' >>"${log}"\necho x\n`,
    );
    chmodSync(aws, 0o755);
    const { status, stderr } = spawnSync("sh", ["-c", command.replaceAll("${", "{")], {
      encoding: "utf8",
      env: { PATH: `${folder}${delimiter}${process.env.PATH ?? ""}` },
    });
    if (status !== 0 || stderr !== "") throw new Error(`${command}\n${stderr}`);
    return readFileSync(log, "utf8")
      .split("\u0001")
      .slice(0, -1)
      .map((call) => parsed(call.split("\0").slice(0, -1)));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function parsed([service = "", operation = "", ...rest]: readonly string[]): CliCall {
  const options: Record<string, string> = {};
  let last = "";
  for (const one of rest)
    if (one.startsWith("--")) options[(last = one.slice(2))] = "";
    else options[last] = `${options[last] ?? ""} ${one}`.trim();
  return { service, operation: pascalCase(operation), options };
}

interface Members {
  readonly input: ReadonlySet<string>;
  /** Those of everything within, too. */
  readonly output: ReadonlySet<string>;
}

/** The options that every command of the CLI has, and those of what comes in pages. */
const common = ["region", "query", "output", "max-items"];

/** What AWS's model of the operation does not have: a misspelt operation or option, or a member that `--query` would find in no answer. */
export function problemsOf({ service, operation, options }: CliCall): readonly string[] {
  const members = membersOf(service, operation);
  if (members === undefined) return [`${service} has no operation ${operation}`];
  const known = new Set([...[...members.input].map(dashed), ...common]);
  const unknown = Object.keys(options).filter((option) => !known.has(option) && !known.has(option.replace(/^no-/, "")));
  // Functions and texts of JMESPath are no members.
  const queried = (options.query ?? "").replaceAll(/'[^']*'|[a-z_]+(?=\()/g, "").match(/[A-Za-z]\w*/g) ?? [];
  return [
    ...unknown.map((option) => `${operation} has no option --${option}`),
    ...queried.filter((member) => !members.output.has(member)).map((member) => `${operation} answers no ${member}`),
  ];
}

function membersOf(service: string, operation: string): Members | undefined {
  const name = clients[service] ?? service;
  const api = apis[name];
  const found = api?.operations[operation];
  if (api === undefined || found === undefined) return membersOfClient(name, operation);
  const within = (shape: string | undefined, deep: boolean, seen = new Set<string>()): readonly string[] => {
    if (shape === undefined || seen.has(shape)) return [];
    seen.add(shape);
    const { members = {}, member, value } = api.shapes[shape] ?? {};
    const inner = [...Object.values(members), ...[member, value].filter((one) => one !== undefined)];
    return [...Object.keys(members), ...(deep ? inner.flatMap((one) => within(one, deep, seen)) : [])];
  };
  return { input: new Set(within(found.input, false)), output: new Set(within(found.output, true)) };
}

const require_ = createRequire(__filename);

/** The schemas in a client of the SDK: of a structure its members at 4, with their types at 5; of an operation its input at 4, its output at 5. */
function membersOfClient(name: string, operation: string): Members | undefined {
  const schemas = require_(`@aws-sdk/client-${name}`) as Readonly<Record<string, readonly unknown[] | undefined>>;
  const found = schemas[`${operation}$`];
  if (found === undefined) return undefined;
  const within = (schema: unknown, deep: boolean, seen = new Set<unknown>()): readonly string[] => {
    if (typeof schema === "function") return within((schema as () => unknown)(), deep, seen);
    if (!Array.isArray(schema) || seen.has(schema)) return [];
    seen.add(schema);
    const parts = schema as readonly unknown[];
    const names = parts[0] === 3 ? (parts[4] as readonly string[]) : [];
    return [...names, ...(deep ? parts.flat().flatMap((one) => within(one, deep, seen)) : [])];
  };
  return { input: new Set(within(found[4], false)), output: new Set(within(found[5], true)) };
}
