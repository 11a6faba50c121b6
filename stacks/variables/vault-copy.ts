import type { Construct } from "constructs";
import type { Environment } from "../settings";
import { inOrder, isWholeNumber, shown, shownNumber, unlessNull } from "../terraform/rules";
import { Variable, type Rule } from "../terraform/variable";
import { scheduleRules } from "./schedule";

/** Whether backups are copied into a vault, when, and how old a copy may be. */
export function vaultCopyVariables(
  scope: Construct,
  { region, backupWindow, shards }: Pick<Environment, "region" | "backupWindow" | "shards">,
): void {
  const schedule = afterTheWindow(backupWindow);
  new Variable(scope, "var.vault_bucket_arn", {
    type: "string",
    description:
      "ARN of the vault that backups are copied into: the output vault_bucket_arn of redis-vault. null: backups stay in their account and Region.",
    default: null,
    nullable: true,
    rules: unlessNull("var.vault_bucket_arn", [
      {
        condition: 'can(regex("^arn:aws[a-z-]*:s3:::[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$", var.vault_bucket_arn))',
        errorMessage: `vault_bucket_arn ${shown("var.vault_bucket_arn")} is not the ARN of an S3 bucket. Use the output vault_bucket_arn of redis-vault, e.g. "arn:aws:s3:::redis-vault-objects-123456789012-ap-northeast-3".`,
      },
    ]),
  });
  new Variable(scope, "var.vault_copy_schedule", {
    type: "string",
    description:
      "Schedule of the copies into the vault: cron(…) or rate(…) of EventBridge Scheduler, in UTC, at a time when the day's automatic backup has completed. A rate starts with a copy at deployment.",
    default: schedule,
    rules: scheduleRules("vault_copy_schedule", schedule),
  });
  const hours = (name: string, description: string, value: number): void => {
    new Variable(scope, `var.${name}`, {
      type: "number",
      description: `${description} (1-720 hours).`,
      default: value,
      rules: [
        {
          condition: isWholeNumber(name, 1, 720),
          errorMessage: `${name} is ${shownNumber(`var.${name}`)}. Use a whole number of hours from 1 to 720, e.g. ${value}.`,
        },
      ],
    });
  };
  hours("vault_copy_max_hours", "Time since the last successful copy into the vault that triggers an alarm", 30);
  hours("vault_rpo_target_hours", "Age of the newest backup in the vault that triggers an alarm", 54);
  new Variable(scope, "var.restore_from_vault", {
    type: "list(string)",
    description:
      "ARN of a backup file in S3 that a new cache starts with: a copy of the file in the vault, in the cache's Region. On a live cache it restores nothing, and the plan warns about that. null starts empty.",
    default: null,
    nullable: true,
    rules: unlessNull("var.restore_from_vault", shards === null ? fileRules(region) : [noFilesWithShards]),
  });
}

/** Rules of `restore_from_vault` in an environment without shards, whose backups have one file. */
const fileRules = (region: string): Rule[] =>
  inOrder(
    {
      condition: "length(var.restore_from_vault) == 1",
      errorMessage:
        "restore_from_vault has ${try(length(var.restore_from_vault), 0)} files. A cache without shards starts with one: use the file of a backup that was taken without shards.",
    },
    {
      condition:
        'alltrue([for arn in var.restore_from_vault : try(can(regex("^arn:aws[a-z-]*:s3:::[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]/[A-Za-z0-9+=._:/@-]+[.]rdb$", arn)), false)])',
      errorMessage: `restore_from_vault contains an element that is not the ARN of a backup file. Use the ARN of an object in an S3 bucket in ${region}, like ["arn:aws:s3:::bucket/backup-0001.rdb"], with no other characters in its key than those of a tag (letters, digits and + - = . _ : / @); docs/vault.md describes how to copy the file there.`,
    },
    {
      condition: "var.restore_from_snapshot == null",
      errorMessage:
        "Both restore_from_vault and restore_from_snapshot are set, but a cache starts with one backup. Remove one of them.",
    },
  );

/**
 * ElastiCache needs the slots of each shard beside the files. In Terraform they are `node_group_configuration`, a change of which replaces
 * the cache.
 */
const noFilesWithShards: Rule = {
  condition: "var.restore_from_vault == null",
  errorMessage:
    "restore_from_vault is set, but the cache has shards, which Terraform cannot create from files. Remove restore_from_vault, and restore the files as docs/vault.md describes.",
};

/** Three hours after the end of a backup window, which is how long a backup may take by default. */
function afterTheWindow(window: string): string {
  const [hour = 0, minute = 0] = (window.split("-")[1] ?? "").split(":").map(Number);
  return `cron(${minute} ${(hour + 3) % 24} * * ? *)`;
}
