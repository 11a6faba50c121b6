/** A node group of one shard, as DescribeReplicationGroups answers. */
export const shardOf = (...nodes: readonly string[]) => [
  {
    NodeGroupId: "0001",
    PrimaryEndpoint: { Address: `master.${nodes[0] ?? ""}`, Port: 6379 },
    NodeGroupMembers: nodes.map((CacheClusterId) => ({ CacheClusterId })),
  },
];

interface Query {
  readonly Id: string;
  readonly MetricStat: {
    readonly Metric: {
      readonly Namespace: string;
      readonly MetricName: string;
      readonly Dimensions: readonly { readonly Name: string; readonly Value: string }[];
    };
    readonly Period: number;
    readonly Stat: string;
  };
}

/**
 * All keys of a node and those of them that expire, at a moment in milliseconds, and their average time to live in seconds (600 by
 * default); nothing where it reported nothing.
 */
export type Holding = (
  node: string,
  at: number,
) => readonly [keys: number, expiring: number, ttlSeconds?: number] | undefined;

/**
 * What GetMetricData answers: a statistic of the samples of each minute of a period, at its beginning. What a node holds at the beginning is
 * that of the whole period.
 *
 * @throws on a query of what nodes do not publish: CloudWatch answers it without points, as if the node had reported nothing.
 */
export function metricsOf(args: Readonly<Record<string, unknown>>, holding: Holding) {
  const [start, end] = [args.StartTime, args.EndTime].map((time) => Date.parse(String(time)));
  return {
    MetricDataResults: (args.MetricDataQueries as readonly Query[]).map(
      ({ Id, MetricStat: { Metric, Period, Stat } }) => {
        const samples = Period / 60;
        if (!Number.isInteger(samples) || samples < 1)
          throw new Error(`${Id} has a Period of ${Period} seconds, and nodes report every 60.`);
        const node = nodeOf(Metric);
        const [Timestamps, Values]: [string[], number[]] = [[], []];
        const step = Period * 1000;
        for (let at = Math.floor((start ?? 0) / step) * step; at < (end ?? 0); at += step) {
          const held = holding(node, at);
          if (held === undefined) continue;
          Timestamps.unshift(new Date(at).toISOString());
          Values.unshift(statisticOf(Stat, valueOf(Metric.MetricName, held), samples));
        }
        return { Id, Timestamps, Values, StatusCode: "Complete" };
      },
    ),
  };
}

/** @throws on one that nothing here asks for: with equal samples, a maximum would pass for an average. */
function statisticOf(stat: string, value: number, samples: number): number {
  switch (stat) {
    case "Average":
      return value;
    case "Sum":
      return value * samples;
    default:
      throw new Error(`The tests cannot compute the statistic ${stat} of a metric of a node.`);
  }
}

/**
 * The node that a metric is of.
 *
 * @see https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/CacheMetrics.html the namespace and the dimensions
 */
function nodeOf({ Namespace, MetricName, Dimensions }: Query["MetricStat"]["Metric"]): string {
  const { CacheClusterId, CacheNodeId, ...others } = Object.fromEntries(
    Dimensions.map(({ Name, Value }) => [Name, Value]),
  );
  if (Namespace !== "AWS/ElastiCache" || CacheNodeId !== "0001" || Object.keys(others).length > 0)
    throw new Error(
      `CloudWatch has no ${MetricName} of a node in ${Namespace} with the dimensions ${JSON.stringify(Dimensions)}.`,
    );
  return CacheClusterId ?? "";
}

function valueOf(metric: string, [keys, expiring, ttlSeconds = 600]: readonly [number, number, number?]): number {
  switch (metric) {
    case "CurrItems":
      return keys;
    case "CurrVolatileItems":
      return expiring;
    case "BytesUsedForCache":
      return keys * 100;
    case "DB0AverageTTL":
      return expiring > 0 ? ttlSeconds * 1000 : 0;
    default:
      throw new Error(`The tests know of no metric ${metric} of a node.`);
  }
}
