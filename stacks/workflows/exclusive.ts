import { arn } from "../terraform/arn";
import { named } from "../terraform/names";
import { call } from "./call";
import { jsonata } from "./definition";
import type { Call, Catcher, Fragment } from "./states";
import { millis } from "./values";

/** The ARN of a state machine of this stack by the end of its name: `restore-test`. */
export const machineArn = (name: string): string => arn("states", `stateMachine:${named(name)}`);

/** The ARNs of its executions. */
export const executionArns = (name: string): string => arn("states", `execution:${named(name)}:*`);

/**
 * A call that finds the executions of a state machine which began before this one and are still running; it assigns their ARNs to
 * `$earlier`. Of two that began in the same millisecond, the one whose ARN sorts first counts as earlier. AWS lists executions with a delay.
 *
 * @param machine the end of the state machine's name, e.g. `restore-test`
 * @param attempts how often a failed call is tried again; the default is that of `call`
 * @see https://docs.aws.amazon.com/step-functions/latest/apireference/API_ListExecutions.html
 */
export const findEarlier = (
  machine: string,
  attempts?: number,
): Call & { readonly Assign: Readonly<Record<string, string>> } => ({
  ...call({
    service: "sfn",
    action: "listExecutions",
    arguments: {
      StateMachineArn: jsonata("$states.context.StateMachine.Id"),
      StatusFilter: "RUNNING",
      MaxResults: 100,
    },
    resources: [machineArn(machine)],
    ...(attempts !== undefined && { attempts }),
  }),
  Assign: {
    earlier: jsonata(`(
      $own := $states.context.Execution.Id;
      $began := ${millis("$states.context.Execution.StartTime")};
      [$states.result.Executions[ExecutionArn != $own][(
        $other := ${millis("StartDate")};
        $other < $began or ($other = $began and ExecutionArn < $own)
      )].ExecutionArn]
    )`),
  },
});

export interface ExclusiveProps<Target extends string, Caught extends string> {
  /** The end of the state machine's name, e.g. `restore-test`. */
  readonly machine: string;
  /** What the execution that began later fails with. */
  readonly error: string;
  readonly cause: string;
  readonly catch: readonly Catcher<Caught>[];
  readonly next: Target;
}

type Names = "ListExecutions" | "IsAnotherRunning" | "AnotherIsRunning";

/**
 * Ends an execution if an earlier one is still running, with a readable reason. This is no lock, because AWS lists executions with a
 * delay. A workflow that must never run twice needs a lock as well, such as a resource with a fixed name.
 */
export function exclusive<Target extends string, Caught extends string>(
  props: ExclusiveProps<Target, Caught>,
): Fragment<Names, Target | Caught> {
  const states: Fragment<Names, string> = {
    ListExecutions: {
      ...findEarlier(props.machine),
      Catch: props.catch,
      Next: "IsAnotherRunning",
    },
    IsAnotherRunning: {
      Type: "Choice",
      Choices: [{ Condition: jsonata("$count($earlier) > 0"), Next: "AnotherIsRunning" }],
      Default: props.next,
    },
    AnotherIsRunning: { Type: "Fail", Error: props.error, Cause: props.cause },
  };
  return states as Fragment<Names, Target | Caught>;
}
