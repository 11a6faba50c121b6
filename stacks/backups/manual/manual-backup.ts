import { Construct } from "constructs";
import { arn } from "../../terraform/arn";
import { expression } from "../../terraform/expression";
import { mayPublishMetrics } from "../../workflows/metrics";
import type { Schedules } from "../../workflows/schedules";
import { StateMachine } from "../../workflows/state-machine";
import { manualBackup, manualBackupPrefix } from "./definition";
import { mayListOwnExecutions } from "../../workflows/permissions";
import { keepSince } from "../enabled-since";
import { cacheId } from "../../workflows/tasks";

/** Manual backups, which outlive the cache: on a schedule while that is switched on, and on demand. */
export class ManualBackup extends Construct {
  public readonly workflow: StateMachine;

  constructor(scope: Construct, schedules: Schedules) {
    super(scope, "manual-backup");
    const own = arn("elasticache", `snapshot:${manualBackupPrefix}*`);

    this.workflow = new StateMachine(this, "manual_backup", {
      description: "Takes manual backups from a replica, and deletes old ones of its own making",
      type: "STANDARD",
      definition: manualBackup,
      statements: [
        {
          sid: "DescribeCache",
          actions: ["elasticache:DescribeReplicationGroups"],
          resources: [arn("elasticache", `replicationgroup:${cacheId}`)],
        },
        {
          sid: "TakeBackups",
          actions: ["elasticache:CreateSnapshot"],
          resources: [
            own,
            arn("elasticache", `replicationgroup:${cacheId}`),
            // All: the nodes of an adopted cache have names of their own.
            arn("elasticache", "cluster:*"),
          ],
        },
        {
          sid: "KeepAndDeleteOwnBackups",
          actions: ["elasticache:AddTagsToResource", "elasticache:DeleteSnapshot", "elasticache:ListTagsForResource"],
          resources: [own],
        },
        {
          sid: "ListSnapshots",
          actions: ["elasticache:DescribeSnapshots"],
          resources: [arn("elasticache", "snapshot:*")],
        },
        mayListOwnExecutions("manual-backup"),
        mayPublishMetrics,
      ],
    });
    keepSince(this, "manual_backup", "var.enable_manual_backup");
    schedules.add("manual_backup", {
      description: "Takes a manual backup",
      target: this.workflow,
      expression: expression("var.manual_backup_schedule"),
      enabled: "var.enable_manual_backup",
      maximumEventAgeSeconds: 3600,
    });
  }
}
