import { aws, snapshotNames } from "./support/aws";
import { deployed } from "./support/deployment";
import { begin, end, metrics, runCommand, stop, until } from "./support/executions";
import { describeLab, evaluate, lab, runSchedule } from "./support/lab";
import { expectNoChanges, expectOk } from "./support/project";
import { sourceOf } from "./support/restoring";

const stack = "redis-dev";
const cache = "dev-redis-cluster";
const throwAway = "dev-redis-restore-test";
const schedule = throwAway;
const on = { TF_VAR_enable_restore_test: "true" };
const project = deployed(stack, on);

interface Group {
  readonly ReplicationGroupId: string;
  readonly Status: string;
  readonly ARN: string;
}
const groups = (): readonly Group[] =>
  (aws("elasticache", "describeReplicationGroups") as { ReplicationGroups: Group[] }).ReplicationGroups;
const groupIds = (): string[] => groups().map(({ ReplicationGroupId }) => ReplicationGroupId);
const statusOfTest = (): string | undefined =>
  groups().find(({ ReplicationGroupId }) => ReplicationGroupId === throwAway)?.Status;
const statusOfSnapshot = (name: string): string | undefined =>
  (aws("elasticache", "describeSnapshots", { SnapshotName: name }) as { Snapshots: { SnapshotStatus: string }[] })
    .Snapshots[0]?.SnapshotStatus;
const deleteTest = (): unknown => aws("elasticache", "deleteReplicationGroup", { ReplicationGroupId: throwAway });
const automaticSnapshot = async (ageHours: number): Promise<string> =>
  (await lab<{ SnapshotName: string }>("automatic-snapshot", { replicationGroupId: cache, ageHours })).SnapshotName;
const command = (): string => String(project().outputs(stack).restore_test_command?.value);
const slowly = (groupSeconds: number): Promise<unknown> => lab("delay", { groupSeconds });
/** Since when restore tests are switched on; nothing if they are not. */
const switchedOn = (): string[] =>
  (
    aws("scheduler", "listScheduleGroups") as { ScheduleGroups: { Name: string; CreationDate: string }[] }
  ).ScheduleGroups.filter(({ Name }) => Name === "dev-redis-restore-test-switched-on").map(
    ({ CreationDate }) => CreationDate,
  );

