import ts from "typescript";
import { type Category, type Proposal, type Rule } from "./syntax";
import { isCode, isPiece } from "./terms";

/** A member of an object of JSONata is not there. The whole text is looked at, because values may be Terraform expressions. */
export const textMembers: Rule = (node) => {
  const isWhole = ts.isStringLiteral(node) || ts.isNoSubstitutionTemplateLiteral(node) || ts.isTemplateExpression(node);
  if (!isWhole || !isCode(node)) return [];
  const raw = node.getText();
  return [...raw.matchAll(/'[A-Za-z]\w*': /g)].flatMap(({ index, 0: key }): Proposal[] => {
    const end = endOfValue(raw, index + key.length);
    if (end === undefined) return [];
    const isLast = raw[end] !== ",";
    const before = /,\s*$/.exec(raw.slice(0, index));
    const [from, to] = isLast
      ? [before === null ? index : before.index, end]
      : [index, end + (/^,\s*/.exec(raw.slice(end))?.[0].length ?? 0)];
    return [
      {
        category: "member",
        start: node.getStart() + from,
        end: node.getStart() + to,
        text: "",
        change: `not in the object: ${raw.slice(index, end).replaceAll(/\s+/g, " ").trim().slice(0, 70)}`,
      },
    ];
  });
};

/** Where the value of a member ends: at a comma or a bracket that is not its own. */
function endOfValue(text: string, start: number): number | undefined {
  let depth = 0;
  let isQuoted = false;
  for (let at = start; at < text.length; at++) {
    const character = text.charAt(at);
    if (character === "'") isQuoted = !isQuoted;
    if (isQuoted) continue;
    if ("([{".includes(character)) depth += 1;
    else if (")]}".includes(character)) depth -= 1;
    if (depth < 0 || (depth === 0 && character === ",")) return at;
  }
  return undefined;
}

interface Term {
  readonly category: Category;
  readonly pattern: RegExp;
  readonly text: (found: string) => string;
}

/** Not a part of a name, an index, a repetition in a pattern or a version. */
const number = /(?<![\w.'$"[{#\\,-])\d+(?![\w'}.])/g;

const terms: readonly Term[] = [
  { category: "constant", pattern: /'[A-Za-z][\w.-]*'(?!\s*:)/g, text: () => "'another'" },
  {
    category: "constant",
    pattern: /(?<=.)\\?"[A-Za-z][\w.-]*\\?"(?=.)/g,
    text: (found) => found.replace(/\w[\w.-]*/, "another"),
  },
  {
    category: "constant",
    pattern: number,
    text: (found) => (Number(found) <= 2 ? `${Number(found) + 1}` : `${found}0`),
  },
  { category: "constant", pattern: / \? 1 : 0/g, text: () => " ? 0 : 1" },
  { category: "constant", pattern: /\)\[0\]/g, text: () => ")[-1]" },
  { category: "comparison", pattern: / \* /g, text: () => " / " },
  { category: "comparison", pattern: / \/ /g, text: () => " * " },
  { category: "comparison", pattern: /\$?\bmax\(/g, text: (found) => found.replace("max", "min") },
  { category: "comparison", pattern: /\$?\bmin\(/g, text: (found) => found.replace("min", "max") },
  { category: "comparison", pattern: /\$floor\(/g, text: () => "$ceil(" },
];

/** Constants and functions in JSONata and Terraform expressions. */
export const constantsInTexts: Rule = (node) => {
  if (!isPiece(node) || !isCode(node)) return [];
  const raw = node.getText();
  return terms.flatMap(({ category, pattern, text }) =>
    [...raw.matchAll(pattern)].map(({ index, 0: found }): Proposal => ({
      category,
      start: node.getStart() + index,
      end: node.getStart() + index + found.length,
      text: text(found),
      change: `${found} is ${text(found)} in ...${raw.slice(Math.max(0, index - 25), index + found.length + 25).replaceAll(/\s+/g, " ")}...`,
    })),
  );
};
