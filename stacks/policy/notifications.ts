import { DataAwsIamPolicyDocument } from "@cdktf/provider-aws/lib/data-aws-iam-policy-document";
import { SnsTopic } from "@cdktf/provider-aws/lib/sns-topic";
import { SnsTopicPolicy } from "@cdktf/provider-aws/lib/sns-topic-policy";
import { Construct } from "constructs";
import { Emails } from "../notifications/email";
import { alarmsPublish } from "../notifications/publishers";
import { accept } from "../terraform/annotation";
import { Check } from "../terraform/elements";
import { named } from "../terraform/names";

/** Who is notified of findings, and who may publish notifications. */
export class PolicyNotifications extends Construct {
  /** Notifications for people: findings and alarms. */
  public readonly topic: SnsTopic;
  /**
   * Findings in the schema of Amazon Q Developer in chat applications, which shows alarms as they are, but no
   * plain text. Without Slack it has no subscription.
   *
   * @see https://docs.aws.amazon.com/chatbot/latest/adminguide/custom-notifs.html
   */
  public readonly chat: SnsTopic;

  constructor(scope: Construct, id: string) {
    super(scope, id);

    this.topic = this.addTopic("notifications", "Redis backup policy");
    this.chat = this.addTopic("chat", "Redis backup policy in Slack");

    const emails = new Emails(this, "emails", {
      name: "email",
      topic: this.topic,
      content: "notifications of clusters without backups",
    });
    new Check(this, "check.email_confirmed", [emails.confirmed]);
  }

  private addTopic(name: string, displayName: string): SnsTopic {
    const topic = new SnsTopic(this, `aws_sns_topic.${name}`, {
      name: named(name),
      displayName,
      tags: { Name: named(name) },
    });
    accept(
      topic,
      "CKV_AWS_26",
      "Messages name clusters and settings, no data. A key would have to let three publishers use it.",
    );
    const document = new DataAwsIamPolicyDocument(this, `data.aws_iam_policy_document.${name}`, {
      statement: [alarmsPublish(topic)],
    });
    new SnsTopicPolicy(this, `aws_sns_topic_policy.${name}`, { arn: topic.arn, policy: document.json });
    return topic;
  }
}
