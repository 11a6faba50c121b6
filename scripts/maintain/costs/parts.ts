import type { Stack } from "../../shared/synthesized";
import { count, defaultOf, instances, machines } from "./count";
import { assumptions, prices } from "./prices";

export interface Part {
  readonly name: string;
  /** How its quantity and price come about. */
  readonly how: string;
  /** USD a month. */
  readonly cost: (stack: Stack) => number;
}

/** A figure that the table of prices or assumptions must have for the stack's node type. */
function byNodeType(stack: Stack, figures: Readonly<Record<string, number>>, what: string): number {
  const nodeType = String(defaultOf(stack, "node_type"));
  const figure = figures[nodeType];
  if (figure === undefined) throw new Error(`Write the ${what} of ${nodeType} into scripts/maintain/costs/prices.ts.`);
  return figure;
}

const hasCache = (stack: Stack): boolean => stack.resource.aws_elasticache_replication_group !== undefined;
const nodeHour = (stack: Stack): number => byNodeType(stack, prices.nodeHour, "price of an hour");
const backupGib = (stack: Stack): number =>
  byNodeType(stack, assumptions.nodeGib, "memory") * assumptions.memoryUsed * prices.backupGibMonth;
const restores = (stack: Stack): number =>
  machines(stack)
    .filter(({ definition }) => definition.includes(":createReplicationGroup"))
    .reduce((sum, { runs }) => sum + runs, 0);
const transitions = (stack: Stack): number =>
  machines(stack)
    .filter(({ type }) => type !== "EXPRESS")
    .reduce((sum, { runs }) => sum + runs * assumptions.transitions, 0);
const expressRuns = (stack: Stack): number =>
  machines(stack)
    .filter(({ type }) => type === "EXPRESS")
    .reduce((sum, { runs }) => sum + runs, 0);

/** Names of metrics that state machines publish. */
export const ownMetrics = (stack: Stack): readonly string[] => [
  ...new Set(
    machines(stack).flatMap(({ definition }) =>
      [...definition.matchAll(/MetricName\W{1,8}(\w+)/g)].map(([, name = ""]) => name),
    ),
  ),
];

/** An alarm costs its price for each metric that it looks at. */
function alarmMetrics(stack: Stack): number {
  return Object.values(stack.resource.aws_cloudwatch_metric_alarm ?? {}).reduce((sum, alarm) => {
    const queries = (Array.isArray(alarm.metric_query) ? alarm.metric_query : []) as { metric?: unknown }[];
    return sum + instances(stack, alarm) * Math.max(1, queries.filter(({ metric }) => metric !== undefined).length);
  }, 0);
}

/** What is billed, the dearest first. */
export const parts: readonly Part[] = [
  {
    name: "Nodes",
    how: "node type × nodes × hours",
    cost: (stack) =>
      hasCache(stack) ? Number(defaultOf(stack, "num_cache_nodes")) * assumptions.hours * nodeHour(stack) : 0,
  },
  {
    name: "Automatic backups",
    how: "days kept × the data's size; each is a full copy",
    cost: (stack) => (hasCache(stack) ? Number(defaultOf(stack, "backup_retention_days")) * backupGib(stack) : 0),
  },
  {
    name: "Manual backups",
    how: "backups kept × the data's size, while they are scheduled; final backups are kept until somebody deletes them",
    cost: (stack) =>
      defaultOf(stack, "enable_manual_backup") === true
        ? Number(defaultOf(stack, "manual_backups_kept")) * backupGib(stack)
        : 0,
  },
  {
    name: "Restore tests",
    how: "restores a month × hours × one node",
    cost: (stack) => (hasCache(stack) ? restores(stack) * assumptions.restoreHours * nodeHour(stack) : 0),
  },
  {
    name: "Alarms",
    how: "alarms × the metrics they look at",
    cost: (stack) => alarmMetrics(stack) * prices.alarmMonth,
  },
  {
    name: "Metrics of backups",
    how: "names in the state machines' PutMetricData",
    cost: (stack) => ownMetrics(stack).length * prices.metricMonth,
  },
  {
    name: "Dashboard",
    how: "dashboards; an account's first three are free",
    cost: (stack) => count(stack, "aws_cloudwatch_dashboard") * prices.dashboardMonth,
  },
  {
    name: "Logs",
    how: "GB written, by assumption",
    cost: (stack) => (count(stack, "aws_cloudwatch_log_group") > 0 ? assumptions.logGigabytes * prices.logGigabyte : 0),
  },
  {
    name: "AUTH token",
    how: "secrets",
    cost: (stack) => count(stack, "aws_secretsmanager_secret") * prices.secretMonth,
  },
  {
    name: "Executions, Express",
    how: "runs a month, 5 seconds each",
    cost: (stack) => expressRuns(stack) * prices.expressExecution,
  },
  {
    name: "Executions, Standard",
    how: "runs a month × state transitions",
    cost: (stack) => transitions(stack) * prices.standardTransition,
  },
  {
    name: "AWS Config rules",
    how: "rules × clusters × days",
    cost: (stack) => count(stack, "aws_config_config_rule") * assumptions.clusters * 30 * prices.configEvaluation,
  },
];

/** The resource types that a part above counts. */
export const billed: readonly string[] = [
  "aws_elasticache_replication_group",
  "aws_cloudwatch_metric_alarm",
  "aws_cloudwatch_dashboard",
  "aws_cloudwatch_log_group",
  "aws_secretsmanager_secret",
  "aws_sfn_state_machine",
  "aws_config_config_rule",
];

/** What costs nothing, or nothing that would be seen on a bill, with the reason. */
export const free: Readonly<Record<string, string>> = {
  aws_chatbot_slack_channel_configuration: "free",
  aws_cloudwatch_event_rule: "events of AWS services are free",
  aws_cloudwatch_event_target: "events of AWS services are free",
  aws_elasticache_parameter_group: "free",
  aws_elasticache_subnet_group: "free",
  aws_iam_policy: "free",
  aws_iam_role: "free",
  aws_iam_role_policy: "free",
  aws_iam_role_policy_attachment: "free",
  aws_scheduler_schedule: "14 million invocations a month are free",
  aws_scheduler_schedule_group: "free",
  aws_secretsmanager_secret_version: "the secret is billed",
  aws_security_group: "free",
  aws_sns_topic: "the first 1,000 emails a month are free, then 2 USD for 100,000",
  aws_sns_topic_policy: "free",
  aws_sns_topic_subscription: "free",
  aws_sqs_queue: "a million requests a month are free",
  aws_sqs_queue_policy: "free",
  aws_vpc_security_group_ingress_rule: "free",
  random_id: "Terraform's own",
  random_password: "Terraform's own",
  terraform_data: "Terraform's own",
};
