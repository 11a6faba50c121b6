import { shards } from "../../stacks/cache/shards";
import { replicas, type Topology } from "../../stacks/cache/topology";
import { manualBackupPrefix } from "../../stacks/backups/snapshots";
import { account } from "./account";
import { cache, hour, machineArn, may, notifying, runCheck } from "./backup-check";
import { ExecutionError, type Answer, type Clock } from "./machine";
import type { Listed } from "./snapshots";

const now = Date.now();
const key = "arn:aws:kms:ap-northeast-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab";
const at = (hoursAgo: number): string => new Date(now - hoursAgo * hour).toISOString();

export const node = (number: number): string => `${cache}-${String(number).padStart(3, "0")}`;
export const nodesUpTo = (count: number): string[] => Array.from({ length: count }, (_one, i) => node(i + 1));

/** A snapshot of a node, or of the cache with shards. */
const snapshot = (of: string, SnapshotName: string, SnapshotSource: string, hoursAgo: number): Listed => ({
  SnapshotName,
  SnapshotSource,
  ...(of === cache ? { ReplicationGroupId: of } : { CacheClusterId: of }),
  ...{
    SnapshotStatus: "available",
    NodeSnapshots: [{ CacheSize: "12 MB", SnapshotCreateTime: at(hoursAgo) }],
  },
});
/** An automatic one. */
export const automatic = (of: string, hoursAgo: number): Listed =>
  snapshot(of, `automatic.${of}-${hoursAgo}`, "automated", hoursAgo);
/** One that the state machine took. */
export const manual = (of: string, hoursAgo: number): Listed =>
  snapshot(of, nameOfManual(hoursAgo), "manual", hoursAgo);
export const nameOfManual = (hoursAgo: number): string =>
  `${manualBackupPrefix.replace("${local.name}", "prod")}${at(hoursAgo)
    .replaceAll(/[^0-9]/g, "")
    .slice(0, 14)}`;
/** One that somebody took. */
export const users = (of: string, hoursAgo: number): Listed =>
  snapshot(of, `before-release-${of}-${hoursAgo}`, "manual", hoursAgo);

/** Automatic ones of other caches. */
export const foreign = Array.from({ length: 1200 }, (_one, i) => automatic(`other-${i % 40}-001`, i));
export const days = (count: number): number[] => Array.from({ length: count }, (_one, day) => day * 24 + 5);
/** The hours since monthly backups, the last of which was taken 20 hours ago. */
export const months = (count: number): number[] => Array.from({ length: count }, (_one, month) => month * 720 + 20);

export interface Given {
  readonly nodes: readonly string[];
  readonly snapshots: readonly Listed[];
  /** The manual backups that the last one kept, the newest first; all of them are in the account. @default - a year's of the source */
  readonly kept?: readonly Listed[];
  /** Names of those that are not in the account. @default - none */
  readonly deleted?: readonly string[];
  /** Members of the last manual backup's output that it does not have: an earlier version's. @default - none */
  readonly without?: readonly string[];
  readonly topology?: Topology;
  /** The source of automatic backups. @default - the second node */
  readonly source?: string | undefined;
  /** What AWS answers about a node that does not exist: nothing, or that it does not. @default false */
  readonly refusesUnknownNodes?: boolean;
  /** Since when manual backups are enabled, in hours; null: they are not. @default 900 */
  readonly enabled?: number | null;
  /** Whether a further manual backup is running. @default false */
  readonly running?: boolean;
  /** What else is verified: the key, restore tests and copies into the vault, each of which succeeded 30 hours ago. @default false */
  readonly everything?: boolean;
  /** Answers of its own to some calls. */
  readonly on?: Readonly<Record<string, Answer>>;
  /** Index of the one call that is refused, of all but those that publish metrics. @default - none */
  readonly refusedCall?: number;
  /** That call is answered with more than Step Functions accepts instead. @default false */
  readonly tooLarge?: boolean;
  /** How the execution fails. @default - it does not */
  readonly failure?: RegExp;
}

