import { CloudwatchEventRule } from "@cdktf/provider-aws/lib/cloudwatch-event-rule";
import { CloudwatchEventTarget } from "@cdktf/provider-aws/lib/cloudwatch-event-target";
import { Cloudtrail } from "@cdktf/provider-aws/lib/cloudtrail";
import { DataAwsIamPolicyDocument } from "@cdktf/provider-aws/lib/data-aws-iam-policy-document";
import { S3BucketPolicy } from "@cdktf/provider-aws/lib/s3-bucket-policy";
import type { TerraformResource } from "cdktf";
import { Construct } from "constructs";
import { arn } from "../terraform/arn";
import { annotate } from "../terraform/annotation";
import { expression, numberExpression } from "../terraform/expression";
import { named } from "../terraform/names";
import type { VaultAlerts } from "./alerts";
import { PrivateBucket } from "./bucket";
import { onlyTls } from "./policy";
import { bucketName } from "./vault";

export interface DataEventsProps {
  readonly vaultArn: string;
  readonly vaultName: string;
  readonly alerts: VaultAlerts;
}

const enabled = "var.vault_data_events ? 1 : 0";
const trailName = named("data-events");

/**
 * CloudTrail data events of the vault: the only record of requests that were denied. Off unless `vault_data_events` is set, since each
 * request is billed.
 *
 * @see https://docs.aws.amazon.com/awscloudtrail/latest/userguide/logging-data-events-with-cloudtrail.html
 */
export class DataEvents extends Construct {
  constructor(scope: Construct, id: string, { vaultArn, vaultName, alerts }: DataEventsProps) {
    super(scope, id);
    const logs = new PrivateBucket(this, "logs", {
      name: "vault_data_events",
      bucketName: bucketName("requests"),
      forceDestroy: true,
      count: enabled,
    });
    const expiry = logs.expire("vault_data_events", numberExpression("var.log_retention_days"));
    const trailArn = arn("cloudtrail", `trail/${trailName}`);
    const cloudtrail = [{ type: "Service", identifiers: ["cloudtrail.amazonaws.com"] }];
    const fromTrail = { test: "StringEquals", variable: "aws:SourceArn", values: [trailArn] };
    const document = new DataAwsIamPolicyDocument(this, "data.aws_iam_policy_document.vault_data_events", {
      // https://docs.aws.amazon.com/awscloudtrail/latest/userguide/create-s3-bucket-policy-for-cloudtrail.html
      statement: [
        onlyTls(logs.arn),
        {
          sid: "AllowCloudTrailToReadTheAcl",
          actions: ["s3:GetBucketAcl"],
          resources: [logs.arn],
          principals: cloudtrail,
          condition: [fromTrail],
        },
        {
          sid: "AllowCloudTrailToWrite",
          actions: ["s3:PutObject"],
          resources: [`${logs.arn}/AWSLogs/${expression("local.account_id")}/*`],
          principals: cloudtrail,
          condition: [
            fromTrail,
            { test: "StringEquals", variable: "s3:x-amz-acl", values: ["bucket-owner-full-control"] },
          ],
        },
      ],
    });
    const policy = new S3BucketPolicy(this, "aws_s3_bucket_policy.vault_data_events", {
      bucket: logs.id,
      policy: expression("data.aws_iam_policy_document.vault_data_events[0].json"),
    });
    const trail = new Cloudtrail(this, "aws_cloudtrail.vault", {
      name: trailName,
      s3BucketName: logs.id,
      enableLogFileValidation: true,
      includeGlobalServiceEvents: false,
      advancedEventSelector: [
        {
          name: "Requests to the objects of the vault",
          fieldSelector: [
            { field: "eventCategory", equalTo: ["Data"] },
            { field: "resources.type", equalTo: ["AWS::S3::Object"] },
            { field: "resources.ARN", startsWith: [`${vaultArn}/`] },
          ],
        },
      ],
      tags: { Name: trailName },
      dependsOn: [policy],
    });
    const name = named("denied");
    const rule = new CloudwatchEventRule(this, "aws_cloudwatch_event_rule.vault_denied", {
      name,
      description: "Requests to the vault that were denied",
      eventPattern: JSON.stringify({
        source: ["aws.s3"],
        "detail-type": ["AWS API Call via CloudTrail"],
        detail: { errorCode: ["AccessDenied"], requestParameters: { bucketName: [vaultName] } },
      }),
      tags: { Name: name },
    });
    annotate(rule, "Without a trail that records data events, EventBridge never receives these.");
    const target = new CloudwatchEventTarget(this, "aws_cloudwatch_event_target.vault_denied", {
      rule: expression("aws_cloudwatch_event_rule.vault_denied[0].name"),
      targetId: "alerts",
      arn: alerts.topic.arn,
      inputTransformer: {
        inputPaths: {
          action: "$.detail.eventName",
          key: "$.detail.requestParameters.key",
          time: "$.time",
          who: "$.detail.userIdentity.arn",
        },
        inputTemplate: `"Denied: <action> of <key> in the vault, at <time>, by <who>. Runbook: ${expression("local.runbook")}#vault-deletions"`,
      },
      dependsOn: [alerts.publishPolicy],
    });
    const counted: readonly TerraformResource[] = [expiry, policy, trail, rule, target];
    for (const part of counted) part.addOverride("count", expression(enabled));
    document.addOverride("count", expression(enabled));
  }
}
