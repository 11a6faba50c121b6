import { replicas } from "../../../stacks/cache/topology";
import { restoreTest } from "../../../stacks/backups/restore-test/definition";
import { reshaped, timeForms, timesAs, withoutListsOfOne } from "../../support/forms";
import { ExecutionError, filledIn, run, type Answer, type Clock } from "../../support/machine";

const testId = "dev-redis-restore-test";
const cache = "dev-redis-cluster";
const began = Date.parse("2026-01-31T12:00:00Z");
const hour = 3_600_000;

const machine = filledIn(restoreTest(replicas), {
  "local.replication_group_id": cache,
  "local.name": "dev-redis",
  "local.partition": "aws",
  "local.region": "ap-northeast-1",
  "local.account_id": "123456789012",
  "local.workflow_tags": String.raw`[{\"Key\":\"Team\",\"Value\":\"orders\"}]`,
  "local.port": "6379",
  "local.restore_test_key": "",
});
const ownerArn = (name: string): string => `arn:aws:states:ap-northeast-1:123456789012:execution:${testId}:${name}`;

interface Account {
  readonly input?: object;
  /** The status of a group of the test's name that is there when it begins, and its tags. */
  readonly leftBehind?: string;
  readonly tags?: Readonly<Record<string, string>>;
  /** Whether the execution that the tags name has ended. */
  readonly ownerStatus?: string;
  /** What a group is that the test creates, each time it is described; the last one stays. `gone` is none. */
  readonly statuses?: readonly string[];
  /** What its node is, in the same way. */
  readonly nodeStatuses?: readonly string[];
  readonly encrypted?: boolean;
  /** Snapshots: their status and age in hours. */
  readonly snapshots?: Readonly<Record<string, readonly [status: string, hours: number]>>;
  /** What else AWS answers of each of them. */
  readonly facts?: object;
  readonly reshape?: (value: unknown) => unknown;
}

/** One execution: how it ended, what it returned, and the calls that it made which change something. */
async function executed(account: Account) {
  const { leftBehind, statuses = ["available"], nodeStatuses = ["available"], encrypted = true } = account;
  const clock: Clock = { now: began };
  const changes: string[] = [];
  const published: Record<string, number> = {};
  let [status, tags, created, restored]: [string | undefined, Record<string, string>, boolean, string | null] = [
    leftBehind,
    { ...account.tags },
    false,
    null,
  ];
  let [groupCalls, nodeCalls] = [0, 0];
  const next = (list: readonly string[], seen: number): string => list[Math.min(seen, list.length - 1)] ?? "";
  const snapshot = ([name, [SnapshotStatus, hours]]: readonly [string, readonly [string, number]]) => ({
    SnapshotName: name,
    SnapshotStatus,
    CacheClusterId: `${cache}-001`,
    Engine: "redis",
    CacheNodeType: "cache.t4g.small",
    ...account.facts,
    NodeSnapshots: [
      {
        CacheSize: "12 MB",
        ...(SnapshotStatus !== "creating" && { SnapshotCreateTime: new Date(began - hours * hour).toISOString() }),
      },
    ],
  });
  const snapshots = account.snapshots ?? { newest: ["available", 5] as const };
  const node = (CacheClusterStatus: string, isEncrypted: boolean) => ({
    CacheClusters: [
      {
        CacheClusterStatus,
        Engine: "redis",
        EngineVersion: "7.1.0",
        CacheParameterGroup: { CacheParameterGroupName: "a-group" },
        TransitEncryptionEnabled: isEncrypted,
        AtRestEncryptionEnabled: true,
      },
    ],
  });
  const answer: Answer = (action, args) => {
    switch (action) {
      case "listExecutions":
        return { Executions: [] };
      case "describeExecution":
        return { Status: account.ownerStatus ?? "SUCCEEDED" };
      case "describeReplicationGroups": {
        if (args.ReplicationGroupId === cache) return { ReplicationGroups: [{ MemberClusters: [`${cache}-001`] }] };
        const now = created ? next(statuses, groupCalls++) : status;
        if (now === undefined || now === "gone")
          throw new ExecutionError("ElastiCache.ReplicationGroupNotFoundException", "none");
        status = now;
        return { ReplicationGroups: [{ Status: now, Arn: testId, MemberClusters: [`${testId}-001`] }] };
      }
      case "listTagsForResource":
        if (status !== "available")
          throw new ExecutionError("ElastiCache.InvalidReplicationGroupStateException", `it is ${String(status)}`);
        return { TagList: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })) };
      case "describeSnapshots":
        return {
          Snapshots: Object.entries(snapshots)
            .filter(([name]) => args.SnapshotName === undefined || args.SnapshotName === name)
            .map(snapshot),
        };
      case "describeCacheClusters":
        return args.CacheClusterId === `${cache}-001`
          ? node("available", true)
          : node(next(nodeStatuses, nodeCalls++), encrypted);
      case "createReplicationGroup":
        changes.push(action);
        tags = Object.fromEntries(
          (args.Tags as { Key: string; Value: string }[]).map(({ Key, Value }) => [Key, Value]),
        );
        [created, restored] = [true, args.SnapshotName as string];
        return {};
      case "addTagsToResource":
        changes.push(action);
        return {};
      case "deleteReplicationGroup":
        changes.push(action);
        [status, created] = [undefined, false];
        return {};
      case "putMetricData":
        for (const { MetricName, Value } of args.MetricData as { MetricName: string; Value: number }[])
          published[MetricName] = Value;
        return {};
      default:
        throw new Error(`The restore test calls ${action}, which it should not.`);
    }
  };
  let output: unknown;
  const ended = await run(machine, reshaped(answer, account.reshape ?? ((value) => value)), account.input, clock).then(
    (result) => {
      output = result;
      return "SUCCEEDED";
    },
    (error: unknown) => {
      if (error instanceof ExecutionError) return error.message;
      throw error;
    },
  );
  return { ended, output, changes, published, restored, tags, left: status, hours: (clock.now - began) / hour };
}

