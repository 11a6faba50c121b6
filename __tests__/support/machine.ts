import { reached } from "./branches/record";
import * as transitions from "./branches/transitions";
import { ExecutionError, matches } from "./execution-error";
import { jsonataAtOnce } from "./jsonata";
import { retried, type Retrier } from "./retry";

export { ExecutionError } from "./execution-error";

type Variables = Readonly<Record<string, unknown>>;

interface Catcher {
  readonly ErrorEquals: readonly string[];
  readonly Assign?: Readonly<Record<string, unknown>>;
  readonly Output?: unknown;
  readonly Next: string;
}

interface State {
  readonly Type: string;
  readonly Resource?: string;
  readonly Arguments?: unknown;
  readonly Items?: string;
  readonly ItemProcessor?: Machine;
  readonly MaxConcurrency?: number;
  readonly TimeoutSeconds?: number;
  readonly Branches?: readonly Machine[];
  readonly Seconds?: unknown;
  readonly Choices?: readonly { readonly Condition: string; readonly Next: string }[];
  readonly Default?: string;
  readonly Retry?: readonly Retrier[];
  readonly Catch?: readonly Catcher[];
  readonly Assign?: Readonly<Record<string, unknown>>;
  readonly Output?: unknown;
  readonly Error?: unknown;
  readonly Cause?: unknown;
  readonly Next?: string;
}

export interface Machine {
  readonly Comment?: string;
  readonly TimeoutSeconds?: number;
  readonly StartAt: string;
  readonly States: Readonly<Record<string, State>>;
}

/** What AWS answers to a call of a Task, or a promise of it: `action` is e.g. `describeSnapshots`. */
export type Answer = (action: string, args: Readonly<Record<string, unknown>>) => unknown;

/** The time of an execution, in milliseconds: Wait states and calls move it on. Pass one in to read it. */
export interface Clock {
  now: number;
  /** How long a call takes. @default 0 */
  readonly callMillis?: number;
}

/**
 * The most bytes of JSON in UTF-8 that a result, an input, an output or the variables of one state may have.
 *
 * @see https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html
 * @see https://docs.aws.amazon.com/step-functions/latest/dg/workflow-variables.html#variable-limits
 */
export const mostBytes = 256 * 1024;

/**
 * What an execution uses of its limits: 25,000 events, `mostBytes` for each payload and for the variables of one state, 10 MiB for all.
 *
 * @see https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html
 */
export class Meter {
  public events = 2;
  /** The states that were entered, which AWS bills as state transitions. */
  public transitions = 0;
  /** The largest payload or Assign in bytes, and of which state. */
  public largest = { bytes: 0, state: "" };
  /** The bytes that each variable had at most. */
  private readonly sizes = new Map<string, number>();

  /** @see https://docs.aws.amazon.com/step-functions/latest/apireference/API_HistoryEvent.html */
  public entered({ Type, Resource = "" }: State): void {
    // Entered and exited; scheduled, started and succeeded or failed, and submitted where an execution is waited for.
    const more = { Task: Resource.includes(".sync") ? 4 : 3, Map: 2, Parallel: 2 }[Type] ?? 0;
    this.events += 2 + more;
    this.transitions += 1;
  }

  /** Each attempt is a state transition, and is scheduled, started and ended again. */
  public retried({ Resource = "" }: State): void {
    this.events += Resource.includes(".sync") ? 4 : 3;
    this.transitions += 1;
  }

  public weighed(state: string, bytes: number): void {
    if (bytes > this.largest.bytes) this.largest = { bytes, state };
  }

  public assigned(variables: Variables): void {
    for (const [name, value] of Object.entries(variables))
      this.sizes.set(name, Math.max(this.sizes.get(name) ?? 0, Buffer.byteLength(JSON.stringify(value))));
  }

  /** The bytes that all variables had together at most, were each as large as it ever was. */
  public get variables(): number {
    return [...this.sizes.values()].reduce((sum, size) => sum + size, 0);
  }
}

/** The definition as AWS gets it, with values in the place of Terraform's expressions: `text` where none is given. */
export const filledIn = (definition: object, values: Readonly<Record<string, string>>): Machine =>
  JSON.parse(
    JSON.stringify(definition).replaceAll(/\$\{([^}]*)\}/g, (_all, expression: string) => values[expression] ?? "text"),
  ) as Machine;

