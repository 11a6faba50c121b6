import ts from "typescript";
import { brief, calledName, elementsOf, member, nameOf, removed, replaced, type Proposal, type Rule } from "./syntax";

/** A case of a Choice never applies, always applies, or applies when it should not; or it leads elsewhere. */
export const choices: Rule = (node) => {
  if (!ts.isObjectLiteralExpression(node)) return [];
  const [condition, next] = [member(node, "Condition"), member(node, "Next")];
  if (condition === undefined || next === undefined) return [];
  const otherwise = ts.isArrayLiteralExpression(node.parent) ? defaultBeside(node.parent) : undefined;
  return [
    replaced("choice", condition, '"{% false %}"', `never: ${brief(condition)}`),
    replaced("choice", condition, '"{% true %}"', `always: ${brief(condition)}`),
    ...negated(condition),
    ...(otherwise !== undefined && nameOf(next) !== undefined
      ? [
          replaced(
            "choice",
            next,
            otherwise.getText(),
            `${brief(condition)} leads to ${brief(otherwise)} instead of ${brief(next)}`,
          ),
        ]
      : []),
  ];
};

function defaultBeside({ parent }: ts.ArrayLiteralExpression): ts.Expression | undefined {
  const otherwise =
    ts.isPropertyAssignment(parent) && ts.isObjectLiteralExpression(parent.parent)
      ? member(parent.parent, "Default")
      : undefined;
  return nameOf(otherwise) === undefined ? undefined : otherwise;
}

function negated(condition: ts.Expression): readonly Proposal[] {
  if (!ts.isCallExpression(condition) || calledName(condition) !== "jsonata") return [];
  const [given] = condition.arguments;
  if (given === undefined) return [];
  return [replaced("choice", given, `"$not(" + (${given.getText()}) + ")"`, `not: ${brief(given)}`)];
}

/** An error is not caught, others are caught as well, or one of several is not. */
export const catchers: Rule = (node) => {
  if (!ts.isPropertyAssignment(node)) return [];
  const list = elementsOf(node.initializer);
  if (list === undefined) return [];
  if (["Catch", "catch"].includes(nameOf(node.name) ?? ""))
    return list.map((one) => removed("catch", one, list, `not caught: ${brief(one)}`));
  if (nameOf(node.name) !== "ErrorEquals") return [];
  return [
    ...list
      .filter((one) => nameOf(one) !== "States.ALL")
      .map((one) => replaced("catch", one, '"Another.Error"', `${brief(one)} is not caught`)),
    ...(node.initializer.getText().includes("States.ALL")
      ? []
      : [replaced("catch", node.initializer, '["States.ALL"]', `any error instead of ${brief(node.initializer)}`)]),
  ];
};

const callers = ["elasticacheCall", "createSnapshot", "deleteReplicationGroup", "modifyReplicationGroup"];

/** An argument of a call is missing, and so is a variable that a state assigns. */
export const calls: Rule = (node) => {
  if (ts.isPropertyAssignment(node) && ["Assign", "assign"].includes(nameOf(node.name) ?? ""))
    return membersRemoved(node.initializer, "variable");
  if (!ts.isCallExpression(node)) return [];
  const name = calledName(node) ?? "";
  const [first, second] = node.arguments;
  if (name === "call" && first !== undefined && ts.isObjectLiteralExpression(first))
    return membersRemoved(member(first, "arguments"), "argument");
  if (!callers.includes(name)) return [];
  return membersRemoved(name === "elasticacheCall" ? second : first, "argument");
};

const membersRemoved = (object: ts.Expression | undefined, kind: string): readonly Proposal[] =>
  object === undefined || !ts.isObjectLiteralExpression(object)
    ? []
    : object.properties
        .filter((property) => !isMarker(property))
        .map((property) => removed("call", property, object.properties, `${kind} is gone: ${brief(property)}`));

const isMarker = (property: ts.Node): boolean => /^(\.\.\.firstPage|marker: )/.test(property.getText());

/** Only the first page is read, or a loop over pages begins in the middle. */
export const markers: Rule = (node) => {
  if (ts.isSpreadAssignment(node) && node.getText() === "...firstPage" && ts.isObjectLiteralExpression(node.parent))
    return [removed("paging", node, node.parent.properties, "the first page is not the first")];
  if (ts.isPropertyAssignment(node) && /^(marker|.*Marker|.*[tT]oken)$/.test(nameOf(node.name) ?? ""))
    if (ts.isObjectLiteralExpression(node.parent) && /[mM]arker|NextToken|Continuation/.test(node.getText()))
      return [removed("paging", node, node.parent.properties, `marker is gone: ${brief(node)}`)];
  if (ts.isPropertyAssignment(node) && ["MaxRecords", "MaxResults", "MaxItems"].includes(nameOf(node.name) ?? ""))
    return [replaced("paging", node.initializer, "1", `pages of 1 instead of ${brief(node.initializer)}`)];
  return [];
};
