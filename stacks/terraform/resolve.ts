import { DefaultTokenResolver, StringConcat, Tokenization } from "cdktf";
import type { IConstruct } from "constructs";
import { plainly } from "./own-tokens";

export type Json = Record<string, unknown>;

const resolver = new DefaultTokenResolver(new StringConcat());

/** One pass over the elements of a stack. */
export interface Pass {
  readonly scope: IConstruct;
  /** Whether references to other stacks are registered. */
  readonly preparing: boolean;
  /** What texts with tokens were resolved to. */
  readonly known: Map<string, string>;
}

/**
 * `value` with its tokens replaced and without what is undefined, as cdktf's `Tokenization.resolve` gives it.
 *
 * cdktf makes two contexts and tries five regular expressions for each value and each key, which is half of a synth. Few values
 * hold a token, so only those are given to it, and each text once in a pass.
 *
 * @throws if cdktf made a raw `${…}` the literal `$${…}`, as it does within `Fn`.
 */
export function resolved(value: unknown, pass: Pass): unknown {
  if (!isToken(value)) {
    if (typeof value !== "object" || value === null) return value;
    if (Array.isArray(value)) {
      const items = [];
      for (const item of value) {
        const result = resolved(item, pass);
        if (result !== undefined) items.push(result);
      }
      return items;
    }
    const result: Json = {};
    for (const key of Object.keys(value)) {
      const item = resolved((value as Json)[key], pass);
      if (item !== undefined) result[key] = item;
    }
    return result;
  }
  return tokenResolved(value, pass);
}

/** Has the references of `value` to other stacks registered, for which cdktf resolves everything a first time. */
export function registerReferences(value: unknown, pass: Pass): void {
  if (isToken(value)) tokenResolved(value, pass);
  else if (Array.isArray(value)) for (const item of value) registerReferences(item, pass);
  else if (typeof value === "object" && value !== null)
    for (const key of Object.keys(value)) registerReferences((value as Json)[key], pass);
}

function tokenResolved(value: unknown, { scope, preparing, known }: Pass): unknown {
  // A list that is a token as a whole has one item, which names it.
  const text = Array.isArray(value) && value.length === 1 ? `[${String(value[0])}]` : value;
  const there = typeof text === "string" ? known.get(text) : undefined;
  if (there !== undefined) return there;
  const result = plainly(value, scope) ?? notEscaped(Tokenization.resolve(value, { scope, resolver, preparing }));
  // Lists and maps are not kept, because whoever gets one may change it.
  if (typeof text === "string" && typeof result === "string") known.set(text, result);
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

/** Whether a value has to be resolved as a whole, and not only something within it. */
function isToken(value: unknown): boolean {
  if (typeof value === "string") return isMarked(value);
  if (typeof value === "number") return isNumberToken(value);
  if (Array.isArray(value)) return value.some(isListToken);
  if (typeof value !== "object" || value === null) return typeof value === "function";
  // Other than plain maps are tokens, dates, or mistakes, which cdktf refuses.
  if (Object.getPrototypeOf(value) !== Object.prototype || "resolve" in value) return true;
  for (const key in value) if (isMarked(key)) return true;
  return false;
}

/** A number that is a token is far beyond those that are exact. */
const isNumberToken = (value: number): boolean => !Number.isSafeInteger(Math.trunc(value));

const isListToken = (item: unknown): boolean =>
  typeof item === "string" ? item.includes("#{TfToken[") : typeof item === "number" && isNumberToken(item);

/** A token in a text is `${TfToken[…]}`, `#{TfToken[…]}` or `&{TfToken[…]}`; one that is a number is written as such, `-1.88…e+289`. */
const isMarked = (text: string): boolean => text.includes("{TfToken[") || text.includes("e+");

const isMap = (value: unknown): value is Json => typeof value === "object" && value !== null && !Array.isArray(value);
