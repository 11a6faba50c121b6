import type { Adopted } from "../../stacks/cache/adopted";
import { replicas } from "../../stacks/cache/topology";
import { shards } from "../../stacks/cache/shards";
import { restoreTest } from "../../stacks/backups/restore-test/definition";
import { created, originOf, type Origin } from "../../stacks/backups/snapshots";
import { environments } from "../../stacks/environments";
import { definitionText } from "../../stacks/workflows/definition";
import { remembered } from "../../stacks/workflows/remembered";

test("is made once for equal arguments, and again for others", () => {
  const make = jest.fn((first: { readonly a: number }, second?: string): object => ({ first, second }));
  const once = remembered(make);
  expect(once({ a: 1 })).toBe(once({ a: 1 }));
  expect(once({ a: 2 }, "y")).toEqual({ first: { a: 2 }, second: "y" });
  expect(make).toHaveBeenCalledTimes(2);
});

test("environments share definitions, but not across topologies and origins", () => {
  const adopted: Origin = { adopted: { replicationGroupId: "legacy" } as Adopted };
  const definitions = [replicas, shards].flatMap((topology) =>
    [created, adopted].map((origin) => restoreTest(topology, origin)),
  );
  expect(new Set(definitions.map((definition) => definitionText(definition))).size).toBe(4);
  expect(restoreTest(replicas, originOf(environments.dev))).toBe(restoreTest(replicas, originOf(environments.staging)));
});
