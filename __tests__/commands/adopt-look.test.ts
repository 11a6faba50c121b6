import { CloudFormationClient } from "@aws-sdk/client-cloudformation";
import { EC2Client } from "@aws-sdk/client-ec2";
import { ElastiCacheClient, type CacheCluster, type ReplicationGroup } from "@aws-sdk/client-elasticache";
import type { LiveCluster } from "../../scripts/commands/adopt/live";
import { look } from "../../scripts/commands/adopt/look";
import { operationOf, type Sent } from "../support/as-caller";
import { enumerated, nodeRoles, parameterStatuses } from "../support/aws-values";

// What is read of a live cluster, from what AWS answers. AWS itself: __tests__/e2e/adopt*.test.ts.

const arn = (resource: string): string => `arn:aws:elasticache:ap-northeast-1:123456789012:${resource}`;

const key = "arn:aws:kms:ap-northeast-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab";

/** A group with everything that AWS answers of one, and two nodes. */
const group: ReplicationGroup = {
  ReplicationGroupId: "orders",
  Description: "orders of the shop",
  Status: "available",
  ARN: arn("replicationgroup:orders"),
  MemberClusters: ["orders-001", "orders-002"],
  NodeGroups: [
    {
      NodeGroupId: "0001",
      PrimaryEndpoint: { Address: "orders.example", Port: 6380 },
      NodeGroupMembers: [
        { CacheClusterId: "orders-001", CurrentRole: "replica", PreferredAvailabilityZone: "ap-northeast-1a" },
        { CacheClusterId: "orders-002", CurrentRole: "primary", PreferredAvailabilityZone: "ap-northeast-1c" },
      ],
    },
  ],
  ClusterEnabled: false,
  ClusterMode: "disabled",
  CacheNodeType: "cache.r6g.large",
  AutomaticFailover: "enabled",
  MultiAZ: "enabled",
  SnapshotRetentionLimit: 5,
  SnapshotWindow: "18:00-20:00",
  AtRestEncryptionEnabled: true,
  TransitEncryptionEnabled: true,
  TransitEncryptionMode: "preferred",
  AuthTokenEnabled: false,
  AutoMinorVersionUpgrade: true,
};
const node: CacheCluster = {
  CacheClusterId: "orders-001",
  ReplicationGroupId: "orders",
  CacheClusterStatus: "available",
  ARN: arn("cluster:orders-001"),
  Engine: "valkey",
  EngineVersion: "8.0.1",
  PreferredMaintenanceWindow: "sat:20:00-sat:22:00",
  CacheSubnetGroupName: "orders-subnets",
  CacheParameterGroup: { CacheParameterGroupName: "orders-parameters", ParameterApplyStatus: "in-sync" },
  SecurityGroups: [
    { SecurityGroupId: "sg-1", Status: "active" },
    { SecurityGroupId: "sg-2", Status: "active" },
  ],
};
const shards: Partial<ReplicationGroup> = {
  ClusterEnabled: true,
  ClusterMode: "enabled",
  ConfigurationEndpoint: { Address: "orders.example", Port: 6390 },
  NodeGroups: ["0001", "0003"].map((id, i) => ({
    NodeGroupId: id,
    Slots: i === 0 ? "0-8191" : "8192-16383",
    NodeGroupMembers: [{ CacheClusterId: `orders-${id}-001`, PreferredAvailabilityZone: "ap-northeast-1a" }],
  })),
};

interface There {
  readonly groups?: readonly ReplicationGroup[];
  readonly nodes?: readonly CacheCluster[];
  readonly tags?: Readonly<Record<string, Readonly<Record<string, string>>>>;
  /** Pages of the parameters that a person has set. */
  readonly parameters?: readonly (readonly object[])[];
  readonly serverless?: readonly string[] | Error;
}

const notFound = (what: string): never => {
  throw Object.assign(new Error(what), { name: `${what}NotFoundFault` });
};

