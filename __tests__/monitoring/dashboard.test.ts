import { evaluated } from "../support/console";
import { shardedStack, everyStack } from "../support/stacks";
import { describeTerraform } from "../support/terraform";

interface Widget {
  readonly type: string;
  readonly properties: {
    readonly title?: string;
    readonly alarms?: readonly string[];
    readonly metrics?: readonly unknown[];
  };
}

const alarmTypes = ["metric", "composite"] as const;

/** Every alarm, by what there is one for. */
function alarmsBy(): readonly { readonly name: string; readonly one: "node" | "hundred nodes" | "cache" }[] {
  return alarmTypes.flatMap((type) =>
    Object.entries(shardedStack().resource[`aws_cloudwatch_${type}_alarm`] ?? {}).map(([name, block]) => ({
      name: `${type} ${name}`,
      one: "for_each" in block ? "node" : type === "composite" ? "hundred nodes" : "cache",
    })),
  );
}

/** The dashboard of a cache with shards and so many nodes, as Terraform writes it; an alarm's ARN is its name, and the node's number. */
function widgetsOf(count: number): readonly Widget[] {
  const { locals, resource } = shardedStack();
  const node = (i: number): string => `node-${i + 1}`;
  const nodes = Object.fromEntries(Array.from({ length: count }, (_one, i) => [i + 1, node(i)]));
  const alarms = alarmTypes.flatMap((type) =>
    Object.entries(resource[`aws_cloudwatch_${type}_alarm`] ?? {}).map(([name, block]) => {
      const of = (what: string) => ({ arn: `${type} ${name}${what}` });
      const ofNodes = Object.fromEntries(Object.entries(nodes).map(([place, one]) => [place, of(` ${one}`)]));
      const overNodes = Array.from({ length: Math.ceil(count / 100) }, (_one, i) => of(` ${i}`));
      return [`${type}_${name}`, "for_each" in block ? ofNodes : type === "composite" ? overNodes : of("")];
    }),
  );
  const text = JSON.stringify(locals.dashboard)
    .replaceAll(/aws_cloudwatch_(metric|composite)_alarm\.(\w+)/g, "local.$1_$2")
    .replaceAll(/\bvar\.(\w+)/g, "local.var_$1");
  const numbers = [...text.matchAll(/local\.(var_\w+)/g)].map(([, name = ""]) => [name, 7]);
  const given = {
    ...(Object.fromEntries([...alarms, ...numbers]) as Record<string, unknown>),
    ...{ nodes, runbook: "docs/runbook.md", region: "eu-west-1", replication_group_id: "cache" },
    ...{ backup_fresh_minutes: 120, dashboard: JSON.parse(text) as unknown },
  };
  return (evaluated(given, "local.dashboard") as { readonly widgets: readonly Widget[] }).widgets;
}

// https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/CloudWatch-Dashboard-Body-Structure.html: alarms 1-100, metrics 0-500
// https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/cloudwatch_limits.html: 500 widgets, 2,500 metrics on a dashboard
describeTerraform("the dashboard", () => {
  test.each([2, 20, 90, 250, 251, 500])("of a cache with %d nodes is one that CloudWatch accepts", (count) => {
    const widgets = widgetsOf(count);
    const metrics = widgets.map(({ properties }) => properties.metrics?.length ?? 0);
    expect(Math.max(...metrics)).toBeLessThanOrEqual(500);
    expect(metrics.reduce((sum, one) => sum + one, 0)).toBeLessThanOrEqual(2500);
    expect(widgets.length).toBeLessThanOrEqual(500);
    const alarms = widgets.flatMap(({ type, properties }) => (type === "alarm" ? [properties.alarms?.length] : []));
    expect(alarms).toHaveLength(1);
    expect(alarms[0]).toBeLessThanOrEqual(100);
  });

  test("shows every alarm of a small cache, and of a large one every alarm but some of single nodes", () => {
    const shown = (count: number) => widgetsOf(count).flatMap(({ properties }) => properties.alarms ?? []);
    const inAll = (ends: Readonly<Record<ReturnType<typeof alarmsBy>[number]["one"], readonly string[]>>) =>
      alarmsBy().flatMap(({ name, one }) => ends[one].map((end) => `${name}${end}`));
    const ofTwo = inAll({ node: [" node-1", " node-2"], "hundred nodes": [" 0"], cache: [""] });
    expect([...shown(2)].sort()).toEqual([...ofTwo].sort());
    const ofMany = inAll({ node: [], "hundred nodes": [" 0", " 1", " 2", " 3", " 4"], cache: [""] });
    expect(shown(500)).toEqual(expect.arrayContaining(ofMany));
  });

  test("of every stack names only alarms that it has", () => {
    for (const [stack, synthesize] of Object.entries(everyStack)) {
      const { locals, resource } = synthesize();
      const named = JSON.stringify(locals.dashboard ?? "").matchAll(/aws_cloudwatch_(metric|composite)_alarm\.(\w+)/g);
      for (const [address, type = "", name = ""] of named)
        expect([stack, address, name in (resource[`aws_cloudwatch_${type}_alarm`] ?? {})]).toEqual([
          stack,
          address,
          true,
        ]);
    }
  });
});
