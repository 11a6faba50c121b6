import jsonata from "jsonata";
import { withoutTerraform, type Machine, type State } from "./shapes/machine";
import { everyStack } from "../support/stacks";

interface Node {
  readonly type?: string;
  readonly value?: unknown;
  readonly lhs?: Node;
  readonly rhs?: Node;
  readonly expressions?: readonly Node[];
  readonly procedure?: Node;
  readonly arguments?: readonly Node[];
  readonly body?: Node;
}

/** The variables that an expression reads and does not bind itself. `$` and `$$` have no name, and functions are not looked at. */
function free(node: unknown, bound: ReadonlySet<string>): readonly string[] {
  if (Array.isArray(node)) return node.flatMap((one) => free(one, bound));
  if (typeof node !== "object" || node === null) return [];
  const { type, value, lhs, rhs, expressions, procedure, arguments: args = [], body, ...rest } = node as Node;
  if (type === "variable") {
    const name = String(value);
    return [
      ...(["", "$", "states"].includes(name) || bound.has(name) ? [] : [name]),
      ...free(Object.values(rest), bound),
    ];
  }
  if (type === "lambda") return free(body, new Set([...bound, ...args.map((arg) => String(arg.value))]));
  if (type === "block") {
    const inner = new Set(bound);
    return (expressions ?? []).flatMap((one) => {
      if (one.type !== "bind") return free(one, inner);
      const name = String(one.lhs?.value);
      // A function may call itself.
      const found = free(one.rhs, one.rhs?.type === "lambda" ? new Set([...inner, name]) : inner);
      inner.add(name);
      return found;
    });
  }
  const called = procedure?.type === "variable" ? [] : free(procedure, bound);
  return [...called, ...free([lhs, rhs, expressions, args, body, ...Object.values(rest)], bound)];
}

/** The variables that a value of a definition reads. */
function readBy(value: unknown): readonly string[] {
  if (typeof value === "object" && value !== null) return Object.values(value).flatMap(readBy);
  const text = typeof value === "string" ? /^\{%([\s\S]*)%\}$/.exec(value)?.[1] : undefined;
  return text === undefined ? [] : free(jsonata(text).ast(), new Set());
}

interface Way {
  readonly reads: unknown;
  readonly assigns: object;
  readonly to: string | undefined;
}

/** What a state reads and assigns on each way out of it. */
function waysOut({ Type, Next, Default, Choices = [], Catch = [], Assign = {}, Output }: State): readonly Way[] {
  const caught = Catch.map((one): Way => ({
    reads: [one.Assign, one.Output],
    assigns: one.Assign ?? {},
    to: one.Next,
  }));
  if (Type !== "Choice") return [{ reads: [Assign, Output], assigns: Assign, to: Next }, ...caught];
  return [
    ...Choices.map((one): Way => ({ reads: [one.Condition, one.Assign], assigns: one.Assign ?? {}, to: one.Next })),
    { reads: [Assign], assigns: Assign, to: Default },
  ];
}

/** Where a machine reads a variable that is not assigned on every way to that state, given those of the scope around it. */
function unassigned({ StartAt, States }: Machine, outer: ReadonlySet<string> = new Set()): readonly string[] {
  const known = new Map<string, ReadonlySet<string>>([[StartAt, outer]]);
  const open = [StartAt];
  for (let name = open.pop(); name !== undefined; name = open.pop()) {
    const state = States[name];
    if (state === undefined) throw new Error(`There is no state ${name}.`);
    for (const { assigns, to } of waysOut(state)) {
      if (to === undefined) continue;
      const after = new Set([...(known.get(name) ?? []), ...Object.keys(assigns)]);
      const before = known.get(to);
      const both = before === undefined ? after : new Set([...before].filter((one) => after.has(one)));
      if (both.size === before?.size) continue;
      known.set(to, both);
      open.push(to);
    }
  }
  return [...known].flatMap(([name, variables]) => {
    const state = States[name];
    if (state === undefined) return [];
    const { Arguments, Items, ItemSelector, Seconds, Error: error, Cause, ItemProcessor, Branches = [] } = state;
    const reads = readBy([
      Arguments,
      Items,
      ItemSelector,
      Seconds,
      error,
      Cause,
      waysOut(state).map((way) => way.reads),
    ]);
    return [
      ...[...new Set(reads)].filter((one) => !variables.has(one)).map((one) => `${name} reads $${one}`),
      ...[...(ItemProcessor ? [ItemProcessor] : []), ...Branches].flatMap((one) => unassigned(one, variables)),
    ];
  });
}

