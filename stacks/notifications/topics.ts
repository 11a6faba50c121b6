import { DataAwsIamPolicyDocument } from "@cdktf/provider-aws/lib/data-aws-iam-policy-document";
import { SnsTopic } from "@cdktf/provider-aws/lib/sns-topic";
import { SnsTopicPolicy } from "@cdktf/provider-aws/lib/sns-topic-policy";
import { SnsTopicSubscription } from "@cdktf/provider-aws/lib/sns-topic-subscription";
import { Construct } from "constructs";
import { Check } from "../terraform/elements";
import { expression } from "../terraform/expression";
import { annotate } from "../terraform/annotation";
import { arn } from "../terraform/arn";
import { named, prefix } from "../terraform/names";

/** The two SNS topics: events of ElastiCache, and alerts for people. */
export class Notifications extends Construct {
  /** What ElastiCache publishes to: every event of the cache. */
  public readonly events: SnsTopic;
  /** Lets ElastiCache publish to `events`. */
  public readonly eventsPolicy: SnsTopicPolicy;
  /** What people get: alarms, when they begin and when they end. */
  public readonly notifications: SnsTopic;

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

    this.notifications = new SnsTopic(this, "aws_sns_topic.redis_notifications", {
      name: named("backup-notifications"),
      displayName: `${prefix} backups`,
      tags: { Name: named("notifications") },
    });
    const publishAlarms = new DataAwsIamPolicyDocument(this, "data.aws_iam_policy_document.redis_notifications", {
      statement: [
        {
          sid: "AllowAlarmsPublish",
          actions: ["sns:Publish"],
          resources: [this.notifications.arn],
          principals: [{ type: "Service", identifiers: ["cloudwatch.amazonaws.com"] }],
          condition: [
            { test: "StringEquals", variable: "aws:SourceAccount", values: [expression("local.account_id")] },
            {
              test: "ArnLike",
              variable: "aws:SourceArn",
              values: [arn("cloudwatch", `alarm:${named("*")}`)],
            },
          ],
        },
      ],
    });
    new SnsTopicPolicy(this, "aws_sns_topic_policy.redis_notifications", {
      arn: this.notifications.arn,
      policy: publishAlarms.json,
    });

    new SnsTopicSubscription(this, "aws_sns_topic_subscription.redis_email", {
      topicArn: this.notifications.arn,
      protocol: "email",
      endpoint: expression("var.notification_email"),
    });
    // Raw and at once; the alarm on it can be read, and comes with the next check. A topic cannot be subscribed to another one.
    new SnsTopicSubscription(this, "aws_sns_topic_subscription.redis_email_snapshot_failed", {
      topicArn: this.events.arn,
      protocol: "email",
      endpoint: expression("var.notification_email"),
      filterPolicyScope: "MessageBody",
      filterPolicy: expression(`jsonencode({ "ElastiCache:SnapshotFailed" = [{ exists = true }] })`),
    });
    new Check(
      this,
      "check.redis_email_confirmed",
      [
        ["redis_email", "alarms", "redis_notifications"],
        ["redis_email_snapshot_failed", "failed snapshots", "redis_events"],
      ].map(([subscription = "", what = "", topic = ""]) => ({
        condition: `!aws_sns_topic_subscription.${subscription}.pending_confirmation`,
        errorMessage: `Nobody is notified of ${what} yet: \${var.notification_email} has not confirmed its subscription to \${aws_sns_topic.${topic}.name}. Open the message from AWS Notifications in that mailbox and follow its link.`,
      })),
    );
  }
}
