import { inOrder, shown } from "../terraform/rules";
import type { Rule } from "../terraform/variable";

/** A field of a cron expression whose values can be listed. */
interface Field {
  /** Place in the expression. */
  readonly place: number;
  readonly low: number;
  readonly high: number;
  /** A regular expression of one value. */
  readonly value: string;
  /** A regular expression of a step. */
  readonly step: string;
  /** Names of values, the first one that of `low`. */
  readonly names?: readonly string[];
}

const monthNames = "JAN FEB MAR APR MAY JUN JUL AUG SEP OCT NOV DEC".split(" ");
const dayNames = "SUN MON TUE WED THU FRI SAT".split(" ");
const dayOfWeekValue = `([1-7]|${dayNames.join("|")})`;
const dayOfMonthValue = "([1-9]|0[1-9]|[12][0-9]|3[01])";

const fields = {
  minute: { place: 0, low: 0, high: 59, value: "[0-5]?[0-9]", step: "0?[1-9]|[1-5][0-9]" },
  hour: { place: 1, low: 0, high: 23, value: "([01]?[0-9]|2[0-3])", step: "0?[1-9]|1[0-9]|2[0-3]" },
  dayOfMonth: { place: 2, low: 1, high: 31, value: dayOfMonthValue, step: dayOfMonthValue },
  month: {
    place: 3,
    low: 1,
    high: 12,
    value: `([1-9]|0[1-9]|1[0-2]|${monthNames.join("|")})`,
    step: "0?[1-9]|1[0-2]",
    names: monthNames,
  },
  dayOfWeek: { place: 4, low: 1, high: 7, value: dayOfWeekValue, step: "[1-7]", names: dayNames },
  year: { place: 5, low: 1970, high: 2199, value: "(19[7-9][0-9]|2[01][0-9]{2})", step: "0?[1-9]|[1-9][0-9]" },
} as const satisfies Record<string, Field>;

/** `*`, or a list of values, ranges and steps. */
const listOf = ({ value, step }: Field): string => {
  const item = `(\\\\*|${value}(-${value})?)(/(${step}))?`;
  return `${item}(,${item})*`;
};

const cron = [
  listOf(fields.minute),
  listOf(fields.hour),
  `(\\\\?|L|LW|${dayOfMonthValue}W|${listOf(fields.dayOfMonth)})`,
  listOf(fields.month),
  `(\\\\?|${dayOfWeekValue}L|${dayOfWeekValue}#[1-5]|${listOf(fields.dayOfWeek)})`,
  listOf(fields.year),
].join(" ");

/** How many minutes lie between two runs of a rate, `rate(2 hours)`; an error when it is none. */
export const minutesOfRate = (value: string): string =>
  `(tonumber(regex("^rate[(]([1-9][0-9]*) ", ${value})[0]) * { minute = 1, hour = 60, day = 1440 }[regex("minute|hour|day", ${value})])`;

const textOf = (value: string, { place }: Field): string =>
  `split(" ", trimsuffix(trimprefix(${value}, "cron("), ")"))[${place.toString()}]`;

const numberOf = (text: string, { low, names }: Field): string =>
  names === undefined
    ? `tonumber(${text})`
    : `tonumber(lookup({ ${names.map((name, i) => `${name} = ${(low + i).toString()}`).join(", ")} }, ${text}, ${text}))`;

/** Terraform: `{ first, last, step }` of each item of a field. A value with a step runs to the end of the field; 15W is day 15. */
const rangesOf = (value: string, field: Field): string => {
  const [low, high] = [field.low.toString(), field.high.toString()];
  // A list with one item gives a name to what is used more than once.
  return `[for item in split(",", trimsuffix(${textOf(value, field)}, "W")) : [for part in [split("-", replace(split("/", item)[0], "*", "${low}-${high}"))] : { first = ${numberOf("part[0]", field)}, last = length(part) == 2 ? ${numberOf("part[length(part) - 1]", field)} : strcontains(item, "/") ? ${high} : ${numberOf("part[0]", field)}, step = try(tonumber(split("/", item)[1]), 1) }][0]]`;
};

/** Terraform: the values of a field, such as `[0, 15, 30, 45]` of `0/15`. */
const valuesOf = (value: string, field: Field): string =>
  `flatten([for bounds in ${rangesOf(value, field)} : range(bounds.first, bounds.last + 1, bounds.step)])`;

