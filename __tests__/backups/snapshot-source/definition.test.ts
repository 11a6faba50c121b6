import { snapshotSource } from "../../../stacks/backups/snapshot-source/definition";
import { account } from "../../support/account";
import { ExecutionError, filledIn, run } from "../../support/machine";

const machine = filledIn(snapshotSource({ multiAz: true }), { "local.replication_group_id": "prod-redis" });

interface Given {
  readonly group?: object;
  /** Of every node. */
  readonly nodes?: object;
  /** Of the second node. */
  readonly replica?: object;
  /** Index of the one call that is refused. */
  readonly refusedCall?: number;
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

/** The arguments of each call of ModifyReplicationGroup, and what it returned or why it failed. The node 001 is the primary. */
async function executed(given: Given) {
  const aws = account({
    may,
    ...(given.refusedCall !== undefined && { refusedCall: given.refusedCall }),
    groups: { "prod-redis": [{ ...group, ...given.group }] },
    nodes: { "prod-redis-001": [{ ...given.nodes }], "prod-redis-002": [{ ...given.nodes, ...given.replica }] },
  });
  const output = await run(machine, aws.answer).catch((error: unknown) => {
    if (error instanceof ExecutionError) return error.message;
    throw error;
  });
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

test("it says what it did", async () => {
  await expect(executed({})).resolves.toMatchObject({ output: { from: "prod-redis-001", to: "prod-redis-002" } });
  await expect(executed({ group: { SnapshottingClusterId: "prod-redis-002" } })).resolves.toMatchObject({
    output: { from: "prod-redis-002" },
  });
});

test("whichever call AWS refuses, the execution fails with the reason, and nothing is moved", async () => {
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
