import type { Block, Stack } from "../../shared/synthesize";
import { publishedMetrics } from "../metrics";
import { referencesOf, type Edge, type Graph, type Node } from "./graph";

const machine = "aws_sfn_state_machine";
const topic = "aws_sns_topic";
const composite = "aws_cloudwatch_composite_alarm";

/**
 * How a failed backup reaches people: which schedule starts what, which metrics that publishes, which alarms evaluate
 * them, and whom they notify. What has the same neighbors shares a box: metrics by who publishes them, alarms by what they evaluate.
 */
export function monitoring(stack: Stack): Graph {
  const of = (type: string): [string, Block][] => Object.entries(stack.resource[type] ?? {});
  const nodes: Node[] = [];
  const edges: Edge[] = [];
  const node = (id: string, group: string, ...label: string[]): void => {
    if (!nodes.some((other) => other.id === id)) nodes.push({ id, group, label });
  };
  const edge = (from: string, to: string, label?: string): void => {
    if (!edges.some((other) => other.from === from && other.to === to)) edges.push({ from, to, label });
  };
  const refer = (from: string, type: string, argument: unknown, label?: string): void => {
    for (const to of referencesOf(stack, type, argument)) edge(from, to, label);
  };

  for (const [name, { schedule_expression, target }] of of("aws_scheduler_schedule")) {
    node(name, "schedules", name, String(schedule_expression).replace(/^\$\{(.+)\}$/, "$1"));
    refer(name, machine, (target as { arn?: unknown } | undefined)?.arn);
  }
  const publishers = new Map<string, string[]>();
  for (const [name, { definition }] of of(machine)) {
    node(`${machine}.${name}`, "state machines", name);
    for (const { namespace, name: metric } of publishedMetrics(String(definition))) {
      const id = `${namespace}: ${metric}`;
      publishers.set(id, [...(publishers.get(id) ?? []), `${machine}.${name}`]);
    }
    if (String(definition).includes(":sns:publish")) refer(`${machine}.${name}`, topic, definition);
  }

  // AWS publishes the others: a box for each of its namespaces.
  const evaluated = of("aws_cloudwatch_metric_alarm").flatMap(([, alarm]) => evaluatedBy(alarm));
  const metrics = [...new Set([...publishers.keys(), ...evaluated])];
  const boxOf = (metric: string): string =>
    `metrics ${publishers.get(metric)?.join(" ") ?? metric.split(": ")[0] ?? ""}`;
  for (const [box, members] of grouped(metrics, boxOf)) {
    const [namespace = ""] = members[0]?.split(": ") ?? [];
    node(box, "metrics", `${namespace}:`, ...members.map((metric) => metric.split(": ")[1] ?? metric));
    for (const from of publishers.get(members[0] ?? "") ?? []) edge(from, box);
  }

  const alarms = of("aws_cloudwatch_metric_alarm");
  const sources = ([, alarm]: [string, Block]): string => [...new Set(evaluatedBy(alarm).map(boxOf))].join(", ");
  const boxOfAlarm = new Map<string, string>();
  const notify = (id: string, { alarm_actions }: Block): void => {
    refer(id, topic, alarm_actions);
    if (!JSON.stringify(alarm_actions ?? "").includes("var.alarm_action_arns")) return;
    node("pager", "people", "pager", "alarm_action_arns");
    edge(id, "pager");
  };
  const boxesEvaluated = (rule: unknown): string[] => [
    ...new Set(
      [...String(rule).matchAll(/aws_cloudwatch_metric_alarm\.(\w+)/g)].map(
        ([, name = ""]) => boxOfAlarm.get(name) ?? name,
      ),
    ),
  ];
  for (const [source, members] of grouped(
    alarms,
    (one) => `${sources(one)} ${JSON.stringify(one[1].alarm_actions ?? "")}`,
  )) {
    const id = `alarms ${source}`;
    node(id, "alarms", ...members.map(([name]) => name));
    for (const [name, alarm] of members) {
      for (const metric of evaluatedBy(alarm)) edge(boxOf(metric), id);
      notify(id, alarm);
      boxOfAlarm.set(name, id);
    }
  }
  for (const [source, members] of grouped(of(composite), ([, { alarm_rule }]) =>
    boxesEvaluated(alarm_rule).join(", "),
  )) {
    const id = `${composite} ${source}`;
    node(id, "alarms", ...members.map(([name]) => `${name} (any node)`));
    for (const [, alarm] of members) {
      for (const box of boxesEvaluated(alarm.alarm_rule)) edge(box, id);
      notify(id, alarm);
    }
  }

  for (const [name] of of(topic)) node(`${topic}.${name}`, "topics", name);
  for (const [name, { notification_topic_arn }] of of("aws_elasticache_replication_group")) {
    node(`cache ${name}`, "schedules", "ElastiCache", "its own events");
    refer(`cache ${name}`, topic, notification_topic_arn);
  }
  for (const [name, { topic_arn, protocol, filter_policy }] of of("aws_sns_topic_subscription")) {
    node(`aws_sns_topic_subscription.${name}`, "people", name, String(protocol));
    for (const from of referencesOf(stack, topic, topic_arn))
      edge(from, `aws_sns_topic_subscription.${name}`, filter_policy === undefined ? undefined : "filtered");
  }
  for (const [name, { sns_topic_arns }] of of("aws_chatbot_slack_channel_configuration")) {
    node(`chat ${name}`, "people", name, "Slack");
    for (const from of referencesOf(stack, topic, sns_topic_arns)) edge(from, `chat ${name}`);
  }
  return { nodes, edges };
}

/** The members by key, in their order. */
function grouped<Member>(members: readonly Member[], keyOf: (member: Member) => string): Map<string, Member[]> {
  const groups = new Map<string, Member[]>();
  for (const member of members) groups.set(keyOf(member), [...(groups.get(keyOf(member)) ?? []), member]);
  return groups;
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
