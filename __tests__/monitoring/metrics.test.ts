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

interface Watched {
  readonly namespace: string;
  readonly metric_name: string;
  readonly dimensions: Readonly<Record<string, string>>;
}

/** Every metric that an alarm looks at. */
const watchedBy = (alarm: Block): readonly Watched[] => [
  ...(alarm.metric_name === undefined ? [] : [alarm as unknown as Watched]),
  ...((alarm.metric_query ?? []) as readonly { readonly metric?: Watched }[]).flatMap(({ metric }) => metric ?? []),
];

/**
 * The metrics of AWS itself, each under the dimensions that it has one value for.
 *
 * @see https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/CacheMetrics.html
 * @see https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-available-cloudwatch-metrics.html
 * @see https://docs.aws.amazon.com/step-functions/latest/dg/procedure-cw-metrics.html
 */
const ofAws: Readonly<
  Record<string, readonly [dimensions: Readonly<Record<string, RegExp>>, metrics: readonly string[]]>
> = {
  "AWS/ElastiCache": [
    { CacheClusterId: /^\$\{each\.value\}$/, CacheNodeId: /^0001$/ },
    ["DatabaseMemoryUsagePercentage", "Evictions", "ReplicationLag", "SwapUsage"],
  ],
  "AWS/SQS": [{ QueueName: /./ }, ["ApproximateNumberOfMessagesVisible"]],
  "AWS/States": [{ StateMachineArn: /./ }, ["ExecutionsAborted", "ExecutionsFailed", "ExecutionsTimedOut"]],
};

test.each(withAlarms)(
  "%s: alarms on metrics of AWS look at those that AWS publishes, of one thing each",
  (_name, synthesize) => {
    const alarms = Object.entries(synthesize().resource.aws_cloudwatch_metric_alarm ?? {});
    const all = alarms.flatMap(([name, alarm]) => watchedBy(alarm).map((metric) => [name, metric] as const));
    for (const [name, { namespace, metric_name, dimensions }] of all.filter(([, one]) => one.namespace !== ours)) {
      const [known = {}, metrics = []] = ofAws[namespace] ?? [];
      expect([name, namespace, metric_name, Object.keys(dimensions)]).toEqual([
        name,
        namespace,
        metrics.find((one) => one === metric_name),
        Object.keys(known),
      ]);
      for (const [dimension, form] of Object.entries(known))
        expect([name, dimensions[dimension]]).toEqual([name, expect.stringMatching(form)]);
    }
  },
);

// https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/CacheMetrics.Redis.html
test.each(withAlarms)(
  "%s: state machines read the metrics of nodes under the node id that each has, 0001",
  (_name, synthesize) => {
    const definitions = Object.values(synthesize().resource.aws_sfn_state_machine ?? {});
    const ids = definitions.flatMap(({ definition }) =>
      [...String(definition).matchAll(/'Name': 'CacheNodeId', 'Value': '([^']*)'/g)].map(([, id]) => id),
    );
    expect(ids).toEqual(ids.map(() => "0001"));
    // Only restore tests do, and the policy has none.
    expect(ids.length > 0).toBe("aws_elasticache_replication_group" in synthesize().resource);
  },
);
