import type { SnsTopic } from "@cdktf/provider-aws/lib/sns-topic";
import { SnsTopicSubscription, type SnsTopicSubscriptionConfig } from "@cdktf/provider-aws/lib/sns-topic-subscription";
import { Construct } from "constructs";
import { expression } from "../terraform/expression";
import type { Rule } from "../terraform/variable";

export interface EmailsProps {
  /** Terraform name of the subscription of `notification_email`; those of the other addresses are named after it. */
  readonly name: string;
  readonly topic: SnsTopic;
  /** What nobody receives while no address is confirmed, e.g. `alerts`. */
  readonly content: string;
  /** Restricts which messages are delivered. */
  readonly filter?: Pick<SnsTopicSubscriptionConfig, "filterPolicy" | "filterPolicyScope">;
}

/**
 * Subscribes `notification_email` and each of `additional_notification_emails` to a topic.
 *
 * A topic has one subscription per address. A second subscription of the same address would have the same ARN, so destroying one of the two
 * resources would cancel both. An address is therefore in only one of the variables, and cannot be moved to the other.
 *
 * @see https://docs.aws.amazon.com/sns/latest/api/API_Subscribe.html
 */
export class Emails extends Construct {
  /** Fails while an address has not confirmed its subscription. */
  public readonly confirmed: Rule;

  constructor(scope: Construct, id: string, { name, topic, content, filter }: EmailsProps) {
    super(scope, id);
    const email = { topicArn: topic.arn, protocol: "email", ...filter };
    const additional = `${name}_additional`;

    new SnsTopicSubscription(this, `aws_sns_topic_subscription.${name}`, {
      ...email,
      endpoint: expression("var.notification_email"),
    }).addOverride("count", expression("var.notification_email == null ? 0 : 1"));
    new SnsTopicSubscription(this, `aws_sns_topic_subscription.${additional}`, {
      ...email,
      endpoint: expression("each.value"),
    }).addOverride("for_each", expression("var.additional_notification_emails"));

    const unconfirmed = `[for subscription in concat(aws_sns_topic_subscription.${name}[*], values(aws_sns_topic_subscription.${additional})) : subscription.endpoint if subscription.pending_confirmation]`;
    this.confirmed = {
      condition: `length(${unconfirmed}) == 0`,
      errorMessage: `\${join(", ", ${unconfirmed})} will not receive ${content}: the subscription to ${topic.name} is not confirmed. Open the message from AWS Notifications in that mailbox and follow its link.`,
    };
  }
}
