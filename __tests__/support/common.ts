import { isDeepStrictEqual } from "node:util";

type Json = Readonly<Record<string, unknown>>;

const isObject = (value: unknown): value is Json =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const isList = (value: unknown): value is readonly unknown[] => Array.isArray(value);

/** The items of a list by index, `{ "[0]": …, "[1]": … }`: Terraform has no such names, so a part of a list is not taken for an object. */
const byIndex = (list: readonly unknown[]): Json =>
  Object.fromEntries(list.map((item, i) => [`[${i.toString()}]`, item]));

/** What can be compared part by part: objects, and lists of the same length. */
function parts(values: readonly unknown[]): readonly Json[] {
  if (values.every(isObject)) return values;
  return values.every(isList) && new Set(values.map(({ length }) => length)).size === 1 ? values.map(byIndex) : [];
}

/** What all of several objects have. Of lists that differ it has the equal items, by index. */
export function common([first = {}, ...others]: readonly Json[]): Json {
  return Object.fromEntries(
    Object.entries(first).flatMap(([name, value]): [string, unknown][] => {
      const same = others.map((other) => other[name]);
      if (same.every((other) => isDeepStrictEqual(other, value))) return [[name, value]];
      const inner = common(parts([value, ...same]));
      return Object.keys(inner).length === 0 ? [] : [[name, inner]];
    }),
  );
}

/** What an object has beside that. */
export const own = (whole: Json, shared: Json): Json =>
  Object.fromEntries(
    Object.entries(whole).flatMap(([name, value]): [string, unknown][] => {
      if (!(name in shared)) return [[name, value]];
      const of = shared[name];
      const [inside] = parts([value]);
      if (inside === undefined || !isObject(of)) return [];
      const inner = own(inside, of);
      return Object.keys(inner).length === 0 ? [] : [[name, inner]];
    }),
  );

/** Both together again. */
export const together = (shared: Json, rest: Json): unknown => withLists(merged(shared, rest));

const merged = (shared: Json, rest: Json): Json => ({
  ...shared,
  ...Object.fromEntries(
    Object.entries(rest).map(([name, value]) => {
      const of = shared[name];
      return [name, isObject(of) && isObject(value) ? merged(of, value) : value];
    }),
  ),
});

function withLists(value: unknown): unknown {
  if (isList(value)) return value.map(withLists);
  if (!isObject(value)) return value;
  const { length } = Object.keys(value);
  const list = Array.from({ length }, (_item, i) => `[${i.toString()}]`);
  return length > 0 && list.every((name) => name in value)
    ? list.map((name) => withLists(value[name]))
    : Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, withLists(inner)]));
}

/** The texts in a value that are longer than that. */
export function textsOver(characters: number, value: unknown): readonly string[] {
  if (typeof value === "string") return value.length > characters ? [value] : [];
  return typeof value === "object" && value !== null
    ? Object.values(value).flatMap((inner) => textsOver(characters, inner))
    : [];
}
