import { withStackTags } from "../tags";
import type { Topology } from "../../cache/topology";
import { expression } from "../../terraform/expression";
import { type Definition, jsonata } from "../../workflows/definition";
import {
  anySnapshot,
  createSnapshot,
  elasticacheCall,
  hasTag,
  snapshotArn,
  snapshotExists,
} from "../../workflows/elasticache-calls";
import { exclusive } from "../../workflows/exclusive";
import { publishMetrics } from "../../workflows/metrics";
import { branch, forEach, fragment } from "../../workflows/states";
import { caught, on, onAnyError } from "../../workflows/catching";
import { longestWait, noWait, poll } from "../../workflows/waiting";
import { cacheId } from "../../terraform/names";
import { nothingFound, readSnapshots } from "../own-snapshots";
import {
  backupSources,
  cacheArn,
  created,
  isBackup,
  manualBackupPrefix,
  manualBackupTag,
  type Origin,
  snapshotIsWhole,
} from "../snapshots";
import { remembered } from "../../workflows/remembered";

const ownSnapshots = snapshotArn(`${manualBackupPrefix}*`);
const failed = onAnyError("PublishFailure", caught);
const busy = [
  "ElastiCache.InvalidReplicationGroupStateException",
  "ElastiCache.InvalidCacheClusterStateException",
  // The node was removed since: another one is chosen.
  "ElastiCache.CacheClusterNotFoundException",
];
const result = (successful: 0 | 1) =>
  publishMetrics([{ name: "ManualBackupSuccessful", value: successful, unit: "None" }]);

const taking = (topology: Topology, origin: Origin) => ({
  ...poll(
    { describe: "DescribeCache", ask: "IsCacheAvailable", wait: "WaitForCache" },
    {
      call: elasticacheCall("describeReplicationGroups", { ReplicationGroupId: cacheId }, [cacheArn]),
      assign: {
        ready: jsonata("$states.result.ReplicationGroups[0].Status = 'available'"),
        source: jsonata(`$states.result.ReplicationGroups[0].${topology.toBackUp}`),
        ...nothingFound(topology),
      },
      catch: failed,
      done: { Condition: jsonata("$ready"), Next: "CreateSnapshot" },
      tooLong: "CacheStaysBusy",
    },
  ),
  ...fragment<"PublishFailure" | "WaitForCache" | "WaitForSnapshot">()({
    CacheStaysBusy: {
      Type: "Pass",
      Assign: { failure: `${cacheId} was not available for ${longestWait / 3600} hours, so no backup was taken.` },
      Next: "PublishFailure",
    },
    CreateSnapshot: {
      ...createSnapshot(
        {
          SnapshotName: jsonata("$name"),
          ...topology.snapshotOf(jsonata("$source")),
          Tags: jsonata(
            withStackTags(`[
              {'Key': 'Name', 'Value': $name},
              {'Key': 'Environment', 'Value': '${expression("var.environment")}'},
              {'Key': '${manualBackupTag}', 'Value': '${cacheId}'}
            ]`),
          ),
        },
        {
          snapshot: ownSnapshots,
          tag: { key: manualBackupTag, value: cacheId },
          of: backupSources(topology, origin),
        },
      ),
      Assign: noWait,
      // Something began between the two calls: it is waited for, within the same limit.
      Catch: [on(busy, "WaitForCache"), ...failed],
      Next: "WaitForSnapshot",
    },
  }),
  ...poll(
    { describe: "DescribeSnapshot", ask: "IsSnapshotAvailable", wait: "WaitForSnapshot" },
    {
      call: elasticacheCall("describeSnapshots", { SnapshotName: jsonata("$name") }, [anySnapshot]),
      assign: {
        status: jsonata(
          `$states.result.Snapshots[0].(${snapshotExists} and $not(${snapshotIsWhole}) ? 'incomplete' : SnapshotStatus)`,
        ),
        taken: jsonata(`$states.result.Snapshots[0].${isBackup}`),
      },
      catch: failed,
      // Somebody may restore or copy it at once.
      done: { Condition: jsonata("$taken"), Next: "ListSnapshots" },
      tooLong: "SnapshotFailed",
      cases: [{ Condition: jsonata("$status in ['failed', 'deleting', 'incomplete']"), Next: "SnapshotFailed" }],
    },
  ),
  ...fragment<"PublishFailure">()({
    SnapshotFailed: {
      Type: "Pass",
      Assign: { failure: jsonata(`'The snapshot ' & $name & ' is ' & $status & ' after ' & $waited & ' seconds.'`) },
      Next: "PublishFailure",
    },
  }),
});

/**
 * Deletes the oldest backups beyond `manual_backups_kept`. Names and tags decide which ones are its own. A backup that is being restored
 * or copied is one of those that are kept; when it is one too many, it stays until a later run, since ElastiCache refuses to delete it.
 */
