import { Aws, awsProviderConfig } from "./terraform/aws-provider";
import { TerraformLocal } from "cdktf";
import type { Construct } from "constructs";
import { accountLocals } from "./terraform/account";
import { BaseStack, type BaseStackProps } from "./terraform/base-stack";
import { expression } from "./terraform/expression";
import { Output } from "./terraform/output";
import type { Overrides } from "./terraform/overrides";
import { ownTags } from "./terraform/tags";
import { accountVariables } from "./variables/account";
import { giveValues, type AccountValues } from "./variables/given";
import { emailVariables, runbookVariable } from "./variables/notifications";
import { tagVariables } from "./variables/tags";
import { vaultVariables } from "./variables/vault";
import { VaultAlerts } from "./vault/alerts";
import { DataEvents } from "./vault/data-events";
import { DeletionAlert } from "./vault/deletions";
import { RecoveryBucket } from "./vault/recovery";
import { Vault } from "./vault/vault";

export interface VaultStackProps
  extends
    Pick<AccountValues, "accountId" | "notificationEmail" | "additionalNotificationEmails" | "runbookBaseUrl">,
    BaseStackProps {
  /** AWS Region of the vault: another one than that of the caches, so that copies survive the loss of theirs. */
  readonly region: string;
  /** Days that objects are locked for: the default, and the fewest that the vault accepts. @default - 35, and 7 at least */
  readonly lockDays?: { readonly default: number; readonly floor: number };
  /** Tags of every resource beside the stack's own, which win; at most 40. @default - none */
  readonly tags?: Readonly<Record<string, string>>;
  /** What this run may do that a plain deploy refuses. @default - nothing */
  readonly overrides?: Pick<Overrides, "unprotect">;
}

/**
 * The vault: copies of backups in another Region, and best in another account, locked against everybody. Deployed once, before the
 * environments that copy into it.
 */
export class VaultStack extends BaseStack {
  /** ARN of the vault: the value of `vault_bucket_arn` in the environments. */
  public readonly bucketArn: string;
  /** Name of the bucket that caches of the vault's Region are restored from. */
  public readonly recoveryBucketName: string;
  /** ARN of the SNS topic for alerts of the vault. */
  public readonly alertsTopicArn: string;

  constructor(scope: Construct, id: string, props: VaultStackProps) {
    super(scope, id, props);
    const { region, tags, lockDays = { default: 35, floor: 7 }, overrides = {} } = props;

    new Aws(this, "provider.aws", awsProviderConfig(region, ownTags(id)));

    accountVariables(this);
    tagVariables(this, tags);
    vaultVariables(this, { lockDays: lockDays.default, lockFloorDays: lockDays.floor });
    emailVariables(this);
    runbookVariable(this);
    giveValues(this, props);

    accountLocals(this, region);
    new TerraformLocal(this, "local.name", "redis-vault");
    new TerraformLocal(
      this,
      "local.source_account_ids",
      expression("length(var.source_account_ids) == 0 ? toset([local.account_id]) : var.source_account_ids"),
    );

    const alerts = new VaultAlerts(this, "alerts");
    const { bucket } = new Vault(this, "vault", { unprotect: overrides.unprotect === true });
    new DeletionAlert(this, "deletions", {
      name: "vault_deletions",
      bucket: bucket.id,
      what: "the vault",
      topicArn: alerts.topic.arn,
      publishPolicies: [alerts.publishPolicy],
    });
    new DataEvents(this, "data-events", { vaultArn: bucket.arn, vaultName: bucket.id, alerts });
    const recovery = new RecoveryBucket(this, "recovery");

    this.bucketArn = new Output(this, "output.vault_bucket_arn", {
      description: "ARN of the vault; set it as vault_bucket_arn in each environment that copies its backups here",
      value: bucket.arn,
    }).reference;
    this.recoveryBucketName = new Output(this, "output.recovery_bucket_name", {
      description: "Name of the bucket that caches of the vault's Region are restored from",
      value: recovery.bucket.id,
    }).reference;
    this.alertsTopicArn = new Output(this, "output.vault_alerts_topic_arn", {
      description: "ARN of the SNS topic for alerts of the vault; subscribe more people to it",
      value: alerts.topic.arn,
    }).reference;
    new Output(this, "output.vault_retention", {
      description: "How long the vault locks and keeps each object",
      value: `locked for ${expression("var.vault_lock_days")} days (${expression("var.vault_lock_mode")}), deleted after ${expression("coalesce(var.vault_keep_days, var.vault_lock_days)")} days`,
    });
  }
}
