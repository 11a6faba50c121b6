import { expression } from "../terraform/expression";
import { awsSdk, retryTransient } from "./definition";

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
}

/** A Task state that publishes metrics of the replication group; give it `Next` or `End`. */
export const publishMetrics = (metrics: readonly Metric[]) =>
  publishData(
    metrics.map(({ name, value, unit }) => ({
      MetricName: name,
      Dimensions: [{ Name: dimension, Value: expression("local.replication_group_id") }],
      Value: value,
      Unit: unit,
    })),
  );

/** The same for data of one's own. */
export const publishData = (data: readonly object[]) => ({
  Type: "Task",
  Resource: awsSdk("cloudwatch", "putMetricData"),
  Arguments: { Namespace: namespace, MetricData: data },
  Retry: [retryTransient("CloudWatch")],
});

/** What a role needs to publish them. PutMetricData has no resources, so the namespace is the bound. */
export const mayPublishMetrics = {
  sid: "PublishMetrics",
  actions: ["cloudwatch:PutMetricData"],
  resources: ["*"],
  condition: [{ test: "StringEquals", variable: "cloudwatch:namespace", values: [namespace] }],
};
