import { recover } from "../../../scripts/commands/recover/recover";
import { deploy } from "../../../scripts/commands/deploy/deploy";
import { planOf } from "../../../scripts/commands/adopt/plan";
import type { Stack } from "../../../scripts/shared/synthesize";
import { finalSnapshotName } from "../../../stacks/terraform/names";
import type { Asked } from "../../support/asked";
import { notFound, region, written, type Row } from "./row";

const id = "prod-redis-cluster";
const hex = "1a2b3c4d";
const secretArn = `arn:aws:secretsmanager:${region.stack}:123456789012:secret:prod-redis-auth-token-AbCdEf`;

const created = (address: string, after: object) => {
  const [type = "", name = ""] = address.replace(/\[.*/, "").split(".");
  return {
    ...{ address, mode: "managed", type, name, provider_name: "" },
    change: { actions: ["create"], before: null, after },
  };
};

/** Everything that a command looks for by asking AWS itself. */
const plan = (more: readonly object[] = []): string =>
  JSON.stringify({
    variables: {},
    resource_changes: [
      created("aws_security_group.redis", { name: "prod-redis-sg", vpc_id: "vpc-1" }),
      created("aws_vpc_security_group_ingress_rule.redis", { from_port: 6379, cidr_ipv4: "10.0.0.0/16" }),
      created("aws_secretsmanager_secret.redis_auth[0]", { name_prefix: "prod-redis-auth-token-" }),
      created("aws_secretsmanager_secret_version.redis_auth[0]", {}),
      ...more,
    ],
    planned_values: { outputs: { recovered_name: { value: "prod-redis" } }, root_module: { resources: [] } },
    prior_state: {
      values: {
        root_module: {
          resources: [
            { address: "data.aws_caller_identity.current", values: { account_id: "123456789012" } },
            { address: "data.aws_partition.current", values: { partition: "aws" } },
          ],
        },
      },
    },
  });
const answers = {
  ListSecrets: () => ({
    SecretList: [
      {
        ...{ Name: "prod-redis-auth-token-1", ARN: secretArn, CreatedDate: new Date() },
        Tags: [{ Key: "RedisBackupStack", Value: "redis-prod" }],
      },
    ],
  }),
  ListSecretVersionIds: () => ({ Versions: [{ VersionId: "v", VersionStages: ["AWSCURRENT"] }] }),
  DescribeSecurityGroups: () => ({ SecurityGroups: [{ GroupId: "sg-1" }] }),
  DescribeSecurityGroupRules: () => ({ SecurityGroupRules: [] }),
};
const secrets: Asked = [
  region.stack,
  "ListSecrets",
  { Filters: [{ Key: "name", Values: ["prod-redis-auth-token-"] }] },
];
/** What looking for everything in `plan` asks. */
const lookedUp: readonly Asked[] = [
  secrets,
  secrets,
  [
    region.stack,
    "DescribeSecurityGroups",
    {
      Filters: [
        { Name: "group-name", Values: ["prod-redis-sg"] },
        { Name: "vpc-id", Values: ["vpc-1"] },
      ],
    },
  ],
  [region.stack, "DescribeSecurityGroupRules", { Filters: [{ Name: "group-id", Values: ["sg-1"] }] }],
  [region.stack, "ListSecretVersionIds", { SecretId: secretArn }],
];

const state = (resources: readonly (readonly [type: string, name: string, attributes: object])[]): string =>
  JSON.stringify({
    ...{ version: 4, lineage: "l", serial: 1 },
    resources: resources.map(([type, name, attributes]) => ({
      ...{ mode: "managed", type, name, provider: "p" },
      instances: [{ schema_version: 1, attributes }],
    })),
  });
const access: Asked = [region.stack, "DescribeReplicationGroups", { MaxRecords: 20 }];
const group: Asked = [region.stack, "DescribeReplicationGroups", { ReplicationGroupId: id }];
const incarnation = ["random_id", "redis_final_snapshot", { hex }] as const;

export const rows: readonly Row[] = [
  {
    what: "a recovery, when the state has the cache",
    terraform: {
      "state pull": state([
        ["aws_elasticache_replication_group", "redis", { replication_group_id: id, id }],
        incarnation,
      ]),
      show: plan(),
    },
    answers: {
      ...answers,
      DescribeReplicationGroups: () => ({ ReplicationGroups: [{ Status: "available" }] }),
      DescribeSnapshots: notFound("Snapshot"),
    },
    act: () => recover({ stack: "redis-prod", values: [], yes: true }),
    asked: [
      access,
      ...lookedUp,
      group,
      [region.stack, "DescribeSnapshots", { SnapshotName: finalSnapshotName("prod-redis", hex) }],
      // Before it is imported, AWS is done with it.
      group,
    ],
  },
  {
    what: "a recovery, when AWS may have the cache",
    terraform: {
      "state pull": state([]),
      show: plan([created("aws_elasticache_replication_group.redis", { replication_group_id: id })]),
    },
    answers: {
      ...answers,
      DescribeReplicationGroups: ({ ReplicationGroupId }) =>
        ReplicationGroupId === undefined ? {} : { ReplicationGroups: [{ Status: "available" }] },
    },
    act: () => recover({ stack: "redis-prod", values: [], yes: true }),
    asked: [access, ...lookedUp, group],
  },
  {
    what: "a first deploy, of names that are taken",
    terraform: { show: plan() },
    answers,
    act: () => deploy({ stack: "redis-prod", values: [], autoApprove: true }, "deploy"),
    error: /^AWS already has a resource with a name that redis-prod would use/,
    asked: lookedUp,
  },
  {
    what: "the plan of an adoption",
    terraform: { show: plan() },
    answers,
    act: () => planOf("redis-prod", written as unknown as Stack, {}),
    asked: lookedUp,
  },
];
