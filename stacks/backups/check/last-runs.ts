import { call } from "../../workflows/call";
import { jsonata } from "../../workflows/definition";
import { elasticacheCall, snapshotArn } from "../../workflows/elasticache-calls";
import { executionArns, machineArn } from "../../workflows/exclusive";
import { datum, publishData } from "../../workflows/metrics";
import { type Call, branch, forEach, type Fragment } from "../../workflows/states";
import type { Step } from "../../workflows/steps";
import { millis } from "../../workflows/values";
import type { Topology } from "../../cache/topology";
import { keysMissing, validationFailed } from "../restore-test/group";
import { isEnabled, since } from "../enabled-since";
import { readSnapshots } from "../own-snapshots";
import { isBackup, manualBackupPrefix, manualBackups, pagesOfBackups, snapshotCreated } from "../snapshots";

const manualBackupMetrics = [
  datum("ManualBackupSuccessful", "None", "$succeeded"),
  datum("ManualBackupAgeHours", "None", "$ageHours"),
];

const restoreTestMetrics = [
  datum("RestoreTestSuccessful", "None", "$succeeded"),
  datum("RestoreTestAgeHours", "None", "$ageHours"),
  datum("RestoreDurationSeconds", "Seconds", "$success.output.restoreDurationSeconds"),
  datum("RestoredSnapshotAgeHours", "None", "$success.output.restoredSnapshotAgeHours"),
  // Of the last one that came to look into the data.
  datum(
    "RestoreTestDataVerified",
    "None",
    "($looked := $runs[$exists(verified)][0]; $looked.verified ? 1 : $looked.began >= $enabledSince ? 0)",
  ),
  // Of the last one only: beside a test that failed because of missing keys, the numbers of an earlier one would contradict it.
  datum("RestoredKeys", "Count", "$last.output.restoredKeys"),
  datum("ExpectedKeys", "Count", "$last.output.expectedKeys"),
  datum("RestoredKeysRatio", "None", "$last.output.restoredKeysRatio"),
];

const parsed = (path: string): string => `($type(${path}) = 'string' ? $parse(${path}) : {})`;

/** What counts of an execution. One that was refused, or that restored a requested backup, verifies nothing. */
const run = `(
  $input := ${parsed("$states.result.Input")};
  $refused := $type($states.result.Error) = 'string' and $contains($states.result.Error, /[.]Refused$/);
  $succeeded := $states.result.Status = 'SUCCEEDED';
  {
    'counts': $not($refused) and $not($exists($input.snapshotName)) and $not($input.fromVault = true),
    'began': ${millis("$states.result.StartDate")},
    'succeeded': $succeeded,
    'at': $succeeded ? ${millis("$states.result.StopDate")} : 0,
    'output': $succeeded ? ${parsed("$states.result.Output")} : {},
    'verified': $succeeded ? ${parsed("$states.result.Output")}.dataVerified
      : $type($states.result.Error) = 'string' and $states.result.Error in ['${keysMissing}', '${validationFailed}'] ? false
  }
)`;

/**
 * How the last execution ended, how long ago the last success is, and what it measured: each where there is something to report.
 * `executions` are JSONata, each a `run`; `metrics` are JSONata of `$runs`, `$last`, `$succeeded` (the last execution), `$ageHours` and `$success` (the last successful one).
 */
export const measured = (executions: string, metrics: readonly string[]): string => `(
  $runs := [${executions}[counts and $exists(began)]^(>began)];
  $last := $runs[0];
  $success := $runs[succeeded and at > 0][0];
  $succeeded := $last.succeeded ? 1 : $last.began >= $enabledSince ? 0;
  $ageHours := ($millis() - $max([$enabledSince, $success.at])) / 3600000;
  $data := [${metrics.join(", ")}];
  [$data[$exists(Value)]]
)`;

/** JSONata: of the output of the last successful manual backup, a list; one of an earlier version does not have it. */
const ofLastBackup = (list: string): string => `(
  $runs := [$states.result[counts and succeeded and $exists(began)]^(>began)];
  [$runs[0].output.${list}]
)`;

export const listExecutions = (
  verification: string,
  machine: string,
): Call & { readonly Assign: Readonly<Record<string, string>>; readonly Output: string } => ({
  ...call({
    service: "sfn",
    action: "listExecutions",
    // The newest. Of those in a row that verify nothing there are hardly that many within a month.
    arguments: { StateMachineArn: machineArn(machine), MaxResults: 20 },
    resources: [machineArn(machine)],
  }),
  // What was enabled today is not late, however old its state machine is.
  Assign: {
    enabledSince: jsonata(`$toMillis('${since(verification)}')`),
    running: jsonata("$count($states.result.Executions[Status = 'RUNNING']) > 0"),
  },
  Output: jsonata("[$states.result.Executions[Status != 'RUNNING'].ExecutionArn]"),
});

