import { evaluated } from "../support/console";
import { shardedStack, everyStack } from "../support/stacks";
import { describeTerraform } from "../support/terraform";

interface Widget {
  readonly type: string;
  readonly properties: {
    readonly title?: string;
    readonly alarms?: readonly string[];
    readonly metrics?: readonly (readonly unknown[])[];
    readonly view?: string;
    readonly sparkline?: boolean;
    readonly annotations?: { readonly horizontal: readonly { readonly label: string; readonly value: number }[] };
    readonly markdown?: string;
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
function widgetsOf(count: number, runbook = "docs/runbook.md"): readonly Widget[] {
  const known = written.get(`${count} ${runbook}`) ?? writtenWith(count, runbook);
  written.set(`${count} ${runbook}`, known);
  return known;
}
const written = new Map<string, readonly Widget[]>();

function writtenWith(count: number, runbook: string): readonly Widget[] {
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
    ...{ nodes, runbook, region: "eu-west-1", replication_group_id: "cache" },
    ...{ backup_fresh_minutes: 120, dashboard: JSON.parse(text) as unknown },
  };
  return (evaluated(given, "local.dashboard") as { readonly widgets: readonly Widget[] }).widgets;
}

interface Options {
  readonly id?: string;
  readonly label?: string;
  readonly expression?: string;
  readonly visible?: boolean;
}

interface Line {
  readonly metric: string;
  readonly label: string | undefined;
  /** What the value of the metric is divided by. */
  readonly divisor: number;
}

/** The lines that CloudWatch draws: metrics that are visible, and expressions of others. */
function shownBy(metrics: readonly (readonly unknown[])[]): readonly Line[] {
  const entries = metrics.map((entry) => ({ entry, options: entry.at(-1) as Options }));
  const metricWith = (id: string | undefined): string => {
    const [found, ...others] = entries.filter(({ options }) => options.id === id);
    if (found === undefined || others.length > 0) throw new Error(`CloudWatch takes each id once: ${String(id)}`);
    return String(found.entry[1]);
  };
  return entries.flatMap(({ entry, options: { visible = true, expression, label } }): Line[] => {
    if (!visible) return [];
    if (expression === undefined) return [{ metric: String(entry[1]), label, divisor: 1 }];
    const [, id, divisor] = /^(\w+) \/ (\d+)$/.exec(expression) ?? [];
    return [{ metric: metricWith(id), label, divisor: Number(divisor) }];
  });
}

/** What a value has to be divided by so that it is in the unit that the title promises. */
function divisorOf(title: string, metric: string): number {
  const bytes: Readonly<Record<string, number>> = { GiB: 1024 ** 3, MiB: 1024 ** 2 };
  const [unit = ""] = /\b(?:GiB|MiB|minutes(?= \(|\)|$)|hours|seconds|%)/.exec(title) ?? [];
  if (unit in bytes) return bytes[unit] ?? 1;
  return unit === "minutes" && metric.endsWith("Seconds") ? 60 : 1;
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

  test("shows every value in the unit of its title, and each line once, with a label", () => {
    const lines = widgetsOf(2).flatMap(({ properties: { title = "", metrics = [] } }) =>
      shownBy(metrics).map((line) => ({ title, ...line })),
    );
    expect(lines.filter(({ label }) => label === undefined || label === "")).toEqual([]);
    const wrong = lines.filter(({ title, metric, divisor }) => divisor !== divisorOf(title, metric));
    expect(wrong).toEqual([]);
    const inTitles = (title: string): readonly string[] =>
      lines.filter((line) => line.title === title).map(({ label }) => String(label));
    expect(inTitles("Durations (minutes)")).toEqual(["backup", "restore (RTO)"]);
    expect(inTitles("Freeable memory (GiB)")).toEqual(["node-1", "node-2"]);
    expect(inTitles("Evictions in 5 minutes")).toEqual(["node-1", "node-2"]);
  });

  test("shows the latest of each number that has a limit with its course, and draws limits into charts", () => {
    const seenAs = (of: string): readonly Widget[] => widgetsOf(2).filter(({ properties: { view } }) => view === of);
    const [tiles, charts] = [seenAs("singleValue"), seenAs("timeSeries")];
    expect(tiles.map(({ properties: { sparkline } }) => sparkline)).toEqual(Array.from({ length: 6 }, () => true));
    const drawn = charts.flatMap(({ properties: { title, annotations } }) =>
      annotations === undefined ? [] : [[title, annotations.horizontal] as const],
    );
    expect(drawn.length).toBeGreaterThan(8);
    // CloudWatch has no empty list of lines in its schema.
    for (const [title, limits] of drawn) {
      expect([title, limits.length]).toEqual([title, title?.includes("manual backup and restore test") ? 2 : 1]);
      for (const { label, value } of limits) expect([title, label, typeof value]).toEqual([title, label, "number"]);
    }
    const without = charts.filter(({ properties: { annotations } }) => annotations === undefined);
    expect(without.map(({ properties: { title } }) => title)).toEqual([
      "Size of the latest backup (GiB)",
      "Keys without expiry in the last restore test",
      "Freeable memory (GiB)",
      "Backup in progress",
    ]);
  });

  test("links the page of each alarm, or says which variable is needed for that", () => {
    const text = (runbook: string): string =>
      widgetsOf(2, runbook)
        .map(({ properties: { markdown = "" } }) => markdown)
        .join("");
    const linked = text("https://example.com/runbook");
    const pages = Object.keys(shardedStack().resource.aws_cloudwatch_metric_alarm ?? {}).map((name) =>
      name.replaceAll("_", "-"),
    );
    for (const page of pages) expect(linked).toContain(`[${page}](https://example.com/runbook#${page})`);
    expect(text("docs/runbook.md")).toBe(
      "### cache\nRunbook: docs/runbook.md. Set runbook_base_url to link its pages here and in alarms.",
    );
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
