import { expression } from "../terraform/expression";
import { cacheId, named, snapshotKinds } from "../terraform/names";
import type { Topology } from "../cache/topology";
import type { Environment } from "../settings";
import {
  anyNode,
  anySnapshot,
  groupArn,
  hasTag,
  nodeArn,
  snapshotArn,
  snapshotExists,
  type Usable,
} from "../workflows/elasticache-calls";
import { millis, number } from "../workflows/values";

/** ARN of the replication group whose backups are verified. */
export const cacheArn = groupArn(cacheId);

/** JSONata: the nodes of the group that DescribeReplicationGroups answered with. */
export const memberNodes = "[$states.result.ReplicationGroups[0].MemberClusters]";

/** JSONata: when a snapshot was taken, in milliseconds: it is as old as its oldest shard. Nothing while it is still being taken. */
export const snapshotCreated = `$min([${millis("NodeSnapshots.SnapshotCreateTime")}])`;

/** JSONata: how old the newest automatic backup may be, in milliseconds. */
export const freshMillis = `${expression("local.backup_fresh_minutes")} * 60000`;

/**
 * JSONata: a snapshot has the data of every shard. Without shards there is no number of them, and one part.
 *
 * @see https://docs.aws.amazon.com/AmazonElastiCache/latest/APIReference/API_Snapshot.html
 */
export const snapshotIsWhole = `$count([${millis("NodeSnapshots.SnapshotCreateTime")}]) >= ${number("NumNodeGroups")}`;

/** JSONata: a backup that can be restored, now or when it is no longer being restored or copied. */
export const isBackup = `(${snapshotExists} and ${snapshotIsWhole})`;

/** What the names of manual backups begin with; 14 digits follow, so that with the longest name of an environment there are 40 characters. */
export const manualBackupPrefix = named(snapshotKinds.manual);

/** JSONata: the name of a snapshot begins so. */
const nameBegins = (begin: string): string => `$substring(SnapshotName, 0, $length('${begin}')) = '${begin}'`;

/** JSONata over snapshots: the manual backups among them that can be restored, as a list. */
export const manualBackups = (snapshots: string): string =>
  `[${snapshots}[${isBackup} and ${nameBegins(manualBackupPrefix)}].{
    'name': SnapshotName,
    'isManual': true,
    'at': $max([0, ${snapshotCreated}])
  }]`;

/** The longest that ElastiCache retains automatic backups, in days. There is one a day. */
const longestRetention = 35;

/** JSONata: the pages of DescribeSnapshots that the backups of a cache fill, and one more for snapshots that others have taken of it. */
export const pagesOfBackups = ({ snapshotsPerPage }: Topology): string =>
  `$ceil((${longestRetention} + ${expression("var.manual_backups_kept")}) / ${snapshotsPerPage}) + 1`;

/** The tag of manual backups; its value is the id of the replication group. */
export const manualBackupTag = "ManualBackupOf";

/** Whether the cache was there before the stack. */
export type Origin = Pick<Environment, "adopted">;

/** The stack created the cache. */
export const created: Origin = { adopted: null };

/** Of an environment, and nothing else of it, so that the definitions of equal ones are shared. */
export const originOf = ({ adopted }: Origin): Origin => ({ adopted });

/**
 * What manual backups may be taken of: the cache and its nodes, since the service authorization reference leaves open which of the two
 * CreateSnapshot is authorized on. Nodes of an adopted cache may have any name. They carry the tags of their group, and one that is added
 * later is named after it.
 *
 * @see https://docs.aws.amazon.com/AmazonElastiCache/latest/APIReference/API_AddTagsToResource.html
 */
export const backupSources = (topology: Topology, { adopted }: Origin): readonly Usable[] => [
  { resources: [cacheArn, nodeArn(topology.nodeNames(cacheId))] },
  ...(adopted === null ? [] : [{ resources: [anyNode], conditions: [hasTag("Stack", expression("local.stack"))] }]),
];

/** The tag that lets a restore test use a snapshot of another name; its value is the id of the replication group. */
export const restorableTag = "RestoreTestOf";

/** What the names of snapshots begin with that are named after the stack. */
const namesOfStack = Object.values(snapshotKinds).map(named);

/**
 * What the names of automatic snapshots begin with: ElastiCache puts the id of the node or of the group next. Nodes of an adopted cache
 * may have any.
 */
const automaticNames = ({ adopted }: Origin): string => (adopted === null ? `automatic.${cacheId}-` : "automatic.");

/** ARNs of the snapshots of the cache: automatic ones and those that are named after the stack. */
export const ownSnapshots = (origin: Origin): readonly string[] =>
  [automaticNames(origin), ...namesOfStack].map((name) => snapshotArn(`${name}*`));

/** The snapshots that a restore test may read: by their name, or because somebody tagged them for it. */
export const restorableSnapshots = (origin: Origin): readonly Usable[] => [
  { resources: ownSnapshots(origin) },
  { resources: [anySnapshot], conditions: [hasTag(restorableTag, cacheId)] },
];

/**
 * JSONata over a snapshot, given `$nodes`: it is this cache's. The name of an automatic one may begin as those of another cache do, of
 * `orders` and `orders-eu`; so what it was taken of counts as well.
 */
export const isOwnSnapshot = (topology: Topology, origin: Origin): string =>
  `(${namesOfStack.map(nameBegins).join(" or ")} or ${nameBegins(automaticNames(origin))} and ${topology.isSnapshotOf(cacheId)})`;
