import { missing, operation, type Operation } from "./api";
import { checkArgument } from "./arguments";
import { typeOf, unknownValue, valueOf, type Node, type Notes } from "./inference";
import {
  alternatives,
  boolean,
  elements,
  isMany,
  key,
  list,
  never,
  number,
  numberOf,
  object,
  opaque,
  text,
  union,
} from "./type";
import type { Type } from "./type";

interface Rule {
  readonly Assign?: Readonly<Record<string, unknown>>;
  readonly Output?: unknown;
  readonly Next?: string;
}

export interface State extends Rule {
  readonly Type: string;
  readonly Resource?: string;
  readonly Arguments?: unknown;
  readonly Retry?: readonly { readonly ErrorEquals: readonly string[] }[];
  readonly Catch?: readonly (Rule & { readonly ErrorEquals: readonly string[] })[];
  readonly Choices?: readonly (Rule & { readonly Condition: unknown })[];
  readonly Default?: string;
  readonly Items?: unknown;
  readonly ItemSelector?: unknown;
  readonly ItemProcessor?: Machine;
  readonly Branches?: readonly Machine[];
  readonly Seconds?: unknown;
  readonly Error?: unknown;
  readonly Cause?: unknown;
  readonly [field: string]: unknown;
}

export interface Machine {
  readonly StartAt: string;
  readonly States: Readonly<Record<string, State>>;
}

/** Where a text of a definition is: `["States", "Judge", "Output"]`. */
export type Place = readonly (string | number)[];

export interface Read {
  readonly place: Place;
  readonly expression: Expression;
  /** In the expression, behind the member's name. */
  readonly position: number | undefined;
  readonly member: string;
  readonly owner: Type;
}

/** An expression, and what it sees. */
export interface Expression {
  readonly text: string;
  readonly variables: Variables;
}

export interface Report {
  readonly problems: readonly string[];
  readonly reads: readonly Read[];
  readonly calls: readonly { readonly place: Place; readonly service: string; readonly action: string }[];
  /** What nothing can be said of, and is used. */
  readonly opaque: readonly string[];
  /** What the execution answers. */
  readonly output: Type;
}

/** What the execution of a state machine answers that another one runs, by the argument StateMachineArn; nothing where that is not known. */
export type Outputs = (machine: unknown) => Type | undefined;

/** A definition with `unknownValue` for what Terraform fills in. */
export const withoutTerraform = (definition: string): Machine =>
  JSON.parse(definition.replaceAll(/\$\{[^}]*\}/g, unknownValue)) as Machine;

/** Follows the data of a state machine from state to state, and says where it does what AWS's API models do not allow. */
export function walk(machine: Machine, outputs: Outputs = () => undefined): Report {
  const walker = new Walker(outputs);
  // Until a pass sees what the one before has seen, the loops of the machine have not brought all round; at most so many are needed.
  for (let pass = 0; pass < mostPasses; pass += 1) {
    const before = walker.knowledge();
    walker.begin();
    const output = walker.machine(machine, [], opaque("the input of the execution"), new Map());
    if (walker.knowledge() === before) return { ...walker.report(), output };
  }
  throw new Error(`After ${mostPasses} passes over the state machine new types still turn up.`);
}

const mostPasses = 30;

/** @see https://docs.aws.amazon.com/step-functions/latest/dg/input-output-contextobject.html */
const context = object({
  Execution: object({
    Id: text,
    Input: opaque("the input of the execution"),
    Name: text,
    RoleArn: text,
    StartTime: text,
    RedriveCount: number,
    RedriveTime: text,
  }),
  State: object({ EnteredTime: text, Name: text, RetryCount: number }),
  StateMachine: object({ Id: text, Name: text }),
  Map: object({ Item: object({ Index: number, Value: opaque("the item of a Map, from the context object") }) }),
  Task: object({ Token: text }),
});

const errorOutput = object({ Error: text, Cause: text });

/** @see https://docs.aws.amazon.com/step-functions/latest/dg/concepts-error-handling.html */
const errorsOfStates =
  /^States\.(ALL|DataLimitExceeded|ExceedToleratedFailureThreshold|HeartbeatTimeout|Http\.Socket|ItemReaderFailed|Permissions|QueryEvaluationError|ResultWriterFailed|Runtime|TaskFailed|Timeout)$/;

/** Fields whose expressions are looked at. Others must have none. */
const fields =
  "Arguments Assign Output Catch Choices Items ItemSelector ItemProcessor Branches Seconds Timestamp Error Cause";

type Variables = ReadonlyMap<string, Type>;

