import { mostNodes, type Topology } from "../../cache/topology";
import { jsonata } from "../../workflows/definition";
import { anyNode, anySnapshot, elasticacheCall, snapshotArn } from "../../workflows/elasticache-calls";
import { fragment } from "../../workflows/states";
import { number, text } from "../../workflows/values";
import { cacheId } from "../../terraform/names";
import { expression } from "../../terraform/expression";
import { newestSnapshots, nothingFound } from "../own-snapshots";
import {
  cacheArn,
  freshMillis,
  isOwnSnapshot,
  memberNodes,
  type Origin,
  restorableTag,
  snapshotCreated,
  snapshotIsWhole,
} from "../snapshots";
import { failed, failWith } from "./group";
import { shardsOfGroup } from "./keys";

/** What is read of a snapshot. `own`: it was taken of this cache. */
const facts = (topology: Topology): string => `{
  'name': SnapshotName,
  'status': SnapshotStatus,
  'engine': Engine,
  'version': EngineVersion,
  'nodeType': CacheNodeType,
  'created': ${snapshotCreated},
  'whole': ${snapshotIsWhole},
  'shards': $max([1, ${number("NumNodeGroups")}]),
  'sizes': [NodeSnapshots.CacheSize],
  'node': ${text("CacheClusterId")},
  'own': ${topology.isSnapshotOf(cacheId)},
  'clustered': ${text("ReplicationGroupId")} != '' or $count(NodeSnapshots) > 1
}`;

/** JSONata: `$minor`, the major and minor version as a number to compare. */
const minor = `$minor := function($text) { $number($split($text, '.')[0]) * 1000 + $number($split($text, '.')[1]) };`;

/**
 * Why the chosen snapshot cannot be restored, as a sentence; empty when it can be. The restored copy has the snapshot's own node type.
 *
 * @see https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/backups-restoring.html
 */
const unfit = (topology: Topology): string => `(
  $sizes := [$chosen.sizes[$ != ''].$string($)];
  $chosen.status != 'available' ? 'The snapshot ' & $chosen.name & ' is ' & $chosen.status & ', not available.'
  : ${topology.unfit}
  $not($chosen.whole) ? 'The snapshot ' & $chosen.name & ' lacks a shard of ' & $chosen.shards & '.'
  : $not(${expression("var.allow_empty_cache")}) and $count($sizes) > 0 and $not(false in $sizes.$contains($, /^0*[.]?0* *[A-Za-z]*B$/)) ? 'The snapshot ' & $chosen.name & ' is empty (' & $sizes[0] & ').'
  : $contains($chosen.nodeType, 'cache.r6gd.') ? 'The snapshot ' & $chosen.name & ' was taken on ' & $chosen.nodeType & ': AWS restores data tiering only to data tiering.'
  : $chosen.engine = $engine and $minor($chosen.version) > $minor($version) ? 'The snapshot ' & $chosen.name & ' was taken with ' & $engine & ' ' & $chosen.version & ', which the cache with ' & $version & ' does not read.'
  : $chosen.engine = 'valkey' and $engine = 'redis' ? 'The snapshot ' & $chosen.name & ' was taken with Valkey, which Redis OSS does not read.'
  : ''
)`;

