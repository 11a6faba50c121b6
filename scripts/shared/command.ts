import { CommanderError, type Command } from "commander";
import { explain } from "./aws-sdk";

/**
 * Runs a command and sets the exit code of the process: 0 if it succeeded, 1 if it was refused or failed, 130 after Ctrl-C.
 * An error is one sentence without a stack trace.
 */
export async function command(run: () => void | Promise<void>): Promise<void> {
  process.removeAllListeners("warning");
  process.on("warning", (warning) => {
    // It announces what later releases of the SDK will require of Node.js; this project pins one that does not.
    if (!warning.message.includes("AWS SDK for JavaScript")) console.error(warning.stack);
  });
  try {
    await run();
  } catch (error) {
    // Commander has printed the help, or what is wrong with the arguments.
    if (error instanceof CommanderError) process.exitCode = error.exitCode;
    else {
      console.error(explain(error));
      process.exitCode = 1;
    }
  }
}

/** The arguments of this process without the -- before them, which npm removes and other package managers pass on. */
export const argumentsOf = ([, , first, ...others]: readonly string[]): string[] =>
  first === undefined ? [] : first === "--" ? others : [first, ...others];

/** Runs a script of package.json whose arguments `program` defines. */
export const runProgram = (program: Command, args = process.argv.slice(2)): Promise<void> =>
  command(async () => {
    for (const each of [program, ...program.commands])
      each.exitOverride().showHelpAfterError("\nAdd --help for what the command takes.");
    if (program.commands.length === 0) program.name(`npm run ${program.name()}`);
    // npm removes the first --, other package managers do not.
    const first = args.indexOf("--");
    await program.parseAsync(first < 0 || first > 1 ? args : args.toSpliced(first, 1), { from: "user" });
  });
