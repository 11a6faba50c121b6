import type { Machine, State } from "../workflows/shapes/machine";
import { actionOf } from "./reference";
import type { Role, User } from "./role";

/** An action that a role needs, and why. */
export interface Need {
  readonly action: string;
  /** For a call: by name, the arguments whose names are known; a value only where it is written down. */
  readonly arguments?: Readonly<Record<string, string | undefined>>;
  /** AWS's service does it with the caller's permissions, with resources that nobody can name beforehand. */
  readonly dependent?: boolean;
}

/** What IAM calls a service, where that is not what Step Functions calls it. */
const prefixes: Readonly<Record<string, string>> = {
  sfn: "states",
  resourcegroupstaggingapi: "tag",
  cloudwatchlogs: "logs",
};

/**
 * What IAM calls an action, where that is not what the API calls it.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/using-with-s3-policy-actions.html
 */
const actionNames: Readonly<Record<string, string>> = {
  "s3:CompleteMultipartUpload": "s3:PutObject",
  "s3:CopyObject": "s3:PutObject",
  "s3:CreateMultipartUpload": "s3:PutObject",
  "s3:DeleteObjects": "s3:DeleteObject",
  "s3:HeadObject": "s3:GetObject",
  "s3:ListObjectsV2": "s3:ListBucket",
  "s3:ListObjectVersions": "s3:ListBucketVersions",
  "s3:UploadPartCopy": "s3:PutObject",
};

/**
 * What a call of S3 needs beside its own action: to read the version that is copied, to delete one version of each object.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_CopyObject.html
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteObjects.html
 */
const furtherActions: Readonly<Record<string, readonly string[]>> = {
  "s3:CopyObject": ["s3:GetObjectVersion"],
  "s3:DeleteObjects": ["s3:DeleteObjectVersion"],
  "s3:UploadPartCopy": ["s3:GetObjectVersion"],
};

/**
 * Dependent actions of the reference that AWS needs only with an argument: what would be tagged, read from S3 or written there. The
 * reference names no arguments; the API's documentation says them.
 *
 * @see https://docs.aws.amazon.com/AmazonElastiCache/latest/APIReference/API_CreateReplicationGroup.html SnapshotArns
 * @see https://docs.aws.amazon.com/AmazonElastiCache/latest/APIReference/API_CopySnapshot.html TargetBucket
 * @see https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_AuthorizeSecurityGroupIngress.html TagSpecifications
 */
const argumentOf = (dependent: string): string | undefined => {
  if (dependent === "elasticache:AddTagsToResource") return "Tags";
  if (dependent === "ec2:CreateTags") return "TagSpecifications";
  if (dependent === "s3:GetObject") return "SnapshotArns";
  return dependent.startsWith("s3:") ? "TargetBucket" : undefined;
};

/**
 * Actions that a guide names and the reference does not: a key of the customer's own needs a grant for each cache and each backup.
 *
 * @see https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/at-rest-encryption.html
 */
const keyActions = ["kms:CreateGrant", "kms:DescribeKey"];
const needsKey = ["elasticache:CreateReplicationGroup", "elasticache:CreateSnapshot", "elasticache:CopySnapshot"];

/**
 * The same of whoever exports a backup.
 *
 * @see https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/backups-exporting.html
 */
const exportActions = [
  "s3:DeleteObject",
  "s3:GetBucketAcl",
  "s3:GetBucketLocation",
  "s3:GetObject",
  "s3:ListAllMyBuckets",
  "s3:ListBucket",
  "s3:PutObject",
];
const exportsBackup = ({ action, arguments: given = {} }: Need): boolean =>
  action === "elasticache:CopySnapshot" && "TargetBucket" in given;

/**
 * Delete markers are not replicated, so s3:ReplicateDelete is not needed.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/setting-repl-config-perm-overview.html
 */
const replicationActions = [
  "s3:GetObjectVersionAcl",
  "s3:GetObjectVersionForReplication",
  "s3:GetObjectVersionTagging",
  "s3:GetReplicationConfiguration",
  "s3:ListBucket",
  "s3:ReplicateObject",
  "s3:ReplicateTags",
];

/** @see https://docs.aws.amazon.com/step-functions/latest/dg/cw-logs.html */
const logDelivery = [
  "logs:CreateLogDelivery",
  "logs:DeleteLogDelivery",
  "logs:DescribeLogGroups",
  "logs:DescribeResourcePolicies",
  "logs:GetLogDelivery",
  "logs:ListLogDeliveries",
  "logs:PutResourcePolicy",
  "logs:UpdateLogDelivery",
];

/** Everything that what uses a role does with it. */
export async function needsOf({ users }: Role): Promise<readonly Need[]> {
  return (await Promise.all(users.map(needsOfUser))).flat();
}

