import { spawnSync } from "node:child_process";
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Refusal } from "../../shared/aws-sdk";
import { terraformBinary as binary } from "../../shared/terraform-binary";

export interface Run {
  readonly ok: boolean;
  readonly stdout: string;
  /** Both streams. */
  readonly text: string;
}

export interface Options {
  readonly input?: string;
  /** Whether an argument is secret: arguments can be read by every user of the machine, the environment by its own only. */
  readonly secret?: boolean;
}

export type Terraform = (args: readonly string[], options?: Options) => Run;

/** Terraform in a folder, with the values of a deploy for the commands that take them. */
export function terraformIn(folder: string, values: readonly string[], environment: NodeJS.ProcessEnv = {}): Terraform {
  return ([command = "", ...given], { input, secret = false } = {}) => {
    const takesValues = ["plan", "apply", "import"].includes(command);
    const args = [...(takesValues ? ["-input=false", "-no-color", ...values] : []), ...given];
    const { status, stdout, stderr, error } = spawnSync(binary, secret ? [command] : [command, ...args], {
      cwd: folder,
      encoding: "utf8",
      maxBuffer: 512 * 1024 * 1024,
      input,
      env: {
        ...process.env,
        ...environment,
        // A deploy's own, such as -replace, are about that deploy.
        TF_CLI_ARGS_apply: "",
        ...(secret && { [`TF_CLI_ARGS_${command}`]: args.map(quoted).join(" "), TF_LOG: "" }),
      },
    });
    if (error !== undefined)
      throw new Refusal(
        `${binary} cannot be run (${error.message}). Install Terraform, or name the binary in TERRAFORM_BINARY_NAME.`,
      );
    return { ok: status === 0, stdout, text: `${stdout}${stderr}` };
  };
}

const quoted = (argument: string): string => `'${argument.replaceAll("'", String.raw`'\''`)}'`;

/** What Terraform printed for its machine-readable log (`-json`), errors alone. */
export function errorsOf({ stdout }: Run): { summary: string; detail: string }[] {
  return stdout
    .split("\n")
    .filter((line) => line.startsWith("{"))
    .map(
      (line) => (JSON.parse(line) as { diagnostic?: { severity: string; summary: string; detail: string } }).diagnostic,
    )
    .filter((diagnostic) => diagnostic !== undefined)
    .filter(({ severity }) => severity === "error");
}

/**
 * Does something in a copy of the stack's folder that has a state of its own, which is empty: a plan there shows every resource
 * of the stack as it would be created, and no secret, so that it may be written to a file.
 *
 * @param act is given the copy, and the addresses that a deploy of the stack imports by itself (docs/adopt.md)
 */
export async function withoutState<Answer>(
  folder: string,
  act: (copy: string, importedByDeploy: readonly string[]) => Promise<Answer>,
): Promise<Answer> {
  const stack = JSON.parse(readFileSync(join(folder, "cdk.tf.json"), "utf8")) as {
    terraform: { backend?: unknown };
    import?: { to: string }[];
  };
  const importedByDeploy = (stack.import ?? []).map(({ to }) => to);
  delete stack.terraform.backend;
  delete stack.import;
  return withProvidersOf(folder, stack, (copy) => act(copy, importedByDeploy));
}

/** Does something in a new folder with a configuration of its own, and the providers of another folder. */
export async function withProvidersOf<Answer>(
  folder: string,
  configuration: object,
  act: (copy: string) => Answer | Promise<Answer>,
): Promise<Answer> {
  const copy = mkdtempSync(join(tmpdir(), "recover-"));
  try {
    writeFileSync(join(copy, "cdk.tf.json"), JSON.stringify(configuration));
    copyFileSync(join(folder, ".terraform.lock.hcl"), join(copy, ".terraform.lock.hcl"));
    mkdirSync(join(copy, ".terraform"));
    symlinkSync(join(folder, ".terraform/providers"), join(copy, ".terraform/providers"));
    return await act(copy);
  } finally {
    rmSync(copy, { recursive: true });
  }
}
