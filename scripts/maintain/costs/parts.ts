import type { Stack } from "../../shared/synthesize";
import { publishedMetrics } from "../metrics";
import { count, defaultOf, instances, machines } from "./count";

export interface Part {
  readonly name: string;
  /** What AWS bills, and how the quantity comes about. */
  readonly unit: string;
  readonly quantity: (stack: Stack) => number | string;
}

const ofCache =
  (quantity: Part["quantity"]) =>
  (stack: Stack): number | string =>
    stack.resource.aws_elasticache_replication_group === undefined ? 0 : quantity(stack);

/** How many executions a month the schedules start of the state machines that are chosen. */
const executions =
  (chosen: (machine: { readonly type: string; readonly definition: string }) => boolean) =>
  (stack: Stack): number =>
    machines(stack)
      .filter(chosen)
      .reduce((sum, { runs }) => sum + runs, 0);

/** CloudWatch bills a metric once, however many state machines publish it. */
const customMetrics = (stack: Stack): number =>
  new Set(
    machines(stack).flatMap(({ definition }) =>
      publishedMetrics(definition).map(({ namespace, name }) => `${namespace} ${name}`),
    ),
  ).size;

/** CloudWatch bills an alarm once for each metric that it evaluates. */
const alarmMetrics = (stack: Stack): number =>
  Object.values(stack.resource.aws_cloudwatch_metric_alarm ?? {}).reduce((sum, alarm) => {
    const queries = (Array.isArray(alarm.metric_query) ? alarm.metric_query : []) as { metric?: unknown }[];
    return sum + instances(stack, alarm) * Math.max(1, queries.filter(({ metric }) => metric !== undefined).length);
  }, 0);

/** What AWS bills, the largest part first. */
export const parts: readonly Part[] = [
  {
    name: "Nodes",
    unit: "nodes, by type and hour",
    quantity: ofCache(
      (stack) => `${String(defaultOf(stack, "num_cache_nodes"))} × ${String(defaultOf(stack, "node_type"))}`,
    ),
  },
  {
    name: "Automatic backups",
    unit: "full copies of the data, by size and month",
    quantity: ofCache((stack) => Number(defaultOf(stack, "backup_retention_days"))),
  },
  {
    name: "Manual backups",
    unit: "full copies of the data, by size and month, while the schedule is on",
    quantity: (stack) =>
      defaultOf(stack, "enable_manual_backup") === true ? Number(defaultOf(stack, "manual_backups_kept")) : 0,
  },
  {
    name: "Restore tests",
    unit: "restores a month, each one node for every hour that it begins",
    quantity: ofCache(executions(({ definition }) => definition.includes(":createReplicationGroup"))),
  },
  { name: "Alarms", unit: "metrics that alarms evaluate", quantity: alarmMetrics },
  {
    name: "Composite alarms",
    unit: "alarms over those of all nodes",
    quantity: (stack) => count(stack, "aws_cloudwatch_composite_alarm"),
  },
  {
    name: "Custom metrics",
    unit: "metrics that state machines publish",
    quantity: customMetrics,
  },
  { name: "Dashboards", unit: "dashboards", quantity: (stack) => count(stack, "aws_cloudwatch_dashboard") },
  {
    name: "Logs",
    unit: "log groups, by the data written and kept",
    quantity: (stack) => count(stack, "aws_cloudwatch_log_group"),
  },
  { name: "Secrets", unit: "secrets", quantity: (stack) => count(stack, "aws_secretsmanager_secret") },
  {
    name: "Express workflows",
    unit: "executions a month, by duration and memory",
    quantity: executions(({ type }) => type === "EXPRESS"),
  },
  {
    name: "Standard workflows",
    unit: "executions a month, by state transitions",
    quantity: executions(({ type }) => type !== "EXPRESS"),
  },
  {
    name: "Buckets",
    unit: "buckets, by the data stored, the requests, and the data replicated to another Region",
    quantity: (stack) => count(stack, "aws_s3_bucket"),
  },
  {
    name: "CloudTrail data events",
    unit: "trails, each by the requests to the objects of the vault",
    quantity: (stack) => count(stack, "aws_cloudtrail"),
  },
  {
    name: "AWS Config rules",
    unit: "rules, each evaluated daily for every cluster",
    quantity: (stack) => count(stack, "aws_config_config_rule"),
  },
];

/** The resource types that a part above counts. */
export const billed: readonly string[] = [
  "aws_elasticache_replication_group",
  "aws_cloudwatch_metric_alarm",
  "aws_cloudwatch_composite_alarm",
  "aws_cloudwatch_dashboard",
  "aws_cloudwatch_log_group",
  "aws_secretsmanager_secret",
  "aws_sfn_state_machine",
  "aws_s3_bucket",
  "aws_cloudtrail",
  "aws_config_config_rule",
];

/** What is not billed by itself, with the reason. */
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
  aws_s3_bucket_lifecycle_configuration: "the bucket is billed",
  aws_s3_bucket_notification: "events of AWS services are free",
  aws_s3_bucket_object_lock_configuration: "the bucket is billed",
  aws_s3_bucket_ownership_controls: "the bucket is billed",
  aws_s3_bucket_policy: "the bucket is billed",
  aws_s3_bucket_public_access_block: "the bucket is billed",
  aws_s3_bucket_replication_configuration: "requests and transfer are billed with the buckets",
  aws_s3_bucket_server_side_encryption_configuration: "keys of S3 are free",
  aws_s3_bucket_versioning: "each version is billed with the bucket",
  aws_scheduler_schedule: "invocations are within the free tier",
  aws_scheduler_schedule_group: "free",
  aws_secretsmanager_secret_policy: "the secret is billed",
  aws_secretsmanager_secret_version: "the secret is billed",
  aws_security_group: "free",
  aws_sns_topic: "messages are within the free tier",
  aws_sns_topic_policy: "free",
  aws_sns_topic_subscription: "free",
  aws_sqs_queue: "requests are within the free tier",
  aws_sqs_queue_policy: "free",
  aws_vpc_security_group_ingress_rule: "free",
  random_id: "Terraform's own",
  random_password: "Terraform's own",
  terraform_data: "Terraform's own",
};