/** What was seen of a state, with what came in. */
interface Seen extends Pick<Visit, "assigned" | "next" | "ends"> {
  readonly problems: ReadonlySet<string>;
  readonly reads: readonly Read[];
  readonly calls: Report["calls"];
  readonly opaque: ReadonlySet<string>;
  readonly lambdas: ReadonlyMap<Node, boolean>;
}

/** By the text of a state, its place, and what comes in: most states are seen again in each pass, and in each mutation of a machine. */
const seenBefore = new Map<string, Seen>();

class Walker {
  private readonly assigned = new Map<string, Map<string, Type>>();
  private readonly inputs = new Map<string, Type>();
  private problems = new Set<string>();
  private reads: Read[] = [];
  private calls: Report["calls"][number][] = [];
  private opaque = new Set<string>();
  private lambdas = new Map<Node, boolean>();

  constructor(public readonly outputs: Outputs) {}

  public begin(): void {
    this.problems = new Set();
    this.reads = [];
    this.calls = [];
    this.opaque = new Set();
    this.lambdas = new Map();
  }

  /** All that was found out so far; it only grows. */
  public knowledge(): string {
    const variables = [...this.assigned].map(([scope, types]) => [
      scope,
      [...types].map(([name, type]) => [name, numberOf(type)]),
    ]);
    return JSON.stringify([variables, [...this.inputs].map(([state, type]) => [state, numberOf(type)])]);
  }

  public report(): Omit<Report, "output"> {
    for (const [, called] of this.lambdas)
      if (!called) this.problems.add("a function is written that nothing calls, so it was not looked at");
    return {
      problems: [...this.problems],
      reads: this.reads,
      calls: this.calls,
      opaque: [...this.opaque].sort(),
    };
  }

  /** What comes out of a machine, or of an iteration or branch of one. */
  public machine(machine: Machine, place: Place, input: Type, outer: Variables): Type {
    const scope = place.join("/");
    const own = this.assigned.get(scope) ?? new Map<string, Type>();
    this.assigned.set(scope, own);
    this.enter(place, machine, machine.StartAt, input);
    const ends: Type[] = [];
    for (const [name, state] of Object.entries(machine.States)) {
      const at = [...place, "States", name];
      const entered = this.inputs.get(at.join("/"));
      if (entered === undefined) {
        this.problems.add(`${name}: no state leads here`);
        continue;
      }
      const visit = this.seen(state, at, entered, new Map([...outer, ...own]));
      for (const [variable, type] of visit.assigned) own.set(variable, union([own.get(variable) ?? never, type]));
      for (const [next, output] of visit.next) this.enter(place, machine, next, output);
      ends.push(...visit.ends);
    }
    return union(ends);
  }

  private seen(
    state: State,
    place: Place,
    input: Type,
    variables: Variables,
  ): Pick<Visit, "assigned" | "next" | "ends"> {
    const visit = new Visit(this, state, place, input, variables);
    // What is within such a state is seen by itself; the output of an execution is that of another machine.
    if (["Map", "Parallel"].includes(state.Type) || state.Resource?.includes("startExecution") === true) {
      visit.look();
      return visit;
    }
    const types = [...variables].map(([name, type]) => [name, numberOf(type)]);
    const id = JSON.stringify([state, place, numberOf(input), types]);
    const seen = seenBefore.get(id) ?? this.alone(visit);
    seenBefore.set(id, seen);
    for (const problem of seen.problems) this.problems.add(problem);
    this.reads.push(...seen.reads);
    this.calls.push(...seen.calls);
    for (const reason of seen.opaque) this.opaque.add(reason);
    for (const [lambda, called] of seen.lambdas) this.lambdas.set(lambda, called || this.lambdas.get(lambda) === true);
    return seen;
  }

  /** What a visit finds, apart from what was found before. */
  private alone(visit: Visit): Seen {
    const { problems, reads, calls, opaque, lambdas } = this;
    this.begin();
    visit.look();
    const { assigned, next, ends } = visit;
    const found = {
      ...{ assigned, next, ends },
      ...{ problems: this.problems, reads: this.reads, calls: this.calls, opaque: this.opaque, lambdas: this.lambdas },
    };
    Object.assign(this, { problems, reads, calls, opaque, lambdas });
    return found;
  }

  private enter(place: Place, machine: Machine, name: string, input: Type): void {
    const path = [...place, "States", name].join("/");
    if (machine.States[name] === undefined) this.problems.add(`${name}: there is no such state`);
    this.inputs.set(path, union([this.inputs.get(path) ?? never, input]));
  }

  public problem(place: Place, what: string): void {
    this.problems.add(`${place.filter((step) => step !== "States" && step !== "ItemProcessor").join(" / ")}: ${what}`);
  }

  public called(place: Place, service: string, action: string): void {
    this.calls.push({ place, service, action });
  }

  public unknown(reason: string): void {
    this.opaque.add(reason);
  }