/** States that choose the snapshot, the newest or the requested one, and refuse one that cannot be restored. */
export const choosing = (topology: Topology, origin: Origin) => ({
  ...fragment<"MayHaveGroup" | "ListSnapshots" | "StartRestore" | "IsVaultSet" | "CheckVaultBackup">()({
    DescribeCache: {
      ...elasticacheCall("describeReplicationGroups", { ReplicationGroupId: cacheId }, [cacheArn]),
      Assign: { nodes: jsonata(memberNodes), shards: jsonata(shardsOfGroup), ...nothingFound(topology) },
      Catch: failed,
      Next: "IsSnapshotRequested",
    },
    IsSnapshotRequested: {
      Type: "Choice",
      Choices: [
        { Condition: jsonata("$fromVault"), Next: "IsVaultSet" },
        { Condition: jsonata("$requested"), Next: "DescribeSnapshot" },
      ],
      Default: "ListSnapshots",
    },
    DescribeSnapshot: {
      ...elasticacheCall(
        "describeSnapshots",
        { SnapshotName: jsonata("$states.context.Execution.Input.snapshotName") },
        [anySnapshot],
      ),
      Assign: {
        chosen: jsonata(`$states.result.Snapshots[0].${facts(topology)}`),
        own: jsonata(`$states.result.Snapshots[0].${isOwnSnapshot(topology, origin)}`),
      },
      Catch: failed,
      Next: "IsSnapshotOwn",
    },
    IsSnapshotOwn: {
      Type: "Choice",
      Choices: [{ Condition: jsonata("$own"), Next: "DescribeNode" }],
      Default: "ListSnapshotTags",
    },
    ListSnapshotTags: {
      ...elasticacheCall("listTagsForResource", { ResourceName: jsonata(`'${snapshotArn("")}' & $chosen.name`) }, [
        anySnapshot,
      ]),
      Assign: {
        restorable: jsonata(`$count($states.result.TagList[Key = '${restorableTag}' and Value = '${cacheId}']) > 0`),
      },
      Catch: failed,
      Next: "IsSnapshotRestorable",
    },
    IsSnapshotRestorable: {
      Type: "Choice",
      Choices: [{ Condition: jsonata("$restorable"), Next: "DescribeNode" }],
      Default: "SnapshotForeign",
    },
    // It would be restored into a cache without AUTH.
    SnapshotForeign: failWith(
      jsonata(
        `'Invalid snapshotName ' & $chosen.name & ': a restore test accepts automatic backups of ${cacheId}, snapshots named after its stack, and snapshots tagged for it. If its data may be restored without AUTH, tag it and run the test again: aws elasticache add-tags-to-resource --region ${expression("local.region")} --resource-name ${snapshotArn("")}' & $chosen.name & ' --tags Key=${restorableTag},Value=${cacheId}'`,
      ),
    ),
    NoSnapshot: failWith(`There is no available snapshot of ${cacheId}, so nothing can be restored.`),

    // The live engine rather than the deployed one: AWS moves minor versions up by itself.
    DescribeNode: {
      ...elasticacheCall("describeCacheClusters", { CacheClusterId: jsonata("$nodes[0]") }, [anyNode]),
      Assign: {
        engine: jsonata("$states.result.CacheClusters[0].Engine"),
        // From 6 on ElastiCache takes <major>.<minor> only.
        version: jsonata(`(
          $version := $states.result.CacheClusters[0].EngineVersion;
          $parts := $split($version, '.');
          $number($parts[0]) >= 6 ? $parts[0] & '.' & $parts[1] : $version
        )`),
        parameterGroup: jsonata("$states.result.CacheClusters[0].CacheParameterGroup.CacheParameterGroupName"),
        unfit: jsonata(
          `($engine := $states.result.CacheClusters[0].Engine; $version := $states.result.CacheClusters[0].EngineVersion; ${minor} ${unfit(topology)})`,
        ),
      },
      Catch: failed,
      Next: "IsSnapshotFit",
    },
    IsSnapshotFit: {
      Type: "Choice",
      Choices: [
        { Condition: jsonata("$unfit != ''"), Next: "SnapshotUnfit" },
        { Condition: jsonata("$fromVault"), Next: "CheckVaultBackup" },
      ],
      Default: "StartRestore",
    },
    SnapshotUnfit: failWith(jsonata("$unfit")),
  }),
  ...newestSnapshots({
    topology,
    // The newest so far of a node. Of one that is being restored or copied nothing can be restored now.
    kept: `$states.result.Snapshots[SnapshotStatus = 'available' and ${snapshotIsWhole} and ${topology.isSnapshotOf(cacheId)} and ${isOwnSnapshot(topology, origin)}].${facts(topology)}[$exists(created)]`,
    most: "$listed^(>created)[0]",
    // All of its nodes: a manual backup of any of them may be the newest.
    first: mostNodes,
    isFresh: `$millis() - $max($append([0], [$found.created])) < ${freshMillis}`,
    catch: failed,
    next: "ChooseNewest",
  }),
  ...fragment<"NoSnapshot" | "DescribeNode">()({
    ChooseNewest: {
      Type: "Pass",
      Assign: { chosen: jsonata("$count($found) > 0 ? $found^(>created)[0] : {}") },
      Next: "IsSnapshotFound",
    },
    IsSnapshotFound: {
      Type: "Choice",
      Choices: [{ Condition: jsonata(`${text("$chosen.name")} = ''`), Next: "NoSnapshot" }],
      Default: "DescribeNode",
    },
  }),
});
