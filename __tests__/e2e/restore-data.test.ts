import { aws } from "./support/aws";
import { deployed } from "./support/deployment";
import { metrics } from "./support/executions";
import { describeLab, evaluate, lab, runSchedule } from "./support/lab";
import { expectOk } from "./support/project";
import { expectRefused } from "./support/refusing";
import { alarm, backedUp, forgetMetrics, found, holds, on, schedule, stack, throwAway } from "./support/restore-data";

const emptyAllowed: NodeJS.ProcessEnv = { ...on, TF_VAR_allow_empty_cache: "true" };
const project = deployed(stack, on);

interface Reading {
  readonly StartTime: string;
  readonly MetricDataQueries: readonly { readonly MetricStat: { readonly Period: number } }[];
}

/** The metrics that an execution asked CloudWatch for, in this order. */
function readings(executionArn: string): readonly object[] {
  const { events } = aws("stepfunctions", "getExecutionHistory", { executionArn, maxResults: 1000 }) as {
    events: { taskScheduledEventDetails?: { resource: string; parameters: string } }[];
  };
  return events
    .map(({ taskScheduledEventDetails: details }) => details)
    .filter((details) => details?.resource === "getMetricData")
    .map((details) => JSON.parse(details?.parameters ?? "") as Reading)
    .map(({ StartTime, MetricDataQueries: [query] }) => ({
      daysAgo: Math.floor((Date.now() - Date.parse(StartTime)) / 86_400_000),
      period: query?.MetricStat.Period,
    }));
}

describeLab("the data of a restore test", () => {
  beforeEach(forgetMetrics);

  test("is verified when every key is there, and the metrics may come late", async () => {
    await backedUp(8);
    await lab("delay", { metricsSeconds: 5 });
    await expect(found()).resolves.toMatchObject({
      data: "verified",
      dataVerified: true,
      restoredKeys: 8000,
      expectedKeys: 8000,
      restoredKeysRatio: 1,
      validation: "none",
    });
    await lab("delay", { metricsSeconds: 0 });
    await expect(evaluate(alarm)).resolves.toMatchObject({ state: "OK" });
  });

  test("lacks a tenth of the keys: the test fails with both numbers, and the alarm stays until the next one", async () => {
    await lab("keys", { name: await backedUp(7), keys: 9200, expiring: 2000 });
    await expect(runSchedule(schedule)).resolves.toMatchObject({
      status: "FAILED",
      error: "RestoreTest.KeysMissing",
      cause: expect.stringMatching(
        / has 7200 keys without expiry, 90 % of the 8000 that the cache had when /,
      ) as string,
    });
    await expect(evaluate(alarm)).resolves.toMatchObject({ state: "ALARM" });
    await forgetMetrics();
    await runSchedule("dev-redis-backup-check");
    expect(metrics(["RestoreTestDataVerified"])).toEqual({ RestoreTestDataVerified: 0 });
    await expect(evaluate(alarm)).resolves.toMatchObject({ state: "ALARM" });
  });

  test("lacks only keys that expire, which is no finding", async () => {
    await lab("keys", { name: await backedUp(6), keys: 8000, expiring: 0 });
    await expect(found()).resolves.toMatchObject({ data: "verified", restoredExpiringKeys: 0 });
    await expect(evaluate(alarm)).resolves.toMatchObject({ state: "OK" });
  });

  test("is not known without metrics of the restored cache, which is no success", async () => {
    await backedUp(5);
    await lab("metrics", { replicationGroupId: throwAway });
    await expect(found()).resolves.toMatchObject({
      data: "not known",
      dataVerified: false,
      reason: expect.stringContaining("CloudWatch has no key metrics of the restored cache") as string,
    });
    await lab("metrics", { replicationGroupId: throwAway, reported: true });
    await expect(evaluate(alarm)).resolves.toMatchObject({ state: "ALARM" });
  });

  test("is read again when CloudWatch returns only a part of it", async () => {
    await backedUp(4.95);
    await lab("fail", { action: "metric-data", times: 3, status: "PartialData" });
    await expect(found()).resolves.toMatchObject({ data: "verified", restoredKeys: 8000, expectedKeys: 8000 });
  });

  test("of an empty cache is a finding, unless the cache may be empty", async () => {
    await holds(0, 0, 4.9);
    await backedUp(4.8);
    await expect(found()).resolves.toMatchObject({
      data: "empty",
      dataVerified: false,
      reason: expect.stringContaining("The cache had no keys when ") as string,
    });
    await expect(evaluate(alarm)).resolves.toMatchObject({ state: "ALARM" });

    await forgetMetrics();
    expectOk(project().apply(stack, emptyAllowed));
    await expect(found()).resolves.toMatchObject({ data: "verified", dataVerified: true, expectedKeys: 0 });
    await expect(evaluate(alarm)).resolves.toMatchObject({ state: "OK" });
    expectOk(project().apply(stack, on));
  });

  test("is not comparable when all keys expire, and the command fails, unless the backup has just been taken", async () => {
    await holds(1000, 1000, 4.5);
    await backedUp(4);
    expectRefused(
      project().restoreTest(stack, [], on),
      "The backup was restored, but its data was not verified (not comparable).",
      "Of the 1000 keys that the cache had",
      "See docs/runbook.md#restore-test-data.",
    );
    await expect(evaluate(alarm)).resolves.toMatchObject({ state: "ALARM" });

    await forgetMetrics();
    const first = project().restoreTest(stack, ["--backup-first"], on);
    expectOk(first);
    expect(first.text).toMatch(/dev-redis-manual-\d{14}.* Data: verified/);
    // The newest backup counts, so that this ends the alarm.
    await expect(evaluate(alarm)).resolves.toMatchObject({ state: "OK" });
  });

  test("of a backup 20 days old is compared with what CloudWatch still has of that time: every five minutes", async () => {
    await lab("forget", { snapshots: true });
    await holds(5000, 1000, 21 * 24);
    await lab("keys", { name: await backedUp(20 * 24), keys: 4700, expiring: 900 });
    const { executionArn, output, cause } = await runSchedule(schedule);
    expect({ cause, found: JSON.parse(output ?? "null") as object }).toMatchObject({
      found: { data: "verified", restoredKeys: 3800, expectedKeys: 4000, restoredKeysRatio: 0.95 },
    });
    expect(readings(executionArn)).toEqual([
      { daysAgo: 20, period: 300 },
      { daysAgo: 0, period: 60 },
    ]);
  });
});
