import { cache, healthy, hour, machineArn, runCheck } from "../../support/backup-check";
import { ExecutionError } from "../../support/machine";
import type { Given as AccountGiven } from "../../support/account";

const now = Date.now();
const at = (hoursAgo: number): string => new Date(now - hoursAgo * hour).toISOString();
const newest = {
  SnapshotName: "automatic.newest",
  CacheClusterId: `${cache}-002`,
  SnapshotSource: "automated",
  SnapshotStatus: "available",
  NodeSnapshots: [{ SnapshotCreateTime: at(1) }],
};

interface Run {
  readonly hoursAgo: number;
  readonly status?: string;
  readonly error?: string | null;
  readonly input?: object;
  readonly output?: object;
}

const success = (hoursAgo: number, more: Partial<Run> = {}): Run => ({
  hoursAgo,
  output: { snapshotName: `backup-${hoursAgo}`, restoreDurationSeconds: 600, restoredSnapshotAgeHours: 20 },
  ...more,
});
const failure = (hoursAgo: number, more: Partial<Run> = {}): Run => ({ hoursAgo, status: "FAILED", ...more });

interface Given {
  readonly manualBackups?: readonly Run[];
  readonly restoreTests?: readonly Run[];
  readonly vaultCopies?: readonly Run[];
  /** Hours since they were enabled. */
  readonly enabled?: number;
  /** The status of the snapshot of a manual backup; null: it is gone. @default - available */
  readonly statusOf?: (name: string) => string | null;
  readonly on?: AccountGiven["on"];
}

const executionsOf = (machine: string, runs: readonly Run[] = []) =>
  runs.map(({ hoursAgo, status = "SUCCEEDED", error, input = {}, output }, i) => ({
    ExecutionArn: `${machine}/${i}`,
    StateMachineArn: machineArn(machine),
    Status: status,
    StartDate: at(hoursAgo),
    StopDate: at(hoursAgo),
    Input: JSON.stringify(input),
    ...(output && { Output: JSON.stringify(output) }),
    ...(error !== undefined && { Error: error }),
  }));

/** The snapshots of manual backups; the numbers in their names are their hours. */
function snapshotsOf(runs: readonly Run[], statusOf: NonNullable<Given["statusOf"]>) {
  const names = runs.flatMap(({ output = {} }) => {
    const { snapshotName, kept = [] } = output as { snapshotName?: string; kept?: readonly string[] };
    return [...(snapshotName === undefined ? [] : [snapshotName]), ...kept];
  });
  return [...new Set(names)].flatMap((SnapshotName) => {
    const SnapshotStatus = statusOf(SnapshotName);
    const NodeSnapshots = [{ SnapshotCreateTime: at(Number(/\d+/.exec(SnapshotName)?.[0])) }];
    return SnapshotStatus === null ? [] : [{ SnapshotName, SnapshotStatus, NodeSnapshots }];
  });
}

/** The metrics of manual backups and restore tests that the check publishes, rounded, and the account after it. */
async function checked({ manualBackups, restoreTests, vaultCopies, enabled = 1000, on, statusOf }: Given) {
  const aws = healthy([newest, ...snapshotsOf(manualBackups ?? [], statusOf ?? (() => "available"))], {
    executions: [
      ...executionsOf("manual-backup", manualBackups),
      ...executionsOf("restore-test", restoreTests),
      ...executionsOf("vault-copy", vaultCopies),
    ],
    ...(on && { on }),
  });
  const { values, failure } = await runCheck(aws.answer, {
    ...(manualBackups && { manualBackupSince: at(enabled) }),
    ...(restoreTests && { restoreTestSince: at(enabled) }),
    ...(vaultCopies && { vaultCopySince: at(enabled) }),
  });
  const own = Object.entries(values).filter(([name]) => /^(Manual|Restore|Expected|Vault)/.test(name));
  const rounded = (name: string, value: number): number => (name.endsWith("Ratio") ? value : Math.round(value));
  return {
    aws,
    metrics: { failure, ...Object.fromEntries(own.map(([name, [value = NaN]]) => [name, rounded(name, value)])) },
  };
}

