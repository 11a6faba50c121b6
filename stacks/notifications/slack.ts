import { ChatbotSlackChannelConfiguration } from "@cdktf/provider-aws/lib/chatbot-slack-channel-configuration";
import { DataAwsIamPolicyDocument } from "@cdktf/provider-aws/lib/data-aws-iam-policy-document";
import { IamRole } from "@cdktf/provider-aws/lib/iam-role";
import { IamRolePolicy } from "@cdktf/provider-aws/lib/iam-role-policy";
import type { SnsTopic } from "@cdktf/provider-aws/lib/sns-topic";
import { Construct } from "constructs";
import { expression, listExpression } from "../terraform/expression";
import { conditions } from "../terraform/rules";
import { inRegion, named } from "../terraform/names";

const counted = expression("var.slack_team_id == null ? 0 : 1");

/** Terraform: the ARN of an SNS topic in parts. */
const arnOf = (topic: string): string => `split(":", ${topic})`;

export interface SlackProps {
  /** Whose messages the channel shows, beside those of `slack_topic_arns`. */
  readonly topics: readonly SnsTopic[];
}

/**
 * Alarms in a Slack channel, by Amazon Q Developer in chat applications. A channel has one configuration in an account, whatever the
 * Region (https://github.com/aws-cloudformation/cloudformation-coverage-roadmap/issues/1155), so one stack has it, and shows the topics of
 * others too. Somebody has to let it into the workspace once, in its console.
 *
 * @see https://docs.aws.amazon.com/chatbot/latest/adminguide/slack-setup.html
 */
export class Slack extends Construct {
  constructor(scope: Construct, id: string, { topics }: SlackProps) {
    super(scope, id);
    // Chat configurations are global in an account, as roles are.
    const name = inRegion(named("slack"));

    const trust = new DataAwsIamPolicyDocument(this, "data.aws_iam_policy_document.redis_slack_trust", {
      statement: [
        {
          actions: ["sts:AssumeRole"],
          principals: [{ type: "Service", identifiers: ["chatbot.amazonaws.com"] }],
          // If it exists: AWS does not say that this service presents the account it acts for, and Slack must not fall silent.
          condition: [
            { test: "StringEqualsIfExists", variable: "aws:SourceAccount", values: [expression("local.account_id")] },
          ],
        },
      ],
    });
    const role = new IamRole(this, "aws_iam_role.redis_slack", {
      name,
      description: "Shows alarms and their graphs in Slack",
      assumeRolePolicy: trust.json,
      tags: { Name: name },
    });
    role.addOverride("count", counted);
    const policy = new DataAwsIamPolicyDocument(this, "data.aws_iam_policy_document.redis_slack", {
      statement: [
        {
          // AWS returns composite alarms only to callers whose permission covers all alarms.
          // https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_DescribeAlarms.html
          sid: "ReadAlarms",
          actions: ["cloudwatch:DescribeAlarmHistory", "cloudwatch:DescribeAlarms"],
          resources: ["*"],
        },
        {
          sid: "ReadMetrics",
          actions: [
            "cloudwatch:DescribeAlarmsForMetric",
            "cloudwatch:GetMetricData",
            "cloudwatch:GetMetricStatistics",
            "cloudwatch:GetMetricWidgetImage",
            "cloudwatch:ListMetrics",
          ],
          // Metrics have no ARN.
          resources: ["*"],
        },
      ],
    });
    const rolePolicy = new IamRolePolicy(this, "aws_iam_role_policy.redis_slack", {
      name,
      role: expression("aws_iam_role.redis_slack[0].name"),
      policy: policy.json,
    });
    rolePolicy.addOverride("count", counted);
    const channel = new ChatbotSlackChannelConfiguration(this, "aws_chatbot_slack_channel_configuration.redis", {
      configurationName: name,
      iamRoleArn: expression("aws_iam_role.redis_slack[0].arn"),
      slackTeamId: expression("var.slack_team_id"),
      slackChannelId: expression("var.slack_channel_id"),
      snsTopicArns: listExpression(
        `concat([${topics.map((topic) => `${topic.terraformResourceType}.${topic.friendlyUniqueId}.arn`).join(", ")}], sort(var.slack_topic_arns))`,
      ),
      // Without one AWS lets the channel do whatever an administrator may, as far as the role goes.
      guardrailPolicyArns: [`arn:${expression("local.partition")}:iam::aws:policy/CloudWatchReadOnlyAccess`],
      loggingLevel: "ERROR",
      tags: { Name: name },
      lifecycle: {
        precondition: conditions([
          {
            condition: `alltrue([for topic in var.slack_topic_arns : ${arnOf("topic")}[4] == local.account_id])`,
            errorMessage:
              "slack_topic_arns contains a topic of another AWS account than ${local.account_id}. A Slack channel has one configuration in each account: let a stack of the other account own its configuration.",
          },
        ]),
      },
    });
    channel.addOverride("count", counted);
  }
}
