import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Synthesized } from "./stacks";

/** The binary that cdktf would run. */
export const terraformBinary = process.env.TERRAFORM_BINARY_NAME ?? "terraform";

const available = spawnSync(terraformBinary, ["version"]).status === 0;

/** `describe` for tests that run Terraform: without it they are skipped here (global-setup.ts says so) and fail in CI. */
export const describeTerraform = available || process.env.CI !== undefined ? describe : describe.skip;

export interface Plan {
  readonly ok: boolean;
  /** Everything Terraform printed, as one line: its boxes break sentences. */
  readonly text: string;
}

/** Variables that have no default, with values that are fine. */
export const required = {
  vpc_id: "vpc-0123456789abcdef0",
  vpc_cidr: "10.0.0.0/16",
  private_subnet_ids: ["subnet-0123456789abcdef0", "subnet-0fedcba9876543210"],
  notification_email: "oncall@example.com",
};

/** Plans the variables of a stack, and the locals made of variables alone: no provider, no init, no network. */
export function planVariables(stack: Synthesized, values: Readonly<Record<string, unknown>>): Plan {
  const folder = mkdtempSync(join(tmpdir(), "variables-"));
  try {
    writeFileSync(join(folder, "variables.tf.json"), JSON.stringify(variablesAlone(stack)));
    writeFileSync(join(folder, "terraform.tfvars.json"), JSON.stringify({ ...required, ...values }));
    const run = spawnSync(terraformBinary, ["plan", "-input=false", "-no-color", "-lock=false"], {
      cwd: folder,
      encoding: "utf8",
      env: withoutVariables(),
    });
    const text = `${run.stdout}${run.stderr}`.replaceAll(/[│╷╵]/g, "").replaceAll(/\s+/g, " ");
    return { ok: run.status === 0, text };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** The part of a stack that Terraform can judge without a provider. */
export function variablesAlone({ variable, locals }: Synthesized): Pick<Synthesized, "variable" | "locals"> {
  let kept = Object.entries(locals);
  const foreign = (value: unknown): boolean =>
    /\b(data|random_[a-z]+|aws_[a-z_]+|terraform_data)\./.test(JSON.stringify(value)) ||
    [...JSON.stringify(value).matchAll(/\bvar\.(\w+)/g)].some(([, name = ""]) => !(name in variable)) ||
    [...JSON.stringify(value).matchAll(/\blocal\.(\w+)/g)].some(([, name]) => !kept.some(([other]) => other === name));
  for (let before = -1; before !== kept.length;) {
    before = kept.length;
    kept = kept.filter(([, value]) => !foreign(value));
  }
  return { variable, locals: Object.fromEntries(kept) };
}

/** The environment without the values of whoever runs the tests. */
export function withoutVariables(): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith("TF_")));
}
