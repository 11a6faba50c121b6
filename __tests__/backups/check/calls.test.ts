import { shards } from "../../../stacks/cache/shards";
import { replicas, type Topology } from "../../../stacks/cache/topology";
import { account } from "../../support/account";
import { cache, hour, may, notifying, runCheck } from "../../support/backup-check";
import { ExecutionError, type Clock } from "../../support/machine";
import type { Listed } from "../../support/snapshots";

const now = Date.now();
const at = (hoursAgo: number): string => new Date(now - hoursAgo * hour).toISOString();

const backup = (of: object, name: string, hoursAgo: number): Listed => ({
  SnapshotName: `automatic.${name}`,
  SnapshotSource: "automated",
  ...of,
  ...{
    SnapshotStatus: "available",
    NodeSnapshots: [{ CacheSize: "12 MB", SnapshotCreateTime: at(hoursAgo) }],
  },
});
const ofNode = (node: string, hoursAgo: number): Listed =>
  backup({ CacheClusterId: node }, `${node}-${hoursAgo}`, hoursAgo);
const ofGroup = (hoursAgo: number): Listed => backup({ ReplicationGroupId: cache }, `${cache}-${hoursAgo}`, hoursAgo);

const foreign = Array.from({ length: 1200 }, (_one, i) => ofNode(`other-${i % 40}-001`, i));
const days = (count: number): number[] => Array.from({ length: count }, (_one, day) => day * 24 + 5);
const node = (number: number): string => `${cache}-${String(number).padStart(3, "0")}`;
const nodesUpTo = (count: number): string[] => Array.from({ length: count }, (_one, i) => node(i + 1));

interface Given {
  readonly nodes: readonly string[];
  readonly snapshots: readonly Listed[];
  readonly topology?: Topology;
  /** The source of automatic backups. @default - the second node */
  readonly source?: string | undefined;
  /** What AWS answers about a node that does not exist: nothing, or that it does not. @default false */
  readonly refusesUnknownNodes?: boolean;
}

/** How often the check calls ElastiCache, how long it takes at 150 ms a call, and what it comes to. */
async function checked({ nodes, snapshots, topology = replicas, source = nodes[1] ?? nodes[0], ...given }: Given) {
  const clock: Clock = { now, callMillis: 150 };
  const aws = account({
    may,
    snapshots,
    groups: {
      [cache]: [
        {
          MemberClusters: nodes,
          ReplicationGroupCreateTime: at(5000),
          ...(topology === replicas && {
            SnapshottingClusterId: source,
            NodeGroups: [
              {
                NodeGroupMembers: nodes.map((CacheClusterId, i) => ({
                  CacheClusterId,
                  CurrentRole: i === 0 ? "primary" : "replica",
                })),
              },
            ],
          }),
        },
      ],
    },
    on: {
      describeSnapshots: (_action, { CacheClusterId }) => {
        if (given.refusesUnknownNodes === true && typeof CacheClusterId === "string" && !nodes.includes(CacheClusterId))
          throw new ExecutionError("ElastiCache.CacheClusterNotFoundException", "none");
        return undefined;
      },
      describeCacheClusters: () => notifying(),
      listExecutions: () => ({ Executions: [{ ExecutionArn: "manual", Status: "SUCCEEDED" }] }),
      describeExecution: () => ({
        Status: "SUCCEEDED",
        StartDate: at(20),
        StopDate: at(20),
        Input: "{}",
        Output: JSON.stringify({ snapshotName: foreign[0]?.SnapshotName }),
      }),
    },
  });
  const { values, failure } = await runCheck(aws.answer, { topology, manualBackupSince: at(900) }, clock);
  const calls: Record<string, number> = {};
  for (const { action } of aws.calls)
    if (action.startsWith("describe") && action !== "describeExecution") calls[action] = (calls[action] ?? 0) + 1;
  expect(failure).toBe("");
  return {
    calls: Object.values(calls).reduce((sum, count) => sum + count, 0),
    of: calls,
    seconds: (clock.now - now) / 1000,
    success: values.SnapshotCreateSuccessful?.[0],
    ageHours: Math.round(values.SnapshotAgeHours?.[0] ?? NaN),
    shrunk: values.SnapshotShrinkPercent?.[0],
  };
}

