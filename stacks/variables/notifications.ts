import { TerraformLocal } from "cdktf";
import type { Construct } from "constructs";
import { cacheEvents, defaultEvents, mostEvents } from "../notifications/events";
import type { Environment } from "../settings";
import { expression } from "../terraform/expression";
import { inOrder, quotedValue, shown, unlessNull } from "../terraform/rules";
import { Variable } from "../terraform/variable";

/** A condition: `value` is an email address. */
const isEmail = (value: string): string =>
  `(length(${value}) <= 254 && can(regex("^[A-Za-z0-9_+&'*/=?^~-]+([.][A-Za-z0-9_+&'*/=?^~-]+)*@([A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?[.])+[A-Za-z]{2,63}$", ${value})))`;

/** Events of the cache that people receive as well, by email; environments only. */
export function eventVariables(scope: Construct): void {
  const list = (names: readonly string[]): string => `[${names.map((name) => `"${name}"`).join(", ")}]`;
  new Variable(scope, "var.email_events", {
    type: "set(string)",
    description:
      "Events of ElastiCache that are sent by email as AWS publishes them, in addition to failed backups; at most 4, because an SNS filter takes five. docs/runbook.md lists them. [] sends none.",
    default: [...defaultEvents],
    rules: inOrder(
      {
        condition: `alltrue([for event in var.email_events : try(contains(${list(cacheEvents)}, event), false)])`,
        errorMessage: `email_events contains [\${join(", ", [for event in var.email_events : ${quotedValue("event")} if !try(contains(${list(cacheEvents)}, event), false)])}], which are no events that can be sent. Choose from ${cacheEvents.join(", ")}. SnapshotFailed is always sent.`,
      },
      {
        condition: `length(var.email_events) <= ${mostEvents.toString()}`,
        errorMessage: `email_events has \${length(var.email_events)} events. The filter of an SNS subscription takes five, and SnapshotFailed is one of them. Choose at most ${mostEvents.toString()}.`,
      },
    ),
  });
}

/** CloudWatch takes five actions per state of an alarm; one is the stack's own topic. */
const mostActions = 4;

/**
 * What an alarm in a Region can act on, as regular expressions of the end of its ARN, as far as a cache has it: no EC2 instances, no
 * Auto Scaling groups.
 *
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html AlarmActions
 */
const alarmActions = (region: string): readonly string[] => [
  `sns:${region}:[0-9]{12}:[A-Za-z0-9_-]{1,256}`,
  `lambda:${region}:[0-9]{12}:function:[A-Za-z0-9_-]{1,64}(:[A-Za-z0-9_-]{1,128})?`,
  `ssm:${region}:[0-9]{12}:opsitem:[1-4](#CATEGORY=[A-Za-z]+)?`,
  "ssm-incidents::[0-9]{12}:responseplan/[A-Za-z0-9_-]{1,200}",
  `aiops:${region}:[0-9]{12}:investigation-group[:/][A-Za-z0-9_-]{1,200}`,
];

/**
 * Each address has a subscription with a filter policy to the events of the cache, and a topic takes 200 of these by default. That leaves as
 * many for subscriptions of others.
 *
 * @see https://docs.aws.amazon.com/sns/latest/dg/subscription-filter-policy-constraints.html
 */
const mostAdditionalEmails = 100;

/** Email addresses that receive alerts. */
export function emailVariables(scope: Construct): void {
  new Variable(scope, "var.notification_email", {
    type: "string",
    description:
      "Email address that receives alerts. Its owner must confirm the subscription once. null: only additional_notification_emails receive them.",
    nullable: true,
    rules: [
      {
        condition: `var.notification_email == null ? true : ${isEmail("var.notification_email")}`,
        errorMessage: `notification_email ${shown("var.notification_email")} is not an email address. Use one like "oncall@example.com", without spaces around it.`,
      },
    ],
  });
  new Variable(scope, "var.additional_notification_emails", {
    type: "set(string)",
    description: `Additional email addresses that receive alerts (at most ${mostAdditionalEmails.toString()}). The owner of each must confirm the subscription once. An address cannot be moved between this variable and notification_email.`,
    default: [],
    // Those about both variables are all here: Terraform refuses two that look at each other as a cycle.
    rules: inOrder(
      {
        condition: "var.notification_email != null || length(var.additional_notification_emails) > 0",
        errorMessage:
          "notification_email is null, and additional_notification_emails is empty: nobody would receive alerts. Set at least one address.",
      },
      {
        condition: `alltrue([for email in var.additional_notification_emails : try(${isEmail("email")}, false)])`,
        errorMessage:
          'additional_notification_emails contains an element that is not an email address. Use addresses like ["oncall@example.com"], without spaces around them.',
      },
      {
        condition: `var.notification_email == null ? true : !contains([for email in var.additional_notification_emails : lower(email)], lower(var.notification_email))`,
        errorMessage: `additional_notification_emails contains notification_email. A topic has one subscription per address, so each address must be in only one of the two variables. To hand over from one address to another, keep the new one in additional_notification_emails, and set notification_email to null.`,
      },
      {
        condition:
          "length(distinct([for email in var.additional_notification_emails : lower(email)])) == length(var.additional_notification_emails)",
        errorMessage:
          "additional_notification_emails contains an address twice, in upper and lower case. Use one of them.",
      },
      {
        condition: `length(var.additional_notification_emails) <= ${mostAdditionalEmails.toString()}`,
        errorMessage: `additional_notification_emails has \${length(var.additional_notification_emails)} addresses. SNS limits how many subscriptions of a topic have a filter, as that of each address has. Use at most ${mostAdditionalEmails.toString()}, e.g. the address of a mailing list.`,
      },
    ),
  });
}