export const describeExecution = (machine: string): Call & { readonly Output: string } => ({
  ...call({
    service: "sfn",
    action: "describeExecution",
    arguments: { ExecutionArn: jsonata("$states.input") },
    resources: [executionArns(machine)],
  }),
  Output: jsonata(run),
});

export const isAnythingMeasured = jsonata("$count($measured) > 0");
export const publishMeasured = publishData(jsonata("$measured"));

/** JSONata: without the newest one. */
const olderBackups = "[$backups[[1..$count($backups)]]]";

/** JSONata: a manual backup is as old as its snapshot, and counts only while that exists. */
const ofManualBackups =
  "[$executions.(succeeded and $exists(output.snapshotName) ? $merge([$, {'at': output.snapshotName = $existing.name ? $existing.at : 0}]) : $)]";

/**
 * JSONata: the nodes of which at least two backups have not been found, and which the first step has not listed. For a single backup,
 * describing it by name takes no more calls.
 */
const nodesToList = `(
  $nodes := [($running ? [] : $keptFrom)[$not(name in $found.name or node in $cache.listedNodes)].node];
  $distinct($nodes).($node := $; $count($nodes[$ = $node]) > 1 ? {'CacheClusterId': $node})
)`;

type BackupsByNode = Fragment<"ListBackupsByNode", "ReadKeptBackups">;

/**
 * States that list the backups of those nodes: removed ones, and others that the latest automatic backup is not of. With shards, snapshots
 * name their group, so the first step has listed them all.
 */
const backupsByNode = (topology: Topology): BackupsByNode =>
  readSnapshots("BackupsByNode", {
    topology,
    source: "user",
    filters: nodesToList,
    pages: pagesOfBackups(topology),
    kept: manualBackups("$states.result.Snapshots"),
    next: "ReadKeptBackups",
  });

/** Describes one backup; `name` is JSONata. */
const describeBackup = (name: string): Call =>
  elasticacheCall("describeSnapshots", { SnapshotName: jsonata(name) }, [snapshotArn(`${manualBackupPrefix}*`)]);

/** JSONata over the response: when the backup was taken, in milliseconds; 0 unless it can be restored. */
const takenAt = `$max([0, $states.result.Snapshots[0][${isBackup}].${snapshotCreated}])`;

/**
 * Repeats the result of the last manual backup, so that its alarms hold until the next one, and publishes how long ago it was: an alarm
 * looks back seven days, and these run monthly. A backup that somebody has deleted is one no longer, and those that the last execution
 * kept and that are gone are counted until the next one.
 *
 * Nothing has to be stored for it: Step Functions keeps executions and their output for 90 days.
 *
 * The first step has already found most of the backups (`$cache.manual`). Those that it has not are described by name before they count as
 * missing: AWS lists snapshots by node, and does not document what it lists for a removed one.
 */
