import type { Topology } from "../../cache/topology";
import { created, type Origin } from "../snapshots";
import { type Definition, jsonata } from "../../workflows/definition";
import { exclusive } from "../../workflows/exclusive";
import { publishMetrics } from "../../workflows/metrics";
import { firstPage } from "../../workflows/paging";
import { branch } from "../../workflows/states";
import { on } from "../../workflows/catching";
import { longestWait, noWait } from "../../workflows/waiting";
import { choosing } from "./choose";
import { cleanup } from "./cleanup";
import { failed, testId } from "./group";
import { restoring } from "./restore";

const duration = jsonata("$took");
const age = jsonata("$age");
const refused = "RestoreTest.Refused";

/** JSONata: the input has no other member than these, each of its type. */
const inputIsValid = `(
  $input := $states.context.Execution.Input;
  $type($input) = 'object'
    and $count($keys($input)[$not($ in ['snapshotName', 'keepGroup'])]) = 0
    and ($exists($input.snapshotName) ? $type($input.snapshotName) = 'string' and $input.snapshotName != '' : true)
    and ($exists($input.keepGroup) ? $type($input.keepGroup) = 'boolean' : true)
)`;

const oneAtATime = exclusive({
  machine: "restore-test",
  error: refused,
  cause: "Another restore test is running, and there is never more than one. Wait until it has ended.",
  catch: [failed],
  next: "DescribeTestGroup",
});

/**
 * A restore test: restores the newest snapshot of the cache, or a requested one, into a temporary group, waits until that is
 * available, measures how long it took and how old the snapshot was, and deletes the group whatever happened.
 *
 * The group's tag names the execution that created it: only that one deletes it, or a later one that finds it left behind by one
 * that has ended. StopExecution and timeouts run no Catch, so leaving it behind is possible.
 */
export const restoreTest = (topology: Topology, origin: Origin = created): Definition => ({
  Comment: "Restores a snapshot of the cache into a temporary group, measures that, and deletes the group",
  QueryLanguage: "JSONata",
  // Waiting for a group left behind, for the restore, and for the restored group to be deleted.
  TimeoutSeconds: 3 * longestWait + 3600,
  ...branch("Begin", {
    Begin: {
      Type: "Pass",
      Assign: {
        ...noWait,
        ...firstPage,
        inputIsValid: jsonata(inputIsValid),
        requested: jsonata("$exists($states.context.Execution.Input.snapshotName)"),
        keep: jsonata("$states.context.Execution.Input.keepGroup = true"),
        phase: "before",
        failure: jsonata("''"),
        refused: false,
        chosen: {},
      },
      Next: "IsInputValid",
    },
    IsInputValid: {
      Type: "Choice",
      Choices: [{ Condition: jsonata("$inputIsValid"), Next: "ListExecutions" }],
      Default: "InputInvalid",
    },
    InputInvalid: {
      Type: "Fail",
      Error: refused,
      Cause:
        'Invalid input: a restore test accepts snapshotName (the name of a snapshot) and keepGroup (true or false), both optional. Example: {"snapshotName": "my-snapshot", "keepGroup": true}',
    },
    ...oneAtATime,
    ...cleanup,
    ...choosing(topology, origin),
    ...restoring(topology, origin),
    HasTestSucceeded: {
      Type: "Choice",
      Choices: [
        // A requested snapshot, and a test that another one kept from running, say nothing about the newest backup.
        { Condition: jsonata("$failure = '' and $requested"), Next: "Restored" },
        { Condition: jsonata("$failure = ''"), Next: "PublishSuccess" },
        { Condition: jsonata("$requested or $refused"), Next: "Failed" },
      ],
      Default: "PublishFailure",
    },
    PublishSuccess: {
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
        snapshotCreatedAt: jsonata("$fromMillis($chosen.created)"),
        restoreDurationSeconds: duration,
        restoredSnapshotAgeHours: age,
        replicationGroupKept: jsonata(`$keep ? '${testId}' : 'none'`),
      },
    },
    PublishFailure: {
      ...publishMetrics([{ name: "RestoreTestSuccessful", value: 0, unit: "None" }]),
      Catch: [on(["States.ALL"], "Failed")],
      Next: "Failed",
    },
    Failed: {
      Type: "Fail",
      Error: jsonata(`$refused ? '${refused}' : 'RestoreTest.Failed'`),
      Cause: jsonata("$failure"),
    },
  }),
});