const published = async (given: Given) => (await checked(given)).metrics;

test("given nothing is enabled, when the check runs, then it publishes nothing about it and looks at no execution", async () => {
  const { metrics, aws } = await checked({});
  expect(metrics).toEqual({ failure: "" });
  expect(aws.argumentsOf("listExecutions")).toEqual([]);
});

test("given no restore test yet, then its age counts from when it was enabled", async () => {
  await expect(published({ restoreTests: [], enabled: 100 })).resolves.toEqual({
    failure: "",
    RestoreTestAgeHours: 100,
  });
});

test("given several executions, then the last success is repeated, whichever order they come in", async () => {
  await expect(published({ restoreTests: [success(60), success(10), failure(30)] })).resolves.toEqual({
    failure: "",
    RestoreTestSuccessful: 1,
    RestoreTestAgeHours: 10,
    RestoreDurationSeconds: 600,
    RestoredSnapshotAgeHours: 20,
  });
});

// Every way in which an execution ends without success: https://docs.aws.amazon.com/step-functions/latest/apireference/API_DescribeExecution.html
test.each(["FAILED", "TIMED_OUT", "ABORTED"])(
  "given an execution that ended as %s after a success, then the last one has not succeeded",
  async (status) => {
    const runs = [failure(2, { status }), success(20)];
    await expect(published({ restoreTests: runs })).resolves.toMatchObject({ RestoreTestSuccessful: 0 });
    await expect(published({ vaultCopies: runs })).resolves.toMatchObject({ VaultCopySuccessful: 0 });
    await expect(published({ manualBackups: runs })).resolves.toMatchObject({ ManualBackupSuccessful: 0 });
  },
);

test("given many executions that verify nothing after a success, then the success is still found", async () => {
  const refused = Array.from({ length: 19 }, () => failure(1, { error: "RestoreTest.Refused" }));
  await expect(published({ restoreTests: [...refused, success(60)] })).resolves.toMatchObject({
    RestoreTestSuccessful: 1,
    RestoreTestAgeHours: 60,
  });
});

test("given copies into the vault, then the last one and the age of the backup that it copied are published", async () => {
  const output = { snapshotCreatedAt: at(30), bytes: 7 };
  await expect(published({ vaultCopies: [failure(2), success(20, { output }), success(40)] })).resolves.toEqual({
    failure: "",
    VaultCopySuccessful: 0,
    VaultCopyRunAgeHours: 20,
    VaultCopyAgeHours: 30,
    VaultCopyBytes: 7,
  });
});

test("given no copy into the vault yet, then both ages count from when copying was enabled", async () => {
  await expect(published({ vaultCopies: [], enabled: 100 })).resolves.toEqual({
    failure: "",
    VaultCopyRunAgeHours: 100,
    VaultCopyAgeHours: 100,
  });
});

test("given a failure after a success, then the failure is published with what the success measured", async () => {
  await expect(published({ restoreTests: [failure(5), success(50)] })).resolves.toMatchObject({
    RestoreTestSuccessful: 0,
    RestoreTestAgeHours: 50,
    RestoreDurationSeconds: 600,
  });
});

test("given restore tests enabled an hour ago, then what happened before raises no alarm", async () => {
  await expect(published({ restoreTests: [failure(500)], enabled: 1 })).resolves.toEqual({
    failure: "",
    RestoreTestAgeHours: 1,
  });
  await expect(published({ restoreTests: [success(5000)], enabled: 1 })).resolves.toMatchObject({
    RestoreTestAgeHours: 1,
  });
});

test("given restore tests that began as they were enabled, then they count", async () => {
  await expect(published({ restoreTests: [failure(100)], enabled: 100 })).resolves.toMatchObject({
    RestoreTestSuccessful: 0,
  });
  const missing = failure(100, { error: "RestoreTest.KeysMissing" });
  await expect(published({ restoreTests: [missing], enabled: 100 })).resolves.toMatchObject({
    RestoreTestDataVerified: 0,
  });
});