  public notes(place: Place, expression: Expression): Notes {
    return {
      problem: (what) => {
        this.problem(place, what);
      },
      read: (member, owner, position) => {
        this.reads.push({ place, expression, member, position, owner });
      },
      opaque: (reason) => {
        this.unknown(reason);
      },
      written: (lambda) => {
        if (!this.lambdas.has(lambda)) this.lambdas.set(lambda, false);
      },
      called: (lambda) => {
        this.lambdas.set(lambda, true);
      },
    };
  }
}

/** One state, with what comes in. */
class Visit {
  public readonly assigned = new Map<string, Type>();
  public readonly next: [name: string, output: Type][] = [];
  public readonly ends: Type[] = [];

  constructor(
    private readonly walker: Walker,
    private readonly state: State,
    private readonly place: Place,
    private readonly input: Type,
    private readonly variables: Variables,
  ) {}

  public look(): void {
    const { state } = this;
    for (const [field, value] of Object.entries(state))
      if (!fields.split(" ").includes(field) && JSON.stringify(value).includes("{%"))
        this.problem(`the field ${field} has JSONata, which the test does not look at`);
    const before = { input: this.input, context };
    switch (state.Type) {
      case "Task":
        this.task(before);
        return;
      case "Map":
        this.map(before);
        return;
      case "Parallel":
        this.parallel(before);
        return;
      case "Choice":
        this.choice(before);
        return;
      case "Wait":
        this.wait(before);
        break;
      case "Fail":
        this.expect("text", this.value(state.Error ?? "", ["Error"], before), "Error");
        this.expect("text", this.value(state.Cause ?? "", ["Cause"], before), "Cause");
        return;
      case "Pass":
      case "Succeed":
        break;
      default:
        this.problem(`the test does not know states of the type ${state.Type}`);
    }
    this.leave(state, [], before, this.input);
  }

  private task(before: Record<string, Type>): void {
    const { Resource = "", Arguments } = this.state;
    const call = callOf(this.state);
    const called = call?.operation;
    if (call === undefined) this.problem(`the test knows no shapes of ${Resource}`);
    else {
      this.walker.called(this.place, call.service, call.action);
      if (called === undefined) this.problem(missing(call.service, call.action));
    }
    const given = this.value(Arguments ?? {}, ["Arguments"], before);
    if (called !== undefined)
      for (const wrong of checkArgument(given, called.input, called.name, (reason) => {
        this.walker.unknown(reason);
      }))
        this.problem(wrong);
    this.caught(before, called?.errors ?? []);
    const result = this.withOutput(called?.output ?? never);
    this.leave(this.state, [], { ...before, result }, result);
  }

  /** The answer of an execution that was waited for, with its output, as far as it is known. */
  private withOutput(answer: Type): Type {
    const arguments_ = this.state.Arguments;
    const machine =
      typeof arguments_ === "object" &&
      arguments_ !== null &&
      "StateMachineArn" in arguments_ &&
      arguments_.StateMachineArn;
    const output = this.walker.outputs(machine);
    if (output === undefined || answer.kind !== "object") return answer;
    const shape = `${answer.shape ?? ""} with ${key(output)}`;
    return { ...answer, shape, members: () => ({ ...answer.members(), Output: { type: output, optional: false } }) };
  }

  private map(before: Record<string, Type>): void {
    const { Items, ItemSelector, ItemProcessor } = this.state;
    const items = Items === undefined ? this.input : this.value(Items, ["Items"], before);
    if (!alternatives(items).every(({ kind }) => kind === "list" || kind === "opaque"))
      this.problem(`Items is ${key(items)}, which is not surely a list: write [ ] around it`);
    const item = ItemSelector === undefined ? elements(items) : this.value(ItemSelector, ["ItemSelector"], before);
    for (const field of ["ItemReader", "ItemBatcher", "ResultWriter"])
      if (field in this.state) this.problem(`the test does not know ${field}`);
    const result =
      ItemProcessor === undefined
        ? never
        : this.walker.machine(ItemProcessor, [...this.place, "ItemProcessor"], item, this.variables);
    this.caught(before, ItemProcessor === undefined ? [] : errorsWithin(ItemProcessor));
    this.leave(this.state, [], { ...before, result: list(result) }, list(result));
  }

  private parallel(before: Record<string, Type>): void {
    const branches = this.state.Branches ?? [];
    const result = list(
      union(
        branches.map((one, i) => this.walker.machine(one, [...this.place, "Branches", i], this.input, this.variables)),
      ),
    );
    this.caught(before, branches.flatMap(errorsWithin));
    this.leave(this.state, [], { ...before, result }, result);
  }

