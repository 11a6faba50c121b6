import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expression } from "../../../stacks/terraform/expression";
import { environmentName } from "../../../stacks/variables/operation";
import { Refusal } from "../../shared/aws-sdk";
import type { Stack, Variable } from "../../shared/synthesize";
import { errorsOf, terraformIn, withConfiguration } from "../../shared/terraform";
import { terraformIsThere } from "../../shared/terraform-binary";
import { variablesAlone, withoutVariables } from "../../shared/variables-alone";
import { mayChange, valuesToCome, type Values } from "./values";

export interface Result {
  /** The values to deploy with. */
  readonly values: Values;
  /** Live values that the environment refuses, with its message; its own value is taken instead. */
  readonly replaced: Readonly<Record<string, string>>;
  /** Live values that it refuses and that only the live cluster itself can change first. */
  readonly blocking: Readonly<Record<string, string>>;
}

/** Which variables Terraform refuses with these values, with the message of each. */
export type Validate = (values: Values) => Promise<Readonly<Record<string, string>>>;

/** Takes the live values that the environment accepts, and validates again what falls back, until nothing changes. */
export async function settle(live: Values, validate: Validate): Promise<Result> {
  let values = live;
  const replaced: Record<string, string> = {};
  for (;;) {
    const refused = await validate(values);
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
 * The stack's own validations, evaluated by Terraform: its variables alone, without a provider.
 *
 * @returns undefined if Terraform is not on the PATH
 * @throws if Terraform fails otherwise than by a validation
 */
export function validator(stack: Pick<Stack, "variable" | "locals">): Validate | undefined {
  if (!terraformIsThere()) return undefined;
  const { variable, locals } = variablesAlone(stack);
  const naming = ([name, declared]: [string, Variable]): [string, object] => [
    name,
    {
      ...declared,
      ...(declared.validation && {
        validation: declared.validation.map((rule) => ({ ...rule, error_message: `[${name}] ${rule.error_message}` })),
      }),
    },
  ];
  const configuration = { variable: Object.fromEntries(Object.entries(variable).map(naming)), locals };
  return (values) =>
    withConfiguration(configuration, (folder) => {
      writeFileSync(join(folder, "terraform.tfvars.json"), JSON.stringify({ ...valuesToCome, ...values }));
      return refusals(terraformIn(folder, { env: withoutVariables() })(["plan", "-json"]));
    });
}

/**
 * Checks that an environment can have this name, by the rule of the variable `environment`.
 *
 * @throws Refusal if it cannot, or Terraform is not on the PATH to check it.
 */
export async function refuseName(name: string): Promise<void> {
  const { condition, errorMessage: error_message } = environmentName;
  const validation = [{ condition: expression(condition), error_message }];
  const validate = validator({ variable: { environment: { type: "string", description: "", validation } } });
  if (validate === undefined)
    throw new Refusal(
      `Invalid --environment ${JSON.stringify(name)}: stacks/environments.ts has no such environment, and Terraform, which checks a new name, is not on the PATH. Install Terraform, or choose an environment of stacks/environments.ts.`,
    );
  const { environment: refused } = await validate({ environment: name });
  if (refused !== undefined) throw new Refusal(refused);
}

function refusals(run: Parameters<typeof errorsOf>[0]): Record<string, string> {
  const found: Record<string, string> = {};
  for (const { summary, detail } of errorsOf(run)) {
    const [, name, message] = /^\[(\w+)\] ([\s\S]*?)\n\nThis was checked by/.exec(detail) ?? [];
    if (name === undefined || message === undefined)
      throw new Error(`Terraform could not validate the values: ${summary}: ${detail}`);
    found[name] ??= message;
  }
  return found;
}