interface Scope {
  readonly answer: Answer;
  readonly context: object;
  readonly clock: Clock;
  readonly meter?: Meter | undefined;
  /** How many states the execution has entered. */
  readonly entered: { count: number };
  /** Notes down the way that the execution takes. */
  readonly take: (transition: string) => void;
}

/**
 * An execution has at most 25,000 events, and each state at least two of them: one that loops forever ends here.
 *
 * @see https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html
 */
const mostStates = 12_500;

/**
 * Runs a state machine with the JSONata that AWS's own is made of, as far as the machines here go: Task, Pass, Choice, Map, Parallel,
 * Wait (without waiting), Succeed, Fail, Retry, Catch. What a state assigns is there from the next state on, as on AWS.
 *
 * @throws where AWS would fail the execution: an error that nothing catches, an expression that fails or finds nothing, a payload of more
 * than `mostBytes`.
 */
export async function run(
  machine: Machine,
  answer: Answer,
  input: unknown = {},
  clock: Clock = { now: Date.now() },
  meter?: Meter,
): Promise<unknown> {
  // https://docs.aws.amazon.com/step-functions/latest/dg/input-output-contextobject.html
  const context = {
    Execution: { Id: "arn:execution", Name: "execution", Input: input, StartTime: new Date(clock.now).toISOString() },
    StateMachine: { Id: "arn:stateMachine" },
  };
  const take = (transition: string): void => {
    reached(machine.Comment, transition);
  };
  return runScope(machine, input, {}, { answer, context, clock, meter, entered: { count: 0 }, take });
}

async function runScope(machine: Machine, input: unknown, outer: Variables, scope: Scope): Promise<unknown> {
  const { answer, context, clock, meter, entered, take } = scope;
  let [name, current, variables]: [string | undefined, unknown, Variables] = [machine.StartAt, input, outer];
  while (name !== undefined) {
    const state: State | undefined = machine.States[name];
    if (state === undefined) throw new Error(`There is no state ${name}.`);
    if (++entered.count > mostStates) throw new Error(`The execution does not end; its last state is ${name}.`);
    const known = variables;
    const at = name;
    meter?.entered(state);
    const evaluate = (value: unknown, states: Variables) => evaluated(value, { ...known, states }, clock);
    const weigh = (value: unknown): void => {
      const bytes = Buffer.byteLength(JSON.stringify(value ?? null));
      meter?.weighed(at, bytes);
      if (bytes > mostBytes) throw tooLarge(at);
    };
    const before = { input: current, context };
    if (state.Type === "Choice") {
      const Choices: NonNullable<State["Choices"]> = state.Choices ?? [];
      const holds = Choices.map(({ Condition }) => evaluate(Condition, before));
      const rule = holds.indexOf(true);
      take(transitions.chosen(at, state, rule));
      name = Choices[rule]?.Next ?? state.Default;
      continue;
    }
    if (state.Type === "Fail")
      throw new ExecutionError(String(evaluate(state.Error, before)), String(evaluate(state.Cause, before)));
    const work = async (): Promise<unknown> => {
      if (state.Type === "Wait") clock.now += Number(evaluate(state.Seconds, before)) * 1000;
      if (state.Type === "Task") {
        clock.now += clock.callMillis ?? 0;
        const args = evaluate(state.Arguments, before) as Record<string, unknown>;
        weigh(args);
        return answer(/(\w+)(?:[.]sync:2)?$/.exec(state.Resource ?? "")?.[1] ?? "", args);
      }
      const processor = state.ItemProcessor;
      if (processor !== undefined) {
        const items = evaluate(state.Items, before) as unknown[];
        take(transitions.mapped(at, items.length));
        if (meter !== undefined) meter.events += 2 * items.length;
        return atOnce(items, state.MaxConcurrency ?? 40, clock, (item, own) =>
          runScope(processor, item, known, { ...scope, clock: own }),
        );
      }
      if (state.Branches === undefined) return current;
      return atOnce(state.Branches, state.Branches.length, clock, (branch, own) =>
        runScope(branch, current, known, { ...scope, clock: own }),
      );
    };
    const again = (seconds: number): void => {
      clock.now += seconds * 1000;
      meter?.retried(state);
    };
    try {
      const result = await retried(state.Retry ?? [], again, work);
      if (result !== current) weigh(result);
      const after = { ...before, result };
      const assigned = evaluate(state.Assign ?? {}, after) as object;
      variables = { ...known, ...assigned };
      current = state.Output === undefined ? result : evaluate(state.Output, after);
      weigh(assigned);
      weigh(current);
      meter?.assigned(assigned as Variables);
      if (transitions.canFail(state)) take(transitions.succeeded(at, state));
      name = state.Next;
    } catch (error) {
      if (!(error instanceof ExecutionError)) throw error;
      const { Catch = [] } = state;
      const entry = Catch.findIndex(({ ErrorEquals }) => ErrorEquals.some((one) => matches(one, error.error)));
      const caught = Catch[entry];
      if (caught === undefined) throw error;
      take(transitions.caught(at, state, entry));
      const states = { ...before, errorOutput: { Error: error.error, Cause: error.cause } };
      const assigned = evaluate(caught.Assign ?? {}, states) as object;
      variables = { ...known, ...assigned };
      current = caught.Output === undefined ? states.errorOutput : evaluate(caught.Output, states);
      weigh(assigned);
      weigh(current);
      name = caught.Next;
    }
  }
  return current;
}