/** URL of the runbook that alerts link to. */
export function runbookVariable(scope: Construct): void {
  new Variable(scope, "var.runbook_base_url", {
    type: "string",
    description:
      "URL of the runbook, e.g. of docs/runbook.md on your code host. Each alarm links to it, with # and the alarm's section at the end. null links to the path docs/runbook.md.",
    default: null,
    nullable: true,
    rules: unlessNull("var.runbook_base_url", [
      {
        condition: `length(var.runbook_base_url) <= 200 && can(regex("^https://[A-Za-z0-9.,:@/_~%?=&+-]+$", var.runbook_base_url))`,
        errorMessage: `runbook_base_url ${shown("var.runbook_base_url")} is not a URL that a browser can open. Use one that starts with https://, without spaces or #, at most 200 characters, e.g. "https://example.com/redis/runbook".`,
      },
    ]),
  });
  new TerraformLocal(scope, "local.runbook", expression(`coalesce(var.runbook_base_url, "docs/runbook.md")`));
}

/** Who receives alerts. */
export function notificationVariables(scope: Construct, { region }: Pick<Environment, "region">): void {
  emailVariables(scope);
  new Variable(scope, "var.alarm_action_arns", {
    type: "set(string)",
    description: "ARNs of additional actions of every alarm, such as the SNS topic of a pager.",
    default: [],
    rules: [
      {
        condition: `alltrue([for arn in var.alarm_action_arns : try(can(regex("^arn:aws[a-z-]*:(${alarmActions(region).join("|")})$", arn)), false)])`,
        errorMessage: `alarm_action_arns contains an element that is not an action of an alarm in ${region}. Use ARNs of standard SNS topics or Lambda functions in ${region}, or of Systems Manager actions, like ["arn:aws:sns:${region}:123456789012:pager"].`,
      },
      {
        condition: `length(var.alarm_action_arns) <= ${mostActions.toString()}`,
        errorMessage: `alarm_action_arns has \${length(var.alarm_action_arns)} ARNs. CloudWatch takes five actions per alarm, and the stack's own topic is one of them. Use at most ${mostActions.toString()}, and subscribe the others to a topic.`,
      },
    ],
  });
  new Variable(scope, "var.slack_team_id", {
    type: "string",
    description:
      "ID of the Slack workspace that receives alerts, e.g. T0123456789. Authorize it first in the console of Amazon Q Developer in chat applications. null disables Slack.",
    default: null,
    nullable: true,
    rules: inOrder(
      {
        condition: `var.slack_team_id == null ? true : can(regex("^T[0-9A-Z]{7,20}$", var.slack_team_id))`,
        errorMessage: `slack_team_id ${shown("var.slack_team_id")} is not a Slack workspace ID. Use the T… part of the workspace's URL in a browser, https://app.slack.com/client/T…/C…, e.g. "T0123456789".`,
      },
      {
        condition: `(var.slack_team_id == null) == (var.slack_channel_id == null)`,
        errorMessage:
          "Only one of slack_team_id and slack_channel_id is set. Set both to receive alerts in Slack, or neither.",
      },
    ),
  });
  new Variable(scope, "var.slack_channel_id", {
    type: "string",
    description:
      "ID of the Slack channel that receives alerts, e.g. C0123456789. A channel has one configuration in an AWS account, in all Regions together: set it in one stack, and list the topics of the others in its slack_topic_arns. In a private channel, invite the app with /invite @Amazon Q. null disables Slack.",
    default: null,
    nullable: true,
    rules: unlessNull("var.slack_channel_id", [
      {
        condition: `can(regex("^[CG][0-9A-Z]{7,20}$", var.slack_channel_id))`,
        errorMessage: `slack_channel_id ${shown("var.slack_channel_id")} is not a Slack channel ID. Use the C… part at the end of the channel's link, e.g. "C0123456789", not its name.`,
      },
    ]),
  });
  new Variable(scope, "var.slack_topic_arns", {
    type: "set(string)",
    description:
      "ARNs of SNS topics of other stacks of this account whose messages the Slack channel shows too, in any Region: their output redis_slack_topic_arns or slack_topic_arns. These stacks leave slack_team_id and slack_channel_id null.",
    default: [],
    rules: inOrder(
      {
        condition: `alltrue([for arn in var.slack_topic_arns : try(can(regex("^arn:aws[a-z-]*:sns:[a-z]{2}(-[a-z]+)+-[0-9]:[0-9]{12}:[A-Za-z0-9_-]{1,256}$", arn)), false)])`,
        errorMessage:
          'slack_topic_arns contains an element that is not the ARN of a standard SNS topic. Use ARNs like ["arn:aws:sns:ap-northeast-1:123456789012:dev-redis-chat"].',
      },
      {
        condition: `length(var.slack_topic_arns) == 0 ? true : var.slack_team_id != null`,
        errorMessage:
          "slack_topic_arns is set, but slack_team_id and slack_channel_id are not. Set all three in the stack that owns the Slack channel, and none of them in the others.",
      },
    ),
  });
  runbookVariable(scope);
}
