import { count, holds, machines, runsPerMonth } from "../../scripts/maintain/costs/count";
import { costsPage } from "../../scripts/maintain/costs/page";
import { parts } from "../../scripts/maintain/costs/parts";
import type { Block, Stack } from "../../scripts/shared/synthesize";

const defaults = {
  num_cache_nodes: 3,
  node_type: "cache.r7g.large",
  on: true,
  off: false,
  nothing: null,
  when: "rate(1 hour)",
};
const stack = (resource: Record<string, Record<string, Block>>): Stack => ({
  terraform: {},
  provider: { aws: [{ region: "ap-northeast-1" }] },
  output: {},
  resource,
  variable: Object.fromEntries(
    Object.entries(defaults).map(([name, value]) => [name, { type: "any", description: "", default: value }]),
  ),
});

test("nodes are billed where there is a cache", () => {
  const nodes = parts.find(({ name }) => name === "Nodes");
  expect(nodes?.quantity(stack({ aws_elasticache_replication_group: { redis: {} } }))).toBe("3 × cache.r7g.large");
  expect(nodes?.quantity(stack({}))).toBe(0);
});

test("a resource type that is neither billed nor free is refused", () => {
  expect(() => costsPage({ new: stack({ aws_nat_gateway: { redis: {} } }) })).toThrow(
    /aws_nat_gateway is not in scripts\/maintain\/costs\/parts\.ts/,
  );
});

test.each<[string, Block, number]>([
  ["one", {}, 1],
  ["one for each node", { for_each: "${local.nodes}" }, 3],
  ["one that is switched on", { count: "${var.on ? 1 : 0}" }, 1],
  ["one that is switched off", { count: "${var.on && var.off ? 1 : 0}" }, 0],
  ["one that exists without a value", { count: "${var.nothing == null ? 0 : 1}" }, 0],
])("%s is counted", (_case, block, expected) => {
  expect(count(stack({ aws_cloudwatch_metric_alarm: { one: block } }), "aws_cloudwatch_metric_alarm")).toBe(expected);
});

test("instances that cannot be counted are refused", () => {
  expect(() => count(stack({ type: { one: { for_each: "${toset(var.list)}" } } }), "type")).toThrow(
    /has \$\{toset\(var\.list\)\} instances/,
  );
});

test.each([
  ["var.on", true],
  ["!var.on", false],
  ["var.nothing == null", true],
  ["var.on && var.nothing != null", false],
])("%s is %s by default", (condition, expected) => {
  expect(holds(stack({}), condition)).toBe(expected);
});

test.each([
  ["rate(15 minutes)", 2920],
  ["rate(30 days)", 730 / 24 / 30],
  ["cron(0 16 1 * ? *)", 1],
  ["cron(0 18 * * ? *)", 730 / 24],
  ["${var.when}", 730],
])("%s runs %d times a month", (expression, expected) => {
  expect(runsPerMonth(stack({}), expression)).toBeCloseTo(expected);
});

test("a state machine runs as often as its enabled schedules start it", () => {
  const target = { arn: "${aws_sfn_state_machine.check.arn}" };
  const one = stack({
    aws_sfn_state_machine: {
      check: {
        type: "EXPRESS",
        definition: "{}",
      },
    },
    aws_scheduler_schedule: {
      often: { state: "ENABLED", schedule_expression: "rate(1 hour)", target },
      never: { state: '${var.off ? "ENABLED" : "DISABLED"}', schedule_expression: "rate(1 minute)", target },
    },
  });
  expect(machines(one).map(({ runs }) => runs)).toEqual([730]);
});
