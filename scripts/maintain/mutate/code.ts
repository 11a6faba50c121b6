import ts from "typescript";
import { brief, calledName, replaced, type Rule } from "./syntax";

const operators: Partial<Record<ts.SyntaxKind, string>> = {
  [ts.SyntaxKind.EqualsEqualsEqualsToken]: "!==",
  [ts.SyntaxKind.ExclamationEqualsEqualsToken]: "===",
  [ts.SyntaxKind.LessThanToken]: "<=",
  [ts.SyntaxKind.LessThanEqualsToken]: "<",
  [ts.SyntaxKind.GreaterThanToken]: ">=",
  [ts.SyntaxKind.GreaterThanEqualsToken]: ">",
  [ts.SyntaxKind.AmpersandAmpersandToken]: "||",
  [ts.SyntaxKind.BarBarToken]: "&&",
};

/** A comparison of TypeScript is another one. */
export const comparisons: Rule = (node) => {
  if (!ts.isBinaryExpression(node)) return [];
  const text = operators[node.operatorToken.kind];
  if (text === undefined) return [];
  return [
    replaced("comparison", node.operatorToken, text, `${node.operatorToken.getText()} is ${text} in ${brief(node)}`),
  ];
};

/** What is refused is not refused, and whoever is asked has said yes. */
export const refusals: Rule = (node) => {
  if (ts.isThrowStatement(node)) return [replaced("refusal", node, "{}", `does not refuse: ${brief(node)}`)];
  if (ts.isIfStatement(node))
    return [replaced("refusal", node.expression, `!(${node.expression.getText()})`, `not: ${brief(node.expression)}`)];
  return [];
};

/** Everything passes a filter. */
export const filters: Rule = (node) => {
  if (!ts.isCallExpression(node) || !["filter", "some", "every", "find"].includes(calledName(node) ?? "")) return [];
  const [given] = node.arguments;
  if (given === undefined || !ts.isArrowFunction(given)) return [];
  if (given.type !== undefined) return [];
  return [replaced("filter", given.body, "true", `${calledName(node) ?? ""} takes everything: ${brief(given)}`)];
};
