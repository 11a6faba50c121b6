import { shards } from "../../../stacks/cache/shards";
import { cache } from "../../support/backup-check";
import {
  automatic,
  checked,
  days,
  manual,
  months,
  nameOfManual,
  node,
  nodesUpTo,
  users,
} from "../../support/check-calls";
import { ExecutionError } from "../../support/machine";

const nodes = nodesUpTo(5);
/** So many automatic backups that are older than two days. */
const older = (of: string, count: number) => Array.from({ length: count }, (_one, i) => automatic(of, 50 + i));

describe("given the newest automatic backup on a later page", () => {
  // Three nodes are asked for first, then the others, then the account.
  test.each([
    ["of the source", node(2), 60],
    ["of a node that is asked for later", node(5), 60],
    ["of a node that was removed", node(9), 60],
    ["of a node with a higher number, among everybody's", node(12), 30],
  ])("%s, then it is found", async (_whose, of, count) => {
    const found = await checked({ nodes, snapshots: [...older(of, count), automatic(of, 5)], enabled: null });
    expect(found).toMatchObject({ success: 1, ageHours: 5, changes: [] });
  });

  test("of a cache with shards, then it is found", async () => {
    const snapshots = [...older(cache, 30), automatic(cache, 5)];
    expect(await checked({ nodes, snapshots, topology: shards, enabled: null })).toMatchObject({ ageHours: 5 });
  });

  test("after so many manual ones of a node that is asked for later that they are left out, then it is found", async () => {
    const others = months(150).map((hours) => users(node(5), hours));
    const found = await checked({ nodes, snapshots: [...others, ...older(node(5), 60), automatic(node(5), 5)] });
    expect(found).toMatchObject({ success: 1, ageHours: 5, missing: 0 });
  });
});

test("given manual backups on the second page of a node that was removed, then they are found by their node", async () => {
  const kept = months(12).map((hours) => manual(node(6), hours));
  const others = months(60).map((hours) => users(node(6), hours));
  const deleted = months(12).map(nameOfManual);
  const snapshots = [...days(10).map((hours) => automatic(node(2), hours)), ...others, ...kept];
  expect(await checked({ nodes, snapshots, kept, deleted })).toMatchObject({
    missing: 0,
    manualAgeHours: 20,
    named: [],
  });
});

test("given a node that is removed while the check runs, then the newest backup of the others is found", async () => {
  const found = await checked({
    nodes,
    snapshots: days(10).map((hours) => automatic(node(2), hours)),
    on: {
      describeSnapshots: (_action, { CacheClusterId }) => {
        if (CacheClusterId === node(1)) throw new ExecutionError("ElastiCache.CacheClusterNotFoundException", "gone");
        return undefined;
      },
    },
  });
  expect(found).toMatchObject({ success: 1, ageHours: 5, failed: 0, missing: 0 });
});
