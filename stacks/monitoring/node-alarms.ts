import type { CloudwatchMetricAlarm } from "@cdktf/provider-aws/lib/cloudwatch-metric-alarm";
import { TerraformLocal } from "cdktf";
import { Construct } from "constructs";
import { alarm } from "../notifications/alarm";
import type { SnsTopic } from "@cdktf/provider-aws/lib/sns-topic";
import type { Topology } from "../cache/topology";
import { expression, numberExpression } from "../terraform/expression";
import { dashed, named } from "../terraform/names";
import { nodeMetrics } from "./metrics";

const node = expression("each.value");

/** What makes a backup fail or hurt, on each node: the fork needs memory, and what is evicted or not replicated yet is in no backup. */
const watched = [
  {
    name: "memory_usage",
    metricName: "DatabaseMemoryUsagePercentage",
    statistic: "Maximum",
    limit: "var.memory_usage_limit_percent",
    happened: `Data uses more than ${expression("var.memory_usage_limit_percent")} % of the memory available for it on ${node}: a backup may fail or slow down the cache.`,
  },
  {
    name: "swap_usage",
    metricName: "SwapUsage",
    statistic: "Maximum",
    limit: "var.swap_usage_limit_mib * 1048576",
    happened: `${node} uses more than ${expression("var.swap_usage_limit_mib")} MiB of swap: too little memory is left for a backup.`,
  },
  {
    name: "evictions",
    metricName: "Evictions",
    statistic: "Sum",
    limit: "var.evictions_limit",
    happened: `${node} evicts more than ${expression("var.evictions_limit")} keys in five minutes: its memory is full, and evicted keys are in no later backup.`,
  },
  {
    name: "replication_lag",
    metricName: "ReplicationLag",
    statistic: "Maximum",
    limit: "var.replication_lag_limit_seconds",
    happened: `${node} is more than ${expression("var.replication_lag_limit_seconds")} seconds behind the primary: a backup taken from it lacks the writes of that time.`,
  },
] as const;

const dimensions = Object.entries(nodeMetrics.dimensions(node))
  .map(([name, value]) => `Name=${name},Value=${value}`)
  .join(" ");

export interface NodeAlarmsProps {
  /** Where alarms are sent. */
  readonly topic: SnsTopic;
  readonly topology: Topology;
}

/** An alarm of each kind for each node. */
export class NodeAlarms extends Construct {
  public readonly alarms: readonly CloudwatchMetricAlarm[];

  constructor(scope: Construct, id: string, { topic, topology }: NodeAlarmsProps) {
    super(scope, id);

    new TerraformLocal(this, "local.nodes", expression(topology.nodesByPlace));
    this.alarms = watched.map(({ name, metricName, statistic, limit, happened }) => {
      const perNode = alarm(this, name, {
        topic,
        happened,
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
      return perNode;
    });
  }
}
