import { Aws, awsProviderConfig } from "./terraform/aws-provider";
import { TerraformLocal } from "cdktf";
import type { Construct } from "constructs";
import { accountLocals } from "./terraform/account";
import { ConfigRules } from "./policy/config-rules";
import { DailyCheck } from "./policy/daily-check";
import { PolicyNotifications } from "./policy/notifications";
import { Slack } from "./notifications/slack";
import { BaseStack, type BaseStackProps } from "./terraform/base-stack";
import { expression } from "./terraform/expression";
import { accountVariables } from "./variables/account";
import { Output } from "./terraform/output";
import { giveValues, type AccountValues } from "./variables/given";
import { notificationVariables } from "./variables/notifications";
import { tagVariables } from "./variables/tags";
import { ownTags } from "./terraform/tags";
import { logsKeyVariable } from "./variables/keys";
import { policyVariables } from "./variables/policy";

export interface PolicyStackProps extends AccountValues, BaseStackProps {
  /** The AWS Region whose clusters are checked, e.g. `ap-northeast-1`. The stack is deployed once for each Region. */
  readonly region: string;
  /** Tags of every resource beside the stack's own, which win; at most 40. @default - none */
  readonly tags?: Readonly<Record<string, string>>;
}

/** Checks that every Redis and Valkey cluster of an account and Region has backups, whoever created it. */
export class PolicyStack extends BaseStack {
  /** ARN of the SNS topic for findings. */
  public readonly notificationsTopicArn: string;
  /** ARN of the state machine that checks the clusters. */
  public readonly checkStateMachineArn: string;

  constructor(scope: Construct, id: string, props: PolicyStackProps) {
    super(scope, id, props);
    const { region, tags } = props;

    new Aws(this, "provider.aws", awsProviderConfig(region, ownTags(id)));

    accountVariables(this);
    tagVariables(this, tags);
    policyVariables(this);
    logsKeyVariable(this, region);
    notificationVariables(this, { region });
    giveValues(this, props);

    accountLocals(this, region);
    // The same in every Region and for every stack name: most names are regional, and those of roles include the Region.
    new TerraformLocal(this, "local.name", "redis-backup-policy");

    const notifications = new PolicyNotifications(this, "notifications");
    new Slack(this, "slack", { topics: [notifications.topic, notifications.chat] });
    new ConfigRules(this, "config-rules", { region });
    const check = new DailyCheck(this, "daily-check", { notifications });

    this.notificationsTopicArn = new Output(this, "output.notifications_topic_arn", {
      description: "ARN of the SNS topic for findings and alerts; subscribe more people to it",
      value: notifications.topic.arn,
    }).reference;
    new Output(this, "output.slack_topic_arns", {
      description: "ARNs of the SNS topics for Slack, for slack_topic_arns of the stack that owns the channel",
      value: [notifications.topic.arn, notifications.chat.arn],
    });
    this.checkStateMachineArn = new Output(this, "output.check_state_machine_arn", {
      description: "ARN of the state machine that checks the clusters; start an execution to check them now",
      value: check.machine.arn,
    }).reference;
    new Output(this, "output.config_rule_names", {
      description:
        "Names of the AWS Config rules that were deployed: those that exist in the Region, none without enable_config_rules",
      value: expression("concat(aws_config_config_rule.retention[*].name, aws_config_config_rule.enabled[*].name)"),
    });
  }
}
