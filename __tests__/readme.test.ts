import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { fillTables, policyTables, tables } from "../scripts/tables";
import { environmentStacks, policyStack } from "./support/stacks";

const [readme = "", policy = ""] = ["README.md", "docs/policy.md"].map((file) =>
  readFileSync(resolve(__dirname, "..", file), "utf8"),
);
const environments = tables(Object.values(environmentStacks).map((synthesize) => synthesize()));
const ofPolicy = policyTables(policyStack());
/** Prettier aligns the cells. */
const loose = (text: string): string => text.replaceAll(/-{3,}/g, "---").replaceAll(/ +/g, " ");

test.each(Object.keys(environments))("the README has the table of %s", (name) => {
  expect(readme).toContain(`<!-- table:${name} -->`);
});

test.each(Object.keys(ofPolicy))("docs/policy.md has the table %s", (name) => {
  expect(policy).toContain(`<!-- table:${name} -->`);
});

test.each([
  ["README.md", readme],
  ["docs/policy.md", policy],
])("the tables of %s are what the stacks say (npm run docs writes them)", (_file, text) => {
  expect(loose(fillTables(text, { ...environments, ...ofPolicy }))).toBe(loose(text));
});
