import { replicas, type Topology } from "../../stacks/cache/topology";
import { backupCheck } from "../../stacks/backups/check/definition";
import { account } from "./account";
import type { Listed } from "./snapshots";
import { ExecutionError, filledIn, run, type Answer, type Clock } from "./machine";

export const cache = "prod-redis";
export const topic = "arn:aws:sns:ap-northeast-1:123456789012:prod-redis-events";
export const hour = 3_600_000;

export interface Checked {
  /** The values that were published by metric, in the order of the data. */
  readonly values: Readonly<Record<string, readonly number[]>>;
  /** The times for which they were published (ISO 8601), in the same order; undefined is now. */
  readonly times: Readonly<Record<string, readonly (string | undefined)[]>>;
  /** Why the execution failed; empty when it succeeded. */
  readonly failure: string;
}

export interface CheckSettings {
  /** When manual backups and restore tests were enabled (ISO 8601). @default - they are not */
  readonly manualBackupSince?: string;
  readonly restoreTestSince?: string;
  /** The same of copies into the vault. */
  readonly vaultCopySince?: string;
  /** Number of manual backups to keep. @default 12 */
  readonly manualBackupsKept?: number;
  /** ARN of the customer managed key. @default - none */
  readonly key?: string;
  /** @default - without shards */
  readonly topology?: Topology;
}

/** Runs the whole backup check against an account that answers its calls. */
export async function runCheck(
  answer: Answer,
  settings: CheckSettings = {},
  clock: Clock = { now: Date.now() },
): Promise<Checked> {
  const machine = filledIn(backupCheck({ topology: settings.topology ?? replicas, eventsTopicArn: topic }), {
    "local.replication_group_id": cache,
    "local.name": "prod",
    "local.backup_fresh_minutes": String(29 * 60),
    "local.cache_key": settings.key ?? "",
    "local.manual_backup_since": settings.manualBackupSince ?? "",
    "local.restore_test_since": settings.restoreTestSince ?? "",
    "local.vault_copy_since": settings.vaultCopySince ?? "",
    "var.manual_backups_kept": String(settings.manualBackupsKept ?? 12),
  });
  const values: Record<string, number[]> = {};
  const times: Record<string, (string | undefined)[]> = {};
  const failure = await run(
    machine,
    (action, args) => {
      if (action !== "putMetricData") return answer(action, args);
      const data = args.MetricData as { MetricName: string; Value: number; Timestamp?: string }[];
      // https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricData.html
      if (data.length === 0) throw new ExecutionError("CloudWatch.MissingRequiredParameterException", "no MetricData");
      for (const { MetricName, Value, Timestamp } of data) {
        (values[MetricName] ??= []).push(Value);
        (times[MetricName] ??= []).push(Timestamp);
      }
      return {};
    },
    {},
    clock,
  ).then(
    () => "",
    (error: unknown) => {
      if (error instanceof ExecutionError) return error.message;
      throw error;
    },
  );
  return { values, times, failure };
}

/** Everything that the check may call, but for metrics. */
export const may = [
  "describeReplicationGroups",
  "describeSnapshots",
  "describeCacheClusters",
  "describeEvents",
  "describeKey",
  "listExecutions",
  "describeExecution",
];

/** A node whose events go to the topic, as DescribeCacheClusters answers. */
export const notifying = (TopicStatus = "active") => ({
  CacheClusters: [{ NotificationConfiguration: { TopicArn: topic, TopicStatus } }],
});

/** An account with one cache of two nodes, one backup and no events, as AWS answers today. */
export const healthy = (snapshot: Listed, more: Readonly<Record<string, Answer>> = {}): Answer =>
  account({
    may,
    snapshots: [snapshot],
    on: {
      describeReplicationGroups: () => ({
        ReplicationGroups: [
          {
            MemberClusters: [`${cache}-001`, `${cache}-002`],
            ReplicationGroupCreateTime: new Date(Date.now() - 5000 * hour).toISOString(),
          },
        ],
      }),
      describeCacheClusters: () => notifying(),
      ...more,
    },
  }).answer;
