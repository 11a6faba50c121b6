import type { SchedulerSchedule } from "@cdktf/provider-aws/lib/scheduler-schedule";
import type { SnsTopic } from "@cdktf/provider-aws/lib/sns-topic";
import { Construct } from "constructs";
import { alarm } from "../../notifications/alarm";
import { expression, numberExpression } from "../../terraform/expression";
import { cacheId } from "../../terraform/names";
import { dimension, namespace } from "../../workflows/metrics";
import type { Topology } from "../../cache/topology";
import { expectedData } from "../../monitoring/expected";
import type { StateMachine } from "../../workflows/state-machine";
import { period } from "./newest-snapshot";

export interface BackupAlarmsProps {
  /** Where alarms are sent. */
  readonly topic: SnsTopic;
  /** The check, which publishes the metrics, and its schedule. */
  readonly check: StateMachine;
  readonly checkSchedule: SchedulerSchedule;
  readonly topology: Topology;
}

/** Alarms on a backup that is missing or failed, and on events that do not arrive. */
export class BackupAlarms extends Construct {
  constructor(scope: Construct, id: string, { topic, check, checkSchedule, topology }: BackupAlarmsProps) {
    super(scope, id);

    const metric = { namespace, dimensions: { [dimension]: cacheId }, period };
    const onCheck = { topic, ...metric, dependsOn: [checkSchedule] };
    alarm(this, "backup_failed", {
      topic,
      ...expectedData({
        ...metric,
        metricName: "SnapshotCreateSuccessful",
        stat: "Minimum",
        publisher: check,
        label: "Latest backup is fresh (1 = yes)",
      }),
      happened: `The latest automatic backup of ${cacheId} is older than ${expression("local.backup_fresh_minutes / 60")} hours, there is none, or the backup check has stopped running (no data).`,
      firstCommand: `aws elasticache describe-snapshots --region ${expression("local.region")} ${topology.snapshotsOfCommand(cacheId)}`,
      // The newest period may not be published yet, and the next run fills the period of one that failed.
      evaluationPeriods: 4,
      datapointsToAlarm: 3,
      dependsOn: [checkSchedule],
    });
    alarm(this, "snapshot_failed", {
      ...onCheck,
      happened: `A backup of ${cacheId} has failed, and none has succeeded since.`,
      firstCommand: `aws elasticache describe-events --region ${expression("local.region")} ${topology.eventsOfCommand(cacheId)}`,
      metricName: "SnapshotsFailed",
      statistic: "Maximum",
      comparisonOperator: "GreaterThanThreshold",
      threshold: 0,
      evaluationPeriods: 1,
      // Missing data must not end the alarm: backup_failed reports a check that has stopped.
      treatMissingData: "ignore",
    });
    alarm(this, "backup_shrunk", {
      ...onCheck,
      happened: `The latest automatic backup of ${cacheId} is more than ${expression("var.backup_shrink_limit_percent")} % smaller than the median of the last seven. This alarm ends when the new size has persisted for four backups.`,
      firstCommand: `aws elasticache describe-snapshots --region ${expression("local.region")} --snapshot-source system --query "Snapshots[?starts_with(SnapshotName, 'automatic.${cacheId}')].[NodeSnapshots[0].SnapshotCreateTime,SnapshotName,SnapshotStatus,join(' + ', NodeSnapshots[].CacheSize)]" --output table`,
      metricName: "SnapshotShrinkPercent",
      statistic: "Maximum",
      comparisonOperator: "GreaterThanThreshold",
      threshold: numberExpression("var.backup_shrink_limit_percent"),
      // A run may be a little late, so that one of two periods is without data.
      evaluationPeriods: 2,
      datapointsToAlarm: 1,
      // Nothing is published once the sizes can no longer be compared, and then the alarm must end.
      treatMissingData: "notBreaching",
    });
    alarm(this, "key_unusable", {
      ...onCheck,
      happened: `The KMS key of ${cacheId} (kms_key_id) is disabled, scheduled for deletion or gone. Without it no backup can be taken or restored.`,
      firstCommand: `aws kms describe-key --region ${expression("local.region")} --key-id ${expression("local.cache_key")} --query "KeyMetadata.[KeyState,DeletionDate]"`,
      metricName: "KeyUsable",
      statistic: "Minimum",
      comparisonOperator: "LessThanThreshold",
      threshold: 1,
      evaluationPeriods: 1,
      // Missing data must not end the alarm: backup_failed reports a check that has stopped.
      treatMissingData: "ignore",
    }).addOverride("count", expression("var.kms_key_id != null ? 1 : 0"));
    alarm(this, "events_topic_inactive", {
      ...onCheck,
      happened: `ElastiCache does not publish the events of ${cacheId} to its SNS topic, so a failed backup would not be reported immediately.`,
      firstCommand: `aws elasticache describe-cache-clusters --region ${expression("local.region")} --query "CacheClusters[?ReplicationGroupId=='${cacheId}'].[CacheClusterId,NotificationConfiguration]"`,
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
