import { caughtError, onAnyError } from "./catching";
import { jsonata } from "./definition";
import type { Branch, State } from "./states";

export interface Step {
  /** A short PascalCase verb phrase, e.g. `CheckNewestSnapshot`. */
  readonly name: string;
  readonly branch: Branch;
  /** Assigned after the step: JSONata of `$states.result[0]`, which is what the branch returns. @default - nothing */
  readonly assign?: Readonly<Record<string, string>>;
  /** Values of those variables if the step failed. */
  readonly otherwise?: Readonly<Record<string, unknown>>;
}

/**
 * Runs every step, also after one has failed. If any failed, the execution fails at the end, with the reasons of all.
 *
 * Each step is a Parallel state with one branch, because Choice, Pass and Wait states have no Catch of their own.
 */
export function inSteps(steps: readonly Step[], error: string): Branch {
  const states: [string, State<string>][] = steps.map(({ name, branch, assign, otherwise }, i) => {
    const next = steps[i + 1]?.name ?? "HasAStepFailed";
    const before = i === 0 ? "" : "$problems, ";
    return [
      name,
      {
        Type: "Parallel",
        Branches: [branch],
        Assign: { ...(i === 0 && { problems: [] }), ...assign },
        Output: {},
        Catch: onAnyError(next, { problems: jsonata(`[${before}'${name}: ' & ${caughtError}]`), ...otherwise }, {}),
        Next: next,
      },
    ];
  });
  const [first] = steps;
  if (first === undefined) throw new Error("A state machine needs at least one step.");
  return {
    StartAt: first.name,
    States: {
      ...Object.fromEntries(states),
      HasAStepFailed: {
        Type: "Choice",
        Choices: [{ Condition: jsonata("$count($problems) > 0"), Next: "Incomplete" }],
        Default: "Complete",
      },
      Complete: { Type: "Succeed" },
      Incomplete: { Type: "Fail", Error: error, Cause: jsonata("$join($problems, ' ')") },
    },
  };
}
