import { jsonata } from "../../workflows/definition";
import { datum } from "../../workflows/metrics";
import { branch, forEach } from "../../workflows/states";
import type { Step } from "../../workflows/steps";
import { isEnabled } from "../enabled-since";
import { describeExecution, listExecutions, measured, publishMeasured } from "./last-runs";

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

/** As `lastManualBackup`, for restore tests, with what the last successful one measured. */
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
      Next: "PublishRestoreTest",
    },
    PublishRestoreTest: { ...publishMeasured, Next: "RestoreTestsChecked" },
    RestoreTestsChecked: { Type: "Succeed" },
  }),
};
