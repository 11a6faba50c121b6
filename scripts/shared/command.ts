import { CommanderError, type Command } from "commander";
import { explain } from "./aws-sdk";

/**
 * Runs a command and sets the exit code of the process: 0 if it succeeded, 1 if it was refused or failed, 130 after Ctrl-C.
 * An error is one sentence without a stack trace.
 *
 * @param nameOf the name of what is run, once that is known @default - it has none
 */
export async function command(run: () => void | Promise<void>, nameOf = (): string => ""): Promise<void> {
  process.removeAllListeners("warning");
  process.on("warning", (warning: Error & { readonly code?: string }) => {
    if (!isOfADependency(warning)) console.error(`${warning.name}: ${warning.message}`);
  });
  try {
    await run();
  } catch (error) {
    // Commander has printed the help, or what is wrong with the arguments.
    if (error instanceof CommanderError) process.exitCode = error.exitCode;
    else {
      console.error(explain(error, nameOf()));
      process.exitCode = 1;
    }
  }
}

/**
 * Whether a warning is about the code of a pinned dependency, which whoever runs a command cannot change: the AWS SDK announces what later
 * releases will require of Node.js, and cdktf calls `util.isArray`, of which Node.js warns from 22 on
 * (https://nodejs.org/api/deprecations.html#DEP0044).
 */
const isOfADependency = ({ message, code }: Error & { readonly code?: string }): boolean =>
  message.includes("AWS SDK for JavaScript") || code === "DEP0044";

/** The arguments of this process without the -- before them, which npm removes and other package managers pass on. */
export const argumentsOf = ([, , first, ...others]: readonly string[]): string[] =>
  first === undefined ? [] : first === "--" ? others : [first, ...others];

/** Runs a script of package.json whose arguments `program` defines. */
export function runProgram(program: Command, args = process.argv.slice(2)): Promise<void> {
  let name = "";
  program.hook("preAction", (_program, running) => {
    name = running.name();
  });
  return command(
    async () => {
      for (const each of [program, ...program.commands])
        each.exitOverride().showHelpAfterError("\nAdd --help for what the command takes.");
      if (program.commands.length === 0) program.name(`npm run ${program.name()}`);
      // npm removes the first --, other package managers do not.
      const first = args.indexOf("--");
      await program.parseAsync(first < 0 || first > 1 ? args : args.toSpliced(first, 1), { from: "user" });
    },
    () => name,
  );
}
