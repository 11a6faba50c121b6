import { restoreTest } from "../../../stacks/backups/restore-test/definition";
import { shards } from "../../../stacks/cache/shards";
import { replicas, type Topology } from "../../../stacks/cache/topology";
import { account } from "../../support/account";
import { snapshotWithShards } from "../../support/large-snapshots";
import { ExecutionError, filledIn, run } from "../../support/machine";
import type { Holding } from "../../support/node-metrics";

const cache = "dev-redis-cluster";
const testId = "dev-redis-restore-test";
const newest = "dev-redis-manual-newest";
const at = new Date(Date.parse("2026-01-31T07:00:00Z")).toISOString();

/** A snapshot of three shards; `parts` are those that it has the data of. */
const snapshot = (parts: number, more: object = {}) => ({
  SnapshotName: newest,
  SnapshotStatus: "available",
  ReplicationGroupId: cache,
  NumNodeGroups: 3,
  Engine: "redis",
  CacheNodeType: "cache.r7g.large",
  NodeSnapshots: Array.from({ length: parts }, () => ({ CacheSize: "12 MB", SnapshotCreateTime: at })),
  ...more,
});

interface Account {
  readonly snapshot: object;
  /** Further ones, which come before it. @default - none */
  readonly others?: readonly object[];
  readonly topology?: Topology;
  /** The status of each shard of the restored cache, each time it is described; the last ones stay. */
  readonly statuses?: readonly (readonly string[])[];
  readonly input?: object;
  /** What the nodes report. @default - 1,000 keys, 400 of which expire */
  readonly holding?: Holding;
}

/** The shards of a group, with one node each, as DescribeReplicationGroups answers. */
const nodeGroups = (group: string, statuses: readonly string[]) =>
  statuses.map((Status, i) => ({
    NodeGroupId: `000${i + 1}`,
    Status,
    NodeGroupMembers: [{ CacheClusterId: `${group}-000${i + 1}-001` }],
  }));

async function executed({
  snapshot,
  others = [],
  topology = shards,
  statuses = [["available", "available", "available"]],
  input,
  holding = () => [1000, 400],
}: Account) {
  const machine = filledIn(restoreTest(topology), {
    "local.replication_group_id": cache,
    "local.name": "dev-redis",
    "local.workflow_tags": "[]",
    "local.port": "6379",
    "local.cache_key": "",
    "local.backup_fresh_minutes": String(29 * 60),
    "local.restore_test_validator": "",
    "local.restore_test_validator_client": "",
    "var.restore_test_min_keys_ratio": "0.95",
    "var.allow_empty_cache": "false",
  });
  const shardsOf = (group: string) => [1, 2, 3].map((shard) => `${group}-000${shard}-001`);
  const node = {
    CacheClusterStatus: "available",
    Engine: "redis",
    EngineVersion: "7.1.0",
    CacheParameterGroup: { CacheParameterGroupName: "a-group" },
    TransitEncryptionEnabled: true,
    AtRestEncryptionEnabled: true,
  };
  const aws = account({
    may: [
      "listExecutions",
      "describeReplicationGroups",
      "describeSnapshots",
      "describeCacheClusters",
      "createReplicationGroup",
      "deleteReplicationGroup",
      "listTagsForResource",
      "describeSecurityGroupRules",
      "getMetricData",
      "putMetricData",
    ],
    snapshots: [...others, snapshot],
    holding,
    groups: {
      [cache]: [
        { MemberClusters: shardsOf(cache), NodeGroups: nodeGroups(cache, ["available", "available", "available"]) },
      ],
    },
    created: statuses.map((now) => ({
      ...{ Status: "available", MemberClusters: shardsOf(testId).slice(0, 1), NodeGroups: nodeGroups(testId, now) },
    })),
    nodes: Object.fromEntries([cache, testId].flatMap(shardsOf).map((id) => [id, [node]])),
  });
  let output: unknown;
  const ended = await run(machine, aws.answer, input).then(
    (result) => {
      output = result;
      return "SUCCEEDED";
    },
    (error: unknown) => {
      if (error instanceof ExecutionError) return error.message;
      throw error;
    },
  );
  const { published } = aws;
  const actions = aws.calls.map(({ action }) => action);
  // Of the restored cache, while it was there.
  const described = aws.calls
    .slice(actions.indexOf("createReplicationGroup"), actions.lastIndexOf("deleteReplicationGroup"))
    .filter(({ action, args }) => action === "describeReplicationGroups" && args.ReplicationGroupId === testId).length;
  return { ended, output, created: aws.argumentsOf("createReplicationGroup")[0], described, published };
}

test("given a backup of three shards, then it is restored with as many, without replicas", async () => {
  const { ended, created } = await executed({ snapshot: snapshot(3) });
  expect(ended).toBe("SUCCEEDED");
  expect(created).toMatchObject({
    NumNodeGroups: 3,
    ReplicasPerNodeGroup: 0,
    AutomaticFailoverEnabled: true,
    MultiAZEnabled: false,
    CacheParameterGroupName: "a-group",
  });
  expect(created).not.toHaveProperty("NumCacheClusters");
});

