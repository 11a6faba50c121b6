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

test.each(["runbook.md", "runbook.ja.md"])("docs/%s says of every event what to do", (file) => {
  const page = readFileSync(resolve(__dirname, "../../docs", file), "utf8");
  const [section = ""] = /^## (events of the cache|キャッシュのイベント)$[^]*?(?=^# )/m.exec(page) ?? [];
  const described = [...section.matchAll(/^\| `([A-Z]\w+)` +\|/gm)].map(([, name]) => name);
  expect(described.sort()).toEqual([...cacheEvents].sort());
});
