import { environments } from "../../stacks/environments";
import { dailyInLocalTime, weeklyInLocalTime } from "../../stacks/variables/local-time";
import { environmentStacks } from "../support/stacks";

test.each([
  ["18:00-20:00", 9, "18:00-20:00 UTC, 03:00-05:00 in X"],
  ["03:00-05:00", 9, "03:00-05:00 UTC, 12:00-14:00 in X"],
  ["03:30-05:00", -5, "03:30-05:00 UTC, 22:30-00:00 in X"],
])("daily %s at %d hours", (window, utcOffsetHours, told) => {
  expect(dailyInLocalTime(window, { place: "X", utcOffsetHours })).toBe(told);
});

test.each([
  ["sat:20:00-sat:22:00", 9, "sat:20:00-sat:22:00 UTC, sun:05:00-sun:07:00 in X"],
  ["sun:20:00-sun:22:00", 9, "sun:20:00-sun:22:00 UTC, mon:05:00-mon:07:00 in X"],
  ["mon:03:00-mon:05:00", -5, "mon:03:00-mon:05:00 UTC, sun:22:00-mon:00:00 in X"],
])("weekly %s at %d hours", (window, utcOffsetHours, told) => {
  expect(weeklyInLocalTime(window, { place: "X", utcOffsetHours })).toBe(told);
});

/** How many hours a time zone is ahead of UTC at a moment. */
function offsetOf(timeZone: string, moment: Date): number {
  const parts = new Intl.DateTimeFormat("en", { timeZone, timeZoneName: "longOffset" }).formatToParts(moment);
  const [, hours = "0", minutes = "0"] =
    /GMT([+-]\d+)(?::(\d+))?/.exec(parts.find(({ type }) => type === "timeZoneName")?.value ?? "") ?? [];
  return Number(hours) + Number(minutes) / 60;
}

test("the clocks of every environment's place are ahead of UTC by as much as it says, all the year", () => {
  const zones: Readonly<Record<string, string>> = { Tokyo: "Asia/Tokyo" };
  const places = Object.values(environments).map(({ localTime }) => localTime);
  for (const month of [0, 6])
    expect(places).toEqual(
      places.map(({ place }) => ({
        place,
        utcOffsetHours: offsetOf(zones[place] ?? `unknown: ${place}`, new Date(Date.UTC(2026, month, 1))),
      })),
    );
});

test("the windows of every environment are described by that clock as well", () => {
  const described = Object.values(environmentStacks).flatMap((synthesize) =>
    ["backup_window", "maintenance_window"].map((name) => synthesize().variable[name]?.description ?? ""),
  );
  expect(described.filter((text) => !/ The default is \S+ UTC, \S+ in Tokyo\.$/.test(text))).toEqual([]);
});
