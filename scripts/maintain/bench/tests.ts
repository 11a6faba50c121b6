import { spawnSync } from "node:child_process";
import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { root } from "../../shared/synthesize";
import type { TestRun } from "./report";
import type { Sample } from "./run";

/**
 * Runs all tests as `npm test` does, with nothing cached, between app synths, which say how fast the machine is at that moment.
 *
 * @throws if a test fails.
 */
export function runTests(scratch: string, synths: () => ReadonlyMap<string, readonly Sample[]>): TestRun {
  const before = synths();
  console.log("npm test: one round ...");
  // support/remembered.ts keeps the synthesized stacks there.
  rmSync(join(root, "node_modules/.cache/synthesized-stacks"), { recursive: true, force: true });
  const file = join(scratch, "tests.json");
  const start = performance.now();
  const args = ["--ci", "--silent", "--cacheDirectory", join(scratch, "jest"), "--json", "--outputFile", file];
  const { status } = spawnSync(join(root, "node_modules/.bin/jest"), args, { cwd: root, stdio: "ignore" });
  const milliseconds = performance.now() - start;
  if (status !== 0) throw new Error("A test failed: run npm test.");
  const { numPassedTests } = JSON.parse(readFileSync(file, "utf8")) as { readonly numPassedTests: number };
  return { count: numPassedTests, milliseconds, synths: [...before.values(), ...synths().values()].flat() };
}
