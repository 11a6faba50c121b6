import { Construct } from "constructs";
import { alarm } from "../notifications/alarm";
import type { SnsTopic } from "@cdktf/provider-aws/lib/sns-topic";
import { expression } from "../terraform/expression";
import { failedExecutions } from "../workflows/failed-executions";
import type { Schedules } from "../workflows/schedules";
import type { StateMachine } from "../workflows/state-machine";
import { dashed, named, prefix } from "../terraform/names";

export interface Watched {
  readonly workflow: StateMachine;
  /** Interval between runs, in minutes. The next run makes up for a failed one, so the alarm needs two failures within three runs. */
  readonly everyMinutes: number;
}

export interface WorkflowAlarmsProps {
  /** Where alarms are sent. */
  readonly topic: SnsTopic;
  readonly schedules: Schedules;
  /** Every state machine whose failures no other alarm reports. */
  readonly watched: readonly Watched[];
}

/** Alarms on the workflows themselves: executions that fail, and executions that cannot be started. */
export class WorkflowAlarms extends Construct {
  constructor(scope: Construct, id: string, { topic, schedules, watched }: WorkflowAlarmsProps) {
    super(scope, id);

    for (const { workflow, everyMinutes } of watched) {
      const minutes = everyMinutes * 3;
      const { sum, metrics } = failedExecutions(workflow, minutes * 60);
      const machine = named(dashed(workflow.name));
      alarm(this, `${workflow.name}_execution_failed`, {
        topic,
        happened: `The state machine ${machine} has failed more than once in ${minutes} minutes.`,
        // `aws logs tail` is not in version 1 of the CLI.
        firstCommand: `aws logs filter-log-events --region ${expression("local.region")} --log-group-name /aws/vendedlogs/states/${machine} --start-time $(($(date +%s) - 86400))000 --query "events[].message" --output text`,
        metricQuery: [{ id: "failures", expression: sum, label: "Failed executions", returnData: true }, ...metrics],
        comparisonOperator: "GreaterThanOrEqualToThreshold",
        threshold: 2,
        evaluationPeriods: 1,
        treatMissingData: "notBreaching",
      });
    }
    alarm(this, "schedules_dead_letters", {
      topic,
      happened: `A schedule of ${prefix} could not start its state machine. The alarm returns to OK when the messages are deleted from the dead-letter queue.`,
      firstCommand: `aws sqs receive-message --region ${expression("local.region")} --queue-url ${schedules.deadLetters.url} --message-attribute-names All`,
      namespace: "AWS/SQS",
      metricName: "ApproximateNumberOfMessagesVisible",
      dimensions: { QueueName: schedules.deadLetters.name },
      statistic: "Maximum",
      period: 300,
      comparisonOperator: "GreaterThanThreshold",
      threshold: 0,
      evaluationPeriods: 1,
      // A queue that is not used for six hours has no metrics.
      treatMissingData: "notBreaching",
    });
  }
}
