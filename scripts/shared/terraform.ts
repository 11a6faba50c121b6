import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fromProject, terraformLock } from "../../stacks/terraform/provider-locks";
import { Refusal, TerraformFailure } from "./aws-sdk";
import { requireTerraform, terraformBinary } from "./terraform-binary";

export interface Run {
  readonly ok: boolean;
  /** The exit code; null if a signal ended it. */
  readonly status: number | null;
  readonly stdout: string;
  /** Both streams. */
  readonly text: string;
}

export interface RunOptions {
  readonly input?: string;
  /** Whether an argument is secret: every user of the machine can read arguments, but only its owner the environment. */
  readonly secret?: boolean;
}

/** Runs Terraform: `terraform(["state", "pull"])`. */
export type Terraform = (args: readonly string[], options?: RunOptions) => Run;

export interface TerraformOptions {
  /** Values of variables, passed to the commands that take them: `--var=…`, `--var-file=…`. */
  readonly values?: readonly string[];
  /** @default - the environment of this process */
  readonly env?: NodeJS.ProcessEnv;
}

/** What reads or writes a whole state, or an id that may be a secret: Terraform's log of it would hold the AUTH token. */
const writesState: ReadonlySet<string> = new Set(["state", "import"]);

/**
 * The environment without what turns on logs of Terraform and of its providers, and where they are written.
 *
 * @see https://developer.hashicorp.com/terraform/internals/debugging
 * @see https://developer.hashicorp.com/terraform/plugin/log/managing
 */
const withoutLogs = (env: NodeJS.ProcessEnv): NodeJS.ProcessEnv =>
  Object.fromEntries(Object.entries(env).filter(([name]) => !/^TF_(ACC_)?LOG(_|$)/.test(name)));

const takesValues: ReadonlySet<string> = new Set(["plan", "apply", "import", "console"]);

/** Terraform in a folder. A value that is missing is an error that names it, and no question. */
export function terraformIn(folder: string, { values = [], env = process.env }: TerraformOptions = {}): Terraform {
  requireTerraform();
  return (words, { input, secret = false } = {}) => {
    // These have commands of their own, and options follow those.
    const at = words[0] === "state" || words[0] === "providers" ? 2 : 1;
    const command = words.slice(0, at);
    const lock = command[0] === "init" && isLocked(folder) ? ["-lockfile=readonly"] : [];
    const args = ["-no-color", ...lock, ...(takesValues.has(command[0] ?? "") ? values : []), ...words.slice(at)];
    const { status, stdout, stderr, error } = spawnSync(terraformBinary, secret ? command : [...command, ...args], {
      cwd: folder,
      encoding: "utf8",
      maxBuffer: 512 * 1024 * 1024,
      input,
      env: {
        ...(secret || input !== undefined || writesState.has(command[0] ?? "") ? withoutLogs(env) : env),
        ...forgotten,
        // Without it, Terraform waits forever for an answer that nobody can give.
        TF_INPUT: "0",
        ...(secret && { [`TF_CLI_ARGS_${command.join("_")}`]: args.map(shellQuoted).join(" ") }),
      },
    });
    if (error !== undefined) throw new Refusal(`${terraformBinary} failed to run: ${error.message}.`);
    return { ok: status === 0, status, stdout, text: `${stdout}${stderr}` };
  };
}

/** Whether the folder has its lock file from the project's, to which `init` must add nothing. */
function isLocked(folder: string): boolean {
  const file = join(folder, terraformLock);
  return existsSync(file) && readFileSync(file, "utf8").startsWith(fromProject);
}

// Arguments such as -replace are meant for one deploy of the caller, not for the runs of a command.
const forgotten = { TF_CLI_ARGS_apply: "" };

/** Terraform would advise to apply a plan file that is temporary here. */
const noHints = { TF_IN_AUTOMATION: "1" };

/** The option of `plan` that makes it end with 2 where there is something to change. */
export const exitCodes = "-detailed-exitcode";

/** How a run in the terminal ended; `changes` is a plan with `exitCodes` that has some. */
export type Outcome = "succeeded" | "changes" | "failed" | "interrupted";

