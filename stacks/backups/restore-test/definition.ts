import { type Definition, jsonata } from "../../workflows/definition";
import { publishMetrics } from "../../workflows/metrics";
import { clearing, testId } from "./clearing";
import { restoring } from "./restoring";
import { choosing } from "./snapshot";
import { listEarlier, longestWait, noWait, on } from "../../workflows/tasks";

const duration = jsonata("$took");
const age = jsonata("$age");

/**
 * A restore test: restores the newest snapshot of the cache, or the one it is told, into a throw-away group, waits until that is
 * available, measures how long it took and how old the snapshot was, and deletes the group whatever happened.
 *
 * The group's tag names the execution that made it: only that one deletes it, or a later one that finds it left behind by one
 * that has ended. StopExecution and timeouts run no Catch, so leaving it behind is possible.
 */
export const restoreTest: Definition = {
  Comment: "Restores a snapshot of the cache into a throw-away group, measures that, and deletes the group",
  QueryLanguage: "JSONata",
  StartAt: "List earlier executions",
  // Waiting for a group left behind, for the restore, and for what was restored to be deleted.
  TimeoutSeconds: 3 * longestWait + 3600,
  States: {
    "List earlier executions": {
      ...listEarlier,
      Assign: {
        ...listEarlier.Assign,
        ...noWait,
        clear: jsonata(
          `(
            $input := $states.context.Execution.Input;
            $type($input) = 'object'
              and $count($keys($input)[$not($ in ['snapshotName', 'keepGroup'])]) = 0
              and ($exists($input.snapshotName) ? $type($input.snapshotName) = 'string' and $input.snapshotName != '' : true)
              and ($exists($input.keepGroup) ? $type($input.keepGroup) = 'boolean' : true)
          )`,
        ),
        told: jsonata("$exists($states.context.Execution.Input.snapshotName)"),
        keep: jsonata(
          `$exists($states.context.Execution.Input.keepGroup) ? $states.context.Execution.Input.keepGroup : false`,
        ),
        phase: "before",
        failure: jsonata("''"),
        refused: false,
        marker: "",
        chosen: { createdAt: "" },
      },
      Next: "May it begin?",
    },
    "May it begin?": {
      Type: "Choice",
      Choices: [
        { Condition: jsonata("$not($clear)"), Next: "The input is wrong" },
        { Condition: jsonata("$count($earlier) > 0"), Next: "Another one runs" },
      ],
      Default: "Find the group",
    },
    "The input is wrong": {
      Type: "Fail",
      Error: "RestoreTest.Refused",
      Cause:
        'The input of a restore test is {}, or has snapshotName (the name of a snapshot) and keepGroup (true or false), e.g. {"snapshotName": "my-snapshot", "keepGroup": true}.',
    },
    "Another one runs": {
      Type: "Fail",
      Error: "RestoreTest.Refused",
      Cause: "Another restore test is running, and there is never more than one. Wait until it has ended.",
    },
    ...clearing,
    ...choosing,
    ...restoring,
    "How did it end?": {
      Type: "Choice",
      Choices: [
        // A snapshot that somebody named, and a test that another one kept from running, say nothing of the newest backup.
        { Condition: jsonata("$failure = '' and $told"), Next: "Restored" },
        { Condition: jsonata("$failure = ''"), Next: "Publish success" },
        { Condition: jsonata("$told or $refused"), Next: "Failed" },
      ],
      Default: "Publish failure",
    },
    "Publish success": {
      ...publishMetrics([
        { name: "RestoreTestSuccessful", value: 1, unit: "None" },
        { name: "RestoreDurationSeconds", value: duration, unit: "Seconds" },
        { name: "RestoredSnapshotAgeHours", value: age, unit: "None" },
      ]),
      Next: "Restored",
    },
    Restored: {
      Type: "Succeed",
      Output: {
        snapshotName: jsonata("$chosen.name"),
        snapshotCreatedAt: jsonata("$chosen.createdAt"),
        restoreDurationSeconds: duration,
        restoredSnapshotAgeHours: age,
        replicationGroupKept: jsonata(`$keep ? '${testId}' : 'none'`),
      },
    },
    "Publish failure": {
      ...publishMetrics([{ name: "RestoreTestSuccessful", value: 0, unit: "None" }]),
      Catch: [on(["States.ALL"], "Failed")],
      Next: "Failed",
    },
    Failed: {
      Type: "Fail",
      Error: jsonata("$refused ? 'RestoreTest.Refused' : 'RestoreTest.Failed'"),
      Cause: jsonata("$failure"),
    },
  },
};
