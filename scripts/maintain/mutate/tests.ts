import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, dirname, join, relative } from "node:path";
import { awayFromHome } from "./copy";

/** A test that failed. */
export interface Failure {
  readonly file: string;
  /** Empty if the file could not be run. */
  readonly title: string;
  readonly message: string;
}

export interface TestRun {
  readonly failures: readonly Failure[];
  /** Seconds of each file. */
  readonly seconds: Readonly<Record<string, number>>;
  /** Why no test ran: the stacks cannot be synthesized, or the run took too long. */
  readonly stopped?: string;
}

/** What `jest --json` writes, as far as it is read here. */
interface JestReport {
  readonly testResults: readonly {
    readonly name: string;
    readonly status: string;
    readonly message: string;
    readonly startTime: number;
    readonly endTime: number;
    readonly assertionResults: readonly {
      readonly status: string;
      readonly fullName: string;
      readonly failureMessages: readonly string[];
    }[];
  }[];
}

/** Three times what all tests take on two cores, and longer than some of them do: whoever waits longer waits for a loop without end. */
const mostMinutes = (files: number): number => (files > 20 ? 8 : 5);

/** Runs files of tests in the copy of the project. */
export function runTests(copy: string, files: readonly string[], workers: string): TestRun {
  const folder = mkdtempSync(join(tmpdir(), "mutate-report-"));
  try {
    const report = join(folder, "report.json");
    const { stderr, error } = spawnSync(
      join(copy, "node_modules/.bin/jest"),
      ["--ci", "--json", `--outputFile=${report}`, `--maxWorkers=${workers}`, "--runTestsByPath", ...files],
      {
        cwd: copy,
        env: awayFromHome(copy),
        encoding: "utf8",
        timeout: mostMinutes(files.length) * 60_000,
        maxBuffer: 2 ** 28,
        killSignal: "SIGKILL",
      },
    );
    if (!existsSync(report))
      return { failures: [], seconds: {}, stopped: error === undefined ? lastLines(stderr) : "the tests do not end" };
    return parseReport(copy, JSON.parse(readFileSync(report, "utf8")) as JestReport);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const lastLines = (text: string): string =>
  text
    .split("\n")
    .filter((line) => line.trim() !== "" && !/^\s+at /.test(line))
    .slice(0, 6)
    .join(" ");

export function parseReport(copy: string, { testResults }: JestReport): TestRun {
  const failures = testResults.flatMap(({ name, status, message, assertionResults }): Failure[] => {
    const file = relative(copy, name);
    const failed = assertionResults.filter((one) => one.status === "failed");
    if (failed.length === 0 && status === "failed") return [{ file, title: "", message }];
    return failed.map(({ fullName, failureMessages }) => ({
      file,
      title: fullName,
      message: failureMessages.join("\n").slice(0, 2000),
    }));
  });
  const seconds = testResults.map(({ name, startTime, endTime }): [string, number] => [
    relative(copy, name),
    (endTime - startTime) / 1000,
  ]);
  return { failures, seconds: Object.fromEntries(seconds) };
}

/** The files of tests that load a file, directly or not; of a file that is only started as a process, those that name it. */
export function relatedTests(copy: string, file: string): readonly string[] {
  const { stdout } = spawnSync(
    join(copy, "node_modules/.bin/jest"),
    ["--listTests", "--json", "--findRelatedTests", file],
    { cwd: copy, encoding: "utf8", maxBuffer: 2 ** 26 },
  );
  const loading = (JSON.parse(stdout) as readonly string[]).map((name) => relative(copy, name)).sort();
  return loading.length > 0 ? loading : naming(copy, file);
}

const naming = (copy: string, file: string): readonly string[] =>
  readdirSync(join(copy, "__tests__"), { recursive: true, encoding: "utf8" })
    .map((name) => join("__tests__", name))
    .filter((name) => name.endsWith(".test.ts") && !name.startsWith("__tests__/e2e/"))
    .filter((name) => readFileSync(join(copy, name), "utf8").includes(file))
    .sort();

/** Files of tests that compare with stored snapshots, or documents with what generates them. */
const goldenFiles = /^__tests__\/(stacks\.test|commands\/hcl\.test|maintain\/)/;
export const isGoldenFile = (file: string): boolean => goldenFiles.test(file);

/** Whether a test shows that something has changed, and not that it is wrong. */
export const isGolden = ({ file, title, message }: Failure): boolean =>
  /toMatch(Inline)?Snapshot/.test(message) || title.includes("npm run docs") || file.startsWith("__tests__/maintain/");

/** A busy machine looks like a failure. */
export const isTimeout = ({ message }: Failure): boolean => message.includes("Exceeded timeout of");

interface Caught extends Changed {
  readonly by: readonly { readonly file: string }[];
}

interface Changed {
  readonly file: string;
  readonly category: string;
}

/**
 * The tests of a file in the order in which they are likely to catch something: those that caught something in the same file or folder
 * before, or of the same category, then those in the folder of the same name, then the quickest.
 */
export function inOrder(
  tests: readonly string[],
  { file, category }: Changed,
  caught: readonly Caught[],
  seconds: Readonly<Record<string, number>>,
): readonly string[] {
  const folder = dirname(file).replace(/^stacks|^scripts/, "__tests__");
  const score = (test: string): number => {
    const times = (same: (other: Changed) => boolean): number =>
      caught.filter((one) => same(one) && one.by.some((by) => by.file === test)).length;
    return (
      times((other) => other.file === file) * 20 +
      times((other) => dirname(other.file) === dirname(file)) * 5 +
      times((other) => other.category === category) * 5 +
      ([folder, join(dirname(file), "__tests__")].includes(dirname(test)) ? 30 : 0) +
      (basename(test).startsWith(basename(file, ".ts")) ? 30 : 0) -
      // A slow one of the same folder is still more likely than a quick one of another.
      Math.min(seconds[test] ?? 1, 20)
    );
  };
  return tests
    .map((test) => ({ test, score: score(test) }))
    .sort((a, b) => b.score - a.score)
    .map(({ test }) => test);
}
