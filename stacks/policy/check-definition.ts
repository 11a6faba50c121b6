import { awsSdk, jsonata, retryTransient, type Definition } from "../workflows/definition";
import { publishData } from "../workflows/metrics";
import { findings } from "./findings";
import { judging, nothingJudged } from "./judging";
import { nothingRead, reading } from "./reading";
import { telling, type TellingProps } from "./telling";

/** The one dimension of the policy's metrics, which tells them apart from those of environments; its value is `local.name`. */
export const dimension = "Policy";

/** The metric that is more than 0 while anything is wrong. */
export const clustersWithFindings = "ClustersWithFindings";

const counts: readonly (readonly [metric: string, count: string])[] = [
  ["ClustersChecked", "$checked"],
  ["ClustersNotJudged", "$count($notJudged)"],
  ["ClustersExempt", "$count($exempt)"],
  [clustersWithFindings, "$count($wrong)"],
  ...findings.map(({ code, metric }) => [metric, `$count($wrong['${code}' in found])`] as const),
];

export interface CheckDefinitionProps extends TellingProps {
  /** Its own ARN. */
  readonly machineArn: string;
}

/**
 * Judges every Redis and Valkey cluster of the account and Region, and tells people when the list of what is wrong has changed, or
 * once a week while it has not. What it told last is in the output of its own last execution; nothing else is stored.
 *
 * Its input may have `at`, the moment it judges by (ISO 8601); otherwise that is now. With it the execution is a trial: people are
 * told what they would be told then, and no metric is published and nothing remembered of it.
 */
export const checkDefinition = ({ machineArn, ...people }: CheckDefinitionProps): Definition => ({
  Comment: "Judges the backups of every Redis and Valkey cluster of the account and Region",
  QueryLanguage: "JSONata",
  StartAt: "Begin",
  TimeoutSeconds: 3 * 60 * 60,
  States: {
    Begin: {
      Type: "Pass",
      Assign: {
        trial: jsonata("$exists($states.input.at)"),
        at: jsonata("$exists($states.input.at) ? $toMillis($states.input.at) : $millis()"),
        floorDays: jsonata("${var.backup_floor_days}"),
        maxMinutes: jsonata("${var.backup_max_duration_minutes}"),
        place: "${local.account_id}, ${local.region}",
        told: { at: 0, list: [] },
        ...nothingRead,
        ...nothingJudged,
      },
      Next: "FindLastExecution",
    },

    FindLastExecution: {
      Type: "Task",
      Resource: awsSdk("sfn", "listExecutions"),
      Arguments: { StateMachineArn: machineArn, StatusFilter: "SUCCEEDED", MaxResults: 1 },
      Retry: [retryTransient("Sfn")],
      Output: jsonata("{ 'executions': [$states.result.Executions.ExecutionArn] }"),
      Next: "ToldBefore",
    },
    ToldBefore: {
      Type: "Choice",
      Choices: [{ Condition: jsonata("$count($states.input.executions) > 0"), Next: "ReadWhatWasTold" }],
      Default: "ReadNodes",
    },
    ReadWhatWasTold: {
      Type: "Task",
      Resource: awsSdk("sfn", "describeExecution"),
      Arguments: { ExecutionArn: jsonata("$states.input.executions[0]") },
      Retry: [retryTransient("Sfn")],
      Assign: { told: jsonata("$parse($states.result.Output).told") },
      Next: "ReadNodes",
    },

    ...reading,
    ...judging,

    IsItATrial: {
      Type: "Choice",
      Choices: [{ Condition: jsonata("$trial"), Next: "ListThem" }],
      Default: "PublishCounts",
    },
    PublishCounts: {
      ...publishData(
        counts.map(([name, count]) => ({
          MetricName: name,
          Dimensions: [{ Name: dimension, Value: "${local.name}" }],
          Value: jsonata(count),
          Unit: "Count",
        })),
      ),
      Output: {},
      Next: "ListThem",
    },

    ...telling(people),

    Done: {
      Type: "Pass",
      Output: {
        checked: jsonata("$checked"),
        notJudged: jsonata("$notJudged"),
        wrong: jsonata("$wrong"),
        exempt: jsonata("$exempt"),
        told: jsonata("$told"),
      },
      End: true,
    },
  },
});
