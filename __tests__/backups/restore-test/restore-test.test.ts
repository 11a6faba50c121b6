import { replicas } from "../../../stacks/cache/topology";
import { restoreTest } from "../../../stacks/backups/restore-test/definition";
import { ExecutionError, filledIn, run } from "../../support/machine";

const testId = "dev-redis-restore-test";
const cache = "dev-redis-cluster";

const machine = filledIn(restoreTest(replicas), {
  "local.replication_group_id": cache,
  "local.name": "dev-redis",
  "local.port": "6379",
  "local.restore_test_key": "",
});

interface Account {
  /** The status of a group of the test's name that is there when it begins, and its tags. */
  readonly leftBehind?: string;
  readonly tags?: Readonly<Record<string, string>>;
  /** What a group becomes that the test creates. */
  readonly becomes?: string;
}

/** One execution: how it ended, and the calls that it made which change something. */
async function executed({ leftBehind, tags = {}, becomes = "available" }: Account) {
  let status = leftBehind;
  const changes: string[] = [];
  const call = (action: string, args: Readonly<Record<string, unknown>>): unknown => {
    switch (action) {
      case "listExecutions":
        return { Executions: [] };
      case "describeReplicationGroups":
        if (args.ReplicationGroupId === cache) return { ReplicationGroups: [{ MemberClusters: [`${cache}-001`] }] };
        if (status === undefined) throw new ExecutionError("ElastiCache.ReplicationGroupNotFoundException", "none");
        return { ReplicationGroups: [{ Status: status, ARN: testId, MemberClusters: [`${testId}-001`] }] };
      case "listTagsForResource":
        if (status !== "available")
          throw new ExecutionError("ElastiCache.InvalidReplicationGroupStateException", `it is ${String(status)}`);
        return { TagList: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })) };
      case "describeSnapshots":
        return {
          Snapshots: [
            {
              SnapshotName: "newest",
              SnapshotStatus: "available",
              CacheClusterId: `${cache}-001`,
              Engine: "redis",
              CacheNodeType: "cache.t4g.small",
              NodeSnapshots: [{ SnapshotCreateTime: new Date().toISOString(), CacheSize: "12 MB" }],
            },
          ],
        };
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
        changes.push(action);
        tags = Object.fromEntries(
          (args.Tags as { Key: string; Value: string }[]).map(({ Key, Value }) => [Key, Value]),
        );
        status = becomes;
        return {};
      case "deleteReplicationGroup":
        changes.push(action);
        status = undefined;
        return {};
      case "putMetricData":
        return {};
      default:
        throw new Error(`The restore test calls ${action}, which it should not.`);
    }
  };
  const ended = await run(machine, call).then(
    () => "SUCCEEDED",
    (error: unknown) => {
      if (error instanceof ExecutionError) return `${error.error}: ${error.cause}`;
      throw error;
    },
  );
  return { ended, changes, left: status };
}

test("the newest snapshot is restored, and what was restored deleted", async () => {
  await expect(executed({})).resolves.toEqual({
    ended: "SUCCEEDED",
    changes: ["createReplicationGroup", "deleteReplicationGroup"],
    left: undefined,
  });
});

test("a group whose creation failed is deleted, though ElastiCache does not tell its tags", async () => {
  await expect(executed({ becomes: "create-failed" })).resolves.toEqual({
    ended: expect.stringMatching(/^RestoreTest.Failed: Restoring newest: .* is create-failed after/) as string,
    changes: ["createReplicationGroup", "deleteReplicationGroup"],
    left: undefined,
  });
});

test("one that a failed creation left behind blocks no later test", async () => {
  await expect(executed({ leftBehind: "create-failed" })).resolves.toMatchObject({
    ended: "SUCCEEDED",
    changes: ["deleteReplicationGroup", "createReplicationGroup", "deleteReplicationGroup"],
  });
});

test.each<[string, Readonly<Record<string, string>>, RegExp]>([
  ["that somebody else made", {}, /was not created by a restore test/],
  ["that is kept", { RestoreTestExecution: "x", RestoreTestKept: "true" }, /was kept by a restore test/],
])("an available group %s is left alone", async (_whose, tags, why) => {
  await expect(executed({ leftBehind: "available", tags })).resolves.toEqual({
    ended: expect.stringMatching(why) as string,
    changes: [],
    left: "available",
  });
});
