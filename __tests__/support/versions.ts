import fc from "fast-check";

/** A version in parts, e.g. `[7, 1, 0]`. */
export type Version = readonly number[];

/** Few numbers, so that parts are often equal: around 6, two digits, which sort before one as texts, and one that is larger than ten of the others. */
const part = fc.constantFrom(0, 1, 5, 6, 9, 10, 30);

export const anyVersion: fc.Arbitrary<Version> = fc.array(part, { minLength: 3, maxLength: 3 });

export const written = (version: Version): string => version.join(".");

/** Below zero: the first one is older; zero: they are the same. Parts count from the left, as numbers. */
export function compared(one: Version, other: Version): number {
  for (const [i, number] of one.entries()) if (number !== other[i]) return number - (other[i] ?? 0);
  return 0;
}

/** Major and minor version. */
export const minorOf = (version: Version): Version => version.slice(0, 2);
