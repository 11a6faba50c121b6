import { CloudwatchEventRule } from "@cdktf/provider-aws/lib/cloudwatch-event-rule";
import { CloudwatchEventTarget } from "@cdktf/provider-aws/lib/cloudwatch-event-target";
import { ConfigConfigRule } from "@cdktf/provider-aws/lib/config-config-rule";
import { Construct } from "constructs";
import { expression } from "../terraform/expression";
import type { PolicyNotifications } from "./notifications";

const counted = expression("var.enable_config_rules ? 1 : 0");

/**
 * What AWS Config judges by itself, once a day, and tells people through EventBridge.
 *
 * Both rules are periodic: they need no recording of resources, and record none.
 *
 * @see https://docs.aws.amazon.com/config/latest/developerguide/elasticache-redis-cluster-automatic-backup-check.html
 * @see https://docs.aws.amazon.com/config/latest/developerguide/elasticache-automatic-backup-check-enabled.html
 */
export class ConfigRules extends Construct {
  constructor(scope: Construct, { notifications }: { readonly notifications: PolicyNotifications }) {
    super(scope, "config-rules");

    this.rule("retention", {
      identifier: "ELASTICACHE_REDIS_CLUSTER_AUTOMATIC_BACKUP_CHECK",
      description: "Automatic backups of every Redis cluster are kept for the fewest days accepted or longer",
      inputParameters: expression("jsonencode({ snapshotRetentionPeriod = tostring(var.backup_floor_days) })"),
    });
    this.rule("enabled", {
      identifier: "ELASTICACHE_AUTOMATIC_BACKUP_CHECK_ENABLED",
      description: "Automatic backups of every Valkey and Redis cluster are on",
    });

    this.tell("non_compliant", notifications, {
      description: "A cluster no longer complies with an AWS Config rule of the backup policy",
      result: { newEvaluationResult: { complianceType: ["NON_COMPLIANT"] } },
      lines: [
        "Backups of <type> <cluster> in account <account>, Region <region>, do not comply with the AWS Config rule <rule>: they are off, or kept for fewer than ${var.backup_floor_days} days.",
        "What to do: aws elasticache modify-replication-group --region <region> --replication-group-id <cluster> --snapshot-retention-limit ${var.backup_floor_days} --apply-immediately",
        "For a node without a replication group: aws elasticache modify-cache-cluster --region <region> --cache-cluster-id <cluster> --snapshot-retention-limit ${var.backup_floor_days} --apply-immediately",
        "Runbook: ${local.runbook}#non-compliant",
      ],
    });
    this.tell("compliant_again", notifications, {
      description: "A cluster complies again with an AWS Config rule of the backup policy",
      // A cluster that is new and complies is no news.
      result: {
        newEvaluationResult: { complianceType: ["COMPLIANT"] },
        oldEvaluationResult: { complianceType: ["NON_COMPLIANT"] },
      },
      lines: [
        "Backups of <type> <cluster> in account <account>, Region <region>, comply again with the AWS Config rule <rule>. There is nothing to do.",
      ],
    });
  }

  private rule(
    name: string,
    props: { readonly identifier: string; readonly description: string; readonly inputParameters?: string },
  ): void {
    const rule = new ConfigConfigRule(this, `aws_config_config_rule.${name}`, {
      name: `${expression("local.name")}-${name}`,
      description: props.description,
      source: { owner: "AWS", sourceIdentifier: props.identifier },
      inputParameters: props.inputParameters,
      maximumExecutionFrequency: "TwentyFour_Hours",
      tags: { Name: `${expression("local.name")}-${name}` },
    });
    rule.addOverride("count", counted);
  }

  private tell(
    name: string,
    { topic, chat }: PolicyNotifications,
    props: { readonly description: string; readonly result: object; readonly lines: readonly string[] },
  ): void {
    const rule = new CloudwatchEventRule(this, `aws_cloudwatch_event_rule.${name}`, {
      name: `${expression("local.name")}-${name.replaceAll("_", "-")}`,
      description: props.description,
      eventPattern: JSON.stringify({
        source: ["aws.config"],
        "detail-type": ["Config Rules Compliance Change"],
        detail: {
          messageType: ["ComplianceChangeNotification"],
          configRuleName: [`${expression("local.name")}-retention`, `${expression("local.name")}-enabled`],
          ...props.result,
        },
      }),
      tags: { Name: `${expression("local.name")}-${name.replaceAll("_", "-")}` },
    });
    rule.addOverride("count", counted);
    const inputPaths = {
      account: "$.detail.awsAccountId",
      cluster: "$.detail.resourceId",
      region: "$.detail.awsRegion",
      rule: "$.detail.configRuleName",
      type: "$.detail.resourceType",
    };
    const targets = [
      {
        targetId: "notifications",
        arn: topic.arn,
        // Each line is a JSON string: EventBridge keeps the quotes, and takes no text without them.
        inputTemplate: props.lines.map((line) => JSON.stringify(line)).join("\n"),
      },
      {
        targetId: "chat",
        arn: chat.arn,
        inputTemplate: JSON.stringify({
          version: "1.0",
          source: "custom",
          content: { textType: "client-markdown", title: props.description, description: props.lines.join("\n\n") },
        }),
      },
    ];
    for (const { targetId, arn, inputTemplate } of targets) {
      const target = new CloudwatchEventTarget(this, `aws_cloudwatch_event_target.${name}_${targetId}`, {
        rule: expression(`aws_cloudwatch_event_rule.${name}[0].name`),
        targetId,
        arn,
        inputTransformer: { inputPaths, inputTemplate },
      });
      target.addOverride("count", counted);
    }
  }
}
