import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { createSyncFn } from "synckit";
import type { Ask, Clients } from "./aws-worker";

type Input<S extends keyof Clients, A extends keyof Clients[S]> = Clients[S][A] extends (
  input: infer I extends object,
  ...more: never[]
) => unknown
  ? I
  : never;

/**
 * Asks AWS with the credentials, Region and endpoint of the environment, and waits for the answer. Times are texts in it.
 *
 * @throws with what AWS said, when it refuses.
 */
export function aws<S extends keyof Clients, A extends keyof Clients[S] & string>(
  service: S,
  action: A,
  ...[input]: Partial<Input<S, A>> extends Input<S, A> ? [input?: Input<S, A>] : [input: Input<S, A>]
): unknown {
  const { AWS_REGION, AWS_DEFAULT_REGION } = process.env;
  // One thread, made when it is first asked. synckit loads TypeScript by require, which tsx's --import does not reach in a thread.
  const ask = createSyncFn<Ask>(join(__dirname, "aws-worker.ts"), { tsRunner: "tsx", execArgv: ["-r", "tsx/cjs"] });
  const { answer, refusal } = JSON.parse(ask(service, action, input ?? {}, AWS_REGION ?? AWS_DEFAULT_REGION)) as {
    answer: unknown;
    refusal?: string;
  };
  if (refusal !== undefined) throw new Error(`${service} ${action}: ${refusal}`);
  return answer;
}

/**
 * The same through the aws CLI, half a second each: for services that are asked too seldom to install their client.
 *
 * @throws with what the CLI said, when the call fails.
 */
export function awsByCli(...args: readonly string[]): unknown {
  // jest's process.env is a copy, which a child process gets only when it is handed over.
  const text = execFileSync("aws", [...args, "--output", "json"], { encoding: "utf8", env: process.env });
  return text === "" ? {} : JSON.parse(text);
}

export interface Network {
  readonly vpcId: string;
  readonly cidr: string;
  readonly subnetIds: readonly string[];
}

/** A VPC with a subnet in each of the first two Availability Zones. */
export function createNetwork(): Network {
  const cidr = "10.77.0.0/16";
  const { Vpc } = aws("ec2", "createVpc", { CidrBlock: cidr }) as { Vpc: { VpcId: string } };
  const zones = aws("ec2", "describeAvailabilityZones") as { AvailabilityZones: { ZoneName: string }[] };
  const subnetIds = zones.AvailabilityZones.slice(0, 2).map(({ ZoneName }, i) => {
    const block = `10.77.${i.toString()}.0/24`;
    const answer = aws("ec2", "createSubnet", { VpcId: Vpc.VpcId, CidrBlock: block, AvailabilityZone: ZoneName }) as {
      Subnet: { SubnetId: string };
    };
    return answer.Subnet.SubnetId;
  });
  return { vpcId: Vpc.VpcId, cidr, subnetIds };
}

export function deleteNetwork({ vpcId, subnetIds }: Network): void {
  for (const subnetId of subnetIds) aws("ec2", "deleteSubnet", { SubnetId: subnetId });
  aws("ec2", "deleteVpc", { VpcId: vpcId });
}

export interface Snapshot {
  readonly SnapshotName: string;
  readonly SnapshotSource: "automated" | "manual";
  readonly SnapshotStatus: string;
  readonly CacheClusterId: string;
}
export const snapshots = (): readonly Snapshot[] =>
  (aws("elasticache", "describeSnapshots") as { Snapshots: Snapshot[] }).Snapshots;

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
  /** The names in a list of an answer, which leaves out a list that is empty. */
  const names = (answer: unknown, list: string, key: string): string[] =>
    ((answer as Record<string, Record<string, string>[] | undefined>)[list] ?? [])
      .map((item) => item[key] ?? "")
      .sort();
  const topics = names(aws("sns", "listTopics"), "Topics", "TopicArn");
  const { Subscriptions } = aws("sns", "listSubscriptions") as {
    Subscriptions: { TopicArn: string; Endpoint: string }[];
  };
  return {
    replicationGroups: names(
      aws("elasticache", "describeReplicationGroups"),
      "ReplicationGroups",
      "ReplicationGroupId",
    ),
    nodes: names(aws("elasticache", "describeCacheClusters"), "CacheClusters", "CacheClusterId"),
    subnetGroups: names(aws("elasticache", "describeCacheSubnetGroups"), "CacheSubnetGroups", "CacheSubnetGroupName"),
    parameterGroups: names(
      aws("elasticache", "describeCacheParameterGroups"),
      "CacheParameterGroups",
      "CacheParameterGroupName",
    ),
    securityGroups: names(aws("ec2", "describeSecurityGroups"), "SecurityGroups", "GroupName"),
    topics,
    // AWS keeps those that nobody has confirmed for days after their topic is gone.
    subscriptions: Subscriptions.filter(({ TopicArn }) => topics.includes(TopicArn))
      .map(({ Endpoint }) => Endpoint)
      .sort(),
    logGroups: names(aws("logs", "describeLogGroups"), "logGroups", "logGroupName"),
    secrets: names(aws("secretsmanager", "listSecrets"), "SecretList", "Name"),
    alarms: names(aws("cloudwatch", "describeAlarms"), "MetricAlarms", "AlarmName"),
    dashboards: names(aws("cloudwatch", "listDashboards"), "DashboardEntries", "DashboardName"),
    stateMachines: names(aws("stepfunctions", "listStateMachines"), "stateMachines", "name"),
    scheduleGroups: names(aws("scheduler", "listScheduleGroups"), "ScheduleGroups", "Name"),
    schedules: names(aws("scheduler", "listSchedules"), "Schedules", "Name"),
    queues: [...((aws("sqs", "listQueues") as { QueueUrls?: string[] }).QueueUrls ?? [])].sort(),
    // Global, and asked in one of the four Regions that have an endpoint: https://docs.aws.amazon.com/general/latest/gr/chatbot.html
    chatConfigurations: names(
      awsByCli("chatbot", "describe-slack-channel-configurations", "--region", "us-west-2"),
      "SlackChannelConfigurations",
      "ConfigurationName",
    ),
    configRules: names(awsByCli("configservice", "describe-config-rules"), "ConfigRules", "ConfigRuleName"),
    eventRules: names(awsByCli("events", "list-rules"), "Rules", "Name"),
    // AWS makes a service-linked role when a service is used for the first time, and it stays.
    roles: names(aws("iam", "listRoles"), "Roles", "RoleName").filter((name) => !name.startsWith("AWSServiceRoleFor")),
  };
}