describeLab("restore tests", () => {
  let older: string;
  let newest: string;

  afterEach(async () => {
    await slowly(0);
  });
  // The group that a failed test leaves would keep the stack from being destroyed.
  afterAll(async () => {
    const [, stateMachineArn = ""] = /--state-machine-arn (\S+)/.exec(command()) ?? [];
    const { executions } = aws("stepfunctions", "listExecutions", { stateMachineArn, statusFilter: "RUNNING" }) as {
      executions: { executionArn: string }[];
    };
    for (const { executionArn } of executions) await end(executionArn);
    if (statusOfTest() !== undefined) deleteTest();
  });

  test("without a snapshot it fails, says so, and leaves nothing", async () => {
    await expect(runSchedule(schedule)).resolves.toMatchObject({
      status: "FAILED",
      error: "RestoreTest.Failed",
      cause: `There is no available snapshot of ${cache}, so nothing can be restored.`,
    });
    expect(groupIds()).toEqual([cache]);
    await expect(evaluate("dev-redis-restore-test-failed")).resolves.toMatchObject({ state: "ALARM" });
  });

  test("the newest snapshot is restored into a group of one node that nobody can connect to, measured, and deleted", async () => {
    older = await automaticSnapshot(29);
    newest = await automaticSnapshot(5);
    const snapshots = snapshotNames();
    await slowly(25);
    const execution = await begin(schedule);
    await until("the group is being created", () => statusOfTest() === "creating");
    await slowly(0);
    await expect(runSchedule(schedule)).resolves.toMatchObject({ status: "FAILED", error: "RestoreTest.Refused" });
    await expect(sourceOf(throwAway)).resolves.toBe(newest);
    const { ReplicationGroups } = aws("elasticache", "describeReplicationGroups", {
      ReplicationGroupId: throwAway,
    }) as { ReplicationGroups: object[] };
    expect(ReplicationGroups[0]).toMatchObject({
      MemberClusters: [`${throwAway}-001`],
      AutomaticFailover: "disabled",
      CacheNodeType: "cache.t4g.small",
      SnapshotRetentionLimit: 0,
      AuthTokenEnabled: false,
      TransitEncryptionEnabled: true,
      AtRestEncryptionEnabled: true,
    });
    const { CacheClusters } = aws("elasticache", "describeCacheClusters", { CacheClusterId: `${throwAway}-001` }) as {
      CacheClusters: {
        Engine: string;
        CacheSubnetGroupName: string;
        CacheParameterGroup: { CacheParameterGroupName: string };
        SecurityGroups: { SecurityGroupId: string }[];
      }[];
    };
    expect(CacheClusters[0]).toMatchObject({
      Engine: "redis",
      CacheSubnetGroupName: "dev-redis-subnet-group",
      CacheParameterGroup: { CacheParameterGroupName: "dev-redis-redis7" },
    });
    const { SecurityGroups } = aws("ec2", "describeSecurityGroups", {
      GroupIds: [CacheClusters[0]?.SecurityGroups[0]?.SecurityGroupId ?? ""],
    }) as { SecurityGroups: { GroupName: string; IpPermissions: object[] }[] };
    expect(SecurityGroups).toMatchObject([{ GroupName: "dev-redis-restore-test-sg", IpPermissions: [] }]);

    // A deploy in between finds nothing to change.
    expectNoChanges(project(), stack, on);

    const { status, output } = await end(execution);
    expect(status).toBe("SUCCEEDED");
    const result = JSON.parse(output ?? "") as Record<string, number | string>;
    expect(result).toMatchObject({ snapshotName: newest, replicationGroupKept: "none" });
    expect(result.restoreDurationSeconds).toBeGreaterThanOrEqual(25);
    expect(result.restoredSnapshotAgeHours).toBeCloseTo(5, 1);
    expect(groupIds()).toEqual([cache]);
    expect(snapshotNames()).toEqual(snapshots);
    expect(
      JSON.stringify(aws("stepfunctions", "getExecutionHistory", { executionArn: execution, maxResults: 1000 })),
    ).not.toMatch(/AuthToken"/);
  });

  test("the check repeats what it measured, and alarms tell of targets that are missed", async () => {
    await lab("forget", { metrics: true });
    await runSchedule("dev-redis-backup-check");
    const repeated = metrics([
      ...["RestoreTestSuccessful", "RestoreDurationSeconds", "RestoredSnapshotAgeHours", "RestoreTestAgeHours"],
      "ManualBackupAgeHours",
    ]);
    expect(repeated).toMatchObject({ RestoreTestSuccessful: 1, ManualBackupAgeHours: undefined });
    expect(repeated.RestoredSnapshotAgeHours).toBeCloseTo(5, 1);
    expect(repeated.RestoreDurationSeconds).toBeGreaterThanOrEqual(25);
    expect(repeated.RestoreTestAgeHours).toBeLessThan(0.1);
    for (const alarm of ["restore-test-failed", "restore-test-missing", "rto-missed", "rpo-missed"])
      await expect(evaluate(`dev-redis-${alarm}`)).resolves.toMatchObject({ state: "OK" });

    const before = switchedOn();
    expect(before).toHaveLength(1);
    const others = { ...on, TF_VAR_rpo_target_hours: "4", TF_VAR_restore_test_max_age_days: "40" };
    expectOk(project().apply(stack, others));
    expectNoChanges(project(), stack, others);
    await expect(evaluate("dev-redis-rpo-missed")).resolves.toMatchObject({ state: "ALARM" });
    // Since when they are switched on stays through other changes.
    expect(switchedOn()).toEqual(before);
  });

  test("a restore that takes hours, and spans several checks, raises no alarm", async () => {
    await lab("forget", { metrics: true });
    // Two and a half hours at the lab's speed; four checks take a minute on a slow machine. The other backup is too old for the check.
    await slowly(150);
    const execution = await begin(schedule);
    await until("the group is being created", () => statusOfTest() === "creating");
    for (let i = 0; i < 4; i++) {
      await expect(runSchedule("dev-redis-backup-check")).resolves.toMatchObject({ status: "SUCCEEDED" });
      expect(statusOfTest()).toBe("creating");
      expect(statusOfSnapshot(newest)).toBe("restoring");
      expect(metrics(["SnapshotAgeHours"]).SnapshotAgeHours).toBeCloseTo(5, 0);
      for (const alarm of ["backup-failed", "snapshot-failed", "restore-test-failed", "restore-test-missing"])
        await expect(evaluate(`dev-redis-${alarm}`)).resolves.toMatchObject({ state: "OK" });
      await new Promise((resolve) => setTimeout(resolve, 10_000));
    }
    // The group keeps the time that it was created with; its deletion takes none.
    await slowly(0);
    await expect(end(execution)).resolves.toMatchObject({ status: "SUCCEEDED" });
    expect(statusOfSnapshot(newest)).toBe("available");
  });

  test("what a stopped execution left behind is deleted by the next one, also when it is still being created", async () => {
    await slowly(25);
    const killed = await begin(schedule);
    await until("the group is being created", () => statusOfTest() === "creating");
    stop(killed);
    await slowly(0);
    expect(groupIds()).toEqual([cache, throwAway]);
    await expect(evaluate("dev-redis-restore-test-failed")).resolves.toMatchObject({ state: "OK" });
    await lab("forget", { metrics: true });
    await runSchedule("dev-redis-backup-check");
    await expect(evaluate("dev-redis-restore-test-failed")).resolves.toMatchObject({ state: "ALARM" });

    await expect(runSchedule(schedule)).resolves.toMatchObject({ status: "SUCCEEDED" });
    expect(groupIds()).toEqual([cache]);
  });

  test.each([
    [
      "the snapshot vanishes",
      { action: "CreateReplicationGroup", code: "SnapshotNotFoundFault" },
      /SnapshotNotFound|ElastiCacheException/,
    ],
    [
      "AWS has no node to give",
      { action: "CreateReplicationGroup", code: "InsufficientCacheClusterCapacity" },
      /InsufficientCacheClusterCapacity/,
    ],
    [
      "tagging a group to be kept fails",
      { action: "AddTagsToResource", code: "Throttling", times: 9 },
      /ElastiCacheException/,
    ],
  ])("when %s it fails, and leaves nothing", async (_what, fault, cause) => {
    const snapshots = snapshotNames();
    await lab("fail", fault);
    // Kept or not: what was not restored is deleted.
    expect(() => runCommand(command(), { keepGroup: true })).toThrow(cause);
    await lab("fail", { ...fault, times: 0 });
    expect(groupIds()).toEqual([cache]);
    expect(snapshotNames()).toEqual(snapshots);
  });

  test("a group of that name that no restore test made is left alone", async () => {
    aws("elasticache", "createReplicationGroup", {
      ReplicationGroupId: throwAway,
      Engine: "redis",
      ReplicationGroupDescription: "somebody's",
      CacheNodeType: "cache.t4g.small",
      CacheSubnetGroupName: "dev-redis-subnet-group",
      NumCacheClusters: 1,
    });
    await expect(runSchedule(schedule)).resolves.toMatchObject({
      status: "FAILED",
      cause: expect.stringContaining("was not created by a restore test") as string,
    });
    expect(groupIds()).toEqual([cache, throwAway]);
    deleteTest();
  });

  test("a snapshot that somebody named is restored and kept, and blocks the next test until it is deleted", async () => {
    const printed = runCommand(command(), { snapshotName: older, keepGroup: true });
    expect(printed).toMatch(/^SUCCEEDED/);
    expect(printed).toContain(older);
    expect(statusOfTest()).toBe("available");
    await expect(sourceOf(throwAway)).resolves.toBe(older);

    await expect(runSchedule(schedule)).resolves.toMatchObject({
      status: "FAILED",
      cause: expect.stringContaining("was kept by a restore test") as string,
    });
    expect(groupIds()).toEqual([cache, throwAway]);
    deleteTest();
    await expect(runSchedule(schedule)).resolves.toMatchObject({ status: "SUCCEEDED" });
    expect(groupIds()).toEqual([cache]);
  });

  test("a snapshot of another name is refused, and restored once it is tagged as the message says", () => {
    const foreign = "before-release";
    const { Snapshot } = aws("elasticache", "createSnapshot", {
      SnapshotName: foreign,
      CacheClusterId: `${cache}-002`,
    }) as { Snapshot: { ARN: string } };
    expect(() => runCommand(command(), { snapshotName: foreign })).toThrow(
      new RegExp(`Invalid snapshotName ${foreign}: .*--resource-name ${Snapshot.ARN} --tags Key=RestoreTestOf`),
    );
    aws("elasticache", "addTagsToResource", {
      ResourceName: Snapshot.ARN,
      Tags: [{ Key: "RestoreTestOf", Value: cache }],
    });
    expect(runCommand(command(), { snapshotName: foreign })).toContain(foreign);
    expect(groupIds()).toEqual([cache]);
    aws("elasticache", "deleteSnapshot", { SnapshotName: foreign });
  });

  test("input that is not understood is refused with what to write", () => {
    for (const input of [{ snapshot: newest }, { snapshotName: 7 }, { keepGroup: "yes" }])
      expect(() => runCommand(command(), input)).toThrow(/RestoreTest\.Refused/);
    expect(() => runCommand(command(), { snapshotName: "typo" })).toThrow(/SnapshotNotFound/);
    expect(groupIds()).toEqual([cache]);
  });

  test("since when they are switched on is forgotten when they are switched off", () => {
    expectOk(project().apply(stack, {}));
    expectNoChanges(project(), stack, {});
    expect(switchedOn()).toEqual([]);
  });
});