/** What AWS answers, by operation. */
const answers = ({ groups = [group], nodes = [node], tags = {}, parameters = [], serverless = [] }: There) => {
  const all: Readonly<Record<string, (input: Readonly<Record<string, string>>) => object>> = {
    DescribeReplicationGroups: ({ ReplicationGroupId: id }) => {
      const found = groups.filter(({ ReplicationGroupId }) => ReplicationGroupId === id?.toLowerCase());
      return found.length > 0 ? { ReplicationGroups: found } : notFound("ReplicationGroup");
    },
    DescribeCacheClusters: ({ CacheClusterId: id }) => {
      const found = nodes.filter(({ CacheClusterId }) => CacheClusterId === id?.toLowerCase());
      return found.length > 0 ? { CacheClusters: found } : notFound("CacheCluster");
    },
    DescribeCacheSubnetGroups: ({ CacheSubnetGroupName: name = "" }) => ({
      CacheSubnetGroups: [
        {
          CacheSubnetGroupName: name,
          VpcId: `vpc-of-${name}`,
          Subnets: ["a", "c"].map((zone) => ({
            SubnetIdentifier: `subnet-${zone}`,
            SubnetAvailabilityZone: { Name: `ap-northeast-1${zone}` },
          })),
        },
      ],
    }),
    DescribeVpcs: ({ VpcIds }) => ({ Vpcs: [{ VpcId: VpcIds?.[0], CidrBlock: "10.0.0.0/16" }] }),
    DescribeCacheParameters: ({ CacheParameterGroupName: name, Source, Marker = "0" }) => {
      if (name !== "orders-parameters" || Source !== "user") throw new Error(`Parameters of ${String(name)}`);
      const next = Number(Marker) + 1;
      return {
        Parameters: parameters[Number(Marker)] ?? [],
        ...(next < parameters.length && { Marker: String(next) }),
      };
    },
    ListTagsForResource: ({ ResourceName = "" }) => ({
      TagList: Object.entries(tags[ResourceName] ?? {}).map(([Key, Value]) => ({ Key, Value })),
    }),
    DescribeStackResources: () => ({
      StackResources: [
        { StackName: "shop", ResourceType: "AWS::ElastiCache::ReplicationGroup", PhysicalResourceId: "orders" },
      ],
    }),
    DescribeServerlessCaches: () => {
      if (serverless instanceof Error) throw serverless;
      return { ServerlessCaches: serverless.map((ServerlessCacheName) => ({ ServerlessCacheName })) };
    },
  };
  return (command: Sent): Promise<object> => {
    const answer = all[operationOf(command)];
    if (answer === undefined) return Promise.reject(new Error(`Only this reads: ${operationOf(command)}`));
    return new Promise((resolve) => {
      resolve(answer(command.input as Readonly<Record<string, string>>));
    });
  };
};

const progress: string[] = [];

beforeEach(() => {
  progress.length = 0;
});

afterEach(() => {
  jest.restoreAllMocks();
});

const looked = (id: string, there: There = {}) => {
  for (const client of [ElastiCacheClient, EC2Client, CloudFormationClient])
    jest.spyOn(client.prototype, "send").mockImplementation(answers(there) as never);
  return look({ id, region: "ap-northeast-1", progress: (what) => void progress.push(what) });
};
/** What is found of the group, or of its first node, with these differences. */
const found = (
  of: Partial<ReplicationGroup>,
  ofNode: Partial<CacheCluster> = {},
  there: There = {},
): Promise<LiveCluster> =>
  looked("orders", {
    ...there,
    groups: [{ ...group, ...of }],
    nodes: [{ ...node, ...ofNode }],
  }) as Promise<LiveCluster>;

