import { hclValue, isObject, type Json, type JsonObject, type Reading } from "./value";

/** What a block is, beyond what its JSON says. */
export interface Shape {
  /** `resource`, `variable`, …: which of Terraform's own blocks it is. */
  readonly kind: string;
  /** By path (`statement.condition`), whether the provider has a block or an argument there. */
  readonly blocks: ReadonlyMap<string, boolean>;
  /** Comments by the path of the argument they stand above; the empty path is the block itself. */
  readonly comments: ReadonlyMap<string, string>;
  /** Comments at the beginning of the block, one line each, for programs that read them there. */
  readonly directives?: readonly string[];
}

const conditions = ["lifecycle", "lifecycle.precondition", "lifecycle.postcondition"];

/** Blocks of Terraform's own language; anything else in them is an argument. */
const languageBlocks: Readonly<Record<string, readonly string[]>> = {
  resource: conditions,
  data: conditions,
  variable: ["validation"],
  output: ["precondition"],
  check: ["assert"],
  terraform: ["backend", "required_providers"],
  removed: ["lifecycle"],
};

const ofAny = (kinds: readonly string[], paths: readonly string[], reading: Reading): [string, Reading][] =>
  kinds.flatMap((kind) => paths.map((path): [string, Reading] => [`${kind} ${path}`, reading]));

/** By the kind of the block and the path in it; of any other argument, a template. Within `terraform`, all are literals. */
const readings: ReadonlyMap<string, Reading> = new Map([
  ...ofAny(["variable"], ["type"], "reference"),
  ...ofAny(["variable"], ["default", "description"], "literal"),
  ...ofAny(["output"], ["description"], "literal"),
  ...ofAny(["moved", "removed"], ["from", "to"], "reference"),
  ...ofAny(["import"], ["to", "provider"], "reference"),
  ...ofAny(
    ["resource", "data"],
    ["provider", "lifecycle.ignore_changes", "lifecycle.replace_triggered_by"],
    "reference",
  ),
  ...ofAny(["resource", "data", "output"], ["depends_on"], "reference"),
]);

const readingOf = (kind: string, path: string): Reading =>
  kind === "terraform" ? "literal" : (readings.get(`${kind} ${path}`) ?? "template");

/** What HashiCorp's style guide puts first and last. https://developer.hashicorp.com/terraform/language/style */
const first: Readonly<Record<string, readonly string[]>> = {
  variable: ["type", "description", "default"],
  output: ["description", "value"],
  resource: ["count", "for_each", "provider"],
  data: ["count", "for_each", "provider"],
};
const last = ["lifecycle", "depends_on"];

function rank(kind: string, name: string): number {
  const leading = first[kind] ?? [];
  if (leading.includes(name)) return leading.indexOf(name);
  return leading.length + 1 + last.indexOf(name);
}

/** A block with its labels and comments. */
export function hclBlock(labels: readonly string[], body: JsonObject, shape: Shape): string {
  const lost = [...shape.comments.keys()].find((path) => path !== "" && !has(body, path.split(".")));
  if (lost !== undefined)
    throw new Error(
      `${labels.join(".")} has a comment for ${lost}, but no such argument. Name the argument as Terraform does, with the blocks that it is in, e.g. "lifecycle.ignore_changes".`,
    );
  const [type = "", ...names] = labels;
  const header = [type, ...names.map((name) => JSON.stringify(name))].join(" ");
  return comment(shape.comments.get(""), 0) + braces(header, body, shape, "", 0);
}

function has(value: Json | undefined, [name, ...rest]: readonly string[]): boolean {
  if (name === undefined) return value !== undefined;
  if (Array.isArray(value)) return (value as readonly Json[]).some((item) => has(item, [name, ...rest]));
  return isObject(value) && has(value[name], rest);
}

/** Arguments without a block around them, with the comment of the whole: the entries of `locals`. */
export function hclArguments(body: JsonObject, shape: Shape): string {
  const entries = Object.entries(body).map(([name, value]) => argument(name, value, shape, name, 1));
  return comment(shape.comments.get(""), 1) + entries.join("\n");
}

function braces(header: string, body: JsonObject, shape: Shape, path: string, depth: number): string {
  const directives = path === "" ? (shape.directives ?? []).map((text) => `${"  ".repeat(depth + 1)}# ${text}`) : [];
  const content = bodyOf(body, shape, path, depth + 1);
  const inner = [...directives, ...(content === "" ? [] : [content])].join("\n");
  return inner === "" ? `${header} {}` : `${header} {\n${inner}\n${"  ".repeat(depth)}}`;
}

