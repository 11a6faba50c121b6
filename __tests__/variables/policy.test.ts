import { judge, type Values } from "../support/judge";
import { policyStack } from "../support/stacks";
import { describeTerraform } from "../support/terraform";
import { withMore } from "./parts";

const each = (name: string, ...values: readonly unknown[]): Values[] => values.map((value) => ({ [name]: value }));

/** The rules that the environments have too are judged in rules.test.ts: the code is the same. */
const good: readonly Values[] = [
  ...each("backup_floor_days", 1, 7, 35, null),
  ...each("backup_max_duration_minutes", 1, 180, 1440),
  ...each("check_schedule", "rate(1 day)", "rate(1 hour)", "rate(12 hours)", "rate(24 hours)"),
  ...each("check_schedule", "cron(0 22 * * ? *)", "cron(30 6,18 ? * * *)", "cron(0 */6 * * ? *)"),
];
const bad: readonly (readonly [RegExp, readonly Values[]])[] = [
  [/^backup_floor_days is .* whole number of days from 1 to 35/, each("backup_floor_days", 0, -1, 36, 7.5)],
  [/^backup_max_duration_minutes is .* from 1 to 1440/, each("backup_max_duration_minutes", 0, 1441, 1.5)],
  [
    /^check_schedule .* does not run the check every day/,
    each(
      "check_schedule",
      ...["", "daily", "rate(2 days)", "rate(1 hours)", "rate(25 hours)", "rate(0 hours)", "rate(1 minute)"],
      ...[
        "cron(0 22 ? * MON *)",
        "cron(0 22 1 * ? *)",
        "cron(0 22 * * * *)",
        "cron(* * * * ? *)",
        "at(2030-01-31T00:00:00)",
      ],
    ),
  ],
  [
    /^check_schedule .* is not a recurring schedule/,
    each("check_schedule", "cron(99 22 * * ? *)", "cron(0 99 * * ? *)", "cron(0 , * * ? *)", "cron(0 */0 * * ? *)"),
  ],
  [/^check_schedule .* has a range that runs backwards/, each("check_schedule", "cron(0 22-2 * * ? *)")],
  // Whoever gives a number of 300 digits gets 40 of them back.
  [/^backup_floor_days is [0-9]{40}, but/, each("backup_floor_days", 1e299)],
];

describeTerraform("the rules of redis-backup-policy", () => {
  const refused = bad.flatMap(([message, cases]) => cases.map((values) => [values, message] as const));
  let verdicts: readonly (readonly string[])[];
  beforeAll(() => {
    verdicts = judge(policyStack(), [...good, ...refused.map(([values]) => values)]);
  });

  test.each(good.map((values, i) => [JSON.stringify(values), i] as const))("accept %s", (_values, i) => {
    expect(verdicts[i]).toEqual([]);
  });

  test.each(refused.map(([values, message], i) => [JSON.stringify(values), good.length + i, message] as const))(
    "refuse %s",
    (_values, i, message) => {
      expect(verdicts[i]).toEqual([expect.stringMatching(message)]);
    },
  );

  test("refuse what a valid text is only a part of", () => {
    const cases = withMore(policyStack().variable, good);
    const accepted = judge(policyStack(), cases).flatMap((messages, i) => (messages.length === 0 ? [cases[i]] : []));
    expect(accepted).toEqual([]);
    expect(cases.length).toBeGreaterThan(3);
  });
});
