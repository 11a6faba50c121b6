import { readFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { apis } from "../workflows/shapes/api";

/** What AWS may answer one day: no comparison here knows it. */
export const later = "a-value-of-later";

/** Every value of an enumeration in AWS's API model. */
export function enumerated(service: string, shape: string): readonly string[] {
  const values = apis[service]?.shapes[shape]?.enum;
  if (values === undefined) throw new Error(`${service} has no enumeration ${shape}.`);
  return [...values, later];
}

const documentation = readFileSync(
  resolve(dirname(require.resolve("@aws-sdk/client-elasticache/package.json")), "dist-types/models/models_0.d.ts"),
  "utf8",
);

/**
 * Every value that ElastiCache's documentation lists for a member which is no enumeration in its model.
 *
 * @param more values that it does not list
 */
export function documented(type: string, member: string, ...more: readonly string[]): readonly string[] {
  const [, members = ""] = new RegExp(`^export interface ${type} \\{\\n(.*?)^\\}`, "ms").exec(documentation) ?? [];
  const [, comment = ""] = new RegExp(`/\\*\\*((?:(?!\\*/).)*?)\\*/\\s+${member}\\?:`, "s").exec(members) ?? [];
  const values = [...comment.matchAll(/<code>([a-z -]+)<\/code>/g)].map(([, value = ""]) => value);
  if (values.length < 2) throw new Error(`The documentation of ${type}.${member} lists no values.`);
  const unlisted = more.filter((value) => !values.includes(value));
  return [...values, ...unlisted, later];
}

/**
 * Statuses of a snapshot. Of one that fails, only the events of ElastiCache are documented.
 *
 * @see https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/ElastiCache-event-messages.html
 */
export const snapshotStatuses = documented("Snapshot", "SnapshotStatus", "failed");
export const snapshotSources = documented("Snapshot", "SnapshotSource");
/** Statuses of a replication group. A restore that fails leaves `restore-failed`, as of a cache cluster. */
export const groupStatuses = documented("ReplicationGroup", "Status", "restore-failed");
export const shardStatuses = documented("NodeGroup", "Status");
export const clusterStatuses = documented("CacheCluster", "CacheClusterStatus", "create-failed");
export const nodeRoles = documented("NodeGroupMember", "CurrentRole");
/** @see https://docs.aws.amazon.com/AmazonElastiCache/latest/APIReference/API_NotificationConfiguration.html */
export const topicStatuses = ["active", "inactive", later];
/** @see https://docs.aws.amazon.com/AmazonElastiCache/latest/APIReference/API_CacheParameterGroupStatus.html */
export const parameterStatuses = ["in-sync", "applying", "pending-reboot", later];
/** @see https://docs.aws.amazon.com/AmazonElastiCache/latest/APIReference/API_CacheCluster.html */
export const engines = ["memcached", "redis", "valkey", later];
export const executionStatuses = enumerated("sfn", "ExecutionStatus");

/** Values by what becomes of each. */
export function sorted<Value>(
  values: readonly Value[],
  outcomeOf: (value: Value) => string,
): Readonly<Record<string, readonly Value[]>> {
  const all: Record<string, Value[]> = {};
  for (const value of values) (all[outcomeOf(value)] ??= []).push(value);
  return all;
}

/** All values but these. */
export const but = <Value>(values: readonly Value[], ...left: readonly Value[]): readonly Value[] => {
  const unknown = left.filter((value) => !values.includes(value));
  if (unknown.length > 0) throw new Error(`${unknown.join(", ")} is none of ${values.join(", ")}.`);
  return values.filter((value) => !left.includes(value));
};