const pruning = (topology: Topology) => ({
  ...readSnapshots("Snapshots", {
    topology,
    source: "user",
    filters: "$snapshotFilters",
    kept: `$states.result.Snapshots[${snapshotExists} and $contains(SnapshotName, /^${manualBackupPrefix}[0-9]{14}$/)].{'name': SnapshotName, 'node': CacheClusterId, 'deletable': SnapshotStatus = 'available'}`,
    catch: failed,
    next: "ReadTags",
  }),
  ...fragment<"PublishFailure" | "PublishSuccess">()({
    ReadTags: {
      Type: "Map",
      Items: jsonata("[$found]"),
      MaxConcurrency: 1,
      ItemProcessor: forEach("ListTags", {
        ListTags: {
          ...elasticacheCall(
            "listTagsForResource",
            { ResourceName: jsonata(`'${snapshotArn("")}' & $states.input.name`) },
            [ownSnapshots],
          ),
          Output: jsonata(
            `$merge([$states.input, {'own': $count($states.result.TagList[Key = '${manualBackupTag}' and Value = '${cacheId}']) > 0}])`,
          ),
          Catch: [
            {
              ErrorEquals: ["ElastiCache.SnapshotNotFoundException"],
              Output: jsonata("$merge([$states.input, {'own': false}])"),
              Next: "IsGone",
            },
          ],
          End: true,
        },
        IsGone: { Type: "Succeed" },
      }),
      Assign: {
        own: jsonata("$distinct($append([$states.result[own].name], [$name]))"),
        // With shards a snapshot names no node.
        nodes: jsonata("[$states.result[own and $type(node) = 'string'].{'name': name, 'node': node}]"),
        // Their names sort by time. The new one is one of those that are kept, whatever the names of the others say. A newer
        // one is of a concurrent execution: if each deleted the other's, none would be left.
        old: jsonata(
          `(
            $newestFirst := [$states.result[own and name != $name]^(>name)];
            [$newestFirst[[${expression("var.manual_backups_kept")} - 1..$count($newestFirst)]][deletable and name < $name].name]
          )`,
        ),
      },
      Output: {},
      Catch: failed,
      Next: "DeleteOldBackups",
    },
    DeleteOldBackups: {
      Type: "Map",
      Items: jsonata("[$old]"),
      MaxConcurrency: 1,
      ItemProcessor: forEach("DeleteSnapshot", {
        DeleteSnapshot: {
          ...elasticacheCall("deleteSnapshot", { SnapshotName: jsonata("$states.input") }, [ownSnapshots], {
            conditions: [hasTag(manualBackupTag, cacheId)],
          }),
          Output: { deleted: jsonata("$states.input") },
          Catch: [
            {
              // Deleted by somebody, or restored or copied since it was listed.
              ErrorEquals: ["ElastiCache.SnapshotNotFoundException", "ElastiCache.InvalidSnapshotStateException"],
              Output: {},
              Next: "Skip",
            },
          ],
          End: true,
        },
        Skip: { Type: "Succeed" },
      }),
      Assign: {
        deleted: jsonata("[$states.result.deleted]"),
        kept: jsonata("($gone := [$states.result.deleted]; [$own[$not($ in $gone)]])"),
      },
      Output: {},
      Catch: failed,
      Next: "PublishSuccess",
    },
  }),
});

const oneAtATime = exclusive({
  machine: "manual-backup",
  error: "ManualBackup.Refused",
  cause: jsonata("'Another manual backup is running: ' & $earlier[0] & '. Wait until it has ended.'"),
  catch: failed,
  next: "DescribeCache",
});

/** A manual backup: from a replica, awaited, then the oldest ones deleted that this state machine made. */
export const manualBackup = remembered((topology: Topology, origin: Origin = created): Definition => ({
  Comment: "Takes a manual backup of the cache, waits until it is available, and deletes the oldest ones of its own",
  QueryLanguage: "JSONata",
  // Two waits, and the calls between them.
  TimeoutSeconds: 2 * longestWait + 3600,
  ...branch("Begin", {
    Begin: {
      Type: "Pass",
      Assign: {
        ...noWait,
        name: jsonata(`'${manualBackupPrefix}' & $fromMillis($millis(), '[Y0001][M01][D01][H01][m01][s01]')`),
      },
      Next: "ListExecutions",
    },
    ...oneAtATime,
    ...taking(topology, origin),
    ...pruning(topology),
    PublishSuccess: {
      ...result(1),
      Output: {
        snapshotName: jsonata("$name"),
        takenFrom: jsonata("$source"),
        deleted: jsonata("$deleted"),
        kept: jsonata("$kept"),
        keptFrom: jsonata("[$nodes[name in $kept]]"),
      },
      End: true,
    },
    PublishFailure: { ...result(0), Catch: onAnyError("Failed"), Next: "Failed" },
    Failed: { Type: "Fail", Error: "ManualBackup.Failed", Cause: jsonata("$failure") },
  }),
}));
