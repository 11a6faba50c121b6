import { argumentOf, evaluatedArguments } from "../support/expressions";
import { everyStack } from "../support/stacks";
import { describeTerraform } from "../support/terraform";

const alarms = Object.values(everyStack).flatMap((synthesize) => {
  const stack = synthesize();
  return ["aws_cloudwatch_metric_alarm", "aws_cloudwatch_composite_alarm"].flatMap((type) =>
    Object.keys(stack.resource[type] ?? {}).map((name) => ({ stack, address: `${type}.${name}`, name })),
  );
});

const ofOneNode = "a composite alarm notifies once, however many of hundreds of nodes are concerned";
/** The alarms that notify otherwise than all, and why. */
const others: Readonly<
  Record<string, { readonly why: string; readonly notified: (pagers: readonly string[]) => unknown }>
> = {
  ...Object.fromEntries(
    ["evictions", "memory_usage", "replication_lag", "swap_usage"].map((name) => [
      `aws_cloudwatch_metric_alarm.${name}`,
      { why: ofOneNode, notified: () => null },
    ]),
  ),
  "aws_cloudwatch_metric_alarm.findings": {
    why: "the daily check sends people the findings themselves",
    notified: (pagers) => pagers,
  },
};

const given = (pagers: readonly string[]) => ({
  "aws_sns_topic.redis_notifications": { arn: "people" },
  "aws_sns_topic.notifications": { arn: "people" },
  "var.alarm_action_arns": pagers,
});
const actions = (argument: string, pagers: readonly string[]): readonly unknown[] =>
  evaluatedArguments(
    alarms.map(({ stack, address }) => ({
      stack,
      given: given(pagers),
      argument: argumentOf(stack, address, argument),
    })),
  );

// As README, "Alerts", and the description of alarm_action_arns promise it.
describeTerraform("an alarm", () => {
  test.each([[[]], [["pager-1", "pager-2"]]])(
    "notifies people and each pager of %j, or there is a reason",
    (pagers) => {
      const found = actions("alarm_actions", pagers).map((notified, i) => [alarms[i]?.address, notified]);
      const wanted = alarms.map(({ address }) => [
        address,
        address in others ? others[address]?.notified(pagers) : ["people", ...pagers],
      ]);
      expect(found).toEqual(wanted);
      expect(found.length).toBeGreaterThan(50);
    },
  );

  test("that notifies somebody of a problem also notifies them when it is resolved", () => {
    const pagers = ["pager-1", "pager-2"];
    expect(actions("ok_actions", pagers)).toEqual(actions("alarm_actions", pagers));
  });

  test("is enabled", () => {
    const disabled = alarms.filter(({ stack, address }) => argumentOf(stack, address, "actions_enabled") === false);
    expect(disabled.map(({ address }) => address)).toEqual([]);
  });
});
