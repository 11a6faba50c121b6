import { ExecutionError, Meter } from "../../support/machine";
import type { Holding } from "../../support/node-metrics";
import { began, cache, compared, executed, hour, own, testId } from "../../support/restore-test";

const restoredNode = `${testId}-001`;

/** What the cache had around the backup, and what the restored one has. */
const holding =
  (source: ReturnType<Holding>, restored: ReturnType<Holding>): Holding =>
  (node) =>
    node === restoredNode ? restored : source;

const deleted = ["createReplicationGroup", "deleteReplicationGroup"];

describe("the keys", () => {
  test("that are all there are verified, and reported", async () => {
    const { ended, output, published, changes } = await executed({ holding: holding([1000, 400], [1000, 400]) });
    expect(ended).toBe("SUCCEEDED");
    expect(changes).toEqual(deleted);
    expect(published).toMatchObject({
      RestoreTestSuccessful: 1,
      RestoreTestDataVerified: 1,
      RestoredKeys: 600,
      ExpectedKeys: 600,
      RestoredKeysRatio: 1,
    });
    expect(output).toMatchObject({
      data: "verified",
      dataVerified: true,
      restoredKeys: 600,
      expectedKeys: 600,
      restoredExpiringKeys: 400,
      expectedExpiringKeys: 400,
      bytes: 100_000,
      averageTtlSeconds: 600,
      validation: "none",
    });
  });

  test("of which a tenth is missing fail the test, with both numbers", async () => {
    const { ended, published, changes } = await executed({ holding: holding([1000, 0], [900, 0]) });
    expect(ended).toBe(
      "RestoreTest.KeysMissing: The restored cache has 900 keys without expiry, 90 % of the 1000 that the cache had when dev-redis-manual-newest was taken. restore_test_min_keys_ratio is 0.95.",
    );
    expect(published).toEqual({
      RestoreTestSuccessful: 0,
      RestoreTestDataVerified: 0,
      RestoredKeys: 900,
      ExpectedKeys: 1000,
      RestoredKeysRatio: 0.9,
    });
    expect(changes).toEqual(deleted);
  });

  test.each([
    ["at the limit pass", 950, "verified"],
    ["below the limit fail", 949, "keys missing"],
  ])("%s", async (_where, keys, data) => {
    const { published } = await executed({ holding: holding([1000, 0], [keys, 0]) });
    expect(published.RestoreTestDataVerified).toBe(data === "verified" ? 1 : 0);
  });

  test("pass when only keys are gone that expire", async () => {
    const { output, ended } = await executed({ holding: holding([1000, 900], [100, 0]) });
    expect(ended).toBe("SUCCEEDED");
    expect(output).toMatchObject({ data: "verified", restoredExpiringKeys: 0, expectedExpiringKeys: 900 });
  });

  test("are read again before they count as missing", async () => {
    let readings = 0;
    const loading: Holding = (node) => {
      if (node !== restoredNode) return [1000, 0];
      readings += 1;
      return [readings > 8 ? 1000 : 500, 0];
    };
    await expect(executed({ holding: loading })).resolves.toMatchObject({ output: { data: "verified" } });
  });

  test("that nearly all expire are not comparable, which is no success", async () => {
    const { ended, output, published } = await executed({ holding: holding([1000, 951], [200, 151]) });
    expect(ended).toBe("SUCCEEDED");
    expect(published).toMatchObject({ RestoreTestSuccessful: 1, RestoreTestDataVerified: 0 });
    expect(output).toMatchObject({
      data: "not comparable",
      dataVerified: false,
      reason:
        "Of the 1000 keys that the cache had when dev-redis-manual-newest was taken, 49 have no expiry. The restored cache has 200 keys, and 49 of them have no expiry. The others may have expired since.",
      restoredExpiringKeys: 151,
      expectedExpiringKeys: 951,
      bytes: 100_000,
      averageTtlSeconds: 600,
      restoredSnapshotAgeHours: 5,
    });
  });

  test("that all expire are not verified even when all are there, unless the backup was taken just before", async () => {
    const all = holding([1000, 1000], [1000, 1000]);
    await expect(executed({ holding: all })).resolves.toMatchObject({ output: { data: "not comparable" } });
    await expect(executed({ holding: all, snapshots: { [own("newest")]: ["available", 0.5] } })).resolves.toMatchObject(
      {
        output: { data: "verified" },
      },
    );
    await expect(
      executed({ holding: holding([1000, 1000], [900, 900]), snapshots: { [own("newest")]: ["available", 0.5] } }),
    ).resolves.toMatchObject({ output: { data: "not comparable" } });
  });

  test.each<[string, Holding]>([
    // The cache was emptied a minute before the backup, or a minute after it.
    [
      "none is restored",
      (node, at) => (node === restoredNode || at > began - hour / 2 - 60_000 ? [0, 0] : [1000, 1000]),
    ],
    [
      "few are restored",
      (node, at) => (node === restoredNode ? [1, 1] : at > began - hour / 2 ? [0, 0] : [1000, 1000]),
    ],
  ])("of a fresh backup of a cache that was just emptied are not verified: %s", async (_what, of) => {
    await expect(executed({ holding: of, snapshots: { [own("newest")]: ["available", 0.5] } })).resolves.toMatchObject({
      output: { data: "not comparable" },
      published: { RestoreTestDataVerified: 0 },
    });
  });

  test("without expiry that were all deleted around the backup are not comparable, and the reason says so", async () => {
    const created = began - 5 * hour;
    const flushed: Holding = (node, at) => (node === restoredNode || at <= created ? [1000, 0] : [0, 0]);
    await expect(executed({ holding: flushed })).resolves.toMatchObject({
      output: {
        data: "not comparable",
        reason:
          "The cache had between 0 and 1000 keys without expiry around the time when dev-redis-manual-newest was taken, which is too different to compare. The restored cache has 1000.",
      },
    });
  });

  test("of a restored cache that reports nothing are not known after twenty minutes", async () => {
    const { ended, output, published, hours } = await executed({ holding: holding([1000, 0], undefined) });
    expect(ended).toBe("SUCCEEDED");
    expect(published).toEqual({
      RestoreTestSuccessful: 1,
      RestoreDurationSeconds: 15,
      RestoredSnapshotAgeHours: 5,
      RestoreTestDataVerified: 0,
      ExpectedKeys: 1000,
    });
    expect(output).toMatchObject({
      data: "not known",
      reason: "CloudWatch has no key metrics of the restored cache after 1200 seconds.",
    });
    expect(hours).toBeCloseTo(1 / 3, 1);
  });

  test("of a restored cache that reports late are waited for", async () => {
    const late: Holding = (node, at) => (node === restoredNode && at < began + 0.25 * hour ? undefined : [1000, 0]);
    await expect(executed({ holding: late })).resolves.toMatchObject({ output: { data: "verified" } });
  });

  test("of the time of the backup that CloudWatch does not have are not known", async () => {
    const { output, published } = await executed({ holding: holding(undefined, [1000, 0]) });
    expect(output).toMatchObject({ data: "not known", restoredKeys: 1000 });
    expect(output).not.toHaveProperty("expectedKeys");
    expect(published.RestoreTestDataVerified).toBe(0);
  });

  test("are not known when CloudWatch cannot be asked", async () => {
    const { ended, output } = await executed({ failing: ["getMetricData"] });
    expect(ended).toBe("SUCCEEDED");
    expect(output).toMatchObject({
      data: "not known",
      reason: "CloudWatch could not be asked: getMetricData.Failed: refused",
    });
  });

  test("of an empty cache are a finding, unless it may be empty", async () => {
    const nothing = holding([0, 0], [0, 0]);
    await expect(executed({ holding: nothing })).resolves.toMatchObject({
      ended: "SUCCEEDED",
      output: {
        data: "empty",
        dataVerified: false,
        reason: "The cache had no keys when dev-redis-manual-newest was taken.",
      },
      published: { RestoreTestDataVerified: 0 },
    });
    await expect(executed({ holding: nothing, values: { "var.allow_empty_cache": "true" } })).resolves.toMatchObject({
      output: { data: "verified" },
      published: { RestoreTestDataVerified: 1 },
    });
  });

  test("are those of the fullest node: a replica that is being synchronized has fewer", async () => {
    const syncing: Holding = (node) => (node === `${cache}-002` ? [0, 0] : [1000, 0]);
    await expect(executed({ nodes: [`${cache}-001`, `${cache}-002`], holding: syncing })).resolves.toMatchObject({
      output: { data: "verified", expectedKeys: 1000 },
    });
  });

  test("are the fewest around the backup, as the cache was written to meanwhile", async () => {
    const created = began - 5 * hour;
    const growing: Holding = (node, at) => (node === restoredNode ? [1000, 0] : [at < created ? 1000 : 2000, 0]);
    await expect(executed({ holding: growing })).resolves.toMatchObject({
      output: { data: "verified", expectedKeys: 1000 },
    });
  });

  test.each([
    ["another cache", "other-001"],
    ["a node that is gone", `${cache}-007`],
  ])("of a requested snapshot of %s are compared with those of its node", async (_what, takenOf) => {
    const of: Holding = (node) => (node === restoredNode || node === takenOf ? [500, 0] : [1000, 0]);
    await expect(executed({ takenOf, holding: of, input: { snapshotName: own("newest") } })).resolves.toMatchObject({
      output: { data: "verified", expectedKeys: 500 },
    });
  });

  test.each([
    [20, 300],
    [70, 3600],
    [5, 60],
  ])("of a backup %i days old are read by %i seconds", async (days, period) => {
    const created = began - days * 24 * hour;
    const reached: number[] = [];
    const { output } = await executed({
      snapshots: { [own("newest")]: ["available", days * 24] },
      holding: (node, at) => {
        if (node !== restoredNode) reached.push(at - created);
        return [1000, 0];
      },
    });
    expect(output).toMatchObject({ data: "verified" });
    expect(Math.max(...reached)).toBeGreaterThanOrEqual(0);
    const steps = reached.slice(1).map((at, i) => Math.abs(at - (reached[i] ?? 0)) / 1000);
    expect(Math.min(...steps.filter((step) => step > 0))).toBe(period);
  });
});

