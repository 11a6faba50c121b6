import { createInterface } from "node:readline/promises";

/** Whether a person can be asked. */
export const isInteractive = (): boolean => process.stdin.isTTY && process.stdout.isTTY;

/** Asks in the terminal; only "yes" confirms. */
export async function confirmed(question: string): Promise<boolean> {
  const terminal = createInterface({ input: process.stdin, output: process.stdout });
  try {
    return (await terminal.question(`${question} Only yes confirms: `)) === "yes";
  } finally {
    terminal.close();
  }
}
