import { CloudwatchEventRule } from "@cdktf/provider-aws/lib/cloudwatch-event-rule";
import { CloudwatchEventTarget } from "@cdktf/provider-aws/lib/cloudwatch-event-target";
import { DataAwsIamPolicyDocument } from "@cdktf/provider-aws/lib/data-aws-iam-policy-document";
import { IamRole } from "@cdktf/provider-aws/lib/iam-role";
import { IamRolePolicy } from "@cdktf/provider-aws/lib/iam-role-policy";
import type { AwsProvider } from "@cdktf/provider-aws/lib/provider";
import { Construct } from "constructs";
import { arn } from "../terraform/arn";
import { expression } from "../terraform/expression";
import { inRegion, named } from "../terraform/names";
import { patternText } from "./patterns";
import { changesOfRules } from "./rules";

/**
 * The Region whose event bus gets the events of global services such as IAM, in each partition.
 *
 * @see https://repost.aws/knowledge-center/eventbridge-rule-triggers-iam-single-region
 */
export function regionOfGlobalEvents(region: string): string {
  if (region.startsWith("cn-")) return "cn-north-1";
  if (region.startsWith("us-gov-")) return "us-gov-west-1";
  return "us-east-1";
}

export interface GlobalEventsProps {
  /** The stack's Region. */
  readonly region: string;
  /** A provider for the Region of global events. */
  readonly provider: AwsProvider;
  /** Patterns of the events that this stack's Region needs. */
  readonly patterns: Readonly<Record<string, object>>;
}

/**
 * Brings events of global services to the bus of the stack's Region, where its rules are, and those on the rules that do so. In their own
 * Region they already are.
 */
export class GlobalEvents extends Construct {
  constructor(scope: Construct, id: string, { region, provider, patterns: given }: GlobalEventsProps) {
    super(scope, id);
    const home = regionOfGlobalEvents(region);
    const count = home === region ? 0 : expression("var.report_role_changes ? 1 : 0");
    const name = inRegion(named("tampering-forward"));
    const ruleName = (rule: string): string => inRegion(named(`tampering-${rule}`));
    const patterns = { ...given, rules: changesOfRules([...Object.keys(given), "rules"].map(ruleName)) };

    const trust = new DataAwsIamPolicyDocument(this, "data.aws_iam_policy_document.tampering_forward_trust", {
      statement: [
        {
          actions: ["sts:AssumeRole"],
          principals: [{ type: "Service", identifiers: ["events.amazonaws.com"] }],
          condition: [
            { test: "StringEquals", variable: "aws:SourceAccount", values: [expression("local.account_id")] },
            {
              test: "ArnEquals",
              variable: "aws:SourceArn",
              values: Object.keys(patterns).map(
                (rule) =>
                  `arn:${expression("local.partition")}:events:${home}:${expression("local.account_id")}:rule/${ruleName(rule)}`,
              ),
            },
          ],
        },
      ],
    });
    const role = new IamRole(this, "aws_iam_role.tampering_forward", {
      name,
      description: `Forwards events on IAM roles and CloudTrail trails from ${home} to the event bus of this Region`,
      assumeRolePolicy: trust.json,
      tags: { Name: name },
    });
    role.addOverride("count", count);
    const policy = new DataAwsIamPolicyDocument(this, "data.aws_iam_policy_document.tampering_forward", {
      statement: [{ sid: "PutOnBus", actions: ["events:PutEvents"], resources: [arn("events", "event-bus/default")] }],
    });
    const rolePolicy = new IamRolePolicy(this, "aws_iam_role_policy.tampering_forward", {
      name,
      role: expression("aws_iam_role.tampering_forward[0].name"),
      policy: policy.json,
    });
    rolePolicy.addOverride("count", count);

    for (const [what, pattern] of Object.entries(patterns)) {
      const address = `tampering_${what}_forward`;
      const rule = new CloudwatchEventRule(this, `aws_cloudwatch_event_rule.${address}`, {
        provider,
        name: ruleName(what),
        description: `Forwards events that are published only in ${home} to the rules ${named("tampering-*")}`,
        eventPattern: patternText(pattern),
        tags: { Name: ruleName(what) },
      });
      rule.addOverride("count", count);
      const target = new CloudwatchEventTarget(this, `aws_cloudwatch_event_target.${address}`, {
        provider,
        rule: expression(`aws_cloudwatch_event_rule.${address}[0].name`),
        targetId: "bus",
        arn: arn("events", "event-bus/default"),
        roleArn: expression("aws_iam_role.tampering_forward[0].arn"),
        dependsOn: [rolePolicy],
      });
      target.addOverride("count", count);
    }
  }
}
