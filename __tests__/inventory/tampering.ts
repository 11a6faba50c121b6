/** The addresses of one rule, whose messages people get by email and in Slack. */
const rule = (name: string, why: string): Record<string, string> => ({
  [`aws_cloudwatch_event_rule.tampering_${name}`]: why,
  [`aws_cloudwatch_event_target.tampering_${name}`]: `by email: ${why}`,
  [`aws_cloudwatch_event_target.tampering_${name}_chat`]: `in Slack: ${why}`,
});

/** The addresses that bring the events of global services to the stack's Region. */
const forward = (name: string, why: string): Record<string, string> => ({
  [`aws_cloudwatch_event_rule.tampering_${name}_forward`]: why,
  [`aws_cloudwatch_event_target.tampering_${name}_forward`]: why,
});

/** Every address that has to do with tampering, with why it is there. */
export const tampering: Readonly<Record<string, string>> = {
  ...rule("snapshot_deleted", "an insider deletes backups"),
  ...rule("cache_deleted", "an insider deletes the cache and its automatic backups"),
  ...rule("backups_weakened", "backups are turned off, or their events are"),
  ...rule("key_endangered", "without the key every backup is lost"),
  ...rule("workflow_changed", "what takes and checks backups is changed"),
  ...rule("schedule_changed", "what takes and checks backups no longer starts"),
  ...rule("alerts_changed", "alerts no longer reach people"),
  ...rule("alarm_changed", "an alarm no longer fires, or nobody gets it"),
  ...rule("role_changed", "a role may do more or less than it should"),
  ...rule("rule_changed", "these rules are turned off"),
  ...rule("trail_changed", "without a trail none of these rules fires"),
  ...forward("roles", "IAM's events are in one Region only"),
  ...forward("trails", "most trails are created in that Region"),
  ...forward("rules", "the rules that forward are there"),
  "aws_iam_role.tampering_forward": "puts these events on the bus",
  "aws_iam_role_policy.tampering_forward": "on this bus and no other",
  "data.aws_iam_policy_document.tampering_forward": "on this bus and no other",
  "data.aws_iam_policy_document.tampering_forward_trust": "for these rules alone",
  "aws_sns_topic.redis_chat": "Slack shows no plain text",
  "aws_sns_topic_policy.redis_chat": "names who may publish to Slack",
  "data.aws_iam_policy_document.redis_chat": "names who may publish to Slack",
  "var.deploy_role_arns": "a deployment is no tampering",
  "var.report_role_changes": "us-east-1 may be forbidden",
};
