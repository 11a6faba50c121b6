import { environmentStacks, shardedStack, type Block } from "../support/stacks";

const kinds = ["evictions", "memory_usage", "replication_lag", "swap_usage"];
const stacks: [string, () => { readonly resource: Readonly<Record<string, Readonly<Record<string, Block>>>> }][] = [
  ...Object.entries(environmentStacks),
  ["redis-sharded", shardedStack],
];

describe.each(stacks)("%s", (_name, synthesize) => {
  const { resource } = synthesize();
  const perNode = resource.aws_cloudwatch_metric_alarm ?? {};
  const overNodes = resource.aws_cloudwatch_composite_alarm ?? {};

  test("has one alarm over those of all nodes for each limit: nodes that cross it together are one message", () => {
    expect(Object.keys(overNodes).sort()).toEqual(kinds);
    for (const kind of kinds) {
      expect(perNode[kind]).not.toHaveProperty("alarm_actions");
      expect(perNode[kind]).not.toHaveProperty("ok_actions");
      expect(overNodes[kind]?.alarm_rule).toContain(`aws_cloudwatch_metric_alarm.${kind}[`);
      expect(overNodes[kind]).toMatchObject({
        alarm_actions: perNode.backup_failed?.alarm_actions,
        ok_actions: perNode.backup_failed?.ok_actions,
      });
    }
  });

  test("replaces them when the number of nodes changes: CloudWatch deletes no alarm that a composite alarm evaluates", () => {
    for (const kind of kinds) {
      expect(overNodes[kind]?.lifecycle).toEqual({ replace_triggered_by: ["terraform_data.alarmed_nodes"] });
      // It would extend to the cache, which the alarms refer to.
      expect(JSON.stringify(perNode[kind])).not.toContain("create_before_destroy");
    }
    expect(resource.terraform_data?.alarmed_nodes).toMatchObject({ input: "${length(local.nodes)}" });
  });

  test("names every alarm that notifies in the rule on changes of alarms, and none of a single node", () => {
    const pattern = JSON.parse(String(resource.aws_cloudwatch_event_rule?.tampering_alarm_changed?.event_pattern)) as {
      detail: { alarmName: unknown[] };
    };
    const notifying = Object.keys(perNode).filter((name) => "alarm_actions" in (perNode[name] ?? {}));
    const names = [...notifying, ...kinds].map((name) => `\${local.name}-${name.replaceAll("_", "-")}`);
    expect(pattern.detail.alarmName.filter((one) => typeof one === "string").sort()).toEqual(names.sort());
    expect(pattern.detail.alarmName).toContainEqual({ prefix: "${local.name}-memory-usage-nodes-" });
  });
});
