import ts from "typescript";
import { brief, calledName, elementsOf, member, nameOf, removed, replaced, type Proposal, type Rule } from "./syntax";
import { prose, proseCalls } from "./terms";

/** A rule of a variable, a precondition or a postcondition accepts everything, or what it refused. */
export const validations: Rule = (node) => {
  if (ts.isPropertyAssignment(node) && ["precondition", "postcondition"].includes(nameOf(node.name) ?? ""))
    if (ts.isObjectLiteralExpression(node.parent))
      return [removed("validation", node, node.parent.properties, `no ${brief(node)}`)];
  if (!ts.isObjectLiteralExpression(node)) return [];
  const [condition, message] = [member(node, "condition"), member(node, "errorMessage")];
  if (condition === undefined || message === undefined || ts.isIdentifier(condition)) return [];
  return [
    replaced("validation", condition, '"true"', `accepts everything: ${brief(condition)}`),
    replaced(
      "validation",
      condition,
      `"!(" + (${condition.getText()}) + ")"`,
      `refuses the opposite: ${brief(condition)}`,
    ),
  ];
};

const alarmValues: Readonly<Record<string, (value: ts.Expression) => readonly string[]>> = {
  comparisonOperator: (value) => {
    const operator = nameOf(value) ?? "";
    const opposite = operator.startsWith("Greater")
      ? operator.replace("Greater", "Less")
      : operator.replace("Less", "Greater");
    const border = operator.includes("OrEqualTo")
      ? operator.replace("OrEqualTo", "")
      : operator.replace("Than", "ThanOrEqualTo");
    return [`"${opposite}"`, `"${border}"`];
  },
  datapointsToAlarm: (value) => [`(${value.getText()}) + 1`, "1"],
  dimensions: () => ["{}"],
  evaluationPeriods: (value) => [`(${value.getText()}) + 1`, `(${value.getText()}) * 12`],
  metricName: () => ['"AnotherMetric"'],
  namespace: () => ['"Another"'],
  notifiesMissingData: () => ["false"],
  alarmActions: () => ["undefined"],
  okActions: () => ["undefined"],
  insufficientDataActions: () => ["undefined"],
  pager: () => ["false"],
  period: (value) => [`(${value.getText()}) * 10`],
  stat: (value) => others(value, ["Minimum", "Maximum", "SampleCount"]),
  statistic: (value) => others(value, ["Minimum", "Maximum", "Sum"]),
  threshold: (value) =>
    ts.isNumericLiteral(value)
      ? [`${value.getText()} + 1`, `${value.getText()} - 1`]
      : ts.isCallExpression(value)
        ? ["0"]
        : [`(${value.getText()}) + 1`],
  treatMissingData: (value) => others(value, ["breaching", "ignore", "missing", "notBreaching"]),
};

const others = (value: ts.Expression, all: readonly string[]): readonly string[] =>
  nameOf(value) === undefined ? [] : all.filter((one) => one !== nameOf(value)).map((one) => `"${one}"`);

/** A property of an alarm has another value, and nobody is notified. */
export const alarms: Rule = (node) => {
  if (!ts.isPropertyAssignment(node) && !ts.isShorthandPropertyAssignment(node)) return [];
  if (!ts.isObjectLiteralExpression(node.parent) || node.getSourceFile().fileName.includes("dashboard")) return [];
  const name = nameOf(node.name) ?? "";
  const value = ts.isPropertyAssignment(node) ? node.initializer : node.name;
  if (name === "topic" && isArgumentOf(node.parent, ["alarm", "compositeAlarm"]))
    return [removed("alarm", node, node.parent.properties, "the alarm notifies nobody")];
  if (name === "count" || !(name in alarmValues) || ts.isArrowFunction(value)) return [];
  return (alarmValues[name]?.(value) ?? []).map((text) =>
    replaced("alarm", node, `${name}: ${text}`, `${brief(node)} is ${name}: ${text}`),
  );
};

function isArgumentOf(object: ts.Node, names: readonly string[]): boolean {
  const { parent } = object;
  return ts.isCallExpression(parent) && names.includes(calledName(parent) ?? "");
}

const protections = ["ignoreChanges", "replaceTriggeredBy", "dependsOn", "after"];

/** A dependency is gone or inverted, and so is what protects a resource. */
export const dependencies: Rule = (node) => {
  if (ts.isExpressionStatement(node) && node.getText().includes(".addDependency("))
    return [replaced("dependency", node, ";", `no ${brief(node)}`), ...invertedCall(node.expression)];
  if (!ts.isPropertyAssignment(node) || !ts.isObjectLiteralExpression(node.parent)) return [];
  const name = nameOf(node.name) ?? "";
  if (name === "lifecycle") return [removed("dependency", node, node.parent.properties, `no ${brief(node)}`)];
  if (!protections.includes(name)) return [];
  const list = elementsOf(node.initializer);
  if (list === undefined) return [removed("dependency", node, node.parent.properties, `no ${brief(node)}`)];
  return [
    ...list.map((one) => removed("dependency", one, list, `not ${name}: ${brief(one)}`)),
    ...(name === "dependsOn" ? list.flatMap((one) => inverted(one, list)) : []),
  ];
};

/** `a.node.addDependency(b)` is `b.node.addDependency(a)`. */
function invertedCall(node: ts.Expression): readonly Proposal[] {
  if (!ts.isCallExpression(node) || !ts.isPropertyAccessExpression(node.expression)) return [];
  const [to] = node.arguments;
  const from = node.expression.expression;
  if (to === undefined || !ts.isPropertyAccessExpression(from) || from.name.text !== "node") return [];
  const [a, b] = [from.expression.getText(), to.getText()];
  return [replaced("dependency", node, `${b}.node.addDependency(${a})`, `${b} depends on ${a}, not the other way`)];
}

