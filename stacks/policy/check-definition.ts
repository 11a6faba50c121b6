import { awsSdk, jsonata, retryTransient, type Definition } from "../workflows/definition";
import { elasticache, nextMarker, page, pageOfSnapshots } from "../workflows/elasticache";
import { publishData } from "../workflows/metrics";
import { findings, judgement } from "./findings";
import { chatMessage, message, subject } from "./message";

/** What CloudWatch tells the metrics of the policy apart by from those of environments. */
export const dimension = { name: "Policy", value: "${local.name}" } as const;

/** The metric that is more than 0 while anything is wrong. */
export const clustersWithFindings = "ClustersWithFindings";

/** With hundreds of clusters the calls of a minute add up: throttling is retried more often. */
const elastiCache = (action: string, args: object | string) =>
  elasticache(action, args, { ...retryTransient("ElastiCache"), MaxAttempts: 6 });

/** How a replication group is judged, from its only entry in the answer to DescribeReplicationGroups. */
const groupFacts = `$states.result.ReplicationGroups[0].(
  $members := NodeGroups.NodeGroupMembers;
  $source := SnapshottingClusterId;
  {
    'id': ReplicationGroupId, 'arn': ARN, 'group': true, 'status': Status, 'created': ReplicationGroupCreateTime,
    'retention': $exists(SnapshotRetentionLimit) ? SnapshotRetentionLimit : 0, 'window': SnapshotWindow,
    'failover': AutomaticFailover in ['enabled', 'enabling'],
    'fromPrimary': $count($members) > 1 and $exists($source) and 'primary' in [$members[CacheClusterId = $source].CurrentRole]
  }
)`;

/** What there is to judge on a page of DescribeCacheClusters: the groups that its nodes belong to, and Redis or Valkey nodes without one. */
const nodesOfPage = "[$states.result.CacheClusters[Engine != 'memcached']]";
const nodeFacts = `$nodes[$not($exists(ReplicationGroupId))].{
  'id': CacheClusterId, 'arn': ARN, 'group': false, 'status': CacheClusterStatus, 'created': CacheClusterCreateTime,
  'retention': $exists(SnapshotRetentionLimit) ? SnapshotRetentionLimit : 0, 'window': SnapshotWindow,
  'failover': false, 'fromPrimary': false
}`;

/** When the newest available snapshot of each cluster was taken, this page's included; a snapshot names its node, or its group with cluster mode enabled. */
const newestWithPage = `(
  $taken := $states.result.Snapshots[SnapshotStatus = 'available' and $exists(NodeSnapshots.SnapshotCreateTime)].{
    'of': $exists(ReplicationGroupId) ? ReplicationGroupId
      : $exists($lookup($groupOf, CacheClusterId)) ? $lookup($groupOf, CacheClusterId) : $replace(CacheClusterId, /-[0-9]{3}$/, ''),
    'at': $min(NodeSnapshots.SnapshotCreateTime.$toMillis($))
  };
  $each($merge([$newest, $taken{ of: $max(at) }]), function($at, $of) {
    { $of: $max([$at, $lookup($newest, $of)]) }
  }) ~> $append([{}]) ~> $merge
)`;

const publish = (topicArn: string, message: object) => ({
  Type: "Task",
  Resource: awsSdk("sns", "publish"),
  Arguments: { TopicArn: topicArn, ...message },
  Retry: [retryTransient("Sns")],
});

export interface CheckDefinitionProps {
  /** Its own ARN. */
  readonly machineArn: string;
  /** Whom it tells in plain text. */
  readonly topicArn: string;
  /** Whom it tells in the schema of Amazon Q Developer in chat applications. */
  readonly chatTopicArn: string;
}

/**
 * Judges every Redis and Valkey cluster of the account and Region, and tells people when the list of what is wrong has changed, or
 * once a week while it has not. What it told last is in the output of its own last execution; nothing else is stored.
 *
 * Its input may have `at`, the moment it judges by (ISO 8601); otherwise that is now.
 */