test.each([
  ["five minutes", 14, 300_000],
  ["ten minutes where the period is five", 15 - 0.5 / 24, 600_000],
  // The period is an hour from here on.
  ["an hour shortly before the points of five minutes are gone", 63 - 0.5 / 24, 3_600_000],
])("metrics are read for %s around the backup", async (_what, days, millis) => {
  const { argumentsOf } = await executed({ snapshots: { [own("newest")]: ["available", days * 24] } });
  const [source] = argumentsOf("getMetricData");
  expect(Date.parse(String(source?.EndTime)) - Date.parse(String(source?.StartTime))).toBe(2 * millis);
});

describe("shards", () => {
  test("are summed", async () => {
    await expect(
      compared(
        [
          [100, 0],
          [200, 50],
          [300, 0],
        ],
        [
          [100, 0],
          [150, 0],
          [300, 0],
        ],
      ),
    ).resolves.toMatchObject({ result: "verified", restoredKeys: 550, expectedKeys: 550 });
  });

  test("of which one was empty before are no finding", async () => {
    await expect(
      compared(
        [
          [100, 0],
          [0, 0],
          [300, 0],
        ],
        [
          [100, 0],
          [0, 0],
          [300, 0],
        ],
      ),
    ).resolves.toMatchObject({ result: "verified", restoredKeys: 400 });
  });

  test("of which one has lost everything fail, even where the others are enough", async () => {
    await expect(
      compared(
        [
          [10_000, 0],
          [100, 0],
          [10_000, 0],
        ],
        [
          [10_000, 0],
          [0, 0],
          [10_000, 0],
        ],
      ),
    ).resolves.toMatchObject({
      result: "keys missing",
      reason: expect.stringMatching(/Shards without such keys, that had some: 1\.$/) as string,
    });
  });
});

