import { created as createdByStack, type Origin } from "../../../stacks/backups/snapshots";
import { adoptedProd } from "../../support/adopted";
import { cache, executed, own, ownerArn, testId } from "../../support/restore-test";
import { timeForms, timesAs, withoutListsOfOne } from "../../support/forms";

test("given a snapshot, then it is restored, measured, and the restored group deleted", async () => {
  await expect(executed({})).resolves.toMatchObject({
    ended: "SUCCEEDED",
    output: {
      snapshotName: own("newest"),
      snapshotCreatedAt: "2026-01-31T07:00:00.000Z",
      replicationGroupKept: "none",
    },
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

test("given an earlier test's group that was busy for hours, then the restore may take as long as otherwise", async () => {
  // Nearly the twelve hours that either may take.
  const busy = Array.from({ length: 200 }, () => "creating");
  const { ended, changes, hours } = await executed({
    leftBehind: "available",
    leftBehindWas: busy,
    tags: { RestoreTestExecution: ownerArn("killed") },
    statuses: [...busy, "available"],
  });
  expect(ended).toBe("SUCCEEDED");
  expect(changes).toEqual(["deleteReplicationGroup", "createReplicationGroup", "deleteReplicationGroup"]);
  expect(hours).toBeGreaterThan(20);
});

test("given a node that is available later than its group, then it is waited for", async () => {
  await expect(executed({ nodeStatuses: ["modifying", "snapshotting", "available"] })).resolves.toMatchObject({
    ended: "SUCCEEDED",
  });
});

test.each(["create-failed", "restore-failed"])(
  "given a restore that ends in %s, then the test fails and the group is deleted",
  async (status) => {
    const { ended, changes, published, hours } = await executed({ statuses: ["creating", status] });
    expect(hours).toBeLessThan(0.1);
    expect(ended).toMatch(new RegExp(`^RestoreTest.Failed: Restoring dev-redis-manual-newest: .* is ${status} after`));
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
    ended: `RestoreTest.Failed: ElastiCache.ReplicationGroupNotFoundException: no ${testId}`,
  });
});

test("given a restore that does not end, then the test gives up after twelve hours, and after as many more on deleting it", async () => {
  const { ended, published, hours } = await executed({ statuses: ["creating"] });
  expect(ended).toMatch(/is still creating after 4\d{4} seconds, so it could not be deleted/);
  expect(published).toEqual({ RestoreTestSuccessful: 0 });
  expect(hours).toBeCloseTo(24, 0);
});

test.each(["create-failed", "restore-failed", "deleting"])(
  "given a node that ends in %s though its group is available, then the test fails at once",
  async (status) => {
    const { ended, hours, left } = await executed({ nodeStatuses: ["creating", status] });
    expect(ended).toMatch(new RegExp(`^RestoreTest.Failed: Restoring dev-redis-manual-newest: .* is ${status} after`));
    expect(hours).toBeLessThan(0.1);
    expect(left).toBeUndefined();
  },
);

test.each([
  { TransitEncryptionEnabled: false },
  { AtRestEncryptionEnabled: false },
  { TransitEncryptionEnabled: null },
  { AtRestEncryptionEnabled: undefined },
  { Engine: "valkey" },
])("given a restored node with %j, then the test fails", async (restoredNode) => {
  await expect(executed({ restoredNode })).resolves.toMatchObject({
    ended: "RestoreTest.Failed: Restoring dev-redis-manual-newest: the node is not an encrypted one of redis.",
    changes: ["createReplicationGroup", "deleteReplicationGroup"],
  });
});

describe("the snapshot", () => {
  test("given several, then the newest that is available is restored, not one that is being taken, restored or copied", async () => {
    const { restored } = await executed({
      snapshots: {
        [own("older")]: ["available", 28],
        [own("newest")]: ["available", 20],
        [own("old")]: ["available", 30],
        [own("busy")]: ["restoring", 5],
        [own("copied")]: ["copying", 4],
        [own("unfinished")]: ["creating", 0],
      },
    });
    expect(restored).toBe(own("newest"));
  });

  test.each([1, 2])("given that the newest of all nodes is of node %i of two, then it is restored", async (place) => {
    const nodes = [1, 2].map((number) => `${cache}-00${number}`);
    const of = nodes.map((_node, i): readonly [string, readonly [string, number]] => [
      own(`of-${i + 1}`),
      ["available", i + 1 === place ? 5 : 20],
    ]);
    const { restored } = await executed({
      nodes,
      snapshots: Object.fromEntries(of),
      takenOf: (name) => nodes[Number(name.slice(-1)) - 1] ?? "",
    });
    expect(restored).toBe(own(`of-${place}`));
  });

  test("given none that is available, then the test fails, and changes nothing", async () => {
    await expect(executed({ snapshots: { [own("busy")]: ["restoring", 5] } })).resolves.toMatchObject({
      ended: `RestoreTest.Failed: There is no available snapshot of ${cache}, so nothing can be restored.`,
      changes: [],
    });
  });

  test("given a requested one, when the group is kept, then it is restored, which says nothing about the newest", async () => {
    const { restored, published, output, changes } = await executed({
      input: { snapshotName: own("older"), keepGroup: true },
      snapshots: { [own("newest")]: ["available", 5], [own("older")]: ["available", 30] },
    });
    expect(restored).toBe(own("older"));
    expect(published).toEqual({});
    expect(output).toMatchObject({ snapshotName: own("older"), replicationGroupKept: testId });
    expect(changes).toEqual(["createReplicationGroup", "addTagsToResource"]);
  });

  test("given a newer one of another name, then it is not taken for the newest", async () => {
    const { restored } = await executed({
      snapshots: { [own("older")]: ["available", 30], "before-release": ["available", 1] },
    });
    expect(restored).toBe(own("older"));
  });

  test("given a requested one of another name, then it is refused, with what to do", async () => {
    const others: Readonly<Record<string, string>>[] = [
      {},
      { RestoreTestOf: "prod-redis-cluster" },
      { RestoreTestOf: `${cache}-eu` },
      { RestoreTestOf: `my-${cache}` },
      { Name: cache },
    ];
    for (const snapshotTags of others) {
      const { ended, changes } = await executed({
        input: { snapshotName: "before-release", keepGroup: true },
        snapshots: { "before-release": ["available", 1] },
        snapshotTags,
      });
      expect({ snapshotTags, ended, changes }).toEqual({
        snapshotTags,
        ended:
          "RestoreTest.Failed: Invalid snapshotName before-release: a restore test accepts automatic backups of dev-redis-cluster, snapshots named after its stack, and snapshots tagged for it. If its data may be restored without AUTH, tag it and run the test again: aws elasticache add-tags-to-resource --region ap-northeast-1 --resource-name arn:aws:elasticache:ap-northeast-1:123456789012:snapshot:before-release --tags Key=RestoreTestOf,Value=dev-redis-cluster",
        changes: [],
      });
    }
  });

  test("given a requested one of another name that somebody tagged for that, then it is restored", async () => {
    const { restored, ended } = await executed({
      input: { snapshotName: "before-release" },
      snapshots: { "before-release": ["available", 1] },
      snapshotTags: { RestoreTestOf: cache },
    });
    expect([restored, ended]).toEqual(["before-release", "SUCCEEDED"]);
  });

  test.each(["manual", "final", "copy", "kept"])(
    "given one named <prefix>-%s-…, then it is one of this cache's",
    async (kind) => {
      const name = `dev-redis-${kind}-1a2b3c4d`;
      await expect(
        executed({ input: { snapshotName: name }, snapshots: { [name]: ["available", 1] }, takenOf: "gone-001" }),
      ).resolves.toMatchObject({ ended: "SUCCEEDED", restored: name });
    },
  );

  const created = createdByStack;
  test.each<[what: string, name: string, takenOf: string, origin: Origin, isOwn: boolean]>([
    ["of a node", `automatic.${cache}-001-2026-01-31-07-00`, `${cache}-001`, created, true],
    ["of a node that is gone", `automatic.${cache}-003-2026-01-31-07-00`, `${cache}-003`, created, true],
    ["of a cache whose id goes on", `automatic.${cache}-eu-001-2026-01-31-07-00`, `${cache}-eu-001`, created, false],
    ["of another cache", "automatic.orders-001-2026-01-31-07-00", "orders-001", created, false],
    ["of a node with a name of its own", "automatic.old-2026-01-31-07-00", `${cache}-001`, adoptedProd, true],
    ["beside an adopted cache", "automatic.orders-001-2026-01-31-07-00", "orders-001", adoptedProd, false],
  ])(
    "given a requested automatic one %s, then it is restored only if it is of this cache",
    async (_what, name, takenOf, origin, isOwn) => {
      const { restored, ended } = await executed({
        input: { snapshotName: name },
        snapshots: { [name]: ["available", 1] },
        takenOf,
        origin,
      });
      expect(restored).toBe(isOwn ? name : null);
      expect(ended).toMatch(isOwn ? /^SUCCEEDED$/ : /^RestoreTest.Failed: Invalid snapshotName automatic/);
    },
  );

  test("given a requested one that is being restored, then it is refused", async () => {
    await expect(
      executed({ input: { snapshotName: own("busy") }, snapshots: { [own("busy")]: ["restoring", 5] } }),
    ).resolves.toMatchObject({
      ended: "RestoreTest.Failed: The snapshot dev-redis-manual-busy is restoring, not available.",
      changes: [],
    });
  });

  test.each<[string, object, string]>([
    ["has data tiering", { CacheNodeType: "cache.r6gd.xlarge" }, "was taken on cache.r6gd.xlarge: AWS restores"],
    [
      "is of a later version",
      { EngineVersion: "7.2.0" },
      "was taken with redis 7.2.0, which the cache with 7.1.0 does",
    ],
    ["is of a later major version", { EngineVersion: "10.0.1" }, "was taken with redis 10.0.1, which the cache with"],
    [
      "is of Valkey, for Redis OSS",
      { Engine: "valkey", EngineVersion: "7.2.6" },
      "was taken with Valkey, which Redis OSS does not read.",
    ],
    [
      "is of a cache with shards",
      { ReplicationGroupId: "orders" },
      "was taken with cluster mode enabled, which this cache is not.",
    ],
  ])("given one that %s, then it is refused", async (_what, facts, why) => {
    await expect(executed({ facts })).resolves.toMatchObject({
      ended: expect.stringContaining(`RestoreTest.Failed: The snapshot dev-redis-manual-newest ${why}`) as string,
      changes: [],
    });
  });

  test("given one that has the data of several shards, then it is refused, also when it names no group", async () => {
    await expect(executed({ parts: [{}, {}] })).resolves.toMatchObject({
      ended:
        "RestoreTest.Failed: The snapshot dev-redis-manual-newest was taken with cluster mode enabled, which this cache is not.",
      changes: [],
    });
  });

  test.each([
    { EngineVersion: "7.1.9" },
    { EngineVersion: "6.2.6" },
    { Engine: "redis", EngineVersion: "7.0.7" },
    { CacheNodeType: "cache.r6g.xlarge" },
    { ReplicationGroupId: null },
    { ReplicationGroupId: "" },
  ])("given one with %j, then it is restored", async (facts) => {
    await expect(executed({ facts })).resolves.toMatchObject({ ended: "SUCCEEDED", restored: own("newest") });
  });

  test.each([
    { Engine: "redis", EngineVersion: "7.1.0" },
    { Engine: "valkey", EngineVersion: "7.2.6" },
    { Engine: "valkey", EngineVersion: "8.0.1" },
  ])("given one with %j, then it is restored into Valkey 8.0", async (facts) => {
    await expect(executed({ facts, node: { Engine: "valkey", EngineVersion: "8.0.1" } })).resolves.toMatchObject({
      ended: "SUCCEEDED",
      restored: own("newest"),
    });
  });

  test("given one of a later Valkey, then it is not restored into Valkey 8.0", async () => {
    const { ended } = await executed({
      facts: { Engine: "valkey", EngineVersion: "8.1.0" },
      node: { Engine: "valkey", EngineVersion: "8.0.1" },
    });
    expect(ended).toMatch(/was taken with valkey 8.1.0, which the cache with 8.0.1 does not read[.]$/);
  });

  describe("given one whose size is", () => {
    test.each(["0 B", "0B", "0 MB", "0.0 MB", "00.00 GB"])("%s, then it is refused as empty", async (CacheSize) => {
      await expect(executed({ parts: [{ CacheSize }] })).resolves.toMatchObject({
        ended: `RestoreTest.Failed: The snapshot dev-redis-manual-newest is empty (${CacheSize}).`,
        changes: [],
      });
    });

    test.each(["10 MB", "0.1 MB", "100 B", "0 MB 512 KB", "", null, undefined])(
      "%j, then it is restored",
      async (CacheSize) => {
        await expect(executed({ parts: [{ CacheSize }] })).resolves.toMatchObject({ restored: own("newest") });
      },
    );

    test("nothing, when the cache may be empty, then it is restored", async () => {
      const values = { "var.allow_empty_cache": "true" };
      await expect(executed({ values, parts: [{ CacheSize: "0 MB" }] })).resolves.toMatchObject({
        ended: "SUCCEEDED",
        restored: own("newest"),
      });
    });
  });
});

test.each([
  ["5.0.6", "5.0.6"],
  ["6.0.5", "6.0"],
  ["6.2.6", "6.2"],
  ["7.1.0", "7.1"],
  ["10.1.0", "10.1"],
])(
  "given a cache with version %s, then it is restored with %s, as CreateReplicationGroup takes it",
  async (live, asked) => {
    const { argumentsOf } = await executed({ node: { EngineVersion: live }, facts: { EngineVersion: live } });
    expect(argumentsOf("createReplicationGroup")).toMatchObject([{ EngineVersion: asked }]);
  },
);

test("given any number of other snapshots in the account, then only those of the cache's nodes are asked for", async () => {
  const { ended, restored, asked } = await executed({ foreign: 1200 });
  expect(ended).toBe("SUCCEEDED");
  expect(restored).toBe(own("newest"));
  expect(asked.map(({ CacheClusterId }) => CacheClusterId)).toEqual(
    Array.from({ length: 6 }, (_one, i) => `${cache}-00${i + 1}`),
  );
});

test.each([
  ["of a node that was removed", `${cache}-008`, 10],
  ["of a node with a higher number, which is looked for among everybody's", `${cache}-012`, 10],
])("given a newest snapshot %s, then it is restored", async (_what, takenOf, foreign) => {
  await expect(executed({ takenOf, foreign })).resolves.toMatchObject({ ended: "SUCCEEDED", restored: own("newest") });
});

test("given no snapshot within the bound, then the test says so, after a bounded number of calls", async () => {
  const { ended, asked } = await executed({ takenOf: `${cache}-012`, foreign: 1200 });
  expect(ended).toMatch(/There is no available snapshot/);
  expect(asked).toHaveLength(9 + 25);
});

test("given tags of the stack, then what is restored carries them", async () => {
  const { tags } = await executed({ input: { snapshotName: own("newest"), keepGroup: true } });
  expect(tags).toMatchObject({ Environment: "text", Team: "orders" });
});

describe("a group of the test's name", () => {
  test.each(["create-failed", "restore-failed"])(
    "given one that is %s, then it blocks no later test",
    async (leftBehind) => {
      await expect(executed({ leftBehind })).resolves.toMatchObject({
        ended: "SUCCEEDED",
        changes: ["deleteReplicationGroup", "createReplicationGroup", "deleteReplicationGroup"],
      });
    },
  );

  test("given one that an ended execution left behind, then it is deleted first", async () => {
    await expect(
      executed({ leftBehind: "available", tags: { RestoreTestExecution: ownerArn("ended") } }),
    ).resolves.toMatchObject({
      ended: "SUCCEEDED",
      changes: ["deleteReplicationGroup", "createReplicationGroup", "deleteReplicationGroup"],
    });
  });

  test("given one of a running execution, then it is left alone", async () => {
    await expect(
      executed({
        leftBehind: "available",
        tags: { RestoreTestExecution: ownerArn("running") },
        ownerStatus: "RUNNING",
      }),
    ).resolves.toMatchObject({ ended: expect.stringMatching(/^RestoreTest.Refused: Another/) as string, changes: [] });
  });

  test.each<[string, Readonly<Record<string, string>>, string]>([
    [
      "that somebody else created",
      {},
      "was not created by a restore test, so nothing is restored and nothing deleted. Rename or delete it.",
    ],
    [
      "that is kept",
      { RestoreTestExecution: "x", RestoreTestKept: "true" },
      `was kept by a restore test so that somebody can look at it, and there is never more than one. When it is no longer needed: aws elasticache delete-replication-group --region ap-northeast-1 --replication-group-id ${testId}`,
    ],
  ])("given one %s, then it is left alone, and the test says what to do", async (_whose, tags, why) => {
    await expect(executed({ leftBehind: "available", tags })).resolves.toMatchObject({
      ended: `RestoreTest.Failed: ${testId} ${why}`,
      changes: [],
      left: "available",
    });
  });

  test.each([
    ["listTagsForResource", "ElastiCache.ReplicationGroupNotFoundException"],
    ["listTagsForResource", "ElastiCache.CacheClusterNotFoundException"],
    ["deleteReplicationGroup", "ElastiCache.ReplicationGroupNotFoundException"],
    ["deleteReplicationGroup", "ElastiCache.InvalidReplicationGroupStateException"],
  ])(
    "given one whose status changes just before %s, when that fails with %s, then it is looked at again",
    async (action, error) => {
      const leftover = { leftBehind: "available", tags: { RestoreTestExecution: ownerArn("ended") } };
      for (const errors of [[error], [null, error], [error, error, error, error]])
        await expect(executed({ ...leftover, errors: { [action]: errors } })).resolves.toMatchObject({
          ended: "SUCCEEDED",
          changes: ["deleteReplicationGroup", "createReplicationGroup", "deleteReplicationGroup"],
          left: undefined,
        });
    },
  );
});

describe("what is changed", () => {
  test("given a restore, then it is the temporary group, which is like the cache, encrypted, alone, and without backups of its own", async () => {
    const { argumentsOf } = await executed({});
    expect(argumentsOf("createReplicationGroup")).toEqual([
      {
        ReplicationGroupId: testId,
        ReplicationGroupDescription: `Restore test of ${cache}, deleted when it has ended`,
        SnapshotName: own("newest"),
        Engine: "redis",
        EngineVersion: "7.1",
        CacheParameterGroupName: "a-group",
        CacheNodeType: "cache.t4g.small",
        NumCacheClusters: 1,
        AutomaticFailoverEnabled: false,
        MultiAZEnabled: false,
        Port: 6379,
        CacheSubnetGroupName: "text",
        SecurityGroupIds: ["sg-test"],
        AtRestEncryptionEnabled: true,
        TransitEncryptionEnabled: true,
        AutoMinorVersionUpgrade: false,
        SnapshotRetentionLimit: 0,
        Tags: expect.arrayContaining([
          { Key: "Name", Value: testId },
          { Key: "RestoreTestExecution", Value: "arn:execution" },
        ]) as unknown,
      },
    ]);
  });

  test("given a group that was left behind, then it is that group and no other: it is deleted by its own name, with nothing of it left", async () => {
    const { argumentsOf } = await executed({
      leftBehind: "available",
      tags: { RestoreTestExecution: ownerArn("ended") },
    });
    const deletion = { ReplicationGroupId: testId, RetainPrimaryCluster: false };
    expect(argumentsOf("deleteReplicationGroup")).toEqual([deletion, deletion]);
    expect(argumentsOf("listTagsForResource")).toEqual([
      { ResourceName: `arn:aws:elasticache:ap-northeast-1:123456789012:replicationgroup:${testId}` },
      { ResourceName: `arn:aws:elasticache:ap-northeast-1:123456789012:replicationgroup:${testId}` },
    ]);
  });

  test("given a cache with a customer managed key, then the temporary group has it as well", async () => {
    const { argumentsOf } = await executed({ values: { "local.cache_key": "arn:key" } });
    expect(argumentsOf("createReplicationGroup")).toEqual([expect.objectContaining({ KmsKeyId: "arn:key" })]);
  });

  test("given a group that is kept, then it gets one tag", async () => {
    const { argumentsOf } = await executed({ input: { snapshotName: own("newest"), keepGroup: true } });
    expect(argumentsOf("addTagsToResource")).toEqual([
      {
        ResourceName: `arn:aws:elasticache:ap-northeast-1:123456789012:replicationgroup:${testId}`,
        Tags: [{ Key: "RestoreTestKept", Value: "true" }],
      },
    ]);
  });

  test("given rules that a test left behind, then they are removed, by their ids, from the test's own security group", async () => {
    const { argumentsOf, rules } = await executed({
      rules: ["Restore test validator: earlier", "mine", "not a Restore test validator: x"],
    });
    expect(argumentsOf("describeSecurityGroupRules")[0]).toEqual({
      Filters: [{ Name: "group-id", Values: ["sg-test"] }],
    });
    expect(argumentsOf("revokeSecurityGroupIngress")).toEqual([
      { GroupId: "sg-test", SecurityGroupRuleIds: ["sgr-0"] },
    ]);
    expect(rules).toEqual(["mine", "not a Restore test validator: x"]);
  });
});

describe("a group of the test's name that is not this test's", () => {
  test.each([
    ["another environment", "arn:aws:states:ap-northeast-1:123456789012:execution:prod-redis-restore-test:x"],
    [
      "an environment whose name begins so",
      "arn:aws:states:ap-northeast-1:123456789012:execution:dev-redis-restore-test-2:x",
    ],
    ["another Region", "arn:aws:states:us-east-1:123456789012:execution:dev-redis-restore-test:x"],
    ["another account", "arn:aws:states:ap-northeast-1:210987654321:execution:dev-redis-restore-test:x"],
    ["another state machine", "arn:aws:states:ap-northeast-1:123456789012:execution:dev-redis-manual-backup:x"],
    ["a text that ends with its own ARN", `x-${ownerArn("x")}`],
  ])("given that it is of %s, then it is left alone", async (_whose, owner) => {
    const { ended, changes, left } = await executed({ leftBehind: "available", tags: { RestoreTestExecution: owner } });
    expect(ended).toMatch(/^RestoreTest.Failed: .* was not created by a restore test/);
    expect([changes, left]).toEqual([[], "available"]);
  });

  test("given that AWS no longer knows the execution that created it, then it is deleted", async () => {
    const tags = { RestoreTestExecution: ownerArn("forgotten") };
    await expect(executed({ leftBehind: "available", tags, ownerStatus: null })).resolves.toMatchObject({
      ended: "SUCCEEDED",
      changes: ["deleteReplicationGroup", "createReplicationGroup", "deleteReplicationGroup"],
    });
  });

  // All errors of https://docs.aws.amazon.com/step-functions/latest/apireference/API_DescribeExecution.html but that of one that is gone.
  test.each([
    "Sfn.AccessDeniedException",
    "Sfn.InvalidArnException",
    "Sfn.KmsAccessDeniedException",
    "Sfn.SfnException",
  ])(
    "given that AWS does not say what became of the execution that created it, but %s, then it is left alone",
    async (error) => {
      const tags = { RestoreTestExecution: ownerArn("unknown") };
      const errors = { describeExecution: Array.from({ length: 20 }, () => error) };
      const { ended, changes } = await executed({ leftBehind: "available", tags, errors });
      expect([ended, changes]).toEqual([expect.stringContaining(error), []]);
    },
  );

  test.each(["FAILED", "TIMED_OUT", "ABORTED", "SUCCEEDED"])(
    "given that the execution that created it is %s, then it is deleted",
    async (ownerStatus) => {
      const tags = { RestoreTestExecution: ownerArn("killed") };
      const { ended, changes } = await executed({ leftBehind: "available", tags, ownerStatus });
      expect([ended, changes[0]]).toEqual(["SUCCEEDED", "deleteReplicationGroup"]);
    },
  );

  test.each<[string, Readonly<Record<string, string>>]>([
    ["somebody", {}],
    ["another execution", { RestoreTestExecution: ownerArn("other") }],
  ])("given that %s created it in between, then it is left alone, and the test is refused", async (_who, intruder) => {
    const { ended, argumentsOf, left } = await executed({ intruder });
    expect(ended).toMatch(/^RestoreTest.Refused: ElastiCache.ReplicationGroupAlreadyExistsException/);
    expect([argumentsOf("deleteReplicationGroup"), left]).toEqual([[], "available"]);
  });
});

describe("two executions", () => {
  const running = (ExecutionArn: string, StartDate: string, Status = "RUNNING") => ({
    executions: [{ ExecutionArn, StartDate, Status }],
  });

  test.each([
    ["began earlier", running("arn:z", "2026-01-31T11:59:59Z")],
    ["began at the same moment and sorts first", running("arn:a", "2026-01-31T12:00:00Z")],
  ])("given one that %s, then this one changes nothing", async (_what, executions) => {
    const { ended, changes, published } = await executed(executions);
    expect(ended).toMatch(/^RestoreTest.Refused: Another restore test is running/);
    expect([changes, published]).toEqual([[], {}]);
  });

  test.each([
    ["began later", running("arn:a", "2026-01-31T12:00:01Z")],
    ["began at the same moment and sorts last", running("arn:z", "2026-01-31T12:00:00Z")],
    ["was killed", running("arn:z", "2026-01-31T11:00:00Z", "ABORTED")],
  ])("given one that %s, then this one goes on", async (_what, executions) => {
    await expect(executed(executions)).resolves.toMatchObject({ ended: "SUCCEEDED" });
  });
});

test.each<[input: unknown]>([
  [{ snapshot: "x" }],
  [{ snapshotName: "s", snapshot: "x" }],
  [{ snapshotName: 7 }],
  [{ snapshotName: "" }],
  [{ snapshotName: null }],
  [{ keepGroup: "yes" }],
  [{ keepGroup: null }],
  [{ snapshotName: own("newest"), keepGroup: 1 }],
  [{ fromVault: "true" }],
  [{ fromVault: "true", snapshotName: own("newest") }],
  [{ fromVault: null, keepGroup: true }],
  [{ fromVault: true, snapshotName: own("newest") }],
  [[]],
  ["newest"],
  [7],
])("given the input %j, then it is refused with what is accepted", async (input) => {
  await expect(executed({ input })).resolves.toMatchObject({
    ended:
      'RestoreTest.Refused: Invalid input: a restore test accepts snapshotName (the name of a snapshot) or fromVault (true: the newest backup in the vault), and keepGroup (true or false), all optional. Example: {"snapshotName": "my-snapshot", "keepGroup": true}',
    calls: [],
  });
});

test.each([
  {},
  { snapshotName: own("newest") },
  { snapshotName: own("newest"), keepGroup: false },
  { keepGroup: true },
  { fromVault: false },
  { fromVault: false, snapshotName: own("newest"), keepGroup: true },
])("given the input %j, then it is accepted", async (input) => {
  await expect(executed({ input })).resolves.toMatchObject({ ended: "SUCCEEDED", restored: own("newest") });
});

test("given a failed test, when its metrics cannot be published, then its cause stays", async () => {
  const { ended } = await executed({ statuses: ["create-failed"], failing: ["putMetricData"] });
  expect(ended).toMatch(/^RestoreTest.Failed: Restoring dev-redis-manual-newest: .* is create-failed after/);
});

test.each(timeForms)("given times as $form, then the snapshot's age is measured", async ({ of }) => {
  const { published, ended } = await executed({ reshape: timesAs(of) });
  expect(ended).toBe("SUCCEEDED");
  expect(published.RestoredSnapshotAgeHours).toBeCloseTo(5, 3);
});

test("given single values in the place of lists of one, then the test succeeds", async () => {
  await expect(executed({ reshape: withoutListsOfOne })).resolves.toMatchObject({ ended: "SUCCEEDED" });
});
