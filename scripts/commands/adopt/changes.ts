import type { LogDelivery, LogType } from "../../../stacks/cache/adopted";
import type { Environment } from "../../../stacks/environments";
import type { OfTheStack } from "./entry";
import type { LiveCluster } from "./live";
import type { Planned } from "./plan";
import { replicasPerShard } from "./shards";

/** A change that a deploy makes to the live cluster in place, and its effect on users. */
export interface Change {
  readonly what: string;
  readonly effect: string;
}

export function changesInPlace(
  live: LiveCluster,
  environment: Environment,
  value: (variable: string) => unknown,
  stack: OfTheStack,
): Change[] {
  const text = (name: string): string => String(value(name));
  const { adopted } = environment;
  const changes: Change[] = [];
  const change = (differs: boolean, what: string, effect: string): void => {
    if (differs) changes.push({ what, effect });
  };

  const days = text("backup_retention_days");
  change(
    live.retentionDays === 0,
    `Backups: off -> kept ${days} days, taken daily in ${text("backup_window")} UTC`,
    `The first one is taken in the next window. ${backupSource(live, switchOnFirst(live, value) !== undefined)}`,
  );
  change(
    live.retentionDays > 0 && live.retentionDays !== Number(days),
    `Backups kept: ${live.retentionDays} -> ${days} days`,
    "Backups that exist are kept as long as the new number says.",
  );
  change(
    live.retentionDays > 0 && live.backupWindow !== text("backup_window"),
    `Backup window: ${live.backupWindow} -> ${text("backup_window")} UTC`,
    "The next backup is taken then.",
  );
  change(
    live.maintenanceWindow !== text("maintenance_window"),
    `Maintenance window: ${live.maintenanceWindow} -> ${text("maintenance_window")} UTC`,
    "AWS maintains the cluster then; it must not overlap the daily backup.",
  );
  if (live.shards === null) {
    const nodes = Number(value("num_cache_nodes"));
    change(live.nodes.length !== nodes, `Nodes: ${live.nodes.length} -> ${nodes}`, newReplicas);
  } else {
    const replicas = Number(value("replicas_per_node_group"));
    change(
      replicasPerShard(live, live.shards) !== replicas,
      `Nodes: ${live.nodes.length} -> ${live.shards.length * (1 + replicas)}, ${1 + replicas} in each shard`,
      newReplicas,
    );
  }
  change(
    !live.failover,
    "Automatic failover: off -> on",
    "When the primary fails, a replica takes over under the same endpoint.",
  );
  change(
    !live.multiAz && adopted?.multiAz === true,
    "Multi-AZ: off -> on",
    "A failover goes to another Availability Zone. No node moves now.",
  );
  change(
    true,
    `Parameter group: ${live.parameterGroup} -> the stack's own`,
    parameterEffect(live, adopted?.parameters ?? {}),
  );
  change(
    true,
    `Security groups: ${live.securityGroupIds.join(", ")} -> the same, and the stack's own beside them`,
    live.securityGroupIds.length > 4
      ? "AWS accepts 5 security groups per network interface unless the quota was raised: remove one from securityGroupIds in the entry, or request a higher quota."
      : "The stack's own allows no clients until allowed_security_group_ids or allowed_cidr_blocks is set, so the clients that can connect stay the same.",
  );
  const logs = ((value("log_types") as string[] | undefined) ?? []).map(
    (type) => [type, adopted?.logDelivery?.[type as LogType]] as const,
  );
  const delivery = ([type, to]: (typeof logs)[number]): string =>
    `${type} to ${to?.destination ?? "the stack's log group"}`;
  const now = (Object.entries(live.logs) as [LogType, LogDelivery][]).map(delivery).sort().join(", ") || "none";
  const then = logs.map(delivery).sort().join(", ") || "none";
  change(
    now !== then,
    `Logs: ${now} -> ${then}`,
    "Logs that are delivered already keep their destination (logDelivery in the entry).",
  );
  change(
    true,
    `Notifications: ${live.topicArn ?? "no topic"} -> the stack's topic`,
    live.topicArn === null
      ? "ElastiCache publishes the events of the cluster to it."
      : "Subscribers of the old topic no longer receive events of this cluster: subscribe them to the topic in the output redis_events_topic_arn.",
  );
  change(
    !live.autoMinorVersionUpgrade,
    "Minor versions: by hand -> automatic",
    "AWS may move to a newer minor version in a maintenance window.",
  );
  const replaced = Object.keys(live.tags).filter((key) => stack.tagNames.has(key));
  change(
    true,
    `Tags: the stack's are added (${[...stack.tagNames].join(", ")})`,
    replaced.length === 0
      ? "Its own tags stay."
      : `Its own stay but for ${replaced.map((key) => `${key} = ${live.tags[key] ?? ""}`).join(", ")}, which the stack sets.`,
  );
  return changes;
}

