import { messageOf, textAt, transformerOf, type Transformer } from "../support/event-message";
import type { Fields } from "../support/event-pattern";
import {
  account,
  apiCall,
  arnOf,
  buckets,
  cache,
  filled,
  key,
  recorded,
  region,
  stackName,
  stackValues,
  topics,
} from "../support/events";
import { everyStack } from "../support/stacks";

// Which events are reported: events.test.ts, and for buckets __tests__/vault/events.test.ts. Here: that the message says what the event does.

/** An event that a rule reports, and what its message must say of it, in pieces. */
interface Example {
  readonly event: Fields;
  readonly says: readonly string[];
}

const call = (service: string, action: string, parameters: Fields, ...says: readonly string[]): Example => ({
  event: apiCall({ service, action, parameters }),
  says,
});

/** Parameters are those of AWS's API models, with a small letter in front, as CloudTrail writes them. */
const examples: Readonly<Record<string, readonly Example[]>> = {
  tampering_snapshot_deleted: [
    call(
      "elasticache",
      "DeleteSnapshot",
      { snapshotName: "prod-redis-manual-1" },
      `The backup prod-redis-manual-1 of ${cache} was deleted. It cannot be recovered.`,
    ),
  ],
  tampering_cache_deleted: [
    call(
      "elasticache",
      "DeleteReplicationGroup",
      { replicationGroupId: cache, finalSnapshotIdentifier: "the-last-one" },
      `The cache ${cache} is being deleted`,
      "Final snapshot: 'the-last-one'.",
    ),
    call("elasticache", "DeleteReplicationGroup", { replicationGroupId: cache }, "Final snapshot: ''."),
  ],
  tampering_backups_weakened: [
    call(
      "elasticache",
      "ModifyReplicationGroup",
      { replicationGroupId: cache, snapshotRetentionLimit: 0 },
      "retention of automatic backups in days '0', status of the topic '', topic ''",
    ),
    call(
      "elasticache",
      "ModifyReplicationGroup",
      { replicationGroupId: cache, notificationTopicStatus: "inactive", notificationTopicArn: "another-topic" },
      "retention of automatic backups in days '', status of the topic 'inactive', topic 'another-topic'",
    ),
  ],
  tampering_key_endangered: [
    call(
      "kms",
      "ScheduleKeyDeletion",
      { keyId: key, pendingWindowInDays: 7 },
      `all of its backups, ${key}, was changed. Without the key no backup can be restored.`,
      "Days until it is deleted: '7'",
      // A key whose deletion was cancelled is disabled.
      // https://docs.aws.amazon.com/kms/latest/APIReference/API_CancelKeyDeletion.html
      `aws kms cancel-key-deletion --region ${region} --key-id ${key}, then aws kms enable-key.`,
    ),
    call("kms", "DisableKey", { keyId: key }, key, "Days until it is deleted: ''"),
  ],
  tampering_workflow_changed: [
    call(
      "states",
      "DeleteStateMachine",
      { stateMachineArn: arnOf("states", "stateMachine:prod-redis-backup-check") },
      `The state machine ${arnOf("states", "stateMachine:prod-redis-backup-check")} was changed`,
    ),
  ],
  // With members as CloudTrail writes those of other services, and as the API of Scheduler has them.
  tampering_schedule_changed: [
    call(
      "scheduler",
      "UpdateSchedule",
      { name: "prod-redis-backup-check", groupName: stackName, state: "DISABLED" },
      "'prod-redis-backup-check' was changed",
      "New state: 'DISABLED'",
    ),
    call(
      "scheduler",
      "UpdateSchedule",
      { Name: "prod-redis-backup-check", GroupName: stackName, State: "DISABLED" },
      "'prod-redis-backup-check' was changed",
      "New state: 'DISABLED'",
    ),
    call("scheduler", "DeleteScheduleGroup", { name: stackName }, `'${stackName}' was changed`),
  ],
  tampering_alerts_changed: [
    call("sns", "DeleteTopic", { topicArn: topics[0] ?? "" }, `${topics[0] ?? ""} was changed ()`),
    call("sns", "PutDataProtectionPolicy", { resourceArn: topics[1] ?? "" }, `${topics[1] ?? ""} was changed ()`),
    call("sns", "Unsubscribe", { subscriptionArn: `${topics[0] ?? ""}:1` }, `${topics[0] ?? ""}:1 was changed ()`),
    call(
      "sns",
      "SetTopicAttributes",
      { topicArn: topics[0] ?? "", attributeName: "Policy", attributeValue: "{}" },
      `${topics[0] ?? ""} was changed (Policy)`,
    ),
  ],
  tampering_alarm_changed: [
    {
      // https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/cloudwatch-and-eventbridge.html
      event: {
        source: "aws.cloudwatch",
        time: "2026-11-30T12:00:00Z",
        region,
        account,
        detail: {
          alarmName: "prod-redis-backup-failed",
          operation: "update",
          configuration: { actionsEnabled: false },
          previousConfiguration: { actionsEnabled: true },
        },
      },
      says: [
        "The alarm prod-redis-backup-failed was changed (update) at 2026-11-30T12:00:00Z.",
        "It sends notifications: false.",
        `--region ${region} `,
      ],
    },
  ],
  tampering_role_changed: [
    call(
      "iam",
      "PutRolePolicy",
      { roleName: "prod-redis-backup-check", policyName: "everything", policyDocument: "{}" },
      "The role prod-redis-backup-check was changed (policy 'everything').",
    ),
    call(
      "iam",
      "AttachRolePolicy",
      { roleName: "prod-redis-backup-check", policyArn: "arn:aws:iam::aws:policy/AdministratorAccess" },
      "(policy 'arn:aws:iam::aws:policy/AdministratorAccess')",
    ),
  ],
  tampering_rule_changed: [
    call("events", "DisableRule", { name: "prod-redis-tampering-x" }, "rule prod-redis-tampering-x was changed"),
    call("events", "RemoveTargets", { rule: "prod-redis-tampering-x" }, "rule prod-redis-tampering-x was changed"),
  ],
  tampering_trail_changed: [
    call("cloudtrail", "StopLogging", { name: "management" }, "trail management was changed"),
    call("cloudtrail", "PutEventSelectors", { trailName: "management" }, "trail management was changed"),
  ],
  ...Object.fromEntries(
    [
      ["vault_deletions", buckets.vault],
      ["vault_landing_deletions", buckets.landing],
    ].map(([rule = "", name = ""]): [string, Example[]] => [
      rule,
      [
        {
          // https://docs.aws.amazon.com/AmazonS3/latest/userguide/ev-events.html
          event: {
            source: "aws.s3",
            time: "2026-11-30T12:00:00Z",
            detail: {
              bucket: { name },
              object: { key: "backup-0001.rdb", size: 7, "version-id": "1QW9g1Z99LUN" },
              requester: account,
              reason: "DeleteObject",
              "deletion-type": "Permanently Deleted",
            },
          },
          says: [
            "Permanently Deleted: backup-0001.rdb (version 1QW9g1Z99LUN)",
            ` ${name}, at 2026-11-30T12:00:00Z, by ${account}.`,
          ],
        },
      ],
    ]),
  ),
  vault_denied: [
    {
      // https://docs.aws.amazon.com/AmazonS3/latest/userguide/cloudtrail-logging-understanding-s3-entries.html
      event: recorded(
        apiCall({
          service: "s3",
          action: "DeleteObject",
          parameters: { bucketName: buckets.vault, key: "a-0001.rdb" },
        }),
        { errorCode: "AccessDenied" },
      ),
      says: [
        "Denied: DeleteObject of a-0001.rdb in the vault, at 2026-11-30T12:00:00Z, ",
        `by arn:aws:iam::${account}:user/Alice.`,
      ],
    },
  ],
};

