import { DefaultTokenResolver, StringConcat, Tokenization } from "cdktf";
import type { IConstruct } from "constructs";

export type Json = Record<string, unknown>;

const resolver = new DefaultTokenResolver(new StringConcat());

/**
 * `value` with its tokens replaced and without what is undefined, as cdktf's `Tokenization.resolve` gives it.
 * `preparing` has references to other stacks registered.
 *
 * cdktf makes two contexts and tries five regular expressions for each value and each key, which is half of a synth. Few values
 * hold a token, so only those are given to it.
 *
 * @throws if cdktf made a raw `${…}` the literal `$${…}`, as it does within `Fn`.
 */
export function resolved(value: unknown, scope: IConstruct, preparing = false): unknown {
  if (mayHoldToken(value)) return notEscaped(Tokenization.resolve(value, { scope, resolver, preparing }));
  if (Array.isArray(value))
    return value.map((item) => resolved(item, scope, preparing)).filter((item) => item !== undefined);
  if (!isMap(value)) return value;
  const result: Json = {};
  for (const key of Object.keys(value)) {
    const item = resolved(value[key], scope, preparing);
    if (item !== undefined) result[key] = item;
  }
  return result;
}

function notEscaped(value: unknown): unknown {
  const text = JSON.stringify([value]);
  const escaped = text.indexOf("$${");
  if (escaped >= 0)
    throw new Error(
      `It contains the literal "$\${": …${text.slice(Math.max(0, escaped - 60), escaped + 60)}…. A raw expression was given to Fn; use Fn with Op and attributes, or write the whole expression as one string.`,
    );
  return value;
}

/** Adds `source` to `target`: maps are merged, lists joined, other values replaced. */
export function merge(target: Json, source: Json): void {
  for (const [key, value] of Object.entries(source)) {
    const there = target[key];
    if (isMap(there) && isMap(value)) merge(there, value);
    else
      target[key] =
        Array.isArray(there) && Array.isArray(value) ? [...(there as unknown[]), ...(value as unknown[])] : value;
  }
}

function mayHoldToken(value: unknown): boolean {
  if (typeof value === "string") return isMarked(value);
  // A number that is a token is far beyond those that are exact.
  if (typeof value === "number") return !Number.isSafeInteger(Math.trunc(value));
  // A list that is a token as a whole has it for an item, a map for a key.
  if (Array.isArray(value)) return value.some((item) => typeof item !== "object" && mayHoldToken(item));
  if (!isMap(value)) return typeof value === "function";
  // Other than plain maps are tokens, dates, or mistakes, which cdktf refuses.
  return Object.getPrototypeOf(value) !== Object.prototype || "resolve" in value || Object.keys(value).some(isMarked);
}

/** A token in a text is `${TfToken[…]}`, `#{TfToken[…]}` or `&{TfToken[…]}`; one that is a number is written as such, `-1.88…e+289`. */
const isMarked = (text: string): boolean => text.includes("{TfToken[") || text.includes("e+");

const isMap = (value: unknown): value is Json => typeof value === "object" && value !== null && !Array.isArray(value);
