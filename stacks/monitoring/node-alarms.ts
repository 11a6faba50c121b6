import type { CloudwatchMetricAlarm } from "@cdktf/provider-aws/lib/cloudwatch-metric-alarm";
import { TerraformLocal } from "cdktf";
import { Construct } from "constructs";
import { alarm, compositeAlarm } from "../notifications/alarm";
import type { SnsTopic } from "@cdktf/provider-aws/lib/sns-topic";
import type { Topology } from "../cache/topology";
import { TerraformData } from "../terraform/elements";
import { expression, numberExpression } from "../terraform/expression";
import { cacheId, dashed, named } from "../terraform/names";
import { nodeMetrics } from "./metrics";

const node = expression("each.value");

/** What makes a backup fail or hurt, on each node: the fork needs memory, and what is evicted or not replicated yet is in no backup. */
const watched = [
  {
    name: "memory_usage",
    metricName: "DatabaseMemoryUsagePercentage",
    statistic: "Maximum",
    limit: "var.memory_usage_limit_percent",
    happened: `Data uses more than ${expression("var.memory_usage_limit_percent")} % of the memory available for it on`,
    consequence: "a backup may fail or slow down the cache",
  },
  {
    name: "swap_usage",
    metricName: "SwapUsage",
    statistic: "Maximum",
    limit: "var.swap_usage_limit_mib * 1048576",
    happened: `More than ${expression("var.swap_usage_limit_mib")} MiB of swap is used on`,
    consequence: "too little memory is left for a backup",
  },
  {
    name: "evictions",
    metricName: "Evictions",
    statistic: "Sum",
    limit: "var.evictions_limit",
    happened: `More than ${expression("var.evictions_limit")} keys are evicted in five minutes on`,
    consequence: "memory is full, and evicted keys are in no later backup",
  },
  {
    name: "replication_lag",
    metricName: "ReplicationLag",
    statistic: "Maximum",
    limit: "var.replication_lag_limit_seconds",
    happened: `Replication is more than ${expression("var.replication_lag_limit_seconds")} seconds behind the primary on`,
    consequence: "a backup taken from a replica that lags lacks the writes of that time",
  },
] as const;

const dimensions = Object.entries(nodeMetrics.dimensions(node))
  .map(([name, value]) => `Name=${name},Value=${value}`)
  .join(" ");

/**
 * How many alarms one composite alarm may evaluate. A cache can have 500 nodes.
 *
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutCompositeAlarm.html
 */
const mostChildren = 100;

/** What follows the name of a composite alarm over more nodes, before the number of the first one. */
export const moreNodes = "-nodes-";

export interface NodeAlarmsProps {
  /** Where alarms are sent. */
  readonly topic: SnsTopic;
  readonly topology: Topology;
}

/**
 * An alarm of each kind for each node, and one over them that notifies: many nodes of a cache cross a limit together, and each of them
 * would send a message of its own.
 */
export class NodeAlarms extends Construct {
  /** Of each node; they notify nobody. */
  public readonly alarms: readonly CloudwatchMetricAlarm[];

  constructor(scope: Construct, id: string, { topic, topology }: NodeAlarmsProps) {
    super(scope, id);

    new TerraformLocal(this, "local.nodes", expression(topology.nodesByPlace));
    // CloudWatch refuses to delete an alarm that a composite alarm evaluates, and Terraform deletes it before it updates what refers to it
    // (https://github.com/hashicorp/terraform-provider-aws/issues/34807), but not before it deletes what refers to it. With
    // create_before_destroy it would delete them last, but that extends to what they refer to, the cache among it.
    const number = new TerraformData(this, "terraform_data.alarmed_nodes", {
      input: expression("length(local.nodes)"),
      lifecycle: {},
    });
    this.alarms = watched.map(({ name, metricName, statistic, limit, happened, consequence }) => {
      const perNode = alarm(this, name, {
        happened: `${happened} ${node}: ${consequence}.`,
        // In seconds: the options of date for "six hours ago" differ between systems.
        firstCommand: `aws cloudwatch get-metric-statistics --region ${expression("local.region")} --namespace ${nodeMetrics.namespace} --metric-name ${metricName} --dimensions ${dimensions} --statistics ${statistic} --period 300 --start-time $(($(date +%s) - 21600)) --end-time $(date +%s)`,
        namespace: nodeMetrics.namespace,
        metricName,
        dimensions: nodeMetrics.dimensions(node),
        statistic,
        comparisonOperator: "GreaterThanThreshold",
        threshold: numberExpression(limit),
        period: 300,
        evaluationPeriods: 3,
        // Only replicas have a lag, and no node has metrics while it is made.
        treatMissingData: "notBreaching",
      });
      perNode.addOverride("for_each", expression("local.nodes"));
      perNode.addOverride("alarm_name", named(`${dashed(name)}-${expression("each.key")}`));

      const first = `count.index * ${mostChildren}`;
      const children = `[for place in range(${first}, min(${first} + ${mostChildren}, length(local.nodes))) : format("ALARM(%s)", ${perNode.terraformResourceType}.${name}[tostring(place + 1)].alarm_name)]`;
      const anyNode = compositeAlarm(this, name, {
        topic,
        happened: `${happened} at least one node of ${cacheId}: ${consequence}.`,
        firstCommand: `aws cloudwatch describe-alarms --region ${expression("local.region")} --alarm-name-prefix ${named(`${dashed(name)}-`)} --state-value ALARM --query "MetricAlarms[].[AlarmName,Dimensions[?Name=='CacheClusterId'].Value|[0],StateReason]" --output text`,
        alarmRule: expression(`join(" OR ", ${children})`),
        lifecycle: { replaceTriggeredBy: [`${number.terraformResourceType}.${number.friendlyUniqueId}`] },
      });
      anyNode.addOverride("count", expression(`ceil(length(local.nodes) / ${mostChildren})`));
      anyNode.addOverride(
        "alarm_name",
        expression(
          `format("%s-${dashed(name)}%s", local.name, count.index == 0 ? "" : format("${moreNodes}%d", ${first} + 1))`,
        ),
      );
      return perNode;
    });
  }
}
