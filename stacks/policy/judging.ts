import { jsonata, retryTransient } from "../workflows/definition";
import { elasticache } from "../workflows/elasticache";
import { judgement } from "./findings";

/** A Task that asks ElastiCache. With hundreds of clusters the calls of a minute add up, so throttling is retried more often. */
export const ask = (action: string, args: object | string) =>
  elasticache(action, args, { ...retryTransient("ElastiCache"), MaxAttempts: 6 });

/** How a replication group is judged, from its only entry in the answer to DescribeReplicationGroups. */
const groupFacts = `$states.result.ReplicationGroups[0].(
  $members := NodeGroups.NodeGroupMembers;
  $source := SnapshottingClusterId;
  {
    'id': ReplicationGroupId, 'arn': Arn, 'group': true, 'status': Status, 'created': ReplicationGroupCreateTime,
    'retention': $exists(SnapshotRetentionLimit) ? SnapshotRetentionLimit : 0, 'window': SnapshotWindow,
    'failover': AutomaticFailover in ['enabled', 'enabling'],
    'fromPrimary': $count($members) > 1 and $exists($source) and 'primary' in [$members[CacheClusterId = $source].CurrentRole]
  }
)`;

/**
 * ElastiCache tells no tags of what is being changed or backed up. The API reference lists the first error for that call; the second
 * one is what a node without a group may answer.
 *
 * @see https://docs.aws.amazon.com/AmazonElastiCache/latest/APIReference/API_ListTagsForResource.html
 */
const busy = ["ElastiCache.InvalidReplicationGroupStateException", "ElastiCache.InvalidCacheClusterStateException"];

/** How long the first wait for busy clusters is, in seconds; each one is twice as long as the one before. */
const firstWait = 300;
/** The last wait. All of them together are 75 minutes, however many clusters are busy. */
const lastWait = 2400;

/** What judging begins with. */
export const nothingJudged = { checked: 0, wrong: [], exempt: [], wait: firstWait };

/**
 * States that judge each of `$pending`, those that are busy once more a while later. They leave behind `$checked` (how many were
 * judged), `$wrong`, `$exempt`, and in `$pending` those that stayed busy.
 */
export const judging = {
  JudgeEach: {
    Type: "Map",
    Items: jsonata("[$pending]"),
    MaxConcurrency: 5,
    ItemProcessor: {
      ProcessorConfig: { Mode: "INLINE" },
      StartAt: "GroupOrNode",
      States: {
        GroupOrNode: {
          Type: "Choice",
          Choices: [{ Condition: jsonata("$states.input.group"), Next: "ReadGroup" }],
          Default: "TakeNode",
        },
        TakeNode: { Type: "Pass", Assign: { cluster: jsonata("$states.input") }, Next: "IsThere" },
        ReadGroup: {
          ...ask("describeReplicationGroups", { ReplicationGroupId: jsonata("$states.input.id") }),
          Assign: { cluster: jsonata(groupFacts) },
          Catch: [{ ErrorEquals: ["ElastiCache.ReplicationGroupNotFoundException"], Next: "Skip" }],
          Next: "IsThere",
        },
        IsThere: {
          Type: "Choice",
          Choices: [
            { Condition: jsonata("$cluster.status in ['creating', 'create-failed', 'deleting']"), Next: "Skip" },
          ],
          Default: "Judge",
        },
        Judge: {
          ...ask("listTagsForResource", { ResourceName: jsonata("$cluster.arn") }),
          Output: jsonata(judgement),
          Catch: [
            {
              ErrorEquals: [
                "ElastiCache.ReplicationGroupNotFoundException",
                "ElastiCache.CacheClusterNotFoundException",
              ],
              Next: "Skip",
            },
            { ErrorEquals: busy, Next: "PutOff" },
          ],
          End: true,
        },
        // It came or went while the list was read.
        Skip: { Type: "Pass", Output: { skipped: true }, End: true },
        PutOff: { Type: "Pass", Output: { busy: jsonata("$cluster") }, End: true },
      },
    },
    Assign: {
      checked: jsonata("$checked + $count($states.result[$not($exists(skipped)) and $not($exists(busy))])"),
      wrong: jsonata("[$append($wrong, $states.result[$exists(id) and $not($exists(exempt))])]"),
      exempt: jsonata("[$append($exempt, $states.result[$exists(exempt)])]"),
      pending: jsonata("[$states.result.busy]"),
    },
    Output: {},
    Next: "AreSomeBusy",
  },
  AreSomeBusy: {
    Type: "Choice",
    Choices: [{ Condition: jsonata(`$count($pending) > 0 and $wait <= ${lastWait}`), Next: "WaitForBusy" }],
    Default: "TakeWhatIsKnown",
  },
  WaitForBusy: { Type: "Wait", Seconds: jsonata("$wait"), Next: "WaitLonger" },
  WaitLonger: { Type: "Pass", Assign: { wait: jsonata("$wait * 2") }, Next: "JudgeEach" },

  // Of a cluster that stayed busy what was told last still holds: it is not in order because nobody could look.
  TakeWhatIsKnown: {
    Type: "Pass",
    Assign: {
      notJudged: jsonata("[$pending.id]"),
      wrong: jsonata(
        "($busy := [$pending.id]; [$append($wrong, $told.list[$substringBefore($, ' ') in $busy].{ 'id': $substringBefore($, ' '), 'found': $split($substringAfter($, ' '), ' '), 'busy': true })])",
      ),
    },
    Next: "IsItATrial",
  },
};
