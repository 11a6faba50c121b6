import { createInterface } from "node:readline/promises";
import { Refusal } from "./aws-sdk";

/** Whether a person can be asked. */
export const isInteractive = (): boolean => process.stdin.isTTY && process.stdout.isTTY;

/** @throws unless somebody has approved the command, or can be asked. */
export function requireApproval({ autoApprove = false }: { readonly autoApprove?: boolean }, what: string): void {
  if (!autoApprove && !isInteractive())
    throw new Refusal(
      `Missing --auto-approve: there is no terminal in which to confirm the ${what}. Run it in a terminal, or add --auto-approve.`,
    );
}

/** Asks in the terminal; only "yes" confirms. */
export async function confirmed(question: string): Promise<boolean> {
  const terminal = createInterface({ input: process.stdin, output: process.stdout });
  try {
    return (await terminal.question(`${question} Only yes confirms: `)) === "yes";
  } finally {
    terminal.close();
  }
}