  private choice(before: Record<string, Type>): void {
    (this.state.Choices ?? []).forEach((rule, i) => {
      this.expect("boolean", this.value(rule.Condition, ["Choices", i, "Condition"], before), "Condition");
      this.leave(rule, ["Choices", i], before, this.input);
    });
    this.leave({ ...this.state, Next: this.state.Default }, [], before, this.input);
  }

  private wait(before: Record<string, Type>): void {
    const { Seconds, Timestamp } = this.state;
    if (Seconds !== undefined) this.expect("number", this.value(Seconds, ["Seconds"], before), "Seconds");
    if (Timestamp !== undefined) this.expect("text", this.value(Timestamp, ["Timestamp"], before), "Timestamp");
  }

  private caught(before: Record<string, Type>, errors: readonly string[]): void {
    const { Catch = [], Retry = [] } = this.state;
    for (const name of [...Retry, ...Catch].flatMap(({ ErrorEquals }) => ErrorEquals))
      if (!errorsOfStates.test(name) && !errors.includes(name))
        this.problem(`${name} is no error of this call; it has ${errors.join(", ")}`);
    Catch.forEach((one, i) => {
      this.leave(one, ["Catch", i], { ...before, errorOutput }, errorOutput);
    });
  }

  /** Assigns, and goes on with what comes out. */
  private leave(rule: Rule, at: Place, states: Record<string, Type>, unchanged: Type): void {
    for (const [name, value] of Object.entries(rule.Assign ?? {}))
      this.assigned.set(
        name,
        union([this.assigned.get(name) ?? never, this.value(value, [...at, "Assign", name], states)]),
      );
    const output = rule.Output === undefined ? unchanged : this.value(rule.Output, [...at, "Output"], states);
    if (rule.Next === undefined) this.ends.push(output);
    else this.next.push([rule.Next, output]);
  }

  /** The type of a value of the definition: JSON, with JSONata in it. */
  private value(value: unknown, at: Place, states: Record<string, Type>): Type {
    const inner = (part: unknown, step: string | number): Type => this.value(part, [...at, step], states);
    if (Array.isArray(value)) return list(union(value.map(inner)));
    if (typeof value === "object" && value !== null)
      return object(Object.fromEntries(Object.entries(value).map(([name, part]) => [name, inner(part, name)])));
    if (typeof value === "number") return valueOf(value);
    if (typeof value === "boolean") return boolean;
    if (typeof value !== "string") return { kind: "null" };
    const [, expression] = /^\{%([\s\S]*)%\}$/.exec(value) ?? [];
    if (expression === undefined) return valueOf(value);
    const variables = new Map(this.variables).set("states", object(states));
    const notes = this.walker.notes([...this.place, ...at], { text: expression, variables });
    return typeOf(expression, { context: never, variables, notes });
  }

  private expect(kind: Type["kind"], type: Type, what: string): void {
    if (isMany(type) || !alternatives(type).every((one) => one.kind === kind || one.kind === "opaque"))
      this.problem(`${what} is ${key(type)}, and not a ${kind}`);
  }

  private problem(what: string): void {
    this.walker.problem(this.place, what);
  }
}

function errorsWithin({ States }: Machine): readonly string[] {
  return Object.values(States).flatMap((state) => {
    const inner = [...(state.ItemProcessor === undefined ? [] : [state.ItemProcessor]), ...(state.Branches ?? [])];
    return [...(callOf(state)?.operation?.errors ?? []), ...inner.flatMap(errorsWithin)];
  });
}

/**
 * The integration with Step Functions itself: StartExecution, whose input may be JSON, and what DescribeExecution answers at the end, its
 * output parsed.
 *
 * @see https://docs.aws.amazon.com/step-functions/latest/dg/connect-stepfunctions.html
 */
function startAndWait(): Operation | undefined {
  const [start, describe] = [operation("sfn", "startExecution"), operation("sfn", "describeExecution")];
  if (start === undefined || describe === undefined) return undefined;
  const anything = { type: "map", required: [], members: {} };
  return {
    ...describe,
    name: "StartExecution",
    input: { ...start.input, members: { ...start.input.members, Input: () => anything } },
    errors: [],
  };
}

interface Call {
  readonly service: string;
  readonly action: string;
  /** Unless AWS has no such call, or the extract of its model lacks it. */
  readonly operation: Operation | undefined;
}

function callOf({ Resource = "" }: State): Call | undefined {
  if (Resource.endsWith(":states:::states:startExecution.sync:2"))
    return { service: "states", action: "startExecution.sync:2", operation: startAndWait() };
  const [, service, action] = /:states:::aws-sdk:(\w+):(\w+)$/.exec(Resource) ?? [];
  return service === undefined || action === undefined
    ? undefined
    : { service, action, operation: operation(service, action) };
}
