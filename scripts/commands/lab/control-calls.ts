import { spawnSync } from "node:child_process";
import { parseArgs } from "node:util";
import { Refusal } from "../../shared/aws-sdk";
import { labFolder } from "./cache-folder";
import { withoutAwsSettings } from "./environment";
import { labPython } from "./python";

interface Parameter {
  /** In camelCase. */
  readonly name: string;
  readonly type: "str" | "int" | "float" | "bool" | "dict" | "list";
  readonly required: boolean;
}

/** One thing that AWS does by itself. The lab describes it (lab/aws/control.py). */
export interface ControlCall {
  readonly name: string;
  readonly summary: string;
  readonly help: string;
  readonly parameters: readonly Parameter[];
}

/**
 * Those of the running lab, or those of this checkout if none runs.
 *
 * @throws Refusal if nothing answers there.
 */
export async function controlCalls(url: string | undefined): Promise<readonly ControlCall[]> {
  if (url !== undefined) return (await request(url, "", {})) as readonly ControlCall[];
  const { status, stdout, stderr } = spawnSync(labPython(), ["-m", "aws.server", "--describe-control-calls"], {
    cwd: labFolder,
    env: withoutAwsSettings(process.env),
    encoding: "utf8",
  });
  if (status !== 0) throw new Error(stderr);
  return JSON.parse(stdout) as readonly ControlCall[];
}

/** @throws Refusal if nothing answers there, or the lab says no. */
export async function request(url: string, name: string, body: object): Promise<unknown> {
  const response = await fetch(`${url}/_lab/${name}`, { method: "POST", body: JSON.stringify(body) }).catch(() => {
    throw new Refusal(`No lab answers at ${url}. Start one in another terminal: npm run lab`);
  });
  const answer = (await response.json()) as { readonly error?: string };
  if (!response.ok) throw new Refusal(`${name} failed: ${answer.error ?? JSON.stringify(answer)}`);
  return answer;
}

const kebab = (name: string): string => name.replace(/[A-Z]/g, (capital) => `-${capital.toLowerCase()}`);

// Every call takes the Region as an option, since it has a default.
const positionalsOf = ({ parameters }: ControlCall) =>
  parameters.filter(({ name, required }) => required && name !== "region");
const optionsOf = ({ parameters }: ControlCall) =>
  parameters.filter(({ name, required }) => !required || name === "region");

/** E.g. `failover <replication-group-id> [--region=…]` */
export function synopsis(call: ControlCall): string {
  const options = optionsOf(call).map(({ name, type }) => `[--${kebab(name)}${type === "bool" ? "" : "=…"}]`);
  return [call.name, ...positionalsOf(call).map(({ name }) => `<${kebab(name)}>`), ...options].join(" ");
}

/**
 * The body of a control call.
 *
 * @throws Refusal if the arguments do not fit.
 */
export function bodyOf(call: ControlCall, args: readonly string[]): Record<string, unknown> {
  const expected = positionalsOf(call);
  const options = Object.fromEntries(
    optionsOf(call).map(({ name, type }) => [
      kebab(name),
      { type: type === "bool" ? ("boolean" as const) : ("string" as const) },
    ]),
  );
  const { values, positionals } = parsed(call, args, options);
  if (positionals.length !== expected.length)
    throw new Refusal(
      `${call.name} takes ${expected.length === 0 ? "no arguments" : expected.map(({ name }) => `<${kebab(name)}>`).join(" ")}, got ${JSON.stringify(positionals.join(" "))}. Usage: ${synopsis(call)}`,
    );
  return Object.fromEntries([
    ...expected.map(({ name }, i) => [name, positionals[i]] as const),
    ...call.parameters
      .map(({ name }) => [name, values[kebab(name)]] as const)
      .filter(([, value]) => value !== undefined),
  ]);
}

function parsed(
  call: ControlCall,
  args: readonly string[],
  options: Record<string, { readonly type: "string" | "boolean" }>,
) {
  try {
    return parseArgs({ args: [...args], allowPositionals: true, options });
  } catch (error) {
    throw new Refusal(`${error instanceof Error ? error.message : String(error)}. Usage: ${synopsis(call)}`);
  }
}
