import ts from "typescript";
import { brief, member, nameOf, removed, replaced, type Rule } from "./syntax";

/** Members of states and of state machines that may be missing without an error of Step Functions. */
const optional = ["MaxConcurrency", "Output", "Retry", "TimeoutSeconds", "HeartbeatSeconds", "ResultSelector"];

/** A state has no limit, no retry or another output. */
export const stateMembers: Rule = (node) => {
  if (!ts.isPropertyAssignment(node) || !ts.isObjectLiteralExpression(node.parent)) return [];
  const name = nameOf(node.name) ?? "";
  if (!optional.includes(name)) return [];
  return [
    removed("state", node, node.parent.properties, `no ${brief(node)}`),
    ...(["Output", "output"].includes(name) && ts.isObjectLiteralExpression(node.initializer)
      ? node.initializer.properties.map((property, _i, all) =>
          removed(
            "state",
            property,
            all as ts.NodeArray<ts.ObjectLiteralElementLike>,
            `not in the output: ${brief(property)}`,
          ),
        )
      : []),
  ];
};

/** What leads to a state leads to the one after it. */
export const skippedStates: Rule = (node) => {
  if (!ts.isPropertyAssignment(node) || !["Next", "Default", "StartAt", "next"].includes(nameOf(node.name) ?? ""))
    return [];
  const target = nameOf(node.initializer);
  const after = target === undefined ? undefined : nextOf(node.getSourceFile(), target);
  return after === undefined || after === target
    ? []
    : [replaced("state", node.initializer, `"${after}"`, `${target ?? ""} is skipped: ${after} is next`)];
};

/** Where the state of a name leads when nothing is caught, if the file says so. */
function nextOf(source: ts.SourceFile, name: string): string | undefined {
  let found: string | undefined;
  const visit = (node: ts.Node): void => {
    if (ts.isPropertyAssignment(node) && nameOf(node.name) === name && ts.isObjectLiteralExpression(node.initializer))
      found ??= nameOf(member(node.initializer, "Next") ?? member(node.initializer, "Default"));
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}
