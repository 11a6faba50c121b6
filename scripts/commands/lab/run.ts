import { spawn } from "node:child_process";
import { closeSync, openSync } from "node:fs";
import { constants } from "node:os";

/**
 * Signals for this process go on to the command. npm sends its own here because the script of package.json begins with `exec`:
 * a shell in between would end and leave both running.
 *
 * @returns the exit code of the command, as a shell reports it
 */
export async function run(command: readonly string[], env: NodeJS.ProcessEnv): Promise<number> {
  const [program = "", ...args] = command;
  const child = spawn(program, args, { stdio: "inherit", env });
  const forward = (signal: NodeJS.Signals): void => {
    // In a terminal, Ctrl-C reaches the command by itself. A second one would have Terraform give up what it is doing.
    if (signal !== "SIGINT" || !inTerminal()) child.kill(signal);
  };
  const signals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
  for (const signal of signals) process.on(signal, forward);
  try {
    return await new Promise<number>((done) => {
      child.on("error", ({ message }) => {
        process.stderr.write(`${program} could not be run: ${message}\n`);
        done(127);
      });
      child.on("close", (code, signal) => {
        done(code ?? 128 + (signal === null ? 0 : constants.signals[signal]));
      });
    });
  } finally {
    for (const signal of signals) process.off(signal, forward);
  }
}

/** Whether a terminal controls this process. */
function inTerminal(): boolean {
  try {
    closeSync(openSync("/dev/tty", "r"));
    return true;
  } catch {
    return false;
  }
}

/** Until the person who runs this has enough of it. */
export const interrupted = (): Promise<void> =>
  new Promise((done) => {
    for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const)
      process.once(signal, () => {
        done();
      });
    // Something has to keep the process alive.
    setInterval(() => undefined, 60_000);
  });
