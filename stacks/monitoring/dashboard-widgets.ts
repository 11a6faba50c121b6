import { expression } from "../terraform/expression";
import { cacheId } from "../terraform/names";
import { dimension, namespace } from "../workflows/metrics";
import { nodeMetrics } from "./metrics";

/** A unit that people read, and how many of the metric's own units it has. */
export interface Unit {
  readonly name: string;
  readonly of: number;
}

export const hours: Unit = { name: "hours", of: 1 };
export const minutes: Unit = { name: "minutes", of: 60 };
export const mebibytes: Unit = { name: "MiB", of: 1024 ** 2 };
export const gibibytes: Unit = { name: "GiB", of: 1024 ** 3 };

/** A line that is drawn where people are alerted; its value is a Terraform expression in the unit of the chart. */
export interface Limit {
  readonly label: string;
  readonly value: string | number;
}

type Line = readonly [metric: string, label: string];

/**
 * Metrics of the backups, in a unit that people read.
 *
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/CloudWatch-Dashboard-Body-Structure.html
 */
export const ofBackups = (unit: Unit | undefined, ...lines: readonly Line[]): unknown =>
  lines.flatMap(([metric, label], i): unknown[][] => {
    const source = [namespace, metric, dimension, cacheId];
    if (unit === undefined || unit.of === 1) return [[...source, { label }]];
    return [[...source, { id: `m${i}`, visible: false }], [{ expression: `m${i} / ${unit.of}`, label, id: `e${i}` }]];
  });

/**
 * The most nodes that a chart draws. A widget holds 500 metrics and expressions, and in another unit each node takes two; a dashboard
 * holds 2,500 metrics.
 *
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/CloudWatch-Dashboard-Body-Structure.html
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/cloudwatch_limits.html
 */
const mostNodes = 250;

/** A metric of every node, or of the first 250, in a unit that people read. */
export function ofNodes(metric: string, unit?: Unit): string {
  const dimensions = Object.entries(nodeMetrics.dimensions("node")).map(
    ([name, value]) => `"${name}", ${value === "node" ? value : `"${value}"`}`,
  );
  const source = `"${nodeMetrics.namespace}", "${metric}", ${dimensions.join(", ")}`;
  const nodes = `chunklist(values(local.nodes), ${mostNodes})[0]`;
  if (unit === undefined) return expression(`[for node in ${nodes} : [${source}, { label = node }]]`);
  return expression(
    [
      `concat([for i, node in ${nodes} : [${source}, { id = format("m%d", i), visible = false }]]`,
      `[for i, node in ${nodes} : [{ expression = format("m%d / ${unit.of}", i), label = node, id = format("e%d", i) }]])`,
    ].join(", "),
  );
}

/** One number, the latest, with what it may be in its title. */
export const tile = (title: string, metrics: unknown, stat: "Minimum" | "Maximum") => ({
  title,
  metrics,
  stat,
  // The check publishes every 15 minutes.
  period: 900,
  region: expression("local.region"),
  view: "singleValue",
  sparkline: true,
});

export interface Chart {
  readonly title: string;
  readonly metrics: unknown;
  readonly stat: "Minimum" | "Maximum" | "Sum";
  readonly period: number;
  /** Where people are alerted, drawn in. @default - nobody is alerted of it */
  readonly limits?: readonly Limit[];
}

export const chart = ({ title, metrics, stat, period, limits = [] }: Chart) => ({
  title,
  metrics,
  stat,
  period,
  region: expression("local.region"),
  view: "timeSeries",
  ...(limits.length > 0 && { annotations: { horizontal: limits } }),
});
