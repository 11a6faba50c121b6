import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { Option } from "commander";
import { copyProject } from "./mutate/copy";
import { allSabotages, applied, sample, type Sabotage } from "./mutate/generate";
import { report, type Result, type Verdict } from "./mutate/report";
import { categories, syntaxErrors, type Category } from "./mutate/syntax";
import {
  inOrder,
  isGolden,
  isGoldenFile,
  isTimeout,
  relatedTests,
  runTests,
  type Failure,
  type TestRun,
} from "./mutate/tests";
import { typeCheck, type TypeCheck } from "./mutate/type-check";
import { Refusal } from "../shared/aws-sdk";
import { runProgram } from "../shared/command";
import { scriptCommand, wholeNumber } from "../shared/options";
import { root } from "../shared/synthesize";

/**
 * Mutation testing: sabotages of the stacks and the commands are generated from their sources, each is applied alone in a copy of the
 * project, and the tests that load the file run until one fails. Tests of behaviour run first; golden files (snapshots, generated
 * documents) run only for what those do not notice, because a maintainer updates them with one command.
 *
 * The rules are this project's own. StrykerJS, the library for JavaScript, replaces a string by an empty one, and what matters here is
 * in strings (JSONata, Terraform, IAM). It also switches between mutants inside of a process, while here nearly every mutant acts at
 * synthesis, whose result all files of tests share: each would run all tests in each of them.
 *
 * Results are kept in coverage/mutate.json, which git ignores, and a later run continues with what is not in it.
 */
const store = join(root, "coverage/mutate.json");

interface Options {
  readonly sample?: number;
  readonly seed: number;
  readonly only?: Category;
  readonly file?: string;
  readonly id?: string;
  readonly retry?: true;
  readonly list?: true;
  readonly report?: true;
  readonly workers: string;
  readonly types: boolean;
}

/** What is kept of all runs. */
interface Store {
  /** Seconds of each file of tests. */
  readonly seconds: Readonly<Record<string, number>>;
  readonly results: Readonly<Record<string, Result>>;
}

const read = (): Store =>
  existsSync(store) ? (JSON.parse(readFileSync(store, "utf8")) as Store) : { seconds: {}, results: {} };

function write(kept: Store): void {
  mkdirSync(dirname(store), { recursive: true });
  // A run may be stopped at any moment.
  writeFileSync(`${store}.new`, JSON.stringify(kept, null, 1));
  renameSync(`${store}.new`, store);
  writeFileSync(store.replace(/json$/, "md"), report(Object.values(kept.results)));
}

/** How many files of tests run before the first look at their results, and after it: most sabotages are noticed early. */
const steps = [4, 16];

/** Runs the tests that load a file, until one notices the sabotage. */
class Judge {
  private readonly copy = copyProject();
  private readonly related = new Map<string, readonly string[]>();
  /** Whether a file of tests passes in the copy while nothing is sabotaged; only of those that failed. */
  private readonly passes = new Map<string, boolean>();
  /** Whether tests have run in the copy. */
  private isSound = false;

  constructor(
    private readonly options: Options,
    private readonly compiles: TypeCheck | undefined,
  ) {}

  public judge(one: Sabotage, kept: Store): readonly [Result, Store["seconds"]] {
    const began = Date.now();
    const { id, category, file, line, change } = one;
    const path = join(this.copy, file);
    const original = readFileSync(path, "utf8");
    const sabotaged = applied(original, one);
    const seconds: Record<string, number> = {};
    const result = (verdict: Verdict, by: readonly Failure[], reason?: string): readonly [Result, Store["seconds"]] => [
      {
        id,
        category,
        file,
        line,
        change,
        verdict,
        by: by.slice(0, 5).map(({ file: test, title }) => ({ file: test, title })),
        ...(reason !== undefined && { reason }),
        seconds: Math.round((Date.now() - began) / 1000),
      },
      seconds,
    ];
    const [error] = [...syntaxErrors(file, sabotaged), ...(this.compiles?.(file, sabotaged) ?? [])];
    if (error !== undefined) return result("types", [], error);
    writeFileSync(path, sabotaged);
    try {
      const golden: Failure[] = [];
      for (const files of this.batches(file, kept)) {
        const run = this.run(files, { path, original, sabotaged });
        Object.assign(seconds, run.seconds);
        if (run.stopped !== undefined)
          return result(run.stopped.includes("do not end") ? "behaviour" : "synthesis", [], run.stopped);
        const failures = run.failures.filter((failure) => !isGolden(failure));
        const behaviour = failures.filter(({ title }) => title !== "");
        if (behaviour.length > 0) return result("behaviour", behaviour);
        // No test of theirs has run.
        if (failures[0] !== undefined) return result("synthesis", failures, failures[0].message.slice(0, 300));
        golden.push(...run.failures);
      }
      return result(golden.length > 0 ? "golden" : "nothing", golden);
    } finally {
      writeFileSync(path, original);
    }
  }