/**
 * Runs so many of the items at the same time, each of the others when one has ended; an INLINE Map without a limit runs 40. The clock
 * moves on by what that takes.
 *
 * @see https://docs.aws.amazon.com/step-functions/latest/dg/state-map-inline.html
 */
async function atOnce<Item>(
  items: readonly Item[],
  most: number,
  clock: Clock,
  one: (item: Item, clock: Clock) => Promise<unknown>,
): Promise<unknown[]> {
  const free = Array.from({ length: Math.min(most, items.length) }, () => ({ ...clock }));
  const results: unknown[] = [];
  for (const item of items) {
    const [first] = free.sort((a, b) => a.now - b.now);
    if (first !== undefined) results.push(await one(item, first));
  }
  clock.now = Math.max(clock.now, ...free.map(({ now }) => now));
  return results;
}

/** Parsing takes longer than evaluating, and a loop evaluates an expression often. */
const parsed = new Map<string, ReturnType<typeof jsonataAtOnce>>();

function evaluated(value: unknown, bindings: Variables, clock: Clock): unknown {
  if (Array.isArray(value)) return value.map((item) => evaluated(item, bindings, clock));
  if (typeof value === "object" && value !== null)
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, evaluated(item, bindings, clock)]));
  const text = typeof value === "string" ? /^\{%([\s\S]*)%\}$/.exec(value)?.[1] : undefined;
  if (text === undefined) return value;
  const expression = parsed.get(text) ?? jsonataAtOnce(text);
  parsed.set(text, expression);
  expression.registerFunction("millis", () => clock.now);
  // Of the functions that Step Functions adds, the one that is used.
  expression.registerFunction("parse", (json: string) => JSON.parse(json) as unknown);
  const found = resultOf(expression, text, bindings);
  if (found === undefined) throw evaluationError(`The JSONata expression found nothing: ${text}`);
  // Plain values: JSONata's lists carry marks of their own.
  return typeof found === "object" ? (JSON.parse(JSON.stringify(found)) as unknown) : found;
}

function resultOf(expression: ReturnType<typeof jsonataAtOnce>, text: string, bindings: Variables): unknown {
  try {
    return expression.evaluate({}, bindings);
  } catch (error) {
    throw evaluationError(`${text}: ${(error as { message?: string }).message ?? String(error)}`);
  }
}

/** @see https://docs.aws.amazon.com/step-functions/latest/dg/concepts-error-handling.html */
const tooLarge = (state: string): ExecutionError =>
  new ExecutionError(
    "States.DataLimitExceeded",
    `The state/task '${state}' returned a result with a size exceeding the maximum number of bytes service limit.`,
  );

const evaluationError = (cause: string): ExecutionError => new ExecutionError("States.QueryEvaluationError", cause);