test("everything about a cluster that adopting it depends on is read", async () => {
  const tags = { [group.ARN ?? ""]: { Team: "orders" }, [node.ARN ?? ""]: { Team: "of the node" } };
  await expect(looked("orders", { tags })).resolves.toEqual({
    id: "orders",
    region: "ap-northeast-1",
    description: "orders of the shop",
    engine: "valkey",
    version: "8.0.1",
    nodeType: "cache.r6g.large",
    nodes: [
      { id: "orders-001", shard: "0001", role: "replica", zone: "ap-northeast-1a" },
      { id: "orders-002", shard: "0001", role: "primary", zone: "ap-northeast-1c" },
    ],
    shards: null,
    port: 6380,
    failover: true,
    multiAz: true,
    retentionDays: 5,
    backupWindow: "18:00-20:00",
    maintenanceWindow: "sat:20:00-sat:22:00",
    encryptedAtRest: true,
    kmsKeyId: null,
    inTransit: "preferred",
    auth: "none",
    userGroupIds: [],
    network: { type: "ipv4", ipDiscovery: "ipv4" },
    subnetGroup: {
      name: "orders-subnets",
      vpcId: "vpc-of-orders-subnets",
      vpcCidr: "10.0.0.0/16",
      subnets: [
        { id: "subnet-a", zone: "ap-northeast-1a" },
        { id: "subnet-c", zone: "ap-northeast-1c" },
      ],
    },
    securityGroupIds: ["sg-1", "sg-2"],
    parameterGroup: "orders-parameters",
    rebootPending: false,
    parameters: {},
    logs: {},
    topicArn: null,
    autoMinorVersionUpgrade: true,
    tags: { Team: "orders" },
    formation: "shop",
  });
  expect(progress).toEqual([
    "Looking for orders in ap-northeast-1",
    "Looking at its 2 nodes, tags and parameters",
    "Looking at its network, orders-subnets",
  ]);
});

const log = (LogType: "slow-log" | "engine-log", more: object): object => ({ LogType, ...more });

