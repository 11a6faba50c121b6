import type { Permissions } from "../grant";
import { any, chatConfigurationNames, inEnvironments, logGroupNames, named, ruleNames, topicNames } from "../names";
import { newVersion, passRoleTo } from "./shared";

/** Topics, alarms, dashboards, Slack, and the AWS Config rules of the backup policy. */
export const alerts: Readonly<Record<string, Permissions>> = {
  aws_sns_topic: {
    read: [{ actions: ["sns:GetTopicAttributes", "sns:ListTagsForResource"], on: { topic: topicNames } }],
    write: [
      {
        actions: [
          "sns:CreateTopic",
          "sns:DeleteTopic",
          "sns:SetTopicAttributes",
          "sns:TagResource",
          "sns:UntagResource",
        ],
        on: { topic: topicNames },
      },
    ],
  },
  aws_sns_topic_policy: {
    read: [{ actions: ["sns:GetTopicAttributes"], on: { topic: topicNames } }],
    write: [{ actions: ["sns:SetTopicAttributes"], on: { topic: topicNames } }],
  },
  aws_sns_topic_subscription: {
    read: [{ actions: ["sns:GetSubscriptionAttributes"] }],
    write: [
      { actions: ["sns:Subscribe"], on: { topic: topicNames } },
      { actions: ["sns:Unsubscribe"] },
      { actions: ["sns:SetSubscriptionAttributes"], reason: newVersion },
    ],
  },
  aws_cloudwatch_log_group: {
    read: [
      { actions: ["logs:DescribeLogGroups"] },
      { actions: ["logs:ListTagsForResource"], on: { "log-group": logGroupNames } },
    ],
    write: [
      {
        actions: [
          "logs:CreateLogGroup",
          "logs:DeleteLogGroup",
          "logs:PutRetentionPolicy",
          "logs:TagResource",
          "logs:UntagResource",
        ],
        on: { "log-group": logGroupNames },
      },
      {
        actions: ["logs:AssociateKmsKey", "logs:DisassociateKmsKey"],
        on: { "log-group": logGroupNames },
        reason: "Only with logs_kms_key_id, or after it.",
      },
    ],
  },
  aws_cloudwatch_metric_alarm: {
    read: [{ actions: ["cloudwatch:DescribeAlarms", "cloudwatch:ListTagsForResource"], on: { alarm: named } }],
    write: [
      {
        actions: [
          "cloudwatch:DeleteAlarms",
          "cloudwatch:PutMetricAlarm",
          "cloudwatch:TagResource",
          "cloudwatch:UntagResource",
        ],
        on: { alarm: named },
      },
    ],
  },
  aws_cloudwatch_composite_alarm: {
    read: [
      {
        actions: ["cloudwatch:DescribeAlarms"],
        // https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_DescribeAlarms.html
        unscoped: "You can't return information about composite alarms if the permission has a narrower scope than *.",
      },
      { actions: ["cloudwatch:ListTagsForResource"], on: { alarm: named } },
    ],
    write: [
      {
        actions: ["cloudwatch:DeleteAlarms", "cloudwatch:TagResource", "cloudwatch:UntagResource"],
        on: { alarm: named },
      },
      {
        actions: ["cloudwatch:PutCompositeAlarm"],
        // https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutCompositeAlarm.html
        unscoped: "You can't create a composite alarm if the permission has a narrower scope than *.",
      },
    ],
  },
  aws_cloudwatch_dashboard: {
    read: [{ actions: ["cloudwatch:GetDashboard"], on: { dashboard: inEnvironments } }],
    write: [{ actions: ["cloudwatch:DeleteDashboards", "cloudwatch:PutDashboard"], on: { dashboard: inEnvironments } }],
  },
  aws_cloudwatch_event_rule: {
    read: [
      {
        actions: ["events:DescribeRule", "events:ListTagsForResource"],
        on: { "rule-on-default-event-bus": ruleNames },
      },
    ],
    write: [
      {
        actions: ["events:DeleteRule", "events:PutRule", "events:TagResource", "events:UntagResource"],
        on: { "rule-on-default-event-bus": ruleNames },
      },
    ],
  },
  aws_cloudwatch_event_target: {
    read: [{ actions: ["events:ListTargetsByRule"], on: { "rule-on-default-event-bus": ruleNames } }],
    write: [
      { actions: ["events:PutTargets", "events:RemoveTargets"], on: { "rule-on-default-event-bus": ruleNames } },
      // Of the rules that bring events of IAM to the stack's Region.
      passRoleTo("events.amazonaws.com", inEnvironments),
    ],
  },
  aws_config_config_rule: {
    read: [
      { actions: ["config:DescribeConfigRules"] },
      { actions: ["config:ListTagsForResource"], on: { ConfigRule: any } },
    ],
    write: [
      {
        // A rule's ARN has an id that AWS makes up, not its name.
        actions: ["config:DeleteConfigRule", "config:PutConfigRule", "config:TagResource", "config:UntagResource"],
        on: { ConfigRule: any },
      },
    ],
  },
  aws_chatbot_slack_channel_configuration: {
    // It answers with the tags.
    read: [{ actions: ["chatbot:DescribeSlackChannelConfigurations"] }],
    write: [
      { actions: ["chatbot:CreateSlackChannelConfiguration"] },
      {
        actions: ["chatbot:DeleteSlackChannelConfiguration"],
        on: { ChatbotConfiguration: chatConfigurationNames },
      },
      {
        actions: ["chatbot:TagResource", "chatbot:UntagResource", "chatbot:UpdateSlackChannelConfiguration"],
        on: { ChatbotConfiguration: chatConfigurationNames },
      },
      passRoleTo("chatbot.amazonaws.com", named),
    ],
  },
};