export const checkDefinition = ({ machineArn, topicArn, chatTopicArn }: CheckDefinitionProps): Definition => ({
  Comment: "Judges the backups of every Redis and Valkey cluster of the account and Region",
  QueryLanguage: "JSONata",
  StartAt: "Begin",
  TimeoutSeconds: 3 * 60 * 60,
  States: {
    Begin: {
      Type: "Pass",
      Assign: {
        at: jsonata("$exists($states.input.at) ? $toMillis($states.input.at) : $millis()"),
        floorDays: jsonata("${var.backup_floor_days}"),
        maxMinutes: jsonata("${var.backup_max_duration_minutes}"),
        place: "${local.account_id}, ${local.region}",
        marker: jsonata("''"),
        groups: [],
        singles: [],
        groupOf: {},
        newest: {},
      },
      Next: "ReadNodes",
    },

    ReadNodes: {
      ...elastiCache("describeCacheClusters", page(50)),
      Assign: {
        marker: nextMarker,
        groups: jsonata(`$distinct([$append($groups, ${nodesOfPage}.ReplicationGroupId)])`),
        singles: jsonata(`($nodes := ${nodesOfPage}; [$append($singles, ${nodeFacts})])`),
        groupOf: jsonata(
          `$merge([$groupOf, ${nodesOfPage}.{ CacheClusterId: $exists(ReplicationGroupId) ? ReplicationGroupId : CacheClusterId }])`,
        ),
      },
      Next: "MoreNodes",
    },
    MoreNodes: {
      Type: "Choice",
      Choices: [{ Condition: jsonata("$marker != ''"), Next: "ReadNodes" }],
      Default: "ReadSnapshots",
    },

    ReadSnapshots: {
      ...elastiCache("describeSnapshots", pageOfSnapshots()),
      Assign: { marker: nextMarker, newest: jsonata(newestWithPage) },
      Next: "MoreSnapshots",
    },
    MoreSnapshots: {
      Type: "Choice",
      Choices: [{ Condition: jsonata("$marker != ''"), Next: "ReadSnapshots" }],
      Default: "JudgeEach",
    },

    JudgeEach: {
      Type: "Map",
      Items: jsonata("[$append($groups.{ 'id': $, 'group': true }, $singles)]"),
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
            ...elastiCache("describeReplicationGroups", { ReplicationGroupId: jsonata("$states.input.id") }),
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
            ...elastiCache("listTagsForResource", { ResourceName: jsonata("$cluster.arn") }),
            Output: jsonata(judgement),
            Catch: [
              {
                ErrorEquals: [
                  "ElastiCache.ReplicationGroupNotFoundException",
                  "ElastiCache.CacheClusterNotFoundException",
                ],
                Next: "Skip",
              },
            ],
            End: true,
          },
          // It came or went while the list was read.
          Skip: { Type: "Pass", Output: { skipped: true }, End: true },
        },
      },
      Assign: {
        checked: jsonata("$count($states.result[$not($exists(skipped))])"),
        wrong: jsonata("[$states.result[$exists(id) and $not($exists(exempt))]]"),
        exempt: jsonata("[$states.result[$exists(exempt)]]"),
      },
      Output: {},
      Next: "PublishCounts",
    },

    PublishCounts: {
      ...publishData(
        [
          ["ClustersChecked", "$checked"],
          ["ClustersExempt", "$count($exempt)"],
          [clustersWithFindings, "$count($wrong)"],
          ...findings.map(({ code, metric }) => [metric, `$count($wrong['${code}' in found])`] as const),
        ].map(([name, count = ""]) => ({
          MetricName: name,
          Dimensions: [{ Name: dimension.name, Value: dimension.value }],
          Value: jsonata(count),
          Unit: "Count",
        })),
      ),
      Output: {},
      Next: "FindLastExecution",
    },

    FindLastExecution: {
      Type: "Task",
      Resource: awsSdk("sfn", "listExecutions"),
      Arguments: { StateMachineArn: machineArn, StatusFilter: "SUCCEEDED", MaxResults: 1 },
      Retry: [retryTransient("Sfn")],
      Assign: {
        list: jsonata("[$sort($wrong.(id & ' ' & $join(found, ' ')))]"),
        told: { at: 0, list: [] },
      },
      Output: jsonata("{ 'executions': [$states.result.Executions.ExecutionArn] }"),
      Next: "ToldBefore",
    },
    ToldBefore: {
      Type: "Choice",
      Choices: [{ Condition: jsonata("$count($states.input.executions) > 0"), Next: "ReadWhatWasTold" }],
      Default: "Compare",
    },
    ReadWhatWasTold: {
      Type: "Task",
      Resource: awsSdk("sfn", "describeExecution"),
      Arguments: { ExecutionArn: jsonata("$states.input.executions[0]") },
      Retry: [retryTransient("Sfn")],
      Assign: { told: jsonata("$parse($states.result.Output).told") },
      Next: "Compare",
    },
    Compare: {
      Type: "Pass",
      Assign: {
        added: jsonata("[$list[$not($ in $told.list)].$substringBefore($, ' ')]"),
        gone: jsonata(
          "($now := [$list.$substringBefore($, ' ')]; [$told.list.$substringBefore($, ' ')[$not($ in $now)]])",
        ),
        known: jsonata("[$list[$ in $told.list]]"),
        subject: jsonata(subject),
        // A daily check is never late by an hour.
        aWeekAgo: jsonata("$at - $told.at >= (7 * 24 - 1) * 3600000"),
      },
      Next: "IsThereNews",
    },
    IsThereNews: {
      Type: "Choice",
      Choices: [
        {
          Condition: jsonata("$count($added) + $count($gone) > 0 or ($aWeekAgo and $count($wrong) > 0)"),
          Next: "Word",
        },
      ],
      Default: "Done",
    },
    Word: { Type: "Pass", Assign: { text: jsonata(message) }, Next: "TellPeople" },
    TellPeople: {
      ...publish(topicArn, { Subject: jsonata("$subject"), Message: jsonata("$text") }),
      Next: "TellChat",
    },
    TellChat: {
      ...publish(chatTopicArn, { Message: jsonata(chatMessage) }),
      Assign: { told: { at: jsonata("$at"), list: jsonata("$list") } },
      Next: "Done",
    },
    Done: {
      Type: "Pass",
      Output: {
        checked: jsonata("$checked"),
        wrong: jsonata("$wrong"),
        exempt: jsonata("$exempt"),
        told: jsonata("$told"),
      },
      End: true,
    },
  },
});
