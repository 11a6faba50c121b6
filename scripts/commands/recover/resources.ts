import {
  paginateDescribeSecurityGroupRules,
  paginateDescribeSecurityGroups,
  type EC2Client,
} from "@aws-sdk/client-ec2";
import {
  paginateListSecrets,
  paginateListSecretVersionIds,
  type SecretsManagerClient,
} from "@aws-sdk/client-secrets-manager";
import { everyOne } from "../../shared/aws-sdk";
import { isOf } from "./ownership";

export type Values = Readonly<Record<string, unknown>>;

export interface Account {
  readonly stack: string;
  readonly account: string;
  readonly partition: string;
  readonly region: string;
  readonly ec2: EC2Client;
  readonly secrets: SecretsManagerClient;
  /** The id of another resource of the stack, by its address: of the state, or found in AWS. */
  readonly idOf: (address: string) => Promise<string | undefined>;
}

/**
 * The ID that Terraform imports a resource by, derived from what a plan would create; undefined if it cannot be derived. Whether AWS has the
 * resource is known only after the import.
 */
type Finder = (planned: Values, account: Account) => string | undefined | Promise<string | undefined>;

/** Created again without harm: the sentence says why. */
interface NothingToFind {
  readonly because: string;
}

const named =
  (attribute: string): Finder =>
  (planned) =>
    text(planned[attribute]);

const arn =
  (service: string, resource: (name: string) => string): Finder =>
  (planned, { partition, region, account }) => {
    const name = text(planned.name);
    return name && `arn:${partition}:${service}:${region}:${account}:${resource(name)}`;
  };

const overwritten: NothingToFind = {
  because: "AWS takes a second one as a change of the first, and it goes with what it belongs to.",
};
const madeByTerraform: NothingToFind = { because: "It is in the state and nowhere else." };

/** How each type of resource in the stacks is found in AWS. A test fails when a stack has a type that is not here. */
export const resources: Readonly<Record<string, Finder | NothingToFind>> = {
  aws_chatbot_slack_channel_configuration: ({ configuration_name: name }, { partition, account }) =>
    text(name) && `arn:${partition}:chatbot::${account}:chat-configuration/slack-channel/${text(name) ?? ""}`,
  aws_cloudtrail: arn("cloudtrail", (name) => `trail/${name}`),
  aws_cloudwatch_composite_alarm: named("alarm_name"),
  aws_cloudwatch_dashboard: named("dashboard_name"),
  aws_cloudwatch_event_rule: named("name"),
  aws_cloudwatch_event_target: joined("/", "rule", "target_id"),
  aws_cloudwatch_log_group: named("name"),
  aws_cloudwatch_metric_alarm: named("alarm_name"),
  aws_config_config_rule: named("name"),
  aws_elasticache_parameter_group: named("name"),
  aws_elasticache_replication_group: named("replication_group_id"),
  aws_elasticache_subnet_group: named("name"),
  aws_iam_role: named("name"),
  aws_iam_role_policy: joined(":", "role", "name"),
  aws_s3_bucket: named("bucket"),
  aws_s3_bucket_lifecycle_configuration: overwritten,
  aws_s3_bucket_notification: overwritten,
  aws_s3_bucket_object_lock_configuration: overwritten,
  aws_s3_bucket_ownership_controls: overwritten,
  aws_s3_bucket_policy: overwritten,
  aws_s3_bucket_public_access_block: overwritten,
  aws_s3_bucket_replication_configuration: overwritten,
  aws_s3_bucket_server_side_encryption_configuration: overwritten,
  aws_s3_bucket_versioning: overwritten,
  aws_scheduler_schedule_group: named("name"),
  aws_scheduler_schedule: ({ group_name: group, name }) =>
    text(name) && `${text(group) ?? "default"}/${text(name) ?? ""}`,
  aws_secretsmanager_secret: secret,
  aws_secretsmanager_secret_policy: overwritten,
  aws_secretsmanager_secret_version: secretVersion,
  aws_security_group: securityGroup,
  aws_sfn_state_machine: arn("states", (name) => `stateMachine:${name}`),
  aws_sns_topic: arn("sns", (name) => name),
  aws_sns_topic_policy: overwritten,
  aws_sns_topic_subscription: { because: "AWS answers with the subscription that the address has." },
  aws_sqs_queue: ({ name }, { partition, region, account }) =>
    text(name) &&
    `https://sqs.${region}.amazonaws.com${partition === "aws-cn" ? ".cn" : ""}/${account}/${text(name) ?? ""}`,
  aws_sqs_queue_policy: overwritten,
  aws_vpc_security_group_ingress_rule: ingressRule,
  random_id: madeByTerraform,
  random_password: { because: "The secret has it; see token.ts." },
  terraform_data: madeByTerraform,
};

