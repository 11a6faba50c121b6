import { spawn } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { createInterface } from "node:readline";
import guard from "../../__tests__/e2e/support/guard";
import { command } from "../shared/command";

/**
 * The deployment tests, a process for each file: `npm run test:e2e [-- <file>… [<option of jest>…]]`. Each file is named
 * as far as you like: `life` are all whose names begin so.
 *
 * They share the AWS account that the usual variables point at, so they run one after the other. With `E2E_EACH`, the start of
 * a command that gives what follows an AWS of its own, `E2E_PARALLEL` of them run at once (default 1).
 */
const root = resolve(__dirname, "../..");
const folder = join(root, "__tests__/e2e");

interface Result {
  readonly file: string;
  readonly seconds: number;
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
  /** Everything that was printed. */
  readonly output: string;
}

const all = readdirSync(folder)
  .filter((name) => name.endsWith(".test.ts"))
  .map((name) => name.replace(/\.test\.ts$/, ""));
// A long one that began last would run alone. In the order of what the last lines of a run say; what is new begins first.
const longestFirst = [
  ...["life-prod", "recover-lost", "recover-changes", "life-dev", "faults", "runbook", "changes", "recover"],
  ...[
    "remote-state",
    "permissions",
    "life-staging",
    "upgrades",
    "policy",
    "restore-interrupted",
    "restore-test",
    "regions",
  ],
  ...["auth-token", "manual-backup", "hcl", "adopt", "watch-check", "network", "watch-people"],
];
const rank = (name: string): number => longestFirst.indexOf(name);
const firstOption = process.argv.findIndex((argument, i) => i > 1 && argument.startsWith("-"));
const jestOptions = firstOption < 0 ? [] : process.argv.slice(firstOption);
const each = (process.env.E2E_EACH ?? "").split(/\s+/).filter((word) => word !== "");

/** @throws if something is named that no file's name begins with. */
function chosenFiles(): readonly string[] {
  const named = process.argv.slice(2, firstOption < 0 ? undefined : firstOption);
  const unknown = named.filter((begin) => !all.some((name) => name.startsWith(begin)));
  if (unknown.length > 0)
    throw new Error(
      `There are no deployment tests whose names begin with ${unknown.join(", ")}. Write some of ${all.join(", ")}, or nothing to run all.`,
    );
  const chosen = all.filter((name) => named.length === 0 || named.some((begin) => name.startsWith(begin)));
  return chosen.sort((one, other) => rank(one) - rank(other));
}

/** @throws if it is not a number of at least 1, or more than one without an AWS for each. */
function atOnce(): number {
  const text = process.env.E2E_PARALLEL ?? "1";
  if (!/^[1-9]\d*$/.test(text))
    throw new Error(`E2E_PARALLEL is ${JSON.stringify(text)}. Write how many files run at once, e.g. E2E_PARALLEL=4.`);
  if (text !== "1" && each.length === 0)
    throw new Error(
      "E2E_PARALLEL is set, but the files would share one AWS account. Name the command that gives each an AWS of its own in E2E_EACH, or leave E2E_PARALLEL out.",
    );
  return Number(text);
}

async function run(file: string): Promise<Result> {
  const began = Date.now();
  const answers = mkdtempSync(join(tmpdir(), "e2e-"));
  const report = join(answers, "report.json");
  const jest = [join(root, "node_modules/.bin/jest"), "--ci", "--config", join(root, "jest.e2e.config.mjs")];
  const [program, ...args] = [...each, ...jest, "--json", "--outputFile", report, ...jestOptions, `/${file}.test.ts`];
  let output = "";
  const print = (line: string): void => {
    output += `${line}\n`;
    console.log(`${file} | ${line}`);
  };
  console.log(`${file} | begins`);
  const child = spawn(program, args, {
    cwd: root,
    stdio: ["ignore", "pipe", "pipe"],
    // A quarter of a plan's work is Terraform collecting garbage: 4.3 seconds of a processor, 3.3 with this, measured, in 7 % more memory.
    env: { GOGC: "400", ...process.env },
  });
  for (const stream of [child.stdout, child.stderr]) createInterface(stream).on("line", print);
  const ok = await new Promise<boolean>((done) => {
    child.on("error", ({ message }) => {
      print(message);
      done(false);
    });
    child.on("close", (code) => {
      done(code === 0);
    });
  });
  const seconds = Math.round((Date.now() - began) / 1000);
  const { passed, failed, skipped } = counts(report);
  rmSync(answers, { recursive: true });
  console.log(`${file} | ${ok ? "passed" : "FAILED"} after ${seconds} s`);
  // A file may fail outside of its tests: where it begins, where it cleans up.
  return { file, seconds, passed, failed: ok ? failed : Math.max(failed, 1), skipped, output };
}

function counts(report: string): Pick<Result, "passed" | "failed" | "skipped"> {
  try {
    const told = JSON.parse(readFileSync(report, "utf8")) as Record<string, number | undefined>;
    const { numPassedTests: passed = 0, numFailedTests: failed = 0, numPendingTests: skipped = 0 } = told;
    return { passed, failed, skipped };
  } catch {
    return { passed: 0, failed: 0, skipped: 0 };
  }
}

function summary(results: readonly Result[], seconds: number): string {
  const sum = (of: (result: Result) => number): number => results.reduce((before, result) => before + of(result), 0);
  const row = (...[name, ...cells]: readonly (string | number)[]): string =>
    `${String(name).padEnd(24)}${cells.map((cell) => String(cell).padStart(9)).join("")}`;
  return [
    ...results
      .filter(({ failed }) => failed > 0)
      .map(({ file, output }) => `\n===== ${file} failed. All that it printed: =====\n\n${output}`),
    "",
    row("file", "seconds", "passed", "failed", "skipped"),
    ...[...results]
      .sort((one, other) => other.seconds - one.seconds)
      .map(({ file, ...result }) => row(file, result.seconds, result.passed, result.failed, result.skipped)),
    row(
      "in all",
      seconds,
      sum(({ passed }) => passed),
      sum(({ failed }) => failed),
      sum(({ skipped }) => skipped),
    ),
    `\n${sum(({ passed }) => passed)} passed, ${sum(({ failed }) => failed)} failed`,
  ].join("\n");
}

async function main(): Promise<void> {
  const began = Date.now();
  const waiting = [...chosenFiles()];
  const workers = atOnce();
  // Each file asks it of its own AWS; of one that all share, it is said once.
  if (each.length === 0) guard();
  const results: Result[] = [];
  const worker = async (): Promise<void> => {
    for (let file = waiting.shift(); file !== undefined; file = waiting.shift()) results.push(await run(file));
  };
  await Promise.all(Array.from({ length: workers }, worker));
  console.log(summary(results, Math.round((Date.now() - began) / 1000)));
  process.exitCode = results.some(({ failed }) => failed > 0) ? 1 : 0;
}

void command(main);
