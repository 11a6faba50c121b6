import type { Topology } from "../../cache/topology";
import { created, type Origin } from "../snapshots";
import { type Definition, jsonata } from "../../workflows/definition";
import { exclusive } from "../../workflows/exclusive";
import { datum, publishData } from "../../workflows/metrics";
import { branch } from "../../workflows/states";
import { onAnyError } from "../../workflows/catching";
import { longestWait, noWait } from "../../workflows/waiting";
import { choosing } from "./choose";
import { cleanup } from "./cleanup";
import { comparing } from "./compare";
import { failed, keysMissing, testId, validationFailed } from "./group";
import { restoring } from "./restore";
import { longestValidation, validating } from "./validate";
import { choosingInVault } from "./vault-backup";
import { copyingFromVault, deletingCopies } from "./vault-files";
import { remembered } from "../../workflows/remembered";

/**
 * JSONata: the data was looked at and is what it should be. Where the keys could not be compared, a validator's word is enough; an empty
 * cache stays a finding.
 */
const isVerified = `($data.result = 'verified' or $data.result in ['not known', 'not comparable'] and $validation = 'succeeded')`;

/** Publishes metrics, and what is known of the data; nothing of it where the test did not come to look. */
const publishFound = (metrics: readonly string[]) =>
  publishData(
    jsonata(`[$filter([
      ${[
        ...metrics,
        datum(
          "RestoreTestDataVerified",
          "None",
          `$data.result != 'not compared' ? ($validation != 'failed' and ${isVerified} ? 1 : 0)`,
        ),
        datum("RestoredKeys", "Count", "$data.restoredKeys"),
        datum("ExpectedKeys", "Count", "$data.expectedKeys"),
        datum("RestoredKeysRatio", "None", "$data.ratio"),
      ].join(",\n      ")}
    ], function($datum) { $exists($datum.Value) })]`),
  );

const refused = "RestoreTest.Refused";

/** JSONata: the input has no other member than these, each of its type. */
const inputIsValid = `(
  $input := $states.context.Execution.Input;
  $type($input) = 'object'
    and $count($keys($input)[$not($ in ['snapshotName', 'fromVault', 'keepGroup'])]) = 0
    and ($exists($input.snapshotName) ? $type($input.snapshotName) = 'string' and $input.snapshotName != '' : true)
    and ($exists($input.fromVault) ? $type($input.fromVault) = 'boolean' and $not($input.fromVault and $exists($input.snapshotName)) : true)
    and ($exists($input.keepGroup) ? $type($input.keepGroup) = 'boolean' : true)
)`;

const oneAtATime = exclusive({
  machine: "restore-test",
  error: refused,
  cause: "Another restore test is running, and there is never more than one. Wait until it has ended.",
  catch: failed,
  next: "FindRules",
});

/**
 * A restore test: restores the newest snapshot of the cache, or a requested one, into a temporary group, waits until that is
 * available, measures how long it took and how old the snapshot was, and deletes the group whatever happened.
 *
 * The group's tag names the execution that created it: only that one deletes it, or a later one that finds it left behind by one
 * that has ended. StopExecution and timeouts run no Catch, so leaving it behind is possible.
 */
export const restoreTest = remembered((topology: Topology, origin: Origin = created): Definition => ({
  Comment: "Restores a snapshot of the cache into a temporary group, measures that, and deletes the group",
  QueryLanguage: "JSONata",
  // Waiting for a group left behind, for the restore, for the validator, and for the restored group to be deleted; and copying files.
  TimeoutSeconds: 3 * longestWait + longestValidation + 6 * 3600,
  ...branch("Begin", {
    Begin: {
      Type: "Pass",
      Assign: {
        ...noWait,
        inputIsValid: jsonata(inputIsValid),
        // A backup that was asked for, rather than the newest snapshot.
        requested: jsonata(
          "$exists($states.context.Execution.Input.snapshotName) or $states.context.Execution.Input.fromVault = true",
        ),
        fromVault: jsonata("$states.context.Execution.Input.fromVault = true"),
        copying: false,
        copiesDeleted: true,
        folder: jsonata("''"),
        keyMarker: jsonata("''"),
        versionMarker: jsonata("''"),
        manifests: [],
        manifest: {},
        original: {},
        keep: jsonata("$states.context.Execution.Input.keepGroup = true"),
        phase: "before",
        failure: jsonata("''"),
        refused: false,
        chosen: {},
        data: { result: "not compared" },
        validation: "none",
        ownRules: [],
        starts: 0,
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
        'Invalid input: a restore test accepts snapshotName (the name of a snapshot) or fromVault (true: the newest backup in the vault), and keepGroup (true or false), all optional. Example: {"snapshotName": "my-snapshot", "keepGroup": true}',
    },
    ...oneAtATime,
    ...cleanup,
    ...choosing(topology, origin),
    ...choosingInVault(topology),
    ...copyingFromVault,
    ...restoring(topology, origin),
    ...comparing,
    ...validating,
    ...deletingCopies,
    HasTestSucceeded: {
      Type: "Choice",
      Choices: [
        { Condition: jsonata("$copying"), Next: "ListCopiedVersions" },
        // A requested backup, and a test that another one kept from running, say nothing about the newest snapshot.
        { Condition: jsonata("$failure = '' and $requested"), Next: "Restored" },
        { Condition: jsonata("$failure = ''"), Next: "PublishSuccess" },
        { Condition: jsonata("$requested or $refused"), Next: "Failed" },
      ],
      Default: "PublishFailure",
    },
    PublishSuccess: {
      ...publishFound([
        datum("RestoreTestSuccessful", "None", "1"),
        datum("RestoreDurationSeconds", "Seconds", "$took"),
        datum("RestoredSnapshotAgeHours", "None", "$age"),
      ]),
      Next: "Restored",
    },
    Restored: {
      Type: "Succeed",
      // What is not known has no member.
      Output: jsonata(`{
        'from': $fromVault ? 'vault' : 'snapshot',
        'vaultKey': $fromVault ? $original.key,
        'copiesDeleted': $fromVault ? $copiesDeleted,
        'snapshotName': $chosen.name,
        'snapshotCreatedAt': $fromMillis($chosen.created),
        'restoreDurationSeconds': $took,
        'restoredSnapshotAgeHours': $age,
        'replicationGroupKept': $keep ? '${testId}' : 'none',
        'data': $data.result,
        'dataVerified': ${isVerified},
        'reason': $data.reason,
        'validation': $validation,
        'restoredKeys': $data.restoredKeys,
        'expectedKeys': $data.expectedKeys,
        'restoredKeysRatio': $data.ratio,
        'restoredExpiringKeys': $data.restoredExpiringKeys,
        'expectedExpiringKeys': $data.expectedExpiringKeys,
        'bytes': $data.bytes,
        'averageTtlSeconds': $data.averageTtlSeconds
      }`),
    },
    PublishFailure: {
      ...publishFound([datum("RestoreTestSuccessful", "None", "0")]),
      Catch: onAnyError("Failed"),
      Next: "Failed",
    },
    Failed: {
      Type: "Fail",
      Error: jsonata(
        `$refused ? '${refused}' : $data.result = 'keys missing' ? '${keysMissing}' : $validation = 'failed' ? '${validationFailed}' : 'RestoreTest.Failed'`,
      ),
      Cause: jsonata("$failure"),
    },
  }),
}));
