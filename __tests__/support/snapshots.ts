import { ExecutionError, type Answer } from "./machine";

/** A snapshot in an account, as DescribeSnapshots answers; one without a source is of both kinds. */
export interface Listed {
  readonly SnapshotName?: string | undefined;
  readonly CacheClusterId?: string | undefined;
  readonly ReplicationGroupId?: string | undefined;
  readonly SnapshotSource?: string | undefined;
}

/**
 * DescribeSnapshots in an account with these snapshots: the filters leave out all others, and an answer has at most MaxRecords (50). A
 * marker continues the list that it was answered with, and no other.
 *
 * @see https://docs.aws.amazon.com/AmazonElastiCache/latest/APIReference/API_DescribeSnapshots.html
 */
export const listed = (all: readonly Listed[], args: Parameters<Answer>[1]): { readonly Snapshots: unknown[] } => {
  const source = { system: "automated", user: "manual" }[String(args.SnapshotSource)];
  if (source === undefined && args.SnapshotSource !== undefined)
    throw new ExecutionError("ElastiCache.InvalidParameterValueException", "SnapshotSource is system or user");
  const filters = (["SnapshotName", "CacheClusterId", "ReplicationGroupId"] as const).filter(
    (filter) => args[filter] !== undefined,
  );
  const isSource = ({ SnapshotSource }: Listed): boolean =>
    source === undefined || SnapshotSource === undefined || SnapshotSource === source;
  const rows = all.filter((one) => filters.every((filter) => args[filter] === one[filter]) && isSource(one));
  const list = JSON.stringify([source ?? "", ...filters.map((filter) => args[filter])]);
  const marker = typeof args.Marker === "string" ? args.Marker : `0 ${list}`;
  const [, start, of] = /^(\d+) (.*)$/.exec(marker) ?? [];
  if (of !== list)
    throw new ExecutionError("ElastiCache.InvalidParameterValueException", `no marker of ${list}: ${marker}`);
  const end = Number(start) + Number(args.MaxRecords ?? 50);
  return { Snapshots: rows.slice(Number(start), end), ...(end < rows.length && { Marker: `${end} ${list}` }) };
};