/** The most calls that the check may make of a cache whose backups are fresh. */
const most = (nodes: number): number => 12 + 2 * Math.max(0, nodes - 3);

describe.each([2, 3, 4, 5, 6])("a cache of %d nodes without shards", (count) => {
  const nodes = nodesUpTo(count);
  const snapshots = days(35).map((hours) => ofNode(node(2), hours));

  test("is checked with a bounded number of calls, whatever else is in the account", async () => {
    const alone = await checked({ nodes, snapshots: [...snapshots, ...foreign.slice(0, 1)] });
    expect(alone).toMatchObject({ success: 1, ageHours: 5, shrunk: 0 });
    expect(alone.calls).toBeLessThanOrEqual(most(count));
    expect((await checked({ nodes, snapshots: [...foreign, ...snapshots] })).of).toEqual(alone.of);
  });
});

describe.each([
  [3, 20],
  [90, 35],
])("a cache of %d nodes with shards and %d backups", (count, backups) => {
  const nodes = Array.from({ length: count }, (_one, i) => `${cache}-${String(i + 1).padStart(4, "0")}-001`);
  const snapshots = days(backups).map(ofGroup);

  test("is checked with a bounded number of calls in less than a minute, whatever else is in the account", async () => {
    const alone = await checked({ nodes, snapshots: [...snapshots, ...foreign.slice(0, 1)], topology: shards });
    expect(alone).toMatchObject({ success: 1, ageHours: 5 });
    expect(alone.calls).toBeLessThanOrEqual(most(count));
    expect(alone.seconds).toBeLessThan(60);
    const beside = await checked({ nodes, snapshots: [...foreign, ...snapshots], topology: shards });
    expect(beside.of).toEqual(alone.of);
  });

  test("whose backups are too old is checked with as many", async () => {
    const old = snapshots.map((_one, i) => ofGroup(100 + i * 24));
    const { calls, ageHours } = await checked({ nodes, snapshots: [...foreign, ...old], topology: shards });
    expect(ageHours).toBe(100);
    expect(calls).toBeLessThanOrEqual(most(count));
  });
});

describe("a cache whose newest backup is of another node", () => {
  const nodes = nodesUpTo(5);
  const old = days(10).map((hours) => ofNode(node(2), hours + 48));

  test("that is not among the first asked is found", async () => {
    const snapshots = [...foreign, ...old, ofNode(node(5), 3)];
    expect(await checked({ nodes, snapshots })).toMatchObject({ success: 1, ageHours: 3 });
  });

  test("whose source has just become the primary still compares seven sizes", async () => {
    const snapshots = [...days(10).map((hours) => ofNode(node(1), hours + 24)), ofNode(node(4), 5)];
    expect(await checked({ nodes, snapshots, source: node(4) })).toMatchObject({ ageHours: 5, shrunk: 0 });
  });

  test("that was removed is found by its id", async () => {
    const found = await checked({ nodes, snapshots: [...foreign, ...old, ofNode(node(6), 3)] });
    expect(found).toMatchObject({ success: 1, ageHours: 3 });
    expect(found.calls).toBeLessThanOrEqual(most(5) + 6);
  });

  test("that was removed, of which AWS says that it does not exist, is found among all", async () => {
    const snapshots = [...foreign.slice(0, 450), ...old, ofNode(node(6), 3)];
    expect(await checked({ nodes, snapshots, refusesUnknownNodes: true })).toMatchObject({ success: 1, ageHours: 3 });
  });

  test("that is not there at all takes a bounded number of calls", async () => {
    const found = await checked({ nodes, snapshots: [...foreign, ...old], refusesUnknownNodes: true });
    expect(found).toMatchObject({ success: 0, ageHours: 53 });
    expect(found.calls).toBeLessThanOrEqual(most(5) + 6 + 25);
    expect(found.seconds).toBeLessThan(60);
  });
});
