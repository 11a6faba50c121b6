import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript";
import { root } from "../../shared/synthesize";
import { brief, calledName, elementsOf, nameOf, parse, removed, replaced, type Proposal, type Rule } from "./syntax";

let found: ReadonlySet<string> | undefined;

/** The functions of the stacks that make a call of a state machine. */
export const callHelpers = (): ReadonlySet<string> =>
  (found ??= helpersOf(
    readdirSync(join(root, "stacks"), { recursive: true, encoding: "utf8" })
      .filter((name) => name.endsWith(".ts"))
      .map((name) => readFileSync(join(root, "stacks", name), "utf8")),
  ));

/** Whatever returns a `Call`, or what such a function returns: found in the sources, so that a new one cannot be left out. */
export function helpersOf(texts: readonly string[]): ReadonlySet<string> {
  const functions = texts.flatMap((text) => functionsOf(parse("helpers.ts", text)));
  const helpers = new Set(functions.filter(({ type }) => /^Call\b/.test(type)).map(({ name }) => name));
  for (let before = -1; before !== helpers.size;) {
    before = helpers.size;
    for (const { name, returns } of functions) if (helpers.has(returns)) helpers.add(name);
  }
  return helpers;
}

interface Helper {
  readonly name: string;
  /** As it is declared; empty if it is not. */
  readonly type: string;
  /** The function whose result it returns, or spreads into what it returns. */
  readonly returns: string;
}

function functionsOf(source: ts.SourceFile): readonly Helper[] {
  const helpers: Helper[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isFunctionDeclaration(node) && node.name !== undefined)
      helpers.push({ name: node.name.text, type: node.type?.getText() ?? "", returns: "" });
    if (ts.isVariableDeclaration(node) && node.initializer !== undefined && ts.isArrowFunction(node.initializer)) {
      const { type, body } = node.initializer;
      helpers.push({ name: node.name.getText(), type: type?.getText() ?? "", returns: returnedBy(body) });
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return helpers;
}

function returnedBy(body: ts.Node): string {
  if (ts.isParenthesizedExpression(body)) return returnedBy(body.expression);
  if (ts.isCallExpression(body)) return calledName(body) ?? "";
  const [first] = ts.isObjectLiteralExpression(body) ? body.properties : [];
  return first !== undefined && ts.isSpreadAssignment(first) ? returnedBy(first.expression) : "";
}

/** What a call is authorized with is sabotaged as a statement of a policy. */
const ofPermissions = ["conditions", "dependencies", "resources"];

/** An argument of a call of AWS is missing or another one: of each helper of the state machines, and of each command of the AWS SDK. */
export const awsCalls: Rule = (node) => {
  if (ts.isNewExpression(node) && /^\w+Command$/.test(calledName(node) ?? "")) return argumentsOf(node);
  return ts.isCallExpression(node) && callHelpers().has(calledName(node) ?? "") ? argumentsOf(node) : [];
};

const argumentsOf = (node: ts.CallExpression | ts.NewExpression): readonly Proposal[] =>
  [...(node.arguments ?? [])].filter(ts.isObjectLiteralExpression).flatMap(membersOf);

const membersOf = (object: ts.ObjectLiteralExpression): readonly Proposal[] =>
  object.properties
    .filter(({ name }) => !ofPermissions.includes(nameOf(name) ?? ""))
    .flatMap((property) => [
      removed("call", property, object.properties, `argument is gone: ${brief(property)}`),
      ...(ts.isPropertyAssignment(property) ? valuesOf(property.initializer) : []),
    ]);

function valuesOf(value: ts.Expression): readonly Proposal[] {
  if (ts.isObjectLiteralExpression(value)) return membersOf(value);
  const list = elementsOf(value);
  if (list !== undefined) return list.flatMap(valuesOf);
  // Constants are sabotaged wherever they stand.
  if (ts.isStringLiteralLike(value) || ts.isNumericLiteral(value) || /^(true|false)$/.test(value.getText())) return [];
  const isJsonata = ts.isCallExpression(value) && calledName(value) === "jsonata";
  const text = isJsonata ? `jsonata("'another'")` : '"another"';
  return [replaced("call", value, text, `argument is another one than ${brief(value)}`)];
}
