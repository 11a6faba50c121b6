import { jsonata } from "./definition";
import type { Call, Case, Catcher, Fragment } from "./states";

/** Maximum duration of one wait, in seconds: a large cache takes hours to back up and to restore. */
export const longestWait = 12 * 60 * 60;

/** Assign this before `poll`. */
export const noWait = { pause: 15, waited: 0 };

const pause = "$max([15, $min([300, $floor($waited / 20)])])";

export interface PollNames<Describe extends string, Ask extends string, Wait extends string> {
  readonly describe: Describe;
  readonly ask: Ask;
  readonly wait: Wait;
}

export interface PollProps<Target extends string, Caught extends string> {
  /** The call that reads the status. */
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
 * Polls: calls, checks and pauses in turn until `done` holds. Assign `noWait` before. Pauses grow with the time waited, so that short
 * waits are measured precisely and long ones take few calls. `$waited` is the time waited in seconds.
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
