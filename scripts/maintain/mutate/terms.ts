import ts from "typescript";
import { calledName, nameOf, type Category, type Proposal, type Rule } from "./syntax";

/** Members whose texts people read, or that name something. */
export const prose = [
  "Cause",
  "Comment",
  "Error",
  "consequence",
  "description",
  "displayName",
  "errorMessage",
  "firstCommand",
  "happened",
  "label",
  "sentences",
  "sid",
  "title",
];
export const proseCalls = ["InputError", "Error", "Refusal", "accept", "annotate", "log"];
const codeCalls = ["booleanExpression", "expression", "jsonata", "listExpression", "numberExpression"];
const codeMembers = ["condition", "filters", "isFresh", "kept", "most", "while"];

/** Whether people read a constant, and nothing else does. */
export function isProse(constant: ts.Node): boolean {
  for (let node = constant; !ts.isSourceFile(node); node = node.parent) {
    if (ts.isImportDeclaration(node) || ts.isExportDeclaration(node) || ts.isTypeNode(node)) return true;
    if (ts.isPropertyAssignment(node) && prose.includes(nameOf(node.name) ?? "")) return true;
    if ((ts.isCallExpression(node) || ts.isNewExpression(node)) && proseCalls.includes(calledName(node) ?? ""))
      return true;
    if (ts.isStatement(node)) break;
  }
  return false;
}

/** Whether a string is JSONata or a Terraform expression: by where it stands, or else by what it looks like. */
export function isCode(literal: ts.Node): boolean {
  let whole = literal;
  for (let node = literal; !ts.isSourceFile(node); node = node.parent) {
    if (ts.isTemplateExpression(node)) whole = node;
    if (ts.isImportDeclaration(node) || ts.isTypeNode(node)) return false;
    if (ts.isPropertyAssignment(node)) {
      if (prose.includes(nameOf(node.name) ?? "")) return false;
      if (codeMembers.includes(nameOf(node.name) ?? "")) return true;
    }
    if (ts.isCallExpression(node) || ts.isNewExpression(node)) {
      if (proseCalls.includes(calledName(node) ?? "")) return false;
      if (codeCalls.includes(calledName(node) ?? "")) return true;
    }
    if (ts.isStatement(node)) break;
  }
  return /\$[a-z]+[.(\s)]|\b(var|local|self|each|count)\.[a-z]|\bSnapshot(Name|Status)\b/.test(whole.getText());
}

interface Term {
  readonly category: Category;
  readonly pattern: RegExp;
  readonly text: string;
}

/** JSONata and Terraform write `=` and `==`, so that both negations are told apart by what stands around. */
const terms: readonly Term[] = [
  { category: "comparison", pattern: / < /g, text: " <= " },
  { category: "comparison", pattern: / <= /g, text: " < " },
  { category: "comparison", pattern: / > /g, text: " >= " },
  { category: "comparison", pattern: / >= /g, text: " > " },
  { category: "comparison", pattern: / = (?!\{)/g, text: " != " },
  { category: "comparison", pattern: / == /g, text: " != " },
  { category: "comparison", pattern: / and /g, text: " or " },
  { category: "comparison", pattern: / or /g, text: " and " },
  { category: "comparison", pattern: / && /g, text: " || " },
  { category: "comparison", pattern: / \|\| /g, text: " && " },
  { category: "comparison", pattern: / \+ /g, text: " - " },
  { category: "comparison", pattern: / - /g, text: " + " },
  { category: "comparison", pattern: /\$not\(/g, text: "$boolean(" },
  { category: "comparison", pattern: /!can\(/g, text: "can(" },
  { category: "comparison", pattern: /\^\(>/g, text: "^(<" },
  { category: "comparison", pattern: /\^\((?![<>])/g, text: "^(>" },
  { category: "name-match", pattern: /\/\^/g, text: "/" },
  { category: "name-match", pattern: /\$\/(?=[\]),]| )/g, text: "/" },
  { category: "name-match", pattern: /\^(?=\$|[a-zA-Z(\\[])(?!\()/g, text: "" },
  { category: "paging", pattern: /'Marker': \$marker/g, text: "'Marker': ''" },
  { category: "paging", pattern: /\$marker != ''/g, text: "$marker = '?'" },
];

export const isPiece = (node: ts.Node): boolean =>
  ts.isStringLiteral(node) ||
  ts.isNoSubstitutionTemplateLiteral(node) ||
  ts.isTemplateHead(node) ||
  ts.isTemplateMiddle(node) ||
  ts.isTemplateTail(node);

/** Comparisons, arithmetic, anchors and markers in JSONata and Terraform expressions, which are strings here. */
export const inTexts: Rule = (node) => {
  if (!isPiece(node) || !isCode(node)) return [];
  const start = node.getStart();
  const raw = node.getText();
  const proposals = terms.flatMap(({ category, pattern, text }) =>
    [...raw.matchAll(pattern)].map(({ index, 0: found }): Proposal => {
      const around = raw.slice(Math.max(0, index - 25), index + found.length + 25).replaceAll(/\s+/g, " ");
      return {
        category,
        start: start + index,
        end: start + index + found.length,
        text,
        change: `${JSON.stringify(found)} is ${JSON.stringify(text)} in ...${around}...`,
      };
    }),
  );
  const negations = [...raw.matchAll(/ != /g)].map(({ index }): Proposal => {
    const isTerraform = /\b(var|local|self|data|each)\.|&&|\|\||==/.test(raw);
    const text = isTerraform ? " == " : " = ";
    const around = raw.slice(Math.max(0, index - 25), index + 29).replaceAll(/\s+/g, " ");
    return {
      category: "comparison",
      start: start + index,
      end: start + index + 4,
      text,
      change: `" != " is "${text}" in ...${around}...`,
    };
  });
  return [...proposals, ...negations];
};
