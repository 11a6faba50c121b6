import { branch } from "../../stacks/workflows/states";
import { exclusive } from "../../stacks/workflows/exclusive";
import { timeForms } from "../support/forms";
import { account, type Execution } from "../support/account";
import { filledIn, run } from "../support/machine";

// The execution of these tests: __tests__/support/machine.ts gives it this ARN, and its clock the start.
const own = "arn:execution";
const now = Date.parse("2026-01-31T03:04:05.678Z");

const alone = filledIn(
  branch("ListExecutions", {
    ...exclusive<"Done", never>({
      machine: "x",
      error: "AnotherRuns",
      cause: "Wait until it has ended.",
      catch: [],
      next: "Done",
    }),
    Done: { Type: "Succeed", Output: "done" },
  }),
  {},
);

const running = (ExecutionArn: string, began: unknown): Execution => ({
  ExecutionArn,
  StateMachineArn: "arn:stateMachine",
  StartDate: began as string,
});
/** AWS lists the one that began last first, so mostly the execution itself. */
const outcome = async (...others: readonly Execution[]): Promise<unknown> => {
  const { answer, argumentsOf } = account({
    may: ["listExecutions"],
    executions: [running(own, new Date(now).toISOString()), ...others],
  });
  const result = await run(alone, answer, {}, { now }).catch((error: unknown) => String(error));
  expect(argumentsOf("listExecutions")).toHaveLength(1);
  return result;
};
const at = (millis: number): string => new Date(now + millis).toISOString();
const refused = "Error: AnotherRuns: Wait until it has ended.";

test.each<[string, readonly Execution[], string]>([
  ["nothing else runs", [], "done"],
  ["another one began before", [running("arn:z", at(-1))], refused],
  ["another one began after it", [running("arn:a", at(1))], "done"],
  ["one of both began before", [running("arn:a", at(1)), running("arn:z", at(-1))], refused],
  ["another one began at the same time, and its ARN sorts first", [running("arn:a", at(0))], refused],
  ["another one began at the same time, and its ARN sorts last", [running("arn:z", at(0))], "done"],
  ["an earlier one has ended", [{ ...running("arn:z", at(-1)), Status: "SUCCEEDED" }], "done"],
  [
    "an earlier one is another state machine's",
    [{ ...running("arn:z", at(-1)), StateMachineArn: "arn:other" }],
    "done",
  ],
  ["an earlier one has failed", [{ ...running("arn:z", at(-1)), Status: "FAILED" }], "done"],
])("when %s, an execution that must be alone does right", async (_what, others, expected) => {
  await expect(outcome(...others)).resolves.toBe(expected);
});

test.each<[string, number, string]>([
  ["the first page", 98, refused],
  // Only a page is read: there would have to be more than 99 executions that began later and are still running.
  ["the second page, which is not read", 99, "done"],
])(
  "given an earlier execution on %s of those that are running, then it is found there only",
  async (_page, later, expected) => {
    const others = Array.from({ length: later }, (_one, i) => running(`arn:later-${String(i)}`, at(1)));
    await expect(outcome(...others, running("arn:z", at(-1)))).resolves.toBe(expected);
  },
);

test.each(timeForms)("an earlier execution is found with times as $form", async ({ of }) => {
  await expect(outcome(running("arn:z", of(now - 5000)))).resolves.toBe(refused);
});

test("an execution that cannot list the others ends as its Catch says", async () => {
  const caught = filledIn(
    branch("ListExecutions", {
      ...exclusive<"Done", "Unknown">({
        machine: "x",
        error: "AnotherRuns",
        cause: "",
        catch: [{ ErrorEquals: ["States.ALL"], Next: "Unknown", Output: "unknown" }],
        next: "Done",
      }),
      Done: { Type: "Succeed" },
      Unknown: { Type: "Succeed" },
    }),
    {},
  );
  const { answer } = account({ may: ["listExecutions"], errors: { listExecutions: "Sfn.SfnException" } });
  await expect(run(caught, answer)).resolves.toBe("unknown");
});