function joined(separator: string, ...attributes: readonly string[]): Finder {
  return (planned) => {
    const parts = attributes.map((attribute) => text(planned[attribute]));
    return parts.includes(undefined) ? undefined : parts.join(separator);
  };
}

function text(value: unknown): string | undefined {
  return typeof value === "string" && value !== "" ? value : undefined;
}

export interface Secret {
  readonly arn: string;
  /** Whether it has a value. */
  readonly isSet: boolean;
}

/** The secrets of the stack: their names differ, so a deploy that died may have left some. What clients use comes first. */
export async function secretsOf(planned: Values, { secrets: client, stack }: Account): Promise<Secret[]> {
  const prefix = text(planned.name_prefix) ?? "";
  const pages = paginateListSecrets({ client }, { Filters: [{ Key: "name", Values: [prefix] }] });
  return (await everyOne(pages, ({ SecretList }) => SecretList))
    .filter(
      ({ Name = "", Tags = [] }) =>
        Name.startsWith(prefix) &&
        isOf(stack, Object.fromEntries(Tags.map(({ Key = "", Value = "" }) => [Key, Value])), true),
    )
    .map(({ ARN = "", CreatedDate, SecretVersionsToStages: versions = {} }) => ({
      arn: ARN,
      isSet: Object.values(versions).flat().includes("AWSCURRENT"),
      created: Number(CreatedDate),
    }))
    .sort((one, other) => Number(other.isSet) - Number(one.isSet) || other.created - one.created);
}

async function secret(planned: Values, account: Account): Promise<string | undefined> {
  return (await secretsOf(planned, account))[0]?.arn;
}

async function secretVersion(_planned: Values, { secrets: client, idOf }: Account): Promise<string | undefined> {
  const id = await idOf("aws_secretsmanager_secret.redis_auth[0]");
  if (id === undefined) return undefined;
  const versions = await everyOne(paginateListSecretVersionIds({ client }, { SecretId: id }), (page) => page.Versions);
  const current = versions.find(({ VersionStages = [] }) => VersionStages.includes("AWSCURRENT"));
  return current && `${id}|${current.VersionId ?? ""}`;
}

async function securityGroup(planned: Values, { ec2: client }: Account): Promise<string | undefined> {
  const Filters = [
    { Name: "group-name", Values: [String(planned.name)] },
    { Name: "vpc-id", Values: [String(planned.vpc_id)] },
  ];
  const [group] = await everyOne(
    paginateDescribeSecurityGroups({ client }, { Filters }),
    (page) => page.SecurityGroups,
  );
  return group?.GroupId;
}

async function ingressRule(planned: Values, { ec2: client, idOf }: Account): Promise<string | undefined> {
  const group = text(planned.security_group_id) ?? (await idOf("aws_security_group.redis"));
  if (group === undefined) return undefined;
  const Filters = [{ Name: "group-id", Values: [group] }];
  const pages = paginateDescribeSecurityGroupRules({ client }, { Filters });
  return (await everyOne(pages, ({ SecurityGroupRules }) => SecurityGroupRules)).find(
    ({ IsEgress, FromPort, CidrIpv4, ReferencedGroupInfo }) =>
      IsEgress === false &&
      FromPort === planned.from_port &&
      (CidrIpv4 ?? null) === (planned.cidr_ipv4 ?? null) &&
      (ReferencedGroupInfo?.GroupId ?? null) === (planned.referenced_security_group_id ?? null),
  )?.SecurityGroupRuleId;
}
