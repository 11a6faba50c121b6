import jsonata from "jsonata";
import { call as callBuiltIn, isBuiltIn, type Call as BuiltInCall } from "./functions";
import {
  alternatives,
  boolean,
  elements,
  isMany,
  key,
  list,
  literal,
  many,
  map,
  never,
  number,
  text,
  union,
} from "./type";
import type { Member, Type } from "./type";

/** A node of the tree that jsonata makes of an expression; its typings are those of an older version. */
export interface Node {
  readonly type: string;
  readonly value?: string | number | boolean | null;
  readonly position: number;
  readonly steps?: readonly Node[];
  readonly stages?: readonly { readonly type: string; readonly expr: Node }[];
  readonly predicate?: readonly { readonly type: string; readonly expr: Node }[];
  readonly group?: { readonly lhs: readonly Pair[] };
  readonly keepSingletonArray?: boolean;
  readonly terms?: readonly { readonly expression: Node }[];
  readonly lhs?: Node | readonly Pair[];
  readonly rhs?: Node;
  readonly expression?: Node;
  readonly expressions?: readonly Node[];
  readonly arguments?: readonly Node[];
  readonly procedure?: Node;
  readonly body?: Node;
  readonly thunk?: boolean;
  readonly condition?: Node;
  readonly then?: Node;
  readonly else?: Node;
}

type Pair = readonly [Node, Node];

export interface Scope {
  /** `$` */
  readonly context: Type;
  readonly variables: ReadonlyMap<string, Type>;
  readonly notes: Notes;
}

/** What is seen on the way. */
export interface Notes {
  problem(text: string): void;
  /** A member of an object is read, at this place of the expression. */
  read(member: string, owner: Type, position: number | undefined): void;
  /** Something is read of which nothing is known. */
  opaque(reason: string): void;
  /** A function is written, and called: what nobody calls is not looked at. */
  written(lambda: Node): void;
  called(lambda: Node): void;
}

/** Stands for Terraform's expressions: a text that nobody writes, and a number. */
export const unknownValue = "70777";

const values = new Map<string | number, Type>();

/** The type of what is written down; what Terraform fills in is no value that can be looked at. */
export function valueOf(value: string | number): Type {
  const known = values.get(value);
  if (known !== undefined) return known;
  const unknown_ = String(value).includes(unknownValue);
  const type: Type =
    typeof value === "number" ? (unknown_ ? number : { kind: "number", value }) : unknown_ ? text : literal(value);
  values.set(value, type);
  return type;
}

const parsed = new Map<string, Node>();

function parse(expression: string): Node {
  const known = parsed.get(expression);
  if (known !== undefined) return known;
  const tree = jsonata(expression).ast() as unknown as Node;
  parsed.set(expression, tree);
  return tree;
}

export const typeOf = (expression: string, scope: Scope): Type => infer(parse(expression), scope);

function infer(node: Node, scope: Scope): Type {
  let type = inferAlone(node, scope);
  for (const { expr } of node.predicate ?? []) type = filtered(type, expr, scope, true);
  return node.group === undefined ? type : grouped(type, node.group.lhs, scope);
}

function inferAlone(node: Node, scope: Scope): Type {
  switch (node.type) {
    case "string":
      return valueOf(String(node.value));
    case "number":
      return valueOf(Number(node.value));
    case "value":
      return typeof node.value === "boolean" ? boolean : { kind: "null" };
    case "regex":
      return never;
    case "name":
      return member(scope.context, String(node.value), node.position, scope);
    case "variable":
      return variable(String(node.value), scope);
    case "path":
      return path(node, scope);
    case "unary":
      return unary(node, scope);
    case "binary":
      return binary(node, scope);
    case "condition":
      infer(node.condition ?? node, scope);
      return union([infer(node.then ?? node, scope), node.else === undefined ? never : infer(node.else, scope)]);
    case "block":
      return block(node, scope);
    case "lambda":
      return lambda(node, scope);
    case "function":
      return call(node, [], scope);
    case "apply": {
      const { lhs, rhs } = both(node);
      const first = infer(lhs, scope);
      return rhs.type === "function" ? call(rhs, [first], scope) : apply(rhs, [first], [lhs], scope);
    }
    default:
      return unknown(`the test does not know JSONata's ${node.type}`, scope);
  }
}

/** The two sides of an operator. */
const both = (node: Node): { lhs: Node; rhs: Node } => ({ lhs: node.lhs as Node, rhs: node.rhs ?? node });

function unknown(what: string, { notes }: Scope): Type {
  notes.problem(what);
  return never;
}

function variable(name: string, scope: Scope): Type {
  if (name === "") return scope.context;
  const found = scope.variables.get(name);
  if (found !== undefined) return found;
  if (isBuiltIn(name)) return { kind: "function", call: (args) => callBuiltIn(name, args, builtInCall([], scope)) };
  return unknown(`$${name} is assigned nowhere`, scope);
}

