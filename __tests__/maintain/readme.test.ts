import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { fillTables, japanese, policyTables, tables, vaultTables } from "../../scripts/maintain/tables";
import { scalingTables } from "../../scripts/maintain/scaling/page";
import { headings, links } from "../support/markdown";
import { environmentStacks, policyStack, vaultStack } from "../support/stacks";

const read = (file: string): string => readFileSync(resolve(__dirname, "../..", file), "utf8");
const [readme, readmeInJapanese] = [read("README.md"), read("README.ja.md")];
const stacks = Object.values(environmentStacks).map((synthesize) => synthesize());

/** Prettier aligns the cells. */
const loose = (text: string): string => text.replaceAll(/-{3,}/g, "---").replaceAll(/ +/g, " ");

describe.each([
  ["README.md", readme, tables(stacks)],
  ["README.ja.md", readmeInJapanese, tables(stacks, japanese())],
  ["docs/scaling.md", read("docs/scaling.md"), scalingTables(stacks)],
  ["docs/policy.md", read("docs/policy.md"), policyTables(policyStack())],
  ["docs/vault.md", read("docs/vault.md"), vaultTables(vaultStack())],
])("%s", (_file, text, made) => {
  test.each(Object.keys(made))("has the table of %s", (name) => {
    expect(text).toContain(`<!-- table:${name} -->`);
  });

  test("has tables that are what the stacks say (npm run docs writes them)", () => {
    expect(loose(fillTables(text, made))).toBe(loose(text));
  });
});

describe("the READMEs in English and Japanese", () => {
  const commands = (text: string): string[] =>
    [...text.matchAll(/^```sh\n([\s\S]*?)^```/gm)].map(([, block = ""]) => block.replaceAll(/(^| +)# .*/gm, ""));
  const rows = (text: string): number[] =>
    [...text.matchAll(/(?:^\|.*\n)+/gm)].map(([table]) => table.split("\n").length);
  const listed = (text: string): number => [...text.matchAll(/^- /gm)].length;

  test.each<[string, (text: string) => unknown]>([
    ["headings", (text) => headings(text).map(([level]) => level)],
    ["commands", commands],
    ["tables", rows],
    ["items", listed],
    [
      "links",
      (text) =>
        links(text)
          // Each links to the other, and to pages in its own language where there are any.
          .map((link) => link.replace(/\.ja\.md\b/, ".md"))
          .filter((link) => link !== "README.md")
          .sort(),
    ],
    ["names in code", (text) => [...new Set([...text.matchAll(/`([^`\n]+)`/g)].map(([, code]) => code))].sort()],
  ])("have the same %s", (_what, of) => {
    expect(of(readmeInJapanese)).toEqual(of(readme));
  });

  test("link to each other", () => {
    expect(links(readme)).toContain("README.ja.md");
    expect(links(readmeInJapanese)).toContain("README.md");
  });

  test("translate nothing that the stacks do not have", () => {
    const { variables = {}, outputs = {} } = japanese();
    const [stack] = stacks;
    expect(Object.keys(variables).filter((name) => !(name in (stack?.variable ?? {})))).toEqual([]);
    expect(Object.keys(outputs).filter((name) => !(name in (stack?.output ?? {})))).toEqual([]);
  });
});
