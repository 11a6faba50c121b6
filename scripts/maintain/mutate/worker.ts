import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Options } from "@swc/core";
import { Sources, Version, type Change } from "./modules";
import type { Failure } from "./tests";
import { forgetSettings } from "../../../__tests__/support/settings";

/** What a worker is asked: whether tests notice a change. */
export interface Question {
  readonly change: Change;
  /** Files of tests, in the order in which they run. */
  readonly files: readonly string[];
  /** No test starts when so many have passed. */
  readonly seconds: number;
}

/** The first test that failed with the change and passes without it; without a title if the file could not be loaded. */
export type Answer = Failure | { readonly nothing: true };

/**
 * A process that runs tests as Jest does, in a copy of the project that is its working directory, and loads only the project's own files
 * again for each change: a hundredth of what Jest takes to begin. What it cannot run as Jest does, it passes over.
 */
async function begin(): Promise<void> {
  const root = process.cwd();
  const { default: config } = (await import(pathToFileURL(join(root, "jest.config.mjs")).href)) as {
    readonly default: { readonly transform: Readonly<Record<string, readonly [string, Options]>> };
  };
  const [swc] = Object.values(config.transform);
  if (swc === undefined) throw new Error("jest.config.mjs has no transform.");
  forgetSettings();
  const sources = new Sources(root, swc[1]);
  const unchanged = new Version(sources);
  process.on("message", (question: Question) => {
    void answer(sources, unchanged, question).then((found) => process.send?.(found));
  });
  process.send?.("ready");
}

async function answer(sources: Sources, unchanged: Version, { change, files, seconds }: Question): Promise<Answer> {
  const path = join(sources.root, change.file);
  const original = readFileSync(path, "utf8");
  const until = Date.now() + seconds * 1000;
  // For what tests start as processes, and for what they read.
  writeFileSync(path, change.text);
  try {
    const changed = new Version(sources, change);
    for (const file of files) {
      const found = await firstFailure(changed, file, { until });
      if (found === undefined) continue;
      writeFileSync(path, original);
      const { title } = found;
      const without = await firstFailure(unchanged, file, { only: title === "" ? undefined : title, until: Infinity });
      if (without === undefined) return found;
      writeFileSync(path, change.text);
    }
    return { nothing: true };
  } finally {
    writeFileSync(path, original);
  }
}

/** Leaves the process as it was. */
async function firstFailure(
  version: Version,
  file: string,
  asked: { readonly only?: string; readonly until: number },
): Promise<Failure | undefined> {
  const environment = { ...process.env };
  const [directory, { exitCode, argv }] = [process.cwd(), process];
  try {
    const failed = await version.tests(file).run(asked);
    return failed === undefined ? undefined : { file, ...failed };
  } catch (error) {
    return { file, title: "", message: error instanceof Error ? error.message : String(error) };
  } finally {
    for (const name of Object.keys(process.env)) if (!(name in environment)) Reflect.deleteProperty(process.env, name);
    Object.assign(process.env, environment);
    process.chdir(directory);
    Object.assign(process, { exitCode, argv });
  }
}

void begin();