/** How often the check calls ElastiCache, how long it takes at 150 ms a call, and what it comes to. */
export async function checked({
  nodes,
  snapshots,
  topology = replicas,
  source = nodes[1] ?? nodes[0],
  kept = months(12).map((hours) => manual(topology === shards ? cache : (source ?? ""), hours)),
  deleted = [],
  without = [],
  enabled = 900,
  ...given
}: Given) {
  const clock: Clock = { now, callMillis: 150 };
  const output = {
    snapshotName: kept[0]?.SnapshotName,
    kept: kept.map(({ SnapshotName }) => SnapshotName),
    keptFrom: kept.flatMap(({ SnapshotName: name, CacheClusterId }) =>
      CacheClusterId === undefined ? [] : [{ name, node: CacheClusterId }],
    ),
  };
  const there = kept.filter(({ SnapshotName = "" }) => !deleted.includes(SnapshotName));
  const aws = account({
    may,
    ...(given.refusedCall !== undefined && { refusedCall: given.refusedCall }),
    ...(given.tooLarge !== undefined && { tooLarge: given.tooLarge }),
    snapshots: [...there, ...snapshots],
    groups: {
      [cache]: [
        {
          MemberClusters: nodes,
          ReplicationGroupCreateTime: at(5000),
          ...(topology === replicas && {
            SnapshottingClusterId: source,
            NodeGroups: [
              {
                NodeGroupMembers: nodes.map((CacheClusterId, i) => ({
                  CacheClusterId,
                  CurrentRole: i === 0 ? "primary" : "replica",
                })),
              },
            ],
          }),
        },
      ],
    },
    nodes: Object.fromEntries(nodes.map((id) => [id, [notifying()]])),
    executions: [
      ...(given.running === true ? [{ ExecutionArn: "running", StateMachineArn: machineArn("manual-backup") }] : []),
      {
        ExecutionArn: "manual",
        StateMachineArn: machineArn("manual-backup"),
        Status: "SUCCEEDED",
        StartDate: at(20),
        StopDate: at(20),
        Input: "{}",
        Output: JSON.stringify(
          Object.fromEntries(Object.entries(output).filter(([member]) => !without.includes(member))),
        ),
      },
      ...["restore-test", "vault-copy"].map((machine) => ({
        ...{ ExecutionArn: machine, StateMachineArn: machineArn(machine), Status: "SUCCEEDED" },
        ...{ StartDate: at(30), StopDate: at(30), Input: "{}" },
        Output: JSON.stringify({ snapshotCreatedAt: at(40) }),
      })),
    ],
    keys: { [key]: "Enabled" },
    on: {
      describeSnapshots: (_action, { CacheClusterId }) => {
        if (given.refusesUnknownNodes === true && typeof CacheClusterId === "string" && !nodes.includes(CacheClusterId))
          throw new ExecutionError("ElastiCache.CacheClusterNotFoundException", "none");
        return undefined;
      },
      ...given.on,
    },
  });
  const { values, failure } = await runCheck(
    aws.answer,
    {
      topology,
      ...(enabled !== null && { manualBackupSince: at(enabled) }),
      manualBackupsKept: kept.length,
      ...(given.everything === true && { restoreTestSince: at(900), vaultCopySince: at(900), key }),
    },
    clock,
  );
  const calls: Record<string, number> = {};
  for (const { action } of aws.calls)
    if (action.startsWith("describe") && action !== "describeExecution") calls[action] = (calls[action] ?? 0) + 1;
  expect(failure).toMatch(given.failure ?? /^$/);
  return {
    calls: Object.values(calls).reduce((sum, count) => sum + count, 0),
    of: calls,
    /** Every call, with its arguments. */
    made: aws.calls,
    /** The calls that changed something. */
    changes: aws.changes(),
    /** The snapshots that were described by name. */
    named: aws.argumentsOf("describeSnapshots").flatMap(({ SnapshotName }) => SnapshotName ?? []),
    seconds: (clock.now - now) / 1000,
    success: values.SnapshotCreateSuccessful?.[0],
    ageHours: Math.round(values.SnapshotAgeHours?.[0] ?? NaN),
    shrunk: values.SnapshotShrinkPercent?.[0],
    failed: values.SnapshotsFailed?.[0],
    topicActive: values.EventsTopicActive?.[0],
    missing: values.ManualBackupsMissing?.[0],
    manualAgeHours: Math.round(values.ManualBackupAgeHours?.[0] ?? NaN),
    restoreAgeHours: Math.round(values.RestoreTestAgeHours?.[0] ?? NaN),
    vaultAgeHours: Math.round(values.VaultCopyAgeHours?.[0] ?? NaN),
    keyUsable: values.KeyUsable?.[0],
  };
}

/** The most calls that the check may make of a cache whose backups are fresh. */
export const most = (nodes: number): number => 12 + 2 * Math.max(0, nodes - 3);
