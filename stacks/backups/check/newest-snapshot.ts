import { arn } from "../../terraform/arn";
import { expression } from "../../terraform/expression";
import { jsonata } from "../../workflows/definition";
import { elasticache, nextMarker, pageOfSnapshots } from "../../workflows/elasticache";
import { datum, mayPublishMetrics, publishData, publishMetrics, type Metric } from "../../workflows/metrics";
import type { Part } from "../../workflows/sequence";

const group = expression("local.replication_group_id");
const freshMillis = `${expression("local.backup_fresh_minutes")} * 60000`;

/** The check's period, and that of the alarm on it, in seconds. */
export const period = 900;

/**
 * How many periods are published each time, the current one included: those that an alarm over four of them may look at.
 * A new alarm finds missing data behind the first point, which would be breaching.
 */
const periods = 6;

const describe = (action: string, args: object | string, rest: object) => ({ ...elasticache(action, args), ...rest });

/** What is kept of a snapshot: times in milliseconds. A snapshot that is still being taken has no creation time yet. */
const snapshotsOfThisGroup = `[$states.result.Snapshots[$exists(CacheClusterId)][$replace(CacheClusterId, /-[0-9]{3}$/, '') = '${group}' or CacheClusterId in $nodes].{
  'name': SnapshotName,
  'status': SnapshotStatus,
  'created': $max([NodeSnapshots.SnapshotCreateTime.$toMillis($)]),
  'size': NodeSnapshots[0].CacheSize
}]`;

/**
 * What is kept of events: the successes and failures of snapshots. A success is told in AWS's words alone ("Snapshot succeeded for
 * snapshot with ID '…' of …"); any other text about a snapshot that fails is a failure, and the rest says nothing, a failover
 * of a cluster that has "snapshot" in its name included.
 *
 * @see https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/ElastiCacheSNS.html
 */
const eventsOfSnapshots = `[$states.result.Events.{
  'at': $toMillis(Date),
  'message': Message,
  'failed': $contains(Message, /^snapshot succeeded for snapshot with id/i) ? false
    : $contains(Message, /snapshot/i) and $contains(Message, /fail([^o]|$)/i) ? true
}[$exists(failed)]]`;

const eventsOf = (type: string, identifier: string) => ({
  SourceType: type,
  SourceIdentifier: identifier,
  Duration: jsonata(expression("local.backup_fresh_minutes")),
  MaxRecords: 100,
});

/** 1 at a moment when the newest backup then, or the group itself, was younger than the limit. */
const successes = `[[0..${periods - 1}].(
  $at := $now - $ * ${period * 1000};
  $newest := $max($append([$groupCreated], [$available.created[$ <= $at]]));
  $at - $newest < ${freshMillis} ? 1 : 0
)]`;

/** "12 MB" in bytes; nothing where AWS tells no size. */
const newestBytes = `($parts := $match($newest.size, /^([0-9.]+) *([KMGT]?)B/i);
  $number($parts.groups[0]) * $lookup({'': 1, 'K': 1024, 'M': 1048576, 'G': 1073741824, 'T': 1099511627776}, $uppercase($parts.groups[1])))`;

/** From the newest backup's creation time to the event that tells of its success; nothing where there is no such event. */
const newestSeconds = `($max([$events[failed = false and $contains(message, "'" & $newest.name & "'")].at]) - $newest.created) / 1000`;

/** The newest backup's size and duration as data of metrics, each where AWS tells it. */
const told = `[$filter([
  ${datum("SnapshotSizeBytes", "Bytes", newestBytes)},
  ${datum("SnapshotDurationSeconds", "Seconds", newestSeconds)}
], function($datum) { $exists($datum.Value) and $datum.Value >= 0 })]`;

/** A failed automatic backup without a creation time still has a moment in its name: automatic.<node>-2026-01-31-18-00. */
const momentOf = `($exists(created) ? created : $toMillis($substring(name, -16), '[Y0001]-[M01]-[D01]-[H01]-[m01]'))`;

const metrics: readonly Metric[] = [
  ...Array.from({ length: periods }, (_value, i) => ({
    name: "SnapshotCreateSuccessful",
    value: jsonata(`$successes[${i}]`),
    unit: "None" as const,
    secondsAgo: i * period,
  })),
  { name: "SnapshotAgeHours", value: jsonata("($now - $newest.created) / 3600000"), unit: "None" },
  { name: "SnapshotsFailed", value: jsonata("$failures"), unit: "Count" },
  { name: "EventsTopicActive", value: jsonata("$topicActive ? 1 : 0"), unit: "None" },
];

