import { replicas, type Topology } from "../../stacks/cache/topology";
import { backupCheck } from "../../stacks/backups/check/definition";
import { account, type Account, type Given } from "./account";
import type { Snapshot } from "./account/elasticache";
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

interface Datum {
  readonly MetricName: string;
  readonly Value: number;
  readonly Timestamp?: string;
}

/** The ARN of a state machine of the stack, e.g. of `manual-backup`. */
export const machineArn = (name: string): string =>
  `arn:aws:states:ap-northeast-1:123456789012:stateMachine:prod-${name}`;

/** Runs the whole backup check against an account that answers its calls. */
export async function runCheck(
  answer: Answer,
  settings: CheckSettings = {},
  clock: Clock = { now: Date.now() },
): Promise<Checked> {
  const machine = filledIn(backupCheck({ topology: settings.topology ?? replicas, eventsTopicArn: topic }), {
    "local.replication_group_id": cache,
    "local.name": "prod",
    "local.partition": "aws",
    "local.region": "ap-northeast-1",
    "local.account_id": "123456789012",
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
      const answered = answer(action, args);
      if (action !== "putMetricData") return answered;
      for (const { MetricName, Value, Timestamp } of args.MetricData as readonly Datum[]) {
        (values[MetricName] ??= []).push(Value);
        (times[MetricName] ??= []).push(Timestamp);
      }
      return answered;
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

/** Everything that the check may call: it changes nothing. */
export const may = [
  "describeReplicationGroups",
  "describeSnapshots",
  "describeCacheClusters",
  "describeEvents",
  "describeKey",
  "listExecutions",
  "describeExecution",
  "putMetricData",
];

/** A node whose events go to the topic, as DescribeCacheClusters answers. */
export const notifying = (TopicStatus = "active") => ({ NotificationConfiguration: { TopicArn: topic, TopicStatus } });

/** A cache of two nodes, the newest of whose backups are given, without events. */
export const healthy = (snapshots: readonly Snapshot[], more: Partial<Given> = {}): Account =>
  account({
    may,
    snapshots,
    groups: {
      [cache]: [
        {
          MemberClusters: [`${cache}-001`, `${cache}-002`],
          ReplicationGroupCreateTime: new Date(Date.now() - 5000 * hour).toISOString(),
        },
      ],
    },
    nodes: Object.fromEntries([1, 2].map((node) => [`${cache}-00${node}`, [notifying()]])),
    ...more,
  });
