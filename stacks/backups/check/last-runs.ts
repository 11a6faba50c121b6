import { call } from "../../workflows/call";
import { jsonata } from "../../workflows/definition";
import { elasticacheCall, snapshotArn } from "../../workflows/elasticache-calls";
import { executionArns, machineArn } from "../../workflows/exclusive";
import { datum, publishData } from "../../workflows/metrics";
import { type Call, branch, forEach } from "../../workflows/states";
import type { Step } from "../../workflows/steps";
import { millis } from "../../workflows/values";
import { keysMissing, validationFailed } from "../restore-test/group";
import { since } from "../enabled-since";
import { isBackup, manualBackupPrefix, snapshotCreated } from "../snapshots";

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

/** JSONata: names of the backups that the last successful manual backup left, its own included; an older one did not say. */
const keptByLast = `(
  $runs := [$states.result[counts and succeeded and $exists(began)]^(>began)];
  [$runs[0].output.kept]
)`;

export const isEnabled = (verification: string): string => jsonata(`'${since(verification)}' != ''`);

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
 * Repeats the result of the last manual backup, so that its alarms hold until the next one, and publishes how long ago it was: an alarm
 * looks back seven days, and these run monthly. A backup that somebody has deleted is one no longer, and those that the last execution
 * kept and that are gone are counted until the next one.
 *
 * Nothing has to be stored for it: Step Functions keeps executions and their output for 90 days.
 */
export const lastManualBackup: Step = {
  name: "CheckManualBackups",
  branch: branch("AreManualBackupsEnabled", {
    AreManualBackupsEnabled: {
      Type: "Choice",
      Choices: [{ Condition: isEnabled("manual_backup"), Next: "ListManualBackups" }],
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
        expected: jsonata(keptByLast),
      },
      Output: {},
      Next: "HasBackup",
    },
    // The newest that is still there: usually one call, since none has been deleted.
    HasBackup: {
      Type: "Choice",
      Choices: [{ Condition: jsonata("$existing.at = 0 and $count($backups) > 0"), Next: "DescribeSnapshot" }],
      Default: "MeasureManualBackups",
    },
    DescribeSnapshot: {
      ...elasticacheCall("describeSnapshots", { SnapshotName: jsonata("$backups[0].output.snapshotName") }, [
        snapshotArn(`${manualBackupPrefix}*`),
      ]),
      Assign: {
        existing: jsonata(
          `{'name': $backups[0].output.snapshotName, 'at': $max([0, $states.result.Snapshots[0][${isBackup}].${snapshotCreated}])}`,
        ),
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
      Assign: { measured: jsonata(measured(ofManualBackups, manualBackupMetrics)) },
      Next: "ReadKeptBackups",
    },
    ReadKeptBackups: {
      Type: "Map",
      // One that is running may have deleted some, and has not said so yet.
      Items: jsonata("$running ? [] : $expected"),
      MaxConcurrency: 5,
      ItemProcessor: forEach("DescribeKeptBackup", {
        DescribeKeptBackup: {
          ...elasticacheCall("describeSnapshots", { SnapshotName: jsonata("$states.input") }, [
            snapshotArn(`${manualBackupPrefix}*`),
          ]),
          Output: { missing: jsonata(`$states.result.Snapshots[0].${isBackup} ? 0 : 1`) },
          Catch: [
            {
              ErrorEquals: ["ElastiCache.SnapshotNotFoundException"],
              Output: { missing: 1 },
              Next: "KeptBackupRead",
            },
          ],
          Next: "KeptBackupRead",
        },
        KeptBackupRead: { Type: "Succeed" },
      }),
      Assign: {
        measured: jsonata(
          `$count($states.result) = 0 ? $measured : $append($measured, [${datum("ManualBackupsMissing", "Count", "$sum($states.result.missing)")}])`,
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
};

/** The same for restore tests, with what the last successful one measured. */
export const lastRestoreTest: Step = {
  name: "CheckRestoreTests",
  branch: branch("AreRestoreTestsEnabled", {
    AreRestoreTestsEnabled: {
      Type: "Choice",
      Choices: [{ Condition: isEnabled("restore_test"), Next: "ListRestoreTests" }],
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
