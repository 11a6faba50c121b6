import { operationOf, type Sent } from "../../support/as-caller";

/** What a command makes of each value that AWS may answer. */
export interface Row {
  readonly what: string;
  /** The comparisons that it is about: the file below scripts/, and its text. */
  readonly compares: readonly string[];
  readonly values: readonly string[];
  readonly outcomeOf: (value: string) => unknown;
  /** The values by what becomes of them. */
  readonly expected: Readonly<Record<string, readonly string[]>>;
}

/** What of a message is found first; the message itself where nothing is, and `passes` where there is none. */
export async function outcome(act: () => unknown, labels: Readonly<Record<string, RegExp>> = {}): Promise<string> {
  try {
    await act();
    return "passes";
  } catch (error) {
    const { message } = error as Error;
    return Object.keys(labels).find((label) => labels[label]?.test(message)) ?? message;
  }
}
/** Each value by itself. */
export const itself = (values: readonly string[]): Record<string, readonly string[]> =>
  Object.fromEntries(values.map((value) => [value, [value]]));
/** A label for each value that a message says. */
export const saying = (values: readonly string[]): Record<string, RegExp> =>
  Object.fromEntries(values.map((value) => [value, new RegExp(` is ${value}[ .,]`)]));

/** Statuses of a group that AWS could not create. */
export const failed = ["create-failed", "restore-failed"] as const;
/** Statuses of a snapshot that lead to `available`. */
export const passingSnapshot = ["creating", "copying", "restoring"] as const;

export const clientOf = (answer: (operation: string) => object) => ({
  send: (command: Sent) => Promise.resolve(answer(operationOf(command))),
});
