import { shards } from "../cache/shards";
import { replicas } from "../cache/topology";
import { isBackup, snapshotCreated } from "../backups/snapshots";
import { on } from "../workflows/catching";
import { jsonata, type Definition } from "../workflows/definition";
import { anyNode, anySnapshot, groupArn } from "../workflows/elasticache-calls";
import { firstPage, nextMarker } from "../workflows/paging";
import { branch, forEach } from "../workflows/states";
import { millis, number, text } from "../workflows/values";
import { policyCall } from "./call";
import { evaluation, oldestOf, unreadable } from "./findings";

/** The end of the state machine's name, and the name of its construct. */
export const clustersMachine = { name: "check-clusters", construct: "check_clusters" } as const;

const anyGroup = groupArn("*");

/**
 * JSONata: what is evaluated of a replication group, from the only entry in the answer to DescribeReplicationGroups. `filters` are the
 * arguments that its snapshots are found by.
 */
const groupFacts = `$states.result.ReplicationGroups[0].(
  $id := $substring($states.input, 1);
  $members := NodeGroups.NodeGroupMembers;
  $source := SnapshottingClusterId;
  {
    'id': $id, 'arn': Arn, 'group': true, 'status': Status, 'created': ReplicationGroupCreateTime,
    'retention': ${number("SnapshotRetentionLimit")}, 'window': ${text("SnapshotWindow")},
    'failover': AutomaticFailover in ['enabled', 'enabling'],
    'fromPrimary': $count($members) > 1 and $exists($source) and 'primary' in [$members[CacheClusterId = $source].CurrentRole],
    'filters': ClusterEnabled = true ? [${shards.snapshotFilters("' & $id & '")}] : [${replicas.snapshotFilters("' & $id & '")}],
    'perPage': ClusterEnabled = true ? ${shards.snapshotsPerPage} : ${replicas.snapshotsPerPage}
  }
)`;

/** JSONata: the same of a node without a replication group. */
const nodeFacts = `$states.result.CacheClusters[0].{
  'id': $substring($states.input, 1), 'arn': Arn, 'group': false, 'status': CacheClusterStatus, 'created': CacheClusterCreateTime,
  'retention': ${number("SnapshotRetentionLimit")}, 'window': ${text("SnapshotWindow")},
  'failover': false, 'fromPrimary': false,
  'filters': [{'CacheClusterId': $substring($states.input, 1)}],
  'perPage': ${replicas.snapshotsPerPage}
}`;

/** JSONata: when a cluster was created, or nothing. */
const created = (cluster: string): string => millis(`${cluster}.created`);

/** What is kept of a cluster, and where reading its snapshots begins: not at all for one that is too young to have any. */
const assignFacts = (facts: string) => ({
  key: jsonata("$states.input"),
  cluster: jsonata(facts),
  filters: jsonata(`(
    $cluster := ${facts};
    $created := ${created("$cluster")};
    $exists($created) and ($at - $created) / 3600000 <= ${oldestOf("$cluster")} ? [] : [$cluster.filters]
  )`),
  taken: 0,
  calls: 0,
  ...firstPage,
});

/**
 * The most calls for the snapshots of one cluster. Fifty clusters that need all of them stay below 25,000 events; a cluster needs more
 * than one only while no fresh snapshot was found, and more than ten only with hundreds of manual ones.
 */
export const mostCalls = 40;

/** JSONata: the arguments by which nothing is left to read. */
const filtersLeft = "[$filters[[1..$count($filters)]]]";

const groupIsGone = ["ElastiCache.ReplicationGroupNotFoundException"];
const nodeIsGone = ["ElastiCache.CacheClusterNotFoundException"];

/**
 * ElastiCache does not list the tags of what is being changed or backed up.
 *
 * @see https://docs.aws.amazon.com/AmazonElastiCache/latest/APIReference/API_ListTagsForResource.html
 */
const busy = ["ElastiCache.InvalidReplicationGroupStateException"];

/**
 * An answer of a form that no expression here expects, or of more than 256 KiB: snapshots list each shard, and a cluster of hundreds of
 * shards exceeds that with the fewest snapshots that AWS lists at once. The other clusters are evaluated all the same.
 */
const unexpected = ["States.QueryEvaluationError", "States.DataLimitExceeded"];

const unreadableBy = (problem: string) =>
  on(unexpected, "ReportUnreadable", {
    key: jsonata("$states.input"),
    cluster: jsonata("{ 'id': $substring($states.input, 1), 'group': $substring($states.input, 0, 1) = 'g' }"),
    problem: jsonata(problem),
  });
const cause = "$states.errorOutput.Cause";

/** Findings with the reason why they are exempt, and without one. */
const exemptOf = "$states.result[$exists(exempt)]";
const violationsOf = "$states.result[$exists(id) and $not($exists(exempt))]";

