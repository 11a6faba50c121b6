import { jsonata } from "./definition";
import type { Call, Catcher, Fragment } from "./states";
import { text } from "./values";

/** Assign this before a loop over pages. After the last page the marker is empty again. */
export const firstPage = { marker: "" };

/**
 * Arguments of a paginated call: the page after `$marker`, which is empty for the first page.
 * `filter` adds arguments, in JSONata: `'SnapshotSource': 'user'`. `more` is an object of further ones.
 */
export const page = (records: number, filter = "", more?: string): string =>
  jsonata(
    `$merge([ {'MaxRecords': ${records}${filter && `, ${filter}`}}, ${more === undefined ? "" : `${more}, `}$marker = '' ? {} : {'Marker': $marker} ])`,
  );

/** The next `marker`; empty after the last page, where the response has none. */
export const nextMarker = jsonata(text("$states.result.Marker"));

export interface PagesProps<Target extends string, Caught extends string> {
  /** The call; its arguments are a `page`. */
  readonly call: Call;
  /** Variables to assign after each page; those of the previous page can be read. */
  readonly assign: object;
  /** JSONata: a further page is read; it sees the variables of the pages before. @default - while there is one */
  readonly while?: string;
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
      // Otherwise the whole response would be passed on as the input of every following state.
      Output: {},
      ...(props.catch && { Catch: props.catch }),
      Next: names.more,
    },
    [names.more]: {
      Type: "Choice",
      Choices: [
        {
          Condition: jsonata(props.while === undefined ? "$marker != ''" : `$marker != '' and ${props.while}`),
          Next: names.read,
        },
      ],
      Default: props.next,
    },
  };
  return states as Fragment<Read | More, Target | Caught>;
}
