import type { Answer } from "./machine";

const iso = (milliseconds: number): string => new Date(milliseconds).toISOString();

/**
 * Forms of a time in an answer. The developer guide does not settle which one Step Functions writes; java.time.Instant, which the AWS
 * SDK for Java 2 has for times, prints as many fractional digits as it needs, and as JSON may be a number of seconds.
 *
 * @see https://docs.oracle.com/en/java/javase/17/docs/api/java.base/java/time/Instant.html#toString()
 */
export const timeForms: readonly { readonly form: string; readonly of: (milliseconds: number) => unknown }[] = [
  { form: "whole seconds", of: (at) => iso(at).replace(/[.]\d{3}Z$/, "Z") },
  { form: "milliseconds", of: iso },
  { form: "microseconds", of: (at) => iso(at).replace("Z", "901Z") },
  { form: "nanoseconds", of: (at) => iso(at).replace("Z", "901234Z") },
  { form: "an offset", of: (at) => iso(at + 9 * 3_600_000).replace("Z", "+09:00") },
  { form: "an offset without a colon", of: (at) => iso(at + 9 * 3_600_000).replace("Z", "+0900") },
  { form: "seconds since 1970", of: (at) => at / 1000 },
  { form: "milliseconds since 1970", of: (at) => at },
];

type Reshape = (value: unknown) => unknown;

/** An account whose answers have another form: `reshape` is applied to every value, the inner ones first. */
export const reshaped =
  (answer: Answer, reshape: Reshape): Answer =>
  (action, args) =>
    deeply(answer(action, args), reshape);

function deeply(value: unknown, reshape: Reshape): unknown {
  if (Array.isArray(value)) return reshape(value.map((item) => deeply(item, reshape)));
  if (typeof value !== "object" || value === null) return reshape(value);
  return reshape(Object.fromEntries(Object.entries(value).map(([key, item]) => [key, deeply(item, reshape)])));
}

/** Each time in another form. */
export const timesAs =
  (of: (milliseconds: number) => unknown): Reshape =>
  (value) =>
    typeof value === "string" && /^\d{4}-\d\d-\d\dT[\d:.]+Z$/.test(value) ? of(Date.parse(value)) : value;

/** A list of one as its value. */
export const withoutListsOfOne: Reshape = (value) => (Array.isArray(value) && value.length === 1 ? value[0] : value);

/** An answer's members, each as the path of its keys: `["Snapshots", 0, "SnapshotStatus"]`. */
export function members(value: unknown, path: readonly (string | number)[] = []): (readonly (string | number)[])[] {
  if (typeof value !== "object" || value === null) return [];
  const entries: [string | number, unknown][] = Array.isArray(value) ? [...value.entries()] : Object.entries(value);
  return entries.flatMap(([key, item]) => [
    ...(Array.isArray(value) ? [] : [[...path, key]]),
    ...members(item, [...path, key]),
  ]);
}

/** The value with another one at a path; without that member if it is undefined. */
export function replaced(value: unknown, [key, ...rest]: readonly (string | number)[], by: unknown): unknown {
  if (key === undefined) return by;
  if (Array.isArray(value)) return value.map((item: unknown, i) => (i === key ? replaced(item, rest, by) : item));
  const entries = Object.entries(value as object).map(
    ([own, item]) => [own, own === key ? replaced(item, rest, by) : (item as unknown)] as const,
  );
  return Object.fromEntries(entries.filter(([, item]) => item !== undefined));
}
