import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { isCopied, keptIn } from "../../scripts/maintain/cdk-terrain/copy";

const folder = realpathSync(mkdtempSync(join(tmpdir(), "cdk-terrain-test-")));
const root = join(folder, "project");
const { INIT_CWD: before } = process.env;

beforeAll(() => {
  mkdirSync(join(root, "docs"), { recursive: true });
  symlinkSync(root, join(folder, "link"));
  process.env.INIT_CWD = join(root, "docs");
});

afterAll(() => {
  if (before === undefined) Reflect.deleteProperty(process.env, "INIT_CWD");
  else process.env.INIT_CWD = before;
  rmSync(folder, { recursive: true });
});

test("the copy goes where it was asked for, seen from where npm was called, or nowhere", () => {
  expect(keptIn(["../../moved"], root)).toBe(join(folder, "moved"));
  expect(keptIn(["../../new/moved"], root)).toBe(join(folder, "new/moved"));
  expect(keptIn([], root)).toBeUndefined();
});

test.each([
  [["../../link"], /project exists already/],
  [[".."], /project exists already/],
  [["../.."], /exists already/],
  [["moved"], /project\/docs\/moved is inside of this project/],
  [["../../link/moved"], /project\/moved is inside of this project/],
  [["--help"], /not --help\. Write: npm run cdk-terrain/],
  [["../../one", "../../two"], /to be named and nothing else/],
  [[""], /to be named and nothing else/],
])("%j is refused with how to write it", (args, why) => {
  expect(() => keptIn(args, root)).toThrow(why);
});

test.each([
  ["stacks/cache/replication-group.ts", true],
  ["scripts/commands/adopt/look.ts", true],
  ["docs/adopt.md", true],
  ["examples/dev.tfvars", true],
  [".terraform", false],
  ["dev.tfvars", false],
  ["values/dev.tfvars", false],
  ["dev.tfvars.json", false],
  ["dev.auto.tfvars.json", false],
  ["terraform.redis-dev.tfstate", false],
  ["terraform.redis-dev.tfstate.backup", false],
  ["adopt", false],
  ["scripts/maintain/cdk-terrain", false],
])("%s is in the copy: %s", (path, copied) => {
  expect(isCopied(path)).toBe(copied);
});
