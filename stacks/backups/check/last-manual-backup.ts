import type { Topology } from "../../cache/topology";
import { jsonata } from "../../workflows/definition";
import { elasticacheCall, snapshotArn } from "../../workflows/elasticache-calls";
import { datum } from "../../workflows/metrics";
import { type Call, branch, forEach, type Fragment } from "../../workflows/states";
import type { Step } from "../../workflows/steps";
import { isEnabled } from "../enabled-since";
import { readSnapshots } from "../own-snapshots";
import { isBackup, manualBackupPrefix, manualBackups, pagesOfBackups, snapshotCreated } from "../snapshots";
import { describeExecution, listExecutions, measured, publishMeasured } from "./last-runs";

const manualBackupMetrics = [
  datum("ManualBackupSuccessful", "None", "$succeeded"),
  datum("ManualBackupAgeHours", "None", "$ageHours"),
];

/** JSONata: of the output of the last successful manual backup, a list; one of an earlier version does not have it. */
const ofLastBackup = (list: string): string => `(
  $runs := [$states.result[counts and succeeded and $exists(began)]^(>began)];
  [$runs[0].output.${list}]
)`;

/** JSONata: without the newest one. */
const olderBackups = "[$backups[[1..$count($backups)]]]";

/** JSONata: a manual backup is as old as its snapshot, and counts only while that exists. */
const ofManualBackups = "[$executions.$merge([$, {'at': output.snapshotName = $existing.name ? $existing.at : 0}])]";

/**
 * JSONata: the nodes of which at least two backups have not been found, and which the first step has not listed. For a single backup,
 * describing it by name takes no more calls.
 */
const nodesToList = `(
  $nodes := [($running ? [] : $keptFrom)[$not(name in $found.name or node in $cache.listedNodes)].node];
  $distinct($nodes).($node := $; $count($nodes[$ = $node]) > 1 ? {'CacheClusterId': $node})
)`;

type BackupsByNode = Fragment<"ListBackupsByNode", "ReadKeptBackups">;

/**
 * States that list the backups of those nodes: removed ones, and others that the latest automatic backup is not of. With shards, snapshots
 * name their group, so the first step has listed them all.
 */
const backupsByNode = (topology: Topology): BackupsByNode =>
  readSnapshots("BackupsByNode", {
    topology,
    source: "user",
    filters: nodesToList,
    pages: pagesOfBackups(topology),
    kept: manualBackups("$states.result.Snapshots"),
    next: "ReadKeptBackups",
  });

/** Describes one backup; `name` is JSONata. */
const describeBackup = (name: string): Call =>
  elasticacheCall("describeSnapshots", { SnapshotName: jsonata(name) }, [snapshotArn(`${manualBackupPrefix}*`)]);

/** JSONata over the response: when the backup was taken, in milliseconds; 0 unless it can be restored. */
const takenAt = `$max([0, $states.result.Snapshots[0][${isBackup}].${snapshotCreated}])`;

/**
 * Repeats the result of the last manual backup, so that its alarms hold until the next one, and publishes how long ago it was: an alarm
 * looks back seven days, and these run monthly. A backup that somebody has deleted is one no longer, and those that the last execution
 * kept and that are gone are counted until the next one.
 *
 * Nothing has to be stored for it: Step Functions keeps executions and their output for 90 days.
 *
 * The first step has already found most of the backups (`$cache.manual`). Those that it has not are described by name before they count as
 * missing: AWS lists snapshots by node, and does not document what it lists for a removed one.
 */
