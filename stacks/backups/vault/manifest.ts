import type { Topology } from "../../cache/topology";
import { cacheId } from "../../terraform/names";
import { expression } from "../../terraform/expression";
import { text } from "../../workflows/values";
import { isBackup, isOwnSnapshot, snapshotCreated, type Origin } from "../snapshots";

/**
 * What lies beside the files of a backup in the vault: which files there must be, and what they must be like.
 */
export const manifestFormat = 1;

/** End of a manifest's key; the files of the same backup end in `-<shard>.rdb`. */
export const manifestEnd = ".json";

/** JSONata: what is kept of a snapshot that may be copied. */
export const facts = `{
  'name': SnapshotName,
  'source': SnapshotSource,
  'engine': Engine,
  'engineVersion': EngineVersion,
  'nodeType': CacheNodeType,
  'clusterMode': ${text("ReplicationGroupId")} != '',
  'shards': $count(NodeSnapshots),
  'created': ${snapshotCreated}
}`;

/** JSONata over DescribeSnapshots: the backups of this cache, also those that can be exported only when they are no longer restored or copied. */
export const backups = (topology: Topology, origin: Origin): string =>
  `[$states.result.Snapshots[${isBackup} and ${topology.isSnapshotOf(cacheId)} and ${isOwnSnapshot(topology, origin)}].${facts}]`;

/**
 * JSONata over DescribeSnapshots with the configuration of node groups: the shards of the chosen backup with their slots, in the order of
 * their IDs. Without cluster mode there are none.
 */
export const shardsOfChosen = `[
  $states.result.Snapshots[0].NodeSnapshots[$exists(NodeGroupConfiguration.Slots)]^(NodeGroupId).{'id': NodeGroupId, 'slots': NodeGroupConfiguration.Slots}
]`;

/**
 * JSONata: the files of the backup with the shard that each is of, in the order of both. ElastiCache numbers the files, and does not
 * document whether by the IDs of the shards, which have gaps after shards were removed; in either case the order is the same.
 */
export const withShards = `(
  $inOrder := [$states.result^(key)];
  $count($groups) = $count($inOrder)
    ? [[0..$count($inOrder) - 1].($i := $; $merge([$inOrder[$i], {'shard': $groups[$i].id, 'slots': $groups[$i].slots}]))]
    : $inOrder
)`;

/**
 * JSONata over HeadObject: what a manifest says of a file. S3 gives every object a checksum for which nobody chose another. Step Functions
 * names members after the getters of the AWS SDK for Java 2.x, here `eTag()` and `checksumCRC64NVME()`.
 *
 * @see https://sdk.amazonaws.com/java/api/latest/software/amazon/awssdk/services/s3/model/HeadObjectResponse.html
 */
export const file = `{
  'key': $states.input,
  'size': $states.result.ContentLength,
  'versionId': $states.result.VersionId,
  'etag': $replace($states.result.ETag, /[^0-9A-Fa-f-]/, ''),
  'checksumCrc64Nvme': $states.result.ChecksumCRC64NVME
}`;

/** JSONata: the manifest of `$files`, the files of the snapshot `$chosen`. */
export const manifest = `{
  'format': ${manifestFormat},
  'name': $name,
  'account': '${expression("local.account_id")}',
  'region': '${expression("local.region")}',
  'environment': '${expression("var.environment")}',
  'cache': '${cacheId}',
  'snapshot': $chosen.name,
  'snapshotSource': $chosen.source,
  'snapshotCreatedAt': $fromMillis($chosen.created),
  'engine': $chosen.engine,
  'engineVersion': $chosen.engineVersion,
  'nodeType': $chosen.nodeType,
  'clusterMode': $chosen.clusterMode,
  'shards': $chosen.shards,
  'files': [$files]
}`;