export const lastManualBackup = (topology: Topology): Step => ({
  name: "CheckManualBackups",
  branch: branch("AreManualBackupsEnabled", {
    AreManualBackupsEnabled: {
      Type: "Choice",
      Choices: [{ Condition: jsonata(isEnabled("manual_backup")), Next: "ListManualBackups" }],
      Default: "ManualBackupsChecked",
    },
    ListManualBackups: { ...listExecutions("manual_backup", "manual-backup"), Next: "ReadManualBackups" },
    ReadManualBackups: {
      Type: "Map",
      Items: jsonata("[$states.input]"),
      MaxConcurrency: 5,
      ItemProcessor: forEach("DescribeManualBackup", {
        DescribeManualBackup: { ...describeExecution("manual-backup"), End: true },
      }),
      Assign: {
        executions: jsonata("[$states.result]"),
        backups: jsonata("[$states.result[counts and succeeded and $exists(output.snapshotName)]^(>began)]"),
        existing: { name: "", at: 0 },
        // One that is running may have deleted some, and has not said so yet.
        expected: jsonata(`$running ? [] : ${ofLastBackup("kept")}`),
        ...(!topology.snapshotsNameGroup && { keptFrom: jsonata(ofLastBackup("keptFrom")) }),
        found: jsonata("[$cache.manual]"),
      },
      Output: {},
      Next: topology.snapshotsNameGroup ? "ReadKeptBackups" : "ListBackupsByNode",
    },
    ...(topology.snapshotsNameGroup ? ({} as BackupsByNode) : backupsByNode(topology)),
    ReadKeptBackups: {
      Type: "Map",
      Items: jsonata("[$expected[$not($ in $found.name)]]"),
      MaxConcurrency: 5,
      ItemProcessor: forEach("DescribeKeptBackup", {
        DescribeKeptBackup: {
          ...describeBackup("$states.input"),
          Output: {
            name: jsonata("$states.input"),
            exists: jsonata(`$states.result.Snapshots[0].${isBackup} ? true : false`),
            at: jsonata(takenAt),
          },
          Catch: [
            {
              ErrorEquals: ["ElastiCache.SnapshotNotFoundException"],
              Output: { name: jsonata("$states.input"), exists: false },
              Next: "KeptBackupRead",
            },
          ],
          Next: "KeptBackupRead",
        },
        KeptBackupRead: { Type: "Succeed" },
      }),
      Assign: {
        found: jsonata("[$append($found, $states.result[exists].{'name': name, 'at': at})]"),
        missing: jsonata("[$states.result[$not(exists)].name]"),
      },
      Output: {},
      Next: "HasBackup",
    },
    // The newest that is still there: usually the first, since none has been deleted.
    HasBackup: {
      Type: "Choice",
      Choices: [
        { Condition: jsonata("$existing.at > 0 or $count($backups) = 0"), Next: "MeasureManualBackups" },
        { Condition: jsonata("$backups[0].output.snapshotName in $append($found.name, $missing)"), Next: "TakeKnown" },
      ],
      Default: "DescribeSnapshot",
    },
    TakeKnown: {
      Type: "Pass",
      Assign: {
        existing: jsonata(
          "($name := $backups[0].output.snapshotName; {'name': $name, 'at': $max([0, $found[name = $name].at])})",
        ),
        backups: jsonata(olderBackups),
      },
      Output: {},
      Next: "HasBackup",
    },
    DescribeSnapshot: {
      ...describeBackup("$backups[0].output.snapshotName"),
      Assign: {
        existing: jsonata(`{'name': $backups[0].output.snapshotName, 'at': ${takenAt}}`),
        backups: jsonata(olderBackups),
      },
      Output: {},
      Catch: [
        {
          ErrorEquals: ["ElastiCache.SnapshotNotFoundException"],
          Assign: { backups: jsonata(olderBackups) },
          Output: {},
          Next: "HasBackup",
        },
      ],
      Next: "HasBackup",
    },
    MeasureManualBackups: {
      Type: "Pass",
      Assign: {
        measured: jsonata(
          `[$append(${measured(ofManualBackups, manualBackupMetrics)}, $count($expected) > 0 ? [${datum("ManualBackupsMissing", "Count", "$count($missing)")}] : [])]`,
        ),
      },
      Output: {},
      Next: "IsManualBackupMeasured",
    },
    IsManualBackupMeasured: {
      Type: "Choice",
      Choices: [{ Condition: isAnythingMeasured, Next: "PublishManualBackup" }],
      Default: "ManualBackupsChecked",
    },
    PublishManualBackup: { ...publishMeasured, Next: "ManualBackupsChecked" },
    ManualBackupsChecked: { Type: "Succeed" },
  }),
});

/** The same for restore tests, with what the last successful one measured. */
export const lastRestoreTest: Step = {
  name: "CheckRestoreTests",
  branch: branch("AreRestoreTestsEnabled", {
    AreRestoreTestsEnabled: {
      Type: "Choice",
      Choices: [{ Condition: jsonata(isEnabled("restore_test")), Next: "ListRestoreTests" }],
      Default: "RestoreTestsChecked",
    },
    ListRestoreTests: { ...listExecutions("restore_test", "restore-test"), Next: "ReadRestoreTests" },
    ReadRestoreTests: {
      Type: "Map",
      Items: jsonata("[$states.input]"),
      MaxConcurrency: 5,
      ItemProcessor: forEach("DescribeRestoreTest", {
        DescribeRestoreTest: { ...describeExecution("restore-test"), End: true },
      }),
      Assign: { measured: jsonata(measured("$states.result", restoreTestMetrics)) },
      Output: {},
      Next: "IsRestoreTestMeasured",
    },
    IsRestoreTestMeasured: {
      Type: "Choice",
      Choices: [{ Condition: isAnythingMeasured, Next: "PublishRestoreTest" }],
      Default: "RestoreTestsChecked",
    },
    PublishRestoreTest: { ...publishMeasured, Next: "RestoreTestsChecked" },
    RestoreTestsChecked: { Type: "Succeed" },
  }),
};
