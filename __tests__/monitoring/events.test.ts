import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { cacheEvents, defaultEvents, mostEvents } from "../../stacks/notifications/events";
import { environmentStacks } from "../support/stacks";

test("the default selection fits into a filter beside failed backups, and is a part of what can be sent", () => {
  expect(mostEvents).toBe(4);
  expect(defaultEvents.length).toBeLessThanOrEqual(mostEvents);
  expect(cacheEvents).toEqual(expect.arrayContaining([...defaultEvents]));
  expect(environmentStacks["redis-prod"]?.().variable.email_events?.default).toEqual(defaultEvents);
});

test.each([
  ["CacheNodeReplaceComplete", "the connections to a node were closed"],
  ["FailoverComplete", "writes failed for a moment, and the newest may be lost"],
  ["NodeReplacementScheduled", "a node will be replaced, at a time that can still be chosen"],
  ["ServiceUpdateAvailableForNode", "an update has a date by which it should be applied"],
])("%s is sent unless somebody selects others: %s", (event) => {
  expect(defaultEvents).toContain(event);
  for (const synthesize of Object.values(environmentStacks))
    expect(synthesize().variable.email_events?.default).toContain(event);
});

test.each(["runbook.md", "runbook.ja.md"])("docs/%s says of every event what to do", (file) => {
  const page = readFileSync(resolve(__dirname, "../../docs", file), "utf8");
  const [section = ""] = /^## (events of the cache|キャッシュのイベント)$[^]*?(?=^# )/m.exec(page) ?? [];
  const described = [...section.matchAll(/^\| `([A-Z]\w+)` +\|/gm)].map(([, name]) => name);
  expect(described.sort()).toEqual([...cacheEvents].sort());
});
