import { arn } from "../terraform/arn";
import { expression } from "../terraform/expression";
import { cacheId, dashed, named } from "../terraform/names";
import type { StateMachine } from "../workflows/state-machine";
import { anyCase, apiCalls, prefix, prefixInAnyCase, type Matchers } from "./patterns";

export interface RuleDefinition {
  /** `snapshot_deleted` is `aws_cloudwatch_event_rule.tampering_snapshot_deleted`. */
  readonly name: string;
  /** What happened, as the title of the message: a full sentence. */
  readonly title: string;
  readonly pattern: object;
  /** Fields of the event that the sentences name, by JSON path. One that an event lacks is left out of its sentence. */
  readonly fields: Readonly<Record<string, string>>;
  /** Sentences with the fields as `<field>`, before those that every message has. */
  readonly sentences: readonly string[];
  /** A Terraform expression: how many of the rule there are. @default - one */
  readonly count?: string;
  /** Whether the event is a call that CloudTrail recorded, with who made it. @default true */
  readonly recordsCaller?: boolean;
}

export interface RulesProps {
  readonly workflows: readonly StateMachine[];
  /** ARN of the role that deletes manual backups beyond the number that is kept. */
  readonly manualBackupRoleArn: string;
  /** Every topic of the stack. */
  readonly topicArns: readonly string[];
  /** The topic that the cache publishes its events to. */
  readonly eventsTopicArn: string;
  /** Fewest days that automatic backups may be kept. */
  readonly retentionFloor: number;
  /** Names of every role of the stack. */
  readonly roleNames: readonly string[];
  /** Names of the rules that report what is not in the list below. */
  readonly otherRules: readonly string[];
  /** Names of the alarms that notify. */
  readonly alarmNames: Matchers;
}

/** IAM actions that change what a role may do, or who may assume it. */
const roleChanges = [
  "AttachRolePolicy",
  "DeleteRole",
  "DeleteRolePermissionsBoundary",
  "DeleteRolePolicy",
  "DetachRolePolicy",
  "PutRolePermissionsBoundary",
  "PutRolePolicy",
  "UpdateAssumeRolePolicy",
];
const trailChanges = ["DeleteTrail", "PutEventSelectors", "StopLogging", "UpdateTrail"];

/** Names of the rules below. */
const tamperingRule = prefix(named("tampering-"));

const request = (path: string): string => `$.detail.requestParameters.${path}`;

export const changesOfRoles = (roleNames: readonly string[]): object =>
  apiCalls({
    service: "iam",
    actions: roleChanges,
    where: { requestParameters: { roleName: roleNames.map(anyCase) } },
    except: "deployers",
  });

/** Calls after which rules of EventBridge with these names report no longer. */
export const changesOfRules = (names: Matchers): object =>
  apiCalls({
    service: "events",
    where: {
      $or: [
        { eventName: ["DeleteRule", "DisableRule"], requestParameters: { name: names } },
        // Terraform makes this call too, but not with this state.
        { eventName: ["PutRule"], requestParameters: { name: names, state: ["DISABLED"] } },
        { eventName: ["RemoveTargets"], requestParameters: { rule: names } },
      ],
    },
    except: "deployers",
  });

/** StopLogging is recorded in the Region in which the trail was created. */
export const changesOfTrails = apiCalls({ service: "cloudtrail", actions: trailChanges });

