import { arn } from "../../terraform/arn";
import { expression } from "../../terraform/expression";
import { awsSdk, jsonata, retryTransient } from "../../workflows/definition";
import { elasticache } from "../../workflows/elasticache";
import { datum, publishData } from "../../workflows/metrics";
import type { Part } from "../../workflows/sequence";
import { manualBackupPrefix } from "../manual/definition";
import { since } from "../enabled-since";

const name = expression("local.name");
const machine = (of: string): string => arn("states", `stateMachine:${name}-${of}`);

/** One proof as JSONata, with since when it is asked for, in milliseconds: what is switched on today is not late, however old its state machine is. */
const proof = (kind: string): string => {
  const moment = `'${since(kind.replaceAll("-", "_"))}'`;
  return `{'kind': '${kind}', 'machine': '${machine(kind)}', 'since': ${moment} = '' ? 0 : $toMillis(${moment})}`;
};

/** What counts of an execution. One that was refused, or that restored a snapshot somebody named, is no proof. */
const run = `{
  'kind': $proof.kind,
  'counts': $not($exists($states.result.Error) and $contains($states.result.Error, /[.]Refused$/)) and $not($exists($parse($states.result.Input).snapshotName)),
  'began': $toMillis($states.result.StartDate),
  'succeeded': $states.result.Status = 'SUCCEEDED',
  'at': $states.result.Status = 'SUCCEEDED' ? $toMillis($states.result.StopDate) : 0,
  'output': $states.result.Status = 'SUCCEEDED' ? $parse($states.result.Output) : {}
}`;

const proofs = {
  "manual-backup": [
    datum("ManualBackupSuccessful", "None", "$verdict"),
    datum("ManualBackupAgeHours", "None", "$ageHours"),
  ],
  "restore-test": [
    datum("RestoreTestSuccessful", "None", "$verdict"),
    datum("RestoreTestAgeHours", "None", "$ageHours"),
    datum("RestoreDurationSeconds", "Seconds", "$success.output.restoreDurationSeconds"),
    datum("RestoredSnapshotAgeHours", "None", "$success.output.restoredSnapshotAgeHours"),
  ],
};

/** How the last execution ended, how long ago the last success is, and what it measured: each where there is something to tell. */
const data = `(
  $runs := [$states.result[counts]^(>began)];
  $last := $runs[0];
  $success := $runs[succeeded and at > 0][0];
  $verdict := $last.succeeded ? 1 : $last.began >= $proof.since ? 0;
  $ageHours := ($millis() - $max([$proof.since, $success.at])) / 3600000;
  $data := $proof.kind = 'manual-backup' ? [${proofs["manual-backup"].join(", ")}] : [${proofs["restore-test"].join(", ")}];
  [$data[$exists(Value)]]
)`;

/**
 * Repeats what the last manual backup and the last restore test have shown, so that their alarms hold until the next one, and
 * publishes how long ago they were: an alarm looks back seven days, and these come monthly.
 *
 * Nothing has to be stored for it: Step Functions keeps executions and their output for 90 days.
 */
export const provenBackups: Part = {
  states: {
    "Look at every proof": {
      Type: "Map",
      // Those that are switched on.
      Items: jsonata(`($all := [ ${Object.keys(proofs).map(proof).join(", ")} ]; [$all[since > 0]])`),
      ItemProcessor: {
        ProcessorConfig: { Mode: "INLINE" },
        StartAt: "List its executions",
        States: {
          "List its executions": {
            Type: "Task",
            Resource: awsSdk("sfn", "listExecutions"),
            // The newest. Of those in a row that are no proof there are hardly that many within a month.
            Arguments: { StateMachineArn: jsonata("$states.input.machine"), MaxResults: 20 },
            Retry: [retryTransient("Sfn")],
            Assign: { proof: jsonata("$states.input") },
            Output: jsonata("[$states.result.Executions[Status != 'RUNNING'].ExecutionArn]"),
            Next: "Look at every execution",
          },
          "Look at every execution": {
            Type: "Map",
            Items: jsonata("[$states.input]"),
            MaxConcurrency: 5,
            ItemProcessor: {
              ProcessorConfig: { Mode: "INLINE" },
              StartAt: "Describe the execution",
              States: {
                "Describe the execution": {
                  Type: "Task",
                  Resource: awsSdk("sfn", "describeExecution"),
                  Arguments: { ExecutionArn: jsonata("$states.input") },
                  Retry: [retryTransient("Sfn")],
                  Assign: { run: jsonata(run) },
                  Output: jsonata(run),
                  Next: "Is there a snapshot of it?",
                },
                "Is there a snapshot of it?": {
                  Type: "Choice",
                  Choices: [
                    {
                      Condition: jsonata("$run.kind = 'manual-backup' and $run.succeeded"),
                      Next: "Look for its snapshot",
                    },
                  ],
                  Default: "It is read",
                },
                // A backup that somebody has deleted is none any more.
                "Look for its snapshot": {
                  ...elasticache("describeSnapshots", { SnapshotName: jsonata("$run.output.snapshotName") }),
                  Output: jsonata(
                    "$merge([$run, {'at': $states.result.Snapshots[0].SnapshotStatus = 'available' ? $toMillis($states.result.Snapshots[0].NodeSnapshots[0].SnapshotCreateTime) : 0}])",
                  ),
                  Catch: [
                    {
                      ErrorEquals: ["ElastiCache.SnapshotNotFoundException"],
                      Output: jsonata("$merge([$run, {'at': 0}])"),
                      Next: "It is read",
                    },
                  ],
                  Next: "It is read",
                },
                "It is read": { Type: "Succeed" },
              },
            },
            Output: jsonata(data),
            End: true,
          },
        },
      },
      Assign: { proven: jsonata("$reduce($states.result, $append, [])") },
    },
    "Is there something to tell?": {
      Type: "Choice",
      Choices: [{ Condition: jsonata("$count($proven) > 0"), Next: "Publish what is proven" }],
      Default: "All is told",
    },
    "Publish what is proven": publishData(jsonata("$proven")),
    "All is told": { Type: "Succeed" },
  },
  statements: [
    {
      sid: "ListProofs",
      actions: ["states:ListExecutions"],
      resources: Object.keys(proofs).map(machine),
    },
    {
      sid: "ReadProofs",
      actions: ["states:DescribeExecution"],
      resources: Object.keys(proofs).map((kind) => arn("states", `execution:${name}-${kind}:*`)),
    },
    {
      sid: "LookForManualBackups",
      actions: ["elasticache:DescribeSnapshots"],
      resources: [arn("elasticache", `snapshot:${manualBackupPrefix}*`)],
    },
  ],
};