const machines = Object.entries(everyStack).flatMap(([stack, synthesize]) =>
  Object.entries(synthesize().resource.aws_sfn_state_machine ?? {}).map(
    ([name, { definition }]) => [stack, name, withoutTerraform(String(definition))] as const,
  ),
);

/** What another variable tells apart, on the ways on which it is not assigned. */
const toldApart: Readonly<Record<string, string>> = {
  "Restored reads $took": "After a restore that has ended well: until then $failure is not empty, or $phase is before.",
  "Restored reads $age": "As $took.",
  "PublishSuccess reads $took": "As in Restored.",
  "PublishSuccess reads $age": "As in Restored.",
  "RunValidator reads $refusal": "Of an earlier start, when $starts is more than 0.",
};

// In JSONata a variable that nothing has assigned is nothing, which is neither equal nor unequal to anything: a condition that reads it is
// false in silence.
test.each(machines)("%s: %s reads no variable that is not assigned on every way", (_stack, _name, machine) => {
  expect(unassigned(machine).filter((one) => !(one in toldApart))).toEqual([]);
});

test("what is told apart is still there", () => {
  const found = machines.flatMap(([, , machine]) => unassigned(machine));
  expect(Object.keys(toldApart).filter((one) => !found.includes(one))).toEqual([]);
});

const pass = (fields: Partial<State>): State => ({ Type: "Pass", ...fields });

test.each<[string, readonly string[], Machine["States"]]>([
  ["assigned before", [], { A: pass({ Assign: { x: 1 }, Next: "B" }), B: pass({ Output: "{% $x %}" }) }],
  ["assigned in the same state", ["A reads $x"], { A: pass({ Assign: { x: 1, y: "{% $x %}" } }) }],
  [
    "assigned on one of two ways",
    ["C reads $x"],
    {
      A: { Type: "Choice", Choices: [{ Condition: "{% $states.input = 1 %}", Next: "B" }], Default: "C" },
      B: pass({ Assign: { x: 1 }, Next: "C" }),
      C: pass({ Output: "{% $x %}" }),
    },
  ],
  [
    "not assigned when an error is caught",
    ["B reads $x"],
    {
      A: { Type: "Task", Assign: { x: 1 }, Next: "B", Catch: [{ ErrorEquals: ["States.ALL"], Next: "B" }] },
      B: pass({ Output: "{% $x %}" }),
    },
  ],
  [
    "bound by the expression itself, a function or its argument",
    [],
    { A: pass({ Output: "{% ($x := 1; $f := function($y) { $y > 0 ? $f($y - $x) : $y }; $map([1], $f)) %}" }) },
  ],
  ["read before it is bound", ["A reads $x"], { A: pass({ Output: "{% ($y := $x; $x := 1; $y + $x) %}" }) }],
  [
    "of the scope around a Map, and of the Map itself",
    ["In reads $own"],
    {
      A: pass({ Assign: { x: 1 }, Next: "B" }),
      B: {
        Type: "Map",
        ItemProcessor: { StartAt: "In", States: { In: pass({ Output: "{% $x + $own %}", Assign: { own: 1 } }) } },
      },
    },
  ],
])("of these tests: a variable that is %s", (_what, expected, States) => {
  expect(unassigned({ StartAt: "A", States })).toEqual(expected);
});