/** What the message of a call says whichever it is: who made it, and how to see the record. */
function saysWho(event: Fields): readonly string[] {
  const id = textAt(event, "$.detail.eventID");
  if (id === "") return [];
  return [
    `Who: arn:aws:iam::${account}:user/Alice (IAMUser), by ${textAt(event, "$.detail.eventName")}, from 203.0.113.7, at 2026-11-30T12:00:00Z, in account ${account}.`,
    `aws cloudtrail lookup-events --region ${region} --lookup-attributes AttributeKey=EventId,AttributeValue=${id}`,
  ];
}

/** The messages of every stack, by the rule that they are about. */
const messages = Object.entries(everyStack).flatMap(([stack, synthesize]) =>
  Object.entries(synthesize().resource.aws_cloudwatch_event_target ?? {}).flatMap(([address, target]) => {
    const transformer = transformerOf(target);
    return transformer === undefined
      ? []
      : [{ name: `${stack}: ${address}`, rule: address.replace(/_chat$/, ""), transformer }];
  }),
);
const textOf = (transformer: Transformer, event: Fields): string => filled(messageOf(transformer, event), stackValues);

test.each(messages)("$name says what happened, to what, and who did it", ({ rule, transformer }) => {
  const known = examples[rule] ?? [];
  expect(known).not.toEqual([]);
  for (const { event, says } of known) {
    const text = textOf(transformer, event);
    const all = rule === "vault_denied" ? says : [...says, ...saysWho(event)];
    expect({ text, lacks: all.filter((piece) => !text.includes(piece)) }).toEqual({ text, lacks: [] });
  }
});

test.each(messages)(
  "$name has no field that the event never has: it would be empty always",
  ({ rule, transformer }) => {
    const empty = Object.entries(transformer.input_paths).filter(([field, path]) =>
      (examples[rule] ?? []).every(
        ({ event }) => messageOf({ input_paths: { [field]: path }, input_template: `<${field}>` }, event) === "",
      ),
    );
    expect(empty).toEqual([]);
  },
);