test.each<[string, Partial<ReplicationGroup>, Partial<CacheCluster>, Partial<LiveCluster>]>([
  [
    "no failover, nor Multi-AZ",
    { AutomaticFailover: "disabled", MultiAZ: "disabled" },
    {},
    { failover: false, multiAz: false },
  ],
  ["failover that is being switched on", { AutomaticFailover: "enabling" }, {}, { failover: false }],
  ["no backups", { SnapshotRetentionLimit: 0 }, {}, { retentionDays: 0 }],
  ["no backups where AWS says nothing of them", { SnapshotRetentionLimit: undefined }, {}, { retentionDays: 0 }],
  [
    "no encryption at rest where AWS says nothing of it",
    { AtRestEncryptionEnabled: undefined },
    {},
    { encryptedAtRest: false },
  ],
  [
    "minor versions by hand where AWS says nothing of them",
    { AutoMinorVersionUpgrade: undefined },
    {},
    { autoMinorVersionUpgrade: false },
  ],
  ["the port of Redis where AWS says none", { NodeGroups: [{ NodeGroupId: "0001" }] }, {}, { port: 6379 }],
  [
    "no encryption",
    { AtRestEncryptionEnabled: false, TransitEncryptionEnabled: false, TransitEncryptionMode: undefined },
    {},
    { encryptedAtRest: false, inTransit: "disabled" },
  ],
  ["TLS of a version without modes", { TransitEncryptionMode: undefined }, {}, { inTransit: "required" }],
  ["a key of the customer", { KmsKeyId: key }, {}, { kmsKeyId: key }],
  ["an AUTH token", { AuthTokenEnabled: true }, {}, { auth: "token", userGroupIds: [] }],
  ["users", { UserGroupIds: ["app"] }, {}, { auth: "users", userGroupIds: ["app"] }],
  [
    "IPv6 beside IPv4",
    { NetworkType: "dual_stack", IpDiscovery: "ipv6" },
    {},
    { network: { type: "dual_stack", ipDiscovery: "ipv6" } },
  ],
  [
    "a changed parameter that waits for a reboot",
    {},
    { CacheParameterGroup: { CacheParameterGroupName: "orders-parameters", ParameterApplyStatus: "pending-reboot" } },
    { rebootPending: true },
  ],
  [
    "a parameter group that nobody can change",
    {},
    { CacheParameterGroup: { CacheParameterGroupName: "default.redis7" } },
    { parameterGroup: "default.redis7", parameters: {} },
  ],
  [
    "a topic",
    {},
    { NotificationConfiguration: { TopicArn: "arn:aws:sns:topic", TopicStatus: "active" } },
    { topicArn: "arn:aws:sns:topic" },
  ],
  [
    "minor versions by hand",
    { AutoMinorVersionUpgrade: undefined },
    { AutoMinorVersionUpgrade: false },
    { autoMinorVersionUpgrade: false },
  ],
  [
    "minor versions that only the node says",
    { AutoMinorVersionUpgrade: undefined },
    { AutoMinorVersionUpgrade: true },
    { autoMinorVersionUpgrade: true },
  ],
  [
    "shards, whose nodes have no roles that AWS says",
    shards,
    {},
    {
      nodes: [
        { id: "orders-0001-001", shard: "0001", role: null, zone: "ap-northeast-1a" },
        { id: "orders-0003-001", shard: "0003", role: null, zone: "ap-northeast-1a" },
      ],
      shards: [
        { id: "0001", slots: 8192 },
        { id: "0003", slots: 8192 },
      ],
      port: 6390,
    },
  ],
  [
    "logs, each with where it goes",
    {
      LogDeliveryConfigurations: [
        log("slow-log", {
          DestinationType: "kinesis-firehose",
          DestinationDetails: { KinesisFirehoseDetails: { DeliveryStream: "slow" } },
          LogFormat: "text",
        }),
        log("engine-log", {
          DestinationType: "cloudwatch-logs",
          DestinationDetails: { CloudWatchLogsDetails: { LogGroup: "/engine" } },
        }),
      ],
    },
    {},
    {
      logs: {
        "slow-log": { destinationType: "kinesis-firehose", destination: "slow", format: "text" },
        "engine-log": { destinationType: "cloudwatch-logs", destination: "/engine", format: "json" },
      },
    },
  ],
  [
    "logs of which AWS does not say everything, which cannot be kept",
    {
      LogDeliveryConfigurations: [
        log("slow-log", { DestinationDetails: { CloudWatchLogsDetails: { LogGroup: "/slow" } } }),
        log("engine-log", { DestinationType: "cloudwatch-logs" }),
        { DestinationType: "cloudwatch-logs", DestinationDetails: { CloudWatchLogsDetails: { LogGroup: "/none" } } },
      ],
    },
    {},
    { logs: {} },
  ],
])("a cluster is found with %s", async (_what, of, ofNode, expected) => {
  const live = await found(of, ofNode);
  expect(Object.fromEntries(Object.keys(expected).map((key) => [key, live[key as keyof LiveCluster]]))).toEqual(
    expected,
  );
});

const [shard] = group.NodeGroups ?? [];

test.each<[string, readonly string[], (value: string) => Promise<LiveCluster>, (live: LiveCluster) => unknown, object]>(
  [
    [
      "failover",
      enumerated("elasticache", "AutomaticFailoverStatus"),
      (AutomaticFailover) => found({ AutomaticFailover } as Partial<ReplicationGroup>),
      ({ failover }) => failover,
      { enabled: true },
    ],
    [
      "zones",
      enumerated("elasticache", "MultiAZStatus"),
      (MultiAZ) => found({ MultiAZ } as Partial<ReplicationGroup>),
      ({ multiAz }) => multiAz,
      { enabled: true },
    ],
    [
      "parameters that wait for a reboot",
      parameterStatuses,
      (ParameterApplyStatus) =>
        found({}, { CacheParameterGroup: { CacheParameterGroupName: "orders-parameters", ParameterApplyStatus } }),
      ({ rebootPending }) => rebootPending,
      { "pending-reboot": true },
    ],
    [
      "the role of a node",
      nodeRoles,
      (CurrentRole) =>
        found({ NodeGroups: [{ ...shard, NodeGroupMembers: [{ CacheClusterId: "one", CurrentRole }] }] }),
      ({ nodes }) => nodes[0]?.role === "primary",
      { primary: true },
    ],
  ],
)("of %s, each value of AWS is read as it must", async (_what, values, look, read, expected) => {
  const all: [string, unknown][] = [];
  for (const value of values) all.push([value, read(await look(value))]);
  const others = Object.fromEntries(values.map((value) => [value, false]));
  expect(Object.fromEntries(all)).toEqual({ ...others, ...expected });
});

