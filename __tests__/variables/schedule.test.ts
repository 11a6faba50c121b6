import fc from "fast-check";
import { evaluated } from "../support/console";
import { stacks } from "../support/stacks";
import { describeTerraform } from "../support/terraform";

/** A field as it is written, and what the documentation makes of it. */
interface Field {
  readonly text: string;
  /** What it runs at; of the day fields only where they are lists. */
  readonly values: readonly number[];
  readonly isOfRightForm: boolean;
  readonly runsBackwards: boolean;
  /** Whether a day is meant; undefined for `?` and for fields of anything else. */
  readonly has?: (day: Date) => boolean;
}

const presentYear = 2026;
const accepted = "accepted";
const past = "years that are past";
const never = "never comes";
/** What each rule of the variable says, in their order. */
const verdicts = ["is not a recurring schedule", "sets both", "runs backwards", past, never];

interface Bounds {
  readonly low: number;
  readonly high: number;
  readonly steps: number;
  /** Values that decide whether a date comes. */
  readonly often?: readonly number[];
  readonly names?: readonly string[];
  readonly padded?: boolean;
}

// https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html
const minute: Bounds = { low: 0, high: 59, steps: 59, padded: true };
const hour: Bounds = { low: 0, high: 23, steps: 23, padded: true };
const dayOfMonth: Bounds = { low: 1, high: 31, steps: 31, often: [28, 29, 30, 31], padded: true };
const months = ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"];
const month: Bounds = { low: 1, high: 12, steps: 12, often: [2, 4, 11], names: months, padded: true };
const weekdays = ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"];
const dayOfWeek: Bounds = { low: 1, high: 7, steps: 7, names: weekdays };
const year: Bounds = { low: 1970, high: 2199, steps: 99, often: [2024, 2025, 2026, 2027, 2028, 2100] };

const valueOf = ({ low, high, often = [] }: Bounds): fc.Arbitrary<number> =>
  fc.oneof(
    { arbitrary: fc.integer({ min: low, max: high }), weight: 32 },
    { arbitrary: fc.constantFrom(...(often.length > 0 ? often : [low, high])), weight: 64 },
    { arbitrary: fc.constantFrom(low - 1, high + 1), weight: 1 },
  );

const written = (value: number, { low, names, padded = false }: Bounds, form: string): string => {
  if (form === "name") return names?.[value - low] ?? value.toString();
  return form === "padded" && padded ? value.toString().padStart(2, "0") : value.toString();
};

/** A value, a range or `*`, with or without a step. */
const itemOf = (bounds: Bounds): fc.Arbitrary<Field> =>
  fc
    .record({
      kind: fc.constantFrom("value", "value", "range", "*"),
      one: valueOf(bounds),
      other: valueOf(bounds),
      isSorted: fc.nat({ max: 24 }).map((n) => n > 0),
      step: fc.oneof(
        { arbitrary: fc.constant(undefined), weight: 40 },
        { arbitrary: fc.integer({ min: 1, max: bounds.steps }), weight: 20 },
        { arbitrary: fc.constantFrom(0, bounds.steps + 1), weight: 1 },
      ),
      form: fc.constantFrom("number", "padded", "name"),
    })
    .map(({ kind, one, other, isSorted, step, form }) => {
      const { low, high, steps } = bounds;
      const [first, last] = {
        value: [one, step === undefined ? one : high],
        range: isSorted ? [Math.min(one, other), Math.max(one, other)] : [one, other],
        "*": [low, high],
      }[kind] as [number, number];
      const text = {
        value: written(one, bounds, form),
        range: `${written(first, bounds, form)}-${written(last, bounds, form)}`,
        "*": "*",
      }[kind];
      const values: number[] = [];
      for (let value = first; value <= last && step !== 0; value += step ?? 1) values.push(value);
      return {
        text: step === undefined ? text : `${text}/${step.toString()}`,
        values,
        isOfRightForm:
          first >= low &&
          first <= high &&
          last >= low &&
          last <= high &&
          (step === undefined || (step >= 1 && step <= steps)),
        runsBackwards: first > last,
      };
    });

