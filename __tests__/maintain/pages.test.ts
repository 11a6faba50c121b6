import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { costsPage } from "../../scripts/maintain/costs/page";
import { diagrams } from "../../scripts/maintain/diagrams/pages";
import { synthesizedStacks } from "../../scripts/shared/synthesized";
import { loose } from "../support/markdown";

const read = (name: string): string => loose(readFileSync(resolve(__dirname, "../../docs", name), "utf8"));

test("docs/costs.md and docs/diagrams are what the stacks are (npm run docs writes them)", () => {
  const stacks = synthesizedStacks();
  expect(read("costs.md")).toBe(loose(costsPage(stacks)));
  for (const [name, text] of Object.entries(diagrams(stacks))) expect(read(`diagrams/${name}`)).toBe(loose(text));
  // It starts a process; on a busy machine that takes longer than Jest waits.
}, 30_000);
