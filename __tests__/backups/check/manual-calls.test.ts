import { shards } from "../../../stacks/cache/shards";
import { cache } from "../../support/backup-check";
import {
  automatic,
  checked,
  days,
  manual,
  months,
  most,
  nameOfManual,
  node,
  nodesUpTo,
  users,
} from "../../support/check-calls";
import { ExecutionError } from "../../support/machine";

const nodes = nodesUpTo(3);
const snapshots = days(35).map((hours) => automatic(node(2), hours));
/** A year's backups, each of the node that `of` says. */
const year = (of: (month: number) => string) => months(12).map((hours, month) => manual(of(month), hours));
const nameOf = (month: number): string => nameOfManual(months(12)[month] ?? NaN);
const healthy = { success: 1, ageHours: 5, shrunk: 0, failed: 0, missing: 0, manualAgeHours: 20 };

describe("given a year of manual backups", () => {
  test.each<[string, Parameters<typeof checked>[0]]>([
    ["of the source", { nodes, snapshots }],
    [
      "of which 65 are kept, which fill two pages with the automatic ones",
      { nodes, snapshots, kept: months(65).map((hours) => manual(node(2), hours)) },
    ],
    ["of all nodes in turn", { nodes, snapshots, kept: year((month) => node((month % 3) + 1)) }],
    [
      "beside automatic ones of all nodes",
      { nodes, snapshots: days(35).map((hours, day) => automatic(node((day % 3) + 1), hours)) },
    ],
    [
      "beside fifty that somebody took",
      { nodes, snapshots: [...snapshots, ...months(50).map((h) => users(node(2), h))] },
    ],
    ["of a node that was removed", { nodes, snapshots, kept: year(() => node(4)) }],
    [
      "of which one is of a node that was removed",
      { nodes, snapshots, kept: year((month) => node(month === 5 ? 4 : 2)) },
    ],
    [
      "of which the newest is of a node that was removed",
      { nodes, snapshots, kept: year((month) => node(month === 0 ? 4 : 2)) },
    ],
    ["of a node with a name of its own that was removed", { nodes, snapshots, kept: year(() => "older-002") }],
    ["of a fourth node", { nodes: nodesUpTo(4), snapshots, kept: year(() => node(4)) }],
    ["of a sixth node", { nodes: nodesUpTo(6), snapshots, kept: year(() => node(6)) }],
    [
      "of which two are of a fifth node",
      { nodes: nodesUpTo(5), snapshots, kept: year((month) => node(month < 2 ? 5 : 1)) },
    ],
  ])("%s, then the check takes no more calls than it may make", async (_which, given) => {
    const found = await checked(given);
    expect(found).toMatchObject(healthy);
    expect(found.calls).toBeLessThanOrEqual(most(given.nodes.length));
  });

  test.each([
    [35, 12, 33],
    [7, 12, 60],
    [35, 45, 0],
  ])(
    "of a cache with shards, with %d automatic ones, %d manual ones and %d that somebody took, then the check takes no more calls than it may make",
    async (auto, kept, others) => {
      const found = await checked({
        nodes,
        topology: shards,
        snapshots: [
          ...months(others).map((hours) => users(cache, hours)),
          ...days(auto).map((hours) => automatic(cache, hours)),
        ],
        kept: months(kept).map((hours) => manual(cache, hours)),
      });
      expect(found).toMatchObject({ success: 1, ageHours: 5, missing: 0, manualAgeHours: 20, named: [] });
      expect(found.calls).toBeLessThanOrEqual(most(3));
    },
  );

  test("whose execution is of an earlier version that did not say of which nodes they are, then the check takes no more calls than it may make", async () => {
    const found = await checked({ nodes, snapshots, without: ["keptFrom"] });
    expect(found).toMatchObject({ ...healthy, named: [] });
    expect(found.calls).toBeLessThanOrEqual(most(3));
  });
});

test("given that manual backups are disabled, then manual snapshots are not listed, so they add no call", async () => {
  const others = months(400).map((hours) => users(node(2), hours));
  const found = await checked({ nodes, snapshots: [...others, ...snapshots], enabled: null });
  expect(found).toMatchObject({ success: 1, ageHours: 5, shrunk: 0 });
  expect(found.calls).toBe(11);
});

