import { jsonata } from "./definition";
import type { Call, Catcher, Fragment } from "./states";
import { text } from "./values";

/** What a loop over pages begins with. After its last page the marker is empty again. */
export const firstPage = { marker: "" };

/**
 * Arguments of a call that answers in pages of so many records, the next one after `$marker`, which is empty before the first.
 * `filter` is more of them, in JSONata: `'SnapshotSource': 'user'`.
 */
export const page = (records: number, filter = ""): string =>
  jsonata(`$merge([ {'MaxRecords': ${records}${filter && `, ${filter}`}}, $marker = '' ? {} : {'Marker': $marker} ])`);

/**
 * A page of snapshots, as small as AWS makes it: the result of a state may have 256 KiB, and a snapshot lists every shard that it
 * was taken of, so that 50 of somebody's large clusters are more than that.
 *
 * @see https://docs.aws.amazon.com/AmazonElastiCache/latest/APIReference/API_DescribeSnapshots.html
 */
export const pageOfSnapshots = (filter?: string): string => page(20, filter);

/** What `marker` becomes after a page; empty after the last, where it is absent or null. */
export const nextMarker = jsonata(text("$states.result.Marker"));

export interface PagesProps<Target extends string, Caught extends string> {
  /** The call; its arguments are a `page`. */
  readonly call: Call;
  /** What is kept of a page; variables of the pages before are there. */
  readonly assign: object;
  /** @default - nothing is caught */
  readonly catch?: readonly Catcher<Caught>[];
  readonly next: Target;
}

/** Reads all pages of an answer, one after the other. Assign `firstPage` before. */
export function pages<Read extends string, More extends string, Target extends string, Caught extends string = never>(
  names: { readonly read: Read; readonly more: More },
  props: PagesProps<Target, Caught>,
): Fragment<Read | More, Target | Caught> {
  const states: Fragment<string, string> = {
    [names.read]: {
      ...props.call,
      Assign: { ...props.assign, marker: nextMarker },
      // Without it the answer would be the input of the next state, and of every one after.
      Output: {},
      ...(props.catch && { Catch: props.catch }),
      Next: names.more,
    },
    [names.more]: {
      Type: "Choice",
      Choices: [{ Condition: jsonata("$marker != ''"), Next: names.read }],
      Default: props.next,
    },
  };
  return states as Fragment<Read | More, Target | Caught>;
}
