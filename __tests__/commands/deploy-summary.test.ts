import { changesOf, type Plan } from "../../scripts/commands/deploy/plan";
import { summaryOf } from "../../scripts/commands/deploy/summary";
import { everyStack } from "../support/stacks";

/** What AWS bills of a stack, as the summary of its first deploy calls one and several of it. */
const billed: Readonly<Record<string, readonly [one: string, several: string]>> = {
  aws_cloudwatch_metric_alarm: ["alarm", "alarms"],
  aws_cloudwatch_dashboard: ["dashboard", "dashboards"],
  aws_cloudwatch_log_group: ["log group", "log groups"],
  aws_secretsmanager_secret: ["secret", "secrets"],
  aws_sfn_state_machine: ["state machine", "state machines"],
  aws_config_config_rule: ["AWS Config rule", "AWS Config rules"],
  aws_s3_bucket: ["bucket", "buckets"],
};

/** The plan of a first deploy of so many resources of each type. */
const creating = (counts: Readonly<Record<string, number>>): Plan => ({
  resource_changes: Object.entries(counts).flatMap(([type, count]) =>
    Array.from({ length: count }, (_one, i) => ({
      ...{ address: `${type}.x${i}`, mode: "managed" as const, type },
      change: { actions: ["create"], before: null, after: {} },
    })),
  ),
});

/** How many of what the summary says that AWS bills, by how it is called; and how many resources there are in all. */
function counted(plan: Plan): { readonly bill: object; readonly all: number } {
  const text = summaryOf("redis-dev", plan, changesOf(plan));
  const [, bill = ""] = /^ {2}Billed: +(.*) \(docs\/costs\.md\)$/m.exec(text) ?? [];
  const items = bill === "" ? [] : bill.split(", ");
  return {
    bill: Object.fromEntries(items.map((item) => [item.replace(/^\d+ /, ""), Number.parseInt(item, 10)])),
    all: Number(/This will create (\d+) resources\./.exec(text)?.[1]),
  };
}

const expected = (counts: Readonly<Record<string, number>>) =>
  Object.fromEntries(
    Object.entries(billed).flatMap(([type, [one, several]]) => {
      const { [type]: count = 0 } = counts;
      return count === 0 ? [] : [[count === 1 ? one : several, count]];
    }),
  );

// Its nodes, whose number a plan knows and the configuration does not: deploy.test.ts.
const countsOf = (stack: keyof typeof everyStack): Record<string, number> =>
  Object.fromEntries(
    Object.entries(everyStack[stack]?.().resource ?? {})
      .filter(([type]) => type !== "aws_elasticache_replication_group")
      .map(([type, named]) => [type, Object.keys(named).length]),
  );

test.each(Object.keys(everyStack))(
  "the summary of a first deploy of %s counts what AWS bills, and not what only has a longer type",
  (stack) => {
    const counts = countsOf(stack);
    const { bill, all } = counted(creating(counts));
    expect(bill).toEqual(expected(counts));
    expect(all).toBe(Object.values(counts).reduce((sum, count) => sum + count, 0));
  },
);

test.each(Object.keys(billed))("one or several of %s are called so, and none is not mentioned", (type) => {
  for (const count of [0, 1, 2, 11]) {
    const counts = { [type]: count, [`${type}_policy`]: 3, aws_sns_topic: 1 };
    expect(counted(creating(counts)).bill).toEqual(expected(counts));
  }
});

test("a cache with more to its type is none, whether its nodes are counted or it is described", () => {
  const plan = creating({ aws_elasticache_replication_group_member: 1, aws_s3_bucket: 1 });
  const text = summaryOf("redis-dev", plan, changesOf(plan));
  expect(text).not.toMatch(/Cache:|nodes/);
});
