import { Command } from "commander";
import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { Refusal } from "./aws-sdk";

/** What every command takes that works on a stack with the values of its deploy. */
export interface StackOptions {
  /** E.g. `redis-dev`. */
  readonly stack: string;
  /** Values of Terraform variables as `cdktf deploy` and `terraform` take them: `--var=…`, `--var-file=…` with absolute paths. */
  readonly values: readonly string[];
}

/** Collects the values of an option that may be repeated. */
export const collect = (value: string, before: readonly string[]): readonly string[] => [...before, value];

/** A command of package.json, as `--help` shows it. */
export const scriptCommand = (name: string, summary: string): Command =>
  new Command(name).summary(summary).description(`${summary}.`).usage("-- [options]");

/** A command on one stack that reads its state only. */
export const onStack = (name: string, summary: string): Command =>
  scriptCommand(name, summary)
    .usage("-- <stack> [options]")
    .argument("<stack>", "name of the stack, for example redis-dev");

/**
 * A command on one stack with the values of its deploy.
 *
 * @param act is given the stack, the values of its variables and the other options as Commander names them
 */
export const stackCommand = (name: string, summary: string, act: Act["act"]): Command =>
  onStack(name, summary)
    .option("--var <name=value>", "value of a Terraform variable; repeatable", collect, [])
    .option("--var-file <file>", "file of such values; repeatable", collect, [])
    .action(async (stack: string, { var: vars, varFile, ...others }: Given) => {
      const values = [...vars.map((value) => `--var=${value}`), ...varFile.map(existing)];
      await act({ stack, values, ...others });
    });

/** A method, so that its parameter may have the options that the command itself adds. */
interface Act {
  act(options: StackOptions): void | Promise<void>;
}

interface Given {
  readonly var: readonly string[];
  readonly varFile: readonly string[];
}

/** Files are named relative to the folder that npm was called in. */
export const fromHere = (path: string): string => resolve(process.env.INIT_CWD ?? "", path);

function existing(file: string): string {
  const path = fromHere(file);
  if (!existsSync(path))
    throw new Refusal(`Invalid --var-file ${JSON.stringify(file)}: there is no file ${path}. Correct the path.`);
  return `--var-file=${path}`;
}
