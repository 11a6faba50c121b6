import {
  argumentOf,
  cacheStacks,
  evaluatedArguments,
  promised,
  type Given,
  type Promised,
} from "../support/expressions";
import { everyStack } from "../support/stacks";
import { describeTerraform } from "../support/terraform";

// The limits of the variables as CloudWatch gets them: in the unit of the metric. What an alarm makes of its data: alarm-states.test.ts and
// missing-data.test.ts.

const limit = (alarm: string, variable: string, value: number, threshold: number, unit: string): Promised => ({
  address: `aws_cloudwatch_metric_alarm.${alarm}`,
  argument: "threshold",
  promise: `${alarm} begins above ${variable}: ${value} is ${threshold} ${unit}`,
  given: { [`var.${variable}`]: value },
  is: threshold,
});

const above = {
  memory_usage: "memory_usage_limit_percent",
  swap_usage: "swap_usage_limit_mib",
  evictions: "evictions_limit",
  replication_lag: "replication_lag_limit_seconds",
  backup_shrunk: "backup_shrink_limit_percent",
  manual_backup_missing: "manual_backup_max_age_days",
  restore_test_missing: "restore_test_max_age_days",
  rto_missed: "rto_target_minutes",
  rpo_missed: "rpo_target_hours",
  vault_copy_missing: "vault_copy_max_hours",
  vault_copy_too_old: "vault_rpo_target_hours",
};

describeTerraform("the alarm", () => {
  test.each(
    promised(cacheStacks, [
      limit("memory_usage", above.memory_usage, 60, 60, "percent"),
      limit("swap_usage", above.swap_usage, 10, 10_485_760, "bytes"),
      limit("evictions", above.evictions, 5, 5, "keys"),
      limit("replication_lag", above.replication_lag, 7, 7, "seconds"),
      limit("backup_shrunk", above.backup_shrunk, 20, 20, "percent"),
      limit("manual_backup_missing", above.manual_backup_missing, 10, 240, "hours"),
      limit("restore_test_missing", above.restore_test_missing, 10, 240, "hours"),
      limit("rto_missed", above.rto_missed, 15, 900, "seconds"),
      limit("rpo_missed", above.rpo_missed, 26, 26, "hours"),
      limit("vault_copy_missing", above.vault_copy_missing, 25, 25, "hours"),
      limit("vault_copy_too_old", above.vault_copy_too_old, 49, 49, "hours"),
      ...Object.keys(above).map((alarm): Promised => ({
        address: `aws_cloudwatch_metric_alarm.${alarm}`,
        argument: "comparison_operator",
        promise: `${alarm} leaves the limit itself alone, as "above which an alarm is raised" says`,
        is: "GreaterThanThreshold",
      })),
    ]),
  )("%s", (_promise, expectKept) => {
    expectKept();
  });
});

describeTerraform("the text of the alarm", () => {
  test.each(Object.entries(above))("%s says which limit was passed, as %s has it", (alarm, variable) => {
    const texts = evaluatedArguments(
      Object.values(cacheStacks).map((synthesize) => ({
        stack: synthesize(),
        given: {
          [`var.${variable}`]: 37,
          ...{ "local.account_id": "111111111111", "local.partition": "aws", "each.key": "1", "each.value": "node" },
          "aws_sfn_state_machine.manual_backup": { arn: "machine" },
          "aws_sfn_state_machine.restore_test": { arn: "machine" },
          "aws_sfn_state_machine.vault_copy": [{ arn: "machine" }],
        },
        argument: argumentOf(synthesize(), `aws_cloudwatch_metric_alarm.${alarm}`, "alarm_description"),
      })),
    );
    for (const text of texts) expect(String(text).split("\n")[0]).toMatch(/\b37\b/);
  });
});

