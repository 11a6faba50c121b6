import { jsonata } from "../../workflows/definition";
import { elasticache, nextMarker, pageOfSnapshots } from "../../workflows/elasticache";
import { because, failed } from "./clearing";
import { cacheId } from "../../workflows/tasks";

/** What counts of a snapshot. */
const snapshot = `{
  'name': SnapshotName,
  'status': SnapshotStatus,
  'engine': Engine,
  'nodeType': CacheNodeType,
  'createdAt': $string(NodeSnapshots[0].SnapshotCreateTime),
  'size': $string(NodeSnapshots[0].CacheSize),
  'shards': $count(NodeSnapshots)
}`;

/** A snapshot of one of its nodes, or of one that it had. With cluster mode enabled a snapshot names no node. */
const ofThisCache = `$exists(CacheClusterId) and (CacheClusterId in $nodes or $replace(CacheClusterId, /-[0-9]{3}$/, '') = '${cacheId}')`;

/** Why the chosen snapshot cannot be restored, as a sentence; nothing when it can be. */
const unfit = `(
  $chosen.status != 'available' ? 'The snapshot ' & $chosen.name & ' is ' & $chosen.status & ', not available.'
  : $chosen.shards > 1 ? 'The snapshot ' & $chosen.name & ' was taken with cluster mode enabled, which this cache is not.'
  : $contains($chosen.size, /^0*[.]?0* *[A-Za-z]*B$/) ? 'The snapshot ' & $chosen.name & ' is empty (' & $chosen.size & ').'
  : $chosen.engine = 'valkey' and $engine = 'redis' ? 'The snapshot ' & $chosen.name & ' was taken with Valkey, which Redis OSS does not read.'
  : ''
)`;

/** States that choose the snapshot, the newest one or the one that was named, and refuse one that cannot be restored. */
export const choosing = {
  "Read the cache": {
    ...elasticache("describeReplicationGroups", { ReplicationGroupId: cacheId }),
    Assign: { nodes: jsonata("[$states.result.ReplicationGroups[0].MemberClusters]") },
    Catch: [failed],
    Next: "Which snapshot?",
  },
  "Which snapshot?": {
    Type: "Choice",
    Choices: [{ Condition: jsonata("$told"), Next: "Read the snapshot" }],
    Default: "List snapshots",
  },
  "Read the snapshot": {
    ...elasticache("describeSnapshots", { SnapshotName: jsonata("$states.context.Execution.Input.snapshotName") }),
    Assign: { chosen: jsonata(`$states.result.Snapshots[0].${snapshot}`) },
    Catch: [failed],
    Next: "Read its node",
  },
  "List snapshots": {
    ...elasticache("describeSnapshots", pageOfSnapshots()),
    Assign: {
      // The newest so far: of the pages before, and of this one.
      chosen: jsonata(`(
        $found := [$states.result.Snapshots[SnapshotStatus = 'available' and ${ofThisCache}].${snapshot}];
        $append([$chosen], $found)^(>createdAt)[0]
      )`),
      marker: nextMarker,
    },
    Catch: [failed],
    Next: "Are there more snapshots?",
  },
  "Are there more snapshots?": {
    Type: "Choice",
    Choices: [
      { Condition: jsonata("$marker != ''"), Next: "List snapshots" },
      { Condition: jsonata("$chosen.createdAt = ''"), Next: "There is no snapshot" },
    ],
    Default: "Read its node",
  },
  "There is no snapshot": because(`There is no available snapshot of ${cacheId}, so nothing can be restored.`),

  // What is live rather than what was deployed: AWS moves minor versions up by itself.
  "Read its node": {
    ...elasticache("describeCacheClusters", { CacheClusterId: jsonata("$nodes[0]") }),
    Assign: {
      engine: jsonata("$states.result.CacheClusters[0].Engine"),
      // From 6 on ElastiCache takes <major>.<minor> only.
      version: jsonata(`(
        $version := $states.result.CacheClusters[0].EngineVersion;
        $parts := $split($version, '.');
        $number($parts[0]) >= 6 ? $parts[0] & '.' & $parts[1] : $version
      )`),
      parameterGroup: jsonata("$states.result.CacheClusters[0].CacheParameterGroup.CacheParameterGroupName"),
      unfit: jsonata(`($engine := $states.result.CacheClusters[0].Engine; ${unfit})`),
    },
    Catch: [failed],
    Next: "Does the snapshot fit?",
  },
  "Does the snapshot fit?": {
    Type: "Choice",
    Choices: [{ Condition: jsonata("$unfit != ''"), Next: "It does not fit" }],
    Default: "Begin",
  },
  "It does not fit": because(jsonata("$unfit")),
};
