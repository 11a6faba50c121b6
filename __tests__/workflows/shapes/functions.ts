import {
  alternatives,
  boolean,
  elements,
  isMany,
  list,
  many,
  map,
  never,
  number,
  object,
  oneOf,
  opaque,
  text,
  union,
} from "./type";
import type { Member, Type } from "./type";

export interface Call {
  readonly problem: (what: string) => void;
  /** The elements of an argument that is a list written down: in $merge each has its own place. */
  readonly written: (argument: number) => readonly Type[] | undefined;
  readonly member: (of: Type, name: string) => Type;
  /** How an argument is written, where it is a path. */
  readonly source: (argument: number) => string;
}

type BuiltIn = (args: readonly Type[], call: Call) => Type;

const always = (type: Type, names: string): Record<string, BuiltIn> =>
  Object.fromEntries(names.split(" ").map((name) => [name, () => type]));

const listIfList = (type: Type): Type => (type.kind === "list" ? type : many(elements(type)));

/** Calls a function that is given as an argument. */
function callGiven(given: Type | undefined, args: readonly Type[], { problem }: Call): Type {
  if (given?.kind === "function") return given.call(args);
  problem("a function is called that the test does not see");
  return never;
}

function merge(args: readonly Type[], { written }: Call): Type {
  const parts = written(0) ?? [many(elements(args[0] ?? never))];
  const all = parts.map(elements).flatMap(alternatives);
  if (all.some(({ kind }) => kind === "map")) return map(union(all.flatMap(valuesOf)));
  const members = new Map<string, Member>();
  for (const part of parts) {
    const certain = !isMany(part);
    for (const one of alternatives(elements(part))) {
      if (one.kind === "opaque") return opaque(one.reason);
      if (one.kind !== "object") continue;
      for (const [name, { type, optional }] of Object.entries(one.members())) {
        const before = members.get(name);
        const sure = certain && !optional;
        members.set(name, {
          type: sure || before === undefined ? type : union([before.type, type]),
          optional: !sure && before?.optional !== false,
        });
      }
    }
  }
  const merged = Object.fromEntries(members);
  return { kind: "object", members: () => merged };
}

function valuesOf(type: Type): readonly Type[] {
  if (type.kind === "map") return [type.item];
  return type.kind === "object" ? Object.values(type.members()).map((member) => member.type) : [];
}

/** What comes out of the functions of JSONata 2.0.6, and of those that Step Functions adds. The others are refused. */
const builtIns: Readonly<Record<string, BuiltIn>> = {
  ...always(number, "count sum max min average number floor ceil round abs power sqrt random toMillis millis length"),
  ...always(
    text,
    "string substring substringBefore substringAfter lowercase uppercase trim pad join replace formatNumber formatBase",
  ),
  ...always(text, "fromMillis now uuid hash base64encode base64decode encodeUrlComponent"),
  ...always(boolean, "exists not boolean contains"),
  ...always(list(text), "split"),
  ...always(list(number), "range"),
  type: () => oneOf(["null", "number", "string", "boolean", "array", "object", "function"]),
  match: () => many(object({ match: text, index: number, groups: list(text) })),
  keys: () => many(text),
  append: ([one = never, other = never]) =>
    ([one, other].some(({ kind }) => kind === "list") ? list : many)(union([elements(one), elements(other)])),
  sort: ([given = never, by], call) => {
    if (by !== undefined) callGiven(by, [elements(given), elements(given)], call);
    return listIfList(given);
  },
  reverse: ([given = never]) => listIfList(given),
  distinct: ([given = never]) => listIfList(given),
  filter: ([given = never, by], call) => {
    callGiven(by, [elements(given), number, given], call);
    return many(elements(given));
  },
  map: ([given = never, by], call) => many(callGiven(by, [elements(given), number, given], call)),
  reduce: ([given = never, by, begin], call) => {
    // Twice: what comes out of the first call goes into the second.
    const once = callGiven(by, [begin ?? elements(given), elements(given)], call);
    return union([begin ?? elements(given), once, callGiven(by, [once, elements(given)], call)]);
  },
  each: ([given = never, by], call) => many(callGiven(by, [union(alternatives(given).flatMap(valuesOf)), text], call)),
  lookup: ([of = never, name = never], { member }) => {
    const [only, ...others] = name.kind === "text" ? (name.values ?? []) : [];
    if (only !== undefined && others.length === 0) return member(of, only);
    return union(alternatives(elements(of)).flatMap((one) => (one.kind === "opaque" ? [one] : valuesOf(one))));
  },
  merge,
  parse: (_args, { source }) => opaque(`$parse(${source(0)})`),
};

export const isBuiltIn = (name: string): boolean => name in builtIns;

/** @see https://docs.jsonata.org/2.0.0/ and https://docs.aws.amazon.com/step-functions/latest/dg/transforming-data.html */
export function call(name: string, args: readonly Type[], at: Call): Type {
  const builtIn = builtIns[name];
  if (builtIn !== undefined) return builtIn(args, at);
  at.problem(`the test does not know the function $${name}, or there is none`);
  return never;
}
