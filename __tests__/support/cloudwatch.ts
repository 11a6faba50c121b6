import type { Block } from "./stacks";

export type AlarmState = "ALARM" | "OK" | "INSUFFICIENT_DATA";

/** What is published of each metric in each period, the oldest first; an empty list is a period without data. */
export type Data = Readonly<Record<string, readonly (readonly number[])[]>>;

export interface Evaluated {
  readonly data: Data;
  /** The state before. @default OK */
  readonly before?: AlarmState;
  /** Values of Terraform variables that thresholds refer to. */
  readonly variables?: Readonly<Record<string, unknown>>;
  /** The period from which on `EPOCH` is later than the time in the expression. @default 0 */
  readonly countsFrom?: number;
}

interface Query {
  readonly id: string;
  readonly expression?: string;
  readonly return_data?: boolean;
  readonly metric?: { readonly metric_name: string; readonly stat: string };
}

type Series = readonly (number | undefined)[];

/**
 * The state of a metric alarm after the last period, by CloudWatch's rules for M out of N datapoints and for missing data.
 *
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarm-evaluation.html
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarms-and-missing-data.html
 */
export function stateOf(alarm: Block, evaluated: Evaluated): AlarmState {
  const { before = "OK", variables = {} } = evaluated;
  const periods = Number(alarm.evaluation_periods);
  const toAlarm = Number(alarm.datapoints_to_alarm ?? periods);
  const isBreaching = comparison(String(alarm.comparison_operator), numberOf(alarm.threshold, variables));
  // The evaluation range is wider than the evaluation periods; two more in the examples of the documentation.
  const range = seriesOf(alarm, evaluated).slice(-(periods + 2));
  const real = range.filter((value) => value !== undefined).slice(-periods);
  const breaching = real.filter(isBreaching).length;
  const missing = periods - real.length;
  switch (alarm.treat_missing_data ?? "missing") {
    case "breaching":
      return breaching + missing >= toAlarm ? "ALARM" : "OK";
    case "notBreaching":
      return breaching >= toAlarm ? "ALARM" : "OK";
    case "ignore":
      if (breaching >= toAlarm) return "ALARM";
      return breaching === real.length ? before : "OK";
    case "missing": {
      if (real.length === 0) return "INSUFFICIENT_DATA";
      if (breaching >= toAlarm) return "ALARM";
      if (breaching < real.length) return "OK";
      // "Avoiding premature transitions to alarm state": the oldest breaching datapoint is at least as old as this.
      const age = range.length - range.findIndex((value) => value !== undefined);
      return age >= toAlarm ? "ALARM" : before;
    }
    default:
      throw new Error(`CloudWatch does not know ${String(alarm.treat_missing_data)}.`);
  }
}

function comparison(operator: string, threshold: number): (value: number) => boolean {
  switch (operator) {
    case "GreaterThanThreshold":
      return (value) => value > threshold;
    case "GreaterThanOrEqualToThreshold":
      return (value) => value >= threshold;
    case "LessThanThreshold":
      return (value) => value < threshold;
    case "LessThanOrEqualToThreshold":
      return (value) => value <= threshold;
    default:
      throw new Error(`CloudWatch does not know ${operator}.`);
  }
}

/** A number, or a Terraform expression of one variable and at most one factor. */
export function numberOf(value: unknown, variables: Readonly<Record<string, unknown>>): number {
  if (typeof value === "number") return value;
  const [, name = "", factor = "1"] = /^\$\{var\.(\w+)(?: \* (\d+))?\}$/.exec(String(value)) ?? [];
  const known = variables[name];
  if (typeof known !== "number") throw new Error(`This threshold has no value here: ${String(value)}`);
  return known * Number(factor);
}

function seriesOf(alarm: Block, { data, countsFrom = 0 }: Evaluated): Series {
  const queries = alarm.metric_query as readonly Query[] | undefined;
  if (queries === undefined) return ofMetric(data, String(alarm.metric_name), String(alarm.statistic));
  const byId = new Map(
    queries.flatMap(({ id, metric }) =>
      metric ? [[id, ofMetric(data, metric.metric_name, metric.stat)] as const] : [],
    ),
  );
  const [result, ...others] = queries.filter(({ return_data = false }) => return_data);
  if (result?.expression === undefined || others.length > 0) throw new Error("An alarm evaluates one expression.");
  const periods = Math.max(...[...byId.values()].map(({ length }) => length));
  const series = (id: string): Series => {
    const found = byId.get(id);
    if (found === undefined) throw new Error(`No metric has the id ${id}.`);
    return found;
  };
  // With data or without any, IF has a value where its condition holds.
  const expected = /^IF\(EPOCH\((\w+)\) > [^]*, \1, \1\)$/.exec(result.expression)?.[1];
  if (expected !== undefined)
    return Array.from({ length: periods }, (_one, i) => series(expected)[i] ?? (i >= countsFrom ? 0 : undefined));
  const filled = result.expression.split(" + ").map((term) => /^FILL\((\w+), 0\)$/.exec(term)?.[1]);
  return Array.from({ length: periods }, (_one, i) =>
    filled.reduce((sum, id) => {
      if (id === undefined) throw new Error(`It is not written here what this is: ${String(result.expression)}`);
      return sum + (series(id)[i] ?? 0);
    }, 0),
  );
}

const ofMetric = (data: Data, name: string, statistic: string): Series =>
  (data[name] ?? []).map((values) => (values.length === 0 ? undefined : statisticOf(values, statistic)));

function statisticOf(values: readonly number[], statistic: string): number {
  switch (statistic) {
    case "Minimum":
      return Math.min(...values);
    case "Maximum":
      return Math.max(...values);
    case "Sum":
      return values.reduce((sum, value) => sum + value, 0);
    case "SampleCount":
      return values.length;
    default:
      throw new Error(`CloudWatch does not know ${statistic}.`);
  }
}
