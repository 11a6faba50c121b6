import { Tokenization, type IResolvable } from "cdktf";
import type { IConstruct } from "constructs";

const tokens = /\$\{TfToken\[[\w:.-]+\]\}/g;

/** A token of cdktf's that needs no context: a plain value, or an attribute of the stack itself. */
interface PlainToken {
  readonly constructor: { readonly name: string };
  readonly value?: unknown;
  readonly identifier?: unknown;
  readonly originStack?: unknown;
}

/**
 * What cdktf would resolve such a token to, or a text whose tokens are such: that is, most tokens of a stack. cdktf splits texts and
 * tries regular expressions on each part. Undefined: cdktf has to resolve it.
 */
export function plainly(value: unknown, stack: IConstruct): unknown {
  if (typeof value === "string") return textOf(value, stack);
  if (typeof value === "number") return valueOf(Tokenization.reverseNumber(value), stack);
  if (!Array.isArray(value)) return valueOf(value, stack);
  const list = value as string[];
  return list.length === 1 && typeof list[0] === "string" ? valueOf(Tokenization.reverseList(list), stack) : undefined;
}

function textOf(text: string, stack: IConstruct): unknown {
  // Within an expression, cdktf writes a token without its braces.
  if (/\$\{|TfToken\[|e\+/.test(text.replaceAll(tokens, ""))) return undefined;
  const unknown: string[] = [];
  const result = text.replaceAll(tokens, (token) => {
    const value = valueOf(Tokenization.reverseString(token).firstToken, stack);
    if (typeof value !== "string") unknown.push(token);
    return String(value);
  });
  return unknown.length === 0 ? result : undefined;
}

function valueOf(token: unknown, stack: IConstruct): unknown {
  if (!Tokenization.isResolvable(token)) return undefined;
  const { constructor, value, identifier, originStack } = token as IResolvable & PlainToken;
  switch (constructor.name) {
    case "Intrinsic":
      return isPlain(value) ? value : undefined;
    case "Reference":
      return originStack === stack && isPlain(identifier) ? `\${${String(identifier)}}` : undefined;
    default:
      return undefined;
  }
}

const isPlain = (value: unknown): boolean =>
  typeof value === "boolean" || (typeof value === "string" && !/TfToken\[|e\+|\$\$\{/.test(value));
