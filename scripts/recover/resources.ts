import type { Aws } from "./aws";

export type Values = Readonly<Record<string, unknown>>;

export interface Account {
  readonly stack: string;
  readonly account: string;
  readonly partition: string;
  readonly region: string;
  readonly aws: Aws;
  /** The id of another resource of the stack, by its address: of the state, or found in AWS. */
  readonly idOf: (address: string) => string | undefined;
}

/**
 * What Terraform imports a resource by, from what a plan would create; undefined when that cannot be known, so there is none.
 * AWS need not have it: importing it tells.
 */
type Finder = (planned: Values, account: Account) => string | undefined;

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

const overwritten: NothingToFind = { because: "AWS takes a second one as a change of the first." };
const madeByTerraform: NothingToFind = { because: "It is in the state and nowhere else." };

/** How each type of resource in the stacks is found in AWS. A test fails when a stack has a type that is not here. */
export const resources: Readonly<Record<string, Finder | NothingToFind>> = {
  aws_chatbot_slack_channel_configuration: ({ configuration_name: name }, { partition, account }) =>
    text(name) && `arn:${partition}:chatbot::${account}:chat-configuration/slack-channel/${text(name) ?? ""}`,
  aws_cloudwatch_composite_alarm: overwritten,
  aws_cloudwatch_dashboard: overwritten,
  aws_cloudwatch_event_rule: overwritten,
  aws_cloudwatch_event_target: overwritten,
  aws_cloudwatch_log_group: named("name"),
  aws_cloudwatch_metric_alarm: overwritten,
  aws_config_config_rule: overwritten,
  aws_elasticache_parameter_group: named("name"),
  aws_elasticache_replication_group: named("replication_group_id"),
  aws_elasticache_subnet_group: named("name"),
  aws_iam_role: named("name"),
  aws_iam_role_policy: overwritten,
  aws_scheduler_schedule_group: named("name"),
  aws_scheduler_schedule: ({ group_name: group, name }) =>
    text(name) && `${text(group) ?? "default"}/${text(name) ?? ""}`,
  aws_secretsmanager_secret: secret,
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

function text(value: unknown): string | undefined {
  return typeof value === "string" && value !== "" ? value : undefined;
}

export interface Secret {
  readonly arn: string;
  /** Whether it has a value. */
  readonly isSet: boolean;
}

/** The secrets of the stack: their names differ, so a deploy that died may have left some. What clients use comes first. */
export function secretsOf(planned: Values, { aws, stack }: Account): Secret[] {
  const prefix = text(planned.name_prefix) ?? "";
  const { SecretList } = aws("secretsmanager", "list-secrets", "--filters", `Key=name,Values=${prefix}`) as {
    SecretList: {
      ARN: string;
      Name: string;
      // A text or a number of seconds: versions of the CLI differ.
      CreatedDate: string | number;
      SecretVersionsToStages?: Record<string, string[]>;
      Tags?: { Key: string; Value: string }[];
    }[];
  };
  return SecretList.filter(
    ({ Name, Tags = [] }) =>
      Name.startsWith(prefix) && Tags.some(({ Key, Value }) => Key === "Stack" && Value === stack),
  )
    .map(({ ARN, CreatedDate, SecretVersionsToStages: versions = {} }) => ({
      arn: ARN,
      isSet: Object.values(versions).flat().includes("AWSCURRENT"),
      created: Number(new Date(CreatedDate)),
    }))
    .sort((one, other) => Number(other.isSet) - Number(one.isSet) || other.created - one.created);
}

function secret(planned: Values, account: Account): string | undefined {
  return secretsOf(planned, account)[0]?.arn;
}

function secretVersion(_planned: Values, { aws, idOf }: Account): string | undefined {
  const id = idOf("aws_secretsmanager_secret.redis_auth[0]");
  if (id === undefined) return undefined;
  const { Versions } = aws("secretsmanager", "list-secret-version-ids", "--secret-id", id) as {
    Versions: { VersionId: string; VersionStages?: string[] }[];
  };
  const current = Versions.find(({ VersionStages = [] }) => VersionStages.includes("AWSCURRENT"));
  return current && `${id}|${current.VersionId}`;
}

function securityGroup(planned: Values, { aws }: Account): string | undefined {
  const { SecurityGroups } = aws(
    ...["ec2", "describe-security-groups", "--filters", `Name=group-name,Values=${String(planned.name)}`],
    `Name=vpc-id,Values=${String(planned.vpc_id)}`,
  ) as { SecurityGroups: { GroupId: string }[] };
  return SecurityGroups[0]?.GroupId;
}

function ingressRule(planned: Values, { aws, idOf }: Account): string | undefined {
  const group = text(planned.security_group_id) ?? idOf("aws_security_group.redis");
  if (group === undefined) return undefined;
  const { SecurityGroupRules } = aws(
    ...["ec2", "describe-security-group-rules", "--filters", `Name=group-id,Values=${group}`],
  ) as {
    SecurityGroupRules: {
      SecurityGroupRuleId: string;
      IsEgress: boolean;
      FromPort: number;
      CidrIpv4?: string;
      ReferencedGroupInfo?: { GroupId: string };
    }[];
  };
  return SecurityGroupRules.find(
    ({ IsEgress, FromPort, CidrIpv4, ReferencedGroupInfo }) =>
      !IsEgress &&
      FromPort === planned.from_port &&
      (CidrIpv4 ?? null) === (planned.cidr_ipv4 ?? null) &&
      (ReferencedGroupInfo?.GroupId ?? null) === (planned.referenced_security_group_id ?? null),
  )?.SecurityGroupRuleId;
}
