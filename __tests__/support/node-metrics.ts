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
      readonly MetricName: string;
      readonly Dimensions: readonly { readonly Name: string; readonly Value: string }[];
    };
    readonly Period: number;
  };
}

/** All keys of a node and those of them that expire, at a moment in milliseconds; nothing where it reported nothing. */
export type Holding = (node: string, at: number) => readonly [keys: number, expiring: number] | undefined;

/** What GetMetricData answers: a value at the beginning of each period. */
export function metricsOf(args: Readonly<Record<string, unknown>>, holding: Holding) {
  const [start, end] = [args.StartTime, args.EndTime].map((time) => Date.parse(String(time)));
  return {
    MetricDataResults: (args.MetricDataQueries as readonly Query[]).map(({ Id, MetricStat: { Metric, Period } }) => {
      const node = Metric.Dimensions.find(({ Name }) => Name === "CacheClusterId")?.Value ?? "";
      const [Timestamps, Values]: [string[], number[]] = [[], []];
      const step = Period * 1000;
      for (let at = Math.floor((start ?? 0) / step) * step; at < (end ?? 0); at += step) {
        const held = holding(node, at);
        if (held === undefined) continue;
        Timestamps.unshift(new Date(at).toISOString());
        Values.unshift(valueOf(Metric.MetricName, held));
      }
      return { Id, Timestamps, Values, StatusCode: "Complete" };
    }),
  };
}

function valueOf(metric: string, [keys, expiring]: readonly [number, number]): number {
  switch (metric) {
    case "CurrItems":
      return keys;
    case "CurrVolatileItems":
      return expiring;
    case "BytesUsedForCache":
      return keys * 100;
    default:
      return expiring > 0 ? 600_000 : 0;
  }
}
