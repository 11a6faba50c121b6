import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { fillTables, tables } from "../scripts/tables";
import { stacks } from "./support/stacks";

const readme = readFileSync(resolve(__dirname, "../README.md"), "utf8");
const all = tables(Object.values(stacks).map((synthesize) => synthesize()));
/** Prettier aligns the cells. */
const loose = (text: string): string => text.replaceAll(/-{3,}/g, "---").replaceAll(/ +/g, " ");

test.each(Object.keys(all))("the README's table of %s is what the stacks say (npm run docs writes it)", (name) => {
  expect(readme).toContain(`<!-- table:${name} -->`);
});

test("the README's tables are up to date (npm run docs writes them)", () => {
  expect(loose(fillTables(readme, all))).toBe(loose(readme));
});
