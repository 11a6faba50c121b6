import { ExecutionError, mostBytes, run, type Answer, type Machine } from "./machine";

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
