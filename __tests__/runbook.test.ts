import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { stacks } from "./support/stacks";

const runbook = readFileSync(resolve(__dirname, "../docs/runbook.md"), "utf8");
const pages = new Set([...runbook.matchAll(/^##? (.+)$/gm)].map(([, title = ""]) => title.replaceAll(" ", "-")));

test.each(Object.entries(stacks))("every page that %s sends people to is in docs/runbook.md", (_name, synthesize) => {
  const named = [...JSON.stringify(synthesize()).matchAll(/\$\{local\.runbook\}#([a-z-]+)/g)].map(([, page]) => page);
  expect(named.length).toBeGreaterThan(0);
  expect(named.filter((page = "") => !pages.has(page))).toEqual([]);
});

test.each(Object.entries(stacks))("the first commands of %s run with any aws CLI and any date", (_name, synthesize) => {
  const commands = [...JSON.stringify(synthesize()).matchAll(/First command:\\n(.*?)\\n/g)].map(
    ([, command]) => command,
  );
  expect(commands.length).toBeGreaterThan(0);
  // Version 1 of the CLI has no `logs tail`; macOS has no `date -d`.
  expect(commands.filter((command = "") => /logs tail|date -/.test(command))).toEqual([]);
});

test("every link within docs/runbook.md leads to a page of it", () => {
  const linked = [...runbook.matchAll(/\]\(#([^)]+)\)/g)].map(([, page = ""]) => page);
  expect(linked.filter((page) => !pages.has(page))).toEqual([]);
});
