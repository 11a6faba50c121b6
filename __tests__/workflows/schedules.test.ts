import { argumentOf, evaluatedArguments } from "../support/expressions";
import { everyStack } from "../support/stacks";
import { describeTerraform } from "../support/terraform";

// When EventBridge starts the state machines, and what becomes of a start that fails. Which of them are enabled:
// __tests__/backups/enabled-since.test.ts.

const withSchedules = Object.entries(everyStack).filter(
  ([, synthesize]) => synthesize().resource.aws_scheduler_schedule !== undefined,
);
const schedules = withSchedules.flatMap(([stack, synthesize]) =>
  Object.keys(synthesize().resource.aws_scheduler_schedule ?? {}).map((name) => ({
    id: `${stack}: ${name}`,
    name,
    stack: synthesize(),
  })),
);

/** An argument of every schedule, by its id. */
const all = (argument: string): Readonly<Record<string, unknown>> =>
  Object.fromEntries(
    schedules.map(({ id, name, stack }) => [id, argumentOf(stack, `aws_scheduler_schedule.${name}`, argument)]),
  );
const each = (value: (name: string) => unknown): Readonly<Record<string, unknown>> =>
  Object.fromEntries(schedules.map(({ id, name }) => [id, value(name)]));

/** The minutes of a `rate(…)`, undefined of a `cron(…)`. */
function minutesOf(expression: string): number | undefined {
  const [, count, unit = ""] = /^rate\((\d+) (minute|hour|day)s?\)$/.exec(expression) ?? [];
  const minutes = { minute: 1, hour: 60, day: 1440 }[unit];
  return minutes === undefined ? undefined : Number(count) * minutes;
}

describe("a schedule", () => {
  test("is in UTC, as the descriptions of the variables say: no clock change moves or skips a run", () => {
    expect(all("schedule_expression_timezone")).toEqual(each(() => "UTC"));
  });

  test("starts when it says: an alarm counts the minutes since the last run", () => {
    expect(all("flexible_time_window")).toEqual(each(() => ({ mode: "OFF" })));
  });

  test("tries again when a start is throttled or fails, before the dead-letter queue raises an alarm", () => {
    expect(all("target.retry_policy.maximum_retry_attempts")).toEqual(each(() => 10));
  });

  test("leaves what could not be started in the queue whose alarm says so", () => {
    expect(all("target.dead_letter_config.arn")).toEqual(each(() => "${aws_sqs_queue.schedules_dead_letters.arn}"));
  });

  test("starts the state machine of its name", () => {
    const targets = all("target.arn");
    for (const { id, name } of schedules) {
      const machine = name.replaceAll("_", "-");
      expect([
        `\${aws_sfn_state_machine.${name}.arn}`,
        expect.stringMatching(`:stateMachine:.*-${machine}$`),
      ]).toContainEqual(targets[id]);
    }
  });

  test("gives an execution an empty input: what a trial or a person would ask for is not asked for", () => {
    expect(all("target.input")).toEqual(each(() => "{}"));
  });

  test("is in the stack's own group, the only one whose schedules may assume the role", () => {
    expect(all("group_name")).toEqual(each(() => "${aws_scheduler_schedule_group.redis.name}"));
    expect(all("target.role_arn")).toEqual(each(() => "${aws_iam_role.schedules.arn}"));
  });
});

describeTerraform("what a schedule starts", () => {
  const rates = evaluatedArguments(
    schedules.map(({ name, stack }) => ({
      stack,
      argument: argumentOf(stack, `aws_scheduler_schedule.${name}`, "schedule_expression"),
    })),
  ) as readonly string[];

  test("is the check every 15 minutes, the source of snapshots every hour, and the policy's check every day", () => {
    const found = schedules.flatMap(({ name }, i) => {
      const minutes = minutesOf(rates[i] ?? "");
      return minutes === undefined ? [] : [`${name}: ${minutes}`];
    });
    expect(new Set(found)).toEqual(new Set(["backup_check: 15", "snapshot_source: 60", "check: 1440"]));
  });

  test("is given up before the next one is due, so that starts do not pile up", () => {
    const ages = all("target.retry_policy.maximum_event_age_in_seconds");
    for (const [i, { id }] of schedules.entries()) {
      // The shortest interval that a schedule of a user may have is not known: an hour is what these take at most.
      const interval = (minutesOf(rates[i] ?? "") ?? 120) * 60;
      expect({ id, inTime: Number(ages[id]) < interval && Number(ages[id]) >= 600 }).toEqual({ id, inTime: true });
    }
  });

  test("is in the dead-letter queue within an hour if it cannot be started", () => {
    const ages = all("target.retry_policy.maximum_event_age_in_seconds");
    expect(Object.entries(ages).filter(([, seconds]) => !(Number(seconds) <= 3600))).toEqual([]);
  });

  test("is in the variable of its name, where there is one", () => {
    const given = {
      "var.manual_backup_schedule": "rate(3 hours)",
      "var.restore_test_schedule": "rate(4 hours)",
      "var.vault_copy_schedule": "rate(5 hours)",
      "var.check_schedule": "rate(6 hours)",
    };
    const found = evaluatedArguments(
      schedules.map(({ name, stack }) => ({
        stack,
        given,
        argument: argumentOf(stack, `aws_scheduler_schedule.${name}`, "schedule_expression"),
      })),
    );
    expect(found).toEqual(
      schedules.map(({ name }, i) => new Map(Object.entries(given)).get(`var.${name}_schedule`) ?? rates[i]),
    );
  });
});

describe("the dead-letter queue", () => {
  test.each(withSchedules)("of %s keeps what could not be started for two weeks, encrypted", (_name, synthesize) => {
    expect(synthesize().resource.aws_sqs_queue?.schedules_dead_letters).toMatchObject({
      message_retention_seconds: 14 * 24 * 60 * 60,
      sqs_managed_sse_enabled: true,
    });
  });
});
