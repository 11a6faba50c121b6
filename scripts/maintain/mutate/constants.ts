import ts from "typescript";
import { brief, calledName, nameOf, replaced, type Proposal, type Rule } from "./syntax";
import { isProse } from "./terms";

/** A number is ten times as large, or one more where it is small. */
export const numbers: Rule = (node) => {
  if (!isProduct(node) || isProduct(node.parent) || isLiteralType(node) || isProse(node) || isDrawing(node)) return [];
  if (ts.isElementAccessExpression(node.parent)) return [];
  const value = node.getText();
  const small = Number(value) <= 2;
  const texts = small
    ? [`${value} + 1`, ...(value === "0" ? [] : [`${value} - 1`])]
    : [`${value} * 10`, `${value} / 10`];
  return texts.map((text) => replaced("constant", node, `(${text})`, `${around(node)}: ${text}`));
};

/** A number, or numbers that are multiplied: `7 * 24 * 60`. */
const isProduct = (node: ts.Node): boolean =>
  ts.isNumericLiteral(node) ||
  (ts.isBinaryExpression(node) &&
    node.operatorToken.kind === ts.SyntaxKind.AsteriskToken &&
    isProduct(node.left) &&
    isProduct(node.right));

const isLiteralType = (node: ts.Node): boolean => ts.isTypeNode(node.parent);

const around = (node: ts.Node): string => {
  const { parent } = node;
  const whole = ts.isPropertyAssignment(parent) || ts.isVariableDeclaration(parent) || ts.isCallExpression(parent);
  return brief(whole || ts.isBinaryExpression(parent) ? parent : node);
};

/** A string that AWS, Terraform or a comparison reads is another one. Texts for people have blanks. */
export const strings: Rule = (node) => {
  if (!ts.isStringLiteral(node) || !isConstant(node) || isProse(node) || isDrawing(node)) return [];
  return [replaced("constant", node, '"another"', `${brief(node)} is another string in ${around(node)}`)];
};

const asks = [
  "endsWith",
  "includes",
  "indexOf",
  "lastIndexOf",
  "startsWith",
  "split",
  "has",
  "get",
  "option",
  "getPropertyValue",
];

const namesOfStates = ["ask", "describe", "more", "read", "wait"];

function isConstant(node: ts.StringLiteral): boolean {
  if (node.text === "" || /\s/.test(node.text) || node.text.includes("${")) return false;
  const { parent } = node;
  // States that `poll` and `pages` name.
  if (ts.isPropertyAssignment(parent) && namesOfStates.includes(nameOf(parent.name) ?? "")) return false;
  if (ts.isPropertyAssignment(parent)) return parent.initializer === node;
  if (ts.isVariableDeclaration(parent) || ts.isParameter(parent) || ts.isBindingElement(parent)) return true;
  if (ts.isConditionalExpression(parent) || ts.isArrayLiteralExpression(parent)) return true;
  if (ts.isBinaryExpression(parent)) return true;
  return ts.isCallExpression(parent) && asks.includes(calledName(parent) ?? "");
}

/** Texts for people have blanks, and JSONata and shell commands are not elements of lists. */
const isSentence = (node: ts.Node): boolean =>
  (ts.isStringLiteralLike(node) || ts.isTemplateExpression(node)) && /\s|^""$/.test(node.getText());

/** Where things are drawn is nobody's safety. */
const isDrawing = (node: ts.Node): boolean => node.getSourceFile().fileName.includes("dashboard");

/** Elements of lists are left out. */
export const lists: Rule = (node) => {
  if (!ts.isArrayLiteralExpression(node) || node.elements.length < 2 || isProse(node) || isDrawing(node)) return [];
  const { elements } = node;
  return elements
    .filter((one) => !ts.isOmittedExpression(one) && !ts.isObjectLiteralExpression(one) && !isSentence(one))
    .map((one): Proposal => {
      const at = elements.indexOf(one);
      const [before, next] = [elements[at - 1], elements[at + 1]];
      const start = next === undefined && before !== undefined ? before.getEnd() : one.getStart();
      return {
        category: "list",
        start,
        end: next === undefined ? one.getEnd() : next.getStart(),
        text: "",
        change: `not in ${brief(node)}: ${brief(one)}`,
      };
    });
};

/** A pattern is not bound to the beginning or the end of what it matches. */
export const anchors: Rule = (node) => {
  if (!ts.isRegularExpressionLiteral(node)) return [];
  const [, body = "", options = ""] = /^\/([\s\S]*)\/([a-z]*)$/.exec(node.getText()) ?? [];
  const texts = [
    ...(body.startsWith("^") && body.length > 1 ? [body.slice(1)] : []),
    ...(body.endsWith("$") && !body.endsWith("\\$") && body.length > 1 ? [body.slice(0, -1)] : []),
  ];
  return texts.map((text) =>
    replaced("name-match", node, `/${text}/${options}`, `/${text}/ instead of ${brief(node)}`),
  );
};

const isEquality = ({ kind }: ts.Node): boolean =>
  kind === ts.SyntaxKind.EqualsEqualsEqualsToken || kind === ts.SyntaxKind.ExclamationEqualsEqualsToken;

/** What may be a name: not a literal, which mostly is a value of an enumeration that no other value begins with. */
const mayBeName = (node: ts.Expression): boolean =>
  (ts.isIdentifier(node) && node.text !== "undefined") ||
  (ts.isPropertyAccessExpression(node) && !/length|size|port$/i.test(node.name.text)) ||
  ts.isTemplateExpression(node);

/** What only begins like a name is taken for it: that of another environment, with the same beginning. */
export const beginnings: Rule = (node) => {
  if (!ts.isBinaryExpression(node) || !isEquality(node.operatorToken)) return [];
  const { left, right, operatorToken } = node;
  if (!mayBeName(left) || !mayBeName(right)) return [];
  const not = operatorToken.kind === ts.SyntaxKind.ExclamationEqualsEqualsToken ? "!" : "";
  const text = `${not}String(${left.getText()}).startsWith(String(${right.getText()}))`;
  return [replaced("name-match", node, text, `what begins so is the same in ${brief(node)}`)];
};
