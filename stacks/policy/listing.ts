import { jsonata } from "../workflows/definition";
import { anyNode, anySnapshot } from "../workflows/elasticache-calls";
import { firstPage, page, pageOfSnapshots, pages } from "../workflows/paging";
import { fragment } from "../workflows/states";
import { isBackup, snapshotCreated } from "../backups/snapshots";
import { groupOfNode } from "../cache/topology";
import { number, text } from "../workflows/values";
import { policyCall } from "./call";

/**
 * JSONata: the Redis and Valkey nodes on a page. Assign them to a variable before they are filtered: of a constructed list of one,
 * JSONata 2.0.6 finds no member after a filter.
 */
const nodesOfPage = `[$states.result.CacheClusters[$not(Engine = 'memcached')][${text("CacheClusterId")} != '']]`;

/** JSONata: a node of a replication group; the group's own facts are read later. */
const inGroup = `${text("ReplicationGroupId")} != ''`;

/** JSONata: what is evaluated of a node without a replication group. */
const nodeFacts = `$nodes[$not(${inGroup})].{
  'id': CacheClusterId, 'arn': Arn, 'group': false, 'status': CacheClusterStatus, 'created': CacheClusterCreateTime,
  'retention': ${number("SnapshotRetentionLimit")}, 'window': ${text("SnapshotWindow")},
  'failover': false, 'fromPrimary': false
}`;

/**
 * JSONata: when the newest snapshot of each cluster was taken, this page's included. With cluster mode enabled a snapshot names its
 * group, otherwise its node, which may be gone.
 */
const newestWithPage = `(
  $taken := $states.result.Snapshots[${isBackup}].(
    $node := ${text("CacheClusterId")};
    $known := $lookup($groupOf, $node);
    {
      'of': ${text("ReplicationGroupId")} != '' ? ReplicationGroupId : $exists($known) ? $known : ${groupOfNode("$node")},
      'at': ${snapshotCreated}
    }
  )[$exists(at) and $exists(of)];
  $each($merge([$newest, $taken{ of: $max(at) }]), function($at, $of) {
    { $of: $max([$at, $lookup($newest, $of)]) }
  }) ~> $append([{}]) ~> $merge
)`;

/** What listing begins with. */
export const nothingListed = { ...firstPage, groups: [], singles: [], groupOf: {}, newest: {} };

/**
 * States that list every cluster and its snapshots, and lead to `EvaluateClusters`. They leave behind what is evaluated in `$pending`,
 * and `$newest`.
 */
export const listing = {
  ...pages(
    { read: "ListNodes", more: "HasMoreNodes" },
    {
      call: policyCall("describeCacheClusters", page(50), [anyNode]),
      assign: {
        groups: jsonata(
          `($nodes := ${nodesOfPage}; $distinct([$append($groups, $nodes[${inGroup}].ReplicationGroupId)]))`,
        ),
        singles: jsonata(`($nodes := ${nodesOfPage}; [$append($singles, ${nodeFacts})])`),
        groupOf: jsonata(
          `$merge([$groupOf, ${nodesOfPage}.{ CacheClusterId: ${inGroup} ? ReplicationGroupId : CacheClusterId }])`,
        ),
      },
      next: "ListSnapshots",
    },
  ),
  ...pages(
    { read: "ListSnapshots", more: "HasMoreSnapshots" },
    {
      call: policyCall("describeSnapshots", pageOfSnapshots(), [anySnapshot]),
      assign: { newest: jsonata(newestWithPage) },
      next: "CollectClusters",
    },
  ),
  ...fragment<"EvaluateClusters">()({
    CollectClusters: {
      Type: "Pass",
      Assign: { pending: jsonata("[$append($groups.{ 'id': $, 'group': true }, $singles)]") },
      Next: "EvaluateClusters",
    },
  }),
};
