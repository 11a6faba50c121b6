import type { DataAwsIamPolicyDocumentStatement } from "@cdktf/provider-aws/lib/data-aws-iam-policy-document";
import type { Definition } from "./definition";

/** States that run one after the other, and what the role of their machine needs for them. */
export interface Part {
  /** By name, in order: a state without `Next` or `End` (and no Choice) leads to the one after it, the last one to the next part. */
  readonly states: Readonly<Record<string, State>>;
  readonly statements: readonly DataAwsIamPolicyDocumentStatement[];
}

export interface State {
  readonly Type: string;
  readonly Next?: string;
  readonly End?: boolean;
  readonly [field: string]: unknown;
}

/** The states of all parts as one: where they begin, and each leading on to the next. */
export function inSequence(parts: readonly Part[]): Pick<Definition, "StartAt" | "States"> {
  const states = parts.flatMap((part) => Object.entries(part.states));
  const linked = states.map(([name, state], i): [string, State] => {
    if (state.Next !== undefined || state.End === true || ["Choice", "Succeed", "Fail"].includes(state.Type))
      return [name, state];
    const [next] = states[i + 1] ?? [];
    return [name, { ...state, ...(next === undefined ? { End: true } : { Next: next }) }];
  });
  const names = new Set(linked.map(([name]) => name));
  const [first] = linked[0] ?? [];
  if (first === undefined || names.size !== linked.length)
    throw new Error("The parts of a state machine need at least one state, and names that are all different.");
  return { StartAt: first, States: Object.fromEntries(linked) };
}
