import {
  DataAwsIamPolicyDocument,
  type DataAwsIamPolicyDocumentStatement,
} from "@cdktf/provider-aws/lib/data-aws-iam-policy-document";
import { DataAwsKmsKey } from "@cdktf/provider-aws/lib/data-aws-kms-key";
import { SnsTopic } from "@cdktf/provider-aws/lib/sns-topic";
import { SnsTopicPolicy } from "@cdktf/provider-aws/lib/sns-topic-policy";
import { Construct } from "constructs";
import { Check } from "../terraform/elements";
import { expression } from "../terraform/expression";
import { accept, annotate } from "../terraform/annotation";
import { named, prefix } from "../terraform/names";
import { conditions } from "../terraform/rules";
import type { Rule } from "../terraform/variable";
import { isUsable } from "../variables/keys";
import { Emails } from "./email";
import { eventsFilter } from "./events";
import { alarmsPublish, rulesPublish } from "./publishers";

/**
 * The policy of a key that AWS manages, such as alias/aws/sns, cannot be changed to let CloudWatch and EventBridge use it.
 *
 * @see https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html#compatibility-with-aws-services
 */
const isManagedByCustomer: Rule = {
  condition: 'self.key_manager == "CUSTOMER"',
  errorMessage:
    "alerts_kms_key_id ${self.arn} is managed by AWS, and its policy does not let CloudWatch and EventBridge use it, so that no alert would arrive. Use the ARN of a customer managed key with the policy in docs/security.md, or remove alerts_kms_key_id.",
};

/** The SNS topics: events of ElastiCache, and alerts for people, by email and in Slack. */
export class Notifications extends Construct {
  /** What ElastiCache publishes to: every event of the cache. */
  public readonly events: SnsTopic;
  /** Lets ElastiCache publish to `events`. */
  public readonly eventsPolicy: SnsTopicPolicy;
  /** What people get: alarms, when they begin and when they end. */
  public readonly notifications: SnsTopic;
  /**
   * What people get in Slack of EventBridge, in the schema of Amazon Q Developer in chat applications, which shows alarms as they are, but
   * no plain text. Without Slack it has no subscription.
   *
   * @see https://docs.aws.amazon.com/chatbot/latest/adminguide/custom-notifs.html
   */
  public readonly chat: SnsTopic;
  /** Let alarms and EventBridge rules publish to `notifications`, and rules to `chat`. */
  public readonly publishPolicies: readonly SnsTopicPolicy[];

  constructor(scope: Construct, id: string) {
    super(scope, id);

    this.events = new SnsTopic(this, "aws_sns_topic.redis_events", {
      name: named("events"),
      tags: { Name: named("events") },
    });
    annotate(
      this.events,
      "Not encrypted: ElastiCache cannot publish to an encrypted topic, and would silently call it inactive.\nhttps://docs.aws.amazon.com/AmazonElastiCache/latest/dg/ECEvents.SNS.html",
    );
    accept(this.events, "CKV_AWS_26", "ElastiCache cannot publish to an encrypted topic.");
    const publishEvents = new DataAwsIamPolicyDocument(this, "data.aws_iam_policy_document.redis_events", {
      statement: [
        {
          sid: "AllowElastiCachePublish",
          actions: ["sns:Publish"],
          resources: [this.events.arn],
          principals: [{ type: "AWS", identifiers: ["*"] }],
          condition: [{ test: "StringEquals", variable: "AWS:SourceOwner", values: [expression("local.account_id")] }],
        },
      ],
    });
    annotate(
      publishEvents,
      "aws:SourceOwner is the only condition under which ElastiCache is let in; aws:SourceAccount makes the topic inactive.",
    );
    this.eventsPolicy = new SnsTopicPolicy(this, "aws_sns_topic_policy.redis_events", {
      arn: this.events.arn,
      policy: publishEvents.json,
    });

    const key = new DataAwsKmsKey(this, "data.aws_kms_key.alerts", {
      keyId: expression("each.value"),
      lifecycle: { postcondition: conditions([isUsable("alerts_kms_key_id"), isManagedByCustomer]) },
    });
    key.addOverride("for_each", expression("toset(var.alerts_kms_key_id == null ? [] : [var.alerts_kms_key_id])"));
    annotate(
      key,
      "Read at plan: SNS accepts a key that alarms cannot use, and every alert would be lost without an error.",
    );
    this.notifications = new SnsTopic(this, "aws_sns_topic.redis_notifications", {
      name: named("backup-notifications"),
      displayName: `${prefix} backups`,
      kmsMasterKeyId: expression("var.alerts_kms_key_id"),
      tags: { Name: named("notifications") },
    });
    this.chat = new SnsTopic(this, "aws_sns_topic.redis_chat", {
      name: named("chat"),
      displayName: `${prefix} in Slack`,
      kmsMasterKeyId: expression("var.alerts_kms_key_id"),
      tags: { Name: named("chat") },
    });
    for (const topic of [this.notifications, this.chat])
      accept(
        topic,
        "CKV_AWS_26",
        "Encrypted once alerts_kms_key_id is set. Without a key policy of its own, no alert would arrive.",
      );
    const policy = (name: string, topic: SnsTopic, statement: DataAwsIamPolicyDocumentStatement[]): SnsTopicPolicy => {
      const document = new DataAwsIamPolicyDocument(this, `data.aws_iam_policy_document.${name}`, { statement });
      return new SnsTopicPolicy(this, `aws_sns_topic_policy.${name}`, { arn: topic.arn, policy: document.json });
    };
    this.publishPolicies = [
      policy("redis_notifications", this.notifications, [
        alarmsPublish(this.notifications),
        rulesPublish(this.notifications),
      ]),
      policy("redis_chat", this.chat, [rulesPublish(this.chat)]),
    ];

    const alerts = new Emails(this, "emails", { name: "redis_email", topic: this.notifications, content: "alerts" });
    // Raw and at once; the alarm on a failed snapshot can be read, and comes with the next check. A topic cannot be subscribed to another
    // one, and an address has one subscription to a topic, so that all events are in one filter.
    const failedSnapshots = new Emails(this, "emails-snapshot-failed", {
      name: "redis_email_snapshot_failed",
      topic: this.events,
      content: "messages about failed snapshots and other events of the cache",
      filter: { filterPolicyScope: "MessageBody", filterPolicy: expression(eventsFilter) },
    });
    new Check(this, "check.redis_email_confirmed", [alerts.confirmed, failedSnapshots.confirmed]);
  }
}
