import { isDeepStrictEqual } from "node:util";

type Json = Readonly<Record<string, unknown>>;

const isObject = (value: unknown): value is Json =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** What all of several objects have; a list is in it as a whole or not at all. */
export function common([first = {}, ...others]: readonly Json[]): Json {
  return Object.fromEntries(
    Object.entries(first).flatMap(([name, value]): [string, unknown][] => {
      const same = others.map((other) => other[name]);
      if (same.every((other) => isDeepStrictEqual(other, value))) return [[name, value]];
      if (!isObject(value) || !same.every(isObject)) return [];
      const inner = common([value, ...same]);
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
      if (!isObject(value) || !isObject(of)) return [];
      const inner = own(value, of);
      return Object.keys(inner).length === 0 ? [] : [[name, inner]];
    }),
  );

/** Both together again. */
export const together = (shared: Json, rest: Json): Json => ({
  ...shared,
  ...Object.fromEntries(
    Object.entries(rest).map(([name, value]) => {
      const of = shared[name];
      return [name, isObject(of) && isObject(value) ? together(of, value) : value];
    }),
  ),
});