/** The member `name` of what may be one or more objects; a problem where none of them can have it. */
function member(of: Type, name: string, position: number | undefined, scope: Scope): Type {
  const owner = elements(of);
  const found: Type[] = [];
  for (const one of alternatives(owner)) {
    if (one.kind === "object") {
      const has: Member | undefined = one.members()[name];
      if (has !== undefined) found.push(has.type);
    } else if (one.kind === "map") {
      scope.notes.opaque(`${name} of ${key(one)}`);
      found.push(one.item);
    } else if (one.kind === "opaque") {
      scope.notes.opaque(one.reason);
      found.push(one);
    }
  }
  if (owner.kind === "never") return unknown(`${name} is read of what is always empty`, scope);
  scope.notes.read(name, owner, position);
  if (found.length === 0) return unknown(`there is no member ${name} in ${key(owner)}`, scope);
  const type = union(found);
  return isMany(of) ? many(elements(type)) : type;
}

function path(node: Node, scope: Scope): Type {
  const steps = node.steps ?? [];
  let current = scope.context;
  // Whether a step is taken from more than one thing, so that an index picks one of each.
  let spread = false;
  steps.forEach((step, i) => {
    if (step.type === "sort") {
      for (const { expression } of step.terms ?? []) infer(expression, { ...scope, context: elements(current) });
      current = many(elements(current));
      spread = false;
    } else {
      const whole = i === 0 && step.type !== "name";
      const inner = { ...scope, context: whole ? scope.context : elements(current) };
      spread = !whole && isMany(current);
      const constructed = step.type === "unary" && step.value === "[" && i === steps.length - 1;
      const type = inferAlone(step, inner);
      const items = constructed ? type : elements(type);
      const grouping = (step.predicate ?? []).reduce(
        (so, { expr }) => filtered(so, expr, scope, true),
        spread ? many(items) : type,
      );
      current = step.group === undefined ? grouping : grouped(grouping, step.group.lhs, scope);
    }
    for (const { expr } of step.stages ?? []) current = filtered(current, expr, scope, !spread);
  });
  if (node.keepSingletonArray === true) current = list(elements(current));
  return current;
}

/** What is left by a predicate, which is an index, a list of them or a condition. */
function filtered(type: Type, predicate: Node, scope: Scope, picksOne: boolean): Type {
  const chosen = infer(predicate, { ...scope, context: elements(type) });
  if (chosen.kind === "number" && picksOne) return elements(type);
  if (chosen.kind === "boolean" || chosen.kind === "number" || (isMany(chosen) && elements(chosen).kind === "number"))
    return isMany(type) ? many(elements(type)) : type;
  if (chosen.kind === "never") return never;
  return unknown(`a predicate is neither an index nor a condition, but ${key(chosen)}`, scope);
}

/** `{ key: value }` behind something: the values see all that has the same key. */
function grouped(type: Type, pairs: readonly Pair[], scope: Scope): Type {
  const context = elements(type);
  return objectOf(
    pairs,
    (name) => infer(name, { ...scope, context }),
    (value) => infer(value, { ...scope, context: many(context) }),
  );
}

function objectOf(pairs: readonly Pair[], name: (node: Node) => Type, value: (node: Node) => Type): Type {
  const entries = pairs.map(([left, right]) => ({ left, name: name(left), value: value(right) }));
  if (entries.some(({ left }) => left.type !== "string")) return map(union(entries.map((entry) => entry.value)));
  const members = Object.fromEntries(
    entries.map(({ left, value: type }): [string, Member] => [String(left.value), { type, optional: false }]),
  );
  return { kind: "object", members: () => members };
}

function unary(node: Node, scope: Scope): Type {
  if (node.value === "-") return infer(node.expression ?? node, scope);
  if (node.value === "{")
    return objectOf(
      node.lhs as readonly Pair[],
      (name) => infer(name, scope),
      (value) => infer(value, scope),
    );
  // A list written in a list stays one; what an expression finds is put in by element.
  return list(
    union(
      (node.expressions ?? []).map((one) => {
        const type = infer(one, scope);
        return one.type === "unary" && one.value === "[" ? type : elements(type);
      }),
    ),
  );
}

function binary(node: Node, scope: Scope): Type {
  const operands = both(node);
  const [left, right] = [infer(operands.lhs, scope), infer(operands.rhs, scope)];
  switch (node.value) {
    case "=":
    case "!=":
    case "in":
      compared(left, right, node.value === "in", scope);
      return boolean;
    case "<":
    case "<=":
    case ">":
    case ">=":
    case "and":
    case "or":
      return boolean;
    case "&":
      return text;
    case "..":
      return list(number);
    case "+":
    case "-":
    case "*":
    case "/":
    case "%":
      calculated([left, right], scope);
      return number;
    default:
      return unknown(`the test does not know JSONata's operator ${String(node.value)}`, scope);
  }
}

