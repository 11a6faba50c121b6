import { arn } from "../terraform/arn";
import { expression } from "../terraform/expression";
import { executionArns, machineArn } from "./exclusive";
import { jsonata } from "./definition";
import { type Call, permissions, type Permission } from "./states";

/**
 * What it takes to run another state machine and to wait for it: Step Functions follows the execution by EventBridge events.
 *
 * @see https://docs.aws.amazon.com/step-functions/latest/dg/connect-stepfunctions.html
 */
export const runningPermissions = (machine: string, executions: string): readonly Permission[] => [
  { actions: ["states:StartExecution"], resources: [machine] },
  { actions: ["states:DescribeExecution", "states:StopExecution"], resources: [executions] },
  {
    actions: ["events:DescribeRule", "events:PutRule", "events:PutTargets"],
    resources: [arn("events", "rule/StepFunctionsGetEventsForStepFunctionsExecutionRule")],
  },
];

/** The resource of a Task that runs another state machine and waits for it; its answer has the output as JSON. */
export const startExecutionSync = `arn:${expression("local.partition")}:states:::states:startExecution.sync:2`;

/**
 * Runs another state machine of the stack and waits until it has ended; `$states.result.Output` is its output. An execution that fails
 * is run again twice, so it must be one that may be repeated. After that the task fails with `States.TaskFailed`; its cause has the error
 * and the cause of the execution.
 *
 * @param machine the end of its name, e.g. `check-clusters`
 */
export const runMachine = (machine: string, input: Readonly<Record<string, unknown>>): Call => ({
  Type: "Task",
  Resource: startExecutionSync,
  Arguments: {
    StateMachineArn: machineArn(machine),
    Input: {
      // The console shows by it which execution started this one.
      AWS_STEP_FUNCTIONS_STARTED_BY_EXECUTION_ID: jsonata("$states.context.Execution.Id"),
      ...input,
    },
  },
  Retry: [
    {
      // StartExecution was throttled, or a call of the execution was for longer than its own retries last.
      ErrorEquals: ["States.TaskFailed"],
      IntervalSeconds: 60,
      BackoffRate: 2,
      MaxAttempts: 2,
      JitterStrategy: "FULL",
    },
  ],
  [permissions]: runningPermissions(machineArn(machine), executionArns(machine)),
});
