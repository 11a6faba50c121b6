import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { anchors } from "../support/markdown";
import { stacks } from "../support/stacks";

const pages = new Set(anchors(readFileSync(resolve(__dirname, "../../docs/runbook.md"), "utf8")));

test.each(Object.entries(stacks))("every page that %s sends people to is in docs/runbook.md", (_name, synthesize) => {
  const named = [...JSON.stringify(synthesize()).matchAll(/\$\{local\.runbook\}#([a-z-]+)/g)].map(([, page]) => page);
  expect(named.length).toBeGreaterThan(0);
  expect(named.filter((page = "") => !pages.has(page))).toEqual([]);
});

// The vault has no alarms: its alerts are events, each with what has happened.
const withAlarms = Object.entries(stacks).filter(([, stack]) => "aws_cloudwatch_metric_alarm" in stack().resource);

test.each(withAlarms)("the first commands of %s run with any aws CLI and any date", (_name, synthesize) => {
  const commands = [...JSON.stringify(synthesize()).matchAll(/First command:\\n(.*?)\\n/g)].map(
    ([, command]) => command,
  );
  expect(commands.length).toBeGreaterThan(0);
  // Version 1 of the CLI has no `logs tail`; macOS has no `date -d`.
  expect(commands.filter((command = "") => /logs tail|date -/.test(command))).toEqual([]);
});
