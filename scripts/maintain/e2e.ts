import { spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { Command } from "commander";
import guard from "../../__tests__/e2e/support/guard";
import { Refusal } from "../shared/aws-sdk";
import { runProgram } from "../shared/command";
import { scriptCommand } from "../shared/options";
import { root } from "../shared/synthesize";

/**
 * The deployment tests, a process for each file: `npm run test:e2e [-- <file>… [<option of jest>…]]`. Each file is named
 * as far as you like: `life` are all whose names begin so.
 *
 * They share the AWS account that the usual variables point at, so they run one after the other. With `E2E_EACH`, the start of
 * a command that gives what follows an AWS of its own, `E2E_PARALLEL` of them run at once (default 1).
 *
 * `E2E_MINUTES` is for where a run is ended from outside and then says nothing: after so many minutes no further file starts, and the
 * summary names those that have not run.
 */
const folder = join(root, "__tests__/e2e");

/** The SDK announces what later releases will require of Node.js; this project pins one that does not. */
const withoutSdkWarning = { AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: "true" };

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
// A long one that starts last would run alone. In the order of the last lines of a run; new files start first.
const longestFirst = [
  ...[
    "life-sharded",
    "vault-restore-shards",
    "life-prod",
    "adopt",
    "recover-changes",
    "permissions",
    "recover-lost",
    "life-dev",
    "vault-restore",
    "restore-validator",
    "vault-locks",
    "runbook",
    "restore-test",
    "faults",
    "regions",
  ],
  ...[
    "changes",
    "life-staging",
    "upgrades",
    "recover",
    "host-app",
    "vault",
    "remote-state",
    "policy",
    "auth-token",
    "restore-interrupted",
    "hcl",
    "adopt-sharded",
  ],
  ...[
    "manual-backup",
    "state-moves",
    "restore-data",
    "slack-channel",
    "watch-people",
    "customer-keys",
    "watch-check",
    "first-day",
    "tags",
    "network",
    "tampering",
    "policy-scale",
  ],
];
const rank = (name: string): number => longestFirst.indexOf(name);
const each = (process.env.E2E_EACH ?? "").split(/\s+/).filter((word) => word !== "");

/** @throws if no file's name begins with one of these. */
function chosenFiles(named: readonly string[]): readonly string[] {
  const unknown = named.filter((begin) => !all.some((name) => name.startsWith(begin)));
  if (unknown.length > 0)
    throw new Refusal(
      `Invalid file ${unknown.join(", ")}: no deployment test has a name that begins so. Choose from ${all.join(", ")}, or name none to run all.`,
    );
  const chosen = all.filter((name) => named.length === 0 || named.some((begin) => name.startsWith(begin)));
  return chosen.sort((one, other) => rank(one) - rank(other));
}

/** @throws if it is not a number of at least 1, or more than one without an AWS for each. */
function atOnce(): number {
  const text = process.env.E2E_PARALLEL ?? "1";
  if (!/^[1-9]\d*$/.test(text))
    throw new Refusal(
      `Invalid E2E_PARALLEL ${JSON.stringify(text)}: it is the number of files that run at once. Set it to a whole number, e.g. E2E_PARALLEL=4.`,
    );
  if (text !== "1" && each.length === 0)
    throw new Refusal(
      "Invalid E2E_PARALLEL: the files would share one AWS account. Set E2E_EACH to the command that gives each an AWS of its own, or unset E2E_PARALLEL.",
    );
  return Number(text);
}

/** When the last file may start, as `Date.now()` gives it. @throws if E2E_MINUTES is no whole number. */
function lastStart(began: number): number {
  const text = process.env.E2E_MINUTES ?? "";
  if (text === "") return Infinity;
  if (!/^\d+$/.test(text))
    throw new Refusal(
      `Invalid E2E_MINUTES ${JSON.stringify(text)}: it is the number of minutes after which no further file starts. Set it to a whole number, e.g. E2E_MINUTES=50, or unset it to run all.`,
    );
  return began + Number(text) * 60_000;
}

async function run(file: string, jestOptions: readonly string[]): Promise<Result> {
  const began = Date.now();
  const answers = mkdtempSync(join(tmpdir(), "e2e-"));
  const report = join(answers, "report.json");
  // cdktf gives all runs of a user one cache of providers, and Terraform says of it: "not guaranteed to be concurrency safe"
  // (https://developer.hashicorp.com/terraform/cli/config/config-file). Two first deploys at once: "mkdir …: file exists".
  const providers = join(answers, "providers");
  mkdirSync(providers);
  const jest = [join(root, "node_modules/.bin/jest"), "--ci", "--config", join(root, "jest.e2e.config.mjs")];
  const [program, ...args] = [...each, ...jest, "--json", "--outputFile", report, ...jestOptions, `/${file}.test.ts`];
  let output = "";
  const print = (line: string): void => {
    output += `${line}\n`;
    console.log(`${file} | ${line}`);
  };
  console.log(`${file} | starts`);
  const child = spawn(program, args, {
    cwd: root,
    stdio: ["ignore", "pipe", "pipe"],
    // A third of a plan's work is Terraform collecting garbage. Measured: 7.5 seconds of a processor in 0.8 GB, where 400 % needs 8.6 in 0.5.
    env: { GOGC: "off", GOMEMLIMIT: "800MiB", ...withoutSdkWarning, ...process.env, TF_PLUGIN_CACHE_DIR: providers },
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
  // A file may also fail outside of its tests: in its set-up or its clean-up.
  return { file, seconds, passed, failed: ok ? failed : Math.max(failed, 1), skipped, output };
}

function counts(report: string): Pick<Result, "passed" | "failed" | "skipped"> {
  try {
    const parsed = JSON.parse(readFileSync(report, "utf8")) as Record<string, number | undefined>;
    const { numPassedTests: passed = 0, numFailedTests: failed = 0, numPendingTests: skipped = 0 } = parsed;
    return { passed, failed, skipped };
  } catch {
    return { passed: 0, failed: 0, skipped: 0 };
  }
}

function summary(results: readonly Result[], notRun: readonly string[], seconds: number): string {
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
    ...(notRun.length === 0
      ? []
      : [
          `\n*** NOT RUN, because the time that E2E_MINUTES allows had passed: ${notRun.join(", ")}. Run them by name. ***`,
        ]),
    `\n${sum(({ passed }) => passed)} passed, ${sum(({ failed }) => failed)} failed`,
  ].join("\n");
}

async function main(args: readonly string[]): Promise<void> {
  const firstOption = args.findIndex((argument) => argument.startsWith("-"));
  const named = firstOption < 0 ? args : args.slice(0, firstOption);
  const jestOptions = args.slice(named.length);
  const began = Date.now();
  const waiting = [...chosenFiles(named)];
  const workers = atOnce();
  const end = lastStart(began);
  // Each file asks it of its own AWS; of one that all share, it is said once.
  if (each.length === 0) guard();
  const results: Result[] = [];
  const worker = async (): Promise<void> => {
    while (Date.now() < end) {
      const file = waiting.shift();
      if (file === undefined) return;
      results.push(await run(file, jestOptions));
    }
  };
  await Promise.all(Array.from({ length: workers }, worker));
  console.log(summary(results, waiting, Math.round((Date.now() - began) / 1000)));
  process.exitCode = results.some(({ failed }) => failed > 0) ? 1 : 0;
}

void runProgram(
  scriptCommand("test:e2e", "Runs the deployment tests, which create and destroy real caches")
    .usage("-- [file...] [options of jest...]")
    .argument("[file...]", "beginnings of the names of files; all without one")
    .allowUnknownOption()
    .action((_files: unknown, _options: unknown, { args }: Command) => main(args)),
);
