import {
  CloudwatchCompositeAlarm,
  type CloudwatchCompositeAlarmConfig,
} from "@cdktf/provider-aws/lib/cloudwatch-composite-alarm";
import {
  CloudwatchMetricAlarm,
  type CloudwatchMetricAlarmConfig,
} from "@cdktf/provider-aws/lib/cloudwatch-metric-alarm";
import type { SnsTopic } from "@cdktf/provider-aws/lib/sns-topic";
import type { Construct } from "constructs";
import { expression, listExpression } from "../terraform/expression";
import { dashed, named } from "../terraform/names";

interface Notification {
  /** What happened, for the person who is woken: a full sentence. */
  readonly happened: string;
  /** The first command to type, as it can be pasted. */
  readonly firstCommand: string;
  /** Topic for people. @default - none: something else notifies people, and this alarm notifies only the pager, if that is true */
  readonly topic?: SnsTopic;
  /** Whether the targets in `alarm_action_arns` are notified. @default - true with a topic, otherwise false */
  readonly pager?: boolean;
}

type Named = "alarmName" | "alarmDescription" | "alarmActions" | "okActions" | "insufficientDataActions" | "tags";

export interface AlarmProps extends Omit<CloudwatchMetricAlarmConfig, Named>, Notification {
  /** Whether the alarm also notifies when its data stops. @default false: `treatMissingData` decides what that means */
  readonly notifiesMissingData?: boolean;
}

/**
 * An alarm that notifies people and the pager when it is raised and when it clears. `backup_failed` is
 * `aws_cloudwatch_metric_alarm.backup_failed`, on AWS `<environment>-redis-backup-failed`, and the runbook's page `#backup-failed`.
 */
export function alarm(scope: Construct, name: string, props: AlarmProps): CloudwatchMetricAlarm {
  const { happened, firstCommand, topic, pager, notifiesMissingData = false, ...config } = props;
  const { actions, ...texts } = notification(name, { happened, firstCommand, topic, pager });
  return new CloudwatchMetricAlarm(scope, `aws_cloudwatch_metric_alarm.${name}`, {
    ...config,
    ...texts,
    alarmActions: actions,
    okActions: actions,
    insufficientDataActions: notifiesMissingData ? actions : undefined,
  });
}

export interface CompositeAlarmProps extends Omit<CloudwatchCompositeAlarmConfig, Named>, Notification {}

/** The same for an alarm on the states of others: `memory_usage` is `aws_cloudwatch_composite_alarm.memory_usage`. */
export function compositeAlarm(scope: Construct, name: string, props: CompositeAlarmProps): CloudwatchCompositeAlarm {
  const { happened, firstCommand, topic, pager, ...config } = props;
  const { actions, ...texts } = notification(name, { happened, firstCommand, topic, pager });
  return new CloudwatchCompositeAlarm(scope, `aws_cloudwatch_composite_alarm.${name}`, {
    ...config,
    ...texts,
    alarmActions: actions,
    okActions: actions,
  });
}

/** The arguments that every alarm has: its name, texts, and whom it notifies. */
function notification(name: string, { happened, firstCommand, topic, pager = topic !== undefined }: Notification) {
  const suffix = dashed(name);
  const pagers = "sort(var.alarm_action_arns)";
  const people = topic && `${topic.terraformResourceType}.${topic.friendlyUniqueId}.arn`;
  const targets = people === undefined ? pagers : pager ? `concat([${people}], ${pagers})` : `[${people}]`;
  return {
    alarmName: named(suffix),
    alarmDescription: `${happened}\n\nFirst command:\n${firstCommand}\n\nRunbook: ${expression("local.runbook")}#${suffix}`,
    actions: people === undefined && !pager ? undefined : listExpression(targets),
    tags: { Name: named(suffix) },
  };
}
