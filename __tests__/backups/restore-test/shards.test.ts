import { restoreTest } from "../../../stacks/backups/restore-test/definition";
import { shards } from "../../../stacks/cache/shards";
import { replicas, type Topology } from "../../../stacks/cache/topology";
import { ExecutionError, filledIn, run, type Answer } from "../../support/machine";

const cache = "dev-redis-cluster";
const testId = "dev-redis-restore-test";
const at = new Date(Date.parse("2026-01-31T07:00:00Z")).toISOString();

/** A snapshot of three shards; `parts` are those that it has the data of. */
const snapshot = (parts: number, more: object = {}) => ({
  SnapshotName: "newest",
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
  readonly topology?: Topology;
  /** The status of each shard of the restored cache, each time it is described; the last ones stay. */
  readonly statuses?: readonly (readonly string[])[];
  readonly input?: object;
}

async function executed({
  snapshot,
  topology = shards,
  statuses = [["available", "available", "available"]],
  input,
}: Account) {
  const machine = filledIn(restoreTest(topology), {
    "local.replication_group_id": cache,
    "local.name": "dev-redis",
    "local.workflow_tags": "[]",
    "local.port": "6379",
    "local.restore_test_key": "",
  });
  let created: Readonly<Record<string, unknown>> | undefined;
  let described = 0;
  const answer: Answer = (action, args) => {
    switch (action) {
      case "listExecutions":
        return { Executions: [] };
      case "describeReplicationGroups": {
        if (args.ReplicationGroupId === cache)
          return { ReplicationGroups: [{ MemberClusters: [`${cache}-0001-001`] }] };
        if (created === undefined) throw new ExecutionError("ElastiCache.ReplicationGroupNotFoundException", "none");
        const now = statuses[Math.min(described++, statuses.length - 1)] ?? [];
        const NodeGroups = now.map((Status) => ({ Status }));
        return { ReplicationGroups: [{ Status: "available", MemberClusters: [`${testId}-0001-001`], NodeGroups }] };
      }
      case "describeSnapshots":
        return { Snapshots: [snapshot] };
      case "describeCacheClusters":
        return {
          CacheClusters: [
            {
              CacheClusterStatus: "available",
              Engine: "redis",
              EngineVersion: "7.1.0",
              CacheParameterGroup: { CacheParameterGroupName: "a-group" },
              TransitEncryptionEnabled: true,
              AtRestEncryptionEnabled: true,
            },
          ],
        };
      case "createReplicationGroup":
        created = args;
        return {};
      case "deleteReplicationGroup":
        created = undefined;
        return {};
      case "listTagsForResource":
        return { TagList: [] };
      case "putMetricData":
        return {};
      default:
        throw new Error(`The restore test calls ${action}, which it should not.`);
    }
  };
  const arguments_: (typeof created)[] = [];
  const noting: Answer = (action, args) => {
    if (action === "createReplicationGroup") arguments_.push(args);
    return answer(action, args);
  };
  const ended = await run(machine, noting, input).then(
    () => "SUCCEEDED",
    (error: unknown) => {
      if (error instanceof ExecutionError) return error.message;
      throw error;
    },
  );
  return { ended, created: arguments_[0], described };
}

test("a backup is restored with as many shards, without replicas", async () => {
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

test("it has succeeded once every shard is available", async () => {
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

test("a shard that never is available fails it", async () => {
  const { ended } = await executed({ snapshot: snapshot(3), statuses: [["available", "available", "creating"]] });
  expect(ended).toMatch(/^RestoreTest.Failed: Restoring newest: .* is incomplete after/);
});

test("a backup that lacks a shard is not restored", async () => {
  await expect(executed({ snapshot: snapshot(2) })).resolves.toMatchObject({
    ended: expect.stringContaining("There is no available snapshot") as unknown,
    created: undefined,
  });
  await expect(executed({ snapshot: snapshot(2), input: { snapshotName: "newest" } })).resolves.toMatchObject({
    ended: "RestoreTest.Failed: The snapshot newest lacks a shard of 3.",
    created: undefined,
  });
});

test("a requested backup of a cache without shards is restored into one", async () => {
  const without = snapshot(1, { ReplicationGroupId: undefined, NumNodeGroups: undefined, CacheClusterId: "old-001" });
  const { ended, created } = await executed({
    snapshot: without,
    statuses: [["available"]],
    input: { snapshotName: "newest" },
  });
  expect(ended).toBe("SUCCEEDED");
  expect(created).toMatchObject({ NumNodeGroups: 1 });
});

test("one with shards is not restored into a cache without", async () => {
  await expect(
    executed({ snapshot: snapshot(3), topology: replicas, input: { snapshotName: "newest" } }),
  ).resolves.toMatchObject({
    ended: "RestoreTest.Failed: The snapshot newest was taken with cluster mode enabled, which this cache is not.",
    created: undefined,
  });
});
