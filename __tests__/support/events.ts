import { eventPattern, type Fields, type Matches } from "./event-pattern";
import type { Synthesized } from "./stacks";

export const account = "123456789012";
export const region = "ap-northeast-1";
/** What the names of the stack begin with, and the id of its cache. */
export const stackName = "prod-redis";
export const cache = `${stackName}-cluster`;

export const arnOf = (service: string, resource: string): string =>
  `arn:aws:${service}:${region}:${account}:${resource}`;
export const roleArn = (name: string): string => `arn:aws:iam::${account}:role/${name}`;

export const topics = ["backup-notifications", "events", "chat"].map((topic) => arnOf("sns", `${stackName}-${topic}`));
export const key = arnOf("kms", "key/1234abcd-12ab-34cd-56ef-1234567890ab");
export const deployRoles = [roleArn("ci/deploy"), roleArn("emergency-deploy")];
export const buckets = { vault: `${stackName}-vault`, landing: `${stackName}-landing` };

/** What the expressions in patterns and messages are on AWS. */
export const stackValues: Readonly<Record<string, string>> = {
  "local.partition": "aws",
  "local.region": region,
  "local.account_id": account,
  "local.name": stackName,
  "local.replication_group_id": cache,
  "var.kms_key_id": key,
  "aws_sns_topic.redis_notifications.arn": topics[0] ?? "",
  "aws_sns_topic.redis_events.arn": topics[1] ?? "",
  "aws_sns_topic.redis_chat.arn": topics[2] ?? "",
  "local.runbook": "docs/runbook.md",
  "aws_s3_bucket.vault.id": buckets.vault,
  "aws_s3_bucket.vault_landing[0].id": buckets.landing,
  "jsonencode(local.deploy_role_arns)": JSON.stringify(deployRoles),
};

/**
 * A text of a stack with values for Terraform's expressions.
 *
 * @throws on an expression that none of them is of.
 */
export const filled = (text: unknown, known: Readonly<Record<string, string>>): string =>
  String(text).replaceAll(/\$\{([^}]*)\}/g, (_all, expression: string) => {
    const value = known[expression];
    if (value === undefined) throw new Error(`The tests have no value for ${expression}.`);
    return value;
  });

/** The patterns of a stack's rules, as AWS gets them, by the end of the rule's address. */
export const patternsOf = ({ resource }: Synthesized): Readonly<Record<string, Fields>> =>
  Object.fromEntries(
    Object.entries(resource.aws_cloudwatch_event_rule ?? {}).map(([rule, { event_pattern: pattern }]) => [
      rule,
      JSON.parse(filled(pattern, stackValues)) as Fields,
    ]),
  );

/** Finds the rules of a stack that match an event, sorted. A pattern that EventBridge would refuse fails the first test that asks. */
export function rulesOf(stack: Synthesized): (event: Fields) => readonly string[] {
  let rules: readonly (readonly [rule: string, matches: Matches])[] | undefined;
  return (event) => {
    rules ??= Object.entries(patternsOf(stack)).map(([rule, pattern]) => [rule, eventPattern(pattern)]);
    return rules.flatMap(([rule, matches]) => (matches(event) ? [rule] : [])).sort();
  };
}

/** Every text at a path of a pattern, in all alternatives of it: `detail.eventName`. */
export function valuesAt(pattern: unknown, path: readonly string[]): readonly string[] {
  if (Array.isArray(pattern) && path.length === 0) return pattern.filter((one) => typeof one === "string");
  if (typeof pattern !== "object" || pattern === null || Array.isArray(pattern)) return [];
  const { $or: alternatives = [], ...fields } = pattern as Readonly<Record<string, unknown>>;
  const [field = "", ...rest] = path;
  return [
    ...valuesAt(fields[field], rest),
    ...(alternatives as readonly unknown[]).flatMap((one) => valuesAt(one, path)),
  ];
}

