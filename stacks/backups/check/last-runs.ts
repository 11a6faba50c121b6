import { call } from "../../workflows/call";
import { jsonata } from "../../workflows/definition";
import { executionArns, machineArn } from "../../workflows/exclusive";
import { publishData } from "../../workflows/metrics";
import type { Call } from "../../workflows/states";
import { millis } from "../../workflows/values";
import { since } from "../enabled-since";
import { keysMissing, validationFailed } from "../restore-test/group";

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

/** There always is something: an age, at least since the verification was enabled. */
export const publishMeasured = publishData(jsonata("$measured"));
