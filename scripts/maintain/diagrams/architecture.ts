import type { Arrow, Box, Drawing } from "./drawing";

/** What a drawing leaves out, with the reason. */
export const leftOut: Readonly<Record<string, string>> = {
  aws_iam_role: "one per state machine and service",
  aws_iam_role_policy: "one per role",
  aws_sns_topic_policy: "who may publish to a topic",
  random_id: "Terraform's own",
  random_password: "Terraform's own",
  terraform_data: "Terraform's own",
};

const boxes: readonly Box[] = [
  {
    x: 20,
    y: 20,
    width: 1130,
    height: 280,
    kind: "area",
    title: "Your VPC: private subnets in at least two Availability Zones",
    types: ["aws_elasticache_subnet_group"],
  },
  { x: 40, y: 140, width: 160, height: 70, title: "Clients", lines: ["the VPC, or those", "that you name"] },
  {
    x: 290,
    y: 55,
    width: 845,
    height: 232,
    kind: "soft",
    title: "Security group and replication group: TLS, AUTH token, encrypted at rest, automatic failover",
    types: [
      "aws_security_group",
      "aws_vpc_security_group_ingress_rule",
      "aws_elasticache_replication_group",
      "aws_elasticache_parameter_group",
    ],
  },
  ...["Availability Zone a", "Availability Zone b", "Availability Zone c"].map((title, i): Box => ({
    x: 310 + i * 275,
    y: 90,
    width: 255,
    height: 180,
    kind: "area",
    title,
  })),
  { x: 345, y: 140, width: 185, height: 70, kind: "store", title: "Primary", lines: ["reads and writes"] },
  { x: 620, y: 140, width: 185, height: 70, kind: "store", title: "Replica", lines: ["reads, and backups"] },
  { x: 895, y: 140, width: 185, height: 70, kind: "store", title: "More replicas", lines: ["one more in prod"] },

  {
    x: 20,
    y: 345,
    width: 220,
    height: 70,
    title: "Secrets Manager",
    lines: ["AUTH token and endpoints"],
    types: ["aws_secretsmanager_secret", "aws_secretsmanager_secret_version"],
  },
  { x: 290, y: 335, width: 690, height: 95, kind: "area", title: "Backups: ElastiCache snapshots" },
  { x: 305, y: 365, width: 210, height: 52, kind: "store", title: "Automatic", lines: ["daily, kept up to 35 days"] },
  { x: 530, y: 365, width: 210, height: 52, kind: "store", title: "Manual", lines: ["on a schedule, or on demand"] },
  { x: 755, y: 365, width: 210, height: 52, kind: "store", title: "Final", lines: ["before the cache is destroyed"] },

  {
    x: 20,
    y: 505,
    width: 200,
    height: 70,
    title: "EventBridge Scheduler",
    lines: ["one group per environment"],
    types: ["aws_scheduler_schedule", "aws_scheduler_schedule_group"],
  },
  { x: 20, y: 630, width: 200, height: 52, title: "SQS", lines: ["starts that failed"], types: ["aws_sqs_queue"] },
  {
    x: 290,
    y: 475,
    width: 690,
    height: 115,
    kind: "area",
    title: "Step Functions",
    types: ["aws_sfn_state_machine"],
  },
  { x: 305, y: 508, width: 155, height: 68, title: "Snapshot source", lines: ["every hour"] },
  { x: 475, y: 508, width: 155, height: 68, title: "Backup check", lines: ["every 15 minutes"] },
  { x: 645, y: 508, width: 155, height: 68, title: "Manual backup", lines: ["monthly in prod"] },
  { x: 815, y: 508, width: 150, height: 68, title: "Restore test", lines: ["monthly in prod"] },
  {
    x: 1010,
    y: 500,
    width: 140,
    height: 84,
    kind: "store",
    title: "Restored cache",
    lines: ["nobody can connect;", "deleted at the end"],
  },

  { x: 290, y: 640, width: 560, height: 110, kind: "area", title: "CloudWatch" },
  {
    x: 305,
    y: 672,
    width: 120,
    height: 62,
    title: "Logs",
    lines: ["of the cache"],
    types: ["aws_cloudwatch_log_group"],
  },
  { x: 440, y: 672, width: 120, height: 62, title: "Dashboard", types: ["aws_cloudwatch_dashboard"] },
  { x: 575, y: 672, width: 120, height: 62, title: "Metrics", lines: ["of cache, backups"] },
  { x: 710, y: 672, width: 125, height: 62, title: "Alarms", types: ["aws_cloudwatch_metric_alarm"] },

  {
    x: 715,
    y: 598,
    width: 150,
    height: 32,
    title: "EventBridge rules",
    types: ["aws_cloudwatch_event_rule", "aws_cloudwatch_event_target"],
  },
  { x: 885, y: 640, width: 125, height: 50, title: "SNS: alerts", types: ["aws_sns_topic"] },
  { x: 885, y: 710, width: 125, height: 50, title: "SNS: events", lines: ["of the cache"], types: ["aws_sns_topic"] },
  {
    x: 1050,
    y: 620,
    width: 100,
    height: 40,
    kind: "people",
    title: "Slack",
    types: ["aws_chatbot_slack_channel_configuration"],
  },
  { x: 1050, y: 672, width: 100, height: 40, kind: "people", title: "Email", types: ["aws_sns_topic_subscription"] },
  { x: 1050, y: 790, width: 100, height: 40, kind: "people", title: "Your pager" },
];

