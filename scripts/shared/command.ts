import { inWords } from "./aws-sdk";

/** Runs a command of package.json: what it throws is told in words, without a stack trace, and the exit code is 1. */
export async function command(run: () => void | Promise<void>): Promise<void> {
  try {
    await run();
  } catch (error) {
    console.error(inWords(error));
    process.exitCode = 1;
  }
}
