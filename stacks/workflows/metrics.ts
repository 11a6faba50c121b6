import { cacheId } from "../terraform/names";
import { call } from "./call";
import { jsonata } from "./definition";
import type { Call } from "./states";

/** Where the metrics of backups are: CloudWatch has none of its own for them. */
export const namespace = "ElastiCacheBackups";

/** The one dimension of each of them; its value is the id of the replication group. */
export const dimension = "ReplicationGroupId";

/** What a state machine publishes, by name; each is one number. */
export interface Metric {
  readonly name: string;
  /** A number, or a JSONata expression (`{% … %}`) of one. */
  readonly value: number | string;
  /** @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_MetricDatum.html */
  readonly unit: "None" | "Count" | "Seconds" | "Bytes";
  /** How many seconds before now it is for. @default 0 */
  readonly secondsAgo?: number;
}

/** A Task state that publishes metrics of the replication group; give it `Next` or `End`. */
export const publishMetrics = (metrics: readonly Metric[]) =>
  publishData(
    metrics.map(({ name, value, unit, secondsAgo = 0 }) => ({
      MetricName: name,
      Dimensions: [{ Name: dimension, Value: cacheId }],
      Value: value,
      Unit: unit,
      ...(secondsAgo > 0 && { Timestamp: jsonata(`$fromMillis($millis() - ${secondsAgo * 1000})`) }),
    })),
  );

/** The same for data that JSONata has put together of `datum`. */
export const publishData = (data: readonly object[] | string): Call =>
  call({
    service: "cloudwatch",
    action: "putMetricData",
    arguments: { Namespace: namespace, MetricData: data },
    // PutMetricData has no resources, so the namespace is the bound.
    resources: ["*"],
    conditions: [{ test: "StringEquals", variable: "cloudwatch:namespace", values: [namespace] }],
  });

/** One metric as JSONata; without a `Value` where the expression `value` finds nothing. */
export const datum = (name: string, unit: Metric["unit"], value: string): string =>
  `{'MetricName': '${name}', 'Dimensions': [ {'Name': '${dimension}', 'Value': '${cacheId}'} ], 'Unit': '${unit}', 'Value': ${value}}`;
