import { architecture, referencesOf } from "../../scripts/maintain/diagrams/graph";
import { identifier } from "../../scripts/maintain/diagrams/mermaid";
import { stateMachine } from "../../scripts/maintain/diagrams/state-machine";
import { watch } from "../../scripts/maintain/diagrams/watch";
import type { Stack } from "../../scripts/shared/synthesized";

const definition = JSON.stringify({
  StartAt: "Look",
  States: {
    Look: {
      Type: "Task",
      Resource: "arn:${local.partition}:states:::aws-sdk:elasticache:describeSnapshots",
      Catch: [{ ErrorEquals: ["States.ALL"], Next: "Give up" }],
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
  const drawing = stateMachine(definition);
  const id = (name: string): string => identifier(name);

  test.each([
    ["starts where it starts", `begin --> ${id("Look")}`],
    ["shows what a state calls", `${id("Look")}["Look<br>elasticache: describeSnapshots"]`],
    ["shows transitions", `${id("Look")} --> ${id("Found any?")}`],
    ["shows what is caught", `${id("Look")} -.->|"States.ALL"| ${id("Give up")}`],
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

  test("with a transition to nowhere is refused", () => {
    expect(() => stateMachine('{"StartAt":"A","States":{"A":{"Type":"Pass","Next":"B"}}}')).toThrow(/leads to "B"/);
  });
});

const stack: Stack = {
  variable: {},
  locals: {
    topic: "${aws_sns_topic.people.arn}",
    widgets: { alarms: "${[aws_cloudwatch_metric_alarm.old.arn]}", metrics: ["Backups", "Age"] },
  },
  data: { aws_iam_policy_document: { publish: { resources: ["${aws_sns_topic.events.arn}"] } } },
  resource: {
    aws_sns_topic: { people: { name: "people" }, events: { name: "events" } },
    aws_sns_topic_subscription: { email: { topic_arn: "${aws_sns_topic.people.arn}", protocol: "email" } },
    aws_iam_role: { check: { name: "check" } },
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
    aws_cloudwatch_dashboard: { all: { dashboard_body: "${jsonencode(local.widgets)}" } },
  },
};

test("references are followed through locals and data sources, and waiting is none", () => {
  expect(referencesOf(stack, { value: "${local.topic}", depends_on: ["aws_iam_role.check"] })).toEqual([
    "aws_sns_topic.people",
  ]);
  expect(referencesOf(stack, { value: "${data.aws_iam_policy_document.publish.json}" })).toEqual([
    "aws_sns_topic.events",
  ]);
});

test("the architecture has what a state machine calls and publishes, and leaves permissions out", () => {
  const { nodes, edges } = architecture(stack);
  expect(nodes.map(({ id }) => id)).not.toContain("aws_iam_role.check");
  expect(edges).toEqual(
    expect.arrayContaining([
      { from: "aws_sfn_state_machine.check", to: "aws_elasticache_replication_group.redis", label: "calls" },
      { from: "aws_sfn_state_machine.check", to: "Backups", label: "publishes" },
      { from: "alarms on Backups", to: "Backups", label: "watches" },
      { from: "aws_elasticache_replication_group.redis", to: "aws_sns_topic.events" },
    ]),
  );
});

test("schedules are one box, a dashboard shows metrics, and what an alarm's text names is no relation", () => {
  const { nodes, edges } = architecture(stack);
  expect(nodes).toContainEqual({
    id: "schedules",
    label: ["EventBridge Scheduler schedules", "often"],
    service: "scheduler",
  });
  const from = (id: string) => edges.filter((edge) => edge.from === id).map(({ to }) => to);
  expect(from("schedules")).toEqual(["aws_sfn_state_machine.check"]);
  expect(from("aws_cloudwatch_dashboard.all")).toEqual(["Backups"]);
  expect(from("alarms on Backups")).not.toContain("aws_sfn_state_machine.check");
});

test("the watch leads from the schedule to people", () => {
  const { edges } = watch(stack);
  const path = [
    "often",
    "aws_sfn_state_machine.check",
    "Backups: Age",
    "aws_cloudwatch_metric_alarm.old",
    "aws_sns_topic.people",
    "aws_sns_topic_subscription.email",
  ];
  for (const [i, to] of path.slice(1).entries()) expect(edges).toContainEqual({ from: path[i], to });
  expect(edges).toContainEqual({ from: "aws_cloudwatch_metric_alarm.old", to: "pager" });
});
