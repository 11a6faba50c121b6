import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { costsPage } from "../../scripts/maintain/costs/page";
import { diagrams } from "../../scripts/maintain/diagrams/pages";
import { jsonOf, stacksOf } from "../../scripts/shared/synthesize";
import { loose } from "../support/markdown";

const read = (name: string): string => loose(readFileSync(resolve(__dirname, "../../docs", name), "utf8"));

test("docs/costs.md and docs/diagrams are what the stacks are (npm run docs writes them)", () => {
  const stacks = Object.fromEntries(Object.entries(stacksOf({})).map(([name, stack]) => [name, jsonOf(stack)]));
  expect(read("costs.md")).toBe(loose(costsPage(stacks)));
  for (const [name, text] of Object.entries(diagrams(stacks))) expect(read(`diagrams/${name}`)).toBe(loose(text));
});