function bodyOf(body: JsonObject, shape: Shape, path: string, depth: number): string {
  const names = Object.keys(body).filter((name) => name !== "//" && body[name] !== undefined);
  const within = (name: string): string => (path === "" ? name : `${path}.${name}`);
  const isBlock = (name: string): boolean => name === "dynamic" || blockAt(within(name), body[name] ?? null, shape);
  const ordered = [...names].sort((one, other) => rank(shape.kind, one) - rank(shape.kind, other));
  const group = (wanted: (name: string) => boolean): string[] => ordered.filter(wanted);

  const lines = group((name) => !isBlock(name) && !last.includes(name)).map((name) =>
    argument(name, body[name] ?? null, shape, within(name), depth),
  );
  const sections = [
    ...(lines.length > 0 ? [lines.join("\n")] : []),
    ...group(isBlock).flatMap((name) => nested(name, body[name] ?? null, shape, within(name), depth)),
    ...group((name) => last.includes(name) && !isBlock(name)).map((name) =>
      argument(name, body[name] ?? null, shape, within(name), depth),
    ),
  ];
  return sections.join("\n\n");
}

function argument(name: string, value: Json, shape: Shape, path: string, depth: number): string {
  const text = `${"  ".repeat(depth)}${name} = ${hclValue(value, readingOf(shape.kind, path), depth, name.length + 3)}`;
  return comment(shape.comments.get(path), depth) + text;
}

/**
 * The provider's classes tell blocks from arguments. They know nothing of what was added by `addOverride`; there, a list of objects is a
 * block and anything else an argument, which holds for every resource of the AWS provider. A wrong guess does not validate.
 */
function blockAt(path: string, value: Json, { kind, blocks }: Shape): boolean {
  if (languageBlocks[kind]?.includes(path) === true) return true;
  if (kind !== "resource" && kind !== "data" && kind !== "provider") return false;
  return blocks.get(path) ?? (Array.isArray(value) && value.length > 0 && (value as readonly Json[]).every(isObject));
}

function nested(name: string, value: Json, shape: Shape, path: string, depth: number): string[] {
  const at = "  ".repeat(depth);
  const block = (header: string, body: Json, bodyPath: string): string => {
    if (!isObject(body))
      throw new Error(
        `${shape.kind} has ${JSON.stringify(body)} where the provider has the block ${path}. Write a list of objects, or a dynamic block (addOverride("dynamic.${name}", …)).`,
      );
    return at + braces(header, body, shape, bodyPath, depth);
  };
  if (name === "dynamic")
    return Object.entries(value as JsonObject).map(([label, body]) => dynamic(label, body, shape, path, depth));
  if (name === "backend")
    return Object.entries(value as JsonObject).map(([type, body]) => block(`backend "${type}"`, body, path));
  return (Array.isArray(value) ? (value as readonly Json[]) : [value]).map((body) => block(name, body, path));
}

/** The content of a dynamic block is laid out like the block that it makes. */
function dynamic(label: string, body: Json, shape: Shape, path: string, depth: number): string {
  if (!isObject(body) || !isObject(body.content))
    throw new Error(`The dynamic block ${label} has no content. Write { for_each, content: { … } }.`);
  const { content, ...meta } = body;
  const at = "  ".repeat(depth);
  const target = path.replace(/dynamic$/, label);
  const lines = Object.entries(meta).map(([name, value]) => {
    const reading = name === "iterator" ? "reference" : "template";
    return `${at}  ${name} = ${hclValue(value, reading, depth + 1, name.length + 3)}`;
  });
  const inner = `${at}  ${braces("content", content, shape, target, depth + 1)}`;
  return `${at}dynamic "${label}" {\n${[lines.join("\n"), inner].join("\n\n")}\n${at}}`;
}

/** Lines of at most 99 characters behind the `#` and its blank; a longer word, such as an address, stays whole. */
function comment(text: string | undefined, depth: number): string {
  if (text === undefined) return "";
  const wrapped = text.split("\n").flatMap((paragraph) => paragraph.match(/\S.{0,98}(?=\s|$)|\S+/g) ?? []);
  return wrapped.map((each) => `${"  ".repeat(depth)}# ${each.trim()}\n`).join("");
}
