import ts from "typescript";
import { brief, calledName, elementsOf, member, nameOf, removed, replaced, type Proposal, type Rule } from "./syntax";

const opposites: Readonly<Record<string, string>> = {
  StringEquals: "StringNotEquals",
  StringNotEquals: "StringEquals",
  StringEqualsIfExists: "StringNotEqualsIfExists",
  StringNotEqualsIfExists: "StringEqualsIfExists",
  StringLike: "StringNotLike",
  StringNotLike: "StringLike",
  ArnEquals: "ArnNotEquals",
  ArnNotEquals: "ArnEquals",
  ArnLike: "ArnNotLike",
  ArnNotLike: "ArnLike",
  Bool: "Null",
  Null: "Bool",
};

/** A Condition is gone, inverted, or holds for every value. */
export const conditions: Rule = (node) => {
  if (ts.isPropertyAssignment(node) && ["condition", "conditions"].includes(nameOf(node.name) ?? "")) {
    const list = elementsOf(node.initializer);
    // A condition of a Terraform rule is a string.
    if (list === undefined)
      return nameOf(node.name) === "conditions" && isInStatement(node)
        ? [replaced("iam-condition", node.initializer, "[]", `no conditions instead of ${brief(node.initializer)}`)]
        : [];
    return list.map((one) => removed("iam-condition", one, list, `condition is gone: ${brief(one)}`));
  }
  if (!ts.isObjectLiteralExpression(node)) return [];
  const [test, variable, values] = ["test", "variable", "values"].map((name) => member(node, name));
  if (test === undefined || variable === undefined || values === undefined) return [];
  const operator = nameOf(test);
  const opposite = operator === undefined ? undefined : opposites[operator];
  return [
    ...(opposite === undefined
      ? []
      : [replaced("iam-condition", test, `"${opposite}"`, `${operator ?? ""} is ${opposite} (${brief(variable)})`)]),
    // An operator that knows wildcards, else "*" is a value like any other.
    {
      category: "iam-condition" as const,
      start: node.getStart(),
      end: node.getEnd(),
      text: `{ test: "StringLike", variable: ${variable.getText()}, values: ["*"] }`,
      change: `any value of ${brief(variable)} will do`,
    },
  ];
};

const isInStatement = (node: ts.Node): boolean =>
  ts.isObjectLiteralExpression(node.parent) && member(node.parent, "actions") !== undefined;

/** A statement is gone, allows less, allows more, or allows what it denied. */
export const statements: Rule = (node) => {
  if (ts.isCallExpression(node)) return resourcesOfCall(node);
  if (ts.isPropertyAssignment(node) && nameOf(node.name) === "dependencies") {
    const list = elementsOf(node.initializer);
    if (list === undefined) return [];
    return list.map((one) => removed("iam-statement", one, list, `permission is gone: ${brief(one)}`));
  }
  if (!ts.isObjectLiteralExpression(node)) return [];
  const [actions, resources, effect] = ["actions", "resources", "effect"].map((name) => member(node, name));
  if (actions === undefined || resources === undefined) return [];
  const siblings = elementsOf(node.parent);
  const list = elementsOf(actions);
  return [
    ...(siblings === undefined ? [] : [removed("iam-statement", node, siblings, `statement is gone: ${brief(node)}`)]),
    ...anyResource(resources),
    ...(list === undefined || list.length < 2
      ? []
      : list.map((one) => removed("iam-statement", one, list, `action is gone: ${brief(one)}`))),
    ...(list ?? []).flatMap((one) => {
      const service = /^(\w+):(?!\*)/.exec(nameOf(one) ?? "")?.[1];
      if (service === undefined || one !== list?.[0]) return [];
      return [replaced("iam-statement", one, `"${service}:*"`, `${brief(one)} is every action of ${service}`)];
    }),
    ...(nameOf(effect) === "Deny" && effect !== undefined
      ? [replaced("iam-statement", effect, '"Allow"', `denial allows: ${brief(actions)}`)]
      : []),
  ];
};

const anyResource = (resources: ts.Expression): readonly Proposal[] =>
  resources.getText() === '["*"]'
    ? []
    : [replaced("iam-statement", resources, '["*"]', `any resource instead of ${brief(resources)}`)];

/** What a call of a state machine is authorized on. */
function resourcesOfCall(node: ts.CallExpression): readonly Proposal[] {
  const name = calledName(node);
  const [given, , third] = node.arguments;
  if (name === "elasticacheCall" && third !== undefined) return anyResource(third);
  if (name !== "call" || given === undefined || !ts.isObjectLiteralExpression(given)) return [];
  const resources = member(given, "resources");
  return resources === undefined ? [] : anyResource(resources);
}

/** Others may do it, or nobody is denied it. */
export const principals: Rule = (node) => {
  if (!ts.isObjectLiteralExpression(node)) return [];
  const [type, identifiers] = ["type", "identifiers"].map((name) => member(node, name));
  if (type === undefined || identifiers === undefined) return [];
  const becomes = (kind: string, who: string, change: string): Proposal =>
    replaced("iam-principal", node, `{ type: "${kind}", identifiers: ["${who}"] }`, change);
  return [
    identifiers.getText() === '["*"]'
      ? becomes("AWS", "arn:aws:iam::123456789012:root", "only one account instead of everybody")
      : becomes("*", "*", `everybody instead of ${brief(identifiers)}`),
    becomes("Service", "ec2.amazonaws.com", `another service instead of ${brief(identifiers)}`),
  ];
};
