import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
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
  // One that fails after its test has ended says nothing of the next one.
  process.on("unhandledRejection", () => undefined);
  const answering = new Answering(new Sources(root, swc[1]));
  process.on("message", (question: Question) => {
    void answering.answer(question).then((found) => process.send?.(found));
  });
  process.send?.("ready");
}

class Answering {
  private readonly unchanged: Version;
  /** By file: the tests that fail here without a change, because they need Jest. */
  private readonly failing = new Map<string, Promise<ReadonlySet<string>>>();

  public constructor(private readonly sources: Sources) {
    this.unchanged = new Version(sources);
  }

  public async answer({ change, files, seconds }: Question): Promise<Answer> {
    const path = join(this.sources.root, change.file);
    const original = readFileSync(path, "utf8");
    const until = Date.now() + seconds * 1000;
    const changed = new Version(this.sources, change);
    const look = async (file: string): Promise<Failure | undefined> => {
      const failing = (await this.failing.get(file)) ?? new Set();
      // For what tests start as processes, and for what they read.
      writeFileSync(path, change.text);
      try {
        return await firstFailure(changed, file, (title) => !failing.has(title), until);
      } finally {
        writeFileSync(path, original);
      }
    };
    for (const file of files) {
      let found = await look(file);
      if (found !== undefined && (await this.failingOf(file)).has(found.title)) found = await look(file);
      if (found !== undefined) {
        // What the failed test has left going would end in the next one.
        await setTimeout(50);
        // Something that another test has left would fail it again.
        if (await this.passes(found)) return found;
      }
      if (Date.now() > until) break;
    }
    return { nothing: true };
  }

  /** Asked only where a test fails: all files together take minutes. */
  private failingOf(file: string): Promise<ReadonlySet<string>> {
    const known = this.failing.get(file) ?? this.without(file);
    this.failing.set(file, known);
    return known;
  }

  private async without(file: string): Promise<ReadonlySet<string>> {
    const failing = new Set<string>();
    for (;;) {
      const failed = await firstFailure(this.unchanged, file, (title) => !failing.has(title), Infinity);
      if (failed === undefined || failing.has(failed.title)) return failing;
      failing.add(failed.title);
    }
  }

  private async passes({ file, title }: Failure): Promise<boolean> {
    const isAsked = (other: string): boolean => title === "" || other === title;
    return (await firstFailure(this.unchanged, file, isAsked, Infinity)) === undefined;
  }
}

/** Leaves the process as it was. */
async function firstFailure(
  version: Version,
  file: string,
  isAsked: (title: string) => boolean,
  until: number,
): Promise<Failure | undefined> {
  const environment = { ...process.env };
  const [directory, { exitCode, argv }] = [process.cwd(), process];
  try {
    const failed = await version.run(file, isAsked, until);
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
