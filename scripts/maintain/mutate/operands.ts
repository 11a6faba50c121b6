import ts from "typescript";
import { brief, type Proposal, type Rule } from "./syntax";
import { isCode } from "./terms";

/** One operand goes, with the operator: the other one alone decides. */
function alone(start: number, left: Piece, right: Piece, whole: string): readonly Proposal[] {
  const category = "comparison";
  return [
    {
      ...{ category, start: start + left.end, end: start + right.end, text: "" },
      change: `the left operand alone, without ${short(right.text)} in ${whole}`,
    },
    {
      ...{ category, start: start + left.start, end: start + right.start, text: "" },
      change: `the right operand alone, without ${short(left.text)} in ${whole}`,
    },
  ];
}

interface Piece {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

const short = (text: string): string => {
  const line = text.replaceAll(/\s+/g, " ");
  return line.length > 70 ? `${line.slice(0, 67)}...` : line;
};

const isLogical = ({ operatorToken: { kind } }: ts.BinaryExpression): boolean =>
  kind === ts.SyntaxKind.AmpersandAmpersandToken || kind === ts.SyntaxKind.BarBarToken;

/** One of the conditions that code joins is missing. */
export const operands: Rule = (node) => {
  if (!ts.isBinaryExpression(node) || !isLogical(node)) return [];
  const [left, right] = [node.left, node.right].map((operand) => ({
    ...{ start: operand.getStart(), end: operand.getEnd(), text: operand.getText() },
  })) as [Piece, Piece];
  const proposals = alone(0, left, right, brief(node));
  // An object that is spread on a condition: another rule leaves it out.
  return ts.isObjectLiteralExpression(node.right) ? proposals.slice(1) : proposals;
};

/** What has no operators of the expression, as long as before: quoted texts, regular expressions, and what TypeScript inserts. */
function masked(literal: ts.Node): string {
  const start = literal.getStart();
  let text = literal.getText();
  if (ts.isTemplateExpression(literal))
    for (const { expression } of literal.templateSpans) {
      const [from, to] = [expression.getFullStart() - start, expression.getEnd() - start];
      text = text.slice(0, from - 2) + "x".repeat(to - from + 3) + text.slice(to + 1);
    }
  const inner = text
    .slice(1, -1)
    .replaceAll(/'[^']*'|\\?"[^"]*"|(?<=[(,\s[])\/(?=\S)(?:\\.|\[[^\]]*\]|[^/\n])+\//g, (all) =>
      "x".repeat(all.length),
    );
  return `(${inner})`;
}

/** What an operand ends at, besides brackets: what binds less than `and` and `or`. */
const ends = /^(?:[,;?]|:=?|\.\.|=>|\s(?:if|or|\|\|)\s)/;
const sameAnd = /^\s(?:and|&&)\s/;

/** The first character after an operand in one direction, or undefined if a bracket is missing. */
function reach(text: string, from: number, step: 1 | -1, isAnd: boolean): number | undefined {
  const [open, close] = step === 1 ? ["([{", ")]}"] : [")]}", "([{"];
  let depth = 0;
  for (let i = from; i >= 0 && i < text.length; i += step) {
    const character = text.charAt(i);
    if (open.includes(character)) depth++;
    else if (close.includes(character)) {
      if (depth === 0) return i;
      depth--;
    } else if (depth === 0) {
      const rest = text.slice(i);
      const end = ends.exec(rest) ?? (isAnd ? sameAnd.exec(rest) : null);
      if (end) return step === 1 ? i : i + end[0].length - 1;
    }
  }
  return undefined;
}

/** One of the conditions that JSONata or Terraform joins is missing. */
export const operandsInTexts: Rule = (node) => {
  if (!ts.isStringLiteral(node) && !ts.isNoSubstitutionTemplateLiteral(node) && !ts.isTemplateExpression(node))
    return [];
  if (!isCode(node)) return [];
  const raw = node.getText();
  const text = masked(node);
  return [...text.matchAll(/\s+(and|or|&&|\|\|)(?=\s)/g)].flatMap(({ index, 0: found, 1: operator = "" }) => {
    const isAnd = operator === "and" || operator === "&&";
    const before = reach(text, index - 1, -1, isAnd);
    const after = reach(text, index + found.length + 1, 1, isAnd);
    if (before === undefined || after === undefined) return [];
    const piece = (from: number, to: number): Piece => {
      const whole = text.slice(from, to);
      const start = from + whole.length - whole.trimStart().length;
      const end = from + whole.trimEnd().length;
      return { start, end, text: raw.slice(start, end) };
    };
    const left = piece(before + 1, index);
    const right = piece(index + found.length, after);
    if (left.end <= left.start || right.end <= right.start) return [];
    return alone(node.getStart(), left, right, short(raw.slice(left.start, right.end)));
  });
};
