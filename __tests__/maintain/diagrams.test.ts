import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { architecture, leftOut } from "../../scripts/maintain/diagrams/architecture";
import { svg } from "../../scripts/maintain/diagrams/drawing";
import { referencesOf } from "../../scripts/maintain/diagrams/graph";
import { identifier } from "../../scripts/maintain/diagrams/mermaid";
import { stateMachine } from "../../scripts/maintain/diagrams/state-machine";
import { publishedMetrics } from "../../scripts/maintain/metrics";
import { monitoring } from "../../scripts/maintain/diagrams/monitoring";
import type { Stack } from "../../scripts/shared/synthesize";
import { environmentStacks, stacks } from "../support/stacks";

const definition = JSON.stringify({
  StartAt: "Look",
  States: {
    Look: {
      Type: "Task",
      Resource: "arn:${local.partition}:states:::aws-sdk:elasticache:describeSnapshots",
      Catch: [
        { ErrorEquals: ["A"], Assign: { denied: true }, Next: "Give up" },
        { ErrorEquals: ["B"], Next: "Give up" },
        { ErrorEquals: ["States.ALL"], Next: "Give up" },
      ],
      Next: "Found any?",
    },
    "Found any?": {
      Type: "Choice",
      Choices: [
        { Condition: '{% $count($found) > 0 and "a" != "a rather long condition that is shortened" %}', Next: "Each" },
      ],
      Default: "Give up",
    },
    Each: {
      Type: "Map",
      ItemProcessor: {
        StartAt: "Publish",
        States: {
          Publish: {
            Type: "Task",
            Resource: "arn:aws:states:::aws-sdk:cloudwatch:putMetricData",
            Arguments: { Namespace: "Backups", MetricData: [{ MetricName: "Age" }] },
            End: true,
          },
        },
      },
      End: true,
    },
    "Give up": { Type: "Fail" },
  },
});

describe("a state machine", () => {
  const [drawing] = stateMachine(definition);
  const id = (name: string): string => identifier(name);

  test.each([
    ["starts where it starts", `begin --> ${id("Look")}`],
    ["shows what a state calls", `${id("Look")}["Look<br>elasticache: describeSnapshots"]`],
    ["shows transitions", `${id("Look")} --> ${id("Found any?")}`],
    ["shows what is caught", `${id("Look")} -.->|"A"| ${id("Give up")}`],
    ["shows what is caught in the same way once", `${id("Look")} -.->|"B, States.ALL"| ${id("Give up")}`],
    [
      "shows conditions, shortened",
      `-->|"$count($found) &gt; 0 and #quot;a#quot; != #quot;a rather long condition that…"| ${id("Each")}`,
    ],
    ["shows the default of a choice", `${id("Found any?")} -->|"otherwise"| ${id("Give up")}`],
    ["shows what a Map does for each", `${id("Each/0/Publish")}["Publish<br>cloudwatch: putMetricData"]`],
    ["ends where it ends", `${id("Each")} --> done`],
  ])("%s", (_what, line) => {
    expect(drawing).toContain(line);
  });

  test("that is long is drawn in parts, each with what it leads to in another one", () => {
    const names = Array.from({ length: 30 }, (_, i) => `S${i}`);
    const states = Object.fromEntries(
      names.map((name, i) => [name, { Type: "Pass", ...(i === 29 ? { End: true } : { Next: `S${i + 1}` }) }]),
    );
    const parts = stateMachine(JSON.stringify({ StartAt: "S0", States: states }));
    const drawn = parts.map((part) => names.filter((name) => part.includes(`${id(name)}["${name}"]`)));
    expect(drawn.flat()).toEqual(names);
    expect(Math.max(...drawn.map(({ length }) => length))).toBeLessThanOrEqual(14);
    expect(parts.filter((part) => part.includes("begin((start))"))).toEqual([parts[0]]);
    expect(parts.filter((part) => part.includes("done((end))"))).toEqual([parts.at(-1)]);
    for (const [i, part] of parts.slice(0, -1).entries()) {
      const next = drawn[i + 1]?.[0] ?? "";
      expect(part).toContain(`${id(next)}[/"${next}<br>in part ${i + 2}"/]`);
    }
  });

  test("with a transition to nowhere is refused", () => {
    expect(() => stateMachine('{"StartAt":"A","States":{"A":{"Type":"Pass","Next":"B"}}}')).toThrow(/leads to "B"/);
  });
});

