import { evaluatedArguments } from "../support/expressions";
import { everyStack, type Block } from "../support/stacks";
import { describeTerraform } from "../support/terraform";

const alarms = Object.entries(everyStack).flatMap(([stack, synthesize]) =>
  Object.entries(synthesize().resource.aws_cloudwatch_metric_alarm ?? {}).map(
    ([name, alarm]): [string, string, Block] => [stack, name, alarm],
  ),
);
const queriesOf = ({ metric_query = [] }: Block) =>
  metric_query as readonly { readonly id: string; readonly expression?: string }[];

test.each(alarms)("%s: %s is not raised by a deployment that has no data yet", (_stack, _name, alarm) => {
  // A new alarm is evaluated at once, whatever its age is, and what came before the deployment is missing too.
  expect(alarm.treat_missing_data).not.toBe("breaching");
  expect(alarm.treat_missing_data).toBeDefined();
  const expected = queriesOf(alarm).find(({ id }) => id === "expected");
  if (alarm.treat_missing_data !== "missing") return;
  expect(expected?.expression).toMatch(/^IF\(EPOCH\(published\) > \$\{.*creation_date.*\}, published, published\)$/);
});

test.each([
  ["redis-dev", "backup_failed"],
  ["redis-sharded", "backup_failed"],
  ["redis-backup-policy", "check_missing"],
])("%s: %s notices that nothing is published, and starts with what publishes", (stack, name) => {
  const alarm = everyStack[stack]?.().resource.aws_cloudwatch_metric_alarm?.[name] ?? {};
  expect(alarm).toMatchObject({
    comparison_operator: "LessThanThreshold",
    threshold: 1,
    insufficient_data_actions: alarm.alarm_actions,
  });
});

// Long enough for the first data, and for a role that is not effective yet; short enough that a publisher which never works is noticed.
describeTerraform("missing data counts from an hour after what publishes was created", () => {
  test.each([
    ["redis-dev", "backup_failed", "backup_check"],
    ["redis-sharded", "backup_failed", "backup_check"],
    ["redis-backup-policy", "check_missing", "check"],
  ])("%s: %s", (name, alarm, machine) => {
    const stack = everyStack[name]?.();
    if (stack === undefined) throw new Error(`There is no stack ${name}.`);
    const [expected] = queriesOf(stack.resource.aws_cloudwatch_metric_alarm?.[alarm] ?? {});
    const [, since] = /> (\$\{.*\}), published, published\)$/.exec(expected?.expression ?? "") ?? [];
    const created = "2026-11-30T12:00:00.123Z";
    const given = { [`aws_sfn_state_machine.${machine}`]: { creation_date: created } };
    const [seconds] = evaluatedArguments([{ stack, given, argument: since }]);
    expect(Number(seconds)).toBe(Date.parse("2026-11-30T13:00:00Z") / 1000);
  });
});

test("nothing is scheduled before the cache exists, and the check is created after it", () => {
  const resource = everyStack["redis-dev"]?.().resource ?? {};
  const cache = "aws_elasticache_replication_group.redis";
  for (const schedule of Object.values(resource.aws_scheduler_schedule ?? {}))
    expect(schedule.depends_on).toContain(cache);
  expect(resource.aws_sfn_state_machine?.backup_check?.depends_on).toContain(cache);
});
