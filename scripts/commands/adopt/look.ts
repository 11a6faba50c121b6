import { CloudFormationClient } from "@aws-sdk/client-cloudformation";
import { DescribeVpcsCommand, EC2Client } from "@aws-sdk/client-ec2";
import {
  DescribeCacheClustersCommand,
  DescribeCacheSubnetGroupsCommand,
  DescribeServerlessCachesCommand,
  ElastiCacheClient,
  ListTagsForResourceCommand,
  paginateDescribeCacheParameters,
  type CacheCluster,
  type ReplicationGroup,
} from "@aws-sdk/client-elasticache";
import { formationOf } from "./formation";
import type { LiveCluster, LoneNode } from "./live";
import { clientIn, everyOne, Refusal, unlessNotFound } from "../../shared/aws-sdk";
import { findGroup } from "../../shared/elasticache";
import { slotsIn } from "./shards";
import { refuseCluster, refuseGroup } from "./unfit";

export interface LookProps {
  /** Id of a replication group, or of a cache cluster. */
  readonly id: string;
  /** @default - as the AWS SDK finds it: AWS_REGION, or the profile's */
  readonly region?: string;
  /** Receives what is being read. */
  readonly progress: (what: string) => void;
}

/**
 * Looks at a live cluster with calls that read only.
 *
 * @throws Refusal if there is none that can be adopted, or an error of the AWS SDK.
 */
export async function look({ id, region, progress }: LookProps): Promise<LiveCluster | LoneNode> {
  const elasticache = new ElastiCacheClient(clientIn(region));
  const where = await elasticache.config.region();
  progress(`Looking for ${id} in ${where}`);
  let group = await findGroup(elasticache, id);
  if (group === undefined) {
    const cluster = await findCluster(elasticache, id);
    if (cluster === undefined) throw await nothingThere(elasticache, id, where);
    refuseCluster(cluster);
    if (cluster.ReplicationGroupId === undefined)
      return { id: cluster.CacheClusterId ?? id, region: where, tags: await tagsOf(elasticache, cluster.ARN) };
    progress(`${id} is a node of ${cluster.ReplicationGroupId}`);
    group = await findGroup(elasticache, cluster.ReplicationGroupId);
    if (group === undefined) throw await nothingThere(elasticache, cluster.ReplicationGroupId, where);
  }
  refuseGroup(group);
  return describe(elasticache, group, where, progress);
}

async function describe(
  elasticache: ElastiCacheClient,
  group: ReplicationGroup,
  region: string,
  progress: LookProps["progress"],
): Promise<LiveCluster> {
  const shards = group.NodeGroups ?? [];
  const members = shards.flatMap(({ NodeGroupId = "", NodeGroupMembers = [] }) =>
    NodeGroupMembers.map((node) => ({ ...node, shard: NodeGroupId })),
  );
  progress(`Looking at its ${members.length} nodes, tags and parameters`);
  const first = await findCluster(elasticache, group.MemberClusters?.[0] ?? "");
  if (first === undefined)
    throw new Refusal(`${group.ReplicationGroupId ?? ""} has no node. Wait until it has, and adopt it then.`);
  const parameterGroup = first.CacheParameterGroup?.CacheParameterGroupName ?? "";
  return {
    id: group.ReplicationGroupId ?? "",
    region,
    description: group.Description ?? "",
    engine: first.Engine ?? "",
    version: first.EngineVersion ?? "",
    nodeType: group.CacheNodeType ?? "",
    nodes: members.map((node) => ({
      id: node.CacheClusterId ?? "",
      shard: node.shard,
      role: group.ClusterEnabled === true ? null : node.CurrentRole === "primary" ? "primary" : "replica",
      zone: node.PreferredAvailabilityZone ?? "",
    })),
    shards:
      group.ClusterEnabled === true
        ? shards.map(({ NodeGroupId: id = "", Slots = "" }) => ({ id, slots: slotsIn(Slots) }))
        : null,
    port: (group.ConfigurationEndpoint ?? shards[0]?.PrimaryEndpoint)?.Port ?? 6379,
    failover: group.AutomaticFailover === "enabled",
    multiAz: group.MultiAZ === "enabled",
    retentionDays: group.SnapshotRetentionLimit ?? 0,
    backupWindow: group.SnapshotWindow ?? "",
    maintenanceWindow: first.PreferredMaintenanceWindow ?? "",
    encryptedAtRest: group.AtRestEncryptionEnabled ?? false,
    kmsKeyId: group.KmsKeyId ?? null,
    inTransit: group.TransitEncryptionEnabled === true ? (group.TransitEncryptionMode ?? "required") : "disabled",
    auth: group.AuthTokenEnabled === true ? "token" : (group.UserGroupIds ?? []).length > 0 ? "users" : "none",
    userGroupIds: group.UserGroupIds ?? [],
    network: { type: group.NetworkType ?? "ipv4", ipDiscovery: group.IpDiscovery ?? "ipv4" },
    subnetGroup: await subnetGroupOf(elasticache, first, region, progress),
    securityGroupIds: (first.SecurityGroups ?? []).flatMap(({ SecurityGroupId }) => SecurityGroupId ?? []),
    parameterGroup,
    rebootPending: first.CacheParameterGroup?.ParameterApplyStatus === "pending-reboot",
    parameters: await parametersOf(elasticache, parameterGroup),
    logs: logsOf(group),
    topicArn: first.NotificationConfiguration?.TopicArn ?? null,
    autoMinorVersionUpgrade: group.AutoMinorVersionUpgrade ?? first.AutoMinorVersionUpgrade ?? false,
    tags: await tagsOf(elasticache, group.ARN),
    formation: await formationOf(new CloudFormationClient(clientIn(region)), group.ReplicationGroupId ?? ""),
  };
}

