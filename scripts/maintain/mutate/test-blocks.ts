import { setImmediate } from "node:timers/promises";
import { bind } from "jest-each";

/** A test, or a hook. */
type Act = () => unknown;

interface Test {
  readonly title: string;
  readonly act: Act;
}

const kindsOfHooks = ["beforeAll", "beforeEach", "afterEach", "afterAll"] as const;
type Hooks = Record<(typeof kindsOfHooks)[number], Act[]>;

interface Block {
  readonly title: string;
  readonly hooks: Hooks;
  readonly children: (Block | Test)[];
}

/** A test that failed, and how. */
export interface FailedTest {
  readonly title: string;
  readonly message: string;
}

const block = (title: string): Block => ({
  title,
  hooks: { beforeAll: [], beforeEach: [], afterEach: [], afterAll: [] },
  children: [],
});

/** Longer than each test takes on a busy machine. */
const mostSeconds = 120;

/** The tests of a file: what Jest's globals were called with, and a run until the first failure. */
export class TestBlocks {
  private current = block("");

  /** `test`, `describe` and the hooks, as a file of tests calls them. */
  public globals(): Readonly<Record<string, unknown>> {
    const test = (title: string, act: Act): void => {
      this.current.children.push({ title: joined(this.current.title, title), act });
    };
    const describe = (title: string, fill: () => void): void => {
      const outer = this.current;
      this.current = block(joined(outer.title, title));
      outer.children.push(this.current);
      fill();
      this.current = outer;
    };
    const skipped = Object.assign(() => undefined, { each: () => () => undefined });
    const withEach = (register: typeof test | typeof describe): unknown =>
      Object.assign(register, { each: bind(register as Parameters<typeof bind>[0]) as unknown, skip: skipped });
    const hooks = kindsOfHooks.map((kind) => [kind, (act: Act) => this.current.hooks[kind].push(act)]);
    return { test: withEach(test), describe: withEach(describe), ...(Object.fromEntries(hooks) as object) };
  }

  /**
   * Runs tests in their order until one fails or the time is up.
   *
   * @param isAsked of a title: whether it is run
   * @param until in milliseconds since the epoch; no test starts after it
   */
  public run(isAsked: (title: string) => boolean, until: number): Promise<FailedTest | undefined> {
    return inside(this.current, [], ({ title }) => isAsked(title) && Date.now() < until);
  }
}

const joined = (outer: string, title: string): string => (outer === "" ? title : `${outer} ${title}`);

/** A block that is run, and whether a test of it has begun. */
interface Level {
  readonly hooks: Hooks;
  hasBegun: boolean;
}

async function inside(
  { hooks, children }: Block,
  outer: readonly Level[],
  isAsked: (test: Test) => boolean,
): Promise<FailedTest | undefined> {
  const own: Level = { hooks, hasBegun: false };
  const levels = [...outer, own];
  try {
    for (const child of children) {
      const failed =
        "children" in child
          ? await inside(child, levels, isAsked)
          : isAsked(child)
            ? await resultOf(child, levels)
            : undefined;
      if (failed !== undefined) return failed;
    }
    return undefined;
  } finally {
    if (own.hasBegun) await failure(hooks.afterAll, "");
  }
}

async function resultOf({ title, act }: Test, levels: readonly Level[]): Promise<FailedTest | undefined> {
  const first = levels.filter(({ hasBegun }) => !hasBegun).flatMap(({ hooks }) => hooks.beforeAll);
  for (const level of levels) level.hasBegun = true;
  const before = levels.flatMap(({ hooks }) => hooks.beforeEach);
  const failed = await failure([...first, ...before, () => withoutRejections(act)], title);
  const after = await failure(
    [...levels].reverse().flatMap(({ hooks }) => hooks.afterEach),
    title,
  );
  return failed ?? after;
}

/** As Jest does: a test fails by a promise that nobody waits for and that fails meanwhile. */
async function withoutRejections(act: Act): Promise<void> {
  const reasons: unknown[] = [];
  const note = (reason: unknown): void => {
    reasons.push(reason);
  };
  process.on("unhandledRejection", note);
  try {
    await act();
    await setImmediate();
  } finally {
    process.off("unhandledRejection", note);
  }
  if (reasons.length > 0) throw reasons[0];
}

async function failure(acts: readonly Act[], title: string): Promise<FailedTest | undefined> {
  try {
    for (const act of acts) await inTime(act());
    return undefined;
  } catch (error) {
    return { title, message: error instanceof Error ? error.message : String(error) };
  }
}

async function inTime(result: unknown): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise((_resolve, reject) => {
    timer = setTimeout(() => {
      reject(new Error(`It took longer than ${mostSeconds.toString()} s.`));
    }, mostSeconds * 1000);
  });
  try {
    await Promise.race([result, late]);
  } finally {
    clearTimeout(timer);
  }
}
