import type { SfnStateMachine } from "@cdktf/provider-aws/lib/sfn-state-machine";
import { Construct } from "constructs";
import { alarm } from "../notifications/alarm";
import { arn } from "../terraform/arn";
import { expression } from "../terraform/expression";
import { failedExecutions } from "../workflows/failed-executions";
import { mayPublishMetrics, namespace } from "../workflows/metrics";
import { Schedules } from "../workflows/schedules";
import { StateMachine } from "../workflows/state-machine";
import { checkDefinition, clustersWithFindings, dimension } from "./check-definition";
import type { PolicyNotifications } from "./notifications";

const day = 24 * 60 * 60;

/** What AWS Config does not see: how old the newest snapshot is, where it is taken from, each cluster's own floor, failover. */
export class DailyCheck extends Construct {
  public readonly machine: SfnStateMachine;

  constructor(scope: Construct, { notifications: { topic, chat } }: { readonly notifications: PolicyNotifications }) {
    super(scope, "daily-check");
    const machineName = `${expression("local.name")}-check`;
    const machineArn = arn("states", `stateMachine:${machineName}`);

    const check = new StateMachine(this, "check", {
      description: "Reads the backups of every Redis and Valkey cluster, and changes nothing",
      type: "STANDARD",
      definition: checkDefinition({ machineArn, topicArn: topic.arn, chatTopicArn: chat.arn }),
      statements: [
        {
          sid: "ReadClusters",
          actions: [
            "elasticache:DescribeCacheClusters",
            "elasticache:DescribeReplicationGroups",
            "elasticache:ListTagsForResource",
          ],
          resources: [arn("elasticache", "cluster:*"), arn("elasticache", "replicationgroup:*")],
        },
        {
          sid: "ReadSnapshots",
          actions: ["elasticache:DescribeSnapshots"],
          resources: [arn("elasticache", "snapshot:*")],
        },
        {
          sid: "ReadWhatWasToldLast",
          actions: ["states:ListExecutions", "states:DescribeExecution"],
          resources: [machineArn, arn("states", `execution:${machineName}:*`)],
        },
        { sid: "TellPeople", actions: ["sns:Publish"], resources: [topic.arn, chat.arn] },
        mayPublishMetrics,
      ],
    });
    this.machine = check.machine;

    const schedules = new Schedules(this);
    const schedule = schedules.add("check", {
      description: "Checks the backups of every Redis and Valkey cluster",
      target: check,
      expression: expression("var.check_schedule"),
      maximumEventAgeSeconds: 60 * 60,
    });

    const lastOutput = `aws stepfunctions describe-execution --region ${expression("local.region")} --query output --output text --execution-arn $(aws stepfunctions list-executions --region ${expression("local.region")} --state-machine-arn ${machineArn} --status-filter SUCCEEDED --max-results 1 --query 'executions[0].executionArn' --output text)`;
    alarm(this, "findings", {
      happened: `The backups of at least one Redis or Valkey cluster in ${expression("local.region")} break the backup policy, or the daily check has published nothing for a day (INSUFFICIENT_DATA).`,
      firstCommand: lastOutput,
      topic,
      namespace,
      metricName: clustersWithFindings,
      dimensions: { [dimension]: expression("local.name") },
      statistic: "Maximum",
      period: day,
      evaluationPeriods: 1,
      comparisonOperator: "GreaterThanThreshold",
      threshold: 0,
      // A new alarm has no data yet, and says nothing until it changes; one whose data stops tells people.
      treatMissingData: "missing",
      tellsMissingData: true,
      dependsOn: [schedule],
    });

    const { sum, metrics } = failedExecutions(check, day);
    alarm(this, "check_failed", {
      happened: `The daily check of the backups of all Redis and Valkey clusters in ${expression("local.region")} failed or could not be started: what is wrong now is not told.`,
      firstCommand: `aws stepfunctions list-executions --region ${expression("local.region")} --state-machine-arn ${machineArn} --max-results 3`,
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
