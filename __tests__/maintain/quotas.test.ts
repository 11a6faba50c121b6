import { quotas } from "../../scripts/maintain/scaling/quotas";
import { count, type Stack } from "../../scripts/maintain/costs/count";
import { environmentStacks, type Block } from "../support/stacks";

const usedOf = (name: string) => (stack: Stack) => {
  const quota = quotas.find((one) => one.name.startsWith("EventBridge rules") && one.name.includes(name));
  if (quota === undefined) throw new Error(`There is no quota of ${name}.`);
  return quota.used(stack);
};

describe("EventBridge rules", () => {
  const stack = (rules: Readonly<Record<string, Block>>, report: boolean): Stack => ({
    resource: { aws_cloudwatch_event_rule: rules },
    variable: { report: { type: "bool", description: "", default: report } },
  });
  const count = "${var.report ? 1 : 0}";
  const rules = { here: {}, there: { provider: "aws.global", count }, here_too: { count } };

  test.each<[quota: string, report: boolean, expected: number]>([
    ["in af-south-1 and eu-south-1", true, 2],
    ["in other Regions", true, 2],
    ["in us-east-1", true, 1],
    ["in us-east-1", false, 0],
  ])("take of the bus %s what is on it", (quota, report, expected) => {
    expect(usedOf(quota)(stack(rules, report))).toBe(expected);
  });
});

test.each([
  ["with", true, 4],
  ["without", false, 3],
])("a cache of three nodes %s restore tests takes nodes of the quota (%j: %d)", (_what, isTested, expected) => {
  const nodes = quotas.find(({ name }) => name.startsWith("ElastiCache nodes"));
  const variable = (value: unknown) => ({ type: "any", description: "", default: value });
  const variables = { num_cache_nodes: variable(3), enable_restore_test: variable(isTested) };
  expect(nodes?.used({ resource: {}, variable: variables })).toBe(expected);
});

test.each(Object.entries(environmentStacks))("every EventBridge rule of %s counts on one bus", (_name, synthesize) => {
  const stack = synthesize();
  const all = count(stack, "aws_cloudwatch_event_rule");
  const forwarding = Object.keys(stack.resource.aws_cloudwatch_event_rule ?? {}).filter((rule) =>
    rule.endsWith("_forward"),
  );
  expect(usedOf("in us-east-1")(stack)).toBe(forwarding.length);
  expect(usedOf("on the default bus in other Regions")(stack)).toBe(all - forwarding.length);
});
