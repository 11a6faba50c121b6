import {
  CreateSecurityGroupCommand,
  DeleteSecurityGroupCommand,
  DescribeSecurityGroupsCommand,
  type EC2Client,
  type SecurityGroup,
} from "@aws-sdk/client-ec2";
import {
  CreateCacheSubnetGroupCommand,
  DeleteCacheSubnetGroupCommand,
  DescribeCacheSubnetGroupsCommand,
  type ElastiCacheClient,
  ListTagsForResourceCommand,
} from "@aws-sdk/client-elasticache";
import { Refusal, unlessNotFound } from "../../../shared/aws-sdk";
import { until } from "../../../shared/wait";
import { descriptionOf, tagsOf, type TemporaryProps } from "./temporary";
import { temporaryName, temporaryTag } from "./temporary-names";

export interface PlaceProps extends TemporaryProps {
  readonly ec2: Pick<EC2Client, "send">;
  readonly vpc: string;
  readonly subnets: readonly string[];
}

/**
 * Where the temporary cache is: in the subnets of the stack's values, which has no subnet group yet when its Region is new, and in a
 * security group that lets nobody in.
 */
export class Place {
  private readonly client: ElastiCacheClient;
  private readonly ec2: EC2Client;
  private readonly name: string;

  constructor(private readonly props: PlaceProps) {
    this.client = props.client as ElastiCacheClient;
    this.ec2 = props.ec2 as EC2Client;
    this.name = temporaryName(props.planned);
  }

  /** Creates both; what a run that was stopped has left is deleted first, since its values may have been others. */
  public async create(): Promise<{ readonly subnetGroup: string; readonly securityGroup: string }> {
    await this.remove();
    const { planned, backup, vpc, subnets } = this.props;
    const Description = descriptionOf(backup);
    const Tags = tagsOf({ planned, backup }, this.name);
    await this.client.send(
      new CreateCacheSubnetGroupCommand({
        CacheSubnetGroupName: this.name,
        CacheSubnetGroupDescription: Description,
        SubnetIds: [...subnets],
        Tags,
      }),
    );
    const { GroupId = "" } = await this.ec2.send(
      new CreateSecurityGroupCommand({
        GroupName: this.name,
        Description,
        VpcId: vpc,
        TagSpecifications: [{ ResourceType: "security-group", Tags }],
      }),
    );
    return { subnetGroup: this.name, securityGroup: GroupId };
  }

  /** Deletes what there is of both. @throws Refusal if it is somebody else's. */
  public async remove(): Promise<void> {
    const { sleep } = this.props;
    const subnetGroup = await unlessNotFound(async () => {
      const answer = await this.client.send(new DescribeCacheSubnetGroupsCommand({ CacheSubnetGroupName: this.name }));
      return answer.CacheSubnetGroups?.[0];
    });
    if (subnetGroup !== undefined) {
      const { TagList } = await this.client.send(new ListTagsForResourceCommand({ ResourceName: subnetGroup.ARN }));
      this.refuseForeign("subnet group", TagList);
      await this.client.send(new DeleteCacheSubnetGroupCommand({ CacheSubnetGroupName: this.name }));
    }
    for (const { GroupId, Tags } of await this.securityGroups()) {
      this.refuseForeign("security group", Tags);
      // The interfaces of a cache that was deleted stay for a moment.
      await until(
        `the deletion of the security group ${this.name}`,
        async () => {
          try {
            await this.ec2.send(new DeleteSecurityGroupCommand({ GroupId }));
            return true;
          } catch (error) {
            if (error instanceof Error && error.name === "DependencyViolation") return undefined;
            throw error;
          }
        },
        sleep,
      );
    }
  }

  private async securityGroups(): Promise<SecurityGroup[]> {
    const { SecurityGroups = [] } = await this.ec2.send(
      new DescribeSecurityGroupsCommand({
        Filters: [
          { Name: "group-name", Values: [this.name] },
          { Name: "vpc-id", Values: [this.props.vpc] },
        ],
      }),
    );
    return SecurityGroups;
  }

  private refuseForeign(what: string, tags: readonly { readonly Key?: string; readonly Value?: string }[] = []): void {
    if (!tags.some(({ Key, Value }) => Key === temporaryTag && Value === this.props.planned.replicationGroupId))
      throw new Refusal(
        `The name ${this.name} is taken by a ${what} that no restore of this stack has created. Rename or delete it, and run the command again.`,
      );
  }
}
