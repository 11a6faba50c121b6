import { ExecutionError } from "../machine";
import { metricsOf, type Holding } from "../node-metrics";
import type { Answers } from "./service";

export interface CloudWatchGiven {
  /** What the nodes report. */
  readonly holding?: Holding;
}

/** @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricData.html */
export function cloudwatch(given: CloudWatchGiven) {
  const published: Record<string, number[]> = {};
  const answers: Answers = {
    putMetricData: ({ MetricData }) => {
      const data = MetricData as readonly { MetricName: string; Value: number }[];
      if (data.length === 0) throw new ExecutionError("CloudWatch.MissingRequiredParameterException", "no MetricData");
      for (const { MetricName, Value } of data) (published[MetricName] ??= []).push(Value);
      return {};
    },
    getMetricData: (args) => metricsOf(args, given.holding ?? (() => undefined)),
  };
  return { answers, published };
}