describeTerraform("the text of the alarm", () => {
  test("backup_failed says in hours how old the latest backup may be", () => {
    const texts = evaluatedArguments(
      Object.values(cacheStacks).map((synthesize) => ({
        stack: synthesize(),
        given: { "var.backup_window": "03:00-04:30", "var.backup_max_duration_minutes": 90 },
        argument: argumentOf(synthesize(), "aws_cloudwatch_metric_alarm.backup_failed", "alarm_description"),
      })),
    );
    for (const text of texts) expect(text).toMatch(/ is older than 27 hours, /);
  });

  test.each(Object.keys(above))("%s is about what is above the limit", (name) => {
    for (const synthesize of Object.values(cacheStacks)) {
      const text = String(argumentOf(synthesize(), `aws_cloudwatch_metric_alarm.${name}`, "alarm_description"));
      const [sentence = ""] = text.split("\n");
      expect(sentence).toMatch(/\b(more|longer|older)\b|^(no|there has been no)\b.* for \$\{var\./i);
      expect(sentence).not.toMatch(/\b(less|fewer|shorter|younger|newer)\b/i);
    }
  });
});

const manual = "var.enable_manual_backup";
const test_ = "var.enable_restore_test";
const vault = "var.vault_bucket_arn";

/** The alarms that are there only while what they are about is enabled. */
const enabledBy: Readonly<Record<string, string>> = {
  manual_backup_deleted: manual,
  manual_backup_failed: manual,
  manual_backup_missing: manual,
  restore_test_data: test_,
  restore_test_failed: test_,
  restore_test_missing: test_,
  rpo_missed: test_,
  rto_missed: test_,
  vault_copy_failed: vault,
  vault_copy_missing: vault,
  vault_copy_too_old: vault,
  key_unusable: "var.kms_key_id",
};
const on: Given = { [manual]: true, [test_]: true, [vault]: "arn:aws:s3:::vault", "var.kms_key_id": "key" };
const off: Given = { [manual]: false, [test_]: false, [vault]: null, "var.kms_key_id": null };

describeTerraform("alarms are there", () => {
  const alarms = Object.values(cacheStacks).flatMap((synthesize) => {
    const stack = synthesize();
    const all = Object.entries(stack.resource.aws_cloudwatch_metric_alarm ?? {});
    return all.filter(([, block]) => !("for_each" in block)).map(([name]) => ({ stack, name }));
  });
  const there = (given: (name: string) => Given): readonly string[] => {
    const counts = evaluatedArguments(
      alarms.map(({ stack, name }) => ({
        stack,
        given: given(name),
        argument: argumentOf(stack, `aws_cloudwatch_metric_alarm.${name}`, "count"),
      })),
    );
    return alarms.filter((_alarm, i) => counts[i] === null || counts[i] === 1).map(({ name }) => name);
  };

  test("on everything that is enabled", () => {
    expect(there(() => on)).toEqual(alarms.map(({ name }) => name));
  });

  test("on nothing that is disabled: what does not run is not missing", () => {
    const always = alarms.map(({ name }) => name).filter((name) => !(name in enabledBy));
    expect(there(() => off)).toEqual(always);
    expect(always.length).toBeGreaterThan(20);
  });

  test("each as its own variable says", () => {
    const only = (name: string): Given => {
      const variable = enabledBy[name] ?? "";
      return variable === "" ? off : { ...off, [variable]: on[variable] };
    };
    expect(there(only)).toEqual(alarms.map(({ name }) => name));
  });
});

describe("the text of an alarm", () => {
  const numbers = ["zero", "one", "two", "three", "four", "five"];
  const seconds: Readonly<Record<string, number>> = { minute: 60, hour: 3600, day: 86_400 };
  const found = Object.entries(everyStack).flatMap(([stack, synthesize]) => {
    const { aws_cloudwatch_metric_alarm: metric = {}, aws_cloudwatch_composite_alarm: composite = {} } =
      synthesize().resource;
    return [...Object.entries(metric), ...Object.entries(composite)].flatMap(([name, { alarm_description: text }]) => {
      const { period, metric_query, evaluation_periods } = metric[name] ?? {};
      const queries = (metric_query ?? []) as readonly { readonly metric?: { readonly period: number } }[];
      const one = Number(period ?? queries.find((query) => query.metric !== undefined)?.metric?.period);
      const [sentence = ""] = String(text).split("\n");
      return [...sentence.matchAll(/\b(in|for) (\d+|[a-z]+) (minute|hour|day)s\b/g)].map(
        ([said, how, count = "", unit = ""]) => ({
          ...{ stack, name, said },
          says: (numbers.includes(count) ? numbers.indexOf(count) : Number(count)) * (seconds[unit] ?? 0),
          looks: how === "in" ? one : one * Number(evaluation_periods),
        }),
      );
    });
  });

  test('names the time that it evaluates: one period after "in", all of them after "for"', () => {
    expect(found.filter(({ says, looks }) => says !== looks)).toEqual([]);
    expect(new Set(found.map(({ name }) => name))).toEqual(
      new Set(["backup_check_execution_failed", "check_missing", "evictions", "snapshot_source_execution_failed"]),
    );
  });

  test("on failed executions says 'more than once' exactly where it takes two", () => {
    const failed = Object.values(everyStack).flatMap((synthesize) =>
      Object.entries(synthesize().resource.aws_cloudwatch_metric_alarm ?? {}).filter(([name]) =>
        name.endsWith("_execution_failed"),
      ),
    );
    const said = failed.map(([name, { alarm_description }]) => [
      name,
      String(alarm_description).includes(" more than once "),
    ]);
    expect(said).toEqual(
      failed.map(([name, { threshold, comparison_operator }]) => [
        name,
        comparison_operator === "GreaterThanOrEqualToThreshold" && threshold === 2,
      ]),
    );
    expect(said.length).toBeGreaterThan(5);
  });

  test("on evictions, its variable and its chart speak of the same five minutes", () => {
    for (const synthesize of Object.values(cacheStacks)) {
      const { variable, locals, resource } = synthesize();
      expect(resource.aws_cloudwatch_metric_alarm?.evictions?.period).toBe(300);
      expect(variable.evictions_limit?.description).toContain(" in 5 minutes ");
      expect(variable.evictions_limit?.validation?.[0]?.error_message).toContain(" in five minutes.");
      const { widgets } = locals.dashboard as {
        readonly widgets: readonly { readonly properties: { readonly title?: string; readonly period?: number } }[];
      };
      const periods = widgets
        .filter(({ properties: { title = "" } }) => title.includes("in 5 minutes"))
        .map(({ properties: { period } }) => period);
      expect(periods).toEqual([300]);
    }
  });
});

test("the text of an alarm that begins below 1 says what is not as it should be, since 1 is what is well", () => {
  const below = Object.entries(everyStack).flatMap(([stack, synthesize]) =>
    Object.entries(synthesize().resource.aws_cloudwatch_metric_alarm ?? {}).flatMap(([name, block]) => {
      const [sentence = ""] = String(block.alarm_description).split("\n");
      return block.comparison_operator === "LessThanThreshold" ? [{ stack, name, sentence }] : [];
    }),
  );
  const isNot = /\b(no|not|none|nothing|failed|disabled)\b/i;
  expect(below.filter(({ sentence }) => !isNot.test(sentence))).toEqual([]);
  expect(new Set(below.map(({ name }) => name)).size).toBeGreaterThan(7);
});
