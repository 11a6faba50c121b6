import { CloudwatchEventRule } from "@cdktf/provider-aws/lib/cloudwatch-event-rule";
import { CloudwatchEventTarget } from "@cdktf/provider-aws/lib/cloudwatch-event-target";
import { CloudwatchCompositeAlarm } from "@cdktf/provider-aws/lib/cloudwatch-composite-alarm";
import { CloudwatchMetricAlarm } from "@cdktf/provider-aws/lib/cloudwatch-metric-alarm";
import type { AwsProvider } from "@cdktf/provider-aws/lib/provider";
import { TerraformLocal } from "cdktf";
import { Construct } from "constructs";
import type { Notifications } from "../notifications/topics";
import { expression } from "../terraform/expression";
import { dashed, inRegion, named } from "../terraform/names";
import { oneCopy } from "../terraform/one-copy";
import type { StateMachine } from "../workflows/state-machine";
import { moreNodes } from "../monitoring/node-alarms";
import { GlobalEvents } from "./global-events";
import { patternText, prefix, type Matchers } from "./patterns";
import { changesOfRoles, changesOfTrails, tamperingRules, type RuleDefinition } from "./rules";

export interface TamperingAlertsProps {
  readonly region: string;
  readonly notifications: Notifications;
  readonly workflows: readonly StateMachine[];
  /** Fewest days that automatic backups may be kept. */
  readonly retentionFloor: number;
  /** A provider for the Region of global events. */
  readonly globalProvider: AwsProvider;
}

/** What every message about a call that CloudTrail recorded contains. */
const caller = {
  fields: {
    action: "$.detail.eventName",
    id: "$.detail.eventID",
    source: "$.detail.sourceIPAddress",
    time: "$.detail.eventTime",
    type: "$.detail.userIdentity.type",
    where: "$.detail.awsRegion",
    who: "$.detail.userIdentity.arn",
  },
  sentences: [
    "Who: <who> (<type>), by <action>, from <source>, at <time>, in account ${local.account_id}.",
    "First command: aws cloudtrail lookup-events --region <where> --lookup-attributes AttributeKey=EventId,AttributeValue=<id>",
  ],
};
const runbook = "If this was not planned, follow the runbook: ${local.runbook}#tampering";

/** Role names are built here as they are where the roles are: a rule that waited for the roles could not report their first change. */
const roles = ["schedules", "slack", "tampering-forward", "vault-replication"];

/**
 * Notifies people when somebody deletes backups, or changes what takes, checks and reports them: EventBridge rules on the calls that
 * CloudTrail records, and on the changes of alarms that CloudWatch publishes. Without a trail in the Region, only the latter arrive.
 *
 * @see https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-service-event-cloudtrail.html
 */
export class TamperingAlerts extends Construct {
  constructor(
    scope: Construct,
    id: string,
    private readonly props: TamperingAlertsProps,
  ) {
    super(scope, id);
    const { region, notifications, workflows, retentionFloor, globalProvider } = props;

    // EventBridge refuses an empty list.
    new TerraformLocal(
      this,
      "local.deploy_role_arns",
      expression('length(var.deploy_role_arns) == 0 ? tolist(["none"]) : sort(var.deploy_role_arns)'),
    );
    const roleNames = [...workflows.map(({ name }) => dashed(name)), ...roles].map((role) => inRegion(named(role)));
    const { events, notifications: alerts, chat } = notifications;
    const rules = tamperingRules({
      workflows,
      manualBackupRoleArn: `arn:${expression("local.partition")}:iam::${expression("local.account_id")}:role/${inRegion(named("manual-backup"))}`,
      topicArns: [alerts.arn, events.arn, chat.arn],
      eventsTopicArn: events.arn,
      retentionFloor,
      roleNames,
      otherRules: rulesBefore(scope),
      alarmNames: alarmsThatNotify(scope),
    });
    for (const rule of rules) this.report(rule);
    new GlobalEvents(this, "global-events", {
      region,
      provider: globalProvider,
      patterns: { roles: changesOfRoles(roleNames), trails: changesOfTrails },
    });
  }

  private report(definition: RuleDefinition): void {
    const { name, title, pattern, count, recordsCaller = true } = definition;
    const { publishPolicies, notifications: alerts, chat } = this.props.notifications;
    const suffix = dashed(`tampering_${name}`);
    const rule = new CloudwatchEventRule(this, `aws_cloudwatch_event_rule.tampering_${name}`, {
      name: named(suffix),
      description: title,
      eventPattern: patternText(pattern),
      tags: { Name: named(suffix) },
    });
    if (count !== undefined) rule.addOverride("count", expression(count));

    const inputPaths = { ...definition.fields, ...(recordsCaller && caller.fields) };
    const sentences = [...definition.sentences, ...(recordsCaller ? caller.sentences : []), runbook];
    const targets = [
      {
        address: `tampering_${name}`,
        targetId: "alerts",
        arn: alerts.arn,
        // Each line is a JSON string: EventBridge keeps the quotes, and takes no text without them.
        inputTemplate: [title, ...sentences].map((line) => JSON.stringify(line)).join("\n"),
        count,
      },
      {
        address: `tampering_${name}_chat`,
        targetId: "chat",
        arn: chat.arn,
        inputTemplate: JSON.stringify({
          version: "1.0",
          source: "custom",
          content: { textType: "client-markdown", title, description: sentences.join("\n\n") },
        }),
        // Also without Slack here: another stack may own the channel, and show this topic.
        count,
      },
    ];
    for (const { address, targetId, arn, inputTemplate, count: targetCount } of targets) {
      const target = new CloudwatchEventTarget(this, `aws_cloudwatch_event_target.${address}`, {
        rule: count === undefined ? rule.name : expression(`aws_cloudwatch_event_rule.tampering_${name}[0].name`),
        targetId,
        arn,
        inputTransformer: { inputPaths, inputTemplate: oneCopy(inputTemplate) },
        dependsOn: [...publishPolicies],
      });
      if (targetCount !== undefined) target.addOverride("count", expression(targetCount));
    }
  }
}

/** Names of the rules that exist by now: those that report what somebody does to the vault. */
const rulesBefore = (scope: Construct): readonly string[] =>
  scope.node.findAll().flatMap((one) => (one instanceof CloudwatchEventRule ? (one.nameInput ?? []) : []));

/**
 * The alarms of a stack that exist by now and notify. Those of single nodes are left out: a cache has hundreds of nodes, and a deployment
 * that changes a limit would send a message for each.
 */
function alarmsThatNotify(scope: Construct): Matchers {
  const alarms = scope.node.findAll();
  const single = alarms.filter((one) => one instanceof CloudwatchMetricAlarm && one.alarmActionsInput !== undefined);
  const composite = alarms.filter((one) => one instanceof CloudwatchCompositeAlarm);
  const nameOf = ({ friendlyUniqueId }: { readonly friendlyUniqueId: string }): string =>
    named(dashed(friendlyUniqueId));
  return [
    ...[...single, ...composite].map((one) => nameOf(one as CloudwatchMetricAlarm | CloudwatchCompositeAlarm)),
    ...composite.map((one) => prefix(`${nameOf(one)}${moreNodes}`)),
  ];
}