test("the parameters that a person has set are found on every page of them", async () => {
  const parameters = [
    [
      { ParameterName: "timeout", ParameterValue: "300" },
      { ParameterName: "without-value" },
      { ParameterValue: "nameless" },
    ],
    [{ ParameterName: "maxmemory-policy", ParameterValue: "noeviction" }],
  ];
  const { parameters: read } = await found({}, {}, { parameters });
  expect(read).toEqual({ timeout: "300", "maxmemory-policy": "noeviction" });
});

test("the id of a node finds the cluster that it belongs to", async () => {
  await expect(looked("orders-001")).resolves.toMatchObject({ id: "orders" });
  expect(progress.slice(0, 2)).toEqual(["Looking for orders-001 in ap-northeast-1", "orders-001 is a node of orders"]);
});

test("a node of no replication group is found by itself, with its tags", async () => {
  const lone = { ...node, CacheClusterId: "lone", ReplicationGroupId: undefined, ARN: arn("cluster:lone") };
  const there = { nodes: [lone], tags: { [lone.ARN]: { Team: "flags" } } };
  // AWS takes an id in capitals, too.
  for (const id of ["lone", "LONE"])
    await expect(looked(id, there)).resolves.toEqual({
      id: "lone",
      region: "ap-northeast-1",
      tags: { Team: "flags" },
    });
});

const nothing =
  /^Invalid id "orders": ap-northeast-1 has neither a replication group nor a cache cluster with it\. List them: .*--region ap-northeast-1 /;

test.each<[string, string, There, RegExp]>([
  ["an id that nothing has", "orders", { groups: [], nodes: [] }, nothing],
  [
    "an id that nothing has, where serverless caches may not be listed",
    "orders",
    { groups: [], nodes: [], serverless: Object.assign(new Error("no"), { name: "AccessDenied" }) },
    nothing,
  ],
  [
    "an id beside other serverless caches",
    "orders",
    { groups: [], nodes: [], serverless: ["users", "orders-2"] },
    nothing,
  ],
  [
    "a serverless cache, in whatever case",
    "Orders",
    { groups: [], nodes: [], serverless: ["users", "orders"] },
    /^Orders is a serverless cache, .* modify-serverless-cache --serverless-cache-name Orders .*--region ap-northeast-1\.$/,
  ],
  ["a node whose group has just been deleted", "orders-001", { groups: [] }, nothing],
  [
    "a node that is not available",
    "orders-001",
    { groups: [], nodes: [{ ...node, CacheClusterStatus: "deleting" }] },
    /^orders-001 is deleting, /,
  ],
  [
    "a group that is not available",
    "orders",
    { groups: [{ ...group, Status: "modifying" }] },
    /^orders is modifying, /,
  ],
  [
    "a group without nodes",
    "orders",
    { groups: [{ ...group, MemberClusters: [] }] },
    /^orders has no node\. Wait until it has, /,
  ],
  [
    "a cluster outside of any VPC",
    "orders",
    { nodes: [{ ...node, CacheSubnetGroupName: undefined }] },
    /^The cluster is in no VPC \(EC2-Classic\).* into a VPC\.$/,
  ],
])("%s is refused, with what to do", async (_what, id, there, message) => {
  await expect(looked(id, there)).rejects.toThrow(message);
});

test("an error of AWS is not taken for a cluster that is not there", async () => {
  jest
    .spyOn(ElastiCacheClient.prototype, "send")
    .mockImplementation(() => Promise.reject(Object.assign(new Error("slow down"), { name: "Throttling" })) as never);
  await expect(look({ id: "orders", region: "ap-northeast-1", progress: () => undefined })).rejects.toThrow(
    "slow down",
  );
});
