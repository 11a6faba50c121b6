import { call } from "../workflows/call";
import { jsonata, type Definition } from "../workflows/definition";
import { executionArns, findEarlier, machineArn } from "../workflows/exclusive";
import { publishData } from "../workflows/metrics";
import { branch } from "../workflows/states";
import { prefix } from "../terraform/names";
import { millis } from "../workflows/values";
import { evaluating, nothingEvaluated } from "./evaluation";
import { findings } from "./findings";
import { countingTrails } from "./trails";
import { listing, nothingListed } from "./listing";
import { notifying, type NotifyingProps } from "./notifying";

/** The end of the state machine's name, and the name of its construct. */
export const machine = "check";

/** The one dimension of the policy's metrics, which tells them apart from those of environments; its value is `local.name`. */
export const dimension = "Policy";

/** The metric that is more than 0 while any cluster has findings. */
export const clustersWithFindings = "ClustersWithFindings";

const counts: readonly (readonly [metric: string, count: string])[] = [
  ["ClustersChecked", "$evaluated"],
  ["ClustersNotJudged", "$count($busy)"],
  ["ClustersExempt", "$counts.exempt"],
  [clustersWithFindings, "$counts.violations"],
  ...findings.map(({ code, metric }) => [metric, `$counts.${code}`] as const),
];

/**
 * JSONata: the last notification, from the output of the last execution; none where that has another form. One of an earlier version
 * has no `count`, and lists everything.
 */
const lastNotification = `(
  $last := $parse($states.result.Output).lastNotification;
  $type($last.at) = 'number' and $type($last.list) = 'array'
    ? $merge([{ 'count': $count($last.list) }, $last]) : { 'at': 0, 'list': [], 'count': 0 }
)`;

/**
 * Evaluates every Redis and Valkey cluster of the account and Region, and notifies people when the list of findings has changed, or
 * once a week while it has not. The last notification is in the output of the last execution; nothing else is stored. Child executions
 * evaluate the clusters, some at a time.
 *
 * The input may have `at`, the moment of the evaluation (ISO 8601); the default is now. With it the execution is a trial: people are
 * notified of what they would be notified of then, and nothing of it is published as a metric or remembered.
 */
export const policyCheck = (topics: NotifyingProps): Definition => ({
  Comment: "Evaluates the backups of every Redis and Valkey cluster of the account and Region",
  QueryLanguage: "JSONata",
  TimeoutSeconds: 3 * 60 * 60,
  ...branch("Initialize", {
    Initialize: {
      Type: "Pass",
      Assign: {
        trial: jsonata("$exists($states.input.at)"),
        at: jsonata(`$exists($states.input.at) ? ${millis("$states.input.at")} : $millis()`),
        place: "${local.account_id}, ${local.region}",
        lastNotification: { at: 0, list: [], count: 0 },
        ...nothingListed,
        ...nothingEvaluated,
      },
      Next: "WaitForList",
    },

    // Scheduler may start two executions for one due time, and people start some. Both would read the same last notification, and send
    // the same message, so each waits until the earlier ones have ended. AWS lists an execution some seconds after its start.
    WaitForList: { Type: "Wait", Seconds: 10, Next: "FindEarlier" },
    FindEarlier: {
      // The first check begins when the role is seconds old, and AWS may take minutes to make a role effective everywhere.
      ...findEarlier(machine, 6),
      Output: {},
      Next: "IsFirst",
    },
    IsFirst: {
      Type: "Choice",
      Choices: [{ Condition: jsonata("$count($earlier) = 0"), Next: "FindLastCheck" }],
      Default: "WaitForEarlier",
    },
    WaitForEarlier: { Type: "Wait", Seconds: 60, Next: "FindEarlier" },

    FindLastCheck: {
      ...call({
        service: "sfn",
        action: "listExecutions",
        arguments: { StateMachineArn: machineArn(machine), StatusFilter: "SUCCEEDED", MaxResults: 1 },
        resources: [machineArn(machine)],
        attempts: 6,
      }),
      // Not that of the start: an earlier check may have notified people since.
      Assign: { at: jsonata("$trial ? $at : $millis()") },
      Output: jsonata("{ 'executions': [$states.result.Executions.ExecutionArn] }"),
      Next: "HasLastCheck",
    },
    HasLastCheck: {
      Type: "Choice",
      Choices: [{ Condition: jsonata("$count($states.input.executions) > 0"), Next: "ReadLastCheck" }],
      Default: "ListNodes",
    },
    ReadLastCheck: {
      ...call({
        service: "sfn",
        action: "describeExecution",
        arguments: { ExecutionArn: jsonata("$states.input.executions[0]") },
        resources: [executionArns(machine)],
      }),
      Assign: { lastNotification: jsonata(lastNotification) },
      Next: "ListNodes",
    },

    ...listing,
    ...evaluating,

    IsTrial: {
      Type: "Choice",
      Choices: [{ Condition: jsonata("$trial"), Next: "CompareFindings" }],
      Default: "PublishCounts",
    },
    PublishCounts: {
      ...publishData(
        counts.map(([name, count]) => ({
          MetricName: name,
          Dimensions: [{ Name: dimension, Value: prefix }],
          Value: jsonata(count),
          Unit: "Count",
        })),
      ),
      Output: {},
      Next: "ListTrails",
    },

    ...countingTrails(dimension),
    ...notifying(topics),

    Finish: {
      Type: "Pass",
      Output: {
        evaluated: jsonata("$evaluated"),
        counts: jsonata("$counts"),
        notEvaluated: jsonata("$notEvaluated"),
        violations: jsonata("$violations"),
        exempt: jsonata("$exempt"),
        lastNotification: jsonata("$lastNotification"),
      },
      End: true,
    },
  }),
});
