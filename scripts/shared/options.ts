import { Command, InvalidArgumentError } from "commander";
import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { Refusal } from "./aws-sdk";

/** What every command takes that has a result. */
export interface ResultOptions {
  /** Whether the result is printed as JSON. */
  readonly json?: boolean;
}

/** What every command takes that works on a stack with the values of its deploy. */
export interface StackOptions extends ResultOptions {
  /** E.g. `redis-dev`. */
  readonly stack: string;
  /**
   * Values of Terraform variables in the order in which they were given, because the last one counts: `--var=…`, `--var-file=…` with
   * absolute paths.
   */
  readonly values: readonly string[];
}

/** Collects the values of an option that may be repeated. */
export const collect = (value: string, before: readonly string[]): readonly string[] => [...before, value];

/**
 * Reads an option that is a whole number.
 *
 * @throws InvalidArgumentError if it is none of at most nine digits.
 */
export function wholeNumber(value: string): number {
  if (!/^\d{1,9}$/.test(value)) throw new InvalidArgumentError("It must be a whole number.");
  return Number(value);
}

/** A command of package.json, as `--help` shows it. */
export const scriptCommand = (name: string, summary: string): Command =>
  new Command(name).summary(summary).description(`${summary}.`).usage("-- [options]");

/** Adds the option of every command that has a result for scripts. */
export const withJson = (command: Command): Command =>
  command.option("--json", "print the result as JSON on stdout, and everything else on stderr");

/** A command on one stack that reads its state only. */
export const onStack = (name: string, summary: string): Command =>
  withJson(
    scriptCommand(name, summary)
      .usage("-- <stack> [options]")
      .argument("<stack>", "name of the stack, for example redis-dev"),
  );

/**
 * A command on one stack with the values of its deploy.
 *
 * @param act is given the stack, the values of its variables and the other options as Commander names them
 */
export function stackCommand(name: string, summary: string, act: Act["act"]): Command {
  const values: string[] = [];
  const collected = (option: string, read: (value: string) => string) => (value: string) => {
    values.push(`--${option}=${read(value)}`);
  };
  return onStack(name, summary)
    .option("--var <name=value>", "value of a Terraform variable; repeatable", collected("var", assignment))
    .option(
      "--var-file <file>",
      "file of such values; repeatable, the last value counts",
      collected("var-file", existing),
    )
    .action(async (stack: string, given: Record<string, unknown>) => {
      const others = Object.fromEntries(Object.entries(given).filter(([key]) => key !== "var" && key !== "varFile"));
      await act({ stack, values, ...others });
    });
}

/** A method, so that its parameter may have the options that the command itself adds. */
interface Act {
  act(options: StackOptions): void | Promise<void>;
}

/** Files are named relative to the folder that npm was called in. */
export const fromHere = (path: string): string => resolve(process.env.INIT_CWD ?? "", path);

function assignment(value: string): string {
  if (!/^[^=\s]+=/.test(value))
    throw new InvalidArgumentError("It must be a name, = and a value, for example --var=vpc_id=vpc-0123456789abcdef0.");
  return value;
}

function existing(file: string): string {
  const path = fromHere(file);
  if (!existsSync(path))
    throw new Refusal(`Invalid --var-file ${JSON.stringify(file)}: there is no file ${path}. Correct the path.`);
  return path;
}