test.each<[string, Run]>([
  ["of a requested snapshot", success(1, { input: { snapshotName: "mine" } })],
  ["of the vault", failure(1, { input: { fromVault: true } })],
  ["that was refused", failure(1, { error: "RestoreTest.Refused" })],
  ["that is running", { hoursAgo: 1, status: "RUNNING" }],
])("given an execution %s, then it does not count", async (_which, other) => {
  await expect(published({ restoreTests: [other, success(10)] })).resolves.toMatchObject({
    RestoreTestSuccessful: 1,
    RestoreTestAgeHours: 10,
  });
});

test("given a failure whose error is only called like a refusal, then it counts", async () => {
  const error = "ElastiCache.RefusedException";
  await expect(published({ restoreTests: [failure(1, { error }), success(10)] })).resolves.toMatchObject({
    RestoreTestSuccessful: 0,
  });
});

test("given months of executions, then the newest twenty are read, which a check has the time for", async () => {
  const { metrics, aws } = await checked({ restoreTests: Array.from({ length: 150 }, (_one, i) => success(i + 1)) });
  expect(metrics).toMatchObject({ failure: "", RestoreTestAgeHours: 1 });
  expect(aws.argumentsOf("describeExecution").map(({ ExecutionArn }) => ExecutionArn)).toEqual(
    Array.from({ length: 20 }, (_one, i) => `restore-test/${i}`),
  );
});

test("given a success with an error member of null, then it counts", async () => {
  await expect(published({ restoreTests: [success(10, { error: null })] })).resolves.toMatchObject({
    RestoreTestSuccessful: 1,
  });
});

describe("what a restore test found in the data", () => {
  const found = (hoursAgo: number, dataVerified: boolean, more: Partial<Run> = {}): Run =>
    success(hoursAgo, {
      output: { dataVerified, restoredKeys: 970, expectedKeys: 1000, restoredKeysRatio: 0.97 },
      ...more,
    });
  const missing = (hoursAgo: number): Run => failure(hoursAgo, { error: "RestoreTest.KeysMissing" });

  test("given several, then that of the last is repeated, with its numbers", async () => {
    await expect(published({ restoreTests: [found(10, true), found(50, false)] })).resolves.toMatchObject({
      RestoreTestDataVerified: 1,
      RestoredKeys: 970,
      ExpectedKeys: 1000,
      RestoredKeysRatio: 0.97,
    });
    await expect(published({ restoreTests: [found(10, false), found(50, true)] })).resolves.toMatchObject({
      RestoreTestSuccessful: 1,
      RestoreTestDataVerified: 0,
    });
  });

  test.each(["RestoreTest.KeysMissing", "RestoreTest.ValidationFailed"])(
    "given %s, then it is repeated, without the numbers of an earlier test",
    async (error) => {
      const result = await published({ restoreTests: [failure(5, { error }), found(50, true)] });
      expect(result).toMatchObject({ RestoreTestSuccessful: 0, RestoreTestDataVerified: 0 });
      for (const name of ["RestoredKeys", "ExpectedKeys", "RestoredKeysRatio"]) expect(result).not.toHaveProperty(name);
    },
  );

  test("given a later test that failed before it came to look, then it stays", async () => {
    const early = failure(5, { error: "RestoreTest.Failed" });
    await expect(published({ restoreTests: [early, missing(50)] })).resolves.toMatchObject({
      RestoreTestDataVerified: 0,
    });
    await expect(published({ restoreTests: [early, found(50, true)] })).resolves.toMatchObject({
      RestoreTestSuccessful: 0,
      RestoreTestDataVerified: 1,
    });
  });

  test("given a requested snapshot, then it does not count", async () => {
    const mine = found(1, false, { input: { snapshotName: "mine" } });
    await expect(published({ restoreTests: [mine, found(10, true)] })).resolves.toMatchObject({
      RestoreTestDataVerified: 1,
    });
  });

  test("given that it is of before restore tests were enabled, then it raises no alarm", async () => {
    for (const run of [missing(500), found(500, false)])
      await expect(published({ restoreTests: [run], enabled: 1 })).resolves.not.toHaveProperty(
        "RestoreTestDataVerified",
      );
  });

  test("given tests that did not look, as those of earlier versions, then it is not published", async () => {
    await expect(published({ restoreTests: [success(10)] })).resolves.not.toHaveProperty("RestoreTestDataVerified");
  });
});

