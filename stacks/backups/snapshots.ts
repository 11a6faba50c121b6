import { cacheId, named } from "../terraform/names";
import { groupArn, snapshotExists } from "../workflows/elasticache-calls";
import { millis, number } from "../workflows/values";

/** ARN of the replication group whose backups are verified. */
export const cacheArn = groupArn(cacheId);

/** JSONata: the nodes of the group that DescribeReplicationGroups answered with. */
export const memberNodes = "[$states.result.ReplicationGroups[0].MemberClusters]";

/** JSONata: when a snapshot was taken, in milliseconds: it is as old as its oldest shard. Nothing while it is still being taken. */
export const snapshotCreated = `$min([${millis("NodeSnapshots.SnapshotCreateTime")}])`;

/**
 * JSONata: a snapshot has the data of every shard. Without shards there is no number of them, and one part.
 *
 * @see https://docs.aws.amazon.com/AmazonElastiCache/latest/APIReference/API_Snapshot.html
 */
export const snapshotIsWhole = `$count([${millis("NodeSnapshots.SnapshotCreateTime")}]) >= ${number("NumNodeGroups")}`;

/** JSONata: a backup that can be restored, now or when it is no longer being restored or copied. */
export const isBackup = `(${snapshotExists} and ${snapshotIsWhole})`;

/** What the names of manual backups begin with; 14 digits follow, so that with the longest name of an environment there are 40 characters. */
export const manualBackupPrefix = named("manual-");

/** The tag of manual backups; its value is the id of the replication group. */
export const manualBackupTag = "ManualBackupOf";
