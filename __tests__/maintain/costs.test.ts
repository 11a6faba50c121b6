import { count, holds, machines, runsPerMonth } from "../../scripts/maintain/costs/count";
import { costsPage } from "../../scripts/maintain/costs/page";
import { parts } from "../../scripts/maintain/costs/parts";
import { vaultCosts } from "../../scripts/maintain/costs/vault";
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

describe("what a variable enables", () => {
  const count = "${var.nothing != null ? 1 : 0}";
  const target = { arn: "arn:aws:states:ap-northeast-1:123456789012:stateMachine:${local.name}-copy" };
  const schedule = { state: "ENABLED", schedule_expression: "rate(1 hour)", target };
  const copying = stack({
    aws_sfn_state_machine: {
      copy: { type: "STANDARD", definition: "{}", name: "${local.name}-copy", count },
      other: { type: "STANDARD", definition: "{}", name: "${local.name}-another-copy" },
    },
    aws_scheduler_schedule: { copy: { ...schedule, count } },
  });

  test("is not started by default", () => {
    expect(machines(copying).map(({ runs }) => runs)).toEqual([0]);
  });

  test("is started as often as its schedule says once it is enabled, although its ARN is put together from its name", () => {
    const nothing = { type: "any", description: "", default: "arn" };
    const enabled: Stack = { ...copying, variable: { ...copying.variable, nothing } };
    expect(machines(enabled).map(({ runs }) => runs)).toEqual([730, 0]);
  });
});

test("copies in a vault are counted for as long as each bucket keeps them", () => {
  const variable = (value: unknown) => ({ type: "any", description: "", default: value });
  const expiring = (days: number | string) => ({
    rule: [{ expiration: [{ days }], noncurrent_version_expiration: [{ noncurrent_days: 1 }] }],
  });
  const count = "${var.vault_bucket_arn != null ? 1 : 0}";
  const environment: Stack = {
    ...stack({
      aws_sfn_state_machine: { copy: { type: "STANDARD", definition: "{}", name: "copy", count } },
      aws_scheduler_schedule: {
        copy: {
          state: "ENABLED",
          schedule_expression: "rate(12 hours)",
          target: { arn: "${aws_sfn_state_machine.copy.arn}" },
          count,
        },
      },
      aws_s3_bucket: { vault_landing: { count } },
      aws_s3_bucket_lifecycle_configuration: { vault_landing: expiring(7) },
    }),
    variable: { vault_bucket_arn: variable(null) },
  };
  const vault: Stack = {
    ...stack({ aws_s3_bucket_lifecycle_configuration: { vault: expiring("${var.vault_keep_days}") } }),
    variable: { vault_keep_days: variable(null), vault_lock_days: variable(35) },
  };
  const rows = vaultCosts({ "redis-dev": environment, "redis-vault": vault }, vault, String)
    .split("\n")
    .map((row) => row.split("|").map((cell) => cell.trim()))
    .slice(2)
    .map(([, name, quantity]) => [name, Math.round(Number(quantity))]);
  // Twice a day, for 7 and 35 days and the day until the lifecycle has deleted them.
  expect(rows).toEqual([
    ["Exported backups", 16],
    ["Replication", 61],
    ["Backups in the vault", 72],
    ["Standard workflows", 61],
    ["Buckets", 1],
  ]);
});
