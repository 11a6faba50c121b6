import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expression } from "../../../stacks/terraform/expression";
import { environmentName } from "../../../stacks/variables/operation";
import { Refusal } from "../../shared/aws-sdk";
import { terraformBinary, terraformIsThere } from "../../shared/terraform-binary";
import {
  variablesAlone,
  withoutVariables,
  type VariableBlock,
  type VariablesAndLocals,
} from "../../shared/variables-alone";
import { mayChange, type Values } from "./values";

export interface Verdict {
  /** The values to deploy with. */
  readonly values: Values;
  /** Live values that the environment refuses, with its words; its own value is taken instead. */
  readonly replaced: Readonly<Record<string, string>>;
  /** Live values that it refuses and that only the live cluster itself can change first. */
  readonly blocking: Readonly<Record<string, string>>;
}

/** What Terraform says of values: the refused variables, with the message of each. */
export type Judge = (values: Values) => Readonly<Record<string, string>>;

/** Takes the live values that the environment accepts; what falls back is looked at again, until nothing changes. */
export function settle(live: Values, judge: Judge): Verdict {
  let values = live;
  const replaced: Record<string, string> = {};
  for (;;) {
    const refused = judge(values);
    const movable = Object.keys(refused).filter(
      (name) => mayChange.has(name) && (name in values || name === "log_types"),
    );
    if (movable.length === 0) return { values, replaced, blocking: refused };
    for (const name of movable) {
      if (name === "log_types") values = { ...values, log_types: fewerLogs(values.log_types) };
      else {
        replaced[name] = refused[name] ?? "";
        values = Object.fromEntries(Object.entries(values).filter(([other]) => other !== name));
      }
    }
  }
}

/** Both logs by default; a version that refuses them may deliver one, or none. */
const fewerLogs = (types: unknown): string[] => (types === undefined ? ["slow-log"] : []);

/**
 * The stack's own validations, judged by Terraform: its variables alone, without a provider.
 *
 * @returns undefined if Terraform is not on the PATH
 * @throws if Terraform fails otherwise than by a validation
 */
export function terraformJudge(stack: VariablesAndLocals): Judge | undefined {
  if (!terraformIsThere()) return undefined;
  const { variable, locals } = variablesAlone(stack);
  const named = Object.entries(variable).map(([name, block]): [string, VariableBlock] => [
    name,
    {
      ...block,
      ...(block.validation && {
        validation: block.validation.map((rule) => ({ ...rule, error_message: `[${name}] ${rule.error_message}` })),
      }),
    },
  ]);
  const configuration = JSON.stringify({ variable: Object.fromEntries(named), locals });
  return (values) => {
    const folder = mkdtempSync(join(tmpdir(), "adopt-"));
    try {
      writeFileSync(join(folder, "main.tf.json"), configuration);
      // Who is told is asked of the reader of the report.
      writeFileSync(
        join(folder, "terraform.tfvars.json"),
        JSON.stringify({ notification_email: "oncall@example.com", ...values }),
      );
      const { stdout } = spawnSync(terraformBinary, ["plan", "-json", "-input=false", "-lock=false"], {
        cwd: folder,
        encoding: "utf8",
        env: withoutVariables(),
      });
      return refusals(stdout);
    } finally {
      rmSync(folder, { recursive: true });
    }
  };
}

/**
 * Looks whether an environment can have this name, by the rule of the variable `environment`.
 *
 * @throws Refusal if it cannot, or Terraform is not on the PATH to tell.
 */
export function refuseName(name: string): void {
  const judge = terraformJudge({
    variable: {
      environment: {
        validation: [{ condition: expression(environmentName.condition), error_message: environmentName.errorMessage }],
      },
    },
    locals: {},
  });
  if (judge === undefined)
    throw new Refusal(
      `Terraform is not on the PATH, so nobody knows whether an environment can be called ${JSON.stringify(name)}. Install it, or name one that is in stacks/environments.ts.`,
    );
  const { environment: refused } = judge({ environment: name });
  if (refused !== undefined) throw new Refusal(refused);
}

function refusals(stdout: string): Record<string, string> {
  const found: Record<string, string> = {};
  for (const line of stdout.split("\n").filter((text) => text.startsWith("{"))) {
    const { diagnostic } = JSON.parse(line) as { diagnostic?: { severity: string; detail: string; summary: string } };
    if (diagnostic?.severity !== "error") continue;
    const [, name, message] = /^\[(\w+)\] ([\s\S]*?)\n\nThis was checked by/.exec(diagnostic.detail) ?? [];
    if (name === undefined || message === undefined)
      throw new Error(`Terraform could not judge the values: ${diagnostic.summary}: ${diagnostic.detail}`);
    found[name] ??= message;
  }
  return found;
}
