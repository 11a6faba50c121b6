import { snapshotSource } from "../../../stacks/backups/snapshot-source/definition";
import { account } from "../../support/account";
import { twoAtOnce } from "../../support/at-once";
import { ExecutionError, filledIn, run, type Answer } from "../../support/machine";

const machine = filledIn(snapshotSource({ multiAz: true }), { "local.replication_group_id": "prod-redis" });

interface Given {
  readonly group?: object;
  /** Of every node. */
  readonly nodes?: object;
  /** Of the second node. */
  readonly replica?: object;
  /** The status of the group once it is modified, each time it is described. @default - modifying, then available */
  readonly modifying?: readonly string[];
  /** Index of the one call that is refused. */
  readonly refusedCall?: number;
  /** How often each call is throttled before AWS answers it. @default 0 */
  readonly throttled?: number;
}

/** Everything that it may call. */
const may = ["describeReplicationGroups", "describeCacheClusters", "modifyReplicationGroup"];

const group = {
  Status: "available",
  ClusterEnabled: false,
  SnapshotRetentionLimit: 7,
  MemberClusters: ["prod-redis-001", "prod-redis-002"],
  SnapshottingClusterId: "prod-redis-001",
  NodeGroups: [
    {
      NodeGroupMembers: [
        { CacheClusterId: "prod-redis-001", CurrentRole: "primary" },
        { CacheClusterId: "prod-redis-002", CurrentRole: "replica" },
      ],
    },
  ],
};

/** The node 001 is the primary. */
const accountOf = (given: Given) =>
  account({
    may,
    ...(given.refusedCall !== undefined && { refusedCall: given.refusedCall }),
    ...(given.throttled !== undefined && { throttled: given.throttled }),
    groups: { "prod-redis": [{ ...group, ...given.group }] },
    nodes: { "prod-redis-001": [{ ...given.nodes }], "prod-redis-002": [{ ...given.nodes, ...given.replica }] },
    ...(given.modifying && { modifying: given.modifying }),
  });

/** What an execution returns, or why it fails. */
const outcome = (answer: Answer): Promise<unknown> =>
  run(machine, answer).catch((error: unknown) => {
    if (error instanceof ExecutionError) return error.message;
    throw error;
  });

/** The arguments of each call of ModifyReplicationGroup, and what came of the execution. */
async function executed(given: Given) {
  const aws = accountOf(given);
  const output = await outcome(aws.answer);
  return { output, aws, calls: aws.argumentsOf("modifyReplicationGroup") };
}

/** The arguments of the one call of ModifyReplicationGroup; nothing when it is not called. */
async function moved(given: Given): Promise<unknown> {
  const { calls } = await executed(given);
  expect(calls.length).toBeLessThanOrEqual(1);
  return calls[0];
}

test("given backups from the primary, then they are moved to a replica at once", async () => {
  await expect(moved({})).resolves.toEqual({
    ReplicationGroupId: "prod-redis",
    SnapshottingClusterId: "prod-redis-002",
    ApplyImmediately: true,
  });
});

test.each<[string, ofGroup: unknown, ofNodes: unknown]>([
  ["absent", undefined, undefined],
  ["null", null, null],
  ["empty", {}, {}],
  ["a null member", { AutomaticFailoverStatus: null }, { CacheNodeType: null }],
  ["an empty list", { LogDeliveryConfigurations: [] }, { LogDeliveryConfigurations: [] }],
  ["an empty member", { Resharding: {} }, { ScaleConfig: {} }],
])("given pending changes that are %s, then nothing is pending and it moves", async (_form, ofGroup, ofNodes) => {
  const given = { group: { PendingModifiedValues: ofGroup }, nodes: { PendingModifiedValues: ofNodes } };
  await expect(moved(given)).resolves.toBeDefined();
});

