import type { Block, Stack } from "../../shared/synthesize";
import { publishedMetrics } from "../metrics";
import { referencesOf, type Edge, type Graph, type Node } from "./graph";

const machine = "aws_sfn_state_machine";
const topic = "aws_sns_topic";

/** How a failed backup reaches people: which schedule starts what, which metrics that publishes, which alarms evaluate them, whom they notify. */
export function monitoring(stack: Stack): Graph {
  const of = (type: string): [string, Block][] => Object.entries(stack.resource[type] ?? {});
  const nodes: Node[] = [];
  const edges: Edge[] = [];
  const node = (id: string, group: string, ...label: string[]): void => {
    if (!nodes.some((other) => other.id === id)) nodes.push({ id, group, label });
  };
  const edge = (from: string, type: string, argument: unknown): void => {
    edges.push(...referencesOf(stack, type, argument).map((to) => ({ from, to })));
  };

  for (const [name, { schedule_expression, target }] of of("aws_scheduler_schedule")) {
    node(name, "schedules", name, String(schedule_expression).replace(/^\$\{(.+)\}$/, "$1"));
    edge(name, machine, (target as { arn?: unknown } | undefined)?.arn);
  }
  for (const [name, { definition }] of of(machine)) {
    node(`${machine}.${name}`, "state machines", name);
    for (const { namespace, name: metric } of publishedMetrics(String(definition))) {
      const id = `${namespace}: ${metric}`;
      node(id, "metrics", id);
      edges.push({ from: `${machine}.${name}`, to: id });
    }
    if (String(definition).includes(":sns:publish")) edge(`${machine}.${name}`, topic, definition);
  }
  for (const [name, alarm] of of("aws_cloudwatch_metric_alarm")) {
    const id = `aws_cloudwatch_metric_alarm.${name}`;
    node(id, "alarms", name);
    for (const metric of evaluatedBy(alarm)) {
      node(metric, "metrics", metric);
      edges.push({ from: metric, to: id });
    }
    edge(id, topic, alarm.alarm_actions);
    if (JSON.stringify(alarm.alarm_actions).includes("var.alarm_action_arns")) {
      node("pager", "people", "pager", "alarm_action_arns");
      edges.push({ from: id, to: "pager" });
    }
  }
  for (const [name] of of(topic)) node(`${topic}.${name}`, "topics", name);
  for (const [name, { notification_topic_arn }] of of("aws_elasticache_replication_group")) {
    node(`cache ${name}`, "schedules", "ElastiCache", "its own events");
    edge(`cache ${name}`, topic, notification_topic_arn);
  }
  for (const [name, { topic_arn, protocol, filter_policy }] of of("aws_sns_topic_subscription")) {
    node(`aws_sns_topic_subscription.${name}`, "people", name, String(protocol));
    const label = filter_policy === undefined ? {} : { label: "filtered" };
    for (const from of referencesOf(stack, topic, topic_arn))
      edges.push({ from, to: `aws_sns_topic_subscription.${name}`, ...label });
  }
  for (const [name, { sns_topic_arns }] of of("aws_chatbot_slack_channel_configuration")) {
    node(`chat ${name}`, "people", name, "Slack");
    for (const from of referencesOf(stack, topic, sns_topic_arns)) edges.push({ from, to: `chat ${name}` });
  }
  return { nodes, edges };
}

interface Metric {
  readonly namespace?: string;
  readonly metric_name?: string;
}

/** `namespace: metric` of everything that an alarm evaluates. */
const evaluatedBy = (alarm: Metric & { readonly metric_query?: readonly { readonly metric?: Metric }[] }): string[] =>
  [alarm, ...(alarm.metric_query ?? []).map(({ metric }) => metric)].flatMap((metric) =>
    metric?.metric_name === undefined ? [] : [`${metric.namespace ?? ""}: ${metric.metric_name}`],
  );
