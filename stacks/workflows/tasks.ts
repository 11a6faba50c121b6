import { awsSdk, jsonata, retryTransient } from "./definition";

export { cacheId } from "../terraform/names";

/** How long one wait may last in all, in seconds: a large cache takes hours to back up and to restore. */
export const longestWait = 12 * 60 * 60;

/** What was wrong, as one sentence, from where it was caught. */
export const caught = { failure: jsonata("$states.errorOutput.Error & ': ' & $states.errorOutput.Cause") };

/** An entry of Catch: on one of the errors, go to the state `next`. */
export const on = (errors: readonly string[], next: string, assign?: object) => ({
  ErrorEquals: errors,
  Next: next,
  ...(assign && { Assign: assign }),
});

/** What a loop of waiting begins with. */
export const noWait = { pause: 15, waited: 0 };

const pause = "$max([15, $min([300, $floor($waited / 20)])])";

/**
 * Assigned by the Task before each wait: `pause` seconds, which grow with what was waited already, so that minutes are told
 * exactly and hours take few calls. `waited` is their sum.
 */
export const nextPause = { pause: jsonata(pause), waited: jsonata(`$waited + ${pause}`) };

export const waitForPause = { Type: "Wait", Seconds: jsonata("$pause") };

/** A Condition: the wait has lasted too long. */
export const waitedTooLong = jsonata(`$waited > ${longestWait}`);

/**
 * Assigns `earlier`: the executions of this state machine that are running and began before this one.
 * AWS lists executions a moment late, so it makes a second one end early and readably; what must hold always is held by ElastiCache.
 */
export const listEarlier = {
  Type: "Task",
  Resource: awsSdk("sfn", "listExecutions"),
  Arguments: { StateMachineArn: jsonata("$states.context.StateMachine.Id"), StatusFilter: "RUNNING", MaxResults: 100 },
  Retry: [retryTransient("Sfn")],
  Assign: {
    earlier: jsonata(`(
      $own := $states.context.Execution.Id;
      $began := $toMillis($states.context.Execution.StartTime);
      [$states.result.Executions[ExecutionArn != $own][(
        $other := $toMillis(StartDate);
        $other < $began or ($other = $began and ExecutionArn < $own)
      )].ExecutionArn]
    )`),
  },
};
