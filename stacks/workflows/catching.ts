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
