import { aws, createNetwork, type Network } from "./support/aws";
import { destroyAll } from "./support/clean-up";
import { describeLab, evaluate, lab, runSchedule, type AlarmVerdict } from "./support/lab";
import { expectNoChanges, expectOk, Project } from "./support/project";
import { Listener } from "./support/told";

const stack = "redis-dev";
const group = "dev-redis-cluster";

describeLab("the check of the backups", () => {
  let network: Network;
  let project: Project;
  let people: Listener;

  beforeAll(() => {
    network = createNetwork();
    project = new Project(network);

    expectOk(project.apply(stack));
    people = new Listener(String(project.outputs(stack).redis_notifications_topic_arn?.value), "people");
  });

  afterAll(() => {
    people.remove();
    destroyAll(project, network, { [stack]: {} });
  });

  /** Starts from nothing but a group of an age, in hours, without a snapshot, a metric or a fault. */
  const groupOfAge = async (hours: number) => {
    await lab("forget", { metrics: true, snapshots: true });
    await lab("age", { replicationGroupId: group, hours });
    for (const action of ["DescribeSnapshots", "DescribeReplicationGroups", "DescribeEvents", "PutMetricData"])
      await lab("fail", { action, times: 0 });
  };
  const snapshot = (more: object = {}) => lab("automatic-snapshot", { replicationGroupId: group, ...more });
  const check = () => runSchedule("dev-redis-backup-check");
  const state = async (alarm: string) => (await evaluate(`dev-redis-${alarm}`)).state;
  /** In two hours, when missing data counts: it does not in the first hour of a deployment. */
  const stateLater = async (alarm: string) => {
    const at = new Date(Date.now() + 2 * 3_600_000).toISOString();
    return (await lab<AlarmVerdict>("alarm", { name: `dev-redis-${alarm}`, at })).state;
  };
  const metric = (name: string): number | undefined => {
    const { Datapoints = [] } = aws("cloudwatch", "getMetricStatistics", {
      Namespace: "ElastiCacheBackups",
      MetricName: name,
      Dimensions: [{ Name: "ReplicationGroupId", Value: group }],
      Statistics: ["Maximum"],
      Period: 86400,
      StartTime: new Date(Date.now() - 3_600_000),
      EndTime: new Date(Date.now() + 60_000),
    }) as { Datapoints?: { Maximum: number }[] };
    return Datapoints[0]?.Maximum;
  };

  test("raises no alarm in a deploy, nor in the first day of a new group", async () => {
    expect(await check()).toMatchObject({ status: "SUCCEEDED" });
    expect(await evaluate("dev-redis-backup-failed")).toMatchObject({ state: "OK", values: [1, 1, 1, 1, 1, 1] });
    await groupOfAge(23);
    await check();
    expect(await state("backup-failed")).toBe("OK");
    expect(metric("SnapshotAgeHours")).toBeCloseTo(23, 1);
    expect(metric("SnapshotSizeBytes")).toBeUndefined();
    // Nothing but the first state of a new alarm.
    expect(people.hearAlarms()).toEqual(["dev-redis-backup-failed: INSUFFICIENT_DATA > OK"]);
    expectNoChanges(project, stack);
  });

  test("fills the periods behind it from the first time on, so that a group that was adopted raises no alarm either", async () => {
    await groupOfAge(500);
    await snapshot({ ageHours: 20 });
    await check();
    expect(await evaluate("dev-redis-backup-failed")).toMatchObject({ state: "OK", values: [1, 1, 1, 1, 1, 1] });
  });

  test("tells people that an older group has no backup, and when it has one again", async () => {
    await groupOfAge(30);
    await check();
    expect(await state("backup-failed")).toBe("ALARM");
    expect(metric("SnapshotAgeHours")).toBeCloseTo(30, 1);
    expect(people.hearAlarms()).toEqual(["dev-redis-backup-failed: OK > ALARM"]);

    await lab("forget", { metrics: true });
    await snapshot({ ageHours: 1 });
    await check();
    expect(await state("backup-failed")).toBe("OK");
    expect(people.hearAlarms()).toEqual(["dev-redis-backup-failed: ALARM > OK"]);
  });

  // A day, a window of two hours and a backup of three.
  test.each([
    [28.9, "OK"],
    [29.1, "ALARM"],
  ])("judges a newest backup that is %d hours old: %s", async (ageHours, verdict) => {
    await groupOfAge(500);
    await snapshot({ ageHours });
    await snapshot({ ageHours: ageHours + 24 });
    await check();
    // The periods behind are judged as of then: 29.1 hours old now was young enough half an hour ago.
    expect((await evaluate("dev-redis-backup-failed")).values[0]).toBe(verdict === "OK" ? 1 : 0);
    expect((await evaluate("dev-redis-backup-failed", true)).values.slice(2)).toEqual([1, 1, 1, 1]);
    expect(metric("SnapshotAgeHours")).toBeCloseTo(ageHours, 1);
  });

  test("alarms on a newest backup that is too old", async () => {
    await groupOfAge(500);
    await snapshot({ ageHours: 31 });
    await check();
    expect(await state("backup-failed")).toBe("ALARM");
  });

  test("takes the newest of 60 backups, whatever order and pages they come in, and no failed or unfinished one", async () => {
    await groupOfAge(5000);
    for (let i = 0; i < 60; i++) await snapshot({ ageHours: 10 + ((i * 7) % 60) });
    await snapshot({ status: "creating" });
    await check();
    expect(metric("SnapshotAgeHours")).toBeCloseTo(10, 1);
    expect(metric("SnapshotSizeBytes")).toBe(12 * 1024 * 1024);
    expect(metric("SnapshotDurationSeconds")).toBeGreaterThanOrEqual(0);
    expect(metric("SnapshotsFailed")).toBe(0);
    expect(await state("backup-failed")).toBe("OK");
  });

  test("does not take a backup that is still being taken for one", async () => {
    await groupOfAge(500);
    await snapshot({ status: "creating" });
    await check();
    expect(await state("backup-failed")).toBe("ALARM");
    expect(metric("SnapshotsFailed")).toBe(0);
  });

  test("tells people of a failed backup while the one before is young enough, and when a later one succeeds", async () => {
    await groupOfAge(500);
    await snapshot({ ageHours: 20 });
    await check();
    expect(await state("snapshot-failed")).toBe("OK");
    expect(await state("backup-failed")).toBe("OK");
    people.hear();
    await snapshot({ status: "failed" });
    await lab("forget", { metrics: true });
    await check();
    expect(await state("backup-failed")).toBe("OK");
    expect(await state("snapshot-failed")).toBe("ALARM");
    expect(people.hearAlarms()).toEqual(["dev-redis-snapshot-failed: OK > ALARM"]);

    await snapshot();
    await lab("forget", { metrics: true });
    await check();
    expect(await state("snapshot-failed")).toBe("OK");
    expect(people.hearAlarms()).toEqual(["dev-redis-snapshot-failed: ALARM > OK"]);
  });

  test("keeps the alarm of a failed backup while it publishes nothing", async () => {
    await groupOfAge(500);
    await snapshot({ ageHours: 20 });
    await snapshot({ status: "failed" });
    await check();
    expect(await state("snapshot-failed")).toBe("ALARM");
    await lab("forget", { metrics: true });
    expect(await state("snapshot-failed")).toBe("ALARM");
    await snapshot();
    await check();
    expect(await state("snapshot-failed")).toBe("OK");
    people.hear();
  });

  test("goes on when AWS throttles it", async () => {
    await groupOfAge(500);
    await snapshot({ ageHours: 2 });
    await lab("fail", { action: "DescribeSnapshots", code: "Throttling", times: 3 });
    expect(await check()).toMatchObject({ status: "SUCCEEDED" });
    expect(await state("backup-failed")).toBe("OK");
  });

  test.each([
    ["is forbidden to read snapshots", { action: "DescribeSnapshots", code: "AccessDenied", http: 403 }],
    ["finds the API down", { action: "DescribeReplicationGroups", code: "ServiceUnavailable", http: 503 }],
    ["cannot publish", { action: "PutMetricData", code: "InternalServiceFault", http: 500 }],
  ])("fails, and people are told twice over, when it %s", async (_what, fault) => {
    await groupOfAge(500);
    await snapshot({ ageHours: 2 });
    await check();
    expect(await state("backup-failed")).toBe("OK");
    expect(await state("backup-check-execution-failed")).toBe("OK");
    await lab("forget", { metrics: true });
    people.hear();

    await lab("fail", { ...fault, times: 1000 });
    expect(await check()).toMatchObject({ status: "FAILED" });
    // One failure is made good by the next run.
    expect(await state("backup-check-execution-failed")).toBe("OK");
    expect(await check()).toMatchObject({ status: "FAILED" });
    expect(await state("backup-check-execution-failed")).toBe("ALARM");
    expect(await stateLater("backup-failed")).toBe("ALARM");
    expect(people.hearAlarms()).toEqual([
      "dev-redis-backup-check-execution-failed: OK > ALARM",
      "dev-redis-backup-failed: OK > ALARM",
    ]);

    await lab("fail", { ...fault, times: 0 });
    await lab("forget", { metrics: true });
    expect(await check()).toMatchObject({ status: "SUCCEEDED" });
    expect(await state("backup-check-execution-failed")).toBe("OK");
    expect(await state("backup-failed")).toBe("OK");
    expect(people.hearAlarms()).toEqual([
      "dev-redis-backup-check-execution-failed: ALARM > OK",
      "dev-redis-backup-failed: ALARM > OK",
    ]);
  });

  test("publishes the newest backup though it cannot read events, and fails with the reason", async () => {
    await groupOfAge(500);
    await snapshot({ ageHours: 2 });
    const fault = { action: "DescribeEvents", code: "InternalFailure", http: 500 };
    await lab("fail", { ...fault, times: 1000 });
    expect(await check()).toMatchObject({
      status: "FAILED",
      error: "BackupCheck.Incomplete",
      cause: expect.stringMatching(/^CheckFailures: ElastiCache\./) as string,
    });
    expect(await state("backup-failed")).toBe("OK");
    expect(metric("SnapshotAgeHours")).toBeCloseTo(2, 1);
    expect(metric("EventsTopicActive")).toBe(1);
    expect(metric("SnapshotsFailed")).toBeUndefined();
    await lab("fail", { ...fault, times: 0 });
    expect(await check()).toMatchObject({ status: "SUCCEEDED" });
  });
});
