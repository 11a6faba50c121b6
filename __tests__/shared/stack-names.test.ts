import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { writeHcl } from "../../scripts/commands/hcl/write";
import { hasCache, root, stacksOf, writeStack } from "../../scripts/shared/synthesize";
import { environmentStacks, stacks } from "../support/stacks";

/** Names that lead out of the folder of stacks, or that every object has. */
const names = [
  "../evil",
  "..",
  "/tmp/evil",
  "redis-dev/../../evil",
  "redis-dev\0",
  "",
  "__proto__",
  "constructor",
  "toString",
];

// recover, deploy, diff, destroy, restore, backup and restore-test begin with it.
test.each(names)("a command on the stack %j is refused, and writes nothing", (name) => {
  expect(() => writeStack(name, {})).toThrow(`Invalid stack ${JSON.stringify(name)}: the app has no such stack.`);
  for (const folder of [resolve(root, "../evil"), "/tmp/evil"]) expect(existsSync(folder)).toBe(false);
});

test("a command on caches is refused for a stack without one, with those that have one", () => {
  for (const name of ["redis-vault", "redis-backup-policy"])
    expect(() => writeStack(name, {}, hasCache)).toThrow(
      `Invalid stack "${name}": it has no cache. Choose one of ${Object.keys(environmentStacks).join(", ")}.`,
    );
});

test("the stacks are those of the app, and nothing in them is taken for one", () => {
  expect(Object.keys(stacksOf({})).sort()).toEqual(Object.keys(stacks).sort());
});

test.each(names)("npm run hcl -- %j is refused", async (name) => {
  await expect(writeHcl([name])).rejects.toThrow(`Invalid stack ${JSON.stringify(name)}: the app has no such stack.`);
});
