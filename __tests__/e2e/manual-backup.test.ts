import { aws, snapshotNames } from "./support/aws";
import { deployed } from "./support/deployment";
import { begin, end, metrics, runCommand, stop, until } from "./support/executions";
import { describeLab, evaluate, lab, runSchedule } from "./support/lab";
import { expectNoChanges, expectOk } from "./support/project";

const stack = "redis-dev";
const cache = "dev-redis-cluster";
const schedule = "dev-redis-manual-backup";
const on = { TF_VAR_enable_manual_backup: "true", TF_VAR_manual_backups_kept: "2" };
const project = deployed(stack, on);

const command = (): string => String(project().outputs(stack).manual_backup_command?.value);
const own = /dev-redis-manual-\d{14}/;
const describeSnapshot = (name: string) =>
  (
    aws("elasticache", "describeSnapshots", { SnapshotName: name }) as {
      Snapshots: { CacheClusterId: string; SnapshotStatus: string }[];
    }
  ).Snapshots[0];
/** Takes a snapshot, as the manual backup of a cache if one is named. */
const take = (name: string, manualBackupOf?: string): unknown =>
  aws("elasticache", "createSnapshot", {
    SnapshotName: name,
    CacheClusterId: `${cache}-002`,
    Tags: manualBackupOf === undefined ? [] : [{ Key: "ManualBackupOf", Value: manualBackupOf }],
  });
const nameIn = (text: string | null | undefined): string => own.exec(text ?? "")?.[0] ?? `no name in ${text ?? "null"}`;
/** A second later names are others. */
const nextSecond = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 1100));

test("on demand: the command of the output answers with the name of an available snapshot of a replica", () => {
  const printed = runCommand(command());
  expect(printed).toMatch(/^SUCCEEDED\s+\{.*\}\s*$/s);
  expect(describeSnapshot(nameIn(printed))).toMatchObject({
    CacheClusterId: `${cache}-002`,
    SnapshotStatus: "available",
  });
  expect(snapshotNames()).toEqual([nameIn(printed)]);
  expectNoChanges(project(), stack, on);
});

