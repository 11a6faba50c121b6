import { jsonata } from "../workflows/definition";
import { anyNode } from "../workflows/elasticache-calls";
import { firstPage, page, pages } from "../workflows/paging";
import { fragment } from "../workflows/states";
import { text } from "../workflows/values";
import { policyCall } from "./call";
import { inPages } from "./evaluation";

/**
 * JSONata: the clusters of the Redis and Valkey nodes on a page, as members of an object, so that a group with nodes on several pages is
 * one. `g` and the id of a replication group, or `n` and that of a node without one. Assign the nodes to a variable before they are
 * filtered: of a constructed list of one, JSONata 2.0.6 finds no member after a filter.
 */
const clustersOfPage = `(
  $nodes := [$states.result.CacheClusters[$not(Engine = 'memcached')][${text("CacheClusterId")} != '']];
  $merge([$clusters, $nodes.{ ${text("ReplicationGroupId")} != '' ? 'g' & ReplicationGroupId : 'n' & CacheClusterId : 1 }])
)`;

/** What listing begins with. */
export const nothingListed = { ...firstPage, clusters: {} };

/**
 * States that list every cluster, and lead to `HasClusters`. They leave `$pending` behind. Nodes are listed and not groups, because a
 * page of 20 groups, the smallest that AWS answers, exceeds 256 KiB with 50 nodes each; a page of 50 nodes never does.
 */
export const listing = {
  ...pages(
    { read: "ListNodes", more: "HasMoreNodes" },
    {
      call: policyCall("describeCacheClusters", page(50), [anyNode]),
      assign: { clusters: jsonata(clustersOfPage) },
      next: "CollectClusters",
    },
  ),
  ...fragment<"HasClusters">()({
    CollectClusters: {
      Type: "Pass",
      Assign: { pending: jsonata(`$count($keys($clusters)) > 0 ? ${inPages("$keys($clusters)")} : {}`) },
      Next: "HasClusters",
    },
  }),
};
