import { inWords } from "./aws-sdk";

/** Runs a command of package.json: what it throws is told in words, without a stack trace, and the exit code is 1. */
export async function command(run: () => void | Promise<void>): Promise<void> {
  process.removeAllListeners("warning");
  process.on("warning", (warning) => {
    // It announces what later releases of the SDK will require of Node.js; this project pins one that does not.
    if (!warning.message.includes("AWS SDK for JavaScript")) console.error(warning.stack);
  });
  try {
    await run();
  } catch (error) {
    console.error(inWords(error));
    process.exitCode = 1;
  }
}