/** How many times a cron expression runs on a day on which it runs. */
export const timesADay = (value: string): string =>
  `(length(toset(${valuesOf(value, fields.minute)})) * length(toset(${valuesOf(value, fields.hour)})))`;

/** The year that this rule was written in: earlier ones are past. */
const presentYear = 2026;

/**
 * Terraform: the expression has a date that a calendar has. L and days of the week come in every month, and so do the first 28 days.
 * Terraform evaluates both sides of a conditional, but of a `for` only what its `if` lets through.
 */
const comes = (value: string): string => {
  const day = `[for text in [${textOf(value, fields.dayOfMonth)}] : min(${valuesOf(value, fields.dayOfMonth)}...) if !can(regex("[?L]", text))]`;
  const leap = `anytrue([for year in ${valuesOf(value, fields.year)} : year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) if year >= ${presentYear.toString()}])`;
  const inMonth = `day <= (month == 2 ? february : contains([4, 6, 9, 11], month) ? 30 : 31)`;
  return `alltrue([for day in ${day} : anytrue(flatten([for february in [${leap} ? 29 : 28] : [for month in ${valuesOf(value, fields.month)} : ${inMonth}]])) if day > 28])`;
};

const unlessRate = (value: string, condition: string): string =>
  `startswith(${value}, "rate(") ? true : (${condition})`;

/** Examples of a schedule that the rules of the variable accept. */
export interface ScheduleExamples {
  readonly cron: string;
  /** @default "rate(30 days)" */
  readonly rate?: string;
}

/** A rule: the variable has the form of a schedule that EventBridge Scheduler takes. */
export const isSchedule = (name: string, { cron: example, rate = "rate(30 days)" }: ScheduleExamples): Rule => {
  const value = `var.${name}`;
  return {
    condition: `length(${value}) <= 256 && (can(regex("^rate\\\\([1-9][0-9]{0,3} (minute|hour|day)s?\\\\)$", ${value})) || can(regex("^cron\\\\(${cron}\\\\)$", ${value})))`,
    errorMessage: `${name} ${shown(value)} is not a recurring schedule. Use cron(minute hour day-of-month month day-of-week year) in UTC, e.g. "${example}", or a rate such as "${rate}".`,
  };
};

/** A rule of a variable that has the form of a schedule. */
export const runsForwards = (name: string): Rule => {
  const value = `var.${name}`;
  // ?, L, 15W, 6L and MON#1 are no ranges, so they have no numbers to compare.
  const ranges = (field: Field): string => `try(${rangesOf(value, field)}, [])`;
  return {
    condition: unlessRate(
      value,
      `alltrue([for bounds in concat(${Object.values(fields)
        .map((field: Field) => ranges(field))
        .join(", ")}) : bounds.first <= bounds.last])`,
    ),
    errorMessage: `${name} ${shown(value)} has a range that runs backwards. Put the smaller value first, or use two ranges: "22-23,0-2" instead of "22-2".`,
  };
};

/**
 * Rules of a variable that is a schedule, as EventBridge Scheduler takes them. It would also take some dates that never come; then there
 * would be no backup.
 *
 * @see https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html
 */
export const scheduleRules = (name: string, example: string): Rule[] => {
  const value = `var.${name}`;
  const dayFields = [fields.dayOfMonth, fields.dayOfWeek].map((field) => `(${textOf(value, field)} == "?")`);
  return inOrder(
    isSchedule(name, { cron: example }),
    {
      condition: unlessRate(value, dayFields.join(" != ")),
      errorMessage: `${name} ${shown(value)} sets both the day of the month and the day of the week, or neither. Use ? for the one that does not apply, e.g. "${example}".`,
    },
    runsForwards(name),
    {
      condition: unlessRate(value, `max(${valuesOf(value, fields.year)}...) >= ${presentYear.toString()}`),
      errorMessage: `${name} ${shown(value)} is for years that are past. Use * for the year, e.g. "${example}".`,
    },
    {
      condition: unlessRate(value, comes(value)),
      errorMessage: `${name} ${shown(value)} is for a date that never comes. Choose a day that its months have, or L for the last one, e.g. "cron(0 16 L * ? *)".`,
    },
  );
};