describe("given many snapshots that somebody took", () => {
  const others = months(400).map((hours) => users(node(2), hours));

  test.each<[string, readonly string[]]>([
    ["come first", ["users", "own"]],
    ["come last", ["own", "users"]],
  ])("that %s, then they hide no automatic backup, no size and no manual backup", async (_when, order) => {
    const listed = order.flatMap((kind) => (kind === "own" ? snapshots : others));
    const found = await checked({ nodes, snapshots: listed });
    expect(found).toMatchObject(healthy);
    // Two pages of both kinds, and one of the automatic ones.
    expect(found.calls).toBe(13);
  });

  test("when a failed automatic backup is on a page of both kinds and on one of its own, then it is not counted twice", async () => {
    const broken = { ...automatic(node(2), 1), SnapshotStatus: "failed" };
    const found = await checked({ nodes, snapshots: [broken, ...snapshots, ...others] });
    expect(found).toMatchObject({ ...healthy, failed: 1 });
  });

  test("that fill the pages, then manual backups are described by name", async () => {
    const kept = year(() => node(2));
    const found = await checked({
      nodes,
      snapshots: [...others, ...snapshots, ...kept],
      kept,
      deleted: kept.map((_k, i) => nameOf(i)),
    });
    expect(found).toMatchObject({ ...healthy, named: kept.map((_one, i) => nameOf(i)) });
  });

  test("of every node, when all manual backups are gone, then the check takes a bounded number of calls", async () => {
    const many = nodes.flatMap((of) => months(400).map((hours) => users(of, hours)));
    const deleted = months(12).map((_hours, i) => nameOf(i));
    const worst = await checked({ nodes, snapshots: [...many, ...snapshots], deleted });
    expect(worst).toMatchObject({ success: 1, ageHours: 5, missing: 12, calls: 11 + 3 * 2 + 12 });
    const removed = year((month) => node(4 + (month % 6)));
    const further = await checked({ nodes, snapshots: [...many, ...snapshots], kept: removed, deleted });
    expect(further).toMatchObject({ success: 1, ageHours: 5, missing: 12, calls: 11 + 3 * 2 + 6 + 12 });
  });

  test("of a cache with shards, then they hide nothing either", async () => {
    const found = await checked({
      nodes,
      topology: shards,
      snapshots: [
        ...months(400).map((hours) => users(cache, hours)),
        ...days(35).map((hours) => automatic(cache, hours)),
      ],
    });
    expect(found).toMatchObject(healthy);
    // Four pages of both kinds, and two of the automatic ones.
    expect(found.calls).toBe(8 + 4 + 2);
  });
});

describe("a manual backup", () => {
  const fresh = (hoursAgo: number) => manual(node(2), hoursAgo);

  test("given stale automatic ones, then it is none of them: the check of those stays red", async () => {
    const stale = days(10).map((hours) => automatic(node(2), hours + 48));
    const found = await checked({ nodes, snapshots: [...stale, users(node(2), 1)], kept: [fresh(2)] });
    expect(found).toMatchObject({ success: 0, ageHours: 53, shrunk: 0, manualAgeHours: 20 - 18 });
  });

  test("given one that failed, then it is no failed automatic one", async () => {
    const broken = { ...users(node(2), 1), SnapshotStatus: "failed" };
    expect(await checked({ nodes, snapshots: [broken, ...snapshots] })).toMatchObject(healthy);
  });

  test("given ones that are much larger, then automatic ones are not compared with their sizes", async () => {
    const large = months(20).map((hours, i) => ({
      ...users(node(2), hours / 100),
      NodeSnapshots: [{ CacheSize: "900 GB", SnapshotCreateTime: new Date(Date.now() - i * 3_600_000).toISOString() }],
    }));
    expect(await checked({ nodes, snapshots: [...large, ...snapshots] })).toMatchObject(healthy);
  });
});

