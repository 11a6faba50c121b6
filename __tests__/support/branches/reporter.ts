import { existsSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { join, relative, resolve } from "node:path";
import { unreached, type Expected } from "./judge";
import { expectedFile, folderVariable, type Reached } from "./record";

const tests = resolve(__dirname, "../..");

/** What is read of Jest's results. */
interface Results {
  readonly testResults: readonly {
    readonly testFilePath: string;
    readonly numFailingTests: number;
    readonly numPendingTests: number;
    readonly numTodoTests: number;
    readonly testExecError?: unknown;
  }[];
}

/**
 * Fails a run of Jest whose tests of a state machine have all passed, and yet have not taken every way through it. Runs of some of
 * its tests, by file or by name, are not looked at: they say nothing about the others.
 */
export default class BranchesReporter {
  private error: Error | undefined;

  public onRunComplete(_contexts: unknown, { testResults }: Results): void {
    const folder = process.env[folderVariable];
    // It is another configuration of Jest that does not prepare it.
    if (folder === undefined || !existsSync(folder)) return;
    const missing = unreached({
      expected: JSON.parse(readFileSync(join(folder, expectedFile), "utf8")) as Readonly<Record<string, Expected>>,
      reached: readdirSync(folder)
        .filter((file) => file.endsWith(".jsonl"))
        .flatMap((file) => readFileSync(join(folder, file), "utf8").trim().split("\n"))
        .map((line) => JSON.parse(line) as Reached)
        .map((one) => ({ ...one, file: relative(tests, one.file) })),
      passed: testResults
        .filter(
          (one) => one.numFailingTests + one.numPendingTests + one.numTodoTests === 0 && one.testExecError == null,
        )
        .map(({ testFilePath }) => relative(tests, testFilePath)),
      files: readdirSync(tests, { recursive: true, encoding: "utf8" }).filter((file) => file.endsWith(".test.ts")),
    });
    rmSync(folder, { recursive: true });
    const lines = Object.entries(missing).flatMap(([machine, transitions]) =>
      transitions.map((transition) => `  ${machine}: ${transition}`),
    );
    if (lines.length === 0) return;
    this.error = new Error(
      `The tests of these state machines have not reached every branch. Add a test that does, or remove the branch:\n${lines.join("\n")}`,
    );
    console.error(`\n${this.error.message}\n`);
  }

  /** Jest fails if there is one. */
  public getLastError(): Error | undefined {
    return this.error;
  }
}