test("given a snapshot, then it is restored, measured, and the restored group deleted", async () => {
  await expect(executed({})).resolves.toMatchObject({
    ended: "SUCCEEDED",
    output: { snapshotName: "newest", snapshotCreatedAt: "2026-01-31T07:00:00.000Z", replicationGroupKept: "none" },
    changes: ["createReplicationGroup", "deleteReplicationGroup"],
    published: { RestoreTestSuccessful: 1, RestoredSnapshotAgeHours: 5 },
    left: undefined,
  });
});

test("given a restore that passes through other statuses for hours, then all of them are waited for", async () => {
  const statuses = ["creating", "modifying", "snapshotting", "rebooting"].flatMap((status) =>
    Array.from({ length: 10 }, () => status),
  );
  const { ended, published, hours } = await executed({ statuses: [...statuses, "available"] });
  expect(ended).toBe("SUCCEEDED");
  expect(published.RestoreTestSuccessful).toBe(1);
  expect(published.RestoreDurationSeconds).toBeGreaterThan(600);
  expect(hours).toBeLessThan(12);
});

test("given a node that is available later than its group, then it is waited for", async () => {
  await expect(executed({ nodeStatuses: ["modifying", "snapshotting", "available"] })).resolves.toMatchObject({
    ended: "SUCCEEDED",
  });
});

test.each(["create-failed", "restore-failed"])(
  "given a restore that ends in %s, then the test fails and the group is deleted",
  async (status) => {
    const { ended, changes, published } = await executed({ statuses: ["creating", status] });
    expect(ended).toMatch(new RegExp(`^RestoreTest.Failed: Restoring newest: .* is ${status} after`));
    expect(changes).toEqual(["createReplicationGroup", "deleteReplicationGroup"]);
    expect(published).toEqual({ RestoreTestSuccessful: 0 });
  },
);

test("given a group that somebody deletes, then the test fails, and there is nothing to delete", async () => {
  const { ended, changes } = await executed({ statuses: ["creating", "deleting", "gone"] });
  expect(ended).toMatch(/is deleting after/);
  expect(changes).toEqual(["createReplicationGroup"]);
});

test("given a group that disappears, then the test fails", async () => {
  await expect(executed({ statuses: ["creating", "gone"] })).resolves.toMatchObject({
    ended: "RestoreTest.Failed: ElastiCache.ReplicationGroupNotFoundException: none",
  });
});

test("given a restore that does not end, then the test gives up after twelve hours, and after as many more on deleting it", async () => {
  const { ended, published, hours } = await executed({ statuses: ["creating"] });
  expect(ended).toMatch(/is still creating after 4\d{4} seconds, so it could not be deleted/);
  expect(published).toEqual({ RestoreTestSuccessful: 0 });
  expect(hours).toBeCloseTo(24, 0);
});

test("given a restored node without encryption, then the test fails", async () => {
  await expect(executed({ encrypted: false })).resolves.toMatchObject({
    ended: expect.stringMatching(/the node is not an encrypted one of redis/) as string,
    changes: ["createReplicationGroup", "deleteReplicationGroup"],
  });
});

