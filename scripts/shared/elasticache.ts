import {
  DescribeReplicationGroupsCommand,
  DescribeSnapshotsCommand,
  type ElastiCacheClient,
  type ReplicationGroup,
  type Snapshot,
} from "@aws-sdk/client-elasticache";
import { unlessNotFound } from "./aws-sdk";

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
