import { cacheStacks, evaluatedArguments, type Given } from "../support/expressions";
import { describeTerraform } from "../support/terraform";

// How old the latest backup may be before an alarm says so. The check is tested with 29 hours (support/backup-check.ts), which is what comes
// of the defaults; what the check makes of them: __tests__/backups/check.

const freshHours = (given: Given = {}): readonly unknown[] =>
  evaluatedArguments(
    Object.values(cacheStacks).map((synthesize) => ({
      stack: synthesize(),
      given,
      argument: "${local.backup_fresh_minutes / 60}",
    })),
  );
const each = (hours: number): readonly number[] => Object.keys(cacheStacks).map(() => hours);

describeTerraform("the latest backup is too old", () => {
  test("a day, two hours of window and three of backup after it by default: a missing one is noticed within 29 hours", () => {
    expect(freshHours()).toEqual(each(29));
  });

  test.each([
    ["03:00-04:00", 28],
    ["03:15-04:45", 28.5],
    ["23:30-00:30", 28],
    ["22:00-03:00", 32],
    ["05:00-04:00", 50],
  ])("after a day, the window %s and the three hours that a backup may take", (window, hours) => {
    expect(freshHours({ "var.backup_window": window })).toEqual(each(hours));
  });

  test.each([
    [1, 26 + 1 / 60],
    [60, 27],
    [1440, 50],
  ])("after a day, the window and the %d minutes that a backup may take", (minutes, hours) => {
    expect(freshHours({ "var.backup_max_duration_minutes": minutes })).toEqual(
      each(expect.closeTo(hours, 6) as number),
    );
  });
});
