import {
  DescribeReplicationGroupsCommand,
  type DescribeReplicationGroupsCommandOutput,
  ElastiCacheClient,
} from "@aws-sdk/client-elasticache";
import { clientIn, Refusal } from "../../shared/aws-sdk";
import { type Plan, testCachesOrphaned } from "./plan";

/**
 * A restored test cache is none of Terraform's. AWS deletes no security group that one has, and the provider tries for a quarter of an
 * hour, after it has destroyed the rest.
 *
 * @throws Refusal if the plan destroys the security group of a restored cache that still exists.
 */
export async function refuseTestCache(
  plan: Plan,
  { stack, region }: { readonly stack: string; readonly region: string },
  client: Pick<ElastiCacheClient, "send"> = new ElastiCacheClient(clientIn(region)),
): Promise<void> {
  for (const id of testCachesOrphaned(plan)) {
    const { ReplicationGroups: [group] = [] } = await client
      .send(new DescribeReplicationGroupsCommand({ ReplicationGroupId: id }))
      .catch((error: unknown): Partial<DescribeReplicationGroupsCommandOutput> => {
        if (error instanceof Error && error.name === "ReplicationGroupNotFoundFault") return {};
        throw error;
      });
    if (group !== undefined)
      throw new Refusal(
        `${stack} cannot be destroyed: the restored cache ${id} is ${String(group.Status)}, and AWS keeps its security group as long as it exists. It is left by a restore test that is running, was stopped, or was asked to keep it. Wait for the test, or delete it, and destroy ${stack} when it is gone:\n  aws elasticache delete-replication-group --region ${region} --replication-group-id ${id}\nNothing was changed.`,
      );
  }
}
