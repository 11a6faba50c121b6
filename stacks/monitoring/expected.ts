import type { CloudwatchMetricAlarmConfig } from "@cdktf/provider-aws/lib/cloudwatch-metric-alarm";
import { unixSeconds } from "../terraform/epoch";
import { expression } from "../terraform/expression";
import type { StateMachine } from "../workflows/state-machine";

/** How long after the creation of a state machine missing data is not counted yet. */
const grace = "1h";

export interface ExpectedProps {
  readonly namespace: string;
  readonly metricName: string;
  readonly dimensions: Readonly<Record<string, string>>;
  /** A statistic that is at least 1 while all is well. */
  readonly stat: "Minimum" | "SampleCount";
  /** In seconds. */
  readonly period: number;
  /** The state machine that publishes the metric. */
  readonly publisher: StateMachine;
  readonly label: string;
}

/**
 * An alarm for what must be published again and again: it is raised below 1, and a period without data counts as 0, so that a publisher
 * which has stopped, or never worked, is noticed. Only periods that begin in the first hour stay missing, so that a deployment raises no alarm
 * before the first data, nor when the first run fails because its role is not effective yet.
 *
 * `IF(EPOCH(m) > t, m, m)`: EPOCH has a value in every period, also where `m` has none. While the condition holds, IF makes 0 of missing
 * data; otherwise it leaves the period without any. An alarm whose data is missing treats it alike whatever its age is, so the
 * setting for missing data cannot do this. Should the expression have no data after all, the alarm still notifies, as INSUFFICIENT_DATA.
 *
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/using-metric-math.html
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarms-and-missing-data.html
 */
export const expectedData = ({ publisher, label, period, stat, ...metric }: ExpectedProps) => {
  const created = `${publisher.machine.terraformResourceType}.${publisher.machine.friendlyUniqueId}.creation_date`;
  const since = expression(unixSeconds(`timeadd(${created}, "${grace}")`));
  return {
    metricQuery: [
      { id: "expected", expression: `IF(EPOCH(published) > ${since}, published, published)`, label, returnData: true },
      { id: "published", metric: { ...metric, stat, period } },
    ],
    comparisonOperator: "LessThanThreshold",
    threshold: 1,
    treatMissingData: "missing",
    notifiesMissingData: true,
  } satisfies Partial<CloudwatchMetricAlarmConfig> & { notifiesMissingData: boolean };
};
