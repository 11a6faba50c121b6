import { stacks, type Block } from "../support/stacks";

interface Query {
  readonly metric?: { readonly namespace: string; readonly metric_name: string };
}

const ours = "ElastiCacheBackups";

/** The metrics that alarms wait for, of those that our own state machines publish. */
const awaited = (alarms: Readonly<Record<string, Block>>): string[] =>
  Object.values(alarms).flatMap(({ namespace, metric_name, metric_query }) => [
    ...(namespace === ours ? [metric_name as string] : []),
    ...((metric_query ?? []) as Query[]).flatMap(({ metric }) =>
      metric?.namespace === ours ? metric.metric_name : [],
    ),
  ]);

/** The vault has no alarms: its alerts are events. */
const withAlarms = Object.entries(stacks).filter(([, stack]) => "aws_cloudwatch_metric_alarm" in stack().resource);

describe.each(withAlarms)("%s", (_name, synthesize) => {
  const { resource } = synthesize();
  const definitions = Object.values(resource.aws_sfn_state_machine ?? {}).map(({ definition }) => definition as string);

  test("publishes every metric of its own that an alarm waits for: an alarm on another one never fires, or always", () => {
    const metrics = awaited(resource.aws_cloudwatch_metric_alarm ?? {});
    expect(metrics.length).toBeGreaterThan(0);
    // As a plain state, or as JSONata puts it together.
    const published = (metric: string): boolean =>
      definitions.some(
        (text) => text.includes(`"MetricName":"${metric}"`) || text.includes(`'MetricName': '${metric}'`),
      );
    expect(metrics.filter((metric) => !published(metric))).toEqual([]);
  });
});
