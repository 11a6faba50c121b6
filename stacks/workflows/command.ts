import { expression } from "../terraform/expression";
import type { StateMachine } from "./state-machine";

/**
 * A POSIX shell command that starts a state machine, waits for the execution, and prints its output, or its error and cause. It fails if
 * the execution failed. The environment variable `INPUT` is the execution's input; an empty one counts as none.
 */
export function startAndWait(machine: Pick<StateMachine, "arn">): string {
  const stepFunctions = `aws stepfunctions --region ${expression("local.region")}`;
  const read = (what: string): string =>
    `${stepFunctions} describe-execution --execution-arn "$execution" --query ${what} --output text`;
  return [
    `execution=$(${stepFunctions} start-execution --state-machine-arn ${machine.arn} --input "$(printenv INPUT | grep . || echo {})" --query executionArn --output text)`,
    `while [ "$(${read("status")})" = RUNNING ]; do sleep 15; done`,
    // Without what is null: a success has neither error nor cause, and text output would say None.
    read('"[status, output, error, cause][?@]"'),
    `[ "$(${read("status")})" = SUCCEEDED ]`,
  ].join(" && ");
}
