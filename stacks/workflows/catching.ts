import { jsonata } from "./definition";
import type { Catcher } from "./states";

/** JSONata: the caught error and its cause. */
export const caughtError = "$states.errorOutput.Error & ': ' & $states.errorOutput.Cause";

/** Assigns `failure`: the caught error and its cause. */
export const caught = { failure: jsonata(caughtError) };

/** An entry of Catch: on one of the errors, go to the state `next`. */
export const on = <Next extends string>(errors: readonly string[], next: Next, assign?: object): Catcher<Next> => ({
  ErrorEquals: errors,
  Next: next,
  ...(assign && { Assign: assign }),
});

/**
 * The last entries of Catch: on any error, go to the state `next`. States.ALL does not match a result, an input or variables of more than
 * 256 KiB, and has to be in an entry of its own, so that error is named in another one. Neither matches States.Runtime.
 *
 * @see https://docs.aws.amazon.com/step-functions/latest/dg/concepts-error-handling.html
 */
export const onAnyError = <Next extends string>(
  next: Next,
  assign?: object,
  output?: object,
): readonly Catcher<Next>[] =>
  ["States.DataLimitExceeded", "States.ALL"].map((error) => ({
    ...on([error], next, assign),
    ...(output && { Output: output }),
  }));
