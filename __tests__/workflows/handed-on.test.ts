import type { Machine } from "../support/machine";
import { everyStack } from "../support/stacks";
import { statesOf } from "../support/states";

// Without an Output, a state hands on what it was answered, and each state after it has that as its input. Variables hold what is needed.

interface Reading {
  /** The state, under its machine and stack. */
  readonly id: string;
  readonly type: string;
  /** Of an API; the empty text if the state is no Task. */
  readonly action: string;
  readonly arguments: string;
  /** What it hands on; undefined is everything. */
  readonly output: unknown;
}

/** The states of a machine that have an answer, and are not the last of their scope. */
const readingsOf = (id: string, machine: Machine): readonly Reading[] =>
  statesOf(machine)
    .filter(([, { Type, Next }]) => ["Task", "Map", "Parallel"].includes(Type) && Next !== undefined)
    .map(([name, { Type: type, Resource = "", Arguments, Output: output }]) => ({
      id: `${id} ${name}`,
      type,
      action: Resource.split(":").at(-1) ?? "",
      arguments: JSON.stringify(Arguments ?? ""),
      output,
    }));

const readings = Object.entries(everyStack).flatMap(([stack, synthesize]) =>
  Object.entries(synthesize().resource.aws_sfn_state_machine ?? {}).flatMap(([machine, { definition }]) =>
    readingsOf(`${stack} ${machine}`, JSON.parse(String(definition)) as Machine),
  ),
);
const handingOn = (of: readonly Reading[]): readonly string[] =>
  of.filter(({ output }) => output === undefined).map(({ id }) => id);

// https://aws.amazon.com/step-functions/pricing/ bills the memory of express workflows, which "the execution (payload) data size" is part of
test("the backup check, which runs every 15 minutes, hands on no answer but the empty one of PutMetricData: AWS bills its payloads", () => {
  const ofCheck = readings.filter(({ id, action }) => id.includes(" backup_check ") && action !== "putMetricData");
  expect(ofCheck.length).toBeGreaterThan(20);
  expect(handingOn(ofCheck)).toEqual([]);
});

test("no machine hands on results of a loop, a list, or a file: the console shows them as the input of each state", () => {
  // `snapshot_source` reads of the nodes of a cache without shards, six at most, whether a change is pending.
  const large = readings.filter(
    ({ id, type, action, arguments: args }) =>
      (type !== "Task" || /^(getObject$|listObject)/.test(action) || /Marker|NextToken/.test(args)) &&
      !id.endsWith(" snapshot_source DescribeNodes"),
  );
  expect(large.length).toBeGreaterThan(50);
  expect(handingOn(large)).toEqual([]);
});
