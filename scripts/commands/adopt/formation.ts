import { DescribeStackResourcesCommand, type CloudFormationClient } from "@aws-sdk/client-cloudformation";
import { isDenied } from "../../shared/aws-sdk";

/**
 * The CloudFormation stack that a replication group belongs to. Its tags do not tell: CloudFormation does not pass `aws:cloudformation:…`
 * on to replication groups.
 *
 * @returns null if it belongs to none, undefined if the credentials may not ask
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_DescribeStackResources.html (PhysicalResourceId)
 */
export async function formationOf(
  client: Pick<CloudFormationClient, "send">,
  id: string,
): Promise<string | null | undefined> {
  try {
    const { StackResources = [] } = await client.send(new DescribeStackResourcesCommand({ PhysicalResourceId: id }));
    // Other types of resource may have the same id.
    const found = StackResources.find(
      ({ PhysicalResourceId, ResourceType }) =>
        PhysicalResourceId === id && ResourceType === "AWS::ElastiCache::ReplicationGroup",
    );
    return found?.StackName ?? null;
  } catch (error) {
    if (isDenied(error)) return undefined;
    // "Stack for <id> does not exist"
    if (error instanceof Error && error.name === "ValidationError") return null;
    throw error;
  }
}