  /** Runs files, and those again that only took too long. What fails without the sabotage as well shows nothing. */
  private run(
    files: readonly string[],
    { path, original, sabotaged }: { readonly path: string; readonly original: string; readonly sabotaged: string },
  ): TestRun {
    const first = runTests(this.copy, files, this.options.workers);
    if (first.stopped !== undefined && !this.isSound) {
      writeFileSync(path, original);
      const { stopped } = runTests(this.copy, files.slice(0, 1), "1");
      if (stopped !== undefined) throw new Refusal(`The tests do not run in a copy of the project: ${stopped}`);
      this.isSound = true;
      return first;
    }
    const filesOf = ({ failures }: TestRun): readonly string[] => [...new Set(failures.map(({ file }) => file))];
    const run =
      first.failures.length > 0 && first.failures.every(isTimeout) ? runTests(this.copy, filesOf(first), "1") : first;
    const unknown = filesOf(run).filter((file) => !this.passes.has(file));
    if (unknown.length > 0) {
      writeFileSync(path, original);
      const failing = filesOf(runTests(this.copy, unknown, this.options.workers));
      writeFileSync(path, sabotaged);
      for (const file of unknown) this.passes.set(file, !failing.includes(file));
      if (failing.length > 0) console.warn(`These fail without a sabotage, and are left out: ${failing.join(", ")}`);
    }
    return { ...run, failures: run.failures.filter(({ file }) => this.passes.get(file) === true) };
  }

  private batches(file: string, { seconds, results }: Store): readonly (readonly string[])[] {
    const related = this.related.get(file) ?? relatedTests(this.copy, file);
    this.related.set(file, related);
    const caught = Object.values(results).filter(({ verdict }) => verdict === "behaviour");
    const behaviour = inOrder(
      related.filter((test) => !isGoldenFile(test)),
      file,
      caught,
      seconds,
    );
    const [first = 0, second = 0] = steps;
    return [
      behaviour.slice(0, first),
      behaviour.slice(first, first + second),
      behaviour.slice(first + second),
      related.filter(isGoldenFile),
    ].filter((files) => files.length > 0);
  }
}

/** The sabotages that the options name, in the order in which they are tried. */
function chosen({ sample: size, seed, only, file, id }: Options): readonly Sabotage[] {
  const some = allSabotages().filter(
    (one) =>
      (only === undefined || one.category === only) &&
      (file === undefined || one.file.startsWith(file)) &&
      (id === undefined || one.id === id),
  );
  if (some.length === 0)
    throw new Refusal("No sabotage has this category, file and id. --list shows all that there are.");
  return sample(some, size ?? some.length, seed);
}

function mutate(options: Options): void {
  const sabotages = chosen(options);
  if (options.list === true) {
    for (const { id, category, file, line, change } of sabotages)
      console.log(`${id} ${category} ${file}:${line.toString()} ${change}`);
    return;
  }
  const named = new Set(sabotages.map(({ id }) => id));
  const shown = (): string => report(Object.values(read().results).filter(({ id }) => named.has(id)));
  if (options.report === true) {
    console.log(shown());
    return;
  }
  const { results } = read();
  const isOpen = ({ id }: Sabotage): boolean => {
    const verdict = results[id]?.verdict;
    return verdict === undefined || (options.retry === true && ["golden", "nothing"].includes(verdict));
  };
  const open = sabotages.filter(isOpen);
  const judge = new Judge(options, options.types ? typeCheck() : undefined);
  for (const [i, one] of open.entries()) {
    const kept = read();
    const [result, seconds] = judge.judge(one, kept);
    write({ seconds: { ...kept.seconds, ...seconds }, results: { ...kept.results, [one.id]: result } });
    const { verdict, by, reason = by[0] === undefined ? "" : `${by[0].file}: ${by[0].title}` } = result;
    console.log(
      `${(i + 1).toString()}/${open.length.toString()} ${verdict} ${one.category} ${one.file}:${one.line.toString()} ${one.change} (${result.seconds.toString()} s) ${reason.slice(0, 160)}`,
    );
  }
  console.log(`\n${shown()}`);
}

void runProgram(
  scriptCommand("mutate", "Sabotages the stacks and commands one change at a time, and reports which tests notice")
    .option("--sample <number>", "try so many sabotages, of each category in turn", wholeNumber)
    .option("--seed <number>", "choose another sample", wholeNumber, 1)
    .addOption(new Option("--only <category>", "try this category").choices(categories))
    .option("--file <path>", "try files whose path begins so, for example stacks/backups/manual")
    .option("--id <id>", "try one sabotage of a report")
    .option("--retry", "try those again that no test of behaviour noticed")
    .option("--list", "print the sabotages, and try none")
    .option("--report", "print the results so far, and try none")
    .option("--workers <number>", "workers of Jest", "100%")
    .option("--no-types", "leave out the type check")
    .action((options: Options) => {
      mutate(options);
    }),
);
