import type { StateMachine } from "./state-machine";

const failures = ["ExecutionsFailed", "ExecutionsTimedOut", "ExecutionsAborted"];

/**
 * Metrics of executions that fail, time out or are stopped. `sum` is metric math over `metrics`: their number in a period of that many
 * seconds, 0 if nothing ran.
 *
 * @see https://docs.aws.amazon.com/step-functions/latest/dg/procedure-cw-metrics.html
 */
export const failedExecutions = (machine: StateMachine, period: number) => ({
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
