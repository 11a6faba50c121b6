import type { Construct } from "constructs";
import { inOrder, isWholeNumber, shown, shownNumber, unlessNull } from "../terraform/rules";
import { Variable } from "../terraform/variable";

export interface VaultVariablesProps {
  /** Fewest days that a vault may lock objects for. */
  readonly lockFloorDays: number;
  /** Days that objects are locked for by default. */
  readonly lockDays: number;
}

/**
 * Most accounts and most characters of ARNs that the policies of the buckets have room for, together: S3 takes 20,480 bytes, not counting
 * spaces.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/using-iam-policies.html
 */
const mostSources = 300;
const mostOfReaders = 6000;

/** How long the vault keeps what, who writes to it and who reads it. */
export function vaultVariables(scope: Construct, { lockFloorDays, lockDays }: VaultVariablesProps): void {
  new Variable(scope, "var.vault_lock_mode", {
    type: "string",
    description:
      'Object Lock mode of the vault: "governance" (an administrator of the vault\'s account can lift a lock in two deliberate steps) or "compliance" (nobody can, not even the root user, until it expires).',
    default: "governance",
    rules: inOrder(
      {
        condition: 'contains(["governance", "compliance"], var.vault_lock_mode)',
        errorMessage: `vault_lock_mode ${shown("var.vault_lock_mode")} is not a mode of S3 Object Lock. Choose "governance" or "compliance".`,
      },
      {
        condition:
          'var.vault_lock_mode != "compliance" || var.compliance_locks_cannot_be_removed_by_anyone_before_they_expire',
        errorMessage:
          'vault_lock_mode is "compliance": nobody can delete an object locked in this mode, or stop paying for it, before the lock expires, except by closing the AWS account. Set compliance_locks_cannot_be_removed_by_anyone_before_they_expire to true as well, or choose "governance".',
      },
    ),
  });
  new Variable(scope, "var.compliance_locks_cannot_be_removed_by_anyone_before_they_expire", {
    type: "bool",
    description:
      'Confirms that the consequences of vault_lock_mode = "compliance" are intended. It has no effect in governance mode.',
    default: false,
  });
  new Variable(scope, "var.vault_lock_days", {
    type: "number",
    description: `Number of days for which each object is locked after it has arrived (${lockFloorDays}-3650).`,
    default: lockDays,
    rules: [
      {
        condition: isWholeNumber("vault_lock_days", lockFloorDays, 3650),
        errorMessage: `vault_lock_days is ${shownNumber("var.vault_lock_days")}. A short lock expires before a loss is noticed, and a long one cannot be undone in compliance mode. Use a whole number of days from ${lockFloorDays} to 3650, e.g. ${lockDays}.`,
      },
    ],
  });
  new Variable(scope, "var.vault_keep_days", {
    type: "number",
    description: `Number of days after which the lifecycle deletes an object, at least vault_lock_days (${lockFloorDays}-3650). null: as soon as its lock has expired.`,
    default: null,
    nullable: true,
    rules: unlessNull("var.vault_keep_days", [
      {
        condition:
          "var.vault_keep_days >= var.vault_lock_days && var.vault_keep_days <= 3650 && floor(var.vault_keep_days) == var.vault_keep_days",
        errorMessage: `vault_keep_days is \${substr(coalesce(var.vault_keep_days, 0), 0, 40)}. S3 deletes nothing that is still locked, and vault_lock_days is ${shownNumber("var.vault_lock_days")}. Use a whole number of days from vault_lock_days to 3650, or remove vault_keep_days.`,
      },
    ]),
  });
  new Variable(scope, "var.source_account_ids", {
    type: "set(string)",
    description: `Accounts of the environments that copy backups into the vault (12 digits each), at most ${mostSources.toString()}. Each can write below its own number only. Empty: the vault's own account.`,
    default: [],
    rules: inOrder(
      {
        condition: 'alltrue([for id in var.source_account_ids : try(can(regex("^[0-9]{12}$", id)), false)])',
        errorMessage:
          'source_account_ids contains an element that is not an AWS account ID. Use their 12 digits without hyphens, like ["123456789012"].',
      },
      {
        condition: `length(var.source_account_ids) <= ${mostSources.toString()}`,
        errorMessage: `source_account_ids has \${length(var.source_account_ids)} accounts. The policy of the vault lists them, and S3 limits it to 20 KB, which is enough for ${mostSources.toString()}. Deploy another vault for the others, e.g. in another account or Region.`,
      },
    ),
  });
  new Variable(scope, "var.reader_role_arns", {
    type: "set(string)",
    description:
      "ARNs of the IAM roles that restore from the vault, also of other accounts; * stands for any characters. They can read the vault and write to its recovery bucket. Empty: whoever has the permissions in the vault's own account.",
    default: [],
    rules: inOrder(
      {
        condition:
          'alltrue([for arn in var.reader_role_arns : try(can(regex("^arn:aws[a-z-]*:iam::[0-9]{12}:role/[A-Za-z0-9_+=,.@/*-]+$", arn)), false)])',
        errorMessage:
          'reader_role_arns contains an element that is not the ARN of an IAM role. Use ARNs like ["arn:aws:iam::123456789012:role/disaster-recovery"], not those of assumed roles (arn:aws:sts::…).',
      },
      {
        condition: `length(jsonencode(var.reader_role_arns)) <= ${mostOfReaders.toString()}`,
        errorMessage: `reader_role_arns has \${length(var.reader_role_arns)} ARNs, which are \${length(jsonencode(var.reader_role_arns))} characters as JSON. The policies of the buckets list them, and S3 limits each to 20 KB, which is enough for ${mostOfReaders.toString()}. Use one ARN with * for several roles of an account, or let people and programs share a role.`,
      },
    ),
  });
  new Variable(scope, "var.vault_data_events", {
    type: "bool",
    description:
      "Whether CloudTrail records every request to the objects of the vault, and denied ones raise an alert. Each request is billed as a data event; docs/vault.md has the quantities.",
    default: false,
  });
}
