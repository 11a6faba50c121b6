import { cacheStacks, evaluatedArguments, type Given } from "../support/expressions";
import type { Block, Synthesized } from "../support/stacks";
import { describeTerraform } from "../support/terraform";

// The dashboard and the alarms say the same of a metric. What else the dashboard shows: dashboard.test.ts.

interface Properties {
  readonly title: string;
  readonly metrics: unknown;
  readonly stat: string;
  readonly period: number;
  readonly view: string;
  readonly annotations?: { readonly horizontal: readonly { readonly label: string; readonly value: unknown }[] };
}

/** Different from each other and from what a default or another variable would make of them, in each unit. */
const given: Given = {
  "var.memory_usage_limit_percent": 61,
  "var.swap_usage_limit_mib": 67,
  "var.evictions_limit": 71,
  "var.replication_lag_limit_seconds": 73,
  "var.backup_shrink_limit_percent": 43,
  "var.manual_backup_max_age_days": 47,
  "var.restore_test_max_age_days": 53,
  "var.rto_target_minutes": 59,
  "var.rpo_target_hours": 37,
  "var.backup_max_duration_minutes": 41,
};

const widgetsOf = ({ locals }: Synthesized): readonly Properties[] =>
  (
    locals.dashboard as { readonly widgets: readonly { readonly type: string; readonly properties: Properties }[] }
  ).widgets
    .filter(({ type }) => type === "metric")
    .map(({ properties }) => properties);

/** The metrics that a widget shows, and what their values are divided by. */
function linesOf({ metrics }: Properties): readonly { readonly metric: string; readonly divisor: number }[] {
  const text = JSON.stringify(metrics).replaceAll('\\"', '"');
  const names = [...text.matchAll(/"(?:AWS\/ElastiCache|ElastiCacheBackups)",\s*"(\w+)"/g)].map(
    ([, name = ""]) => name,
  );
  const [, divisor = "1"] = /"m(?:\d+|%d) \/ (\d+)"/.exec(text) ?? [];
  return [...new Set(names)].map((metric) => ({ metric, divisor: Number(divisor) }));
}

interface Limit {
  readonly statistic: string;
  readonly period: number;
  readonly threshold: number;
  readonly isPerNode: boolean;
}

/** What raises the alarm on each metric. Those of metric math have one metric of the stack's own, and are raised below 1. */
function limitsOf(stack: Synthesized): ReadonlyMap<string, Limit> {
  const alarms = Object.values(stack.resource.aws_cloudwatch_metric_alarm ?? {}).flatMap((block: Block) => {
    const queries = (block.metric_query ?? []) as readonly { readonly metric?: Block }[];
    const metric = block.metric_name === undefined ? queries.find((one) => one.metric !== undefined)?.metric : block;
    if (metric === undefined || metric.namespace === "AWS/States") return [];
    return [{ block, metric }];
  });
  const thresholds = evaluatedArguments(alarms.map(({ block }) => ({ stack, given, argument: block.threshold })));
  return new Map(
    alarms.map(({ block, metric }, i) => [
      String(metric.metric_name),
      {
        statistic: String(metric.statistic ?? metric.stat),
        period: Number(metric.period),
        threshold: Number(thresholds[i]),
        isPerNode: block.for_each !== undefined,
      },
    ]),
  );
}

/** The age of the newest backup has no alarm of its own: the check says whether it is too old. */
const oldestBackup = ({ locals }: Synthesized): unknown => locals.backup_fresh_minutes;

