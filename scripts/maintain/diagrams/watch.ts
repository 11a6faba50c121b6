import type { Block, Stack } from "../../shared/synthesized";
import { ownMetrics } from "../costs/parts";
import { namespaces, referencesOf, type Edge, type Graph, type Node } from "./graph";

/** How a failed backup reaches people: what is started when, which metrics that makes, which alarms watch them, whom they tell. */
export function watch(stack: Stack): Graph {
  const of = (type: string): [string, Block][] => Object.entries(stack.resource[type] ?? {});
  const nodes: Node[] = [];
  const edges: Edge[] = [];
  const node = (id: string, group: string, ...label: string[]): void => {
    if (!nodes.some((other) => other.id === id)) nodes.push({ id, group, label });
  };

  for (const [name, schedule] of of("aws_scheduler_schedule")) {
    node(name, "when", name, String(schedule.schedule_expression).replace(/^\$\{(.+)\}$/, "$1"));
    for (const machine of referencesOf(stack, { target: schedule.target }).filter(isA("aws_sfn_state_machine")))
      edges.push({ from: name, to: machine });
  }
  for (const [name, { definition }] of of("aws_sfn_state_machine")) {
    const machine = `aws_sfn_state_machine.${name}`;
    node(machine, "state machines", name);
    const only = { ...stack, resource: { aws_sfn_state_machine: { [name]: { definition } } } };
    for (const metric of ownMetrics(only)) {
      const id = `${namespaces(only)[0] ?? ""}: ${metric}`;
      node(id, "metrics", id);
      edges.push({ from: machine, to: id });
    }
    for (const topic of referencesOf(stack, { definition }).filter(isA("aws_sns_topic")))
      if (String(definition).includes(":sns:publish")) edges.push({ from: machine, to: topic });
  }
  for (const [name, alarm] of of("aws_cloudwatch_metric_alarm")) {
    const id = `aws_cloudwatch_metric_alarm.${name}`;
    node(id, "alarms", name);
    for (const metric of watchedBy(alarm)) {
      node(metric, "metrics", metric);
      edges.push({ from: metric, to: id });
    }
    for (const topic of referencesOf(stack, { actions: alarm.alarm_actions }).filter(isA("aws_sns_topic")))
      edges.push({ from: id, to: topic });
    if (JSON.stringify(alarm.alarm_actions).includes("var.alarm_action_arns")) {
      node("pager", "people", "pager", "alarm_action_arns");
      edges.push({ from: id, to: "pager" });
    }
  }
  for (const [name] of of("aws_sns_topic")) node(`aws_sns_topic.${name}`, "topics", name);
  for (const [name, cache] of of("aws_elasticache_replication_group")) {
    node(`cache ${name}`, "when", "ElastiCache", "its own events");
    for (const topic of referencesOf(stack, { topic: cache.notification_topic_arn }).filter(isA("aws_sns_topic")))
      edges.push({ from: `cache ${name}`, to: topic });
  }
  for (const [name, { topic_arn, protocol, filter_policy }] of of("aws_sns_topic_subscription")) {
    node(`aws_sns_topic_subscription.${name}`, "people", name, String(protocol));
    const label = filter_policy === undefined ? {} : { label: "some of it" };
    for (const topic of referencesOf(stack, { topic_arn }))
      edges.push({ from: topic, to: `aws_sns_topic_subscription.${name}`, ...label });
  }
  for (const [name, chat] of of("aws_chatbot_slack_channel_configuration")) {
    node(`chat ${name}`, "people", name, "Slack");
    for (const topic of referencesOf(stack, { topics: chat.sns_topic_arns }).filter(isA("aws_sns_topic")))
      edges.push({ from: topic, to: `chat ${name}` });
  }
  return { nodes, edges };
}

const isA =
  (type: string) =>
  (address: string): boolean =>
    address.startsWith(`${type}.`);

interface Watched {
  readonly namespace?: string;
  readonly metric_name?: string;
}

/** `namespace: metric` of everything that an alarm looks at. */
const watchedBy = (alarm: Watched & { readonly metric_query?: readonly { readonly metric?: Watched }[] }): string[] =>
  [alarm, ...(alarm.metric_query ?? []).map(({ metric }) => metric)].flatMap((metric) =>
    metric?.metric_name === undefined ? [] : [`${metric.namespace ?? ""}: ${metric.metric_name}`],
  );
