/** An error of a call as Step Functions names it, e.g. `ElastiCache.SnapshotNotFoundException`; thrown by an `Answer`, or by a Fail state. */
export class ExecutionError extends Error {
  constructor(
    public readonly error: string,
    public override readonly cause: string,
  ) {
    super(`${error}: ${cause}`);
  }
}

/**
 * Whether an entry of ErrorEquals matches an error. Both wildcards leave out the terminal errors; States.TaskFailed also leaves out timeouts.
 *
 * @see https://docs.aws.amazon.com/step-functions/latest/dg/concepts-error-handling.html
 */
export function matches(entry: string, error: string): boolean {
  if (entry === error) return true;
  if (["States.DataLimitExceeded", "States.Runtime"].includes(error)) return false;
  return entry === "States.ALL" || (entry === "States.TaskFailed" && error !== "States.Timeout");
}