test("given a cache of so many shards that a page of its backups is too large, then the newest is not tested, and a requested one is", async () => {
  const others = Array.from({ length: 35 }, () => snapshotWithShards(250, { of: cache }));
  await expect(executed({ snapshot: snapshot(3), others })).resolves.toMatchObject({
    ended: expect.stringMatching(/^RestoreTest\.Failed: States\.DataLimitExceeded: /) as unknown,
    created: undefined,
    published: { RestoreTestSuccessful: [0] },
  });
  await expect(executed({ snapshot: snapshot(3), others, input: { snapshotName: newest } })).resolves.toMatchObject({
    ended: "SUCCEEDED",
    created: { SnapshotName: newest },
  });
});

test("given shards that become available one by one, then the test has succeeded once every shard is available", async () => {
  const statuses = [
    ["creating"],
    ["available", "creating"],
    ["available", "available"],
    Array(3).fill("available") as string[],
  ];
  // Once more to delete it.
  await expect(executed({ snapshot: snapshot(3), statuses })).resolves.toMatchObject({
    ended: "SUCCEEDED",
    described: 5,
  });
});

test("given a shard that never is available, then the test fails", async () => {
  const { ended } = await executed({ snapshot: snapshot(3), statuses: [["available", "available", "creating"]] });
  expect(ended).toMatch(/^RestoreTest.Failed: Restoring dev-redis-manual-newest: .* is incomplete after/);
});

test("given a backup that lacks a shard, newest or requested, then it is not restored", async () => {
  await expect(executed({ snapshot: snapshot(2) })).resolves.toMatchObject({
    ended: expect.stringContaining("There is no available snapshot") as unknown,
    created: undefined,
  });
  await expect(executed({ snapshot: snapshot(2), input: { snapshotName: newest } })).resolves.toMatchObject({
    ended: `RestoreTest.Failed: The snapshot ${newest} lacks a shard of 3.`,
    created: undefined,
  });
});

test("given a requested backup of a cache without shards, then it is restored into a cache with one shard", async () => {
  const without = snapshot(1, { ReplicationGroupId: undefined, NumNodeGroups: undefined, CacheClusterId: "old-001" });
  const { ended, created } = await executed({
    snapshot: without,
    statuses: [["available"]],
    input: { snapshotName: newest },
  });
  expect(ended).toBe("SUCCEEDED");
  expect(created).toMatchObject({ NumNodeGroups: 1 });
});

test("given a requested backup with shards, and a cache without, then it is not restored", async () => {
  await expect(
    executed({ snapshot: snapshot(3), topology: replicas, input: { snapshotName: newest } }),
  ).resolves.toMatchObject({
    ended: `RestoreTest.Failed: The snapshot ${newest} was taken with cluster mode enabled, which this cache is not.`,
    created: undefined,
  });
});

describe("the keys", () => {
  const requested = { input: { snapshotName: newest } };
  /** Each node of the cache, and of the restored one, has as many keys as these say of its shard. */
  const held =
    (ofCache: readonly number[], ofRestored: readonly number[]): Holding =>
    (node) => [(node.startsWith(testId) ? ofRestored : ofCache)[Number(node.slice(-5, -4)) - 1] ?? 0, 0];

  test("given a backup of the cache, then those of all shards are compared", async () => {
    const holding = held([100, 0, 300], [100, 0, 300]);
    await expect(executed({ snapshot: snapshot(3), holding })).resolves.toMatchObject({
      output: { data: "verified", restoredKeys: 400, expectedKeys: 400 },
    });
  });

  test("given a snapshot of another cache, which does not name the nodes, then they are not known", async () => {
    const { ended, output } = await executed({
      snapshot: snapshot(3, { ReplicationGroupId: "other" }),
      holding: held([100, 100, 100], [5, 5, 5]),
      ...requested,
    });
    expect(ended).toBe("SUCCEEDED");
    expect(output).toMatchObject({
      data: "not known",
      dataVerified: false,
      reason: `${newest} was taken of another cache with shards, whose nodes are not known.`,
      restoredKeys: 15,
    });
    expect(output).not.toHaveProperty("expectedKeys");
  });

  test("given a backup with another number of shards than the cache has, then they are not known", async () => {
    const two = { NumNodeGroups: 2 };
    await expect(
      executed({ snapshot: snapshot(2, two), statuses: [["available", "available"]], ...requested }),
    ).resolves.toMatchObject({
      output: {
        data: "not known",
        reason: `CloudWatch does not have the key metrics of every shard when ${newest} was taken.`,
      },
    });
  });

  test("given a snapshot of a cache without shards, then they are compared with those of its node", async () => {
    const without = { ReplicationGroupId: undefined, NumNodeGroups: undefined, CacheClusterId: "old-001" };
    await expect(
      executed({
        snapshot: snapshot(1, without),
        statuses: [["available"]],
        holding: (node) => [node === "old-001" || node.startsWith(testId) ? 700 : 5, 0],
        ...requested,
      }),
    ).resolves.toMatchObject({ output: { data: "verified", expectedKeys: 700 } });
  });
});
