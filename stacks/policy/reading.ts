import { jsonata } from "../workflows/definition";
import { nextMarker, page, pageOfSnapshots } from "../workflows/elasticache";
import { ask } from "./judging";

/** What there is to judge on a page of DescribeCacheClusters: the groups that its nodes belong to, and Redis or Valkey nodes without one. */
const nodesOfPage = "[$states.result.CacheClusters[Engine != 'memcached']]";
const nodeFacts = `$nodes[$not($exists(ReplicationGroupId))].{
  'id': CacheClusterId, 'arn': Arn, 'group': false, 'status': CacheClusterStatus, 'created': CacheClusterCreateTime,
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

/** What reading begins with. */
export const nothingRead = { marker: jsonata("''"), groups: [], singles: [], groupOf: {}, newest: {} };

/** States that read all clusters and their snapshots. They leave behind what is to be judged in `$pending`, and `$newest`. */
export const reading = {
  ReadNodes: {
    ...ask("describeCacheClusters", page(50)),
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
    ...ask("describeSnapshots", pageOfSnapshots()),
    Assign: {
      marker: nextMarker,
      newest: jsonata(newestWithPage),
      pending: jsonata("[$append($groups.{ 'id': $, 'group': true }, $singles)]"),
    },
    Next: "MoreSnapshots",
  },
  MoreSnapshots: {
    Type: "Choice",
    Choices: [{ Condition: jsonata("$marker != ''"), Next: "ReadSnapshots" }],
    Default: "JudgeEach",
  },
};
