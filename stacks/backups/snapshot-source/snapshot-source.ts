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
 * Has backups taken from a replica: AWS lets them stick to one node, which a failover may have made the primary, and the fork of a
 * backup slows the node it is taken from.
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
