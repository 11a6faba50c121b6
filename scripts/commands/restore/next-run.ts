import type { Options } from "./options";

/** The restore that ended early, by the name of the snapshot that it really restored, and what has become of the cache. */
export interface Ended {
  readonly name: string;
  /** The replication group's. */
  readonly id: string;
  /** `none` when there is none. */
  readonly status: string;
}

/** What to run after a restore that did not come to its end. */
export function nextRun({ stack, autoApprove, values }: Options, { name, id, status }: Ended): string {
  const gone = status === "none" || status === "deleting";
  const unprotect = !gone && process.env.UNPROTECT_STACK === stack ? [`UNPROTECT_STACK=${stack}`] : [];
  const command = [
    ...unprotect,
    ...["npm", "run", "restore", "--", stack, "--snapshot", name],
    ...(gone ? [] : ["--in-place"]),
    ...(autoApprove ? ["--auto-approve"] : []),
    ...values.map(quoted),
  ].join(" ");
  const when =
    status === "none"
      ? `The cache ${id} is gone. Go on with`
      : status === "deleting"
        ? `The cache ${id} is being deleted. When it is gone (aws elasticache wait replication-group-deleted --replication-group-id ${id}), go on with`
        : `The cache ${id} is ${status}. ${status === "available" ? "Begin" : "When it is available, begin"} again with`;
  return `${when}:\n\n    ${command}\n`;
}

/** As a shell reads it. */
const quoted = (argument: string): string =>
  /^[\w@%+=:,./-]+$/.test(argument) ? argument : `'${argument.replaceAll("'", String.raw`'\''`)}'`;
