/**
 * What an expression of a state machine can be, as far as it can be told without running it. JSONata has lists that are surely
 * lists, and sequences that are a bare value when they have one element and nothing when they have none: `list` and `many`.
 */
export type Type =
  | { readonly kind: "never" | "boolean" | "null" }
  | { readonly kind: "text"; readonly values?: ReadonlySet<string> }
  | { readonly kind: "number"; readonly value?: number }
  | ObjectType
  | { readonly kind: "map" | "list" | "many"; readonly item: Type }
  | { readonly kind: "function"; readonly call: (args: readonly Type[]) => Type }
  /** Nothing says what it is: the input of an execution, a text that is parsed. */
  | { readonly kind: "opaque"; readonly reason: string }
  | { readonly kind: "union"; readonly of: readonly Type[] };

export interface ObjectType {
  readonly kind: "object";
  /** Which shape of AWS's it is, e.g. `elasticache Snapshot`. */
  readonly shape?: string;
  readonly members: () => Members;
}

export type Members = Readonly<Record<string, Member>>;

export interface Member {
  readonly type: Type;
  readonly optional: boolean;
}

export const never: Type = { kind: "never" };
export const text: Type = { kind: "text" };
export const number: Type = { kind: "number" };
export const boolean: Type = { kind: "boolean" };
export const literal = (value: string): Type => ({ kind: "text", values: new Set([value]) });
export const oneOf = (values: readonly string[]): Type => ({ kind: "text", values: new Set(values) });
export const list = (item: Type): Type => ({ kind: "list", item });
export const many = (item: Type): Type => ({ kind: "many", item });
export const map = (item: Type): Type => ({ kind: "map", item });
export const opaque = (reason: string): Type => ({ kind: "opaque", reason });

export const object = (types: Readonly<Record<string, Type>>): ObjectType => {
  const members = Object.fromEntries(Object.entries(types).map(([name, type]) => [name, { type, optional: false }]));
  return { kind: "object", members: () => members };
};

/** The types that a value may have, a union taken apart. */
export const alternatives = (type: Type): readonly Type[] =>
  type.kind === "union" ? type.of : type.kind === "never" ? [] : [type];

/** A text that may be more different things than this is any text. */
const mostValues = 40;

/** By the numbers of the types: the passes over a machine, and its mutations, ask for the same ones again. */
const unions = new Map<string, Type>();

export function union(types: readonly Type[]): Type {
  const [first] = types;
  if (first !== undefined && types.every((type) => type === first)) return first;
  const id = types.map(numberOf).join(",");
  const result = unions.get(id) ?? united(types);
  unions.set(id, result);
  return result;
}

function united(types: readonly Type[]): Type {
  const different = new Map(types.flatMap(alternatives).map((type) => [key(type), type]));
  const all = [...different.values()];
  if (all.length <= 1) return all[0] ?? never;
  if (all.some(isMany) && !all.every((type) => isMany(type) || type.kind === "opaque")) return many(items(all));
  const rest = all.filter(({ kind }) => !["text", "number", "object", "map", "list", "many"].includes(kind));
  const merged = [
    ...mergedTexts(all),
    ...(all.some(({ kind }) => kind === "number") ? [number] : []),
    ...mergedObjects(all),
    ...(all.some(({ kind }) => kind === "map")
      ? [map(union(all.flatMap((one) => (one.kind === "map" ? [one.item] : []))))]
      : []),
    ...(all.some(isMany) ? [(all.some(({ kind }) => kind === "many") ? many : list)(items(all.filter(isMany)))] : []),
    ...rest,
  ];
  const [only] = merged;
  return merged.length === 1 && only !== undefined ? only : { kind: "union", of: merged };
}

const items = (types: readonly Type[]): Type => union(types.map(elements));

function mergedTexts(types: readonly Type[]): readonly Type[] {
  const texts = types.flatMap((type) => (type.kind === "text" ? [type] : []));
  if (texts.length === 0) return [];
  const values = new Set(texts.flatMap((type) => [...(type.values ?? [])]));
  return texts.some((type) => type.values === undefined) || values.size > mostValues
    ? [text]
    : [{ kind: "text", values }];
}

/** Objects become one, in which a member is optional that one of them lacks. */
function mergedObjects(types: readonly Type[]): readonly Type[] {
  const objects = types.flatMap((type) => (type.kind === "object" ? [type] : []));
  if (objects.length <= 1) return objects;
  const names = new Set(objects.flatMap((one) => Object.keys(one.members())));
  const members = Object.fromEntries(
    [...names].map((name): [string, Member] => {
      const found = objects.flatMap((one) => one.members()[name] ?? []);
      const optional = found.length < objects.length || found.some((member) => member.optional);
      return [name, { type: union(found.map(({ type }) => type)), optional }];
    }),
  );
  return [{ kind: "object", members: () => members }];
}

export const isMany = (type: Type): boolean =>
  type.kind === "list" || type.kind === "many" || (type.kind === "union" && type.of.some(isMany));

/** Of a list, what is in it; of all else, itself. */
export function elements(type: Type): Type {
  if (type.kind === "list" || type.kind === "many") return type.item;
  return type.kind === "union" ? union(type.of.map(elements)) : type;
}

const keys = new WeakMap<Type, string>();

/** Equal for equal types. */
export function key(type: Type): string {
  const known = keys.get(type) ?? written(type);
  keys.set(type, known);
  return known;
}

const numbers = new Map<string, number>();

/** Equal for equal types, and short. */
export function numberOf(type: Type): number {
  const text = key(type);
  const known = numbers.get(text) ?? numbers.size;
  numbers.set(text, known);
  return known;
}

function written(type: Type): string {
  switch (type.kind) {
    case "text":
      return type.values === undefined ? "text" : `text ${[...type.values].sort().join("|")}`;
    case "number":
      return type.value === undefined ? "number" : `number ${type.value}`;
    case "object":
      return type.shape ?? `{${membersKey(type.members())}}`;
    case "map":
    case "list":
    case "many":
      return `${type.kind}(${key(type.item)})`;
    case "opaque":
      return `opaque ${type.reason}`;
    case "union":
      return type.of.map(key).sort().join(" or ");
    default:
      return type.kind;
  }
}

const membersKey = (members: Members): string =>
  Object.entries(members)
    .map(([name, { type, optional }]) => `${name}${optional ? "?" : ""}: ${key(type)}`)
    .sort()
    .join(", ");
