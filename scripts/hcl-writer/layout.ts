import { tokens, type Token } from "./tokens";

/** From here on a line is broken, where it can be. */
const width = 120;
const indent = "  ";

/** A token, or a bracket with what is in it, separated by commas (in an object also by line breaks). */
interface Piece {
  readonly text: string;
  readonly spaced: boolean;
  readonly items?: readonly (readonly Piece[])[];
}

/**
 * Lays an expression out: on one line where it fits, otherwise over several, one item of a bracket on each. Only white space changes,
 * commas that a line break replaces, and parentheses: around the whole where HCL asks for them to break a line at an operator, and around
 * an operand with `!`, after which the parser of checkov takes no line break.
 *
 * `depth` is the number of indents of the line it begins on, `before` the characters already there.
 */
export function layOut(expression: string, depth: number, before: number): string {
  const all = tokens(expression);
  // A line break ends a comment or a heredoc, so what has one stays as its author laid it out.
  if (all.some(({ kind }) => kind === "comment" || kind === "heredoc")) return `(${expression.trim()}\n${line(depth)})`;
  const { items } = group(all, 0, "");
  const pieces = items.flat();
  const flat = flatten(pieces);
  if (before + depth * indent.length + flat.length <= width) return flat;
  return breakable(pieces)
    ? `(\n${line(depth + 1)}${spread(pieces, depth + 1)}\n${line(depth)})`
    : render(pieces, depth);
}

const line = (depth: number): string => indent.repeat(depth);

/** Reads items up to the closing bracket of `open` (or to the end). */
function group(all: readonly Token[], start: number, open: string): { items: Piece[][]; close: string; next: number } {
  const items: Piece[][] = [];
  let item: Piece[] = [];
  const finish = () => {
    if (item.length > 0) items.push(item);
    item = [];
  };
  let at = start;
  for (let token = all[at]; token !== undefined; token = all[at]) {
    at += 1;
    if (token.kind === "close") {
      finish();
      return { items, close: token.text, next: at };
    }
    // The only comma of a `for` is in its head, where scanners accept no line break.
    if (token.kind === "comma" && startsFor(item)) item.push({ text: token.text, spaced: false });
    else if (token.kind === "comma" || (token.kind === "newline" && open === "{" && !startsFor(item))) finish();
    else if (token.kind === "newline") continue;
    else if (token.kind === "open") {
      const inner = group(all, at, token.text);
      item.push({ text: token.text, spaced: token.spaced || afterNewline(all, at - 1), items: inner.items });
      at = inner.next;
    } else item.push({ text: token.text, spaced: token.spaced || afterNewline(all, at - 1) });
  }
  finish();
  return { items, close: "", next: at };
}

const startsFor = (item: readonly Piece[]): boolean => item[0]?.text === "for";
const afterNewline = (all: readonly Token[], at: number): boolean => all[at - 1]?.kind === "newline";

const closing: Readonly<Record<string, string>> = { "(": ")", "[": "]", "{": "}" };

function flatten(pieces: readonly Piece[]): string {
  return pieces
    .map(({ text, spaced, items }, i) => {
      const space = spaced && i > 0 ? " " : "";
      if (items === undefined) return space + text;
      const inner = items.map(flatten).join(", ");
      const padding = text === "{" && inner !== "" ? " " : "";
      return `${space}${text}${padding}${inner}${padding}${closing[text] ?? ""}`;
    })
    .join("");
}

/** On one line as far as it fits, and each bracket that does not over several. */
function render(pieces: readonly Piece[], depth: number): string {
  return pieces
    .map((piece, i) => {
      const space = piece.spaced && i > 0 ? " " : "";
      const flat = flatten([piece]);
      const fits = depth * indent.length + flatten(pieces).length <= width || flat.length < 40;
      return space + (piece.items === undefined || fits ? flat : bracket(piece.text, piece.items, depth));
    })
    .join("");
}

function bracket(open: string, items: readonly (readonly Piece[])[], depth: number): string {
  const close = closing[open] ?? "";
  const [only] = items;
  // f({…}) and [{…}] hold their one item tightly.
  if (open !== "{" && items.length === 1 && only?.length === 1 && only[0]?.items !== undefined)
    return `${open}${bracket(only[0].text, only[0].items, depth)}${close}`;
  const separator = open === "{" ? "" : ",";
  const lines = items.map((item, i) => {
    const laid = open === "{" && !startsFor(item) ? entry(item, depth + 1) : spread(item, depth + 1);
    return `${line(depth + 1)}${laid}${i < items.length - 1 ? separator : ""}`;
  });
  return `${open}\n${lines.join("\n")}\n${line(depth)}${close}`;
}

/** `key = value` of an object: a line break would end it, so what breaks at an operator gets parentheses. */
function entry(item: readonly Piece[], depth: number): string {
  if (depth * indent.length + flatten(item).length <= width) return flatten(item);
  const equals = item.findIndex(({ text }) => text === "=" || text === ":");
  const value = item.slice(equals + 1);
  if (equals < 0 || !breakable(value)) return render(item, depth);
  return `${flatten(item.slice(0, equals + 1))} (\n${line(depth + 1)}${spread(value, depth + 1)}\n${line(depth)})`;
}

/** Where a line breaks, the loosest operator first. */
const breaks = [["?", ":"], ["||"], ["&&"]] as const;
const breakAt = (pieces: readonly Piece[]): readonly string[] | undefined =>
  startsFor(pieces)
    ? [":", "if"]
    : breaks.find((operators) => pieces.some(({ text }) => operators.some((operator) => operator === text)));
const breakable = (pieces: readonly Piece[]): boolean => breakAt(pieces) !== undefined;

/** Within a bracket, where a line may break anywhere: before an operator, after the head of a `for`. */
function spread(pieces: readonly Piece[], depth: number): string {
  const operators = depth * indent.length + flatten(pieces).length <= width ? undefined : breakAt(pieces);
  if (operators === undefined) return render(pieces, depth);
  const lines: Piece[][] = [[]];
  for (const piece of pieces) {
    const breaksHere = operators.includes(piece.text) && piece.items === undefined;
    const last = lines.at(-1) ?? [];
    if (!breaksHere) last.push(piece);
    else if (startsFor(pieces) && piece.text === ":") {
      last.push(piece);
      lines.push([]);
    } else lines.push([piece]);
  }
  return lines
    .filter((each) => each.length > 0)
    .map((each, i, all) => {
      if (startsFor(pieces)) return startsFor(each) ? render(each, depth) : spread(each, depth);
      return spreadOperand(i < all.length - 1 ? guarded(each, operators) : each, operators, depth);
    })
    .join(`\n${line(depth)}`);
}

/** In parentheses what has a `!`: scanners accept no line break after it. */
function guarded(pieces: readonly Piece[], operators: readonly string[]): readonly Piece[] {
  if (!pieces.some(({ text }) => text === "!")) return pieces;
  const [first, ...rest] = pieces;
  if (first === undefined || !operators.includes(first.text)) return [{ text: "(", spaced: false, items: [pieces] }];
  return [first, { text: "(", spaced: true, items: [rest] }];
}

function spreadOperand(pieces: readonly Piece[], operators: readonly string[], depth: number): string {
  const [operator, ...operand] = pieces;
  if (operator === undefined || !operators.includes(operator.text)) return render(pieces, depth);
  return `${operator.text} ${render(operand, depth)}`;
}
