/** What HCL expressions are made of, as far as laying them out needs: strings with their templates, heredocs and comments are one token each. */
export interface Token {
  readonly kind: "open" | "close" | "comma" | "newline" | "heredoc" | "comment" | "other";
  readonly text: string;
  /** Whether there was white space before it. */
  readonly spaced: boolean;
}

/** A template (what Terraform JSON has in its strings) in parts: text, and sequences: `${…}` and `%{…}`. */
export interface TemplatePart {
  readonly kind: "text" | "sequence";
  readonly source: string;
}

const sequences = ["${", "%{"];
const escapes = ["$${", "%%{"];

/** Which of the texts begins there. */
const oneAt = (source: string, at: number, texts: readonly string[]): string | undefined =>
  texts.find((text) => source.startsWith(text, at));

/**
 * Splits a template into its parts; `$${` and `%%{` stay in the text as they are.
 *
 * @throws if a sequence does not end.
 */
export function templateParts(template: string): TemplatePart[] {
  const parts: TemplatePart[] = [];
  let text = "";
  for (let at = 0; at < template.length;) {
    if (oneAt(template, at, sequences) !== undefined) {
      if (text !== "") parts.push({ kind: "text", source: text });
      text = "";
      const end = sequenceEnd(template, at);
      parts.push({ kind: "sequence", source: template.slice(at, end) });
      at = end;
    } else {
      const piece = oneAt(template, at, escapes) ?? template.charAt(at);
      text += piece;
      at += piece.length;
    }
  }
  return text === "" ? parts : [...parts, { kind: "text", source: text }];
}

/** The expression of a template that is one `${…}` and nothing else; undefined for any other template. */
export function wholeExpression(template: string): string | undefined {
  if (!template.startsWith("${") || sequenceEnd(template, 0) !== template.length) return undefined;
  const inner = template.slice(2, -1);
  // Strip markers (`${~ x ~}`) trim the text around them, of which there is none.
  return inner.replace(/^~/, "").replace(/~$/, "").trim();
}

/**
 * The tokens of an expression.
 *
 * @throws if a string, a heredoc or a comment in it does not end.
 */
export function tokens(expression: string): Token[] {
  const found: Token[] = [];
  let spaced = false;
  for (let at = 0; at < expression.length;) {
    const token = tokenAt(expression, at);
    if (token.kind === "blank") spaced = true;
    else {
      found.push({ kind: token.kind, text: expression.slice(at, token.end), spaced });
      spaced = false;
    }
    at = token.end;
  }
  return found;
}

function sequenceEnd(template: string, start: number): number {
  let depth = 0;
  for (let at = start + 2; at < template.length;) {
    const { kind, end } = tokenAt(template, at);
    if (kind === "open") depth += 1;
    if (kind === "close") {
      if (depth === 0) return end;
      depth -= 1;
    }
    at = end;
  }
  throw new Error(`The template ${JSON.stringify(template)} has a sequence that does not end: write a "}" after it.`);
}

function tokenAt(source: string, at: number): { readonly kind: Token["kind"] | "blank"; readonly end: number } {
  const character = source.charAt(at);
  if (character === '"') return { kind: "other", end: stringEnd(source, at) };
  if ("([{".includes(character)) return { kind: "open", end: at + 1 };
  if (")]}".includes(character)) return { kind: "close", end: at + 1 };
  if (character === ",") return { kind: "comma", end: at + 1 };
  const ahead = source.slice(at);
  for (const [kind, pattern] of patterns) {
    const found = pattern.exec(ahead);
    if (found !== null) return { kind, end: at + found[0].length };
  }
  return { kind: "other", end: at + 1 };
}

const patterns: readonly (readonly [Token["kind"] | "blank", RegExp])[] = [
  ["newline", /^\r?\n/],
  ["blank", /^[ \t\r]+/],
  ["comment", /^(#|\/\/)[^\n]*|^\/\*[\s\S]*?\*\//],
  ["heredoc", /^<<-?([A-Za-z_][\w-]*)\r?\n(?:[\s\S]*?\n)??[ \t]*\1(?=\s|$)/],
  ["other", /^[\p{L}_][\p{L}\p{N}_-]*|^\d+(\.\d+)?([eE][+-]?\d+)?|^(==|!=|<=|>=|&&|\|\||=>|\.\.\.|::)/u],
];

function stringEnd(source: string, start: number): number {
  for (let at = start + 1; at < source.length;) {
    if (source.charAt(at) === '"') return at + 1;
    if (source.charAt(at) === "\\") at += 2;
    else if (oneAt(source, at, sequences) !== undefined) at = sequenceEnd(source, at);
    else at += oneAt(source, at, escapes)?.length ?? 1;
  }
  throw new Error(`The expression ${JSON.stringify(source)} has a string that does not end: write a quote after it.`);
}
