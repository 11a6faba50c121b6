import { InvalidArgumentError, type Command } from "commander";
import { scriptCommand, withJson, type ResultOptions } from "../shared/options";

export interface Options extends ResultOptions {
  /** Of a replication group, or of a cache cluster. */
  readonly id: string;
  /** @default - as the AWS SDK finds it: AWS_REGION, or the profile's */
  readonly region?: string;
  /** The name of the environment that the cluster becomes. */
  readonly environment: string;
  /** Prefix of physical names. @default - `<environment>-redis` */
  readonly namePrefix?: string;
}

/** `npm run adopt`: docs/adopt.md. */
export const adoptCommand = (
  act = async (options: Options): Promise<void> => (await import("./adopt/adopt.js")).adopt(options),
): Command =>
  withJson(scriptCommand("adopt", "Writes what it takes to manage a live cluster as a stack; changes nothing in AWS"))
    .usage("-- <id> [options]")
    .argument(
      "<id>",
      "id of a replication group or cache cluster",
      matching(/^[A-Za-z][A-Za-z0-9-]*$/, "letters, digits and hyphens"),
    )
    .option(
      "--region <region>",
      "Region of the cluster",
      matching(/^[a-z]{2}(-[a-z]+)+-\d+$/, "a Region, for example ap-northeast-1"),
    )
    .option("--environment <name>", "environment that the cluster becomes", "prod")
    .option("--name-prefix <prefix>", "prefix of the names on AWS (default: <environment>-redis)")
    .action(async (id: string, options: Omit<Options, "id">) => {
      await act({ id, ...options });
    });

const matching =
  (pattern: RegExp, expected: string) =>
  (value: string): string => {
    if (!pattern.test(value)) throw new InvalidArgumentError(`It must be ${expected}.`);
    return value;
  };
