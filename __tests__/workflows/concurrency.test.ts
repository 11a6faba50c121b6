import type { Machine } from "../support/machine";
import { everyStack } from "../support/stacks";
import { statesOf } from "../support/states";

// A Map runs its calls at the same time, and up to 40 of them without a MaxConcurrency, or with 0:
// https://docs.aws.amazon.com/step-functions/latest/dg/state-map-inline.html. AWS limits the rate of calls for the account and Region as a
// whole, so an execution that makes many at once takes them from Terraform, from the console and from other environments.

interface Loop {
  /** The state, under its machine and stack. */
  readonly id: string;
  readonly machine: string;
  readonly state: string;
  /** The actions that it calls for each item. */
  readonly actions: readonly string[];
  /** How many items it takes at the same time. */
  readonly atOnce: number;
}

const actionsOf = (machine: Machine): readonly string[] =>
  statesOf(machine).flatMap(([, { Resource }]) => (Resource === undefined ? [] : [Resource.split(":").at(-1) ?? ""]));

const loopsOf = (machine: Machine): readonly Pick<Loop, "state" | "actions" | "atOnce">[] =>
  statesOf(machine).flatMap(([state, { ItemProcessor, MaxConcurrency = 0 }]) =>
    ItemProcessor ? [{ state, actions: actionsOf(ItemProcessor), atOnce: MaxConcurrency || 40 }] : [],
  );

const loops: readonly Loop[] = Object.entries(everyStack).flatMap(([stack, synthesize]) =>
  Object.entries(synthesize().resource.aws_sfn_state_machine ?? {}).flatMap(([machine, { definition }]) =>
    loopsOf(JSON.parse(String(definition)) as Machine).map((loop) => ({
      ...loop,
      machine,
      id: `${stack} ${machine} ${loop.state}`,
    })),
  ),
);
const atOnceBy = (of: readonly Loop[]): Readonly<Record<string, number>> =>
  Object.fromEntries(of.map(({ id, atOnce }) => [id, atOnce]));
const calling = loops.filter(({ actions }) => actions.length > 0);

/** Without cluster mode, a cache has six nodes at most. */
const isOfFewNodes = ({ machine }: Loop): boolean => machine === "snapshot_source";

/** The backup check reads the nodes of one cache, and has five minutes for up to 500 of them. */
const isOfNodes = ({ machine, actions }: Loop): boolean =>
  machine === "backup_check" && actions.some((action) => /^describe(Events|CacheClusters)$/.test(action));

test("a loop makes at most five calls at the same time (ten where the backup check reads all nodes), and as many where there may be 500 items", () => {
  const most = (loop: Loop): number => (isOfNodes(loop) ? 10 : 5);
  const many = calling.filter((loop) => !isOfFewNodes(loop));
  expect(many.length).toBeGreaterThan(20);
  expect(atOnceBy(many.filter((loop) => loop.atOnce > most(loop)))).toEqual({});
  // One after the other, 500 nodes or shards would take minutes. An account has five trails, and its cache few manual backups.
  const few = /^(delete|listTags|startExecution|getTrailStatus|getEventSelectors)/;
  const each = many.filter(({ actions }) => !actions.some((action) => few.test(action)));
  expect(atOnceBy(each.filter((loop) => loop.atOnce < most(loop)))).toEqual({});
});

test("a loop that deletes snapshots or starts executions takes one at a time, so that a refused one ends the loop before the next", () => {
  const changing = calling.filter(({ actions }) => actions.some((action) => /^(delete|startExecution)/.test(action)));
  expect(new Set(changing.map(({ state }) => state))).toContain("DeleteOldBackups");
  expect(atOnceBy(changing)).toEqual(Object.fromEntries(changing.map(({ id }) => [id, 1])));
});