describeLab("with what AWS does by itself", () => {
  test("only backups of its own making are deleted, beyond the newest two", async () => {
    const [first] = snapshotNames();
    take("dev-redis-manual-20200101000000"); // Somebody's, with a name like its own.
    take("dev-redis-manual-before-release", cache);
    take("staging-redis-manual-20200101000000", "staging-redis-cluster");
    take("dev-redis-manual-20200101000001", "staging-redis-cluster");
    take("dev-redis-final-1a2b3c4d");
    const { SnapshotName: automatic } = await lab<{ SnapshotName: string }>("automatic-snapshot", {
      replicationGroupId: cache,
    });
    const foreign = snapshotNames().filter((name) => name !== first);
    expect(foreign).toContain(automatic);

    const second = await runSchedule(schedule);
    await nextSecond();
    const third = await runSchedule(schedule);
    expect([second, third]).toMatchObject([{ status: "SUCCEEDED" }, { status: "SUCCEEDED" }]);
    expect(JSON.parse(third.output ?? "")).toMatchObject({ deleted: [first] });
    expect(snapshotNames()).toEqual([...foreign, nameIn(second.output), nameIn(third.output)].sort());
    await nextSecond();
  });

  test("after a failover it is taken from another replica, not from the new primary", async () => {
    await lab("failover", { replicationGroupId: cache });
    const { output } = await runSchedule(schedule);
    expect(describeSnapshot(nameIn(output))).toMatchObject({ CacheClusterId: `${cache}-001` });
    await nextSecond();
  });

  test("a busy cache is waited for", async () => {
    await lab("fail", { action: "CreateSnapshot", code: "InvalidReplicationGroupState", times: 3 });
    await expect(runSchedule(schedule)).resolves.toMatchObject({ status: "SUCCEEDED" });
    await nextSecond();
  });

  test("while it is taken nothing is deleted, and a second one is refused", async () => {
    const before = snapshotNames();
    await lab("delay", { snapshotSeconds: 20 });
    const slow = await begin(schedule);
    await until("the snapshot is begun", () => snapshotNames().length > before.length);
    await expect(runSchedule(schedule)).resolves.toMatchObject({ status: "FAILED", error: "ManualBackup.Refused" });
    expect(snapshotNames()).toEqual(expect.arrayContaining(before));

    const { status, output } = await end(slow);
    await lab("delay", { snapshotSeconds: 0 });
    expect(status).toBe("SUCCEEDED");
    const { deleted } = JSON.parse(output ?? "") as { deleted: string[] };
    expect(deleted).toHaveLength(1);
    expect(snapshotNames()).toEqual([...before.filter((name) => !deleted.includes(name)), nameIn(output)].sort());
    await nextSecond();
  });

  test("one that turns out failed, and one that is stopped, delete nothing and raise the alarm until the next success", async () => {
    const before = snapshotNames();
    await lab("fail", { action: "snapshot", status: "failed" });
    const { status, cause } = await runSchedule(schedule);
    expect(status).toBe("FAILED");
    expect(cause).toMatch(/The snapshot dev-redis-manual-\d+ is failed/);
    const failed = nameIn(cause);
    expect(snapshotNames()).toEqual([...before, failed].sort());
    await expect(evaluate(`${schedule}-failed`)).resolves.toMatchObject({ state: "ALARM" });
    await nextSecond();

    await expect(runSchedule(schedule)).resolves.toMatchObject({ status: "SUCCEEDED" });
    await lab("forget", { metrics: true });
    await runSchedule("dev-redis-backup-check");
    await expect(evaluate(`${schedule}-failed`)).resolves.toMatchObject({ state: "OK", values: [1, null, null] });
    await nextSecond();

    await lab("delay", { snapshotSeconds: 20 });
    const count = snapshotNames().length;
    const killed = await begin(schedule);
    await until("the snapshot is begun", () => snapshotNames().length > count);
    stop(killed);
    await lab("delay", { snapshotSeconds: 0 });
    await lab("forget", { metrics: true });
    await runSchedule("dev-redis-backup-check");
    await expect(evaluate(`${schedule}-failed`)).resolves.toMatchObject({ state: "ALARM" });

    // It waits for the snapshot that the stopped one had begun, which counts as any other of its own afterwards.
    const next = await runSchedule(schedule);
    expect(next.status).toBe("SUCCEEDED");
    const kept = snapshotNames().filter((name) => own.test(name) && !name.startsWith("dev-redis-manual-2020"));
    expect(kept.filter((name) => name !== failed)).toHaveLength(2);
    expect(kept).toContain(nameIn(next.output));
  });

  test("when an old one cannot be deleted it is said, and the new backup is there", async () => {
    await nextSecond();
    await lab("fail", { action: "DeleteSnapshot", code: "Throttling", times: 9 });
    const { status, cause } = await runSchedule(schedule);
    await lab("fail", { action: "DeleteSnapshot", times: 0 });
    expect(status).toBe("FAILED");
    expect(cause).toMatch(/ElastiCacheException/);
    await nextSecond();
    await expect(runSchedule(schedule)).resolves.toMatchObject({ status: "SUCCEEDED" });
  });

  test("the check repeats how old the last backup is, and says nothing while manual backups are off", async () => {
    await lab("forget", { metrics: true });
    await runSchedule("dev-redis-backup-check");
    const { ManualBackupAgeHours: age, RestoreTestAgeHours: other } = metrics([
      "ManualBackupAgeHours",
      "RestoreTestAgeHours",
    ]);
    expect(age).toBeGreaterThanOrEqual(0);
    expect(age).toBeLessThan(0.1);
    expect(other).toBeUndefined();
    await expect(evaluate(`${schedule}-missing`)).resolves.toMatchObject({ state: "OK" });

    expectOk(project().apply(stack));
    await lab("forget", { metrics: true });
    await runSchedule("dev-redis-backup-check");
    expect(metrics(["ManualBackupAgeHours", "ManualBackupSuccessful", "SnapshotCreateSuccessful"])).toMatchObject({
      ManualBackupAgeHours: undefined,
      ManualBackupSuccessful: undefined,
      SnapshotCreateSuccessful: 1,
    });
    await expect(runSchedule(schedule)).resolves.toEqual({ status: "DISABLED" });
    expect(runCommand(command())).toMatch(/^SUCCEEDED/);
  });
});