describe("the snapshot", () => {
  test("is the newest that is available, not one that is being taken, restored or copied", async () => {
    const { restored } = await executed({
      snapshots: {
        older: ["available", 30],
        newest: ["available", 20],
        busy: ["restoring", 5],
        copied: ["copying", 4],
        unfinished: ["creating", 0],
      },
    });
    expect(restored).toBe("newest");
  });

  test("is refused when there is none", async () => {
    await expect(executed({ snapshots: { busy: ["restoring", 5] } })).resolves.toMatchObject({
      ended: `RestoreTest.Failed: There is no available snapshot of ${cache}, so nothing can be restored.`,
      changes: [],
    });
  });

  test("is the requested one, which says nothing about the newest", async () => {
    const { restored, published, output, changes } = await executed({
      input: { snapshotName: "older", keepGroup: true },
      snapshots: { older: ["available", 30], newest: ["available", 5] },
    });
    expect(restored).toBe("older");
    expect(published).toEqual({});
    expect(output).toMatchObject({ snapshotName: "older", replicationGroupKept: testId });
    expect(changes).toEqual(["createReplicationGroup", "addTagsToResource"]);
  });

  test("is refused when it was requested and is being restored", async () => {
    await expect(
      executed({ input: { snapshotName: "busy" }, snapshots: { busy: ["restoring", 5] } }),
    ).resolves.toMatchObject({
      ended: "RestoreTest.Failed: The snapshot busy is restoring, not available.",
      changes: [],
    });
  });

  test.each<[string, object, string]>([
    ["has data tiering", { CacheNodeType: "cache.r6gd.xlarge" }, "was taken on cache.r6gd.xlarge: AWS restores"],
    ["is of a later version", { EngineVersion: "7.2.0" }, "was taken with redis 7.2.0, which the cache with 7.1.0 does"],
    ["is of a later major version", { EngineVersion: "10.0.1" }, "was taken with redis 10.0.1, which the cache with"],
  ])("that %s is refused", async (_what, facts, why) => {
    await expect(executed({ facts })).resolves.toMatchObject({
      ended: expect.stringContaining(`RestoreTest.Failed: The snapshot newest ${why}`) as string,
      changes: [],
    });
  });

  test.each([{ EngineVersion: "7.1.9" }, { EngineVersion: "6.2.6" }, { Engine: "redis", EngineVersion: "7.0.7" }])(
    "with %j is restored",
    async (facts) => {
      await expect(executed({ facts })).resolves.toMatchObject({ ended: "SUCCEEDED", restored: "newest" });
    },
  );
});

test("what is restored carries the tags of the stack", async () => {
  const { tags } = await executed({ input: { snapshotName: "newest", keepGroup: true } });
  expect(tags).toMatchObject({ Environment: "text", Team: "orders" });
});

describe("a group of the test's name", () => {
  test.each(["create-failed", "restore-failed"])("that is %s blocks no later test", async (leftBehind) => {
    await expect(executed({ leftBehind })).resolves.toMatchObject({
      ended: "SUCCEEDED",
      changes: ["deleteReplicationGroup", "createReplicationGroup", "deleteReplicationGroup"],
    });
  });

  test("that an ended execution left behind is deleted first", async () => {
    await expect(
      executed({ leftBehind: "available", tags: { RestoreTestExecution: ownerArn("ended") } }),
    ).resolves.toMatchObject({
      ended: "SUCCEEDED",
      changes: ["deleteReplicationGroup", "createReplicationGroup", "deleteReplicationGroup"],
    });
  });

  test("of a running execution is left alone", async () => {
    await expect(
      executed({
        leftBehind: "available",
        tags: { RestoreTestExecution: ownerArn("running") },
        ownerStatus: "RUNNING",
      }),
    ).resolves.toMatchObject({ ended: expect.stringMatching(/^RestoreTest.Refused: Another/) as string, changes: [] });
  });

  test.each<[string, Readonly<Record<string, string>>, RegExp]>([
    ["that somebody else created", {}, /was not created by a restore test/],
    ["that is kept", { RestoreTestExecution: "x", RestoreTestKept: "true" }, /was kept by a restore test/],
  ])("%s is left alone", async (_whose, tags, why) => {
    await expect(executed({ leftBehind: "available", tags })).resolves.toMatchObject({
      ended: expect.stringMatching(why) as string,
      changes: [],
      left: "available",
    });
  });
});

test.each([{ snapshot: "x" }, { snapshotName: 7 }, { snapshotName: "" }, { keepGroup: "yes" }])(
  "the input %j is refused with what is accepted",
  async (input) => {
    await expect(executed({ input })).resolves.toMatchObject({
      ended: expect.stringMatching(/^RestoreTest.Refused: Invalid input: .*Example:/) as string,
      changes: [],
    });
  },
);

test.each(timeForms)("given times as $form, then the snapshot's age is measured", async ({ of }) => {
  const { published, ended } = await executed({ reshape: timesAs(of) });
  expect(ended).toBe("SUCCEEDED");
  expect(published.RestoredSnapshotAgeHours).toBeCloseTo(5, 3);
});

test("given single values in the place of lists of one, then the test succeeds", async () => {
  await expect(executed({ reshape: withoutListsOfOne })).resolves.toMatchObject({ ended: "SUCCEEDED" });
});