/**
 * Evaluates the clusters that its input names, as a child execution of the check: so neither the number of clusters nor that of snapshots
 * in an account comes up against the 25,000 events of an execution or the 256 KiB of a state. Input: `{clusters, at}`, the keys that the
 * check lists clusters by, and the moment of the evaluation in milliseconds.
 */
export const clustersCheck: Definition = {
  Comment: "Evaluates the backups of some Redis and Valkey clusters; the check runs it for all of them in turn",
  QueryLanguage: "JSONata",
  TimeoutSeconds: 60 * 60,
  ...branch("Begin", {
    Begin: {
      Type: "Pass",
      Assign: {
        at: jsonata("$states.input.at"),
        floorDays: jsonata("${var.backup_floor_days}"),
        maxMinutes: jsonata("${var.backup_max_duration_minutes}"),
      },
      Next: "EvaluateClusters",
    },
    EvaluateClusters: {
      Type: "Map",
      Items: jsonata("[$states.input.clusters]"),
      MaxConcurrency: 5,
      ItemProcessor: forEach("IsGroup", {
        IsGroup: {
          Type: "Choice",
          Choices: [{ Condition: jsonata("$substring($states.input, 0, 1) = 'g'"), Next: "DescribeGroup" }],
          Default: "DescribeNode",
        },
        DescribeGroup: {
          ...policyCall("describeReplicationGroups", { ReplicationGroupId: jsonata("$substring($states.input, 1)") }, [
            anyGroup,
          ]),
          Assign: assignFacts(groupFacts),
          Output: {},
          Catch: [on(groupIsGone, "Skip"), unreadableBy(cause)],
          Next: "IsInUse",
        },
        DescribeNode: {
          ...policyCall("describeCacheClusters", { CacheClusterId: jsonata("$substring($states.input, 1)") }, [
            anyNode,
          ]),
          Assign: assignFacts(nodeFacts),
          Output: {},
          Catch: [on(nodeIsGone, "Skip"), unreadableBy(cause)],
          Next: "IsInUse",
        },
        IsInUse: {
          Type: "Choice",
          Choices: [
            { Condition: jsonata("$cluster.status in ['creating', 'create-failed', 'deleting']"), Next: "Skip" },
            {
              Condition: jsonata(
                `$count($filters) = 0 or $calls >= ${mostCalls} or ($at - $taken) / 3600000 <= ${oldestOf("$cluster")}`,
              ),
              Next: "ReadTags",
            },
          ],
          Default: "ReadSnapshots",
        },
        ReadSnapshots: {
          ...policyCall(
            "describeSnapshots",
            jsonata(
              "$merge([ $filters[0], {'MaxRecords': $cluster.perPage}, $marker = '' ? {} : {'Marker': $marker} ])",
            ),
            [anySnapshot],
          ),
          Assign: {
            taken: jsonata(`$max([$taken, $states.result.Snapshots[${isBackup}].${snapshotCreated}])`),
            marker: nextMarker,
            filters: jsonata(`${text("$states.result.Marker")} = '' ? ${filtersLeft} : $filters`),
            calls: jsonata("$calls + 1"),
          },
          Output: {},
          Catch: [
            // Ids that nodes of the group may have had.
            {
              ...on(nodeIsGone, "IsInUse", { filters: jsonata(filtersLeft), marker: "", calls: jsonata("$calls + 1") }),
              Output: {},
            },
            on(unexpected, "ReportUnreadable", { problem: jsonata(cause) }),
          ],
          Next: "IsInUse",
        },
        ReadTags: {
          ...policyCall("listTagsForResource", { ResourceName: jsonata("$cluster.arn") }, [anyNode, anyGroup]),
          Output: jsonata(evaluation),
          Catch: [
            // Of a node that is not available, AWS answers that it is "either not present or not available". DescribeNode knows which.
            on([...busy, ...groupIsGone, ...nodeIsGone], "Postpone"),
            on(unexpected, "ReportUnreadable", { problem: jsonata(cause) }),
          ],
          End: true,
        },
        // It was created or deleted while the clusters were listed.
        Skip: { Type: "Pass", Output: { skipped: true }, End: true },
        Postpone: { Type: "Pass", Output: { busy: jsonata("$key") }, End: true },
        ReportUnreadable: { Type: "Pass", Output: jsonata(unreadable), End: true },
      }),
      Output: {
        evaluated: jsonata("$count($states.result[$not($exists(skipped)) and $not($exists(busy))])"),
        violations: jsonata(`[${violationsOf}]`),
        exempt: jsonata(`[${exemptOf}]`),
        busy: jsonata("[$states.result.busy]"),
      },
      End: true,
    },
  }),
};