describeTerraform.each(Object.entries(cacheStacks))("the dashboard of %s", (_name, synthesize) => {
  const stack = synthesize();
  const widgets = widgetsOf(stack);
  let known: ReadonlyMap<string, Limit> | undefined;
  const limits = (): ReadonlyMap<string, Limit> => {
    if (known !== undefined) return known;
    const [minutes] = evaluatedArguments([{ stack, given, argument: oldestBackup(stack) }]);
    const newest = { statistic: "Maximum", period: 900, threshold: Number(minutes) / 60, isPerNode: false };
    return (known = new Map([...limitsOf(stack), ["SnapshotAgeHours", newest]]));
  };
  /** The limits of what a widget shows, in its unit. A count that may not be above 0 is drawn where it is not any more. */
  const expected = (widget: Properties): readonly number[] => {
    const values = linesOf(widget).flatMap(({ metric, divisor }) => {
      const limit = limits().get(metric);
      return limit === undefined ? [] : [limit.threshold === 0 ? 1 : limit.threshold / divisor];
    });
    return [...new Set(values)].sort((a, b) => a - b);
  };

  test("draws the limits where the alarms have them, in the unit of the chart", () => {
    const charts = widgets.filter(({ view }) => view === "timeSeries");
    const drawn = evaluatedArguments(
      charts.map(({ annotations }) => ({
        stack,
        given,
        argument: annotations?.horizontal.map(({ value }) => value) ?? [],
      })),
    );
    const found = Object.fromEntries(
      charts.map(({ title }, i) => [title, (drawn[i] as readonly number[]).map(Number).sort((a, b) => a - b)]),
    );
    expect(found).toEqual(Object.fromEntries(charts.map((chart) => [chart.title, expected(chart)])));
    expect(Object.values(found).flat().length).toBeGreaterThan(10);
  });

  test("names the limit of a number as the alarm has it, in the unit of the number", () => {
    const tiles = widgets.filter(({ view, title }) => view === "singleValue" && title.includes("${"));
    const titles = evaluatedArguments(tiles.map(({ title }) => ({ stack, given, argument: title }))).map(String);
    const named = titles.map((title) => [title, Number(/\((?:limit|target) ([\d.]+)\)$/.exec(title)?.[1])]);
    expect(named.map(([, value]) => value as number)).toEqual(
      tiles.map((tile) => expect.closeTo(expected(tile)[0] ?? NaN, 6) as number),
    );
    expect(tiles).toHaveLength(5);
  });

  test("shows the statistic that the alarm looks at: another one stays below its limit while people are woken", () => {
    const statistics = widgets.flatMap((widget) =>
      linesOf(widget).flatMap(({ metric }) => {
        const limit = limits().get(metric);
        return limit === undefined ? [] : [[widget.title, metric, widget.stat, limit.statistic] as const];
      }),
    );
    expect(statistics.length).toBeGreaterThan(15);
    expect(statistics.filter(([, , shown, watched]) => shown !== watched)).toEqual([]);
  });

  test("shows the latest value as often as the check publishes it, and nodes as their alarms look at them", () => {
    const check = String(stack.resource.aws_scheduler_schedule?.backup_check?.schedule_expression);
    const seconds = Number(/^rate\((\d+) minutes\)$/.exec(check)?.[1]) * 60;
    const tiles = widgets.filter(({ view }) => view === "singleValue");
    expect(tiles.map(({ title, period }) => [title, period])).toEqual(tiles.map(({ title }) => [title, seconds]));
    for (const widget of widgets)
      for (const { metric } of linesOf(widget)) {
        const limit = limits().get(metric);
        const period = limit?.isPerNode === true ? limit.period : widget.period;
        expect([widget.title, widget.period]).toEqual([widget.title, period]);
      }
  });

  test('has 1 as good in the title, and the limit as "alarm below", exactly where the alarm begins below 1', () => {
    const isFromBelow = (metric: string): boolean =>
      Object.values(stack.resource.aws_cloudwatch_metric_alarm ?? {}).some(
        (block) => block.comparison_operator === "LessThanThreshold" && JSON.stringify(block).includes(`"${metric}"`),
      );
    const found = widgets.map((widget) => {
      const { title, annotations } = widget;
      const [, one] = / \((\d) = (?:yes|success)\)$/.exec(title) ?? [];
      const labels = annotations?.horizontal.map(({ label }) => label) ?? [];
      return { title, one, isBelow: labels.length === 0 ? one !== undefined : labels.includes("alarm below") };
    });
    const expected = widgets.map((widget) => {
      const isBelow = linesOf(widget).some(({ metric }) => isFromBelow(metric));
      return { title: widget.title, one: isBelow ? "1" : undefined, isBelow };
    });
    expect(found).toEqual(expected);
    expect(expected.filter(({ isBelow }) => isBelow)).toHaveLength(2);
  });

  test("has no chart of numbers that are counted in different units", () => {
    const definitions = Object.values(stack.resource.aws_sfn_state_machine ?? {}).map(({ definition }) =>
      String(definition),
    );
    const unitOf = (metric: string): string | undefined => {
      const unit = new RegExp(`MetricName\\W+${metric}\\W.{0,150}?Unit\\W+(\\w+)`);
      return definitions.flatMap((text) => unit.exec(text)?.[1] ?? [])[0];
    };
    const own = widgets.filter(({ metrics }) => JSON.stringify(metrics).includes("ElastiCacheBackups"));
    const units = own.map((widget) => [
      widget.title,
      [...new Set(linesOf(widget).map(({ metric }) => unitOf(metric)))],
    ]);
    expect(units.filter(([, found]) => found?.length !== 1 || found[0] === undefined)).toEqual([]);
    expect(own.length).toBeGreaterThan(10);
  });
});
