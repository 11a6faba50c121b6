import { count, defaultOf, instances, type Stack } from "../costs/count";

/** A default quota of AWS, and how much of it an environment takes with the defaults of its variables. */
export interface Quota {
  readonly name: string;
  readonly limit: number;
  /** AWS raises it on request. */
  readonly adjustable: boolean;
  /** Where AWS names it. */
  readonly source: string;
  readonly used: (stack: Stack) => number;
}

const of =
  (...types: readonly string[]): Quota["used"] =>
  (stack) =>
    types.reduce((sum, type) => sum + count(stack, type), 0);

/**
 * Rules on the default bus of the environment's own Region, or of the Region of global events, to which environments of all other Regions
 * add theirs. An environment in that Region itself has none of the latter.
 */
const rulesOn =
  (bus: "own" | "global"): Quota["used"] =>
  (stack) =>
    Object.values(stack.resource.aws_cloudwatch_event_rule ?? {})
      .filter(({ provider }) => (provider === "aws.global") === (bus === "global"))
      .reduce((sum, rule) => sum + instances(stack, rule), 0);

const elasticache = "https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/quota-limits.html";
const eventBridge = "https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-quota.html";
const scheduler = "https://docs.aws.amazon.com/scheduler/latest/UserGuide/scheduler-quotas.html";

/**
 * The characters that the log groups of a cache take in the resource policy that AWS writes for the delivery of logs, with a name as
 * long as `prod-redis`. AWS allows all that begin with /aws/vendedlogs/ at once.
 */
const charactersOfLogs: Quota["used"] = ({ resource }) =>
  Object.values(resource.aws_cloudwatch_log_group ?? {})
    .map(({ name }) => String(name).replace("${local.name}", "prod-redis"))
    .filter((name) => !name.startsWith("/aws/vendedlogs/"))
    .reduce(
      (sum, name) => sum + `"arn:aws:logs:ap-northeast-1:123456789012:log-group:${name}:log-stream:*",`.length,
      0,
    );

/** The quotas of an account and Region that environments share. */
export const quotas: readonly Quota[] = [
  {
    name: "Characters of the resource policy of CloudWatch Logs for the logs of caches",
    limit: 5120,
    adjustable: false,
    source: "https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/AWS-logs-infrastructure-CWL.html",
    used: charactersOfLogs,
  },
  {
    name: "EventBridge rules on the default bus in af-south-1 and eu-south-1",
    limit: 100,
    adjustable: true,
    source: eventBridge,
    used: rulesOn("own"),
  },
  {
    name: "EventBridge rules on the default bus in other Regions",
    limit: 300,
    adjustable: true,
    source: eventBridge,
    used: rulesOn("own"),
  },
  {
    name: "EventBridge rules on the default bus in us-east-1, of environments in other Regions",
    limit: 300,
    adjustable: true,
    source: eventBridge,
    used: rulesOn("global"),
  },
  {
    name: "ElastiCache nodes, while the restore tests of all environments run",
    limit: 300,
    adjustable: true,
    source: elasticache,
    // A restore test has one node, and starts by default at the same minute as those of other environments.
    used: (stack) =>
      Number(defaultOf(stack, "num_cache_nodes")) + (defaultOf(stack, "enable_restore_test") === true ? 1 : 0),
  },
  {
    name: "IAM roles in the account, of all Regions",
    limit: 1000,
    adjustable: true,
    source: "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html",
    used: of("aws_iam_role"),
  },
  {
    name: "ElastiCache parameter groups",
    limit: 300,
    adjustable: true,
    source: elasticache,
    used: of("aws_elasticache_parameter_group"),
  },
  {
    name: "ElastiCache subnet groups",
    limit: 300,
    adjustable: true,
    source: elasticache,
    used: of("aws_elasticache_subnet_group"),
  },
  {
    name: "Schedule groups",
    limit: 500,
    adjustable: true,
    source: scheduler,
    used: of("aws_scheduler_schedule_group"),
  },
  {
    name: "Security groups",
    limit: 2500,
    adjustable: true,
    source: "https://docs.aws.amazon.com/vpc/latest/userguide/amazon-vpc-limits.html",
    used: of("aws_security_group"),
  },
  {
    name: "State machines",
    limit: 100_000,
    adjustable: true,
    source: "https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html",
    used: of("aws_sfn_state_machine"),
  },
  {
    name: "SNS topics",
    limit: 100_000,
    adjustable: true,
    source: "https://docs.aws.amazon.com/general/latest/gr/sns.html",
    used: of("aws_sns_topic"),
  },
  {
    name: "Secrets",
    limit: 500_000,
    adjustable: false,
    source: "https://docs.aws.amazon.com/secretsmanager/latest/userguide/reference_limits.html",
    used: of("aws_secretsmanager_secret"),
  },
  {
    name: "Log groups",
    limit: 1_000_000,
    adjustable: true,
    source: "https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/cloudwatch_limits_cwl.html",
    used: of("aws_cloudwatch_log_group"),
  },
  {
    name: "Schedules",
    limit: 10_000_000,
    adjustable: true,
    source: scheduler,
    used: of("aws_scheduler_schedule"),
  },
];

/** What AWS documents no quota for, only rates. */
export const unlimited: readonly Pick<Quota, "name" | "used">[] = [
  { name: "metric alarms", used: of("aws_cloudwatch_metric_alarm") },
  { name: "composite alarms", used: of("aws_cloudwatch_composite_alarm") },
  { name: "dashboards", used: of("aws_cloudwatch_dashboard") },
];

/** How many calls a second CloudWatch takes of PutMetricAlarm, and of PutCompositeAlarm. */
export const alarmsPerSecond = 3;
