import {
  CloudwatchMetricAlarm,
  type CloudwatchMetricAlarmConfig,
} from "@cdktf/provider-aws/lib/cloudwatch-metric-alarm";
import type { SnsTopic } from "@cdktf/provider-aws/lib/sns-topic";
import type { Construct } from "constructs";
import { expression, listExpression } from "../terraform/expression";
import { dashed, named } from "../terraform/names";

export interface AlarmProps extends Omit<
  CloudwatchMetricAlarmConfig,
  "alarmName" | "alarmDescription" | "alarmActions" | "okActions" | "insufficientDataActions" | "tags"
> {
  /** What happened, for the person who is woken: a full sentence. */
  readonly happened: string;
  /** The first command to type, as it can be pasted. */
  readonly firstCommand: string;
  /** What people get. */
  readonly topic: SnsTopic;
  /** Whether the alarm also notifies when its data stops. @default false: `treatMissingData` decides what that means */
  readonly notifiesMissingData?: boolean;
}

/**
 * An alarm that notifies people and the pager when it is raised and when it clears. `backup_failed` is
 * `aws_cloudwatch_metric_alarm.backup_failed`, on AWS `<environment>-redis-backup-failed`, and the runbook's page `#backup-failed`.
 */
export function alarm(scope: Construct, name: string, props: AlarmProps): CloudwatchMetricAlarm {
  const { happened, firstCommand, topic, notifiesMissingData = false, ...config } = props;
  const suffix = dashed(name);
  const actions = listExpression(
    `concat([${topic.terraformResourceType}.${topic.friendlyUniqueId}.arn], sort(var.alarm_action_arns))`,
  );
  return new CloudwatchMetricAlarm(scope, `aws_cloudwatch_metric_alarm.${name}`, {
    ...config,
    alarmName: named(suffix),
    alarmDescription: `${happened}\n\nFirst command:\n${firstCommand}\n\nRunbook: ${expression("local.runbook")}#${suffix}`,
    alarmActions: actions,
    okActions: actions,
    insufficientDataActions: notifiesMissingData ? actions : undefined,
    tags: { Name: named(suffix) },
  });
}
