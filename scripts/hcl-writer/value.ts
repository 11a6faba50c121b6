import { jsonDocument } from "./json-document";
import { layOut } from "./layout";
import { templateParts, wholeExpression } from "./tokens";

export type Json = string | number | boolean | null | readonly Json[] | JsonObject;
export interface JsonObject {
  readonly [key: string]: Json;
}

export const isObject = (value: Json | undefined): value is JsonObject =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/**
 * How Terraform reads the strings of an argument in JSON: as templates, as they stand (arguments that allow no expression, such as a
 * default), or as references (`ignore_changes`, `depends_on`).
 *
 * @see https://developer.hashicorp.com/terraform/language/syntax/json#expression-mapping
 */
export type Reading = "template" | "literal" | "reference";

const width = 120;
const line = (depth: number): string => "  ".repeat(depth);

/** A value as HCL; `depth` is the number of indents of the line it begins on, `before` the number of characters already there. */
export function hclValue(value: Json, reading: Reading, depth: number, before: number): string {
  if (typeof value === "string") return hclString(value, reading, depth, before);
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  if (Array.isArray(value)) return list(value as readonly Json[], reading, depth, before);
  const entries = Object.entries(value as JsonObject).map(([key, inner]) => {
    const name = hclKey(key, reading);
    return `${line(depth + 1)}${name} = ${hclValue(inner, reading, depth + 1, name.length + 3)}`;
  });
  return entries.length === 0 ? "{}" : `{\n${entries.join("\n")}\n${line(depth)}}`;
}

function list(items: readonly Json[], reading: Reading, depth: number, before: number): string {
  const flat = `[${items.map((item) => hclValue(item, reading, 0, 0)).join(", ")}]`;
  if (!flat.includes("\n") && depth * 2 + before + flat.length <= width) return flat;
  const laid = items.map((item) => `${line(depth + 1)}${hclValue(item, reading, depth + 1, 0)},`);
  return `[\n${laid.join("\n")}\n${line(depth)}]`;
}

/** A key of an object. Bare where it is an identifier that means nothing else in that place. */
function hclKey(key: string, reading: Reading): string {
  if (/^[A-Za-z_][A-Za-z0-9_-]*$/.test(key) && !["for", "null", "true", "false"].includes(key)) return key;
  const whole = reading === "template" ? wholeExpression(key) : undefined;
  return whole === undefined ? quoted(key, reading) : `(${whole})`;
}

function hclString(text: string, reading: Reading, depth: number, before: number): string {
  if (reading === "reference") return text;
  if (reading === "literal") return quoted(text, reading);
  const whole = wholeExpression(text);
  if (whole !== undefined) return layOut(whole, depth, before);
  const document = depth * 2 + before + text.length > width ? jsonDocument(text, depth + 1) : undefined;
  if (document !== undefined)
    // What is applied is one line; a JSON string has no line break of its own.
    return `replace(<<-JSON\n${document}\n${line(depth + 1)}JSON\n${line(depth)}, "/\\\\n\\\\s*/", "")`;
  return heredoc(text, depth) ?? quoted(text, reading);
}

/** Several lines as a heredoc, where one says exactly the same. */
function heredoc(text: string, depth: number): string | undefined {
  const ended = text.endsWith("\n");
  const lines = (ended ? text.slice(0, -1) : text).split("\n");
  const parts = templateParts(text);
  const broken = parts.some(({ kind, source }) => kind === "sequence" && source.includes("\n"));
  // A heredoc has no escapes; `<<-` takes the least indent away, so a line without white space before it must be there.
  const plain = lines.every((each) => /^[^\p{C}\p{Z}]([^\p{C}]|\t)*$/u.test(each) && each !== "EOT");
  if (lines.length < 2 || broken || !plain) return undefined;
  const body = lines.map((each) => line(depth + 1) + each).join("\n");
  // In parentheses, because nothing may follow the closing EOT on its line.
  return `${ended ? "" : "chomp"}(<<-EOT\n${body}\n${line(depth + 1)}EOT\n${line(depth)})`;
}

function quoted(text: string, reading: Reading): string {
  if (reading === "literal") return `"${escape(text).replaceAll(/([$%])\{/g, "$1$1{")}"`;
  const parts = templateParts(text);
  if (/[\r\n]/.test(text) && parts.some(({ kind, source }) => kind === "sequence" && /^..~|~\}$/.test(source)))
    throw new Error(
      `The text ${JSON.stringify(text)} has line breaks and a sequence that strips white space (\${~ … ~}), which means something else in HCL's quotes than in JSON. Write it without the tildes.`,
    );
  return `"${parts.map(({ kind, source }) => (kind === "sequence" ? source : escape(source))).join("")}"`;
}

const escapes: Readonly<Record<string, string>> = { '"': '\\"', "\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t" };

function escape(text: string): string {
  return text.replaceAll(
    /["\\]|[\p{Cc}\p{Zl}\p{Zp}\uFEFF]/gu,
    (character) => escapes[character] ?? `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}
