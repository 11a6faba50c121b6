import {
  DescribeReplicationGroupsCommand,
  DescribeSnapshotsCommand,
  type ElastiCacheClient,
  type ReplicationGroup,
  type Snapshot,
} from "@aws-sdk/client-elasticache";
import { unlessNotFound } from "./aws-sdk";

/**
 * Statuses of a replication group that AWS could not create. It has no data, and never becomes available.
 *
 * @see https://docs.aws.amazon.com/AmazonElastiCache/latest/APIReference/API_ReplicationGroup.html Status
 */
const failedStatuses: readonly (string | undefined)[] = ["create-failed", "restore-failed"];

export const hasFailed = (status: string | undefined): boolean => failedStatuses.includes(status);

/** What to do about a replication group that AWS could not create. */
export const adviceIfFailed = (id: string): string =>
  `AWS could not create it, so it has no data and never becomes available. The reason is in its events (aws elasticache describe-events --source-type replication-group --source-identifier ${id} --duration 1440). Delete it (aws elasticache delete-replication-group --replication-group-id ${id}), and wait until it is gone (aws elasticache wait replication-group-deleted --replication-group-id ${id})`;

export const findGroup = (client: ElastiCacheClient, id: string): Promise<ReplicationGroup | undefined> =>
  unlessNotFound(async () => {
    const answer = await client.send(new DescribeReplicationGroupsCommand({ ReplicationGroupId: id }));
    return answer.ReplicationGroups?.[0];
  });

export const findSnapshot = (client: ElastiCacheClient, name: string): Promise<Snapshot | undefined> =>
  unlessNotFound(async () => {
    const answer = await client.send(new DescribeSnapshotsCommand({ SnapshotName: name }));
    return answer.Snapshots?.[0];
  });
