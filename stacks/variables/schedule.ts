import { inOrder, shown } from "../terraform/rules";
import type { Rule } from "../terraform/variable";

/** One field of a cron expression: `*`, or a list of values, ranges and steps. */
const field = (value: string): string => {
  const item = `(\\\\*|${value}(-${value})?)(/[0-9]{1,2})?`;
  return `${item}(,${item})*`;
};
const dayOfMonth = "([1-9]|0[1-9]|[12][0-9]|3[01])";
const dayOfWeek = "([1-7]|SUN|MON|TUE|WED|THU|FRI|SAT)";

const cron = [
  field("[0-5]?[0-9]"),
  field("([01]?[0-9]|2[0-3])"),
  `(\\\\?|L|LW|${dayOfMonth}W|${field(dayOfMonth)})`,
  field("([1-9]|0[1-9]|1[0-2]|JAN|FEB|MAR|APR|MAY|JUN|JUL|AUG|SEP|OCT|NOV|DEC)"),
  `(\\\\?|${dayOfWeek}L|${dayOfWeek}#[1-5]|${field(dayOfWeek)})`,
  field("(19[7-9][0-9]|2[01][0-9]{2})"),
].join(" ");

/** How many minutes lie between two runs of a rate, `rate(2 hours)`; an error when it is none. */
export const minutesOfRate = (value: string): string =>
  `(tonumber(regex("^rate[(]([1-9][0-9]*) ", ${value})[0]) * { minute = 1, hour = 60, day = 1440 }[regex("minute|hour|day", ${value})])`;

/**
 * Rules of a variable that is a schedule, as EventBridge Scheduler takes them.
 *
 * @see https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html
 */
export const scheduleRules = (name: string, example: string): Rule[] => {
  const value = `var.${name}`;
  const fields = `split(" ", trimsuffix(trimprefix(${value}, "cron("), ")"))`;
  return inOrder(
    {
      condition: `can(regex("^rate\\\\([1-9][0-9]{0,3} (minute|hour|day)s?\\\\)$", ${value})) || can(regex("^cron\\\\(${cron}\\\\)$", ${value}))`,
      errorMessage: `${name} ${shown(value)} is not a recurring schedule. Use cron(minute hour day-of-month month day-of-week year) in UTC, e.g. "${example}", or a rate such as "rate(30 days)".`,
    },
    {
      condition: `startswith(${value}, "rate(") ? true : (${fields}[2] == "?") != (${fields}[4] == "?")`,
      errorMessage: `${name} ${shown(value)} sets both the day of the month and the day of the week, or neither. Use ? for the one that does not apply, e.g. "${example}".`,
    },
  );
};