/** What an insider, or somebody with stolen credentials, would do to lose the backups or to keep their loss from being noticed. */
export const tamperingRules = (props: RulesProps): readonly RuleDefinition[] => [
  {
    name: "snapshot_deleted",
    title: `A backup of ${cacheId} was deleted`,
    pattern: apiCalls({
      service: "elasticache",
      actions: ["DeleteSnapshot"],
      where: {
        $or: [
          {
            requestParameters: {
              snapshotName: [prefixInAnyCase(named("")), prefixInAnyCase(`automatic.${cacheId}-`)],
            },
          },
          { responseElements: { cacheClusterId: [prefix(`${cacheId}-`)] } },
          { responseElements: { replicationGroupId: [cacheId] } },
        ],
      },
      except: [props.manualBackupRoleArn],
    }),
    fields: { snapshot: request("snapshotName") },
    sentences: [`The backup <snapshot> of ${cacheId} was deleted. It cannot be recovered.`],
  },
  {
    name: "cache_deleted",
    title: `The cache ${cacheId} was deleted`,
    pattern: apiCalls({
      service: "elasticache",
      actions: ["DeleteReplicationGroup"],
      where: { requestParameters: { replicationGroupId: [anyCase(cacheId)] } },
    }),
    fields: { final: request("finalSnapshotIdentifier") },
    sentences: [
      `The cache ${cacheId} is being deleted, and its automatic backups with it.`,
      "Final snapshot: '<final>'. Empty quotation marks mean that none is taken.",
    ],
  },
  {
    name: "backups_weakened",
    title: `Backups of ${cacheId} were turned off or are no longer monitored`,
    pattern: apiCalls({
      service: "elasticache",
      actions: ["ModifyCacheCluster", "ModifyReplicationGroup"],
      where: {
        requestParameters: {
          $or: [{ replicationGroupId: [anyCase(cacheId)] }, { cacheClusterId: [prefixInAnyCase(`${cacheId}-`)] }],
        },
        $or: [
          { requestParameters: { snapshotRetentionLimit: [{ numeric: ["<", props.retentionFloor] }] } },
          { requestParameters: { notificationTopicStatus: ["inactive"] } },
          { requestParameters: { notificationTopicArn: [{ "anything-but": [props.eventsTopicArn] }] } },
        ],
      },
    }),
    fields: {
      days: request("snapshotRetentionLimit"),
      status: request("notificationTopicStatus"),
      topic: request("notificationTopicArn"),
    },
    sentences: [
      `The settings of ${cacheId} were changed: retention of automatic backups in days '<days>', status of the topic '<status>', topic '<topic>'. Empty quotation marks mean that a setting was not changed.`,
    ],
  },
  {
    name: "key_endangered",
    title: `The KMS key of ${cacheId} was changed`,
    pattern: apiCalls({
      service: "kms",
      actions: ["DeleteImportedKeyMaterial", "DisableKey", "PutKeyPolicy", "ScheduleKeyDeletion"],
      where: { resources: { ARN: [expression("var.kms_key_id")] } },
    }),
    fields: { days: request("pendingWindowInDays") },
    sentences: [
      "The KMS key that encrypts the cache and all of its backups, ${var.kms_key_id}, was changed. Without the key no backup can be restored.",
      "Days until it is deleted: '<days>' (only when its deletion was scheduled). To cancel: aws kms cancel-key-deletion --region ${local.region} --key-id ${var.kms_key_id}, then aws kms enable-key.",
    ],
    count: "var.kms_key_id == null ? 0 : 1",
  },
  {
    name: "workflow_changed",
    title: `A state machine of ${named("*")} was changed`,
    pattern: apiCalls({
      service: "states",
      actions: ["DeleteStateMachine", "UpdateStateMachine"],
      where: {
        requestParameters: {
          stateMachineArn: props.workflows.map(({ name }) => arn("states", `stateMachine:${named(dashed(name))}`)),
        },
      },
      except: "deployers",
    }),
    fields: { machine: request("stateMachineArn") },
    sentences: [
      "The state machine <machine> was changed: backups, checks or restore tests may not run as they should.",
    ],
  },
  {
    name: "schedule_changed",
    title: `A schedule of ${named("*")} was changed`,
    pattern: apiCalls({
      service: "scheduler",
      actions: ["DeleteSchedule", "DeleteScheduleGroup", "UpdateSchedule"],
      where: {
        // No document of AWS shows a record of CloudTrail with the case of these members.
        requestParameters: {
          $or: [
            { groupName: [expression("local.name")] },
            { GroupName: [expression("local.name")] },
            { name: [expression("local.name")] },
            { Name: [expression("local.name")] },
          ],
        },
      },
      except: "deployers",
    }),
    fields: { name: request("name"), Name: request("Name"), state: request("state"), State: request("State") },
    sentences: [
      "The schedule or schedule group '<name><Name>' was changed: backups, checks or restore tests may no longer start. New state: '<state><State>'.",
    ],
  },
  {
    name: "alerts_changed",
    title: `A topic or subscription of ${named("*")} was changed`,
    pattern: apiCalls({
      service: "sns",
      actions: [
        "AddPermission",
        "DeleteTopic",
        // It can deny what is published to a topic.
        // https://docs.aws.amazon.com/sns/latest/dg/sns-message-data-protection-operations.html
        "PutDataProtectionPolicy",
        "RemovePermission",
        "SetSubscriptionAttributes",
        "SetTopicAttributes",
        "Unsubscribe",
      ],
      where: {
        requestParameters: {
          $or: [
            { topicArn: props.topicArns },
            { resourceArn: props.topicArns },
            { subscriptionArn: props.topicArns.map((topicArn) => prefix(`${topicArn}:`)) },
          ],
        },
      },
      except: "deployers",
    }),
    fields: {
      topic: request("topicArn"),
      resource: request("resourceArn"),
      subscription: request("subscriptionArn"),
      attribute: request("attributeName"),
    },
    sentences: ["<topic><resource><subscription> was changed (<attribute>): alerts may no longer reach people."],
  },
  {
    name: "alarm_changed",
    title: `An alarm of ${named("*")} was changed or deleted`,
    // CloudWatch sends these itself, without a trail and without saying who it was.
    // https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/cloudwatch-and-eventbridge.html
    pattern: {
      source: ["aws.cloudwatch"],
      "detail-type": ["CloudWatch Alarm Configuration Change"],
      detail: { alarmName: props.alarmNames, operation: ["delete", "update"] },
    },
    fields: {
      alarm: "$.detail.alarmName",
      operation: "$.detail.operation",
      enabled: "$.detail.configuration.actionsEnabled",
      time: "$.time",
    },
    sentences: [
      "The alarm <alarm> was changed (<operation>) at <time>. It sends notifications: <enabled>.",
      "To see who changed it: aws cloudtrail lookup-events --region ${local.region} --lookup-attributes AttributeKey=EventSource,AttributeValue=monitoring.amazonaws.com --max-results 20",
    ],
    recordsCaller: false,
  },
  {
    name: "role_changed",
    title: `A role of ${named("*")} was changed`,
    pattern: changesOfRoles(props.roleNames),
    fields: { role: request("roleName"), policy: request("policyName"), attached: request("policyArn") },
    sentences: ["The role <role> was changed (policy '<policy><attached>')."],
  },
  {
    name: "rule_changed",
    title: `A rule that reports tampering with ${cacheId} was disabled or deleted`,
    pattern: changesOfRules([tamperingRule, ...props.otherRules]),
    fields: { name: request("name"), rule: request("rule") },
    sentences: ["The EventBridge rule <name><rule> was changed: what it reported is no longer reported."],
  },
  {
    name: "trail_changed",
    title: "CloudTrail was changed",
    pattern: changesOfTrails,
    fields: { trail: request("name"), selectors: request("trailName") },
    sentences: [
      "The CloudTrail trail <trail><selectors> was changed. Without a trail that logs this Region, none of these messages is sent.",
    ],
  },
];
