import { ExecutionError, matches } from "./execution-error";

/** An entry of a state's Retry. JitterStrategy is left out: it makes a wait shorter, and here each is as long as it can be. */
export interface Retrier {
  readonly ErrorEquals: readonly string[];
  /** @default 1 */
  readonly IntervalSeconds?: number;
  /** @default 2 */
  readonly BackoffRate?: number;
  /** @default 3 */
  readonly MaxAttempts?: number;
  readonly MaxDelaySeconds?: number;
}

/**
 * Does the work of a state again when it fails as one of the entries says, until that has no attempts left; each entry has its own.
 *
 * @param wait is called before each further attempt.
 * @throws the last error, for the state's Catch.
 * @see https://states-language.net/spec.html#retrying-after-error
 */
export async function retried<Result>(
  retriers: readonly Retrier[],
  wait: (seconds: number) => void,
  work: () => Promise<Result>,
): Promise<Result> {
  const spent = new Map<Retrier, number>();
  for (;;)
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof ExecutionError)) throw error;
      const retrier = retriers.find(({ ErrorEquals }) => ErrorEquals.some((one) => matches(one, error.error)));
      if (retrier === undefined) throw error;
      const { IntervalSeconds = 1, BackoffRate = 2, MaxAttempts = 3, MaxDelaySeconds = Infinity } = retrier;
      const before = spent.get(retrier) ?? 0;
      if (before >= MaxAttempts) throw error;
      spent.set(retrier, before + 1);
      wait(Math.min(IntervalSeconds * BackoffRate ** before, MaxDelaySeconds));
    }
}
