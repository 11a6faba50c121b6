import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { copyProject } from "./copy";
import { equivalent } from "./equivalent";
import { applied, type Sabotage } from "./generate";
import type { Result, Verdict } from "./report";
import { syntaxErrors } from "./syntax";
import {
  inOrder,
  isGolden,
  isGoldenFile,
  isTimeout,
  relatedTests,
  runTests,
  type Failure,
  type TestRun,
} from "./tests";
import type { TypeCheck } from "./type-check";
import type { Answer, Question } from "./worker";
import { Refusal } from "../../shared/aws-sdk";

/** What is kept of all runs. */
export interface Store {
  /** Seconds of each file of tests. */
  readonly seconds: Readonly<Record<string, number>>;
  readonly results: Readonly<Record<string, Result>>;
}

/** How many sabotages all tests look at together. */
const most = 6;

/** Groups of those that are tried at once: of a file only one, so that each can be applied as if it were alone. */
export function groups(sabotages: readonly Sabotage[]): readonly (readonly Sabotage[])[] {
  const result: Sabotage[][] = [];
  for (const one of sabotages) {
    const group = result.find((some) => some.length < most && some.every(({ file }) => file !== one.file));
    if (group === undefined) result.push([one]);
    else group.push(one);
  }
  return result;
}

interface Finding {
  readonly verdict: Verdict;
  readonly by: readonly Failure[];
  readonly reason?: string;
}

/** Applies sabotages in a copy of the project and runs the tests that load their files. */
export class Judge {
  /** How long files of tests took, in seconds. */
  public readonly seconds: Record<string, number> = {};
  private readonly copy = copyProject("all");
  private readonly related = new Map<string, readonly string[]>();
  /** The tests that fail in the copy while nothing is sabotaged, by file; only of the files in which a test failed. */
  private readonly failing = new Map<string, ReadonlySet<string>>();
  private readonly spent = new Map<string, number>();
  /** Whether tests have run in the copy. */
  private isSound = false;

  public constructor(
    private readonly workers: string,
    private readonly compiles: TypeCheck | undefined,
  ) {}

  /** What a process of its own is asked about the sabotage, or why it need not be asked. */
  public question(one: Sabotage, store: Store, seconds: number): Question | Result {
    const reason = equivalent[one.id];
    if (reason !== undefined) return resultOf(one, { verdict: "equivalent", by: [], reason }, 0);
    const text = this.sabotaged(one);
    const [error] = [...syntaxErrors(one.file, text), ...(this.compiles?.(one.file, text) ?? [])];
    if (error !== undefined) return resultOf(one, { verdict: "types", by: [], reason: error }, 0);
    return { change: { file: one.file, text }, files: this.behaviour(one, store), seconds };
  }

  /** What the answer shows, if it shows anything. */
  public taken(one: Sabotage, answer: Answer | "hangs", seconds: number): Result | undefined {
    this.spent.set(one.id, seconds);
    if (answer === "hangs")
      return resultOf(one, { verdict: "behaviour", by: [], reason: "the tests do not end" }, seconds);
    if ("nothing" in answer) return undefined;
    const finding: Finding =
      answer.title === ""
        ? { verdict: "synthesis", by: [answer], reason: answer.message.slice(0, 300) }
        : { verdict: "behaviour", by: [answer] };
    return resultOf(one, finding, seconds);
  }

  /**
   * Runs all tests with several sabotages at once, and those that failed with each of them alone. Where one hides what a test would see of
   * another, that counts as not noticed.
   */
  public together(group: readonly Sabotage[]): readonly Result[] {
    return this.timed(group, () => {
      const all = [...new Set(group.flatMap(({ file }) => this.relatedTo(file)))].filter((file) => !isGoldenFile(file));
      const { stopped, failures } = this.failures(all, group);
      // What cannot be synthesized together tells nothing of each.
      const likely = stopped === undefined ? new Set(failures.map(({ file }) => file)) : new Set(all);
      return group.map((one): Finding => {
        const related = this.relatedTo(one.file);
        const noticed = this.run(
          related.filter((file) => likely.has(file)),
          [one],
        );
        if (noticed !== undefined) return noticed;
        const golden = this.failures(related.filter(isGoldenFile), [one]).failures;
        return { verdict: golden.length > 0 ? "golden" : "nothing", by: golden };
      });
    });
  }

