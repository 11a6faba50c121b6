import { parseArgs } from "node:util";
import { Refusal } from "../../shared/aws-sdk";
import { valueOptions, valuesOf } from "../../shared/values";

/** What `npm run recover` was asked for. */
export interface Options {
  /** E.g. `redis-dev`. */
  readonly stack: string;
  /** Whether its question is answered with a yes beforehand. */
  readonly yes: boolean;
  /** Values of Terraform variables as `terraform` takes them. */
  readonly values: readonly string[];
}

const usage = "Write: npm run recover -- <stack> [--yes] [--var='<name>=<value>']… [--var-file=<file>]…";

/** @throws if they are not understood, with how to write them. */
export function options(args: readonly string[]): Options {
  const { values, positionals } = parse(args);
  const [stack, ...rest] = positionals;
  if (stack === undefined || rest.length > 0)
    throw new Refusal(
      `One stack is to be named, such as redis-dev, not ${JSON.stringify(positionals.join(" "))}. ${usage}`,
    );
  return { stack, yes: values.yes ?? false, values: valuesOf(values) };
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: { yes: { type: "boolean" }, ...valueOptions },
    });
  } catch (error) {
    throw new Refusal(`${error instanceof Error ? error.message : String(error)}. ${usage}`, { cause: error });
  }
}
