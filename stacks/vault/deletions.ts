import { CloudwatchEventRule } from "@cdktf/provider-aws/lib/cloudwatch-event-rule";
import { CloudwatchEventTarget } from "@cdktf/provider-aws/lib/cloudwatch-event-target";
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
  readonly topicArn: string;
  /** A Terraform expression of the number of each resource. @default - one */
  readonly count?: string;
}

/** Notifies people when somebody deletes an object, a version of one, or hides one behind a delete marker. */
export class DeletionAlert extends Construct {
  constructor(scope: Construct, id: string, { name, bucket, what, topicArn, count }: DeletionAlertProps) {
    super(scope, id);
    const physicalName = named(dashed(name));
    const rule = new CloudwatchEventRule(this, `aws_cloudwatch_event_rule.${name}`, {
      name: physicalName,
      description: `Objects deleted from ${what}`,
      eventPattern: expression(
        `jsonencode({ source = ["aws.s3"], "detail-type" = ["Object Deleted"], detail = { bucket = { name = [${expressionOf(bucket)}] }, reason = ["DeleteObject"] } })`,
      ),
      tags: { Name: physicalName },
    });
    annotate(
      rule,
      'What the lifecycle deletes has the reason "Lifecycle Expiration". Attempts that are denied cause no event; CloudTrail data events record them.\nhttps://docs.aws.amazon.com/AmazonS3/latest/userguide/ev-events.html',
      "event_pattern",
    );
    const target = new CloudwatchEventTarget(this, `aws_cloudwatch_event_target.${name}`, {
      rule: count === undefined ? rule.name : expression(`aws_cloudwatch_event_rule.${name}[0].name`),
      arn: topicArn,
      inputTransformer: {
        inputPaths: {
          bucket: "$.detail.bucket.name",
          key: "$.detail.object.key",
          kind: "$.detail.deletion-type",
          requester: "$.detail.requester",
          time: "$.time",
          version: "$.detail.object.version-id",
        },
        inputTemplate: `"<kind>: <key> (version <version>) in ${what} <bucket>, at <time>, by <requester>. Runbook: ${expression("local.runbook")}#${dashed(name)}"`,
      },
    });
    if (count !== undefined) for (const part of [rule, target]) part.addOverride("count", expression(count));
  }
}

/** The inside of a reference, for an expression that is written around it. */
const expressionOf = (reference: string): string => reference.slice(2, -1);