async function needsOfUser(user: User): Promise<readonly Need[]> {
  switch (user.type) {
    case "aws_sfn_state_machine":
      return needsOfMachine(user);
    case "aws_scheduler_schedule":
      return needsOfSchedule(user);
    case "aws_cloudwatch_event_target":
      return needsOfTarget(user);
    case "aws_s3_bucket_replication_configuration":
      return replicationActions.map((action) => ({ action }));
    default:
      throw new Error(`It is not written here what ${user.type}.${user.name} does with its role.`);
  }
}

/** https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-cross-region.html */
function needsOfTarget({ name, block }: User): readonly Need[] {
  if (!/:event-bus\/\w+$/.test(String(block.arn)))
    throw new Error(`It is not written here what the target ${name} needs.`);
  return [{ action: "events:PutEvents" }];
}

async function needsOfMachine({ block }: User): Promise<readonly Need[]> {
  const definition = String(block.definition);
  const calls = callsOf(JSON.parse(definition) as Machine);
  const needs = await Promise.all(calls.map(async (call) => [call, ...(await dependentOn(call))]));
  return [
    ...needs.flat(),
    ...(waits(definition) ? waitingNeeds.map((action) => ({ action })) : []),
    ...("logging_configuration" in block ? logDelivery.map((action) => ({ action })) : []),
  ];
}

async function dependentOn(need: Need): Promise<readonly Need[]> {
  const { action, arguments: given = {} } = need;
  const { dependentActions } = await actionOf(action);
  const documented = dependentActions.filter((one) => (argumentOf(one) ?? "") in { "": "", ...given });
  // With the call's own resource: what is made is tagged.
  const tags = documented.filter((one) => one === "elasticache:AddTagsToResource");
  return [
    ...tags.map((one) => ({ action: one })),
    ...[
      ...documented.filter((one) => one !== "elasticache:AddTagsToResource"),
      ...(needsKey.includes(action) ? keyActions : []),
      ...(exportsBackup(need) ? exportActions : []),
    ].map((one) => ({ action: one, dependent: true })),
  ];
}

/** The calls of a machine, those of iterations and branches too. */
function callsOf({ States }: Machine): Need[] {
  return Object.values(States).flatMap((state) => [
    ...(state.Type === "Task" ? callOf(state) : []),
    ...[state.ItemProcessor, ...(state.Branches ?? [])].flatMap((inner) => (inner === undefined ? [] : callsOf(inner))),
  ]);
}

const waits = (text: string): boolean => text.includes(":states:::states:startExecution.sync:2");

/**
 * What waiting for an execution needs, beside starting it.
 *
 * @see https://docs.aws.amazon.com/step-functions/latest/dg/stepfunctions-iam.html
 */
const waitingNeeds = [
  "states:DescribeExecution",
  "states:StopExecution",
  "events:DescribeRule",
  "events:PutRule",
  "events:PutTargets",
];

function callOf({ Resource = "", Arguments }: State): Need[] {
  if (waits(Resource)) return [{ action: "states:StartExecution", arguments: namedArguments(Arguments) }];
  const [, service = "", name = ""] = /:states:::aws-sdk:(\w+):(\w+)$/.exec(Resource) ?? [];
  if (service === "") throw new Error(`It is not written here what ${Resource} needs.`);
  const action = `${prefixes[service] ?? service}:${name.charAt(0).toUpperCase()}${name.slice(1)}`;
  return [
    { action: actionNames[action] ?? action, arguments: namedArguments(Arguments) },
    ...(furtherActions[action] ?? []).map((further) => ({ action: further })),
  ];
}

/** Their names; the values of those that are written down, as Terraform fills them in. */
function namedArguments(given: unknown): Record<string, string | undefined> {
  if (typeof given === "string") {
    // JSONata that puts an object together: 'Name': 'value'.
    const written = given.matchAll(/'([A-Z]\w+)': *(?:'([^']*)'(?= *[,}]))?/g);
    return Object.fromEntries([...written].map(([, name = "", value]) => [name, value]));
  }
  return Object.fromEntries(
    Object.entries(given ?? {}).map(([name, value]) => [
      name,
      typeof value === "string" && !value.includes("{%") ? value : undefined,
    ]),
  );
}

function needsOfSchedule({ block }: User): Promise<readonly Need[]> {
  const target = block.target as { readonly arn: string; readonly dead_letter_config?: { readonly arn: string } };
  return Promise.resolve([
    { action: "states:StartExecution", arguments: { StateMachineArn: target.arn } },
    ...(target.dead_letter_config === undefined
      ? []
      : [{ action: "sqs:SendMessage", arguments: { QueueUrl: target.dead_letter_config.arn } }]),
  ]);
}