const logsOf = ({ LogDeliveryConfigurations = [] }: ReplicationGroup): LiveCluster["logs"] =>
  Object.fromEntries(
    LogDeliveryConfigurations.flatMap(({ LogType, DestinationType, DestinationDetails, LogFormat }) => {
      const destination =
        DestinationDetails?.CloudWatchLogsDetails?.LogGroup ??
        DestinationDetails?.KinesisFirehoseDetails?.DeliveryStream;
      return LogType === undefined || DestinationType === undefined || destination === undefined
        ? []
        : [[LogType, { destinationType: DestinationType, destination, format: LogFormat ?? "json" }]];
    }),
  );

async function subnetGroupOf(
  elasticache: ElastiCacheClient,
  cluster: CacheCluster,
  region: string,
  progress: LookProps["progress"],
): Promise<LiveCluster["subnetGroup"]> {
  const name = cluster.CacheSubnetGroupName;
  if (name === undefined)
    throw new Refusal(
      "The cluster is in no VPC (EC2-Classic), and AWS has ended that. Restore a backup of it into a VPC.",
    );
  progress(`Looking at its network, ${name}`);
  const answer = await elasticache.send(new DescribeCacheSubnetGroupsCommand({ CacheSubnetGroupName: name }));
  const [found] = answer.CacheSubnetGroups ?? [];
  const vpcId = found?.VpcId ?? "";
  const { Vpcs } = await new EC2Client(clientIn(region)).send(new DescribeVpcsCommand({ VpcIds: [vpcId] }));
  return {
    name,
    vpcId,
    vpcCidr: Vpcs?.[0]?.CidrBlock ?? "",
    subnets: (found?.Subnets ?? []).map(({ SubnetIdentifier, SubnetAvailabilityZone }) => ({
      id: SubnetIdentifier ?? "",
      zone: SubnetAvailabilityZone?.Name ?? "",
    })),
  };
}

/** Those that a person has set; a default parameter group cannot be changed. */
async function parametersOf(client: ElastiCacheClient, group: string): Promise<Record<string, string>> {
  if (group.startsWith("default.")) return {};
  const found: Record<string, string> = {};
  const pages = paginateDescribeCacheParameters({ client }, { CacheParameterGroupName: group, Source: "user" });
  for (const { ParameterName, ParameterValue } of await everyOne(pages, ({ Parameters }) => Parameters))
    if (ParameterName !== undefined && ParameterValue !== undefined) found[ParameterName] = ParameterValue;
  return found;
}

async function tagsOf(elasticache: ElastiCacheClient, arn: string | undefined): Promise<Record<string, string>> {
  const { TagList } = await elasticache.send(new ListTagsForResourceCommand({ ResourceName: arn }));
  return Object.fromEntries((TagList ?? []).map(({ Key, Value }) => [Key ?? "", Value ?? ""]));
}

const findCluster = (client: ElastiCacheClient, id: string): Promise<CacheCluster | undefined> =>
  unlessNotFound(async () => {
    const answer = await client.send(new DescribeCacheClustersCommand({ CacheClusterId: id, ShowCacheNodeInfo: true }));
    return answer.CacheClusters?.[0];
  });

async function nothingThere(client: ElastiCacheClient, id: string, region: string): Promise<Refusal> {
  // Without the permission, the answer is that nothing was found, which is true of what can be adopted.
  const answer = await client.send(new DescribeServerlessCachesCommand({})).catch(() => undefined);
  const serverless = answer?.ServerlessCaches?.find(
    ({ ServerlessCacheName }) => ServerlessCacheName === id.toLowerCase(),
  );
  return new Refusal(
    serverless === undefined
      ? `Invalid id ${JSON.stringify(id)}: ${region} has neither a replication group nor a cache cluster with it. List them: aws elasticache describe-replication-groups --region ${region} --query 'ReplicationGroups[].ReplicationGroupId'.`
      : `${id} is a serverless cache, which this project does not deploy. Turn its backups on where it is: aws elasticache modify-serverless-cache --serverless-cache-name ${id} --snapshot-retention-limit 7 --daily-snapshot-time 18:00 --region ${region}.`,
  );
}
