import { on } from "../workflows/catching";
import { jsonata } from "../workflows/definition";
import { anyNode, groupArn } from "../workflows/elasticache-calls";
import { forEach, fragment } from "../workflows/states";
import { number, text } from "../workflows/values";
import { policyCall } from "./call";
import { evaluation, unreadable } from "./findings";

const anyGroup = groupArn("*");

/** JSONata: what is evaluated of a replication group, from the only entry in the answer to DescribeReplicationGroups. */
const groupFacts = `$states.result.ReplicationGroups[0].(
  $members := NodeGroups.NodeGroupMembers;
  $source := SnapshottingClusterId;
  {
    'id': $states.input.id, 'arn': Arn, 'group': true, 'status': Status, 'created': ReplicationGroupCreateTime,
    'retention': ${number("SnapshotRetentionLimit")}, 'window': ${text("SnapshotWindow")},
    'failover': AutomaticFailover in ['enabled', 'enabling'],
    'fromPrimary': $count($members) > 1 and $exists($source) and 'primary' in [$members[CacheClusterId = $source].CurrentRole]
  }
)`;

const groupIsGone = ["ElastiCache.ReplicationGroupNotFoundException"];
const isGone = [...groupIsGone, "ElastiCache.CacheClusterNotFoundException"];

/**
 * ElastiCache does not list the tags of what is being changed or backed up.
 *
 * @see https://docs.aws.amazon.com/AmazonElastiCache/latest/APIReference/API_ListTagsForResource.html
 */
const busy = ["ElastiCache.InvalidReplicationGroupStateException"];

/** An answer of a form that no expression here expects. The other clusters are evaluated all the same. */
const unexpected = ["States.QueryEvaluationError"];

/** How long the first wait for busy clusters is, in seconds; each one is twice as long as the one before. */
const firstWait = 300;
/** The last wait. All of them together are 75 minutes, however many clusters are busy. */
const lastWait = 2400;

/** What evaluating begins with. */
export const nothingEvaluated = { evaluated: 0, violations: [], exempt: [], wait: firstWait };

/**
 * States that evaluate each of `$pending`, busy ones again a while later, and lead to `IsTrial`. They leave behind `$evaluated` (how
 * many were), `$violations`, `$exempt`, and in `$pending` the clusters that stayed busy.
 */
export const evaluating = fragment<"IsTrial">()({
  EvaluateClusters: {
    Type: "Map",
    Items: jsonata("[$pending]"),
    MaxConcurrency: 5,
    ItemProcessor: forEach("IsGroup", {
      IsGroup: {
        Type: "Choice",
        Choices: [{ Condition: jsonata("$states.input.group"), Next: "DescribeGroup" }],
        Default: "UseNode",
      },
      UseNode: { Type: "Pass", Assign: { cluster: jsonata("$states.input") }, Next: "IsInUse" },
      DescribeGroup: {
        ...policyCall("describeReplicationGroups", { ReplicationGroupId: jsonata("$states.input.id") }, [anyGroup]),
        Assign: { cluster: jsonata(groupFacts) },
        Catch: [
          on(groupIsGone, "Skip"),
          on(unexpected, "ReportUnreadable", {
            cluster: jsonata("$states.input"),
            problem: jsonata("$states.errorOutput.Cause"),
          }),
        ],
        Next: "IsInUse",
      },
      IsInUse: {
        Type: "Choice",
        Choices: [{ Condition: jsonata("$cluster.status in ['creating', 'create-failed', 'deleting']"), Next: "Skip" }],
        Default: "ReadTags",
      },
      ReadTags: {
        ...policyCall("listTagsForResource", { ResourceName: jsonata("$cluster.arn") }, [anyNode, anyGroup]),
        Output: jsonata(evaluation),
        Catch: [
          on(isGone, "Skip"),
          on(busy, "Postpone"),
          on(unexpected, "ReportUnreadable", { problem: jsonata("$states.errorOutput.Cause") }),
        ],
        End: true,
      },
      // It was created or deleted while the clusters were listed.
      Skip: { Type: "Pass", Output: { skipped: true }, End: true },
      Postpone: { Type: "Pass", Output: { busy: jsonata("$cluster") }, End: true },
      ReportUnreadable: { Type: "Pass", Output: jsonata(unreadable), End: true },
    }),
    Assign: {
      evaluated: jsonata("$evaluated + $count($states.result[$not($exists(skipped)) and $not($exists(busy))])"),
      violations: jsonata("[$append($violations, $states.result[$exists(id) and $not($exists(exempt))])]"),
      exempt: jsonata("[$append($exempt, $states.result[$exists(exempt)])]"),
      pending: jsonata("[$states.result.busy]"),
    },
    Output: {},
    Next: "AreClustersBusy",
  },
  AreClustersBusy: {
    Type: "Choice",
    Choices: [{ Condition: jsonata(`$count($pending) > 0 and $wait <= ${lastWait}`), Next: "WaitForClusters" }],
    Default: "KeepLastFindings",
  },
  WaitForClusters: { Type: "Wait", Seconds: jsonata("$wait"), Next: "DoubleWait" },
  DoubleWait: { Type: "Pass", Assign: { wait: jsonata("$wait * 2") }, Next: "EvaluateClusters" },

  // What the last check found of a cluster that stayed busy still holds: nothing shows that it was corrected.
  KeepLastFindings: {
    Type: "Pass",
    Assign: {
      notEvaluated: jsonata("[$pending.id]"),
      violations: jsonata(
        "($busy := [$pending.id]; [$append($violations, $lastNotification.list[$substringBefore($, ' ') in $busy].{ 'id': $substringBefore($, ' '), 'found': $split($substringAfter($, ' '), ' '), 'busy': true })])",
      ),
    },
    Next: "IsTrial",
  },
});
