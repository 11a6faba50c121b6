import type { StateMachine } from "./state-machine";

const failures = ["ExecutionsFailed", "ExecutionsTimedOut", "ExecutionsAborted"];

/**
 * What an alarm on executions that fail, time out or are stopped evaluates: `sum` is metric math over `metrics`, how many
 * there are in a period of so many seconds, 0 where nothing ran.
 *
 * @see https://docs.aws.amazon.com/step-functions/latest/dg/procedure-cw-metrics.html
 */
export const failedExecutions = ({ machine }: StateMachine, period: number) => ({
  sum: failures.map((_metric, i) => `FILL(m${i}, 0)`).join(" + "),
  metrics: failures.map((metricName, i) => ({
    id: `m${i}`,
    metric: {
      namespace: "AWS/States",
      metricName,
      dimensions: { StateMachineArn: machine.arn },
      stat: "Sum",
      period,
    },
  })),
});
