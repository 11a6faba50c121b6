import { type Definition, jsonata } from "../../workflows/definition";
import { elasticache, nextMarker, pageOfSnapshots } from "../../workflows/elasticache";
import { publishMetrics } from "../../workflows/metrics";
import {
  cacheId,
  caught,
  listEarlier,
  longestWait,
  nextPause,
  noWait,
  on,
  waitedTooLong,
  waitForPause,
} from "../../workflows/tasks";
import { arn } from "../../terraform/arn";
import { expression } from "../../terraform/expression";

/** What the names of manual backups begin with; 14 digits follow, so that with the longest name of an environment there are 40 characters. */
export const manualBackupPrefix = `${expression("local.name")}-manual-`;

/** The tag of manual backups; its value is the id of the replication group. */
const tag = "ManualBackupOf";

const failed = on(["States.ALL"], "Publish failure", caught);
const busy = [
  "ElastiCache.InvalidReplicationGroupStateException",
  "ElastiCache.InvalidCacheClusterStateException",
  // The node is none any more: another one is looked for.
  "ElastiCache.CacheClusterNotFoundException",
];
const outcome = (successful: 0 | 1) =>
  publishMetrics([{ name: "ManualBackupSuccessful", value: successful, unit: "None" }]);

/**
 * A manual backup: from a replica, awaited, then the oldest ones deleted that this state machine made.
 *
 * Names and tags decide what it made: a snapshot of somebody else, of another environment or a final one is never touched.
 */
