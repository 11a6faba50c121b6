import ts from "typescript";
import { brief, calledName, replaced, type Rule } from "./syntax";

type Operators = Partial<Record<ts.SyntaxKind, string>>;

/** An operator of TypeScript is another one. */
export const otherOperator =
  (others: Operators): Rule =>
  (node) => {
    if (!ts.isBinaryExpression(node)) return [];
    const { operatorToken: operator } = node;
    const text = others[operator.kind];
    if (text === undefined) return [];
    return [replaced("comparison", operator, text, `${operator.getText()} is ${text} in ${brief(node)}`)];
  };

export const comparisons = otherOperator({
  [ts.SyntaxKind.EqualsEqualsEqualsToken]: "!==",
  [ts.SyntaxKind.ExclamationEqualsEqualsToken]: "===",
  [ts.SyntaxKind.LessThanToken]: "<=",
  [ts.SyntaxKind.LessThanEqualsToken]: "<",
  [ts.SyntaxKind.GreaterThanToken]: ">=",
  [ts.SyntaxKind.GreaterThanEqualsToken]: ">",
  [ts.SyntaxKind.AmpersandAmpersandToken]: "||",
  [ts.SyntaxKind.BarBarToken]: "&&",
});

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
