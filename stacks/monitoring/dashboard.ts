import { CloudwatchDashboard } from "@cdktf/provider-aws/lib/cloudwatch-dashboard";
import { CloudwatchMetricAlarm } from "@cdktf/provider-aws/lib/cloudwatch-metric-alarm";
import { TerraformLocal } from "cdktf";
import { Construct } from "constructs";
import { expression } from "../terraform/expression";
import { dimension, namespace } from "../workflows/metrics";
import type { NodeAlarms } from "./node-alarms";
import { cacheId, inRegion, prefix } from "../terraform/names";
import { nodeMetrics } from "./metrics";

type Line = readonly [metric: string, label: string];

interface Chart {
  readonly title: string;
  readonly metrics: unknown;
  readonly stat: "Minimum" | "Maximum" | "Sum";
  readonly period: number;
  /** A horizontal line: the threshold of an alarm. */
  readonly limit?: { readonly label: string; readonly value: string };
}

const ofBackups = (...lines: readonly Line[]) =>
  lines.map(([metric, label]) => [namespace, metric, dimension, cacheId, { label }]);
const ofNodes = (metric: string) => {
  const dimensions = Object.entries(nodeMetrics.dimensions("node")).map(
    ([name, value]) => `"${name}", ${value === "node" ? value : `"${value}"`}`,
  );
  return expression(
    `[for node in values(local.nodes) : ["${nodeMetrics.namespace}", "${metric}", ${dimensions.join(", ")}, { label = node }]]`,
  );
};

const charts: readonly Chart[] = [
  {
    title: "Age of the latest backup (hours)",
    metrics: ofBackups(["SnapshotAgeHours", "automatic"]),
    stat: "Maximum",
    period: 900,
    limit: { label: "too old", value: expression("local.backup_fresh_minutes / 60") },
  },
  {
    title: "Backups and restore tests (1 = success)",
    metrics: ofBackups(
      ["SnapshotCreateSuccessful", "automatic backup"],
      ["ManualBackupSuccessful", "manual backup"],
      ["RestoreTestSuccessful", "restore test"],
      ["EventsTopicActive", "events topic"],
    ),
    stat: "Minimum",
    period: 900,
  },
  {
    title: "Failed backups since the last success",
    metrics: ofBackups(["SnapshotsFailed", "failed"]),
    stat: "Maximum",
    period: 900,
  },
  {
    title: "Size of the latest backup (bytes)",
    metrics: ofBackups(["SnapshotSizeBytes", "size"]),
    stat: "Maximum",
    period: 3600,
  },
  {
    title: "Durations (seconds)",
    metrics: ofBackups(["SnapshotDurationSeconds", "backup"], ["RestoreDurationSeconds", "restore (RTO)"]),
    stat: "Maximum",
    period: 3600,
  },
  {
    title: "Age of the last manual backup and restore test (hours)",
    metrics: ofBackups(
      ["ManualBackupAgeHours", "last manual backup"],
      ["RestoreTestAgeHours", "last restore test"],
      ["RestoredSnapshotAgeHours", "restored backup (RPO)"],
    ),
    stat: "Maximum",
    period: 3600,
  },
  {
    title: "Memory used by data (%)",
    metrics: ofNodes("DatabaseMemoryUsagePercentage"),
    stat: "Maximum",
    period: 300,
    limit: { label: "alarm", value: expression("var.memory_usage_limit_percent") },
  },
  { title: "Freeable memory (bytes)", metrics: ofNodes("FreeableMemory"), stat: "Minimum", period: 300 },
  {
    title: "Swap (bytes)",
    metrics: ofNodes("SwapUsage"),
    stat: "Maximum",
    period: 300,
    limit: { label: "alarm", value: expression("var.swap_usage_limit_mib * 1048576") },
  },
  {
    title: "Evictions",
    metrics: ofNodes("Evictions"),
    stat: "Sum",
    period: 300,
    limit: { label: "alarm", value: expression("var.evictions_limit") },
  },
  {
    title: "Replication lag (seconds)",
    metrics: ofNodes("ReplicationLag"),
    stat: "Maximum",
    period: 300,
    limit: { label: "alarm", value: expression("var.replication_lag_limit_seconds") },
  },
  { title: "Backup in progress", metrics: ofNodes("SaveInProgress"), stat: "Maximum", period: 300 },
];

export interface DashboardProps {
  readonly nodeAlarms: NodeAlarms;
}

/** What is known of the backups, on one page. Made last: it shows the states of all alarms that the stack has by then. */
export class Dashboard extends Construct {
  public readonly name: string;

  constructor(scope: Construct, id: string, { nodeAlarms }: DashboardProps) {
    super(scope, id);

    const alarms = scope.node.findAll().filter((construct) => construct instanceof CloudwatchMetricAlarm);
    const arns = alarms.map((one) => {
      const address = `${one.terraformResourceType}.${one.friendlyUniqueId}`;
      // A splat makes a list of one alarm, and of those with a count too.
      return nodeAlarms.alarms.includes(one) ? `values(${address})[*].arn` : `${address}[*].arn`;
    });
    const rows = Math.ceil(arns.length / 4) + 2;
    new TerraformLocal(this, "local.dashboard", {
      widgets: [
        {
          type: "alarm",
          x: 0,
          y: 0,
          width: 24,
          height: rows,
          properties: { title: "Alarms", alarms: expression(`concat(${arns.join(", ")})`) },
        },
        ...charts.map(({ title, metrics, stat, period, limit }, i) => ({
          type: "metric",
          x: (i % 3) * 8,
          y: rows + Math.floor(i / 3) * 6,
          width: 8,
          height: 6,
          properties: {
            title,
            metrics,
            stat,
            period,
            region: expression("local.region"),
            view: "timeSeries",
            ...(limit && { annotations: { horizontal: [limit] } }),
          },
        })),
      ],
    });
    const dashboard = new CloudwatchDashboard(this, "aws_cloudwatch_dashboard.redis", {
      // Dashboards are global in an account.
      dashboardName: inRegion(prefix),
      dashboardBody: expression("jsonencode(local.dashboard)"),
    });
    this.name = dashboard.dashboardName;
  }
}