describe("the snapshot of a manual backup", () => {
  const of = (status: string | null) =>
    published({
      manualBackups: [success(10), success(700)],
      statusOf: (name) => (name === "backup-10" ? status : "available"),
    });

  test.each(["available", "restoring", "copying"])("given that it is %s, then it counts", async (status) => {
    await expect(of(status)).resolves.toMatchObject({ ManualBackupAgeHours: 10 });
  });

  test.each(["deleting", "failed"])("given that it is %s, then it does not count", async (status) => {
    await expect(of(status)).resolves.toMatchObject({ ManualBackupAgeHours: 700 });
  });

  test("given that somebody has deleted it, then it does not count", async () => {
    await expect(of(null)).resolves.toEqual({ failure: "", ManualBackupSuccessful: 1, ManualBackupAgeHours: 700 });
  });
});

describe("backups that the last manual backup kept", () => {
  const kept = ["backup-10", "backup-700", "backup-1400"];
  const last = success(10, { output: { snapshotName: "backup-10", kept } });
  const missing = (manualBackups: readonly Run[], ...gone: readonly string[]) =>
    published({ manualBackups, statusOf: (name) => (gone.includes(name) ? null : "available") });

  test.each<[string, readonly string[], number]>([
    ["all are there", [], 0],
    ["an old one is gone", ["backup-1400"], 1],
    ["only its own is left", ["backup-700", "backup-1400"], 2],
    ["all are gone", kept, 3],
  ])("given that %s, without %j, then %d are missing", async (_what, gone, count) => {
    await expect(missing([last], ...gone)).resolves.toMatchObject({ failure: "", ManualBackupsMissing: count });
  });

  test("whatever earlier ones kept, then those of the last success count", async () => {
    const earlier = success(700, { output: { snapshotName: "backup-700", kept: ["backup-2100"] } });
    await expect(missing([failure(1), earlier, last], "backup-2100")).resolves.toMatchObject({
      ManualBackupsMissing: 0,
    });
  });

  test("given that they are being deleted, then they count as missing", async () => {
    await expect(published({ manualBackups: [last], statusOf: () => "deleting" })).resolves.toMatchObject({
      ManualBackupsMissing: 3,
    });
  });

  test("given an earlier version's execution, or one that is running and deletes old ones, then they are not known", async () => {
    await expect(missing([success(10)], "backup-700")).resolves.not.toHaveProperty("ManualBackupsMissing");
    await expect(missing([{ hoursAgo: 0, status: "RUNNING" }, last], "backup-700")).resolves.not.toHaveProperty(
      "ManualBackupsMissing",
    );
  });
});

test("given executions that cannot be listed, then everything else is published, and the execution fails with the reason", async () => {
  const result = await published({
    manualBackups: [success(10)],
    restoreTests: [success(10)],
    on: {
      listExecutions: (_action, { StateMachineArn }) => {
        if (StateMachineArn === machineArn("manual-backup"))
          throw new ExecutionError("Sfn.SfnException", "not authorized");
        return undefined;
      },
    },
  });
  expect(result).toMatchObject({
    failure: "BackupCheck.Incomplete: CheckManualBackups: Sfn.SfnException: not authorized",
    RestoreTestSuccessful: 1,
  });
  expect(result).not.toHaveProperty("ManualBackupAgeHours");
});
