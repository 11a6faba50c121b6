import { execFileSync } from "node:child_process";

/**
 * Calls the aws CLI with the credentials, Region and endpoint of the environment, and answers its JSON.
 *
 * @throws with what the CLI said, when the call fails.
 */
export function aws(...args: readonly string[]): unknown {
  // jest's process.env is a copy, which a child process gets only when it is handed over.
  const text = execFileSync("aws", [...args, ...endpointOf(args[0]), "--output", "json"], {
    encoding: "utf8",
    env: process.env,
  });
  return text === "" ? {} : JSON.parse(text);
}

/** Version 1 of the aws CLI does not read AWS_ENDPOINT_URL for SQS. */
const endpointOf = (service?: string): readonly string[] =>
  service === "sqs" && process.env.AWS_ENDPOINT_URL !== undefined
    ? ["--endpoint-url", process.env.AWS_ENDPOINT_URL]
    : [];

export interface Network {
  readonly vpcId: string;
  readonly cidr: string;
  readonly subnetIds: readonly string[];
}

/** A VPC with a subnet in each of the first two Availability Zones. */
export function createNetwork(): Network {
  const cidr = "10.77.0.0/16";
  const { Vpc } = aws("ec2", "create-vpc", "--cidr-block", cidr) as { Vpc: { VpcId: string } };
  const zones = aws("ec2", "describe-availability-zones") as { AvailabilityZones: { ZoneName: string }[] };
  const subnetIds = zones.AvailabilityZones.slice(0, 2).map(({ ZoneName }, i) => {
    const block = `10.77.${i.toString()}.0/24`;
    const answer = aws(
      ...["ec2", "create-subnet", "--vpc-id", Vpc.VpcId, "--cidr-block", block, "--availability-zone", ZoneName],
    ) as { Subnet: { SubnetId: string } };
    return answer.Subnet.SubnetId;
  });
  return { vpcId: Vpc.VpcId, cidr, subnetIds };
}

export function deleteNetwork({ vpcId, subnetIds }: Network): void {
  for (const subnetId of subnetIds) aws("ec2", "delete-subnet", "--subnet-id", subnetId);
  aws("ec2", "delete-vpc", "--vpc-id", vpcId);
}

export interface Snapshot {
  readonly SnapshotName: string;
  readonly SnapshotSource: "automated" | "manual";
  readonly SnapshotStatus: string;
  readonly CacheClusterId: string;
}
export const snapshots = (): readonly Snapshot[] =>
  (aws("elasticache", "describe-snapshots") as { Snapshots: Snapshot[] }).Snapshots;

/** Names of the account's snapshots, in order. */
export const snapshotNames = (): string[] =>
  snapshots()
    .map(({ SnapshotName }) => SnapshotName)
    .sort();

/** Names of the last backups of an environment's caches. */
export const finalSnapshots = (environment: string): string[] =>
  snapshotNames().filter((name) => name.startsWith(`${environment}-redis-final-`));

/** What the stacks create, by service, without the snapshots that are meant to stay. */
export function inventoryOfAccount(): object {
  const names = (service: string, action: string, list: string, key: string): string[] =>
    ((aws(service, action) as Record<string, Record<string, string>[]>)[list] ?? [])
      .map((item) => item[key] ?? "")
      .sort();
  return {
    replicationGroups: names("elasticache", "describe-replication-groups", "ReplicationGroups", "ReplicationGroupId"),
    nodes: names("elasticache", "describe-cache-clusters", "CacheClusters", "CacheClusterId"),
    subnetGroups: names("elasticache", "describe-cache-subnet-groups", "CacheSubnetGroups", "CacheSubnetGroupName"),
    parameterGroups: names(
      ...([
        "elasticache",
        "describe-cache-parameter-groups",
        "CacheParameterGroups",
        "CacheParameterGroupName",
      ] as const),
    ),
    securityGroups: names("ec2", "describe-security-groups", "SecurityGroups", "GroupName"),
    topics: names("sns", "list-topics", "Topics", "TopicArn"),
    subscriptions: names("sns", "list-subscriptions", "Subscriptions", "Endpoint"),
    logGroups: names("logs", "describe-log-groups", "logGroups", "logGroupName"),
    secrets: names("secretsmanager", "list-secrets", "SecretList", "Name"),
    alarms: names("cloudwatch", "describe-alarms", "MetricAlarms", "AlarmName"),
    dashboards: names("cloudwatch", "list-dashboards", "DashboardEntries", "DashboardName"),
    stateMachines: names("stepfunctions", "list-state-machines", "stateMachines", "name"),
    scheduleGroups: names("scheduler", "list-schedule-groups", "ScheduleGroups", "Name"),
    schedules: names("scheduler", "list-schedules", "Schedules", "Name"),
    queues: [...((aws("sqs", "list-queues") as { QueueUrls?: string[] }).QueueUrls ?? [])].sort(),
    // AWS makes a service-linked role when a service is used for the first time, and it stays.
    roles: names("iam", "list-roles", "Roles", "RoleName").filter((name) => !name.startsWith("AWSServiceRoleFor")),
  };
}
