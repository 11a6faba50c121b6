import { cache, healthy, hour, machineArn, runCheck, topic, type Checked } from "../../support/backup-check";
import { members, replaced, reshaped, timeForms, timesAs, withoutListsOfOne } from "../../support/forms";
import type { Given } from "../../support/account";
import type { Answer } from "../../support/machine";

const now = Date.now();
const at = (hoursAgo: number): string => new Date(now - hoursAgo * hour).toISOString();
const enabled = { manualBackupSince: at(900), restoreTestSince: at(900) };

const snapshot = {
  SnapshotName: `automatic.${cache}-002-a`,
  SnapshotSource: "automated",
  CacheClusterId: `${cache}-002`,
  SnapshotStatus: "available",
  NodeSnapshots: [{ CacheSize: "12 MB", SnapshotCreateTime: at(5) }],
};

/** The rest of what the check reads, one of each. */
const others = (backup: { readonly SnapshotName: string }, output: object): Partial<Given> => ({
  events: {
    [cache]: [{ Date: at(4), Message: `Snapshot succeeded for snapshot with ID '${snapshot.SnapshotName}' of x` }],
  },
  executions: ["manual-backup", "restore-test"].map((machine) => ({
    ExecutionArn: `${machine}/1`,
    StateMachineArn: machineArn(machine),
    Status: "SUCCEEDED",
    StartDate: at(11),
    StopDate: at(10),
    Input: "{}",
    Output: JSON.stringify({
      snapshotName: backup.SnapshotName,
      restoreDurationSeconds: 600,
      restoredSnapshotAgeHours: 20,
      ...output,
    }),
  })),
});
const account = healthy([snapshot], others(snapshot, {})).answer;

/** Times of whole seconds are up to a second off. */
const rounded = ({ values, failure }: Checked) => ({
  failure,
  values: Object.fromEntries(
    Object.entries(values).map(([name, all]) => [name, all.map((value) => Math.round(value * 100) / 100)]),
  ),
});
const expected = {
  failure: "",
  values: {
    SnapshotCreateSuccessful: [1, 1, 1, 1, 1, 1],
    SnapshotAgeHours: [5],
    SnapshotsFailed: [0],
    SnapshotSizeBytes: [12 * 1024 * 1024],
    SnapshotDurationSeconds: [3600],
    EventsTopicActive: [1],
    ManualBackupSuccessful: [1],
    ManualBackupAgeHours: [5],
    RestoreTestSuccessful: [1],
    RestoreTestAgeHours: [10],
    RestoreDurationSeconds: [600],
    RestoredSnapshotAgeHours: [20],
  },
};

test.each(timeForms)("given times as $form, then everything is published as ever", async ({ of }) => {
  expect(rounded(await runCheck(reshaped(account, timesAs(of)), enabled))).toEqual(expected);
});

test("given single values in the place of lists of one, then everything is published as ever", async () => {
  expect(rounded(await runCheck(reshaped(account, withoutListsOfOne), enabled))).toEqual(expected);
});

test("given a marker of null, then there is no other page", async () => {
  const answer: Answer = (action, args) => ({ ...(account(action, args) as object), Marker: null });
  expect(rounded(await runCheck(answer, enabled))).toEqual(expected);
});

describe.each([
  ["listed with the automatic ones", `${cache}-002`],
  ["listed by its node", `${cache}-004`],
])("given a manual backup that is %s", (_how, node) => {
  const kept = ["20260101000000", "20260201000000"].map((when) => `prod-manual-${when}`);
  const backups = kept.map((SnapshotName) => ({
    ...snapshot,
    SnapshotName,
    SnapshotSource: "manual",
    CacheClusterId: node,
  }));
  const [backup = snapshot] = backups;
  const aws = healthy([snapshot, ...backups], others(backup, { kept, keptFrom: kept.map((name) => ({ name, node })) }));

  test.each(timeForms)("with times as $form, then it is found", async ({ of }) => {
    const { values, failure } = rounded(await runCheck(reshaped(aws.answer, timesAs(of)), enabled));
    expect({ values, failure }).toMatchObject({
      failure: "",
      values: { ManualBackupAgeHours: [5], ManualBackupsMissing: [0] },
    });
    // What is listed is not described by name as well.
    expect(aws.argumentsOf("describeSnapshots").filter(({ SnapshotName }) => SnapshotName !== undefined)).toEqual([]);
  });
});

/** Arguments to which there is an answer. */
const required: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  describeReplicationGroups: { ReplicationGroupId: cache },
  describeCacheClusters: { CacheClusterId: `${cache}-001` },
  describeEvents: { SourceIdentifier: cache },
  listExecutions: { StateMachineArn: machineArn("manual-backup") },
  describeExecution: { ExecutionArn: "manual-backup/1" },
};

/** Every member of every answer, once absent and once null. */
const damaged = [
  "describeReplicationGroups",
  "describeSnapshots",
  "describeCacheClusters",
  "describeEvents",
  "listExecutions",
  "describeExecution",
].flatMap((action) =>
  members(account(action, required[action] ?? {})).flatMap((path) =>
    [undefined, null].map((by) => ({ action, path: path.join("."), by, keys: path })),
  ),
);

/** What each step publishes first. */
const steps: Readonly<Record<string, readonly string[]>> = {
  SnapshotCreateSuccessful: ["describeReplicationGroups", "describeSnapshots"],
  SnapshotsFailed: ["describeReplicationGroups", "describeSnapshots", "describeEvents"],
  EventsTopicActive: ["describeReplicationGroups", "describeSnapshots", "describeCacheClusters"],
  ManualBackupAgeHours: ["listExecutions", "describeExecution", "describeSnapshots"],
  RestoreTestAgeHours: ["listExecutions", "describeExecution"],
};

test.each(damaged)(
  "given $action with $by at $path, then the steps that read something else publish",
  async ({ action, keys, by }) => {
    const answer: Answer = (called, args) =>
      called === action ? replaced(account(called, args), keys, by) : account(called, args);
    const { values } = await runCheck(answer, enabled);
    const others = Object.entries(steps).filter(([, reads]) => !reads.includes(action));
    expect(others.map(([metric]) => metric).filter((metric) => values[metric] === undefined)).toEqual([]);
  },
);

test("given the account of these tests, then it has the topic that the check asks for", () => {
  expect(JSON.stringify(account("describeCacheClusters", { CacheClusterId: `${cache}-001` }))).toContain(topic);
});
