import { everyStack } from "../support/stacks";
import { call } from "../../stacks/workflows/call";
import { jsonata } from "../../stacks/workflows/definition";
import { branch, type Catcher } from "../../stacks/workflows/states";
import { noWait, poll } from "../../stacks/workflows/waiting";
import { filledIn, run, type Machine } from "../support/machine";
import { statesOf } from "../support/states";

const polling = poll(
  { describe: "Describe", ask: "IsDone", wait: "Wait" },
  {
    call: call({ service: "elasticache", action: "describeSnapshots", arguments: {}, resources: ["*"] }),
    assign: { status: jsonata("$states.result.Status") },
    catch: [] as readonly Catcher<never>[],
    done: { Condition: jsonata("$status = 'available'"), Next: "Done" },
    tooLong: "TooLong",
    cases: [{ Condition: jsonata("$status = 'failed'"), Next: "Failed" }],
  },
);
const machine = filledIn(
  branch("Begin", {
    Begin: { Type: "Pass", Assign: { ...noWait, status: "" }, Next: "Describe" },
    ...polling,
    Done: { Type: "Succeed", Output: "done" },
    Failed: { Type: "Succeed", Output: "failed" },
    TooLong: { Type: "Succeed", Output: "too long" },
  }),
  {},
);

/** How a wait ends, and after which seconds AWS is asked, for something that has a status after so many seconds. */
async function waitedFor(status: string, after: number) {
  const clock = { now: 0 };
  const asked: number[] = [];
  const outcome = await run(
    machine,
    () => {
      asked.push(clock.now / 1000);
      return { Status: clock.now / 1000 >= after ? status : "creating" };
    },
    {},
    clock,
  );
  return { outcome, seconds: asked.at(-1) ?? 0, pauses: asked.slice(1).map((time, i) => time - (asked[i] ?? 0)) };
}

test.each([0, 1, 15, 100, 600, 3600, 20_000, 42_600])(
  "what takes %d seconds is noticed within 15 seconds or a twentieth of that, and at most five minutes",
  async (after) => {
    const { outcome, seconds } = await waitedFor("available", after);
    expect(outcome).toBe("done");
    expect(seconds - after).toBeLessThanOrEqual(Math.min(300, Math.max(15, after / 20)));
  },
);

test("a long wait takes few calls", async () => {
  const { pauses } = await waitedFor("available", 40_000);
  expect(pauses.length).toBeLessThan(210);
  expect([Math.min(...pauses), Math.max(...pauses)]).toEqual([15, 300]);
});

test("a wait ends after twelve hours, and not before the last pause of them", async () => {
  const { outcome, seconds } = await waitedFor("available", Number.POSITIVE_INFINITY);
  expect(outcome).toBe("too long");
  expect(seconds).toBeGreaterThan(12 * 3600 - 301);
  expect(seconds).toBeLessThanOrEqual(12 * 3600 + 300);
  // What is there at the last moment counts.
  await expect(waitedFor("available", seconds)).resolves.toMatchObject({ outcome: "done" });
});

test("a wait ends at once with what can only end otherwise", async () => {
  await expect(waitedFor("failed", 100)).resolves.toMatchObject({ outcome: "failed", seconds: 105 });
});

/** A wait before and after what the execution does is one state. */
const twice: Readonly<Record<string, readonly string[]>> = { restore_test: ["CanBeDeleted"] };

/** The states of a machine that end a wait, with its longest time in seconds, and the time that other executions may take. */
const waitsOf = (machine: string, definition: Machine): readonly (readonly [string, number])[] =>
  statesOf(definition).flatMap(([state, { Choices = [], TimeoutSeconds = 0 }]) => {
    const waited = [...JSON.stringify(Choices).matchAll(/\$waited > (\d+)/g)].map(([, seconds]) => Number(seconds));
    const longest = [...waited, TimeoutSeconds].map((seconds) => [state, seconds] as const);
    return twice[machine]?.includes(state) === true ? [...longest, ...longest] : longest;
  });

// Each wait has its own longest time, and what an execution has not ended by then is cut off without a word in its output.
test.each(
  Object.entries(everyStack).flatMap(([stack, synthesize]) =>
    Object.entries(synthesize().resource.aws_sfn_state_machine ?? {}).map(
      ([machine, { definition }]) => [stack, machine, JSON.parse(String(definition)) as Machine] as const,
    ),
  ),
)("%s: an execution of %s has one to six hours more than all of its waits", (_stack, machine, definition) => {
  const waits = waitsOf(machine, definition);
  const rest = (definition.TimeoutSeconds ?? 0) - waits.reduce((sum, [, seconds]) => sum + seconds, 0);
  const waiting = waits.filter(([, seconds]) => seconds > 0);
  expect({ waiting, rest, isEnough: rest >= (waiting.length > 0 ? 3600 : 1), isShort: rest <= 6 * 3600 }).toEqual({
    waiting,
    rest,
    isEnough: true,
    isShort: true,
  });
});
