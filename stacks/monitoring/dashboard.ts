import { CloudwatchDashboard } from "@cdktf/provider-aws/lib/cloudwatch-dashboard";
import { CloudwatchCompositeAlarm } from "@cdktf/provider-aws/lib/cloudwatch-composite-alarm";
import { CloudwatchMetricAlarm } from "@cdktf/provider-aws/lib/cloudwatch-metric-alarm";
import { TerraformLocal } from "cdktf";
import { Construct } from "constructs";
import { expression } from "../terraform/expression";
import { dashed, inRegion, prefix } from "../terraform/names";
import { chart, gibibytes, hours, mebibytes, minutes, ofBackups, ofNodes, tile, type Chart } from "./dashboard-widgets";
import type { NodeAlarms } from "./node-alarms";

/** What everybody wants to know first: how old the newest backup is, and whether it can be restored. */
const tiles = [
  tile(
    `Latest backup: age in hours (limit ${expression("local.backup_fresh_minutes / 60")})`,
    ofBackups(hours, ["SnapshotAgeHours", "hours"]),
    "Maximum",
  ),
  tile(
    "Latest backup is fresh (1 = yes)",
    ofBackups(undefined, ["SnapshotCreateSuccessful", "automatic backup"]),
    "Minimum",
  ),
  tile(
    `Last restore test: age in hours (limit ${expression("var.restore_test_max_age_days * 24")})`,
    ofBackups(hours, ["RestoreTestAgeHours", "hours"]),
    "Maximum",
  ),
  tile(
    `RPO of the last restore test in hours (target ${expression("var.rpo_target_hours")})`,
    ofBackups(hours, ["RestoredSnapshotAgeHours", "hours"]),
    "Maximum",
  ),
  tile(
    `RTO of the last restore test in minutes (target ${expression("var.rto_target_minutes")})`,
    ofBackups(minutes, ["RestoreDurationSeconds", "minutes"]),
    "Maximum",
  ),
  tile(
    `Last manual backup: age in hours (limit ${expression("var.manual_backup_max_age_days * 24")})`,
    ofBackups(hours, ["ManualBackupAgeHours", "hours"]),
    "Maximum",
  ),
];

const charts: readonly Chart[] = [
  {
    title: "Age of the latest backup (hours)",
    metrics: ofBackups(hours, ["SnapshotAgeHours", "automatic"]),
    stat: "Maximum",
    period: 900,
    limits: [{ label: "too old", value: expression("local.backup_fresh_minutes / 60") }],
  },
  {
    title: "Backups and restore tests (1 = success)",
    metrics: ofBackups(
      undefined,
      ["SnapshotCreateSuccessful", "automatic backup"],
      ["ManualBackupSuccessful", "manual backup"],
      ["RestoreTestSuccessful", "restore test"],
      ["RestoreTestDataVerified", "restored data"],
      ["EventsTopicActive", "events topic"],
    ),
    stat: "Minimum",
    period: 900,
    limits: [{ label: "alarm below", value: 1 }],
  },
  {
    title: "Failed backups since the last success",
    metrics: ofBackups(undefined, ["SnapshotsFailed", "failed"]),
    stat: "Maximum",
    period: 900,
    limits: [{ label: "alarm", value: 1 }],
  },
  {
    title: "Size of the latest backup (GiB)",
    metrics: ofBackups(gibibytes, ["SnapshotSizeBytes", "size"]),
    stat: "Maximum",
    period: 3600,
  },
  {
    title: "Durations (minutes)",
    metrics: ofBackups(minutes, ["SnapshotDurationSeconds", "backup"], ["RestoreDurationSeconds", "restore (RTO)"]),
    stat: "Maximum",
    period: 3600,
    limits: [{ label: "RTO target", value: expression("var.rto_target_minutes") }],
  },
  {
    title: "Age of the backup that was restored (hours)",
    metrics: ofBackups(hours, ["RestoredSnapshotAgeHours", "RPO"]),
    stat: "Maximum",
    period: 3600,
    limits: [{ label: "RPO target", value: expression("var.rpo_target_hours") }],
  },
  {
    title: "Age of the last manual backup and restore test (hours)",
    metrics: ofBackups(hours, ["ManualBackupAgeHours", "manual backup"], ["RestoreTestAgeHours", "restore test"]),
    stat: "Maximum",
    period: 3600,
    limits: [
      { label: "manual backup too old", value: expression("var.manual_backup_max_age_days * 24") },
      { label: "restore test too old", value: expression("var.restore_test_max_age_days * 24") },
    ],
  },
  {
    title: "Keys without expiry in the last restore test",
    metrics: ofBackups(undefined, ["RestoredKeys", "restored"], ["ExpectedKeys", "when the backup was taken"]),
    stat: "Maximum",
    period: 3600,
  },
  {
    title: "Decrease in size of the latest backup (%)",
    metrics: ofBackups(undefined, ["SnapshotShrinkPercent", "compared with the last seven"]),
    stat: "Maximum",
    period: 3600,
    limits: [{ label: "alarm", value: expression("var.backup_shrink_limit_percent") }],
  },
  {
    title: "Memory used by data (%)",
    metrics: ofNodes("DatabaseMemoryUsagePercentage"),
    stat: "Maximum",
    period: 300,
    limits: [{ label: "alarm", value: expression("var.memory_usage_limit_percent") }],
  },
  { title: "Freeable memory (GiB)", metrics: ofNodes("FreeableMemory", gibibytes), stat: "Minimum", period: 300 },
  {
    title: "Swap (MiB)",
    metrics: ofNodes("SwapUsage", mebibytes),
    stat: "Maximum",
    period: 300,
    limits: [{ label: "alarm", value: expression("var.swap_usage_limit_mib") }],
  },
  {
    title: "Evictions in 5 minutes",
    metrics: ofNodes("Evictions"),
    stat: "Sum",
    period: 300,
    limits: [{ label: "alarm", value: expression("var.evictions_limit") }],
  },
  {
    title: "Replication lag (seconds)",
    metrics: ofNodes("ReplicationLag"),
    stat: "Maximum",
    period: 300,
    limits: [{ label: "alarm", value: expression("var.replication_lag_limit_seconds") }],
  },
  { title: "Backup in progress", metrics: ofNodes("SaveInProgress"), stat: "Maximum", period: 300 },
];

