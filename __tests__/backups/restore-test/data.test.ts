import { Meter } from "../../support/machine";
import type { Holding } from "../../support/node-metrics";
import {
  began,
  cache,
  compared,
  deleted,
  executed,
  holding,
  hour,
  own,
  restoredNode,
} from "../../support/restore-test";

describe("the keys", () => {
  test("given that all are there, then they are verified, and reported", async () => {
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

  test("given that a tenth is missing, then the test fails, with both numbers", async () => {
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
    ["at the limit", 950, "verified"],
    ["below the limit", 949, "keys missing"],
  ])("given that they are %s, %d of 1000, then the result is: %s", async (_where, keys, data) => {
    const { published } = await executed({ holding: holding([1000, 0], [keys, 0]) });
    expect(published.RestoreTestDataVerified).toBe(data === "verified" ? 1 : 0);
  });

  test("given that only keys are gone that expire, then they are verified", async () => {
    const { output, ended } = await executed({ holding: holding([1000, 900], [100, 0]) });
    expect(ended).toBe("SUCCEEDED");
    expect(output).toMatchObject({ data: "verified", restoredExpiringKeys: 0, expectedExpiringKeys: 900 });
  });

  test("given that they are still being loaded, then they are read again before they count as missing", async () => {
    let readings = 0;
    const loading: Holding = (node) => {
      if (node !== restoredNode) return [1000, 0];
      readings += 1;
      return [readings > 8 ? 1000 : 500, 0];
    };
    await expect(executed({ holding: loading })).resolves.toMatchObject({ output: { data: "verified" } });
  });

  test("given that nearly all expire, then they are not comparable, and so not verified", async () => {
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

  test("given that all expire, then they are not verified even when all are there, unless the backup was taken just before", async () => {
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
  ])(
    "given a fresh backup of a cache that was just emptied, when %s, then they are not verified",
    async (_what, of) => {
      await expect(
        executed({ holding: of, snapshots: { [own("newest")]: ["available", 0.5] } }),
      ).resolves.toMatchObject({
        output: { data: "not comparable" },
        published: { RestoreTestDataVerified: 0 },
      });
    },
  );

  test("given that those without expiry were all deleted around the backup, then they are not comparable, and the reason says so", async () => {
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

  test("given a restored cache that reports nothing, then they are not known after twenty minutes", async () => {
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

  test("given a restored cache that reports late, then they are waited for", async () => {
    const late: Holding = (node, at) => (node === restoredNode && at < began + 0.25 * hour ? undefined : [1000, 0]);
    await expect(executed({ holding: late })).resolves.toMatchObject({ output: { data: "verified" } });
  });

  test("given that CloudWatch has none of the time of the backup, then they are not known", async () => {
    const { output, published } = await executed({ holding: holding(undefined, [1000, 0]) });
    expect(output).toMatchObject({ data: "not known", restoredKeys: 1000 });
    expect(output).not.toHaveProperty("expectedKeys");
    expect(published.RestoreTestDataVerified).toBe(0);
  });

  test("given that CloudWatch cannot be asked, then they are not known", async () => {
    const { ended, output } = await executed({ failing: ["getMetricData"] });
    expect(ended).toBe("SUCCEEDED");
    expect(output).toMatchObject({
      data: "not known",
      reason: "CloudWatch could not be asked: getMetricData.Failed: refused",
    });
  });

  test("given an empty cache, then that is a finding, unless it may be empty", async () => {
    const nothing = holding([0, 0], [0, 0]);
    const { published } = await executed({ holding: nothing });
    // Of nothing there is no ratio.
    expect(published).toEqual({
      RestoreTestSuccessful: 1,
      RestoreDurationSeconds: 15,
      RestoredSnapshotAgeHours: 5,
      RestoreTestDataVerified: 0,
      RestoredKeys: 0,
      ExpectedKeys: 0,
    });
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

  test("given a replica that is being synchronized, which has fewer, then those of the fullest node are expected", async () => {
    const syncing: Holding = (node) => (node === `${cache}-002` ? [0, 0] : [1000, 0]);
    await expect(executed({ nodes: [`${cache}-001`, `${cache}-002`], holding: syncing })).resolves.toMatchObject({
      output: { data: "verified", expectedKeys: 1000 },
    });
  });

  test("given a cache that was written to meanwhile, then the fewest around the backup are expected", async () => {
    const created = began - 5 * hour;
    const growing: Holding = (node, at) => (node === restoredNode ? [1000, 0] : [at < created ? 1000 : 2000, 0]);
    await expect(executed({ holding: growing })).resolves.toMatchObject({
      output: { data: "verified", expectedKeys: 1000 },
    });
  });

  test.each([
    ["another cache", "other-001"],
    ["a node that is gone", `${cache}-007`],
  ])("given a requested snapshot of %s, then they are compared with those of its node", async (_what, takenOf) => {
    const of: Holding = (node) => (node === restoredNode || node === takenOf ? [500, 0] : [1000, 0]);
    await expect(executed({ takenOf, holding: of, input: { snapshotName: own("newest") } })).resolves.toMatchObject({
      output: { data: "verified", expectedKeys: 500 },
    });
  });

  test.each([
    [20, 300],
    [70, 3600],
    [5, 60],
  ])("given a backup %i days old, then they are read in periods of %i seconds", async (days, period) => {
    const created = began - days * 24 * hour;
    const reached: number[] = [];
    const { ended, output } = await executed({
      snapshots: { [own("newest")]: ["available", days * 24] },
      holding: (node, at) => {
        if (node !== restoredNode) reached.push(at - created);
        return [1000, 0];
      },
    });
    expect({ ended, output }).toMatchObject({ ended: "SUCCEEDED", output: { data: "verified" } });
    expect(Math.max(...reached)).toBeGreaterThanOrEqual(0);
    const steps = reached.slice(1).map((at, i) => Math.abs(at - (reached[i] ?? 0)) / 1000);
    expect(Math.min(...steps.filter((step) => step > 0))).toBe(period);
  });
});

test.each([
  ["a minute, then they are read for five minutes", 14, 300_000],
  ["a minute until an hour before its points are gone, then they are read for five minutes", 15 - 1.5 / 24, 300_000],
  ["five minutes, then they are read for ten minutes", 15 - 0.5 / 24, 600_000],
  ["five minutes until an hour before its points are gone, then they are read for ten minutes", 63 - 1.5 / 24, 600_000],
  // The period is an hour from here on.
  [
    "an hour, shortly before the points of five minutes are gone, then they are read for an hour",
    63 - 0.5 / 24,
    3_600_000,
  ],
])("given metrics with a period of %s around the backup", async (_what, days, millis) => {
  const { argumentsOf } = await executed({ snapshots: { [own("newest")]: ["available", days * 24] } });
  const [source] = argumentsOf("getMetricData");
  expect(Date.parse(String(source?.EndTime)) - Date.parse(String(source?.StartTime))).toBe(2 * millis);
});

test("given a restored cache, then the minute that is running is read of it too", async () => {
  const { argumentsOf } = await executed({});
  const of = argumentsOf("getMetricData").find((args) => JSON.stringify(args).includes(`"${restoredNode}"`));
  expect(Date.parse(String(of?.EndTime)) - Date.parse(String(of?.StartTime))).toBe(60_000);
});

describe("at its limit", () => {
  test("given a backup of which a twentieth of the keys has no expiry, then it is compared, and with fewer it is not", async () => {
    await expect(compared([[1000, 950]], [[1000, 950]])).resolves.toMatchObject({
      result: "verified",
      reason: expect.stringMatching(/^The restored cache has 50 keys without expiry, 100 % of the 50 /) as string,
    });
    await expect(compared([[1000, 951]], [[1000, 951]])).resolves.toMatchObject({ result: "not comparable" });
  });

  test.each([
    [950, "verified"],
    [949, "not comparable"],
  ])(
    "given a fresh backup whose keys all expire, when %i of 1000 are restored, then they are %s",
    async (keys, result) => {
      await expect(compared([[1000, 1000]], [[keys, keys]], { hours: 0.5 })).resolves.toMatchObject({ result });
    },
  );

  test.each([
    ["an hour old, so not fresh", "not comparable", 1],
    ["a millisecond younger than an hour, so fresh", "verified", 1 - 1 / hour],
  ])("given keys that all expire, and a backup that is %s, then they are %s", async (_what, result, hours) => {
    await expect(compared([[1000, 1000]], [[1000, 1000]], { hours })).resolves.toMatchObject({ result });
  });

  test.each([
    [50, "verified"],
    [49, "not comparable"],
  ])(
    "given a fresh backup of a cache that was emptied from 1000 keys to %i around it, then it is %s",
    async (left, data) => {
      const emptied: Holding = (node, at) =>
        node === restoredNode || at > began - hour / 2 ? [left, left] : [1000, 1000];
      await expect(
        executed({ holding: emptied, snapshots: { [own("newest")]: ["available", 0.5] } }),
      ).resolves.toMatchObject({ output: { data } });
    },
  );

  test("given too few keys to compare, then the reason is that most keys expire, unless those without expiry changed by more than twenty times", async () => {
    const of =
      (left: number): Holding =>
      (node, at) =>
        node !== restoredNode && at <= began - 5 * hour ? [2000, 1000] : [1000 + left, 1000];
    await expect(executed({ holding: of(50) })).resolves.toMatchObject({
      output: {
        data: "not comparable",
        reason: expect.stringMatching(/^Of the 2000 keys .* 50 have no expiry/) as string,
      },
    });
    await expect(executed({ holding: of(49) })).resolves.toMatchObject({
      output: {
        data: "not comparable",
        reason: expect.stringMatching(/^The cache had between 49 and 1000 /) as string,
      },
    });
  });
});

describe("given that one shard has not reported", () => {
  const all = [100, 10] as const;
  const found = async (...args: Parameters<typeof compared>) => Object.keys((await compared(...args)) as object).sort();

  test("of the cache, then what is known of the restored one is reported, and no ratio", async () => {
    await expect(compared([all, undefined], [all, all])).resolves.toMatchObject({
      result: "not known",
      restoredKeys: 180,
      restoredExpiringKeys: 20,
    });
    await expect(found([all, undefined], [all, all])).resolves.toEqual([
      "averageTtlSeconds",
      "bytes",
      "reason",
      "restoredExpiringKeys",
      "restoredKeys",
      "result",
    ]);
  });

  test("of the restored cache, then what is known of the backup is reported, and no ratio", async () => {
    await expect(compared([all, all], [all, undefined])).resolves.toMatchObject({
      result: "not known",
      expectedKeys: 180,
      expectedExpiringKeys: 20,
    });
    await expect(found([all, all], [all, undefined])).resolves.toEqual([
      "averageTtlSeconds",
      "bytes",
      "expectedExpiringKeys",
      "expectedKeys",
      "reason",
      "result",
    ]);
  });

  test("or that AWS lists none of the restored cache, then its keys are not known", async () => {
    await expect(compared([all], [])).resolves.toMatchObject({
      result: "not known",
      reason: "CloudWatch has no key metrics of the restored cache after 1200 seconds.",
    });
  });
});

test("given bytes and a time to live that grow, then the most around the backup is reported", async () => {
  const growing: Holding = (node, at) =>
    node === restoredNode || at < began - 5 * hour ? [1000, 400, 300] : [1200, 600, 900];
  await expect(executed({ holding: growing })).resolves.toMatchObject({
    output: { data: "verified", bytes: 120_000, averageTtlSeconds: 900 },
  });
});

describe("shards", () => {
  test("given bytes and times to live of several, then all bytes are reported, and the longest time to live of one", async () => {
    const of = [
      [100, 50, 900],
      [200, 50, 300],
    ] as const;
    await expect(compared(of, of)).resolves.toMatchObject({ bytes: 30_000, averageTtlSeconds: 900 });
  });

  test("given keys in several, then they are summed", async () => {
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

  test("given one that was empty before, then that is no finding", async () => {
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

  test("given one that has lost everything, then keys are missing, even where the others are enough", async () => {
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

test("given missing keys without expiry, then keys that expire make up for none of them, neither in all nor in one shard", async () => {
  await expect(compared([[2000, 1000]], [[1700, 1000]])).resolves.toMatchObject({ result: "keys missing" });
  const others = [10_000, 0] as const;
  await expect(compared([others, [110, 10], others], [others, [10, 10], others])).resolves.toMatchObject({
    result: "keys missing",
  });
});

test("given a fresh backup of which one shard has lost all keys, then it is not verified, even where the others are enough", async () => {
  const expiring = (keys: number) => [keys, keys] as const;
  const of = [10_000, 100, 10_000].map(expiring);
  await expect(compared(of, of, { hours: 0.5 })).resolves.toMatchObject({ result: "verified" });
  await expect(compared(of, [10_000, 0, 10_000].map(expiring), { hours: 0.5 })).resolves.toMatchObject({
    result: "not comparable",
  });
});

test("given a fresh backup of which one shard was empty before, then it is verified", async () => {
  const of = [10_000, 0, 10_000].map((keys) => [keys, keys] as const);
  await expect(compared(of, of, { hours: 0.5 })).resolves.toMatchObject({ result: "verified" });
});

test("given 500 shards whose metrics never come, then the execution stays below 25,000 events", async () => {
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

test("given 500 shards whose metrics never come, when the backup was just taken, so that the source's metrics are waited for too, then the execution stays below 25,000 events", async () => {
  const meter = new Meter();
  const none = Array.from({ length: 500 }, () => undefined);
  await expect(compared(none, none, { meter, nodesOfShard: ["001"], hours: 0 })).resolves.toMatchObject({
    result: "not known",
    reason: expect.stringContaining("after 1200 seconds") as string,
  });
  expect(meter.events).toBeLessThan(20_000);
});

test("given a restored cache of which AWS lists no shards, then its keys are not known, and the test has succeeded", async () => {
  const { ended, output, argumentsOf } = await executed({ restoredGroup: { NodeGroups: [] } });
  expect(ended).toBe("SUCCEEDED");
  expect(output).toMatchObject({
    data: "not known",
    reason: "CloudWatch has no key metrics of the restored cache after 1200 seconds.",
  });
  const nodes = JSON.stringify(argumentsOf("getMetricData"));
  expect(nodes).toContain(`${cache}-001`);
  expect(nodes).not.toContain(restoredNode);
});
