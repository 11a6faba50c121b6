import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { anchors, headings, links, prose } from "../support/markdown";

const read = (file: string): string => readFileSync(resolve(__dirname, "../../docs", file), "utf8");
const [english, japanese] = [read("runbook.md"), read("runbook.ja.md")];

const namesIn = (text: string): string[] => [...text.matchAll(/`([^`\n]+)`/g)].map(([, code = ""]) => code).sort();

/** Links within the page, as the position of the heading that they lead to: headings are translated. */
function targets(text: string): (string | number)[] {
  const pages = anchors(text);
  return links(text)
    .filter((link) => !/^runbook(\.ja)?\.md$/.test(link))
    .map((link) => (link.startsWith("#") ? pages.indexOf(decodeURI(link.slice(1))) : link));
}

describe("docs/runbook.md and docs/runbook.ja.md", () => {
  test.each<[string, (text: string) => unknown]>([
    ["headings", (text) => headings(text).map(([level]) => level)],
    ["commands and outputs", (text) => [...text.matchAll(/^```[\s\S]*?^```$/gm)].map(([block]) => block)],
    ["items, one for each decision", (text) => [...prose(text).matchAll(/^- /gm)].length],
    ["rows of tables", (text) => [...prose(text).matchAll(/^\|/gm)].length],
    ["paragraphs", (text) => prose(text).split(/\n{2,}/).length],
    [
      "names in code, in each section",
      (text) =>
        prose(text)
          .split(/^#+ .*$/m)
          .map(namesIn),
    ],
    ["links", (text) => targets(text).sort()],
  ])("have the same %s", (_what, of) => {
    expect(of(japanese)).toEqual(of(english));
  });

  test("keep the names of alarms as headings, which alarms link to", () => {
    const names = headings(english).flatMap(([, title]) => (/^[a-z]+(-[a-z]+)*$/.test(title) ? [title] : []));
    expect(names).toContain("backup-failed");
    expect(headings(japanese).map(([, title]) => title)).toEqual(expect.arrayContaining(names));
  });

  test("link to each other", () => {
    expect(links(english)).toContain("runbook.ja.md");
    expect(links(japanese)).toContain("runbook.md");
  });
});
