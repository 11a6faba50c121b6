import { readFileSync } from "node:fs";
import { relative, resolve } from "node:path";
import { clientOf, operationOf, type Answer, type Sent } from "./as-caller";
import { filesOf } from "./sdk-calls";

const root = resolve(__dirname, "../..");

/** A question to AWS, or a change: the Region whose endpoint gets it, the operation and its arguments. */
export type Asked = readonly [region: string, operation: string, input: object];

export interface Recorded {
  readonly asked: readonly Asked[];
  /** The access key that each question was signed with. */
  readonly keys: ReadonlySet<string>;
  /** Files that asked, with the operation: `scripts/commands/adopt/look.ts DescribeVpcs`. */
  readonly places: ReadonlySet<string>;
}

interface Client {
  readonly config: {
    readonly region: () => Promise<string>;
    readonly credentials: () => Promise<{ readonly accessKeyId: string }>;
  };
}

/** Lines of the sources that are on the stack, such as `scripts/commands/recover/cache.ts:34`; the innermost first. */
export const linesOnStack = (): string[] => {
  const before = Error.stackTraceLimit;
  Error.stackTraceLimit = 50;
  const { stack = "" } = new Error();
  Error.stackTraceLimit = before;
  return [...stack.matchAll(/\(?(\/[^():]+\/scripts\/[^():]+\.ts):(\d+):\d+/g)].map(
    ([, file = "", line = ""]) => `${relative(root, file)}:${line}`,
  );
};

/** Acts, and answers everything that AWS was asked meanwhile, by whichever client. */
export async function recorded(
  packages: readonly string[],
  answer: Answer,
  act: () => Promise<unknown>,
): Promise<Recorded> {
  const asked: Asked[] = [];
  const keys = new Set<string>();
  const places = new Set<string>();
  async function send(this: Client, command: Sent): Promise<object | undefined> {
    const operation = operationOf(command);
    const place = linesOnStack().find((line) => !line.startsWith("scripts/shared/aws-sdk.ts"));
    if (place === undefined) throw new Error(`It is not known which file asks for ${operation}.`);
    places.add(`${place.replace(/:\d+$/, "")} ${operation}`);
    asked.push([await this.config.region(), operation, { ...command.input }]);
    keys.add((await this.config.credentials()).accessKeyId);
    return answer(command);
  }
  const spies = packages.map((name) => jest.spyOn(clientOf(name).prototype, "send").mockImplementation(send as never));
  try {
    await act();
  } finally {
    for (const spy of spies) spy.mockRestore();
  }
  return { asked, keys, places };
}

/** Lines of a file and of all that it loads in which a pattern is found, with what its first group is: `<file>:<line>` and the group. */
export const linesWith = (path: string, pattern: RegExp): { readonly at: string; readonly found: string }[] =>
  [...filesOf(path)].flatMap((file) => {
    const text = readFileSync(file, "utf8");
    return [...text.matchAll(pattern)].map(({ index, 1: found = "" }) => ({
      at: `${relative(root, file)}:${text.slice(0, index).split("\n").length}`,
      found,
    }));
  });
