import { DataAwsIamPolicyDocument } from "@cdktf/provider-aws/lib/data-aws-iam-policy-document";
import { SnsTopic } from "@cdktf/provider-aws/lib/sns-topic";
import { SnsTopicPolicy } from "@cdktf/provider-aws/lib/sns-topic-policy";
import { Construct } from "constructs";
import { Emails } from "../notifications/email";
import { rulesPublish } from "../notifications/publishers";
import { Check } from "../terraform/elements";
import { named } from "../terraform/names";

/** The topic for alerts of the vault, which is independent of those of the environments. */
export class VaultAlerts extends Construct {
  public readonly topic: SnsTopic;
  /** Lets EventBridge rules publish to `topic`. */
  public readonly publishPolicy: SnsTopicPolicy;

  constructor(scope: Construct, id: string) {
    super(scope, id);
    this.topic = new SnsTopic(this, "aws_sns_topic.vault_alerts", {
      name: named("alerts"),
      displayName: "Redis vault",
      tags: { Name: named("alerts") },
    });
    const document = new DataAwsIamPolicyDocument(this, "data.aws_iam_policy_document.vault_alerts", {
      statement: [rulesPublish(this.topic)],
    });
    this.publishPolicy = new SnsTopicPolicy(this, "aws_sns_topic_policy.vault_alerts", {
      arn: this.topic.arn,
      policy: document.json,
    });
    const emails = new Emails(this, "emails", {
      name: "vault_email",
      topic: this.topic,
      content: "alerts of deletions from the vault",
    });
    new Check(this, "check.vault_email_confirmed", [emails.confirmed]);
  }
}
