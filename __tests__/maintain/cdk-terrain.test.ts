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

test("the copy goes where it was asked for, seen from where npm was called", () => {
  expect(keptIn("../../moved", root)).toBe(join(folder, "moved"));
  expect(keptIn("../../new/moved", root)).toBe(join(folder, "new/moved"));
});

test.each([
  ["../../link", /project: it exists/],
  ["..", /project: it exists/],
  ["../..", /: it exists/],
  ["moved", /project\/docs\/moved: it is inside of this project/],
  ["../../link/moved", /project\/moved: it is inside of this project/],
])("%j is refused", (named, why) => {
  expect(() => keptIn(named, root)).toThrow(why);
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
