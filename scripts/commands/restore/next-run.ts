import { adviceIfFailed, hasFailed } from "../../shared/elasticache";
import { shellQuoted } from "../../shared/terraform";
import type { Options } from "../restore";

/** A restore that ended early. */
export interface Ended {
  /** Of the snapshot, or of the copy that was made of it; of the backup in the vault. */
  readonly name: string;
  /** The replication group's. */
  readonly id: string;
  /** `none` when there is none. */
  readonly status: string;
}

/** What to run after a restore that did not come to its end. */
export function nextRun(
  { stack, autoApprove, values, fromVault, vault, copyTo }: Options,
  { name, id, status }: Ended,
): string {
  const gone = status === "none" || status === "deleting" || hasFailed(status);
  const unprotect = !gone && process.env.UNPROTECT_STACK === stack ? [`UNPROTECT_STACK=${stack}`] : [];
  const source =
    fromVault === undefined
      ? ["--snapshot", name]
      : [
          ...["--from-vault", name],
          ...(vault === undefined ? [] : ["--vault", vault]),
          ...(copyTo === undefined ? [] : ["--copy-to", copyTo]),
        ];
  const command = [
    ...unprotect,
    ...["npm", "run", "restore", "--", stack, ...source],
    ...(gone ? [] : ["--in-place"]),
    ...(autoApprove === true ? ["--auto-approve"] : []),
    ...values.map(shellQuoted),
  ].join(" ");
  const when =
    status === "none"
      ? `The cache ${id} is gone. Continue with`
      : status === "deleting"
        ? `The cache ${id} is being deleted. When it is gone (aws elasticache wait replication-group-deleted --replication-group-id ${id}), continue with`
        : hasFailed(status)
          ? `The cache ${id} is ${status}. ${adviceIfFailed(id)}, then continue with`
          : `The cache ${id} is ${status}. ${status === "available" ? "Start" : "When it is available, start"} again with`;
  return `${when}:\n\n    ${command}\n`;
}
