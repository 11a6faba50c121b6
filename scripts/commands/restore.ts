import type { Command } from "commander";
import { Refusal } from "../shared/aws-sdk";
import { stackCommand, type StackOptions } from "../shared/options";

export interface Options extends StackOptions {
  /** Name of a snapshot. Either this or `fromVault`. */
  readonly snapshot?: string;
  /** A backup in the vault: `latest`, or the key of its manifest. */
  readonly fromVault?: string;
  /** Name or ARN of the vault. @default - vault_bucket_arn */
  readonly vault?: string;
  /** Name of the bucket that the files are restored from. @default - the landing bucket, or the recovery bucket of the vault */
  readonly copyTo?: string;
  /** Whether the live cache will be replaced. */
  readonly inPlace?: boolean;
  readonly autoApprove?: boolean;
}

/** `npm run restore`: docs/restore.md. */
export const restoreCommand = (
  act = async (options: Options): Promise<void> => (await import("./restore/restore.js")).restore(options),
): Command =>
  stackCommand(
    "restore",
    "Restores a snapshot, or a backup in the vault, into the cache of a stack",
    (options: Options) => {
      refuseUnlessOne(options);
      return act(options);
    },
  )
    .option("--snapshot <name>", "name of the snapshot; automatic ones too")
    .option("--from-vault <key>", "a backup in the vault: latest, or the key of its manifest")
    .option("--vault <bucket>", "name or ARN of the vault; default: vault_bucket_arn of the stack")
    .option(
      "--copy-to <bucket>",
      "bucket that a backup in the vault is copied to and restored from; default: the landing bucket, or the recovery bucket of a vault in the same Region",
    )
    .option("--in-place", "replace the live cache, with a final snapshot of its data")
    .option("--auto-approve", "do not ask before anything is created or destroyed");

/** @throws Refusal unless exactly one backup is named. */
function refuseUnlessOne({ snapshot, fromVault, vault, copyTo }: Options): void {
  if (snapshot === undefined && fromVault === undefined)
    throw new Refusal("Missing backup: pass --snapshot <name>, or --from-vault latest for a backup in the vault.");
  if (snapshot !== undefined && (fromVault ?? vault ?? copyTo) !== undefined)
    throw new Refusal(
      "Both a snapshot and a backup in the vault are named, but a cache starts with one backup. Pass either --snapshot, or --from-vault with --vault and --copy-to.",
    );
}