/** Two things that can never be equal are compared: another type, or a value that AWS does not have. */
function compared(left: Type, right: Type, within: boolean, scope: Scope): void {
  const [one, other] = [left, within ? elements(right) : right].map(alternatives);
  if (one === undefined || other === undefined || one.length === 0 || other.length === 0) return;
  const couldBe = (a: Type, b: Type): boolean => {
    if (a.kind === "opaque" || b.kind === "opaque" || isMany(a) !== isMany(b)) return true;
    if (a.kind !== b.kind) return false;
    if (a.kind !== "text" || b.kind !== "text" || a.values === undefined || b.values === undefined) return true;
    return [...a.values].some((value) => b.values?.has(value));
  };
  if (!one.some((a) => other.some((b) => couldBe(a, b))))
    scope.notes.problem(`${key(left)} is never ${within ? "in" : "equal to"} ${key(right)}`);
  if (within) unknownValues(elements(right), left, scope);
  else {
    unknownValues(left, right, scope);
    unknownValues(right, left, scope);
  }
}

/** Each text of a list has to be one of those that the other side may be. */
function unknownValues(given: Type, of: Type, { notes }: Scope): void {
  if (given.kind !== "text" || of.kind !== "text" || given.values === undefined || of.values === undefined) return;
  const wrong = [...given.values].filter((value) => of.values?.has(value) === false);
  // Of two sides with values either may be the one that AWS names; the smaller is what was written.
  if (wrong.length > 0 && given.values.size < of.values.size)
    notes.problem(`${wrong.join(", ")} is none of ${[...of.values].join(", ")}`);
}

function calculated(types: readonly Type[], { notes }: Scope): void {
  for (const one of types.flatMap((type) => alternatives(elements(type))))
    if (!["number", "opaque"].includes(one.kind)) notes.problem(`${key(one)} is taken for a number`);
}

function block(node: Node, scope: Scope): Type {
  const variables = new Map(scope.variables);
  let last = never;
  for (const one of node.expressions ?? []) {
    if (one.type === "bind") {
      const { lhs, rhs } = both(one);
      last = infer(rhs, { ...scope, variables });
      variables.set(String(lhs.value), last);
    } else last = infer(one, { ...scope, variables });
  }
  return last;
}

/** Deeper, a function calls itself. */
const deepest = 30;
let depth = 0;

function lambda(node: Node, scope: Scope): Type {
  const body = node.body ?? node;
  if (node.thunk === true) return infer(body, scope);
  scope.notes.written(node);
  return {
    kind: "function",
    call: (args) => {
      scope.notes.called(node);
      const variables = new Map(scope.variables);
      (node.arguments ?? []).forEach(({ value }, i) => variables.set(String(value), args[i] ?? never));
      if (depth > deepest) return unknown("a function calls itself, and the test cannot tell what comes out", scope);
      depth += 1;
      try {
        return infer(body, { ...scope, variables });
      } finally {
        depth -= 1;
      }
    },
  };
}

function call(node: Node, first: readonly Type[], scope: Scope): Type {
  const nodes = node.arguments ?? [];
  const args = [...first, ...nodes.map((one) => infer(one, scope))];
  return apply(node.procedure ?? node, args, [...first.map(() => undefined), ...nodes], scope);
}

function apply(procedure: Node, args: readonly Type[], nodes: readonly (Node | undefined)[], scope: Scope): Type {
  const name = String(procedure.value);
  if (procedure.type === "variable" && !scope.variables.has(name))
    return callBuiltIn(name, args, builtInCall(nodes, scope));
  const [own] = alternatives(infer(procedure, scope));
  return own?.kind === "function" ? own.call(args) : unknown(`$${name} is no function`, scope);
}

const builtInCall = (nodes: readonly (Node | undefined)[], scope: Scope): BuiltInCall => ({
  problem: (what) => {
    scope.notes.problem(what);
  },
  written: (i) => {
    const node = nodes[i];
    return node?.type === "unary" && node.value === "["
      ? (node.expressions ?? []).map((one) => infer(one, scope))
      : undefined;
  },
  member: (of, name) => member(of, name, undefined, scope),
  source: (i) => sourceOf(nodes[i]),
});

/** `$states.result.Output` */
const sourceOf = (node: Node | undefined): string =>
  node?.type === "path"
    ? (node.steps ?? []).map(sourceOf).join(".")
    : `${node?.type === "variable" ? "$" : ""}${String(node?.value)}`;
