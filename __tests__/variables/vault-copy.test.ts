import { environments } from "../../stacks/environments";
import { RedisStack } from "../../stacks/redis-stack";
import { cacheStacks } from "../support/expressions";
import { synthesize } from "../support/synthesize";

// When a copy into the vault begins by default: "at a time when the day's automatic backup has completed".

const minuteOfDay = (hours: string | number, minutes: string | number): number => Number(hours) * 60 + Number(minutes);
const after = (start: number, end: number): number => (end - start + 1440) % 1440;

interface Times {
  readonly windowStart: number;
  readonly windowEnd: number;
  readonly copy: number;
}

function timesOf({ variable }: ReturnType<typeof synthesize>): Times {
  const [start = "", end = ""] = String(variable.backup_window?.default).split("-");
  const [, minute = "", hour = ""] =
    /^cron\((\d+) (\d+) \* \* \? \*\)$/.exec(String(variable.vault_copy_schedule?.default)) ?? [];
  const at = (time: string): number => minuteOfDay(time.slice(0, 2), time.slice(3));
  return { windowStart: at(start), windowEnd: at(end), copy: minuteOfDay(hour, minute) };
}

const windows = [
  "03:00-05:00",
  "18:00-20:00",
  "20:30-21:30",
  "22:45-23:45",
  "23:30-00:30",
  "00:00-01:00",
  "05:15-23:15",
];
const stacksOf: readonly (readonly [string, () => ReturnType<typeof synthesize>])[] = [
  ...Object.entries(cacheStacks),
  ...windows.map(
    (backupWindow) =>
      [
        `a stack whose window is ${backupWindow}`,
        () => synthesize((app) => new RedisStack(app, "redis-test", { ...environments.dev, backupWindow })),
      ] as const,
  ),
];

describe.each(stacksOf)("the copy into the vault of %s", (_name, create) => {
  const stack = create();
  const { windowStart, windowEnd, copy } = timesOf(stack);

  test("begins once a backup that began at the end of the window may have completed", () => {
    expect(after(windowEnd, copy)).toBeGreaterThanOrEqual(Number(stack.variable.backup_max_duration_minutes?.default));
  });

  test("begins before the next day's window, so that it copies the backup of this day", () => {
    expect(after(windowEnd, copy)).toBeLessThanOrEqual(after(windowEnd, windowStart));
  });
});