const listOf = (bounds: Bounds): fc.Arbitrary<Field> =>
  fc.oneof(
    { arbitrary: itemOf(bounds), weight: 2 },
    fc.array(itemOf(bounds), { minLength: 1, maxLength: 3 }).map(joined),
  );

const joined = (items: readonly Field[]): Field => ({
  text: items.map(({ text }) => text).join(","),
  values: items.flatMap(({ values }) => values),
  isOfRightForm: items.every(({ isOfRightForm }) => isOfRightForm),
  runsBackwards: items.some(({ runsBackwards }) => runsBackwards),
});

const daysOf = (day: Date): number => new Date(Date.UTC(day.getUTCFullYear(), day.getUTCMonth() + 1, 0)).getUTCDate();

const special = (text: string, has: Field["has"], isOfRightForm = true): Field => ({
  text,
  values: [],
  isOfRightForm,
  runsBackwards: false,
  ...(has && { has }),
});

const any = fc.constant(special("?", undefined));

const listed = (fields: fc.Arbitrary<Field>, numberOf: (day: Date) => number): fc.Arbitrary<Field> =>
  fields.map((field) => ({ ...field, has: (day: Date) => field.values.includes(numberOf(day)) }));

const dayInMonth: fc.Arbitrary<Field> = fc.oneof(
  { arbitrary: listed(listOf(dayOfMonth), (day) => day.getUTCDate()), weight: 6 },
  // The last day and the last weekday are in every month; the weekday nearest to a day is in the months that have the day.
  fc.constantFrom("L", "LW").map((text) => special(text, () => true)),
  valueOf(dayOfMonth).map((n) => special(`${n.toString()}W`, (day) => n <= daysOf(day), n >= 1 && n <= 31)),
);

const dayInWeek: fc.Arbitrary<Field> = fc.oneof(
  { arbitrary: listed(listOf(dayOfWeek), (day) => day.getUTCDay() + 1), weight: 2 },
  fc
    .tuple(
      valueOf(dayOfWeek),
      fc.constantFrom("number", "name"),
      fc.constantFrom("L", "#1", "#4", "#5", "#5", "#0", "#6"),
    )
    .map(([n, form, which]) =>
      special(
        `${written(n, dayOfWeek, form)}${which}`,
        (day) =>
          day.getUTCDay() + 1 === n &&
          (which === "L"
            ? day.getUTCDate() > daysOf(day) - 7
            : Math.ceil(day.getUTCDate() / 7) === Number(which.slice(1))),
        n >= 1 && n <= 7 && which !== "#0" && which !== "#6",
      ),
    ),
);

const days: fc.Arbitrary<readonly [Field, Field]> = fc.oneof(
  { arbitrary: fc.tuple(dayInMonth, any), weight: 12 },
  { arbitrary: fc.tuple(any, dayInWeek), weight: 8 },
  fc.tuple(dayInMonth, dayInWeek),
  fc.tuple(any, any),
);

interface Schedule {
  readonly text: string;
  readonly verdict: string;
  /** Whether the rules are known to accept it, although it never runs. */
  readonly isKnown: boolean;
}

const asSchedule = ([minutes, hours, [ofMonth, ofWeek], inMonths, inYears]: readonly [
  Field,
  Field,
  readonly [Field, Field],
  Field,
  Field,
]): Schedule => {
  const fields = [minutes, hours, ofMonth, inMonths, ofWeek, inYears];
  const verdict = verdictOf(fields, ofMonth, ofWeek, inMonths.values, inYears.values);
  return {
    text: `cron(${fields.map((field) => field.text).join(" ")})`,
    verdict,
    isKnown: verdict === never && ofWeek.text.endsWith("#5"),
  };
};

const only = (bounds: Bounds, ...values: readonly number[]): fc.Arbitrary<Field> =>
  listOf(bounds).filter((field) => field.values.every((value) => values.includes(value)));

