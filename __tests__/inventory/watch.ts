/** The addresses of one state machine with its role, log group and schedule. */
const workflow = (name: string, why: string): Record<string, string> => ({
  [`aws_sfn_state_machine.${name}`]: why,
  [`aws_scheduler_schedule.${name}`]: `when it runs: ${why}`,
  [`aws_iam_role.${name}`]: `what it may do: ${why}`,
  [`aws_iam_role_policy.${name}`]: `what it may do: ${why}`,
  [`aws_cloudwatch_log_group.${name}`]: `its errors: ${why}`,
  [`data.aws_iam_policy_document.${name}`]: `what it may do: ${why}`,
  [`data.aws_iam_policy_document.${name}_trust`]: `who may take its role: ${why}`,
});

/** Every address of the watch over backups, with why it is there. */
export const watch: Readonly<Record<string, string>> = {
  ...workflow("backup_check", "CloudWatch has no metric of backups"),
  ...workflow("snapshot_source", "after a failover backups would be taken from the primary"),
  "aws_scheduler_schedule_group.redis": "the roles of schedules trust it",
  "aws_sqs_queue.schedules_dead_letters": "executions that could not be started",
  "aws_iam_role.schedules": "starts the state machines",
  "aws_iam_role_policy.schedules": "starts these state machines and no others",
  "data.aws_iam_policy_document.schedules": "starts these state machines and no others",
  "data.aws_iam_policy_document.schedules_trust": "for this schedule group only",
  "aws_cloudwatch_metric_alarm.backup_failed": "the article's, on a metric that exists",
  "aws_cloudwatch_metric_alarm.snapshot_failed": "a failed backup, before the newest one is too old",
  "aws_cloudwatch_metric_alarm.events_topic_inactive": "ElastiCache would go silent without a word",
  "aws_cloudwatch_metric_alarm.memory_usage": "a backup forks: it needs memory",
  "aws_cloudwatch_metric_alarm.swap_usage": "a node that swaps has no memory for a backup",
  "aws_cloudwatch_metric_alarm.evictions": "memory is full, and a backup lacks what is gone",
  "aws_cloudwatch_metric_alarm.replication_lag": "a backup of a replica lacks what it has not received",
  "var.backup_max_duration_minutes": "a backup that runs long is not a failed one",
  "var.memory_usage_limit_percent": "a backup forks",
  "var.swap_usage_limit_mib": "a backup forks",
  "var.evictions_limit": "what a backup lacks",
  "var.replication_lag_limit_seconds": "what a backup lacks",
};