test.each<[string, Given]>([
  ["backups from a replica", { group: { SnapshottingClusterId: "prod-redis-002" } }],
  ["no source", { group: { SnapshottingClusterId: undefined } }],
  ["a source of null", { group: { SnapshottingClusterId: null } }],
  ["no backups", { group: { SnapshotRetentionLimit: 0 } }],
  ["a move that an execution began which was killed then", { group: { Status: "modifying" } }],
  [
    "a move that is complete of an execution that was killed then",
    { group: { Status: "available", SnapshottingClusterId: "prod-redis-002" } },
  ],
  ["a retention of null", { group: { SnapshotRetentionLimit: null } }],
  ["a group that is not available", { group: { Status: "snapshotting" } }],
  ["cluster mode enabled", { group: { ClusterEnabled: true } }],
  [
    "a change of the group that is pending",
    { group: { PendingModifiedValues: { TransitEncryptionMode: "required" } } },
  ],
  ["a switch of the group that is pending", { group: { PendingModifiedValues: { TransitEncryptionEnabled: false } } }],
  [
    "no replica",
    { group: { NodeGroups: [{ NodeGroupMembers: [{ CacheClusterId: "prod-redis-001", CurrentRole: "primary" }] }] } },
  ],
  ["a change of the second node that is pending", { replica: { PendingModifiedValues: { EngineVersion: "7.2" } } }],
  ["a node type that waits for the window", { nodes: { PendingModifiedValues: { CacheNodeType: "cache.r7g.large" } } }],
])("given %s, then it is left alone", async (_what, given) => {
  await expect(moved(given)).resolves.toBeUndefined();
});

test("given backups that are retained for a single day, then they are moved as well", async () => {
  await expect(moved({ group: { SnapshotRetentionLimit: 1 } })).resolves.toBeDefined();
});

test("given that AWS throttles each call three times, then it is moved as ever, and for longer left alone", async () => {
  const { output, aws } = await executed({});
  const throttled = await executed({ throttled: 3 });
  expect({ output: throttled.output, calls: throttled.aws.calls }).toEqual({ output, calls: aws.calls });
  await expect(executed({ throttled: 4 })).resolves.toMatchObject({
    output: "ElastiCache.ElastiCacheException: Rate exceeded",
    calls: [],
  });
});

describe("two executions at once", () => {
  const move = { ReplicationGroupId: "prod-redis", SnapshottingClusterId: "prod-redis-002", ApplyImmediately: true };
  const source = (aws: ReturnType<typeof accountOf>) =>
    (aws.group("prod-redis") as { readonly SnapshottingClusterId: string }).SnapshottingClusterId;

  test("given a move that takes a while, whenever a second execution runs, then one moves the source, and the other leaves it or is refused", async () => {
    const all = await twoAtOnce(() => accountOf({}), outcome);
    for (const { first, second, aws } of all) {
      const changes = aws.changes().map(({ args }) => args);
      // The one that is refused has tried, too, for as long as ElastiCache may be busy with the group.
      expect(changes.slice(0, 1)).toEqual([move]);
      expect(changes.slice(1)).toEqual(typeof first === "string" ? Array(5).fill(move) : []);
      expect(second).toEqual({ from: "prod-redis-001", to: "prod-redis-002" });
      expect([
        { from: "prod-redis-001" },
        { from: "prod-redis-002" },
        "ElastiCache.InvalidReplicationGroupStateException: it is modifying",
      ]).toContainEqual(first);
      expect(source(aws)).toBe("prod-redis-002");
    }
    expect(new Set(all.map(({ first }) => typeof first))).toEqual(new Set(["object", "string"]));
  });

  test("given a move that is complete at once, then both move the source to the same replica, or the second one is left nothing to do", async () => {
    for (const { second, aws } of await twoAtOnce(() => accountOf({ modifying: ["available"] }), outcome)) {
      for (const { args } of aws.changes()) expect(args).toEqual(move);
      expect(aws.changes().length).toBeGreaterThanOrEqual(1);
      expect(second).toMatchObject({ from: "prod-redis-001" });
      expect(source(aws)).toBe("prod-redis-002");
    }
  });
});

test("given backups from the primary, or from a replica, when the execution ends, then its output says from where to where they are moved", async () => {
  await expect(executed({})).resolves.toMatchObject({ output: { from: "prod-redis-001", to: "prod-redis-002" } });
  await expect(executed({ group: { SnapshottingClusterId: "prod-redis-002" } })).resolves.toMatchObject({
    output: { from: "prod-redis-002" },
  });
});

test("whichever call AWS refuses, then the execution fails with the reason, and nothing is moved", async () => {
  const { aws } = await executed({});
  for (const [refusedCall, { action }] of aws.calls.entries()) {
    const { output, aws: refusing } = await executed({ refusedCall });
    const last = refusing.calls.at(-1)?.action;
    expect({ action, output, last, changes: refusing.changes() }).toEqual({
      action,
      output: "Aws.Refused: refused",
      last: action,
      changes: [],
    });
  }
  expect(new Set(aws.calls.map(({ action }) => action))).toEqual(new Set(may));
});