describe("manual backups that are gone", () => {
  test.each<[string, readonly number[], object]>([
    ["an old one", [7], { missing: 1, manualAgeHours: 20 }],
    ["the newest, so that the age is that of none", [0], { missing: 1 }],
    ["several", [0, 1, 11], { missing: 3 }],
    ["all", months(12).map((_hours, i) => i), { missing: 12 }],
  ])("given %s, then as many are missing, each asked for by name once", async (_which, which, expected) => {
    const deleted = which.map(nameOf);
    const found = await checked({ nodes, snapshots, deleted });
    expect(found).toMatchObject({ success: 1, ageHours: 5, ...expected });
    // Each by its name, once: only that tells for certain.
    expect([...found.named].sort()).toEqual([...deleted].sort());
    expect(found.calls).toBe(11 + deleted.length);
  });

  test.each(["deleting", "failed", "creating"])(
    "given one that is %s, then it counts as missing",
    async (SnapshotStatus) => {
      const kept = year(() => node(2));
      const broken = { ...kept[4], SnapshotStatus };
      expect(await checked({ nodes, snapshots: [broken, ...snapshots], kept, deleted: [nameOf(4)] })).toMatchObject({
        missing: 1,
      });
    },
  );

  test.each(["restoring", "copying"])(
    "given one that is %s, then it does not count as missing",
    async (SnapshotStatus) => {
      const kept = year(() => node(2));
      const busy = { ...kept[4], SnapshotStatus };
      const found = await checked({ nodes, snapshots: [busy, ...snapshots], kept, deleted: [nameOf(4)] });
      expect(found).toMatchObject({ ...healthy, named: [] });
    },
  );

  test("given another snapshot of the cache whose name begins as theirs, then it does not replace them", async () => {
    const similar = { ...manual(node(2), 20), SnapshotName: `${nameOf(5)}-copy` };
    const found = await checked({ nodes, snapshots: [similar, ...snapshots], deleted: [nameOf(5)] });
    expect(found).toMatchObject({ missing: 1 });
  });

  test("given one of a node that was removed, then it is missing, and the others are not", async () => {
    const found = await checked({ nodes, snapshots, kept: year(() => node(5)), deleted: [nameOf(2)] });
    expect(found).toMatchObject({ missing: 1, named: [nameOf(2)] });
  });
});

describe("manual backups of a node that was removed", () => {
  test.each<[string, number, readonly string[]]>([
    ["one, then it is described by name", 1, [nameOf(0)]],
    ["two, then they are listed by their node", 2, []],
  ])("given %s, in one call", async (_how, count, named) => {
    const found = await checked({ nodes, snapshots, kept: year((month) => node(month < count ? 4 : 2)) });
    expect(found).toMatchObject({ ...healthy, named, calls: 12 });
  });

  test("given that AWS says that it does not exist, then they are described by name", async () => {
    const kept = year((month) => node(month < 3 ? 4 : 2));
    const found = await checked({ nodes, snapshots, kept, refusesUnknownNodes: true });
    expect(found).toMatchObject({ ...healthy, named: [nameOf(0), nameOf(1), nameOf(2)] });
  });

  test("given that an earlier version took the last one, then they are described by name", async () => {
    const kept = year((month) => node(month < 3 ? 4 : 2));
    const found = await checked({ nodes, snapshots, kept, without: ["keptFrom"] });
    expect(found).toMatchObject({ ...healthy, named: [nameOf(0), nameOf(1), nameOf(2)] });
  });

  test("given that another one is running, which may delete them, then they are not looked for", async () => {
    const found = await checked({ nodes, snapshots, kept: year(() => node(4)), running: true });
    expect(found).toMatchObject({ ...healthy, missing: undefined, named: [nameOf(0)] });
    expect(found.calls).toBeLessThanOrEqual(most(3));
  });
});

test.each<[string, Partial<Parameters<typeof checked>[0]>]>([
  ["one that the last execution kept", { deleted: [nameOf(3)] }],
  ["its own of an execution of an earlier version", { without: ["kept", "keptFrom"], kept: year(() => node(4)) }],
])(
  "given that AWS does not describe %s, then nothing is said of manual backups, and the execution fails",
  async (_one, given) => {
    const found = await checked({
      nodes,
      snapshots,
      ...given,
      on: {
        describeSnapshots: (_action, { SnapshotName }) => {
          if (SnapshotName !== undefined) throw new ExecutionError("ElastiCache.ElastiCacheException", "throttled");
          return undefined;
        },
      },
      failure: /^BackupCheck\.Incomplete: CheckManualBackups: ElastiCache\.ElastiCacheException: throttled$/,
    });
    expect(found).toMatchObject({ success: 1, ageHours: 5, missing: undefined, manualAgeHours: NaN });
  },
);

test("given an execution of an earlier version that did not list what it kept, then only its own backup is looked for", async () => {
  const without = ["kept", "keptFrom"];
  const found = await checked({ nodes, snapshots, kept: year(() => node(4)), without });
  expect(found).toMatchObject({ ...healthy, missing: undefined, named: [nameOf(0)] });
});

test("given that the first step fails, then manual backups are looked for all the same", async () => {
  const found = await checked({
    nodes,
    snapshots,
    on: {
      describeReplicationGroups: () => {
        throw new ExecutionError("ElastiCache.ElastiCacheException", "unavailable");
      },
    },
    deleted: [nameOf(6)],
    failure: /^BackupCheck.Incomplete: CheckNewestSnapshot: ElastiCache.ElastiCacheException: unavailable$/,
  });
  expect(found).toMatchObject({ success: undefined, missing: 1, manualAgeHours: 20, named: [nameOf(6)] });
  expect(found.calls).toBeLessThanOrEqual(most(3));
});
