import { existsSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";

const root = resolve(__dirname, "../..");

/** An operation of AWS that a file can call. */
export interface Operation {
  /** The package of the AWS SDK, e.g. `@aws-sdk/client-s3`. */
  readonly client: string;
  /** As the API calls it. */
  readonly name: string;
  /** Relative to the project's folder. */
  readonly file: string;
}

interface Imported {
  readonly from: string;
  /** Without types. */
  readonly names: readonly string[];
}

/** What a file imports when it runs, at once or late. */
function importsOf(file: string): Imported[] {
  const text = readFileSync(file, "utf8");
  const statements = text.matchAll(
    /^(?:import|export) (?!type\b)(?:([^;"]*?) from )?"([^"]+)";|(?:const (\{[^}]*\}) = await |\()?\(?(?:await )?\bimport\("([^"]+)"\)/gm,
  );
  return [...statements].map(([, named, from, late, lateFrom]) => ({
    from: from ?? lateFrom ?? "",
    names: (named ?? late ?? "")
      .replaceAll(/[{}]/g, "")
      .split(",")
      .map((name) => name.trim())
      .filter((name) => name !== "" && !name.startsWith("type ")),
  }));
}

const fileOf = (path: string): string =>
  [`${path}.ts`, join(path, "index.ts"), path.replace(/\.js$/, ".ts")].find((file) => existsSync(file)) ?? path;

/** A file of the project, and every one that it loads. */
export function filesOf(path: string, seen = new Set<string>()): ReadonlySet<string> {
  const file = resolve(root, path);
  if (seen.has(file)) return seen;
  seen.add(file);
  for (const { from } of importsOf(file)) if (from.startsWith(".")) filesOf(fileOf(resolve(dirname(file), from)), seen);
  return seen;
}

/** What a name of an SDK package calls: undefined for a client, a fault or an exception. @throws for anything else. */
function operationOf(name: string, from: string): string | undefined {
  const [, command, pages] = /^(?:(\w+)Command|paginate(\w+))$/.exec(name) ?? [];
  const operation = command ?? pages;
  if (operation === undefined && !/(Client|Fault|Exception)$/.test(name))
    throw new Error(`It is not known here what ${name} of ${from} calls.`);
  return operation;
}

/** The operations of AWS that a file, and every one that it loads, can call. */
export const operationsOf = (path: string): Operation[] =>
  [...filesOf(path)].flatMap((file) =>
    importsOf(file)
      .filter(({ from }) => from.startsWith("@aws-sdk/client-"))
      .flatMap(({ from, names }) => {
        if (names.length === 0) throw new Error(`${relative(root, file)} does not say what it calls of ${from}.`);
        return names
          .map((name) => operationOf(name, from))
          .filter((name) => name !== undefined)
          .map((name) => ({ client: from, name, file: relative(root, file) }));
      }),
  );
