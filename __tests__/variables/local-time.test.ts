import { dailyInLocalTime, weeklyInLocalTime } from "../../stacks/variables/local-time";

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