export const manualBackup: Definition = {
  Comment: "Takes a manual backup of the cache, waits until it is available, and deletes the oldest ones of its own",
  QueryLanguage: "JSONata",
  StartAt: "List earlier executions",
  // Two waits, and the calls between them.
  TimeoutSeconds: 2 * longestWait + 3600,
  States: {
    "List earlier executions": {
      ...listEarlier,
      Assign: {
        ...listEarlier.Assign,
        ...noWait,
        name: jsonata(`'${manualBackupPrefix}' & $fromMillis($millis(), '[Y0001][M01][D01][H01][m01][s01]')`),
        failure: jsonata("''"),
        marker: "",
        own: [],
      },
      Catch: [failed],
      Next: "Does another one run?",
    },
    "Does another one run?": {
      Type: "Choice",
      Choices: [{ Condition: jsonata("$count($earlier) > 0"), Next: "Another one runs" }],
      Default: "Find a replica",
    },
    "Another one runs": {
      Type: "Fail",
      Error: "ManualBackup.Refused",
      Cause: jsonata("'Another manual backup is being taken: ' & $earlier[0] & '. Wait until it has ended.'"),
    },

    "Find a replica": {
      ...elasticache("describeReplicationGroups", { ReplicationGroupId: cacheId }),
      Assign: {
        ...nextPause,
        ready: jsonata("$states.result.ReplicationGroups[0].Status = 'available'"),
        // The node of the automatic backups while it is a replica, or else the first replica; the primary when it is alone.
        node: jsonata(`(
          $group := $states.result.ReplicationGroups[0];
          $replicas := [$group.NodeGroups.NodeGroupMembers[CurrentRole = 'replica'].CacheClusterId];
          $group.SnapshottingClusterId in $replicas ? $group.SnapshottingClusterId
            : $count($replicas) > 0 ? $replicas[0] : $group.MemberClusters[0]
        )`),
      },
      Catch: [failed],
      Next: "Is the cache ready?",
    },
    "Is the cache ready?": {
      Type: "Choice",
      Choices: [
        { Condition: jsonata("$ready"), Next: "Create the snapshot" },
        { Condition: waitedTooLong, Next: "The cache is busy" },
      ],
      Default: "Wait for the cache",
    },
    "Wait for the cache": { ...waitForPause, Next: "Find a replica" },
    "The cache is busy": {
      Type: "Pass",
      Assign: { failure: `${cacheId} was not available for ${longestWait / 3600} hours, so no backup was taken.` },
      Next: "Publish failure",
    },

    "Create the snapshot": {
      ...elasticache("createSnapshot", {
        SnapshotName: jsonata("$name"),
        CacheClusterId: jsonata("$node"),
        Tags: [
          { Key: "Name", Value: jsonata("$name") },
          { Key: "Environment", Value: expression("var.environment") },
          { Key: tag, Value: cacheId },
        ],
      }),
      Assign: noWait,
      // Something began between the two calls: it is waited for, within the same limit.
      Catch: [on(busy, "Wait for the cache"), failed],
      Next: "Wait for the snapshot",
    },
    "Wait for the snapshot": { ...waitForPause, Next: "Describe the snapshot" },
    "Describe the snapshot": {
      ...elasticache("describeSnapshots", { SnapshotName: jsonata("$name") }),
      Assign: { ...nextPause, status: jsonata("$states.result.Snapshots[0].SnapshotStatus") },
      Catch: [failed],
      Next: "Is the snapshot available?",
    },
    "Is the snapshot available?": {
      Type: "Choice",
      Choices: [
        { Condition: jsonata("$status = 'available'"), Next: "List snapshots" },
        { Condition: jsonata(`$status != 'creating' or $waited > ${longestWait}`), Next: "The snapshot failed" },
      ],
      Default: "Wait for the snapshot",
    },
    "The snapshot failed": {
      Type: "Pass",
      Assign: { failure: jsonata(`'The snapshot ' & $name & ' is ' & $status & ' after ' & $waited & ' seconds.'`) },
      Next: "Publish failure",
    },

    "List snapshots": {
      ...elasticache("describeSnapshots", pageOfSnapshots("'SnapshotSource': 'user'")),
      Assign: {
        own: jsonata(
          `$append($own, [$states.result.Snapshots[SnapshotStatus = 'available' and $contains(SnapshotName, /^${manualBackupPrefix}[0-9]{14}$/)].SnapshotName])`,
        ),
        marker: nextMarker,
      },
      Catch: [failed],
      Next: "Are there more snapshots?",
    },
    "Are there more snapshots?": {
      Type: "Choice",
      Choices: [{ Condition: jsonata("$marker != ''"), Next: "List snapshots" }],
      Default: "Read their tags",
    },
    "Read their tags": {
      Type: "Map",
      Items: jsonata("[$own]"),
      MaxConcurrency: 1,
      ItemProcessor: {
        ProcessorConfig: { Mode: "INLINE" },
        StartAt: "Read its tags",
        States: {
          "Read its tags": {
            ...elasticache("listTagsForResource", {
              ResourceName: jsonata(`'${arn("elasticache", "snapshot:")}' & $states.input`),
            }),
            Output: {
              name: jsonata("$states.input"),
              own: jsonata(`$count($states.result.TagList[Key = '${tag}' and Value = '${cacheId}']) > 0`),
            },
            Catch: [
              {
                ErrorEquals: ["ElastiCache.SnapshotNotFoundException", "ElastiCache.InvalidSnapshotStateException"],
                Output: { name: jsonata("$states.input"), own: false },
                Next: "It is gone",
              },
            ],
            End: true,
          },
          "It is gone": { Type: "Succeed" },
        },
      },
      Assign: {
        // Their names sort by time. The new one is one of those that are kept, whatever the names of the others say.
        old: jsonata(
          `(
            $others := [$states.result[own = true and name != $name].name];
            $newestFirst := $reverse($sort($others));
            [$newestFirst[[${expression("var.manual_backups_kept")} - 1..$count($newestFirst)]]]
          )`,
        ),
      },
      Catch: [failed],
      Next: "Delete old ones",
    },
    "Delete old ones": {
      Type: "Map",
      Items: jsonata("[$old]"),
      MaxConcurrency: 1,
      ItemProcessor: {
        ProcessorConfig: { Mode: "INLINE" },
        StartAt: "Delete it",
        States: {
          "Delete it": {
            ...elasticache("deleteSnapshot", { SnapshotName: jsonata("$states.input") }),
            Catch: [on(["ElastiCache.SnapshotNotFoundException"], "Somebody deleted it")],
            End: true,
          },
          "Somebody deleted it": { Type: "Succeed" },
        },
      },
      Catch: [failed],
      Next: "Publish success",
    },

    "Publish success": {
      ...outcome(1),
      Output: { snapshotName: jsonata("$name"), takenFrom: jsonata("$node"), deleted: jsonata("[$old]") },
      End: true,
    },
    "Publish failure": {
      ...outcome(0),
      Catch: [on(["States.ALL"], "Failed")],
      Next: "Failed",
    },
    Failed: { Type: "Fail", Error: "ManualBackup.Failed", Cause: jsonata("$failure") },
  },
};
