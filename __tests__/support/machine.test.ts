import { ExecutionError, Meter, mostBytes, run, type Answer, type Machine } from "./machine";

/** An answer of so many bytes in JSON. */
const sized =
  (bytes: number): Answer =>
  () => ({ text: "x".repeat(bytes - '{"text":""}'.length) });

const task = { Type: "Task", Resource: "arn:aws:states:::aws-sdk:elasticache:describeSnapshots", Arguments: {} };
const text = (characters: number, character = "x"): string => `{% $pad('', ${characters}, '${character}') %}`;
const only = (state: object): Machine => ({ StartAt: "Only", States: { Only: { Type: "Pass", ...state } } });
const within = { Type: "Map", Items: "{% [1, 2, 3] %}", Output: {} };

const ended = async (machine: Machine, bytes = mostBytes): Promise<unknown> =>
  run(machine, sized(bytes)).catch((error: unknown) => (error instanceof ExecutionError ? error.error : error));

const tooLarge = "States.DataLimitExceeded";

// https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html
test.each<[string, Machine, number, unknown]>([
  ["a result of 256 KiB", only({ ...task, Output: "small" }), mostBytes, "small"],
  ["a larger result, though the output is small", only({ ...task, Output: "small" }), mostBytes + 1, tooLarge],
  ["an output that is larger", only({ Output: text(mostBytes - 1) }), 0, tooLarge],
  ["an output that is larger in UTF-8 only", only({ Output: text(mostBytes / 2, "ü") }), 0, tooLarge],
  ["variables that are larger together", only({ Assign: { a: text(150_000), b: text(150_000) } }), 0, tooLarge],
  ["larger arguments", only({ ...task, Arguments: { Marker: text(mostBytes) } }), 100, tooLarge],
  [
    "results of iterations that are larger together",
    only({ ...within, ItemProcessor: only({ Output: text(100_000) }) }),
    0,
    tooLarge,
  ],
])("given %s, then an execution ends as on AWS", async (_what, machine, bytes, expected) => {
  await expect(ended(machine, bytes)).resolves.toEqual(expected);
});

// https://docs.aws.amazon.com/step-functions/latest/dg/concepts-error-handling.html
test.each<[string, readonly string[], unknown]>([
  ["States.ALL does not catch", ["States.ALL"], tooLarge],
  ["States.TaskFailed does not catch", ["States.TaskFailed"], tooLarge],
  ["its own name catches", ["States.DataLimitExceeded"], "caught"],
])("%s a result that is too large, also from inside of an iteration or a branch", async (_what, errors, expected) => {
  const states: readonly object[] = [
    task,
    { ...within, ItemProcessor: only(task) },
    { Type: "Parallel", Branches: [only(task)] },
  ];
  for (const state of states) {
    const { States } = only({ ...state, Catch: [{ ErrorEquals: errors, Output: "caught", Next: "Caught" }] });
    const machine = { StartAt: "Only", States: { ...States, Caught: { Type: "Succeed" } } };
    await expect(ended(machine, mostBytes + 1)).resolves.toBe(expected);
  }
});

// https://docs.aws.amazon.com/step-functions/latest/dg/concepts-error-handling.html#error-handling-retrying-after-an-error
describe("an error", () => {
  const throttling = "ElastiCache.ElastiCacheException";
  /** How an execution of one call ends whose first attempts fail with these errors, how many it makes, and how many seconds it waits. */
  const retried = async (retriers: readonly object[], errors: readonly string[]) => {
    let attempts = 0;
    const clock = { now: 0 };
    const meter = new Meter();
    const answer: Answer = () => {
      const error = errors[attempts++];
      if (error !== undefined) throw new ExecutionError(error, "failed");
      return "done";
    };
    const ends = await run(only({ ...task, Retry: retriers }), answer, {}, clock, meter).catch(
      (error: unknown) => (error as ExecutionError).error,
    );
    return { ends, attempts, seconds: clock.now / 1000, transitions: meter.transitions, events: meter.events };
  };
  const retrier = { ErrorEquals: [throttling], IntervalSeconds: 5, BackoffRate: 2, MaxAttempts: 3 };

  test.each<[string, readonly object[], readonly string[], object]>([
    ["does not fail: one attempt", [retrier], [], { ends: "done", attempts: 1, seconds: 0, transitions: 1, events: 7 }],
    [
      "happens once: retried once",
      [retrier],
      [throttling],
      { ends: "done", attempts: 2, seconds: 5, transitions: 2, events: 10 },
    ],
    [
      "happens as often as MaxAttempts: each wait is longer",
      [retrier],
      Array(3).fill(throttling),
      { ends: "done", seconds: 35 },
    ],
    [
      "happens once more: not retried any more",
      [retrier],
      Array(4).fill(throttling),
      { ends: throttling, attempts: 4, seconds: 35 },
    ],
    [
      "is named by no entry: not retried",
      [retrier],
      ["ElastiCache.SnapshotNotFoundException"],
      { attempts: 1, seconds: 0 },
    ],
    [
      "is of two entries: each has its own count",
      [{ ...retrier, ErrorEquals: ["Other"], MaxAttempts: 1 }, retrier],
      ["Other", throttling, throttling],
      { ends: "done", attempts: 4, seconds: 20 },
    ],
    [
      "is of an entry without numbers: retried three times, after 1, 2 and 4 seconds",
      [{ ErrorEquals: ["States.ALL"] }],
      Array(4).fill("Any"),
      { ends: "Any", attempts: 4, seconds: 7 },
    ],
    [
      "is of an entry with MaxAttempts of 0: not retried",
      [{ ...retrier, MaxAttempts: 0 }],
      [throttling],
      { ends: throttling, attempts: 1 },
    ],
    [
      "is of an entry with MaxDelaySeconds: no wait is longer",
      [{ ...retrier, MaxDelaySeconds: 8 }],
      Array(3).fill(throttling),
      { seconds: 21 },
    ],
    [
      "is States.Runtime: not retried, even by States.ALL",
      [{ ErrorEquals: ["States.ALL"] }],
      ["States.Runtime"],
      { attempts: 1 },
    ],
  ])("of a call that %s", async (_how, retriers, errors, expected) => {
    await expect(retried(retriers, errors)).resolves.toMatchObject(expected);
  });
});