/** The exit code of a command for a run that did not succeed. */
export const exitCodeOf = (outcome: Outcome): number => (outcome === "interrupted" ? 130 : 1);

export interface TerminalOptions {
  /** @default - the environment of this process */
  readonly env?: NodeJS.ProcessEnv;
  /** Where its output goes; a function receives it piece by piece. @default "inherit" */
  readonly stdout?: "inherit" | "stderr" | ((text: string) => void);
}

/**
 * Runs Terraform in the terminal and waits until it has ended. Ctrl-C reaches Terraform too, which completes what it has begun and
 * writes the state; `cdktf deploy` would not wait for that.
 */
export async function runInTerminal(
  folder: string,
  args: readonly string[],
  { env = process.env, stdout = "inherit" }: TerminalOptions = {},
): Promise<Outcome> {
  requireTerraform();
  const interruption = new AbortController();
  const interrupt = (): void => {
    interruption.abort();
  };
  process.on("SIGINT", interrupt);
  try {
    const child = spawn(terraformBinary, args, {
      cwd: folder,
      stdio: ["inherit", stdout === "inherit" ? "inherit" : stdout === "stderr" ? 2 : "pipe", "inherit"],
      env: { ...env, ...forgotten, ...noHints },
    });
    if (typeof stdout === "function") child.stdout?.setEncoding("utf8").on("data", stdout);
    const [code] = (await once(child, "close")) as [number | null];
    if (interruption.signal.aborted) return "interrupted";
    return code === 0 ? "succeeded" : code === 2 && args.includes(exitCodes) ? "changes" : "failed";
  } finally {
    process.off("SIGINT", interrupt);
  }
}

/** @throws with what Terraform printed, unless it succeeded. */
export function assertOk(run: Run, failure: string): Run {
  if (!run.ok) throw new TerraformFailure(`${failure}\n\n${run.text}`);
  return run;
}

/** An argument as a POSIX shell reads it. */
export const shellQuoted = (argument: string): string =>
  /^[\w@%+=:,./-]+$/.test(argument) ? argument : `'${argument.replaceAll("'", String.raw`'\''`)}'`;

interface Message {
  readonly type?: string;
  readonly diagnostic?: { readonly severity: string; readonly summary: string; readonly detail: string };
  readonly change?: { readonly action: string; readonly resource: { readonly addr: string } };
}

/** The lines of Terraform's machine-readable log (`-json`). */
export const messagesOf = ({ stdout }: Pick<Run, "stdout">): Message[] =>
  stdout
    .split("\n")
    .filter((line) => line.startsWith("{"))
    .map((line) => JSON.parse(line) as Message);

/** The errors of Terraform's machine-readable log. */
export const errorsOf = (run: Pick<Run, "stdout">): { readonly summary: string; readonly detail: string }[] =>
  messagesOf(run).flatMap(({ diagnostic }) => (diagnostic?.severity === "error" ? [diagnostic] : []));

/**
 * Acts in a temporary folder with a configuration of its own.
 *
 * @param providersOf an initialized folder whose providers it uses
 */
export const withConfiguration = <Answer>(
  configuration: object,
  act: (folder: string) => Answer | Promise<Answer>,
  providersOf?: string,
): Promise<Answer> =>
  withFolder((folder) => {
    writeFileSync(join(folder, "main.tf.json"), JSON.stringify(configuration));
    if (providersOf !== undefined) {
      copyFileSync(join(providersOf, ".terraform.lock.hcl"), join(folder, ".terraform.lock.hcl"));
      mkdirSync(join(folder, ".terraform"));
      symlinkSync(join(providersOf, ".terraform/providers"), join(folder, ".terraform/providers"));
    }
    return act(folder);
  });

/** Acts with a temporary folder that only its owner can read: plan files hold secrets. */
export async function withFolder<Answer>(act: (folder: string) => Answer | Promise<Answer>): Promise<Answer> {
  const folder = mkdtempSync(join(tmpdir(), "terraform-"));
  try {
    return await act(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}
