import { readFileSync } from "node:fs";
import type jsonata from "jsonata";

interface Expression extends Omit<jsonata.Expression, "evaluate"> {
  /** @throws what the promise of `jsonata` is rejected with. */
  evaluate(input: unknown, bindings: Readonly<Record<string, unknown>>): unknown;
}

/**
 * JSONata without promises. It awaits each node of an expression, for functions that answer with a promise: here are none, and that
 * takes most of the time. So this is the package's own source without `async` and `await`, and without looking for a debugger at each node.
 */
export const jsonataAtOnce = load();

function load(): (expression: string) => Expression {
  const source = readFileSync(require.resolve("jsonata"), "utf8")
    .replaceAll(/\basync (?=function\b|\()/g, "")
    .replaceAll(/\bawait (Promise\.all(?=\())?/g, "")
    .replaceAll(/\w+\.lookup\(Symbol\.for\('jsonata\.__\w+'\)\)/g, "undefined");
  if (/\basync (function|\()|\bawait |\bPromise\b/.test(source.replaceAll(/^\s*(\*|\/\/).*$/gm, "")))
    throw new Error("This version of jsonata has promises that jsonata.ts does not know.");
  const loaded: { exports: unknown } = { exports: {} };
  // Not imported, since it is no file; Jest's own globals, since a list of another realm is no list to a test.
  // eslint-disable-next-line @typescript-eslint/no-implied-eval
  const run = new Function("module", "exports", source) as (module: object, exports: unknown) => void;
  run(loaded, loaded.exports);
  return loaded.exports as (expression: string) => Expression;
}