export const lastManualBackup = (topology: Topology): Step => ({
  name: "CheckManualBackups",
  branch: branch("AreManualBackupsEnabled", {
    AreManualBackupsEnabled: {
      Type: "Choice",
      Choices: [{ Condition: jsonata(isEnabled("manual_backup")), Next: "ListManualBackups" }],
      Default: "ManualBackupsChecked",
    },
    ListManualBackups: { ...listExecutions("manual_backup", "manual-backup"), Next: "ReadManualBackups" },
    ReadManualBackups: {
      Type: "Map",
      Items: jsonata("[$states.input]"),
      MaxConcurrency: 5,
      ItemProcessor: forEach("DescribeManualBackup", {
        DescribeManualBackup: { ...describeExecution("manual-backup"), End: true },
      }),
      Assign: {
        executions: jsonata("[$states.result]"),
        backups: jsonata("[$states.result[counts and $exists(output.snapshotName)]^(>began)]"),
        existing: { name: "", at: 0 },
        // One that is running may have deleted some, and has not said so yet.
        expected: jsonata(`$running ? [] : ${ofLastBackup("kept")}`),
        ...(!topology.snapshotsNameGroup && { keptFrom: jsonata(ofLastBackup("keptFrom")) }),
        found: jsonata("[$cache.manual]"),
      },
      Output: {},
      Next: topology.snapshotsNameGroup ? "ReadKeptBackups" : "ListBackupsByNode",
    },
    ...(topology.snapshotsNameGroup ? ({} as BackupsByNode) : backupsByNode(topology)),
    ReadKeptBackups: {
      Type: "Map",
      Items: jsonata("[$expected[$not($ in $found.name)]]"),
      MaxConcurrency: 5,
      ItemProcessor: forEach("DescribeKeptBackup", {
        DescribeKeptBackup: {
          ...describeBackup("$states.input"),
          Output: {
            name: jsonata("$states.input"),
            exists: jsonata(`$states.result.Snapshots[0].${isBackup} ? true : false`),
            at: jsonata(takenAt),
          },
          Catch: [
            {
              ErrorEquals: ["ElastiCache.SnapshotNotFoundException"],
              Output: { name: jsonata("$states.input"), exists: false },
              Next: "KeptBackupRead",
            },
          ],
          Next: "KeptBackupRead",
        },
        KeptBackupRead: { Type: "Succeed" },
      }),
      Assign: {
        found: jsonata("[$append($found, $states.result[exists].{'name': name, 'at': at})]"),
        missing: jsonata("[$states.result[$not(exists)].name]"),
      },
      Output: {},
      Next: "HasBackup",
    },
    // The newest that is still there: usually the first, since none has been deleted.
    HasBackup: {
      Type: "Choice",
      Choices: [
        { Condition: jsonata("$existing.at > 0 or $count($backups) = 0"), Next: "MeasureManualBackups" },
        { Condition: jsonata("$backups[0].output.snapshotName in $append($found.name, $missing)"), Next: "TakeKnown" },
      ],
      Default: "DescribeSnapshot",
    },
    TakeKnown: {
      Type: "Pass",
      Assign: {
        existing: jsonata(
          "($name := $backups[0].output.snapshotName; {'name': $name, 'at': $max([0, $found[name = $name].at])})",
        ),
        backups: jsonata(olderBackups),
      },
      Output: {},
      Next: "HasBackup",
    },
    DescribeSnapshot: {
      ...describeBackup("$backups[0].output.snapshotName"),
      Assign: {
        existing: jsonata(`{'name': $backups[0].output.snapshotName, 'at': ${takenAt}}`),
        backups: jsonata(olderBackups),
      },
      Output: {},
      Catch: [
        {
          ErrorEquals: ["ElastiCache.SnapshotNotFoundException"],
          Assign: { backups: jsonata(olderBackups) },
          Output: {},
          Next: "HasBackup",
        },
      ],
      Next: "HasBackup",
    },
    MeasureManualBackups: {
      Type: "Pass",
      Assign: {
        measured: jsonata(
          `[$append(${measured(ofManualBackups, manualBackupMetrics)}, $count($expected) > 0 ? [${datum("ManualBackupsMissing", "Count", "$count($missing)")}] : [])]`,
        ),
      },
      Output: {},
      Next: "PublishManualBackup",
    },
    PublishManualBackup: { ...publishMeasured, Next: "ManualBackupsChecked" },
    ManualBackupsChecked: { Type: "Succeed" },
  }),
});
