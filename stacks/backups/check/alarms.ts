import { Construct } from "constructs";
import { alarm } from "../../notifications/alarm";
import type { Notifications } from "../../notifications/topics";
import { expression } from "../../terraform/expression";
import { dimension, namespace } from "../../workflows/metrics";
import type { BackupCheck } from "./backup-check";
import { period } from "./newest-snapshot";

/** Whether people are told that a backup is missing, failed, or would not be heard of. */
export class BackupAlarms extends Construct {
  constructor(scope: Construct, check: BackupCheck, { notifications }: Notifications) {
    super(scope, "backup_alarms");

    const onCheck = {
      topic: notifications,
      namespace,
      dimensions: { [dimension]: expression("local.replication_group_id") },
      period,
      // After the schedule, which runs the check at once: the check fills the periods behind it, so a deploy raises no alarm.
      dependsOn: [check.schedule],
    };
    alarm(this, "backup_failed", {
      ...onCheck,
      happened: `The newest automatic backup of ${expression("local.replication_group_id")} is older than ${expression("local.backup_fresh_minutes / 60")} hours, there is none, or nobody looks any more (no data).`,
      firstCommand: `aws elasticache describe-snapshots --region ${expression("local.region")} --snapshot-source system --query "Snapshots[?starts_with(SnapshotName, 'automatic.${expression("local.replication_group_id")}')].[SnapshotName,SnapshotStatus,NodeSnapshots[0].SnapshotCreateTime]" --output table`,
      metricName: "SnapshotCreateSuccessful",
      statistic: "Minimum",
      comparisonOperator: "LessThanThreshold",
      threshold: 1,
      evaluationPeriods: 4,
      datapointsToAlarm: 3,
      treatMissingData: "breaching",
    });
    alarm(this, "snapshot_failed", {
      ...onCheck,
      happened: `A backup of ${expression("local.replication_group_id")} has failed, and none has succeeded since.`,
      firstCommand: `aws elasticache describe-events --region ${expression("local.region")} --source-type replication-group --source-identifier ${expression("local.replication_group_id")} --duration 2880`,
      metricName: "SnapshotsFailed",
      statistic: "Maximum",
      comparisonOperator: "GreaterThanThreshold",
      threshold: 0,
      evaluationPeriods: 1,
      // No all-clear from a check that says nothing; backup_failed tells of that.
      treatMissingData: "ignore",
    });
    alarm(this, "events_topic_inactive", {
      ...onCheck,
      happened: `ElastiCache does not publish the events of ${expression("local.replication_group_id")} to its topic, so nobody would hear at once of a failed backup.`,
      firstCommand: `aws elasticache describe-cache-clusters --region ${expression("local.region")} --query "CacheClusters[?ReplicationGroupId=='${expression("local.replication_group_id")}'].[CacheClusterId,NotificationConfiguration]"`,
      metricName: "EventsTopicActive",
      statistic: "Minimum",
      comparisonOperator: "LessThanThreshold",
      threshold: 1,
      evaluationPeriods: 3,
      datapointsToAlarm: 2,
      treatMissingData: "ignore",
    });
  }
}
