import { execFileSync } from "node:child_process";
import { EventEmitter } from "node:events";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { Sources, Version, type Change } from "../../scripts/maintain/mutate/modules";
import type { FailedTest } from "../../scripts/maintain/mutate/test-blocks";
import { root } from "../../scripts/shared/synthesize";

/** How files of tests run for sabotages, without Jest. */
const folder = mkdtempSync(join(tmpdir(), "mutate-run-"));
const options = { jsc: { target: "es2022", parser: { syntax: "typescript" } }, module: { type: "commonjs" } } as const;
const sources = new Sources(folder, options);

function write(file: string, text: string): void {
  mkdirSync(dirname(join(folder, file)), { recursive: true });
  writeFileSync(join(folder, file), text);
}

write("limit.ts", "export const limit = 3; export const isLow = (n: number): boolean => n < limit;");
write("ask.ts", "export const ask = (): string => 'real';");
write("asking.ts", "import { ask } from './ask'; export const asked = (): string => ask();");
write("__tests__/support/remembered.ts", "export const remembered = () => 'what is in a file';");
write("__tests__/support/stacks.ts", "import { remembered } from './remembered'; import { limit } from '../../limit';");

afterAll(() => {
  rmSync(folder, { recursive: true });
});

async function run(text: string, change?: Change): Promise<FailedTest | undefined> {
  const file = `${Math.random().toString(36).slice(2)}.test.ts`;
  write(file, text);
  return await new Version(sources, change).run(file, () => true, Infinity);
}

const ofLimit = `import { isLow } from "./limit";
  describe("limits", () => { test.each([[2, true], [3, false]])("%d", (n, low) => { expect(isLow(n)).toBe(low); }); });`;

test("a change is noticed by the test that fails with it, and passes without", async () => {
  expect(await run(ofLimit)).toBeUndefined();
  expect(await run(ofLimit, { file: "limit.ts", text: "export const isLow = (n: number) => n <= 3;" })).toMatchObject({
    title: "limits 3",
    message: expect.stringContaining("toBe") as string,
  });
});

test("a file that cannot be loaded with a change says so", async () => {
  await expect(run(ofLimit, { file: "limit.ts", text: "throw new Error('refused');" })).rejects.toThrow("refused");
});

test("hooks run around the tests of their block", async () => {
  const text = `const order = [];
    beforeAll(() => order.push("all"));
    beforeEach(() => order.push("each"));
    describe("block", () => {
      beforeEach(async () => { await null; order.push("inner"); });
      afterEach(() => order.push("after"));
      test("one", () => order.push("one"));
    });
    test("two", () => { expect(order.join()).toBe("all,each,inner,one,after,each"); });`;
  expect(await run(text)).toBeUndefined();
});

test("a mocked module is the one that others import, and the real one is there on request", async () => {
  const text = `import { asked } from "./asking";
    jest.mock("./ask", () => ({ ask: () => "mocked " + jest.requireActual("./ask").ask() }));
    test("asks", () => { expect(asked()).toBe("mocked real"); });`;
  expect(await run(text)).toBeUndefined();
});

test("a module that is mocked without an implementation answers nothing", async () => {
  const text = `import { asked } from "./asking"; jest.mock("./ask");
    test("asks", () => { expect(asked()).toBeUndefined(); });`;
  expect(await run(text)).toBeUndefined();
});

test("stacks are those of the change, and not those that were synthesized before and kept in a file", async () => {
  const text = `import { remembered } from "./__tests__/support/remembered";
    test("synthesizes", () => { expect(remembered(() => "now")).toBe("now"); });`;
  expect(await run(text)).toBeUndefined();
});

test("a package has no spies left when the next file is loaded", async () => {
  const text = `import { execFileSync } from "node:child_process";
import { EventEmitter } from "node:events";
    test("spies", () => { jest.spyOn(EventEmitter.prototype, "eventNames").mockReturnValue(["spied"]); });`;
  expect(await run(text)).toBeUndefined();
  expect(new EventEmitter().eventNames()).toEqual([]);
});

test("a snapshot that differs is not noticed: a maintainer updates it", async () => {
  expect(await run(`test("is as it was", () => { expect({ a: 1 }).toMatchSnapshot(); });`)).toBeUndefined();
});

test("what fails in a promise is noticed, and a test that is skipped is not run", async () => {
  const text = `test.skip("skipped", () => { throw new Error("no"); });
    test("later", async () => { await Promise.reject(new Error("late")); });`;
  expect(await run(text)).toEqual({ title: "later", message: "late" });
});

test("a promise that nobody waits for and that fails is noticed by its test, as in Jest", () => {
  // In a process of its own: in this one Jest would notice it first.
  write(
    "unheard.ts",
    `import { TestBlocks } from ${JSON.stringify(join(root, "scripts/maintain/mutate/test-blocks"))};
    const blocks = new TestBlocks();
    (blocks.globals().test as any)("goes on", () => { void Promise.reject(new Error("unheard")); });
    void blocks.run(() => true, Infinity).then((failed) => console.log(JSON.stringify(failed)));`,
  );
  const printed = execFileSync("node", ["--import", "tsx", join(folder, "unheard.ts")], {
    cwd: root,
    encoding: "utf8",
  });
  expect(JSON.parse(printed)).toEqual({ title: "goes on", message: "unheard" });
});
