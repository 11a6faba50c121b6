import { account, role, stranger, type Asked, type Cases } from "../support/resource-policies";

const assume = "sts:AssumeRole";
const presenting = (arn: string, of = account) => ({ "aws:SourceAccount": of, "aws:SourceArn": arn });
const states = (name: string, of = account, region = "ap-northeast-1"): string =>
  `arn:aws:states:${region}:${of}:stateMachine:${name}`;

/** A service, in the place of which no other service, account or role may assume the role. */
const only = (by: string, context: Asked["context"]): Cases["denied"] => [
  ["another service", { by: "ec2.amazonaws.com", action: assume, context }],
  ["a role of the account", { by: role("admin"), action: assume, powerless: true }],
  ["a role of another account", { by: role("admin", stranger), action: assume }],
  ["the service with tags of the session", { by, action: "sts:TagSession", context }],
];

/** A service that presents the ARN of what it assumes the role for, and the account of that. */
const presented = (by: string, own: readonly string[], others: readonly string[]): Cases => ({
  allowed: own.map((arn) => [`for ${arn}`, { by, action: assume, context: presenting(arn) }]),
  denied: [
    ...others.map((arn) => [`for ${arn}`, { by, action: assume, context: presenting(arn) }] as const),
    ...own.flatMap((arn): Cases["denied"] => [
      [`for ${arn} of another account`, { by, action: assume, context: presenting(arn, stranger) }],
      [`for ${arn} of no account`, { by, action: assume, context: { "aws:SourceArn": arn } }],
      ...only(by, presenting(arn)),
    ]),
    ["for nothing", { by, action: assume, context: { "aws:SourceAccount": account } }],
  ],
});

/** @see https://docs.aws.amazon.com/step-functions/latest/dg/procedure-create-iam-role.html#prevent-cross-service-confused-deputy */
const machine = (name: string): Cases =>
  presented(
    "states.amazonaws.com",
    [states(`prod-redis-${name}`)],
    [
      states(`prod-redis-${name}-2`),
      states("orders"),
      states(`prod-redis-${name}`, account, "us-east-1"),
      states(`prod-redis-${name}`, stranger),
    ],
  );

/** @see https://docs.aws.amazon.com/scheduler/latest/UserGuide/cross-service-confused-deputy-prevention.html */
const schedules = presented(
  "scheduler.amazonaws.com",
  [`arn:aws:scheduler:ap-northeast-1:${account}:schedule-group/prod-redis`],
  [
    `arn:aws:scheduler:ap-northeast-1:${account}:schedule-group/default`,
    `arn:aws:scheduler:ap-northeast-1:${account}:schedule-group/prod-redis-2`,
    `arn:aws:scheduler:ap-northeast-1:${stranger}:schedule-group/prod-redis`,
  ],
);

/**
 * Global events are in us-east-1 alone.
 *
 * @see https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-use-conditions.html
 */
const rule = (name: string, region = "us-east-1"): string => `arn:aws:events:${region}:${account}:rule/${name}`;
const forward = presented(
  "events.amazonaws.com",
  ["roles", "trails", "rules"].map((events) => rule(`prod-redis-tampering-${events}-ap-northeast-1`)),
  [
    rule("prod-redis-tampering-roles-ap-northeast-1", "ap-northeast-1"),
    rule("prod-redis-tampering-roles-eu-west-1"),
    rule("orders"),
  ],
);

/** Services of which no document says that they present the account, or anything else: alerts and copies must not stop because of that. */
const perhaps = (by: string): Cases => ({
  allowed: [
    ["for this account", { by, action: assume, context: { "aws:SourceAccount": account } }],
    ["that presents no account", { by, action: assume }],
  ],
  denied: [
    ["for another account", { by, action: assume, context: { "aws:SourceAccount": stranger } }],
    ...only(by, { "aws:SourceAccount": account }),
  ],
});

/** What may assume each role. */
export const trust: Readonly<Record<string, Cases>> = {
  ...Object.fromEntries(
    ["backup_check", "check", "check_clusters", "manual_backup", "restore_test", "snapshot_source", "vault_copy"].map(
      (name) => [`aws_iam_role.${name}`, machine(name.replaceAll("_", "-"))],
    ),
  ),
  "aws_iam_role.schedules": schedules,
  "aws_iam_role.tampering_forward": forward,
  // https://docs.aws.amazon.com/chatbot/latest/adminguide/chatbot-iam-policies.html
  "aws_iam_role.redis_slack": perhaps("chatbot.amazonaws.com"),
  // https://docs.aws.amazon.com/AmazonS3/latest/userguide/setting-repl-config-perm-overview.html
  "aws_iam_role.vault_replication": perhaps("s3.amazonaws.com"),
};
