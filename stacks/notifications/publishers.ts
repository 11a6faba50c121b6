import type { DataAwsIamPolicyDocumentStatement } from "@cdktf/provider-aws/lib/data-aws-iam-policy-document";
import type { SnsTopic } from "@cdktf/provider-aws/lib/sns-topic";
import { arn } from "../terraform/arn";
import { expression } from "../terraform/expression";
import { named } from "../terraform/names";

/** A statement of a topic's policy: a service may publish for resources of this stack, in this account. */
const publishes = (
  topic: SnsTopic,
  sid: string,
  service: string,
  source: string,
): DataAwsIamPolicyDocumentStatement => ({
  sid,
  actions: ["sns:Publish"],
  resources: [topic.arn],
  principals: [{ type: "Service", identifiers: [service] }],
  condition: [
    { test: "StringEquals", variable: "aws:SourceAccount", values: [expression("local.account_id")] },
    { test: "ArnLike", variable: "aws:SourceArn", values: [source] },
  ],
});

/** The alarms of the stack may publish to the topic. */
export const alarmsPublish = (topic: SnsTopic): DataAwsIamPolicyDocumentStatement =>
  publishes(topic, "AllowAlarmsPublish", "cloudwatch.amazonaws.com", arn("cloudwatch", `alarm:${named("*")}`));

/**
 * The EventBridge rules of the stack may publish to the topic.
 *
 * @see https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-use-conditions.html
 */
export const rulesPublish = (topic: SnsTopic): DataAwsIamPolicyDocumentStatement =>
  publishes(topic, "AllowRulesPublish", "events.amazonaws.com", arn("events", `rule/${named("*")}`));
