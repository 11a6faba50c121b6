import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { terraformBinary } from "../../scripts/shared/terraform-binary";
import { variablesAlone, withoutVariables } from "../../scripts/shared/variables-alone";
import { terraformWasFound } from "./settings";
import type { Synthesized } from "./stacks";

export { terraformBinary, variablesAlone, withoutVariables };

const available = process.env[terraformWasFound] !== undefined;

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

/** A stack with the variables named, those whose rules read them, and what all their rules read: Terraform's time grows faster than their number. */
export function concernedWith(stack: Synthesized, named: ReadonlySet<string>): Synthesized {
  const all = stack.variable;
  const reads = (name: string): string[] =>
    [...JSON.stringify(all[name]?.validation ?? []).matchAll(/\bvar\.(\w+)/g)].map(([, other]) => other ?? "");
  const kept = new Set(
    Object.keys(all).filter((name) => named.has(name) || reads(name).some((other) => named.has(other))),
  );
  for (const name of kept) for (const other of reads(name)) kept.add(other);
  return { ...stack, variable: Object.fromEntries(Object.entries(all).filter(([name]) => kept.has(name))) };
}

/** Plans the variables of a stack, and the locals made of variables alone: no provider, no init, no network. */
export function planVariables(stack: Synthesized, values: Readonly<Record<string, unknown>>): Plan {
  const folder = mkdtempSync(join(tmpdir(), "variables-"));
  try {
    writeFileSync(join(folder, "variables.tf.json"), JSON.stringify(variablesAlone(stack)));
    const given = Object.entries({ ...required, ...values }).filter(([name]) => name in stack.variable);
    writeFileSync(join(folder, "terraform.tfvars.json"), JSON.stringify(Object.fromEntries(given)));
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
