import { Tokenization, type IResolvable } from "cdktf";
import type { IConstruct } from "constructs";

/** A token, and what else decides whether a token stands within an expression. */
const parts = /\$\{TfToken\[[\w:.-]+\]\}|\$\{(?!TfToken\[)|\}/g;

/** A token of cdktf's that needs no context: a plain value, an attribute of the stack itself, or the address of another element. */
interface PlainToken {
  readonly constructor: { readonly name: string };
  readonly value?: unknown;
  readonly identifier?: unknown;
  readonly originStack?: unknown;
  readonly dependable?: { readonly fqn: unknown };
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

function textOf(text: string, stack: IConstruct): string | undefined {
  if (/(?<!\$\{)TfToken\[|e\+|\$\$\{/.test(text)) return undefined;
  let isWithin = false;
  const unknown: string[] = [];
  const result = text.replaceAll(parts, (part) => {
    if (part === "${" || part === "}") {
      // As cdktf counts: the first brace that closes ends an expression, and a token within one has no braces of its own.
      isWithin = part === "${";
      return part;
    }
    const token = Tokenization.reverseString(part).firstToken;
    const value = isWithin ? addressOf(token, stack) : valueOf(token, stack);
    if (typeof value !== "string") unknown.push(part);
    return String(value);
  });
  return unknown.length === 0 ? result : undefined;
}

function valueOf(token: unknown, stack: IConstruct): unknown {
  if (!Tokenization.isResolvable(token)) return undefined;
  const { constructor, value } = token as IResolvable & PlainToken;
  if (constructor.name === "Intrinsic") return isPlain(value) ? value : undefined;
  const address = addressOf(token, stack);
  return address !== undefined && constructor.name === "Reference" ? `\${${address}}` : address;
}

/** What such a token is within an expression. */
function addressOf(token: unknown, stack: IConstruct): string | undefined {
  if (!Tokenization.isResolvable(token)) return undefined;
  const { constructor, identifier, originStack, dependable } = token as IResolvable & PlainToken;
  if (constructor.name === "Reference")
    return originStack === stack && typeof identifier === "string" && isPlain(identifier) ? identifier : undefined;
  if (constructor.name !== "Dependable" || typeof dependable?.fqn !== "string") return undefined;
  const { fqn } = dependable;
  return fqn.startsWith("${") ? addressOf(onlyToken(fqn), stack) : isPlain(fqn) ? fqn : undefined;
}

/** The token that a text consists of. */
function onlyToken(text: string): unknown {
  const { length, firstToken } = Tokenization.reverseString(text);
  return length === 1 ? firstToken : undefined;
}

const isPlain = (value: unknown): boolean =>
  typeof value === "boolean" || (typeof value === "string" && !/TfToken\[|e\+|\$\$\{/.test(value));
