import { countsOf, isFirst, type Change, type Plan } from "./plan";

/** What AWS bills of a stack (docs/costs.md), as people call it. */
const billed: readonly (readonly [type: string, one: string, many: string])[] = [
  ["aws_cloudwatch_metric_alarm", "alarm", "alarms"],
  ["aws_cloudwatch_dashboard", "dashboard", "dashboards"],
  ["aws_cloudwatch_log_group", "log group", "log groups"],
  ["aws_secretsmanager_secret", "secret", "secrets"],
  ["aws_sfn_state_machine", "state machine", "state machines"],
  ["aws_config_config_rule", "AWS Config rule", "AWS Config rules"],
  ["aws_s3_bucket", "bucket", "buckets"],
];

/** What people want to know of a plan of hundreds of lines before they read it. */
export function summaryOf(stack: string, plan: Plan, changes: readonly Change[]): string {
  if (!isFirst(plan)) {
    const dangerous = changes.filter(({ action }) => action === "replace" || action === "destroy");
    return [
      `${stack}: ${countsOf(changes)}.`,
      ...dangerous.map(({ action, address }) => `  This will ${action} ${address}`),
    ].join("\n");
  }
  const groups = changes.filter(({ type }) => type === "aws_elasticache_replication_group");
  const bill = [
    ...groups.map(nodesOf),
    ...billed.flatMap(([type, one, many]) => {
      const count = changes.filter((change) => change.type === type).length;
      return count === 0 ? [] : [`${count} ${count === 1 ? one : many}`];
    }),
  ];
  return [
    `${stack} is not deployed yet. This will create ${changes.length} resources.`,
    ...groups.map((group) => `  Cache:    ${describe(group)}`),
    `  Billed:   ${bill.join(", ")} (docs/costs.md)`,
    ...emailsOf(plan, changes).map((line) => `  Confirm:  ${line}`),
  ].join("\n");
}

function nodesOf({ after }: Change): string {
  const { num_cache_clusters, num_node_groups, replicas_per_node_group, node_type } = after;
  const nodes =
    typeof num_node_groups === "number"
      ? num_node_groups * (1 + Number(replicas_per_node_group ?? 0))
      : Number(num_cache_clusters);
  return `${nodes} nodes of ${String(node_type)}`;
}

function describe({ after }: Change): string {
  const { replication_group_id, engine, engine_version, snapshot_retention_limit, snapshot_window, snapshot_name } =
    after;
  return [
    String(replication_group_id),
    `${String(engine)} ${String(engine_version)}`,
    `automatic backups kept ${String(snapshot_retention_limit)} days, taken ${String(snapshot_window)} UTC`,
    typeof snapshot_name === "string" ? `restored from ${snapshot_name}` : "empty",
  ].join(", ");
}

/** Who has to open the link in an email before alerts arrive. */
export function emailsOf({ variables = {} }: Plan, changes: readonly Change[]): string[] {
  const { notification_email: one, additional_notification_emails: others } = variables;
  const addresses = [one?.value, ...(Array.isArray(others?.value) ? (others.value as unknown[]) : [])].filter(
    (address) => typeof address === "string",
  );
  const count = changes.filter(
    ({ type, after }) => type === "aws_sns_topic_subscription" && after.protocol === "email",
  ).length;
  if (count === 0 || addresses.length === 0) return [];
  const sent = count === 1 ? "an email" : `${count} emails`;
  return addresses.length === 1
    ? [
        `${addresses.join("")} gets ${sent} from AWS; alerts arrive only after its owner has opened the link in ${count === 1 ? "it" : "each"}`,
      ]
    : [`AWS sends ${sent} to ${addresses.join(", ")}; alerts arrive only after each owner has opened the links`];
}
