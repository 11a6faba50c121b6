import { CloudwatchEventRule } from "@cdktf/provider-aws/lib/cloudwatch-event-rule";
import { CloudwatchEventTarget } from "@cdktf/provider-aws/lib/cloudwatch-event-target";
import type { ITerraformDependable } from "cdktf";
import { Construct } from "constructs";
import { annotate } from "../terraform/annotation";
import { expression } from "../terraform/expression";
import { dashed, named } from "../terraform/names";

export interface DeletionAlertProps {
  /** End of the addresses, e.g. `vault_deletions`. */
  readonly name: string;
  /** Name of the bucket, which must send its events to EventBridge. */
  readonly bucket: string;
  /** What kind of bucket it is, as it ends the sentence "deleted from …". */
  readonly what: string;
  /** Beginning of the keys whose deletion is not reported. @default - all are */
  readonly except?: string;
  readonly topicArn: string;
  /** The topic that Slack gets its messages from. @default - none */
  readonly chatTopicArn?: string;
  /** What lets rules publish to the topics: without it a message is lost. */
  readonly publishPolicies: readonly ITerraformDependable[];
  /** A Terraform expression of the number of each resource. @default - one */
  readonly count?: string;
}

/** Notifies people when somebody deletes an object, a version of one, or hides one behind a delete marker. */
export class DeletionAlert extends Construct {
  constructor(scope: Construct, id: string, props: DeletionAlertProps) {
    super(scope, id);
    const { name, bucket, what, except, topicArn, chatTopicArn, publishPolicies, count } = props;
    const physicalName = named(dashed(name));
    const rule = new CloudwatchEventRule(this, `aws_cloudwatch_event_rule.${name}`, {
      name: physicalName,
      description: `Objects deleted from ${what}`,
      eventPattern: JSON.stringify({
        source: ["aws.s3"],
        "detail-type": ["Object Deleted"],
        detail: {
          bucket: { name: [bucket] },
          ...(except !== undefined && { object: { key: [{ "anything-but": { prefix: except } }] } }),
          reason: ["DeleteObject"],
        },
      }),
      tags: { Name: physicalName },
    });
    annotate(
      rule,
      'What the lifecycle deletes has the reason "Lifecycle Expiration". Attempts that are denied cause no event; CloudTrail data events record them.\nhttps://docs.aws.amazon.com/AmazonS3/latest/userguide/ev-events.html',
      "event_pattern",
    );
    const inputPaths = {
      bucket: "$.detail.bucket.name",
      key: "$.detail.object.key",
      kind: "$.detail.deletion-type",
      requester: "$.detail.requester",
      time: "$.time",
      version: "$.detail.object.version-id",
    };
    const message = `<kind>: <key> (version <version>) in ${what} <bucket>, at <time>, by <requester>. Runbook: ${expression("local.runbook")}#${dashed(name)}`;
    const target = (address: string, targetId: string, arn: string, inputTemplate: string): CloudwatchEventTarget =>
      new CloudwatchEventTarget(this, `aws_cloudwatch_event_target.${address}`, {
        rule: count === undefined ? rule.name : expression(`aws_cloudwatch_event_rule.${name}[0].name`),
        targetId,
        arn,
        inputTransformer: { inputPaths, inputTemplate },
        dependsOn: [...publishPolicies],
      });
    const alert = target(name, "alerts", topicArn, JSON.stringify(message));
    if (count !== undefined) for (const part of [rule, alert]) part.addOverride("count", expression(count));
    if (chatTopicArn !== undefined) {
      const content = { textType: "client-markdown", title: `Objects deleted from ${what}`, description: message };
      const template = JSON.stringify({ version: "1.0", source: "custom", content });
      const chat = target(`${name}_chat`, "chat", chatTopicArn, template);
      if (count !== undefined) chat.addOverride("count", expression(count));
    }
  }
}
