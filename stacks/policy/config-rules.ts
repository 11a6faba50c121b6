import { CloudwatchEventRule } from "@cdktf/provider-aws/lib/cloudwatch-event-rule";
import { CloudwatchEventTarget } from "@cdktf/provider-aws/lib/cloudwatch-event-target";
import { ConfigConfigRule } from "@cdktf/provider-aws/lib/config-config-rule";
import { Construct } from "constructs";
import { annotate } from "../terraform/annotation";
import { expression } from "../terraform/expression";
import { dashed, named } from "../terraform/names";
import type { PolicyNotifications } from "./notifications";

/**
 * The managed rules, each with the Regions in which AWS Config does not have it ("AWS Region" on the rule's page): a deployment that
 * asks for one there fails, so it is left out.
 *
 * @see https://docs.aws.amazon.com/config/latest/developerguide/elasticache-redis-cluster-automatic-backup-check.html
 * @see https://docs.aws.amazon.com/config/latest/developerguide/elasticache-automatic-backup-check-enabled.html
 */
export const managedRules = {
  retention: {
    identifier: "ELASTICACHE_REDIS_CLUSTER_AUTOMATIC_BACKUP_CHECK",
    description: "Automatic backups of every Redis cluster are retained for the minimum number of days",
    missingIn: ["ap-east-2"],
  },
  enabled: {
    identifier: "ELASTICACHE_AUTOMATIC_BACKUP_CHECK_ENABLED",
    description: "Automatic backups of every Valkey and Redis cluster are turned on",
    missingIn: ["ap-east-2", "ap-southeast-6", "ca-west-1", "cn-north-1", "cn-northwest-1", "mx-central-1"],
  },
} as const satisfies Record<string, { identifier: string; description: string; missingIn: readonly string[] }>;

type RuleName = keyof typeof managedRules;

export interface ConfigRulesProps {
  /** The stack's AWS Region, which decides which of the rules there are. */
  readonly region: string;
  readonly notifications: PolicyNotifications;
}

const enabled = expression("var.enable_config_rules ? 1 : 0");

/**
 * AWS Config's own evaluation, once a day, and notifications of it through EventBridge.
 *
 * Both rules are periodic: they need no recording of resources, and record none.
 */
export class ConfigRules extends Construct {
  constructor(
    scope: Construct,
    id: string,
    private readonly props: ConfigRulesProps,
  ) {
    super(scope, id);
    const { notifications } = props;

    this.rule("retention", expression("jsonencode({ snapshotRetentionPeriod = tostring(var.backup_floor_days) })"));
    this.rule("enabled");

    this.forward("non_compliant", notifications, {
      description: "A cluster no longer complies with an AWS Config rule of the backup policy",
      result: { newEvaluationResult: { complianceType: ["NON_COMPLIANT"] } },
      lines: [
        "Backups of <type> <cluster> in account <account>, Region <region>, do not comply with the AWS Config rule <rule>: they are off, or retained for fewer than ${var.backup_floor_days} days.",
        "What to do: aws elasticache modify-replication-group --region <region> --replication-group-id <cluster> --snapshot-retention-limit ${var.backup_floor_days} --apply-immediately",
        "For a node without a replication group: aws elasticache modify-cache-cluster --region <region> --cache-cluster-id <cluster> --snapshot-retention-limit ${var.backup_floor_days} --apply-immediately",
        "Runbook: ${local.runbook}#non-compliant",
      ],
    });
    this.forward("compliant_again", notifications, {
      description: "A cluster complies again with an AWS Config rule of the backup policy",
      // Not for a new cluster that complies.
      result: {
        newEvaluationResult: { complianceType: ["COMPLIANT"] },
        oldEvaluationResult: { complianceType: ["NON_COMPLIANT"] },
      },
      lines: [
        "Backups of <type> <cluster> in account <account>, Region <region>, comply again with the AWS Config rule <rule>. No action is needed.",
      ],
    });
  }

  private exists(name: RuleName): boolean {
    return !(managedRules[name].missingIn as readonly string[]).includes(this.props.region);
  }

  private rule(name: RuleName, inputParameters?: string): void {
    const { identifier, description } = managedRules[name];
    const rule = new ConfigConfigRule(this, `aws_config_config_rule.${name}`, {
      name: named(name),
      description,
      source: { owner: "AWS", sourceIdentifier: identifier },
      inputParameters,
      maximumExecutionFrequency: "TwentyFour_Hours",
      tags: { Name: named(name) },
    });
    rule.addOverride("count", this.exists(name) ? enabled : 0);
    if (!this.exists(name)) annotate(rule, `AWS Config does not have ${identifier} in ${this.props.region}`, "count");
  }

  private forward(
    name: string,
    { topic, chat }: PolicyNotifications,
    props: { readonly description: string; readonly result: object; readonly lines: readonly string[] },
  ): void {
    // Without any rule there is no event to forward.
    const counted = this.exists("retention") || this.exists("enabled") ? enabled : 0;
    const rule = new CloudwatchEventRule(this, `aws_cloudwatch_event_rule.${name}`, {
      name: named(dashed(name)),
      description: props.description,
      eventPattern: JSON.stringify({
        source: ["aws.config"],
        "detail-type": ["Config Rules Compliance Change"],
        detail: {
          messageType: ["ComplianceChangeNotification"],
          configRuleName: Object.keys(managedRules).map(named),
          ...props.result,
        },
      }),
      tags: { Name: named(dashed(name)) },
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