const stack: Stack = {
  terraform: {},
  provider: { aws: [{ region: "ap-northeast-1" }] },
  variable: {},
  output: {},
  locals: {
    topic: "${aws_sns_topic.people.arn}",
  },
  resource: {
    aws_sns_topic: { people: { name: "people" }, events: { name: "events" } },
    aws_sns_topic_subscription: { email: { topic_arn: "${aws_sns_topic.people.arn}", protocol: "email" } },
    aws_elasticache_replication_group: { redis: { notification_topic_arn: "${aws_sns_topic.events.arn}" } },
    aws_sfn_state_machine: { check: { definition, role_arn: "${aws_iam_role.check.arn}" } },
    aws_scheduler_schedule: {
      often: { schedule_expression: "rate(15 minutes)", target: { arn: "${aws_sfn_state_machine.check.arn}" } },
    },
    aws_cloudwatch_metric_alarm: {
      old: {
        namespace: "Backups",
        metric_name: "Age",
        alarm_actions: "${concat([aws_sns_topic.people.arn], var.alarm_action_arns)}",
        alarm_description: "Look at ${aws_sfn_state_machine.check.arn}.",
        depends_on: ["aws_scheduler_schedule.often"],
      },
    },
  },
};

test("references are followed through locals", () => {
  expect(referencesOf(stack, "aws_sns_topic", "${local.topic}")).toEqual(["aws_sns_topic.people"]);
  expect(referencesOf(stack, "aws_sns_topic", undefined)).toEqual([]);
});

test("the metrics of a state machine are named once, as objects or in an expression of any state", () => {
  const machine = JSON.stringify({
    States: {
      Look: { Assign: { data: "{% [{'MetricName': 'Age'}, {'MetricName': 'Size'}] %}" } },
      Publish: { Arguments: { Namespace: "Backups", MetricData: [{ MetricName: "Age" }] } },
      Read: { Arguments: { MetricDataQueries: "{% $names.{'Namespace': 'AWS/ElastiCache', 'MetricName': metric} %}" } },
    },
  });
  expect(publishedMetrics(machine)).toEqual([
    { namespace: "Backups", name: "Age" },
    { namespace: "Backups", name: "Size" },
  ]);
});

test("monitoring leads from the schedule to people", () => {
  const { nodes, edges } = monitoring(stack);
  const of = (group: string, line: string): string =>
    nodes.find((node) => node.group === group && node.label.includes(line))?.id ?? `no ${line}`;
  const path = [
    "often",
    "aws_sfn_state_machine.check",
    of("metrics", "Age"),
    of("alarms", "old"),
    "aws_sns_topic.people",
    "aws_sns_topic_subscription.email",
  ];
  for (const [i, to] of path.slice(1).entries())
    expect(edges).toContainEqual(expect.objectContaining({ from: path[i], to }));
  expect(edges).toContainEqual(expect.objectContaining({ from: of("alarms", "old"), to: "pager" }));
});

test("alarms that evaluate the metrics of one state machine share a box", () => {
  const { nodes } = monitoring(stacks["redis-prod"]?.() as unknown as Stack);
  const boxes = nodes.filter(({ group }) => group === "alarms");
  expect(boxes.find(({ label }) => label.includes("backup_failed"))?.label).toContain("snapshot_failed");
  const { aws_cloudwatch_metric_alarm: single = {}, aws_cloudwatch_composite_alarm: overNodes = {} } =
    stacks["redis-prod"]?.().resource ?? {};
  const names = [...Object.keys(single), ...Object.keys(overNodes).map((name) => `${name} (any node)`)];
  expect(boxes.flatMap(({ label }) => label).sort()).toEqual(names.sort());
});

test("the architecture of an environment shows every resource type of one, or says why not", () => {
  const shown = [...svg(architecture).matchAll(/data-types="([^"]+)"/g)].flatMap(([, types = ""]) => types.split(" "));
  const types = new Set(Object.values(environmentStacks).flatMap((synthesize) => Object.keys(synthesize().resource)));
  expect([...new Set([...shown, ...Object.keys(leftOut)])].sort()).toEqual([...types].sort());
});

test("docs/diagrams/architecture.md says of every resource type where it is drawn, and of no other", () => {
  const page = readFileSync(resolve(__dirname, "../../docs/diagrams/architecture.md"), "utf8");
  const named = [...page.matchAll(/^\| `(\w+)`/gm)].map(([, type]) => type);
  const types = new Set(Object.values(stacks).flatMap((synthesize) => Object.keys(synthesize().resource)));
  expect(named).toEqual([...types].sort());
});
