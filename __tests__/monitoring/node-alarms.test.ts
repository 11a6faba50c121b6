import { evaluated } from "../support/console";
import { environmentStacks, shardedStack, type Block } from "../support/stacks";
import { describeTerraform } from "../support/terraform";

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

interface Composite {
  readonly name: string;
  readonly rule: string;
}

/** The composite alarms of one kind for a number of nodes, as Terraform evaluates their expressions. */
function compositesOf(kind: string, nodes: number): readonly Composite[] {
  const { resource } = shardedStack();
  const { alarm_name, alarm_rule, count } = resource.aws_cloudwatch_composite_alarm?.[kind] ?? {};
  const perNode = resource.aws_cloudwatch_metric_alarm?.[kind]?.alarm_name;
  const inner = (block: unknown): string => /^\$\{([^]*)\}$/.exec(String(block))?.[1] ?? "";
  const each = (block: unknown): string =>
    inner(block).replaceAll(`aws_cloudwatch_metric_alarm.${kind}[`, "local.alarms[").replaceAll("count.index", "index");
  return evaluated(
    {
      name: "dev-redis",
      nodes: `\${{ for place in range(${nodes}) : tostring(place + 1) => "node-\${place}" }}`,
      alarms: `\${{ for key, _node in local.nodes : key => { alarm_name = "${String(perNode).replace("${each.key}", "${key}")}" } }}`,
    },
    `[for index in range(${inner(count)}) : { name = ${each(alarm_name)}, rule = ${each(alarm_rule)} }]`,
  ) as readonly Composite[];
}

/** The state of a composite alarm whose rule only has ALARM and OR. */
const isInAlarm = ({ rule }: Composite, inAlarm: string): boolean =>
  rule.split(" OR ").some((term) => term === `ALARM(${inAlarm})`);

describeTerraform("an alarm over nodes", () => {
  test.each(kinds)("%s begins with the alarm of each single node, in one of the alarms over 100", (kind) => {
    for (const [nodes, count] of [
      [1, 1],
      [100, 1],
      [101, 2],
      [250, 3],
    ] as const) {
      const composites = compositesOf(kind, nodes);
      expect(composites).toHaveLength(count);
      expect(new Set(composites.map(({ name }) => name)).size).toBe(count);
      for (const { rule } of composites) expect(rule.split(" OR ").length).toBeLessThanOrEqual(100);
      for (let node = 1; node <= nodes; node++) {
        const alarm = `dev-redis-${kind.replaceAll("_", "-")}-${node.toString()}`;
        expect([alarm, composites.filter((one) => isInAlarm(one, alarm)).length]).toEqual([alarm, 1]);
      }
    }
  });
});
