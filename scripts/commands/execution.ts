import { Option, type Command } from "commander";
import { onStack, type ResultOptions } from "../shared/options";

/** An execution of one of the stack's state machines. */
export interface Execution extends ResultOptions {
  /** E.g. `redis-dev`. */
  readonly stack: string;
  /** The Terraform name of the state machine. */
  readonly machine: "manual_backup" | "restore_test" | "vault_copy";
  readonly input: object;
  /** Whether a manual backup is taken first, which is then the newest one. @default false */
  readonly backupFirst?: boolean;
}

type Act = (execution: Execution) => void | Promise<void>;

const run: Act = async (execution) => (await import("./execution/execution.js")).execute(execution);

/** `npm run backup`. */
export const backupCommand = (act = run): Command =>
  onStack("backup", "Takes a manual backup now, and prints its name").action((stack: string, options: ResultOptions) =>
    act({ stack, machine: "manual_backup", input: {}, ...options }),
  );

/** `npm run restore-test`. */
export const restoreTestCommand = (act = run): Command =>
  onStack("restore-test", "Restores the newest backup into a temporary cache now, and prints what was measured")
    .option("--snapshot <name>", "name of another snapshot")
    .addOption(
      new Option("--from-vault", "restore the newest backup in the vault, from a copy of its files").conflicts([
        "snapshot",
        "backupFirst",
      ]),
    )
    .addOption(
      new Option(
        "--backup-first",
        "take a manual backup first, which is then the newest one, so that keys that expire count too",
      ).conflicts("snapshot"),
    )
    .option("--keep", "keep the restored cache")
    .action((stack: string, { snapshot: snapshotName, fromVault, keep: keepGroup, ...options }: RestoreTestOptions) =>
      act({ stack, machine: "restore_test", input: { snapshotName, fromVault, keepGroup }, ...options }),
    );

/** `npm run vault-copy`. */
export const vaultCopyCommand = (act = run): Command =>
  onStack("vault-copy", "Copies the newest backup into the vault now, and waits until it has arrived").action(
    (stack: string, options: ResultOptions) => act({ stack, machine: "vault_copy", input: {}, ...options }),
  );

interface RestoreTestOptions extends ResultOptions {
  readonly snapshot?: string;
  readonly fromVault?: boolean;
  readonly keep?: boolean;
  readonly backupFirst?: boolean;
}