/**
 * The newest available automatic backup of the group: how old it is, whether that is young enough, and which ones have failed since.
 *
 * `eventsTopicArn` is the topic that every node should publish to.
 */
export const newestSnapshot = (eventsTopicArn: string): Part => ({
  states: {
    "Describe the group": describe(
      "describeReplicationGroups",
      { ReplicationGroupId: group },
      {
        Assign: {
          now: jsonata("$millis()"),
          // A group that does not say when it was created is an old one.
          groupCreated: jsonata(
            "$max([0, $states.result.ReplicationGroups[0].ReplicationGroupCreateTime.$toMillis($)])",
          ),
          nodes: jsonata("[$states.result.ReplicationGroups[0].MemberClusters]"),
          snapshots: [],
          marker: jsonata("''"),
        },
      },
    ),
    "Look at every node": {
      Type: "Map",
      Items: jsonata("$nodes"),
      ItemProcessor: {
        ProcessorConfig: { Mode: "INLINE" },
        StartAt: "Describe the node",
        States: {
          "Describe the node": describe(
            "describeCacheClusters",
            { CacheClusterId: jsonata("$states.input") },
            {
              Assign: {
                active: jsonata(
                  `[$states.result.CacheClusters.NotificationConfiguration[TopicStatus = 'active' and TopicArn = '${eventsTopicArn}']] != []`,
                ),
              },
              Output: jsonata("$states.input"),
              Next: "Read the node's events",
            },
          ),
          "Read the node's events": describe("describeEvents", eventsOf("cache-cluster", jsonata("$states.input")), {
            Output: { active: jsonata("$active"), events: jsonata(eventsOfSnapshots) },
            End: true,
          }),
        },
      },
      Assign: {
        topicActive: jsonata("$not(false in $states.result.active)"),
        nodeEvents: jsonata("[$states.result.events]"),
      },
    },
    "Read the group's events": describe("describeEvents", eventsOf("replication-group", group), {
      Assign: { events: jsonata(`$append($nodeEvents, ${eventsOfSnapshots})`) },
    }),
    "Read a page of snapshots": describe(
      "describeSnapshots",
      // No filter finds all of a group's: they name the node that they were taken from, and it may be gone.
      pageOfSnapshots("'SnapshotSource': 'system'"),
      {
        Assign: {
          snapshots: jsonata(`$append($snapshots, ${snapshotsOfThisGroup})`),
          marker: nextMarker,
        },
        Output: {},
      },
    ),
    "Is there another page?": {
      Type: "Choice",
      Choices: [{ Condition: jsonata("$marker != ''"), Next: "Read a page of snapshots" }],
      Default: "Sort the snapshots",
    },
    "Sort the snapshots": {
      Type: "Pass",
      Assign: { available: jsonata("[$snapshots[status = 'available' and $exists(created)]^(>created)]") },
    },
    "Take the newest": {
      Type: "Pass",
      Assign: {
        // While there is none, everything since the group's creation can be lost.
        newest: jsonata("$count($available) > 0 ? $available[0] : {'name': '', 'created': $groupCreated}"),
        successes: jsonata(successes),
        goodSince: jsonata("$max($append([0], $append([$available.created], [$events[failed = false].at])))"),
      },
    },
    "Count the failures since": {
      Type: "Pass",
      Assign: {
        // One failure is a snapshot and an event.
        failures: jsonata(
          `$max([ $count($snapshots[status = 'failed'].${momentOf}[$ > $goodSince]), $count($events[failed and at > $goodSince]) ])`,
        ),
        told: jsonata(told),
      },
    },
    "Are size or duration told?": {
      Type: "Choice",
      Choices: [{ Condition: jsonata("$count($told) > 0"), Next: "Publish size and duration" }],
      Default: "Publish the verdict",
    },
    "Publish size and duration": publishData(jsonata("$told")),
    "Publish the verdict": publishMetrics(metrics),
  },
  statements: [
    {
      sid: "DescribeGroup",
      actions: ["elasticache:DescribeReplicationGroups"],
      resources: [arn("elasticache", `replicationgroup:${group}`)],
    },
    {
      sid: "DescribeNodesAndSnapshots",
      actions: ["elasticache:DescribeCacheClusters", "elasticache:DescribeSnapshots"],
      // All: an adopted group's nodes have names of their own, and no filter finds the snapshots of all nodes.
      resources: [arn("elasticache", "cluster:*"), arn("elasticache", "snapshot:*")],
    },
    // https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonelasticache.html
    { sid: "DescribeEvents", actions: ["elasticache:DescribeEvents"], resources: ["*"] },
    mayPublishMetrics,
  ],
});
