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

test("given a node that is available later than its group, then it is waited for", async () => {
  await expect(executed({ nodeStatuses: ["modifying", "snapshotting", "available"] })).resolves.toMatchObject({
    ended: "SUCCEEDED",
  });
});

test.each(["create-failed", "restore-failed"])(
  "given a restore that ends in %s, then the test fails and the group is deleted",
  async (status) => {
    const { ended, changes, published } = await executed({ statuses: ["creating", status] });
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
        [own("older")]: ["available", 30],
        [own("newest")]: ["available", 20],
        [own("busy")]: ["restoring", 5],
        [own("copied")]: ["copying", 4],
        [own("unfinished")]: ["creating", 0],
      },
    });
    expect(restored).toBe(own("newest"));
  });

  test("is refused when there is none", async () => {
    await expect(executed({ snapshots: { [own("busy")]: ["restoring", 5] } })).resolves.toMatchObject({
      ended: `RestoreTest.Failed: There is no available snapshot of ${cache}, so nothing can be restored.`,
      changes: [],
    });
  });

  test("is the requested one, which says nothing about the newest", async () => {
    const { restored, published, output, changes } = await executed({
      input: { snapshotName: own("older"), keepGroup: true },
      snapshots: { [own("older")]: ["available", 30], [own("newest")]: ["available", 5] },
    });
    expect(restored).toBe(own("older"));
    expect(published).toEqual({});
    expect(output).toMatchObject({ snapshotName: own("older"), replicationGroupKept: testId });
    expect(changes).toEqual(["createReplicationGroup", "addTagsToResource"]);
  });

  test("of another name is not the newest", async () => {
    const { restored } = await executed({
      snapshots: { [own("older")]: ["available", 30], "before-release": ["available", 1] },
    });
    expect(restored).toBe(own("older"));
  });

  test("of another name is refused when it was requested, with what to do", async () => {
    const others: Readonly<Record<string, string>>[] = [{}, { RestoreTestOf: "prod-redis-cluster" }, { Name: cache }];
    for (const snapshotTags of others)
      await expect(
        executed({
          input: { snapshotName: "before-release", keepGroup: true },
          snapshots: { "before-release": ["available", 1] },
          snapshotTags,
        }),
      ).resolves.toMatchObject({
        ended: expect.stringMatching(
          /^RestoreTest.Failed: Invalid snapshotName before-release: .* add-tags-to-resource --region ap-northeast-1 --resource-name arn:aws:elasticache:ap-northeast-1:123456789012:snapshot:before-release --tags Key=RestoreTestOf,Value=dev-redis-cluster$/,
        ) as string,
        changes: [],
      });
  });

  test("of another name is restored when it was requested and somebody tagged it for that", async () => {
    const { restored, ended } = await executed({
      input: { snapshotName: "before-release" },
      snapshots: { "before-release": ["available", 1] },
      snapshotTags: { RestoreTestOf: cache },
    });
    expect([restored, ended]).toEqual(["before-release", "SUCCEEDED"]);
  });

  test.each(["manual", "final", "copy", "kept"])("named <prefix>-%s-… is one of this cache's", async (kind) => {
    const name = `dev-redis-${kind}-1a2b3c4d`;
    await expect(
      executed({ input: { snapshotName: name }, snapshots: { [name]: ["available", 1] }, takenOf: "gone-001" }),
    ).resolves.toMatchObject({ ended: "SUCCEEDED", restored: name });
  });

  const created = createdByStack;
  test.each<[what: string, name: string, takenOf: string, origin: Origin, isOwn: boolean]>([
    ["of a node", `automatic.${cache}-001-2026-01-31-07-00`, `${cache}-001`, created, true],
    ["of a node that is gone", `automatic.${cache}-003-2026-01-31-07-00`, `${cache}-003`, created, true],
    ["of a cache whose id goes on", `automatic.${cache}-eu-001-2026-01-31-07-00`, `${cache}-eu-001`, created, false],
    ["of another cache", "automatic.orders-001-2026-01-31-07-00", "orders-001", created, false],
    ["of a node with a name of its own", "automatic.old-2026-01-31-07-00", `${cache}-001`, adoptedProd, true],
    ["beside an adopted cache", "automatic.orders-001-2026-01-31-07-00", "orders-001", adoptedProd, false],
  ])("that is automatic, %s", async (_what, name, takenOf, origin, isOwn) => {
    const { restored, ended } = await executed({
      input: { snapshotName: name },
      snapshots: { [name]: ["available", 1] },
      takenOf,
      origin,
    });
    expect(restored).toBe(isOwn ? name : null);
    expect(ended).toMatch(isOwn ? /^SUCCEEDED$/ : /^RestoreTest.Failed: Invalid snapshotName automatic/);
  });

  test("is refused when it was requested and is being restored", async () => {
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
  ])("that %s is refused", async (_what, facts, why) => {
    await expect(executed({ facts })).resolves.toMatchObject({
      ended: expect.stringContaining(`RestoreTest.Failed: The snapshot dev-redis-manual-newest ${why}`) as string,
      changes: [],
    });
  });

  test.each([{ EngineVersion: "7.1.9" }, { EngineVersion: "6.2.6" }, { Engine: "redis", EngineVersion: "7.0.7" }])(
    "with %j is restored",
    async (facts) => {
      await expect(executed({ facts })).resolves.toMatchObject({ ended: "SUCCEEDED", restored: own("newest") });
    },
  );
});

test("the account may have any number of other snapshots: only those of the cache's nodes are asked for", async () => {
  const { ended, restored, asked } = await executed({ foreign: 1200 });
  expect(ended).toBe("SUCCEEDED");
  expect(restored).toBe(own("newest"));
  expect(asked.map(({ CacheClusterId }) => CacheClusterId)).toEqual(
    Array.from({ length: 6 }, (_one, i) => `${cache}-00${i + 1}`),
  );
});

test.each([
  ["of a node that was removed", `${cache}-008`, 10],
  ["of one with a higher number, which is looked for among everybody's", `${cache}-012`, 10],
])("the newest snapshot may be %s", async (_what, takenOf, foreign) => {
  await expect(executed({ takenOf, foreign })).resolves.toMatchObject({ ended: "SUCCEEDED", restored: own("newest") });
});

test("without a snapshot within the bound the test says so, after a bounded number of calls", async () => {
  const { ended, asked } = await executed({ takenOf: `${cache}-012`, foreign: 1200 });
  expect(ended).toMatch(/There is no available snapshot/);
  expect(asked).toHaveLength(9 + 25);
});

test("what is restored carries the tags of the stack", async () => {
  const { tags } = await executed({ input: { snapshotName: own("newest"), keepGroup: true } });
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