test("a fresh backup of which one shard has lost all keys is not verified, even where the others are enough", async () => {
  const expiring = (keys: number) => [keys, keys] as const;
  const of = [10_000, 100, 10_000].map(expiring);
  await expect(compared(of, of, { hours: 0.5 })).resolves.toMatchObject({ result: "verified" });
  await expect(compared(of, [10_000, 0, 10_000].map(expiring), { hours: 0.5 })).resolves.toMatchObject({
    result: "not comparable",
  });
});

test("an execution for 500 shards whose metrics never come stays below 25,000 events", async () => {
  const meter = new Meter();
  const shards = Array.from({ length: 500 }, () => [100, 0] as const);
  await expect(
    compared(
      shards,
      shards.map(() => undefined),
      { meter, nodesOfShard: ["001"] },
    ),
  ).resolves.toMatchObject({ result: "not known", reason: expect.stringContaining("after 1200 seconds") as string });
  expect(meter.events).toBeLessThan(20_000);
});

describe("a validator", () => {
  const arn = "arn:aws:states:ap-northeast-1:123456789012:stateMachine:validator";
  const values = { "local.restore_test_validator": arn, "local.restore_test_validator_client": "sg-client" };
  const rule = "Restore test validator: execution";
  const taskFailed = new ExecutionError(
    "States.TaskFailed",
    '{"Cause":"order 7 is missing","Error":"Orders.Missing","Input":"{\\"Cause\\":\\"no\\"}","Status":"FAILED"}',
  );
  const around = [
    "createReplicationGroup",
    "authorizeSecurityGroupIngress",
    "startExecution",
    "revokeSecurityGroupIngress",
    "deleteReplicationGroup",
  ];

  test("that succeeds is let in for that time, and is told what it needs", async () => {
    const { ended, output, validated, changes, rules } = await executed({ values });
    expect(ended).toBe("SUCCEEDED");
    expect(output).toMatchObject({ data: "verified", validation: "succeeded" });
    expect(validated).toEqual({
      AWS_STEP_FUNCTIONS_STARTED_BY_EXECUTION_ID: "arn:execution",
      endpoint: `master.${restoredNode}`,
      port: 6379,
      tls: true,
      shards: 1,
      snapshotName: own("newest"),
      snapshotCreatedAt: "2026-01-31T07:00:00.000Z",
      rules: [rule],
    });
    expect(changes).toEqual(around);
    expect(rules).toEqual([]);
  });

  test("vouches for keys that cannot be compared, and not for an empty cache", async () => {
    const expiring = holding([1000, 1000], [1000, 1000]);
    await expect(executed({ values, holding: expiring })).resolves.toMatchObject({
      output: { data: "not comparable", dataVerified: true },
      published: { RestoreTestDataVerified: 1 },
    });
    await expect(executed({ values, holding: holding([0, 0], [0, 0]) })).resolves.toMatchObject({
      output: { data: "empty", dataVerified: false },
    });
  });

  test("that fails fails the test, with its cause", async () => {
    const { ended, published, changes, rules } = await executed({ values, validator: taskFailed });
    expect(ended).toBe(
      "RestoreTest.ValidationFailed: The validator validator failed on the restored cache of dev-redis-manual-newest: Orders.Missing: order 7 is missing",
    );
    expect(published).toMatchObject({ RestoreTestSuccessful: 0, RestoreTestDataVerified: 0 });
    expect(changes).toEqual(around);
    expect(rules).toEqual([]);
  });

  test("that hangs is stopped after an hour", async () => {
    const { ended, changes, rules } = await executed({ values, validator: new ExecutionError("States.Timeout", "") });
    expect(ended).toBe(
      "RestoreTest.ValidationFailed: The validator validator took longer than 3600 seconds on the restored cache of dev-redis-manual-newest, and was stopped.",
    );
    expect(changes).toEqual([...around.slice(0, 3), "stopExecution", ...around.slice(3)]);
    expect(rules).toEqual([]);
  });

  test("that cannot be started fails the test", async () => {
    const { ended } = await executed({
      values,
      validator: new ExecutionError("StepFunctions.StateMachineDoesNotExistException", "it is gone"),
    });
    expect(ended).toMatch(/^RestoreTest.ValidationFailed: The validator validator could not be run: .* it is gone$/);
  });

  test.each([
    ["times out by itself", '{"ExecutionArn":"arn:validation","Input":"{}","Status":"TIMED_OUT"}', "TIMED_OUT"],
    ["is stopped by somebody", '{"ExecutionArn":"arn:validation","Status":"ABORTED","StopDate":1}', "ABORTED"],
    ["fails without a cause that can be read", "cut off", "unknown"],
  ])("that %s fails the test, with its status", async (_what, cause, status) => {
    const { ended, rules } = await executed({ values, validator: new ExecutionError("States.TaskFailed", cause) });
    expect(ended).toBe(
      `RestoreTest.ValidationFailed: The validator validator failed on the restored cache of dev-redis-manual-newest: its execution is ${status}`,
    );
    expect(rules).toEqual([]);
  });

  test("whose output is too large fails the test, and is shut out", async () => {
    const { ended, changes, rules } = await executed({
      values,
      validator: new ExecutionError("States.DataLimitExceeded", "The result has more than 262144 bytes."),
    });
    expect(ended).toMatch(
      /^RestoreTest.ValidationFailed: The output of the validator validator .* exceeds the 256 KiB/,
    );
    expect(changes).toEqual(around);
    expect(rules).toEqual([]);
  });

  test.each<[string, Parameters<typeof executed>[0]]>([
    ["does not list yet", { unlisted: ["sgr-new"] }],
    ["cannot list", { listingFailsLater: true }],
  ])("is shut out when EC2 %s its rule", async (_what, given) => {
    const { changes, rules } = await executed({ values, ...given });
    expect(changes).toEqual(around);
    expect(rules).toEqual([]);
  });

  test("without a client's security group is run, and nobody is let in", async () => {
    const { changes } = await executed({ values: { "local.restore_test_validator": arn } });
    expect(changes).toEqual(["createReplicationGroup", "startExecution", "deleteReplicationGroup"]);
  });

  test("is not run on keys that are missing", async () => {
    const { ended, changes } = await executed({ values, holding: holding([1000, 0], [1, 0]) });
    expect(ended).toMatch(/KeysMissing/);
    expect(changes).toEqual(deleted);
  });

  test("of a cache that is kept is shut out all the same", async () => {
    const { changes, rules } = await executed({ values, input: { keepGroup: true } });
    expect(changes).toEqual([...around.slice(0, 3), "addTagsToResource", "revokeSecurityGroupIngress"]);
    expect(rules).toEqual([]);
  });

  test("whose rule an earlier test left behind is shut out first; other rules stay", async () => {
    const { changes, rules } = await executed({ rules: ["Restore test validator: earlier", "mine"] });
    expect(changes).toEqual(["revokeSecurityGroupIngress", ...deleted]);
    expect(rules).toEqual(["mine"]);
  });

  test.each(["describeSecurityGroupRules", "revokeSecurityGroupIngress"])(
    "whose earlier rule stays because %s fails keeps anything from being restored",
    async (action) => {
      const { ended, changes } = await executed({ rules: ["Restore test validator: earlier"], failing: [action] });
      expect(ended).toMatch(/^RestoreTest.Failed: The security group rule of the validator could not be removed: /);
      expect(changes).toEqual([]);
    },
  );

  test("that cannot be let in fails the test, and the group is deleted", async () => {
    const { ended, changes } = await executed({ values, failing: ["authorizeSecurityGroupIngress"] });
    expect(ended).toMatch(/^RestoreTest.Failed: authorizeSecurityGroupIngress.Failed/);
    expect(changes).toEqual(deleted);
  });
});