/** What the new element depends on depends on it instead, where the element has a name. */
function inverted(one: ts.Expression, list: ts.NodeArray<ts.Expression>): readonly Proposal[] {
  if (!ts.isIdentifier(one) && !ts.isPropertyAccessExpression(one)) return [];
  const created = ancestor(one, ts.isNewExpression);
  const statement = created && ancestor(created, ts.isStatement);
  if (created === undefined || statement === undefined) return [];
  const { parent } = created;
  const name = ts.isVariableDeclaration(parent)
    ? parent.name.getText()
    : ts.isBinaryExpression(parent) && ts.isExpressionStatement(statement)
      ? parent.left.getText()
      : undefined;
  if (name === undefined) return [];
  const without = removed("dependency", one, list, "");
  const source = one.getSourceFile().text;
  return [
    {
      category: "dependency",
      start: without.start,
      end: statement.getEnd(),
      text: `${source.slice(without.end, statement.getEnd())} (${one.getText()} as typeof ${name}).node.addDependency(${name});`,
      change: `${one.getText()} depends on ${name}, not the other way`,
    },
  ];
}

function ancestor<Kind extends ts.Node>(node: ts.Node, is: (one: ts.Node) => one is Kind): Kind | undefined {
  for (let one = node.parent; !ts.isSourceFile(one); one = one.parent) if (is(one)) return one;
  return undefined;
}

/** What is on is off: encryption, locks, protection from deletion. */
export const flags: Rule = (node) => {
  if (!ts.isPropertyAssignment(node)) return [];
  const { kind } = node.initializer;
  const name = brief(node);
  if (kind === ts.SyntaxKind.TrueKeyword) return [replaced("flag", node.initializer, "false", `${name} is false`)];
  if (kind === ts.SyntaxKind.FalseKeyword) return [replaced("flag", node.initializer, "true", `${name} is true`)];
  if (nameOf(node.initializer) === "true" || nameOf(node.initializer) === "Enabled")
    return [
      replaced(
        "flag",
        node.initializer,
        nameOf(node.initializer) === "true" ? '"false"' : '"Disabled"',
        `${name} is off`,
      ),
    ];
  if (["preventDestroy", "forceDestroy", "objectLock"].includes(nameOf(node.name) ?? ""))
    return [replaced("flag", node.initializer, `!(${node.initializer.getText()})`, `${name} is inverted`)];
  return [];
};

/** These are other categories, or what people read. */
const notArguments = ["dependsOn", "description", "lifecycle", "provider", "tags"];

/** An argument of a resource is missing, and so is what is within one. Where Terraform needs it, that does not compile. */
export const resourceArguments: Rule = (node) => {
  if (!ts.isNewExpression(node)) return [];
  const [, address, given] = node.arguments ?? [];
  const isResource = address !== undefined && /^["`]aws_/.test(address.getText());
  if (!isResource || given === undefined || !ts.isObjectLiteralExpression(given)) return [];
  const within = (object: ts.ObjectLiteralExpression): readonly Proposal[] =>
    object.properties
      .filter(({ name }) => !notArguments.includes(nameOf(name) ?? ""))
      .flatMap((property) => [
        removed("argument", property, object.properties, `no ${brief(property)}`),
        ...(ts.isPropertyAssignment(property)
          ? [property.initializer, ...(elementsOf(property.initializer) ?? [])]
              .filter(ts.isObjectLiteralExpression)
              .flatMap(within)
          : []),
      ]);
  return within(given);
};

/** An option of a construct of the stacks, or of a function that makes one, is missing. Where it is required, that does not compile. */
export const options: Rule = (node) => {
  if (!ts.isNewExpression(node) && !ts.isCallExpression(node)) return [];
  if (proseCalls.includes(calledName(node) ?? "")) return [];
  return [...(node.arguments ?? [])]
    .filter(ts.isObjectLiteralExpression)
    .flatMap(({ properties }) =>
      properties
        .filter(({ name }) => ![...notArguments, ...prose].includes(nameOf(name) ?? ""))
        .map((property) => removed("argument", property, properties, `no ${brief(property)}`)),
    );
};

/** What EventBridge matches: a value is missing from a list, or a field is not looked at. */
export const patterns: Rule = (node) => {
  if (!/stacks\/(tampering|notifications\/events|vault\/(deletions|data-events))/.test(node.getSourceFile().fileName))
    return [];
  if (ts.isArrayLiteralExpression(node) && node.elements.length > 1)
    return node.elements
      .filter((one) => ts.isStringLiteral(one) || ts.isObjectLiteralExpression(one))
      .filter((one) => !ts.isStringLiteral(one) || /^[\w:.-]+$/.test(one.text))
      .map((one) => removed("event-pattern", one, node.elements, `not matched: ${brief(one)}`));
  if (
    ts.isPropertyAssignment(node) &&
    [
      "where",
      "except",
      "detail",
      "detail-type",
      "source",
      "errorCode",
      "eventName",
      "requestParameters",
      "state",
      "reason",
    ].includes(nameOf(node.name) ?? "")
  )
    if (ts.isObjectLiteralExpression(node.parent))
      return [removed("event-pattern", node, node.parent.properties, `not looked at: ${brief(node)}`)];
  return [];
};
