import { jsonata } from "./definition";
import type { Call, Case, Catcher, Fragment } from "./states";

/** How long one wait may last in all, in seconds: a large cache takes hours to back up and to restore. */
export const longestWait = 12 * 60 * 60;

/** What a loop of waiting begins with. */
export const noWait = { pause: 15, waited: 0 };

const pause = "$max([15, $min([300, $floor($waited / 20)])])";

export interface PollNames<Describe extends string, Ask extends string, Wait extends string> {
  readonly describe: Describe;
  readonly ask: Ask;
  readonly wait: Wait;
}

export interface PollProps<Target extends string, Caught extends string> {
  /** The call that shows how far it is. */
  readonly call: Call;
  readonly assign: object;
  readonly catch: readonly Catcher<Caught>[];
  /** Ends the wait, even after the longest one. */
  readonly done: Case<Target>;
  /** Where to go after `longestWait`. */
  readonly tooLong: Target;
  /** Other ends of the wait. @default - none */
  readonly cases?: readonly Case<Target>[];
}

/**
 * Calls, asks and waits in turn, until what it waits for is there. Assign `noWait` before. Pauses grow with what was waited already, so
 * that minutes are measured exactly and hours take few calls; `$waited` is their sum.
 */
export function poll<
  Describe extends string,
  Ask extends string,
  Wait extends string,
  Target extends string,
  Caught extends string,
>(
  { describe, ask, wait }: PollNames<Describe, Ask, Wait>,
  props: PollProps<Target, Caught>,
): Fragment<Describe | Ask | Wait, Target | Caught> {
  const states: Fragment<string, string> = {
    [describe]: {
      ...props.call,
      Assign: { ...props.assign, pause: jsonata(pause), waited: jsonata(`$waited + ${pause}`) },
      Catch: props.catch,
      Next: ask,
    },
    [ask]: {
      Type: "Choice",
      Choices: [
        props.done,
        { Condition: jsonata(`$waited > ${longestWait}`), Next: props.tooLong },
        ...(props.cases ?? []),
      ],
      Default: wait,
    },
    [wait]: { Type: "Wait", Seconds: jsonata("$pause"), Next: describe },
  };
  return states as Fragment<Describe | Ask | Wait, Target | Caught>;
}
