import type { SfnStateMachine } from "@cdktf/provider-aws/lib/sfn-state-machine";
import { Construct } from "constructs";
import { alarm } from "../notifications/alarm";
import { expression } from "../terraform/expression";
import { prefix } from "../terraform/names";
import { machineArn } from "../workflows/exclusive";
import { expectedData } from "../monitoring/expected";
import { failedExecutions } from "../workflows/failed-executions";
import { namespace } from "../workflows/metrics";
import { Schedules } from "../workflows/schedules";
import { StateMachine } from "../workflows/state-machine";
import { trailsLogging } from "./trails";
import { clustersWithFindings, dimension, machine, policyCheck } from "./definition";
import { clustersCheck, clustersMachine } from "./clusters";
import type { PolicyNotifications } from "./notifications";

const day = 24 * 60 * 60;

export interface DailyCheckProps {
  readonly notifications: PolicyNotifications;
}

/** What AWS Config does not see: the age of the newest snapshot, the node it is taken from, each cluster's own minimum, failover. */
export class DailyCheck extends Construct {
  public readonly machine: SfnStateMachine;

  constructor(scope: Construct, id: string, { notifications: { topic, chat } }: DailyCheckProps) {
    super(scope, id);

    const clusters = new StateMachine(this, clustersMachine.construct, {
      description: "Reads the backups of some Redis and Valkey clusters for the check, and changes nothing",
      type: "STANDARD",
      definition: clustersCheck,
    });
    const check = new StateMachine(this, machine, {
      description: "Finds every Redis and Valkey cluster, and reports those whose backups break the policy",
      type: "STANDARD",
      definition: policyCheck({ topicArn: topic.arn, chatTopicArn: chat.arn }),
      // A check that runs before what it starts exists fails.
      after: [clusters.machine],
    });
    this.machine = check.machine;

    const schedules = new Schedules(this, "schedules");
    const schedule = schedules.add(machine, {
      description: "Checks the backups of every Redis and Valkey cluster",
      target: check,
      expression: expression("var.check_schedule"),
      maximumEventAgeSeconds: 60 * 60,
    });

    const region = `--region ${expression("local.region")}`;
    const executions = `aws stepfunctions list-executions ${region} --state-machine-arn ${machineArn(machine)}`;
    const metric = { namespace, metricName: clustersWithFindings, dimensions: { [dimension]: prefix }, period: day };
    alarm(this, "findings", {
      // People get the list of the clusters, from the check itself.
      pager: true,
      happened: `The backups of at least one Redis or Valkey cluster in ${expression("local.region")} break the backup policy.`,
      firstCommand: `aws stepfunctions describe-execution ${region} --query output --output text --execution-arn $(${executions} --status-filter SUCCEEDED --max-results 1 --query 'executions[0].executionArn' --output text)`,
      ...metric,
      statistic: "Maximum",
      evaluationPeriods: 1,
      comparisonOperator: "GreaterThanThreshold",
      threshold: 0,
      // Missing data must not end the alarm: check_missing reports a check that has stopped.
      treatMissingData: "ignore",
      dependsOn: [schedule],
    });

    alarm(this, "check_missing", {
      ...expectedData({
        ...metric,
        stat: "SampleCount",
        publisher: check,
        label: "Checks that published their findings",
      }),
      happened: `The daily check of the backups of all Redis and Valkey clusters in ${expression("local.region")} has published nothing for two days, so nobody is notified of new findings.`,
      firstCommand: `${executions} --max-results 3`,
      topic,
      // Two: one may be empty between two daily checks of which the second takes longer.
      evaluationPeriods: 2,
      dependsOn: [schedule],
    });

    alarm(this, "trail_missing", {
      happened: `No CloudTrail trail logs management events in ${expression("local.region")}, so nobody is notified when somebody deletes backups or changes what protects them.`,
      firstCommand: `aws cloudtrail describe-trails ${region} --include-shadow-trails --query "trailList[].[Name,HomeRegion,HasCustomEventSelectors]" --output table`,
      topic,
      namespace,
      metricName: trailsLogging,
      dimensions: { [dimension]: prefix },
      statistic: "Minimum",
      period: day,
      evaluationPeriods: 1,
      comparisonOperator: "LessThanThreshold",
      threshold: 1,
      // Nothing is published where trails cannot be read; the alarm on findings reports a check that has stopped.
      treatMissingData: "ignore",
      dependsOn: [schedule],
    });

    const { sum, metrics } = failedExecutions(check, day);
    alarm(this, "check_failed", {
      happened: `The daily check of the backups of all Redis and Valkey clusters in ${expression("local.region")} failed or could not be started, so nobody is notified of new findings.`,
      firstCommand: `${executions} --max-results 3`,
      topic,
      metricQuery: [
        {
          id: "failures",
          label: "Checks that failed or could not be started",
          expression: `${sum} + FILL(dead, 0)`,
          returnData: true,
        },
        ...metrics,
        {
          id: "dead",
          metric: {
            namespace: "AWS/SQS",
            metricName: "ApproximateNumberOfMessagesVisible",
            dimensions: { QueueName: schedules.deadLetters.name },
            stat: "Maximum",
            period: day,
          },
        },
      ],
      evaluationPeriods: 1,
      comparisonOperator: "GreaterThanThreshold",
      threshold: 0,
      treatMissingData: "notBreaching",
    });
  }
}