/** Any, and some on the last days of short months. */
const anySchedule: fc.Arbitrary<Schedule> = fc
  .oneof(
    { arbitrary: fc.tuple(listOf(minute), listOf(hour), days, listOf(month), listOf(year)), weight: 3 },
    fc.tuple(
      itemOf(minute),
      itemOf(hour),
      fc.tuple(
        listed(only(dayOfMonth, 28, 29, 30, 31), (day) => day.getUTCDate()),
        any,
      ),
      only(month, 2, 4),
      listOf(year),
    ),
  )
  .map(asSchedule);

/** The rule that is broken first, found by looking at every day that is still to come. */
function verdictOf(
  fields: readonly Field[],
  ofMonth: Field,
  ofWeek: Field,
  inMonths: readonly number[],
  inYears: readonly number[],
): string {
  if (!fields.every(({ isOfRightForm }) => isOfRightForm)) return "is not a recurring schedule";
  if ((ofMonth.has === undefined) === (ofWeek.has === undefined)) return "sets both";
  if (fields.some(({ runsBackwards }) => runsBackwards)) return "runs backwards";
  const years = inYears.filter((year) => year >= presentYear);
  if (years.length === 0) return past;
  const has = ofMonth.has ?? ofWeek.has;
  const dates = years.flatMap((year) => inMonths.map((month) => [year, month] as const));
  return dates.some(([year, month]) => daysIn(year, month).some((day) => has?.(day))) ? accepted : never;
}

function daysIn(year: number, month: number): Date[] {
  const all = Array.from({ length: 31 }, (_day, i) => new Date(Date.UTC(year, month - 1, i + 1)));
  return all.filter((day) => day.getUTCMonth() === month - 1);
}

/** What the rules of the variable make of each schedule, evaluated by Terraform in one run. */
function judgedByTerraform(schedules: readonly string[]): string[] {
  const rules = (stacks["redis-prod"] ?? missing)().variable.vault_copy_schedule?.validation ?? [];
  const texts = rules.map(({ condition }) => /^\$\{([\s\S]*)\}$/.exec(condition)?.[1] ?? condition);
  const holds = texts.map((text) => `(${text.replaceAll("var.vault_copy_schedule", "schedule")})`).join(", ");
  const judged = evaluated({ schedules }, `[for schedule in local.schedules : [${holds}]]`) as boolean[][];
  return judged.map((all) => {
    const broken = rules.filter((_rule, i) => all[i] === false).map(({ error_message }) => error_message);
    return broken.map((message) => verdicts.find((verdict) => message.includes(verdict)) ?? message).join() || accepted;
  });
}

describeTerraform("cron expressions", () => {
  test("are accepted exactly when a day by day search finds a date that they run on (400 random ones)", () => {
    const schedules = fc.sample(anySchedule, { numRuns: 400, seed: 20_240_229 });
    const judged = judgedByTerraform(schedules.map(({ text }) => text));

    const wrong = schedules
      .map((schedule, i) => ({ ...schedule, judged: judged[i] }))
      .filter(({ verdict, judged, isKnown }) => verdict !== judged && !(isKnown && judged === accepted));
    expect(wrong).toEqual([]);
    for (const verdict of [accepted, ...verdicts])
      expect([verdict, schedules.filter((one) => one.verdict === verdict).length > 5]).toEqual([verdict, true]);
  });

  // The rules do not look whether a February has a fifth weekday. When they do, this is refused, and isKnown above is to go.
  test("are accepted in spite of never running where a year's February lacks the fifth weekday", () => {
    expect(judgedByTerraform(["cron(0 16 ? 2 SUN#5 2026)"])).toEqual([accepted]);
  });

  test.each([
    ["a range of years whose last step is past", "cron(0 16 1 * ? 2012-2027/18)", past],
    ["a leap year that is past", "cron(0 16 29 2 ? 2024,2026)", never],
  ])("are refused for %s", (_what, text, verdict) => {
    expect(judgedByTerraform([text])).toEqual([verdict]);
  });
});

function missing(): never {
  throw new Error("There is no stack redis-prod.");
}
