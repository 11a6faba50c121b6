import { parseArgs } from "node:util";
import { valueOptions, valuesOf } from "../../shared/values";

/** What `npm run restore` was asked for. */
export interface Options {
  /** E.g. `redis-dev`. */
  readonly stack: string;
  readonly snapshot: string;
  /** Whether the live cache is to be replaced. */
  readonly inPlace: boolean;
  readonly autoApprove: boolean;
  /** Values of Terraform variables as `cdktf deploy` and `terraform` take them: `--var=…`, `--var-file=…` with absolute paths. */
  readonly values: readonly string[];
}

const usage =
  "Write: npm run restore -- <stack> --snapshot <name> [--in-place] [--auto-approve] [--var <name>=<value>]… [--var-file <file>]…";

/** @throws if they are not understood, with how to write them. */
export function options(args: readonly string[]): Options {
  const { values, positionals } = parse(args);
  const [stack, ...rest] = positionals;
  if (stack === undefined || rest.length > 0 || !/^redis-[a-z][a-z0-9-]*$/.test(stack))
    throw new Error(
      `One stack is to be named, such as redis-dev, not ${JSON.stringify(positionals.join(" "))}. ${usage}`,
    );
  if (values.snapshot === undefined || values.snapshot === "")
    throw new Error(`It is not said which snapshot is to be restored. ${usage}`);
  return {
    stack,
    snapshot: values.snapshot,
    inPlace: values["in-place"] ?? false,
    autoApprove: values["auto-approve"] ?? false,
    values: valuesOf(values),
  };
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        snapshot: { type: "string" },
        "in-place": { type: "boolean" },
        "auto-approve": { type: "boolean" },
        ...valueOptions,
      },
    });
  } catch (error) {
    throw new Error(`${error instanceof Error ? error.message : String(error)}. ${usage}`, { cause: error });
  }
}
