import { Construct } from "constructs";
import type { Topology } from "../../cache/topology";
import { expression } from "../../terraform/expression";
import type { Schedules } from "../../workflows/schedules";
import { StateMachine } from "../../workflows/state-machine";
import { keepSince } from "../enabled-since";
import { manualBackup } from "./definition";
import type { Environment } from "../../settings";
import { originOf } from "../snapshots";

export interface ManualBackupProps {
  readonly schedules: Schedules;
  readonly topology: Topology;
  readonly environment: Environment;
}

/** Manual backups, which outlive the cache: on a schedule while that is enabled, and on demand. */
export class ManualBackup extends Construct {
  public readonly workflow: StateMachine;

  constructor(scope: Construct, id: string, { schedules, topology, environment }: ManualBackupProps) {
    super(scope, id);

    this.workflow = new StateMachine(this, "manual_backup", {
      description: "Takes manual backups from a replica, and deletes the oldest of its own",
      type: "STANDARD",
      definition: manualBackup(topology, originOf(environment)),
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