const session = (type: string, issuer: string, sessionIssuer: Fields): Fields => ({
  type,
  principalId: "AROAIDPPEZS35WEXAMPLE:session",
  arn: `arn:aws:sts::${account}:assumed-role/${issuer}/session`,
  accountId: account,
  sessionContext: { sessionIssuer, attributes: { mfaAuthenticated: "false", creationDate: "2026-11-30T01:06:28Z" } },
});
/** A session of a role: its ARN has no path, that of its issuer has. */
export const sessionOf = (arn: string): Fields =>
  session("AssumedRole", arn.replace(/^.*\//, ""), {
    type: "Role",
    principalId: "AROAIDPPEZS35WEXAMPLE",
    arn,
    accountId: account,
    userName: arn.replace(/^.*\//, ""),
  });

/**
 * Who makes calls.
 *
 * @see https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-user-identity.html
 */
export const callers = {
  "an IAM user": {
    type: "IAMUser",
    principalId: "AIDAJ45Q7YFFAREXAMPLE",
    arn: `arn:aws:iam::${account}:user/Alice`,
    accountId: account,
    userName: "Alice",
  },
  "an IAM user in the console": session("IAMUser", "Alice", {}),
  "the root user": { type: "Root", principalId: account, arn: `arn:aws:iam::${account}:root`, accountId: account },
  "a user of IAM Identity Center": {
    type: "IdentityCenterUser",
    accountId: account,
    onBehalfOf: { userId: "544894e8-80c1-707f-60e3-3ba6510dfac1" },
  },
  "a session of another role": sessionOf(roleArn("Admin")),
  "a session of a role that is called like one that deploys": sessionOf(roleArn("deploy")),
  "a session that is called like a role that deploys": session("AssumedRole", "Admin/deploy", {
    type: "Role",
    arn: roleArn("Admin"),
  }),
  "a service": { type: "AWSService", invokedBy: "elasticache.amazonaws.com" },
} satisfies Readonly<Record<string, Fields>>;

interface Call {
  /** As EventBridge names it. */
  readonly service: string;
  readonly action: string;
  readonly parameters: Fields;
  /** What the service answers, as far as it says more than the parameters. */
  readonly answer?: Fields;
  /** ARNs of what is concerned; not every service records them. */
  readonly resources?: readonly string[];
}

/**
 * An API call as CloudTrail hands it to EventBridge. Members begin with a small letter.
 *
 * @see https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-record-contents.html
 * @see https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-service-event-cloudtrail.html
 */
export const apiCall = ({ service, action, parameters, answer, resources }: Call): ApiCall => ({
  version: "0",
  id: "36eb8523-97d0-4518-b33d-ee3579ff19f0",
  "detail-type": "AWS API Call via CloudTrail",
  source: `aws.${service}`,
  account,
  time: "2026-11-30T12:00:00Z",
  region,
  resources: [],
  detail: {
    eventVersion: "1.09",
    userIdentity: callers["an IAM user"],
    eventTime: "2026-11-30T12:00:00Z",
    eventSource: `${service}.amazonaws.com`,
    eventName: action,
    awsRegion: region,
    sourceIPAddress: "203.0.113.7",
    userAgent: "aws-cli/2.32.0",
    requestParameters: parameters,
    responseElements: answer ?? null,
    requestID: "12345126-30d5-4b28-98b9-9153da559963",
    eventID: "abcde202-ba1a-467c-b4ba-f729d45ae521",
    readOnly: false,
    ...(resources !== undefined && { resources: resources.map((ARN) => ({ accountId: account, ARN })) }),
    eventType: "AwsApiCall",
    managementEvent: true,
    recipientAccountId: account,
    eventCategory: "Management",
  },
});

export interface ApiCall extends Fields {
  readonly source: string;
  readonly detail: Fields & { readonly eventName: string; readonly requestParameters: Fields };
}

/** The call with other fields in its record. */
export const recorded = <Event extends Fields & { readonly detail: Fields }>(event: Event, fields: Fields): Event => ({
  ...event,
  detail: { ...event.detail, ...fields },
});
