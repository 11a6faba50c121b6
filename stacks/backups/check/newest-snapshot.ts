import type { Topology } from "../../cache/topology";
import { jsonata } from "../../workflows/definition";
import { elasticacheCall, snapshotExists } from "../../workflows/elasticache-calls";
import { publishMetrics, type Metric } from "../../workflows/metrics";
import { branch } from "../../workflows/states";
import type { Step } from "../../workflows/steps";
import { millis } from "../../workflows/values";
import { cacheId } from "../../terraform/names";
import { newestSnapshots, nothingFound } from "../own-snapshots";
import { isEnabled } from "../enabled-since";
import {
  cacheArn,
  freshMillis,
  isBackup,
  manualBackups,
  memberNodes,
  pagesOfBackups,
  snapshotCreated,
  snapshotIsWhole,
} from "../snapshots";
import { comparedBackups } from "./shrinking";

/** The check's period, and that of the alarm on it, in seconds. */
export const period = 900;

/**
 * How many periods are published each time, the current one included: those that an alarm over four of them may look at. A run thus
 * makes good those that failed before it.
 */
const periods = 6;

/**
 * What is kept of an automatic snapshot: times in milliseconds. A snapshot that is still being taken has no creation time yet. One that
 * lacks a shard is a failed backup: nothing can be restored from it.
 */
const automaticBackups = (
  topology: Topology,
): string => `[$states.result.Snapshots[SnapshotSource = 'automated' and ${topology.isSnapshotOf(cacheId)}].{
  'name': SnapshotName,
  'exists': ${isBackup},
  'failed': SnapshotStatus = 'failed' or ${snapshotExists} and $not(${snapshotIsWhole}),
  'created': ${snapshotCreated},
  'sizes': [NodeSnapshots.CacheSize]
}]`;

/** 1 at a moment when the newest backup then, or the group itself, was younger than the limit. */
const successes = `[[0..${periods - 1}].(
  $at := $startedAt - $ * ${period * 1000};
  $newest := $max($append([$groupCreated], [$backups.created[$ <= $at]]));
  $at - $newest < ${freshMillis} ? 1 : 0
)]`;

const metrics: readonly Metric[] = [
  ...Array.from({ length: periods }, (_value, i) => ({
    name: "SnapshotCreateSuccessful",
    value: jsonata(`$successes[${i}]`),
    unit: "None" as const,
    secondsAgo: i * period,
  })),
  { name: "SnapshotAgeHours", value: jsonata("($startedAt - $newestBackup.created) / 3600000"), unit: "None" },
];

/** How many nodes are read at the same time: 90 take a few seconds, and a check alone does not exhaust the API's rate. */
export const nodesAtOnce = 10;

/**
 * Number of nodes whose snapshots are listed first. With the calls of the other steps, a cache of three nodes needs 11 calls, and each
 * additional node two more. One is left for a second page, or for a manual backup of another node.
 */
const askedFirst = 3;

/** JSONata: the newest backup that was found, or the group itself, is younger than the limit. */
const isFresh = `$startedAt - $max($append([$groupCreated], [$found[exists].created])) < ${freshMillis}`;

const listing = (topology: Topology) =>
  newestSnapshots({
    topology,
    source: "system",
    withManual: { when: isEnabled("manual_backup"), pages: pagesOfBackups(topology) },
    kept: `$append(${automaticBackups(topology)}, ${manualBackups("$states.result.Snapshots[SnapshotSource = 'manual']")})`,
    first: askedFirst,
    isFresh,
    next: "SortBackups",
  });

/**
 * The newest automatic backup of the cache: how old it is, and whether that is young enough. One that a cache is being restored from,
 * or that is being copied, is a backup as well.
 *
 * Leaves `cache` to the steps after it: its nodes, its newest backup, when that succeeded, the snapshots that failed, and the manual
 * backups that it has found, with the nodes of which it has listed them. Those take no call of their own.
 */
export const newestSnapshot = (topology: Topology): Step => ({
  name: "CheckNewestSnapshot",
  assign: { cache: jsonata("$states.result[0]") },
  otherwise: { cache: { known: false } },
  branch: branch("DescribeGroup", {
    DescribeGroup: {
      ...elasticacheCall("describeReplicationGroups", { ReplicationGroupId: cacheId }, [cacheArn]),
      Assign: {
        ...nothingFound(topology),
        startedAt: jsonata("$millis()"),
        // A group without a creation time is an old one.
        groupCreated: jsonata(`$max([0, ${millis("$states.result.ReplicationGroups[0].ReplicationGroupCreateTime")}])`),
        nodes: jsonata(memberNodes),
      },
      Output: {},
      Next: "ListSnapshots",
    },
    ...listing(topology),
    SortBackups: {
      Type: "Pass",
      Assign: { backups: jsonata("[$found[exists and $exists(created)]^(>created)]") },
      Next: "FindNewest",
    },
    FindNewest: {
      Type: "Pass",
      Assign: {
        // While there is none, everything since the group's creation can be lost.
        newestBackup: jsonata(
          "$count($backups) > 0 ? $backups[0] : {'name': '', 'created': $groupCreated, 'sizes': []}",
        ),
        successes: jsonata(successes),
      },
      Next: "PublishSuccess",
    },
    PublishSuccess: {
      ...publishMetrics(metrics),
      Output: {
        known: true,
        nodes: jsonata("$nodes"),
        newest: jsonata("$newestBackup"),
        failed: jsonata("[$found[failed]]"),
        succeededAt: jsonata("$max($append([0], [$backups.created]))"),
        manual: jsonata("[$found[isManual]]"),
        ...(!topology.snapshotsNameGroup && {
          listedNodes: jsonata(`[$snapshotFilters[[0..${askedFirst - 1}]].CacheClusterId]`),
        }),
        lastSizes: jsonata(`[$backups[[0..${comparedBackups - 1}]].{'sizes': sizes}]`),
      },
      End: true,
    },
  }),
});