const newReplicas =
  "The new replicas copy the data from their primary, which needs free memory and takes minutes, and each costs as much as it does. The endpoints stay.";

/** Attributes of the replication group in Terraform that `changesInPlace` speaks of, and those that say nothing about the cluster. */
const covered: ReadonlySet<string> = new Set([
  ...["automatic_failover_enabled", "auto_minor_version_upgrade", "log_delivery_configuration", "maintenance_window"],
  ...["member_clusters", "multi_az_enabled", "notification_topic_arn", "num_cache_clusters", "parameter_group_name"],
  ...[
    "replicas_per_node_group",
    "security_group_ids",
    "snapshot_retention_limit",
    "snapshot_window",
    "tags",
    "tags_all",
  ],
  ...["apply_immediately", "auth_token", "auth_token_update_strategy", "final_snapshot_identifier", "snapshot_name"],
]);

/** Every other change of the cluster in the plan, so that no setting which this command does not know changes without a word. */
export const otherChanges = ({ before, after }: Pick<Planned, "before" | "after">): Change[] =>
  Object.entries(after)
    .filter(([name, value]) => !covered.has(name) && asText(value) !== asText(before[name]))
    .map(([name, value]) => ({
      what: `${name}: ${JSON.stringify(before[name] ?? null)} -> ${JSON.stringify(value)}`,
      effect:
        "Terraform plans this change. If it must not happen, do not deploy, and report it as a bug of this command.",
    }));

/** A value to compare. Terraform reads nothing as null, "" or [], and a configuration without the argument is null. */
const asText = (value: unknown): string =>
  value === "" || (Array.isArray(value) && value.length === 0) ? "null" : JSON.stringify(value ?? null);

function parameterEffect(live: LiveCluster, kept: Readonly<Record<string, string>>): string {
  const names = Object.keys(kept);
  return [
    names.length === 0 ? "It has the same values" : `It has the same values, ${names.join(", ")} among them`,
    ", so nothing needs a reboot.",
    live.rebootPending
      ? " A change made earlier still waits for a reboot of the nodes (ParameterApplyStatus pending-reboot)."
      : "",
  ].join("");
}

/**
 * The command that switches backups on, without cluster mode from a replica; undefined where the deploy does it as well.
 *
 * Versions of the provider that switch backups on name the node `<id>-001` as their source, whatever it is. With cluster mode enabled AWS
 * refuses every source. The fix was merged on the day of 6.31.0, and its entry in the changelog names no release.
 *
 * @see https://github.com/hashicorp/terraform-provider-aws/issues/41567
 * @see https://github.com/hashicorp/terraform-provider-aws/pull/46326
 */
export function switchOnFirst(live: LiveCluster, value: (variable: string) => unknown): string | undefined {
  const named = sourceOfDeploy(live);
  const source = live.nodes.find(({ role }) => role === "replica") ?? live.nodes[0];
  if (live.retentionDays > 0 || source === undefined) return undefined;
  if (live.shards === null && (named?.role === "replica" || named === source)) return undefined;
  const maintenance = String(value("maintenance_window"));
  return [
    `aws elasticache modify-replication-group --region ${live.region} --replication-group-id ${live.id}`,
    `--snapshot-retention-limit ${String(value("backup_retention_days"))} --snapshot-window ${String(value("backup_window"))}`,
    // AWS refuses windows that overlap.
    ...(maintenance === live.maintenanceWindow ? [] : [`--preferred-maintenance-window ${maintenance}`]),
    ...(live.shards === null ? [`--snapshotting-cluster-id ${source.id}`] : []),
    "--apply-immediately",
  ].join(" ");
}

/** The node that the deploy names as the source of backups; undefined if the cluster has no such node. */
const sourceOfDeploy = ({ id: cluster, nodes }: LiveCluster) => nodes.find(({ id }) => id === `${cluster}-001`);

function backupSource(live: LiveCluster, first: boolean): string {
  if (live.shards !== null)
    return "ElastiCache takes them from a replica of each shard. The deploy would name a node as their source with some versions of the AWS provider, and AWS would refuse it: first run the command below.";
  const named = sourceOfDeploy(live);
  if (!first)
    return `They are taken from ${named?.id ?? "a node"}, ${named?.role === "replica" ? "a replica" : "the only node there is now"}.`;
  return named === undefined
    ? `The deploy would name ${live.id}-001 as their source, which does not exist, and AWS would refuse it: first run the command below.`
    : `The deploy would take them from the primary (${named.id}), which slows it down while it saves: first run the command below.`;
}