/**
 * The most alarms that a widget shows.
 *
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/CloudWatch-Dashboard-Body-Structure.html
 */
const mostAlarms = 100;

export interface DashboardProps {
  readonly nodeAlarms: NodeAlarms;
}

/** What is known of the backups, on one page. Made last: it shows the states of all alarms that the stack has by then. */
export class Dashboard extends Construct {
  public readonly name: string;

  constructor(scope: Construct, id: string, { nodeAlarms }: DashboardProps) {
    super(scope, id);

    const alarms = scope.node.findAll().filter((construct) => construct instanceof CloudwatchMetricAlarm);
    const overNodes = scope.node.findAll().filter((construct) => construct instanceof CloudwatchCompositeAlarm);
    const addressOf = ({
      terraformResourceType,
      friendlyUniqueId,
    }: (typeof alarms | typeof overNodes)[number]): string => `${terraformResourceType}.${friendlyUniqueId}`;
    const [ofEachNode, ofTheCache] = [nodeAlarms.alarms, alarms.filter((one) => !nodeAlarms.alarms.includes(one))];
    const arns = [
      // A splat makes a list of one alarm, and of those with a count too.
      ...[...ofTheCache, ...overNodes].map((one) => `${addressOf(one)}[*].arn`),
      ...ofEachNode.map((one) => `values(${addressOf(one)})[*].arn`),
    ];
    const pages = alarms.map(({ friendlyUniqueId }) => dashed(friendlyUniqueId));
    const tileRows = Math.ceil(tiles.length / 6);
    const top = 3 * tileRows;
    const alarmRows = Math.ceil(arns.length / 4) + 2;
    const links = Math.ceil(pages.length / 8) + 3;
    new TerraformLocal(this, "local.dashboard", {
      widgets: [
        ...tiles.map((properties, i) => ({
          type: "metric",
          x: (i % 6) * 4,
          y: Math.floor(i / 6) * 3,
          width: 4,
          height: 3,
          properties,
        })),
        { type: "text", x: 0, y: top, width: 24, height: links, properties: { markdown: runbookLinks(pages) } },
        {
          type: "alarm",
          x: 0,
          y: top + links,
          width: 24,
          height: alarmRows,
          // Those over all nodes come first; of single nodes, as many as there is room for.
          properties: {
            title: "Alarms",
            alarms: expression(`chunklist(concat(${arns.join(", ")}), ${mostAlarms})[0]`),
          },
        },
        ...charts.map((one, i) => ({
          type: "metric",
          x: (i % 3) * 8,
          y: top + links + alarmRows + Math.floor(i / 3) * 6,
          width: 8,
          height: 6,
          properties: chart(one),
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

/** Markdown with a link to the page of each alarm, or the path where the runbook has no address. */
function runbookLinks(pages: readonly string[]): string {
  const list = pages.map((page) => `"${page}"`).join(", ");
  return expression(
    [
      'startswith(local.runbook, "https://")',
      `? join("", ["### ", local.replication_group_id, "\\n[Runbook](", local.runbook, "): ", join(" · ", [for page in [${list}] : format("[%s](%s#%s)", page, local.runbook, page)])])`,
      ': format("### %s\\nRunbook: %s. Set runbook_base_url to link its pages here and in alarms.", local.replication_group_id, local.runbook)',
    ].join(" "),
  );
}
