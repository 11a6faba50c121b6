import type { SchedulerSchedule } from "@cdktf/provider-aws/lib/scheduler-schedule";
import { Construct } from "constructs";
import type { Schedules } from "../../workflows/schedules";
import { StateMachine } from "../../workflows/state-machine";
import { snapshotSource } from "./definition";

export interface SnapshotSourceProps {
  readonly schedules: Schedules;
  /** Whether the cache is Multi-AZ. */
  readonly multiAz: boolean;
}

/**
 * Keeps automatic backups on a replica. AWS takes them from a fixed node, which a failover can turn into the primary, and the fork of a
 * backup slows down its node.
 */
export class SnapshotSource extends Construct {
  public readonly workflow: StateMachine;
  public readonly schedule: SchedulerSchedule;

  constructor(scope: Construct, id: string, { schedules, multiAz }: SnapshotSourceProps) {
    super(scope, id);

    this.workflow = new StateMachine(this, "snapshot_source", {
      description: "Moves automatic backups to a replica after a failover",
      type: "EXPRESS",
      definition: snapshotSource({ multiAz }),
    });
    this.schedule = schedules.add("snapshot_source", {
      description: "Moves automatic backups to a replica",
      target: this.workflow,
      expression: "rate(1 hour)",
      maximumEventAgeSeconds: 1800,
    });
  }
}
