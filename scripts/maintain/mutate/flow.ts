import ts from "typescript";
import { otherOperator } from "./code";
import { brief, calledName, removed, replaced, type Proposal, type Rule } from "./syntax";

/** Calls that only print, comment, or justify. */
const spoken = ["accept", "annotate", "error", "log", "progress", "removeAllListeners", "tell", "write"];

/** Something is not done: a call whose result nobody uses, an assignment, or a resource that is only created. */
export const statements: Rule = (node) => {
  if (!ts.isExpressionStatement(node)) return [];
  const inner = ts.isAwaitExpression(node.expression) ? node.expression.expression : node.expression;
  const done = ts.isVoidExpression(inner) ? inner.expression : inner;
  if (ts.isCallExpression(done)) {
    if (done.expression.kind === ts.SyntaxKind.SuperKeyword || spoken.includes(calledName(done) ?? "")) return [];
  } else if (!ts.isNewExpression(done) && !ts.isBinaryExpression(done)) return [];
  // Where the compiler wants a member to be set, it says so.
  return [
    replaced("step", node, ";", `not done: ${brief(node)}`),
    ...(ts.isAwaitExpression(node.expression)
      ? [replaced("step", node, `void ${inner.getText()};`, `not awaited: ${brief(inner)}`)]
      : []),
  ];
};

/** A condition is never or always true, and what is chosen by one is the other. */
export const branches: Rule = (node) => {
  if (ts.isIfStatement(node) && node.elseStatement === undefined && !ts.isThrowStatement(node.thenStatement))
    return ["false", "true"].map((text) =>
      replaced("branch", node.expression, text, `${text}: ${brief(node.expression)}`),
    );
  if (ts.isConditionalExpression(node)) {
    const { condition, whenTrue, whenFalse } = node;
    return [
      replaced(
        "branch",
        node,
        `${condition.getText()} ? ${whenFalse.getText()} : ${whenTrue.getText()}`,
        `the other one in ${brief(node)}`,
      ),
    ];
  }
  if (
    ts.isPrefixUnaryExpression(node) &&
    node.operator === ts.SyntaxKind.ExclamationToken &&
    !ts.isIfStatement(node.parent)
  )
    return [replaced("branch", node, node.operand.getText(), `not negated: ${brief(node)}`)];
  if (ts.isBinaryExpression(node) && node.operatorToken.kind === ts.SyntaxKind.QuestionQuestionToken)
    return [replaced("branch", node, node.right.getText(), `always the default in ${brief(node)}`)];
  return [];
};

/** Nobody waits for a promise, so that it counts as true. */
export const awaits: Rule = (node) =>
  ts.isAwaitExpression(node) && !ts.isExpressionStatement(node.parent)
    ? [replaced("step", node, node.expression.getText(), `not awaited: ${brief(node)}`)]
    : [];

/** What fails is not caught, or is not cleaned up after. */
export const tries: Rule = (node) => {
  if (!ts.isTryStatement(node)) return [];
  const { catchClause, finallyBlock, tryBlock } = node;
  const block = tryBlock.getText();
  return [
    ...(catchClause === undefined
      ? []
      : [
          replaced(
            "catch",
            node,
            finallyBlock === undefined ? block : `try ${block} finally ${finallyBlock.getText()}`,
            `not caught: ${brief(catchClause)}`,
          ),
          ...(catchClause.block.statements.length > 0
            ? [replaced("catch", catchClause.block, "{}", `swallowed, without ${brief(catchClause.block)}`)]
            : []),
        ]),
    ...(finallyBlock === undefined
      ? []
      : [replaced("catch", finallyBlock, "{}", `not at the end: ${brief(finallyBlock)}`)]),
  ];
};

const links = [
  ...["addArgument", "addOption", "argument", "conflicts", "exitOverride", "hook", "option", "usage"],
  ...["filter", "flat", "reverse", "slice", "sort", "toSorted", "trim", "replace", "replaceAll", "toLowerCase", "at"],
];

/** One of several calls in a row is missing: an option of a command, a sort, a slice. */
export const chains: Rule = (node) => {
  if (!ts.isCallExpression(node) || !ts.isPropertyAccessExpression(node.expression)) return [];
  const { name, expression } = node.expression;
  if (!links.includes(name.text)) return [];
  return [
    replaced("chain", node, expression.getText(), `without .${name.text}(${node.arguments.map(brief).join(", ")})`),
    ...sorting(node),
  ];
};

/** The other direction of a sort. */
function sorting(node: ts.CallExpression): readonly Proposal[] {
  const [order] = node.arguments;
  if (!["sort", "toSorted"].includes(calledName(node) ?? "")) return [];
  if (order === undefined)
    return [replaced("chain", node, `${node.getText()}.reverse()`, `the other direction: ${brief(node)}`)];
  const [a, b] = ts.isArrowFunction(order) ? order.parameters : [];
  if (a === undefined || b === undefined) return [];
  return [
    {
      ...{ category: "chain", start: a.getStart(), end: b.getEnd(), text: `${b.getText()}, ${a.getText()}` },
      change: `the other direction: ${brief(order)}`,
    },
  ];
}

/** Texts that are joined do not compile then. */
export const arithmetic = otherOperator({
  [ts.SyntaxKind.PlusToken]: "-",
  [ts.SyntaxKind.MinusToken]: "+",
  [ts.SyntaxKind.SlashToken]: "*",
  [ts.SyntaxKind.PercentToken]: "*",
});

/** What is yes is no, in code; in the arguments of a resource it is a flag. */
export const booleans: Rule = (node) => {
  const text =
    node.kind === ts.SyntaxKind.TrueKeyword ? "false" : node.kind === ts.SyntaxKind.FalseKeyword ? "true" : undefined;
  if (text === undefined || ts.isLiteralTypeNode(node.parent)) return [];
  return [replaced("flag", node, text, `${text} in ${brief(node.parent)}`)];
};

/** Part of an object that is spread into it is missing: mostly what depends on a condition. */
export const spreads: Rule = (node) =>
  ts.isSpreadAssignment(node) && ts.isObjectLiteralExpression(node.parent)
    ? [removed("argument", node, node.parent.properties, `no ${brief(node)}`)]
    : [];
