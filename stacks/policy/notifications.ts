import { DataAwsIamPolicyDocument } from "@cdktf/provider-aws/lib/data-aws-iam-policy-document";
import { SnsTopic } from "@cdktf/provider-aws/lib/sns-topic";
import { SnsTopicPolicy } from "@cdktf/provider-aws/lib/sns-topic-policy";
import { SnsTopicSubscription } from "@cdktf/provider-aws/lib/sns-topic-subscription";
import { Construct } from "constructs";
import { arn } from "../terraform/arn";
import { Check } from "../terraform/elements";
import { expression } from "../terraform/expression";

/** Who is told of findings, and who may tell them. */
export class PolicyNotifications extends Construct {
  /** What people get: findings, what AWS Config says, alarms. */
  public readonly topic: SnsTopic;
  /**
   * Findings and what AWS Config says once more, as Amazon Q Developer in chat applications shows them: it takes alarms as they are,
   * but no plain text. Nobody hears it without Slack.
   *
   * @see https://docs.aws.amazon.com/chatbot/latest/adminguide/custom-notifs.html
   */
  public readonly chat: SnsTopic;

  constructor(scope: Construct) {
    super(scope, "notifications");

    this.topic = this.addTopic("notifications", "Redis backup policy");
    this.chat = this.addTopic("chat", "Redis backup policy in Slack");

    new SnsTopicSubscription(this, "aws_sns_topic_subscription.email", {
      topicArn: this.topic.arn,
      protocol: "email",
      endpoint: expression("var.notification_email"),
    });
    new Check(this, "check.email_confirmed", [
      {
        condition: "!aws_sns_topic_subscription.email.pending_confirmation",
        errorMessage:
          "Nobody is told of clusters without backups: ${var.notification_email} has not confirmed its subscription yet. Open the message from AWS Notifications in that mailbox and follow its link.",
      },
    ]);
  }

  private addTopic(name: string, displayName: string): SnsTopic {
    const topic = new SnsTopic(this, `aws_sns_topic.${name}`, {
      name: `${expression("local.name")}-${name}`,
      displayName,
      tags: { Name: `${expression("local.name")}-${name}` },
    });
    const publish = (sid: string, service: string, source: string) => ({
      sid,
      actions: ["sns:Publish"],
      resources: [topic.arn],
      principals: [{ type: "Service", identifiers: [service] }],
      condition: [
        { test: "StringEquals", variable: "aws:SourceAccount", values: [expression("local.account_id")] },
        { test: "ArnLike", variable: "aws:SourceArn", values: [source] },
      ],
    });
    const document = new DataAwsIamPolicyDocument(this, `data.aws_iam_policy_document.${name}`, {
      statement: [
        publish(
          "AllowAlarmsPublish",
          "cloudwatch.amazonaws.com",
          arn("cloudwatch", `alarm:${expression("local.name")}-*`),
        ),
        // EventBridge sends the rule's ARN and account.
        // https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-use-conditions.html
        publish("AllowRulesPublish", "events.amazonaws.com", arn("events", `rule/${expression("local.name")}-*`)),
      ],
    });
    new SnsTopicPolicy(this, `aws_sns_topic_policy.${name}`, { arn: topic.arn, policy: document.json });
    return topic;
  }
}