  /** What tests of behaviour say, if any does. */
  private run(files: readonly string[], sabotages: readonly Sabotage[]): Finding | undefined {
    const { stopped, failures } = this.failures(files, sabotages);
    if (stopped !== undefined)
      return { verdict: stopped.includes("do not end") ? "behaviour" : "synthesis", by: [], reason: stopped };
    const noticed = failures.filter((failure) => !isGolden(failure));
    const behaviour = noticed.filter(({ title }) => title !== "");
    if (behaviour.length > 0) return { verdict: "behaviour", by: behaviour };
    if (noticed[0] === undefined) return undefined;
    // No test of theirs has run.
    return { verdict: "synthesis", by: noticed, reason: noticed[0].message.slice(0, 300) };
  }

  /** Runs files, and those again that only took too long. What fails without the sabotage as well shows nothing. */
  private failures(files: readonly string[], sabotages: readonly Sabotage[]): TestRun {
    if (files.length === 0) return { failures: [], seconds: {} };
    const filesOf = ({ failures }: TestRun): readonly string[] => [...new Set(failures.map(({ file }) => file))];
    const sabotagedRun = this.with(sabotages, () => {
      const first = runTests(this.copy, files, this.workers);
      return first.failures.length > 0 && first.failures.every(isTimeout)
        ? runTests(this.copy, filesOf(first), "1")
        : first;
    });
    Object.assign(this.seconds, sabotagedRun.seconds);
    if (sabotagedRun.stopped !== undefined) {
      if (!this.isSound) {
        const { stopped } = runTests(this.copy, files.slice(0, 1), "1");
        if (stopped !== undefined) throw new Refusal(`The tests do not run in a copy of the project: ${stopped}`);
        this.isSound = true;
      }
      return sabotagedRun;
    }
    const unknown = filesOf(sabotagedRun).filter((file) => !this.failing.has(file));
    if (unknown.length > 0) {
      const { failures } = runTests(this.copy, unknown, this.workers);
      for (const file of unknown)
        this.failing.set(file, new Set(failures.filter((one) => one.file === file).map(({ title }) => title)));
      const left = failures.map(({ file, title }) => `${file}: ${title}`);
      if (left.length > 0) console.warn(`These fail without a sabotage, and are left out: ${left.join(", ")}`);
    }
    return {
      ...sabotagedRun,
      failures: sabotagedRun.failures.filter(({ file, title }) => this.failing.get(file)?.has(title) === false),
    };
  }

  private with<T>(sabotages: readonly Sabotage[], act: () => T): T {
    const originals = sabotages.map((one) => [
      join(this.copy, one.file),
      readFileSync(join(this.copy, one.file), "utf8"),
    ]);
    try {
      for (const one of sabotages) writeFileSync(join(this.copy, one.file), this.sabotaged(one));
      return act();
    } finally {
      for (const [path = "", text = ""] of originals) writeFileSync(path, text);
    }
  }

  private sabotaged(one: Sabotage): string {
    return applied(readFileSync(join(this.copy, one.file), "utf8"), one);
  }

  private relatedTo(file: string): readonly string[] {
    const known = this.related.get(file) ?? relatedTests(this.copy, file);
    this.related.set(file, known);
    return known;
  }

  private behaviour(one: Sabotage, { seconds, results }: Store): readonly string[] {
    return inOrder(
      this.relatedTo(one.file).filter((test) => !isGoldenFile(test)),
      one,
      Object.values(results).filter(({ verdict }) => verdict === "behaviour"),
      seconds,
    );
  }

  /** Results of what was found of each, with the seconds that it has taken so far. */
  private timed(sabotages: readonly Sabotage[], find: () => readonly Finding[]): readonly Result[] {
    const began = Date.now();
    const findings = find();
    const each = (Date.now() - began) / 1000 / sabotages.length;
    return sabotages.flatMap((one, i) => {
      const finding = findings[i];
      return finding === undefined ? [] : [resultOf(one, finding, (this.spent.get(one.id) ?? 0) + each)];
    });
  }
}

function resultOf({ id, category, file, line, change }: Sabotage, finding: Finding, seconds: number): Result {
  const by = finding.by.slice(0, 5).map(({ file: test, title }) => ({ file: test, title }));
  return { id, category, file, line, change, ...finding, by, seconds: Math.round(seconds) };
}
