import { expression } from "../../terraform/expression";
import { call } from "../../workflows/call";
import { jsonata } from "../../workflows/definition";
import { datum, publishData, publishMetrics } from "../../workflows/metrics";
import { branch, forEach } from "../../workflows/states";
import type { Step } from "../../workflows/steps";
import { millis } from "../../workflows/values";
import { cacheId } from "../../terraform/names";
import { nodesAtOnce } from "./newest-snapshot";
import { bytesOf } from "./shrinking";

/**
 * The events that count: the successes and failures of snapshots. Of their texts AWS documents one, in the example
 * of DescribeEvents: "Snapshot succeeded for snapshot with ID '…' of …". Only that is a success. Any other text about a snapshot that
 * fails is a failure. The rest is ignored, such as a failover of a cluster that has "snapshot" in its name.
 *
 * @see https://docs.aws.amazon.com/AmazonElastiCache/latest/APIReference/API_DescribeEvents.html
 */
const eventsOfSnapshots = `[$states.result.Events[$type(Message) = 'string'].{
  'at': ${millis("Date")},
  'message': Message,
  'failed': $contains(Message, /^snapshot succeeded for snapshot with id/i) ? false
    : $contains(Message, /snapshot/i) and $contains(Message, /fail([^o]|$)/i) ? true
}[$exists(failed)]]`;

/** The events of a node or of the group while a backup is fresh: up to 100, which fit on a page. */
const describeEvents = (type: string, identifier: string) =>
  call({
    service: "elasticache",
    action: "describeEvents",
    arguments: {
      SourceType: type,
      SourceIdentifier: identifier,
      Duration: jsonata(expression("local.backup_fresh_minutes")),
      MaxRecords: 100,
    },
    // https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonelasticache.html
    resources: ["*"],
  });

/** Of all shards. */
const newestBytes = bytesOf("$cache.newest.sizes");

/**
 * JSONata: what is kept of the events of a node or of the group, since each shard has one for each backup, and those of hundreds of shards
 * exceed 256 KiB. `succeeded`: when the last success was reported, or 0; it may be that of a backup that lacks a shard, which has failed.
 * `newest`: when that of the newest backup was; nothing where it was not. `failed`: when failures were reported after the last success.
 */
const reported = `(
  $events := ${eventsOfSnapshots};
  $successes := $events[failed = false];
  $lacking := [$cache.failed.name];
  $succeeded := $max($append([0], $successes.(
    $message := message;
    true in [$lacking.$contains($message, "'" & $ & "'")] ? [] : at
  )));
  {
    'succeeded': $succeeded,
    'newest': $max($successes[$contains(message, "'" & $cache.newest.name & "'")].at),
    'failed': [$events[failed and at > $succeeded].at]
  }
)`;

/** From the newest backup's creation time to the event that reports its success; nothing where there is no such event. */
const newestSeconds = "($max($reported.newest) - $cache.newest.created) / 1000";

/** A failed automatic backup without a creation time still has a moment in its name: automatic.<node>-2026-01-31-18-00. */
const momentOf = `($exists(created) ? created : $toMillis($substring(name, -16), '[Y0001]-[M01]-[D01]-[H01]-[m01]'))`;

/** Which backups have failed since the last one succeeded, from the snapshots and from events, which have the reason. */
export const failures: Step = {
  name: "CheckFailures",
  branch: branch("AreSnapshotsKnown", {
    // Failures must not be published as none because the snapshots could not be read.
    AreSnapshotsKnown: {
      Type: "Choice",
      Choices: [{ Condition: jsonata("$cache.known"), Next: "ReadNodesEvents" }],
      Default: "FailuresUnknown",
    },
    FailuresUnknown: { Type: "Succeed" },
    ReadNodesEvents: {
      Type: "Map",
      Items: jsonata("[$cache.nodes]"),
      MaxConcurrency: nodesAtOnce,
      ItemProcessor: forEach("ReadNodeEvents", {
        ReadNodeEvents: {
          ...describeEvents("cache-cluster", jsonata("$states.input")),
          Output: jsonata(reported),
          End: true,
        },
      }),
      Assign: { ofNodes: jsonata("[$states.result]") },
      Output: {},
      Next: "ReadGroupEvents",
    },
    ReadGroupEvents: {
      ...describeEvents("replication-group", cacheId),
      Assign: { reported: jsonata(`[$append($ofNodes, ${reported})]`) },
      Output: {},
      Next: "FindLastSuccess",
    },
    FindLastSuccess: {
      Type: "Pass",
      Assign: {
        goodSince: jsonata("$max($append([$cache.succeededAt], $reported.succeeded))"),
        measured: jsonata(
          `[$filter([
            ${datum("SnapshotSizeBytes", "Bytes", newestBytes)},
            ${datum("SnapshotDurationSeconds", "Seconds", newestSeconds)}
          ], function($datum) { $exists($datum.Value) and $datum.Value >= 0 })]`,
        ),
      },
      Next: "CountFailures",
    },
    CountFailures: {
      Type: "Pass",
      Assign: {
        // One failure is a snapshot and an event.
        failed: jsonata(
          `$max([ $count($cache.failed.${momentOf}[$ > $goodSince]), $count($reported.failed[$ > $goodSince]) ])`,
        ),
      },
      Next: "PublishFailures",
    },
    PublishFailures: {
      ...publishMetrics([{ name: "SnapshotsFailed", value: jsonata("$failed"), unit: "Count" }]),
      Next: "IsNewestMeasured",
    },
    IsNewestMeasured: {
      Type: "Choice",
      Choices: [{ Condition: jsonata("$count($measured) > 0"), Next: "PublishSizeAndDuration" }],
      Default: "FailuresChecked",
    },
    PublishSizeAndDuration: { ...publishData(jsonata("$measured")), Next: "FailuresChecked" },
    FailuresChecked: { Type: "Succeed" },
  }),
};