const arrows: readonly Arrow[] = [
  {
    path: [
      [200, 175],
      [345, 175],
    ],
    label: "TLS, AUTH",
    at: [245, 168],
  },
  {
    path: [
      [120, 210],
      [120, 345],
    ],
    label: "read the token",
    at: [128, 325],
    anchor: "start",
  },
  {
    path: [
      [530, 175],
      [620, 175],
    ],
    label: "replication",
    at: [575, 193],
  },
  {
    path: [
      [530, 160],
      [575, 160],
      [575, 125],
      [987, 125],
      [987, 140],
    ],
  },
  {
    path: [
      [712, 210],
      [712, 335],
    ],
    label: "backup",
    at: [720, 325],
    anchor: "start",
  },
  {
    path: [
      [220, 540],
      [290, 540],
    ],
    label: "starts",
    at: [254, 533],
  },
  {
    path: [
      [120, 575],
      [120, 630],
    ],
  },
  {
    path: [
      [305, 520],
      [265, 520],
      [265, 250],
      [290, 250],
    ],
    label: "moves backups to a replica",
    at: [258, 465],
    anchor: "end",
  },
  {
    path: [
      [552, 508],
      [552, 430],
    ],
    label: "reads",
    at: [558, 455],
    anchor: "start",
  },
  {
    path: [
      [722, 508],
      [722, 430],
    ],
    label: "creates, prunes",
    at: [728, 455],
    anchor: "start",
  },
  {
    path: [
      [890, 430],
      [890, 508],
    ],
    label: "restores the latest",
    at: [896, 455],
    anchor: "start",
  },
  {
    path: [
      [965, 542],
      [1010, 542],
    ],
  },
  {
    path: [
      [635, 590],
      [635, 672],
    ],
    label: "publish",
    at: [641, 618],
    anchor: "start",
  },
  {
    path: [
      [575, 703],
      [560, 703],
    ],
  },
  {
    path: [
      [695, 703],
      [710, 703],
    ],
  },
  {
    path: [
      [120, 682],
      [120, 780],
      [750, 780],
      [750, 734],
    ],
    label: "starts that failed raise an alarm",
    at: [430, 774],
  },
  {
    path: [
      [835, 690],
      [860, 690],
      [860, 665],
      [885, 665],
    ],
  },
  {
    path: [
      [790, 734],
      [790, 810],
      [1050, 810],
    ],
    label: "alarm_action_arns",
    at: [920, 804],
  },
  {
    path: [
      [865, 614],
      [947, 614],
      [947, 640],
    ],
    label: "tampering",
    at: [905, 608],
  },
  {
    path: [
      [1010, 650],
      [1050, 640],
    ],
  },
  {
    path: [
      [1010, 672],
      [1050, 688],
    ],
  },
  {
    path: [
      [1010, 735],
      [1030, 735],
      [1030, 702],
      [1050, 702],
    ],
    label: "failed backups",
    at: [1036, 752],
    anchor: "start",
  },
  {
    path: [
      [1135, 250],
      [1165, 250],
      [1165, 770],
      [948, 770],
      [948, 760],
    ],
    label: "events",
    at: [1158, 600],
    anchor: "end",
  },
];

/** The architecture of an environment. A test compares its resource types with the synthesized stacks. */
export const architecture: Drawing = {
  width: 1180,
  height: 845,
  title: "Architecture of one environment",
  boxes,
  arrows,
};
