import ts from "typescript";

/** Part of a file that is replaced. */
export interface Edit {
  /** First character that is replaced, and the first after it. */
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** One thing that a rule would change. */
export interface Proposal extends Edit {
  readonly category: Category;
  /** What is changed, in a few words: `resources are "*"`. */
  readonly change: string;
}

/** What is sabotaged, in the order of the report. */
export const categories = [
  "iam-condition",
  "iam-statement",
  "iam-principal",
  "choice",
  "comparison",
  "catch",
  "call",
  "name-match",
  "paging",
  "validation",
  "refusal",
  "alarm",
  "event-pattern",
  "dependency",
  "argument",
  "flag",
  "filter",
  "branch",
  "step",
  "chain",
  "list",
  "constant",
  "member",
  "state",
] as const;
export type Category = (typeof categories)[number];

/** Proposes changes of one node of a file. */
export type Rule = (node: ts.Node) => readonly Proposal[];

export const parse = (file: string, text: string): ts.SourceFile =>
  ts.createSourceFile(file, text, ts.ScriptTarget.ES2022, true, ts.ScriptKind.TS);

/** What is wrong with the syntax of a text, empty if nothing is. The parser keeps it where its types do not say. */
export const syntaxErrors = (file: string, text: string): readonly string[] =>
  (parse(file, text) as unknown as { readonly parseDiagnostics: readonly ts.Diagnostic[] }).parseDiagnostics.map(
    ({ messageText }) => ts.flattenDiagnosticMessageText(messageText, " "),
  );

export const textOf = (node: ts.Node): string => node.getText();

/** A node has another text. */
export const replaced = (category: Category, node: ts.Node, text: string, change: string): Proposal => ({
  category,
  start: node.getStart(),
  end: node.getEnd(),
  // Of `{ resources }` only the name stands there.
  text: ts.isShorthandPropertyAssignment(node.parent) ? `${node.getText()}: ${text}` : text,
  change,
});

/** An element of a list, or a member of an object, is not there. */
export function removed(category: Category, node: ts.Node, list: ts.NodeArray<ts.Node>, change: string): Proposal {
  const at = list.indexOf(node);
  const [before, next] = [list[at - 1], list[at + 1]];
  const [start, end] =
    next !== undefined
      ? [node.getStart(), next.getStart()]
      : before !== undefined
        ? [before.getEnd(), node.getEnd()]
        : // Without the comma after it, which would leave a hole.
          [node.getStart(), list.end];
  return { category, start, end, text: "", change };
}

export const nameOf = (node: ts.Node | undefined): string | undefined =>
  node !== undefined && (ts.isIdentifier(node) || ts.isStringLiteral(node)) ? node.text : undefined;

/** The value of a member of an object literal; of `{ name }`, the name. */
export function member(object: ts.ObjectLiteralExpression, name: string): ts.Expression | undefined {
  for (const property of object.properties)
    if (nameOf(property.name) === name) {
      if (ts.isPropertyAssignment(property)) return property.initializer;
      if (ts.isShorthandPropertyAssignment(property)) return property.name;
    }
  return undefined;
}

/** What is called: `call` of `call(…)` and of `this.call(…)`, or the class of `new`. */
export const calledName = (node: ts.CallExpression | ts.NewExpression): string | undefined =>
  ts.isPropertyAccessExpression(node.expression) ? node.expression.name.text : nameOf(node.expression);

/** The elements of a list that is written out. */
export const elementsOf = (node: ts.Node | undefined): ts.NodeArray<ts.Expression> | undefined =>
  node !== undefined && ts.isArrayLiteralExpression(node) ? node.elements : undefined;

/** A short form of the source, for descriptions. */
export function brief(node: ts.Node): string {
  const text = textOf(node).replaceAll(/\s+/g, " ");
  return text.length > 70 ? `${text.slice(0, 67)}...` : text;
}
