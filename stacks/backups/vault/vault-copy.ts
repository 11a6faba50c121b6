import { Construct } from "constructs";
import { TerraformLocal } from "cdktf";
import type { Topology } from "../../cache/topology";
import type { Environment } from "../../settings";
import type { Notifications } from "../../notifications/topics";
import { expression } from "../../terraform/expression";
import { stemLocal } from "../../vault/keys";
import { DeletionAlert } from "../../vault/deletions";
import type { Schedules } from "../../workflows/schedules";
import { StateMachine } from "../../workflows/state-machine";
import { startAndWait } from "../../workflows/command";
import { keepSince } from "../enabled-since";
import { vaultCopy } from "./definition";
import { LandingBucket, testCopies, vaultCount, vaultEnabled } from "./landing";
import { Replication } from "./replication";
import { originOf } from "../snapshots";

export interface VaultCopyProps {
  readonly schedules: Schedules;
  readonly notifications: Notifications;
  readonly topology: Topology;
  readonly environment: Pick<Environment, "name" | "region" | "adopted">;
  readonly namePrefix?: string;
}

/** Copies of backups in the vault, while `vault_bucket_arn` names one: on a schedule and on demand. */
export class VaultCopy extends Construct {
  public readonly workflow: StateMachine;
  /** Shell command that copies the newest backup now; empty without a vault. */
  public readonly command: string;

  constructor(scope: Construct, id: string, props: VaultCopyProps) {
    super(scope, id);
    const { schedules, notifications, topology, environment, namePrefix } = props;
    stemLocal(this, { region: environment.region, environment: environment.name, namePrefix });

    const landing = new LandingBucket(this, "landing");
    const replication = new Replication(this, "replication", { landing });
    this.workflow = new StateMachine(this, "vault_copy", {
      description: "Exports the newest backup into the landing bucket, and waits until it has arrived in the vault",
      type: "STANDARD",
      definition: vaultCopy(topology, originOf(environment)),
      enabled: vaultEnabled,
      // S3 replicates what is written after the replication was configured, so an earlier export would never arrive.
      after: [replication.configuration],
    });
    keepSince(this, "vault_copy", vaultEnabled);
    schedules.add("vault_copy", {
      description: "Copies the newest backup into the vault",
      target: this.workflow,
      expression: expression("var.vault_copy_schedule"),
      exists: vaultEnabled,
      maximumEventAgeSeconds: 3600,
    });
    new DeletionAlert(this, "deletions", {
      name: "vault_landing_deletions",
      bucket: landing.bucket.id,
      what: "the landing bucket",
      except: testCopies,
      topicArn: notifications.notifications.arn,
      chatTopicArn: notifications.chat.arn,
      publishPolicies: notifications.publishPolicies,
      count: vaultCount,
    });
    new TerraformLocal(this, "local.vault_copy_command", startAndWait(this.workflow));
    this.command = expression(`${vaultEnabled} ? local.vault_copy_command : ""`);
  }
}
