import { existsSync, readFileSync, statSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join, resolve } from "node:path";
import { transformSync, type Options } from "@swc/core";
import { expect } from "expect";
import { ModuleMocker } from "jest-mock";
import { TestBlocks, type FailedTest } from "./test-blocks";

/** A file of the project that has another text. */
export interface Change {
  /** Path from the project's folder. */
  readonly file: string;
  readonly text: string;
}

type Evaluate = (...values: readonly unknown[]) => void;

// A golden file shows that something has changed, and not that it is wrong.
const passes = (): { readonly pass: true; readonly message: () => string } => ({ pass: true, message: () => "" });
expect.extend({ toMatchSnapshot: passes, toMatchInlineSnapshot: passes });

/** The module that keeps synthesized stacks in a file, by the files that they are made of: what is changed here is not in them. */
const remembering = "__tests__/support/remembered.ts";

/** The sources of a project as they are, compiled once. */
export class Sources {
  private readonly compiled = new Map<string, Evaluate>();

  /** @param options swc's, of Jest's configuration */
  public constructor(
    public readonly root: string,
    private readonly options: Options,
  ) {}

  public evaluated(file: string, names: readonly string[]): Evaluate {
    const known = this.compiled.get(file) ?? this.compile(file, readFileSync(file, "utf8"), names);
    this.compiled.set(file, known);
    return known;
  }

  public compile(file: string, text: string, names: readonly string[]): Evaluate {
    const { jsc, module } = this.options;
    // As @swc/jest does: calls of jest.mock come before imports.
    const hoisted = { ...jsc, transform: { ...jsc?.transform, hidden: { jest: true } } } as Options["jsc"];
    const { code } = transformSync(text, { filename: file, swcrc: false, jsc: hoisted, module });
    // eslint-disable-next-line @typescript-eslint/no-implied-eval -- as Node.js evaluates a CommonJS module
    return new Function(...names, `${code}\n//# sourceURL=${file}`) as Evaluate;
  }
}

/** The project with a change, or without: what its files of tests have in common are the stacks. */
export class Version {
  private synthesized: unknown;

  public constructor(
    public readonly sources: Sources,
    public readonly change?: Change,
  ) {}

  /**
   * Runs the tests of a file, as TestBlocks.run does.
   *
   * @throws what the file throws when it is loaded
   */
  public async run(file: string, ...asked: Parameters<TestBlocks["run"]>): Promise<FailedTest | undefined> {
    const modules = new Modules(this);
    const blocks = new TestBlocks();
    try {
      modules.load(join(this.sources.root, file), blocks.globals());
      return await blocks.run(...asked);
    } finally {
      modules.restore();
    }
  }

  public stacks(synthesize: () => unknown): unknown {
    return (this.synthesized ??= synthesize());
  }
}

/** The modules of one file of tests, each evaluated once. Packages are those of this process. */
class Modules {
  private readonly loaded = new Map<string, { exports: unknown }>();
  private readonly mocks = new Map<string, () => unknown>();
  private readonly mocker = new ModuleMocker(globalThis);

  public constructor(private readonly version: Version) {}

  /** Takes the spies away from packages, which the next file finds as this one has left them. */
  public restore(): void {
    this.mocker.restoreAllMocks();
  }

  public load(file: string, globals: Readonly<Record<string, unknown>>): unknown {
    const known = this.loaded.get(file);
    if (known !== undefined) return known.exports;
    const module = { exports: {} as unknown };
    this.loaded.set(file, module);
    const { version } = this;
    const { change, sources } = version;
    if (file === join(sources.root, remembering)) {
      module.exports = { remembered: (synthesize: () => unknown) => version.stacks(synthesize) };
      return module.exports;
    }
    const values = {
      ...{ exports: module.exports, require: this.requireOf(file, globals), module },
      ...{ __filename: file, __dirname: dirname(file), jest: this.jest(file, globals), expect, ...globals },
    };
    const names = Object.keys(values);
    try {
      const evaluate =
        change !== undefined && file === join(sources.root, change.file)
          ? sources.compile(file, change.text, names)
          : sources.evaluated(file, names);
      evaluate(...Object.values(values));
    } catch (error) {
      this.loaded.delete(file);
      throw error;
    }
    return module.exports;
  }

  private requireOf(file: string, globals: Readonly<Record<string, unknown>>): unknown {
    const ofPackages = createRequire(file);
    const require = (name: string): unknown => {
      const path = pathOf(file, name);
      const mock = this.mocks.get(path);
      return mock === undefined ? this.actual(file, path, globals) : mock();
    };
    return Object.assign(require, { resolve: ofPackages.resolve });
  }

  private actual(file: string, path: string, globals: Readonly<Record<string, unknown>>): unknown {
    return path.endsWith(".ts") && !path.includes("/node_modules/")
      ? this.load(path, globals)
      : (createRequire(file)(path) as unknown);
  }

  /** What tests here use of Jest's object. */
  private jest(file: string, globals: Readonly<Record<string, unknown>>): object {
    const { mocker } = this;
    const requireActual = (name: string): unknown => this.actual(file, pathOf(file, name), globals);
    const mock = (name: string, make?: () => unknown): void => {
      let made: { readonly value: unknown } | undefined;
      this.mocks.set(pathOf(file, name), () => {
        made ??= { value: make === undefined ? automatic(mocker, requireActual(name)) : make() };
        return made.value;
      });
    };
    return {
      ...{ mock, doMock: mock, requireActual, mocked: (value: unknown) => value, setTimeout: () => undefined },
      fn: mocker.fn.bind(mocker),
      spyOn: mocker.spyOn.bind(mocker),
      restoreAllMocks: () => {
        mocker.restoreAllMocks();
      },
    };
  }
}

function automatic(mocker: ModuleMocker, actual: unknown): unknown {
  const metadata = mocker.getMetadata(actual as object);
  return metadata === null ? {} : mocker.generateFromMetadata(metadata);
}

const paths = new Map<string, string>();

/** The file that a module of the project names by a relative path, or the name of a package. */
function pathOf(from: string, name: string): string {
  if (!name.startsWith(".")) return name;
  const path = resolve(dirname(from), name);
  const known = paths.get(path);
  if (known !== undefined) return known;
  const found = [`${path}.ts`, path, join(path, "index.ts")].find(isFile);
  if (found === undefined) throw new Error(`${from} imports ${name}, which is not there.`);
  paths.set(path, found);
  return found;
}

const isFile = (path: string): boolean => existsSync(path) && statSync(path).isFile();
