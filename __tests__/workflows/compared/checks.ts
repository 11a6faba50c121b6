import {
  but,
  engines,
  enumerated,
  executionStatuses,
  groupStatuses,
  nodeRoles,
  snapshotSources,
  snapshotStatuses,
  topicStatuses,
} from "../../support/aws-values";
import { howMany, reading, snapshot, type Row } from "./row";

const exists = ["available", "restoring", "copying"] as const;
const snapshotExists = "workflows/elasticache-calls.ts: SnapshotStatus in ['available', 'restoring', 'copying']";
const keyStates = enumerated("kms", "KeyState");
const trails = enumerated("cloudtrail", "ReadWriteType");
const failovers = enumerated("elasticache", "AutomaticFailoverStatus");
const created = "2020-01-31T12:00:00Z";
const listed = (variables: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> =>
  (variables.listed as readonly Readonly<Record<string, unknown>>[])[0] ?? {};

/** Nodes of which the first one has the role. */
const nodesOf = (CurrentRole: string) => [
  { NodeGroupMembers: [{ CacheClusterId: "a", CurrentRole }, { CacheClusterId: "b" }] },
];
const groupOf = (more: object) => ({ ReplicationGroups: [{ MemberClusters: ["c"], ...more }] });

const backups: readonly Row[] = [
  {
    what: "an automatic snapshot",
    ...{ machine: "backup_check", state: "ReadSnapshots", values: snapshotStatuses },
    compares: [snapshotExists, "backups/check/newest-snapshot.ts: SnapshotStatus = 'failed'"],
    given: (SnapshotStatus) => ({
      variables: reading,
      result: { Snapshots: [{ ...snapshot, SnapshotSource: "automated", SnapshotStatus }] },
    }),
    outcome: ({ variables }) =>
      `exists: ${String(listed(variables).exists)}, failed: ${String(listed(variables).failed)}`,
    expected: {
      "exists: true, failed: false": exists,
      "exists: false, failed: true": ["failed"],
      "exists: false, failed: false": but(snapshotStatuses, "failed", ...exists),
    },
  },
  {
    what: "an automatic snapshot that lacks a shard",
    ...{ machine: "backup_check", state: "ReadSnapshots", values: snapshotStatuses },
    compares: [snapshotExists, "backups/check/newest-snapshot.ts: SnapshotStatus = 'failed'"],
    given: (SnapshotStatus) => ({
      variables: reading,
      result: { Snapshots: [{ ...snapshot, SnapshotSource: "automated", SnapshotStatus, NumNodeGroups: 2 }] },
    }),
    outcome: ({ variables }) =>
      `exists: ${String(listed(variables).exists)}, failed: ${String(listed(variables).failed)}`,
    expected: {
      "exists: false, failed: true": [...exists, "failed"],
      "exists: false, failed: false": but(snapshotStatuses, "failed", ...exists),
    },
  },
  {
    what: "a snapshot by who took it",
    ...{ machine: "backup_check", state: "ReadSnapshots", values: snapshotSources },
    compares: [
      "backups/check/newest-snapshot.ts: SnapshotSource = 'automated'",
      "backups/check/newest-snapshot.ts: SnapshotSource = 'manual'",
    ],
    given: (SnapshotSource) => ({ variables: reading, result: { Snapshots: [{ ...snapshot, SnapshotSource }] } }),
    outcome: ({ variables }) =>
      howMany({ variables, output: {} }) === 0 ? "neither" : "isManual" in listed(variables) ? "manual" : "automatic",
    expected: { automatic: ["automated"], manual: ["manual"], neither: but(snapshotSources, "automated", "manual") },
  },
  {
    what: "a manual backup",
    ...{ machine: "backup_check", state: "ReadSnapshots", values: snapshotStatuses },
    compares: [snapshotExists],
    given: (SnapshotStatus) => ({ variables: reading, result: { Snapshots: [{ ...snapshot, SnapshotStatus }] } }),
    outcome: howMany,
    expected: { 1: exists, 0: but(snapshotStatuses, ...exists) },
  },
  {
    what: "an execution that is read",
    ...{ machine: "backup_check", state: "DescribeManualBackup", values: executionStatuses },
    compares: ["backups/check/last-runs.ts: $states.result.Status = 'SUCCEEDED'"],
    given: (Status) => ({ result: { Status, StartDate: created, StopDate: created, Input: "{}", Output: "{}" } }),
    outcome: ({ output }) => (output as { readonly succeeded: boolean }).succeeded,
    expected: { true: ["SUCCEEDED"], false: but(executionStatuses, "SUCCEEDED") },
  },
  {
    what: "an execution that is listed",
    ...{ machine: "backup_check", state: "ListManualBackups", values: executionStatuses },
    compares: ["backups/check/last-runs.ts: Status = 'RUNNING'", "backups/check/last-runs.ts: Status != 'RUNNING'"],
    given: (Status) => ({ result: { Executions: [{ Status, ExecutionArn: "arn" }] } }),
    outcome: ({ variables, output }) => `running: ${String(variables.running)}, read: ${JSON.stringify(output)}`,
    expected: {
      "running: true, read: []": ["RUNNING"],
      'running: false, read: ["arn"]': but(executionStatuses, "RUNNING"),
    },
  },
  {
    what: "the customer managed key",
    ...{ machine: "backup_check", state: "DescribeKey", values: keyStates },
    compares: ["backups/check/key.ts: $states.result.KeyMetadata.KeyState = 'Enabled'"],
    given: (KeyState) => ({ result: { KeyMetadata: { KeyState } } }),
    outcome: ({ variables }) => variables.usable,
    expected: { 1: ["Enabled"], 0: but(keyStates, "Enabled") },
  },
  {
    what: "the topic of a node's events",
    ...{ machine: "backup_check", state: "DescribeNode", values: topicStatuses },
    compares: ["backups/check/events-topic.ts: TopicStatus = 'active'"],
    given: (TopicStatus) => ({
      input: "node",
      result: { CacheClusters: [{ NotificationConfiguration: { TopicArn: "text", TopicStatus } }] },
    }),
    outcome: ({ output }) => (output as { readonly active: boolean }).active,
    expected: { true: ["active"], false: but(topicStatuses, "active") },
  },
  {
    what: "the cache, when a backup is to be taken",
    ...{ machine: "manual_backup", state: "DescribeCache", values: groupStatuses },
    compares: ["backups/manual/definition.ts: $states.result.ReplicationGroups[0].Status = 'available'"],
    given: (Status) => ({ variables: { waited: 0 }, result: groupOf({ Status }) }),
    outcome: ({ variables }) => variables.ready,
    expected: { true: ["available"], false: but(groupStatuses, "available") },
  },
  {
    what: "the node that a backup is taken of",
    ...{ machine: "manual_backup", state: "DescribeCache", values: nodeRoles },
    compares: ["cache/topology.ts: CurrentRole = 'replica'"],
    given: (role) => ({
      variables: { waited: 0 },
      result: groupOf({ Status: "available", NodeGroups: nodesOf(role) }),
    }),
    outcome: ({ variables }) => variables.source,
    expected: { a: ["replica"], c: but(nodeRoles, "replica") },
  },
  {
    what: "the node whose snapshots are listed first",
    ...{ machine: "manual_backup", state: "DescribeCache", values: nodeRoles },
    compares: ["cache/topology.ts: CurrentRole = 'primary'"],
    given: (role) => ({
      variables: { waited: 0 },
      result: groupOf({ Status: "available", NodeGroups: nodesOf(role) }),
    }),
    outcome: ({ variables }) =>
      (variables.snapshotFilters as readonly { readonly CacheClusterId: string }[])[0]?.CacheClusterId,
    expected: { a: ["primary"], c: but(nodeRoles, "primary") },
  },
  {
    what: "a snapshot that is taken",
    ...{ machine: "manual_backup", state: "DescribeSnapshot", values: snapshotStatuses },
    compares: [snapshotExists],
    given: (SnapshotStatus) => ({
      variables: { waited: 0, name: "it" },
      result: { Snapshots: [{ ...snapshot, SnapshotStatus }] },
    }),
    outcome: ({ variables }) => variables.taken,
    expected: { true: exists, false: but(snapshotStatuses, ...exists) },
  },
  {
    what: "a snapshot that is taken and lacks a shard",
    ...{ machine: "manual_backup", state: "DescribeSnapshot", values: snapshotStatuses },
    compares: [snapshotExists],
    given: (SnapshotStatus) => ({
      variables: { waited: 0, name: "it" },
      result: { Snapshots: [{ ...snapshot, SnapshotStatus, NumNodeGroups: 2 }] },
    }),
    outcome: ({ variables }) => variables.status,
    expected: {
      incomplete: exists,
      ...Object.fromEntries(but(snapshotStatuses, ...exists).map((status) => [status, [status]])),
    },
  },
  {
    what: "a snapshot that is awaited",
    ...{ machine: "manual_backup", state: "IsSnapshotAvailable", values: [...snapshotStatuses, "incomplete"] },
    compares: ["backups/manual/definition.ts: $status in ['failed', 'deleting', 'incomplete']"],
    given: (status) => ({ variables: { status, waited: 0, taken: false } }),
    expected: {
      SnapshotFailed: ["deleting", "failed", "incomplete"],
      WaitForSnapshot: but(snapshotStatuses, "deleting", "failed"),
    },
  },
  {
    what: "a backup among those that are kept",
    ...{ machine: "manual_backup", state: "ReadSnapshots", values: snapshotStatuses },
    compares: [snapshotExists, "backups/manual/definition.ts: SnapshotStatus = 'available'"],
    given: (SnapshotStatus) => ({ variables: reading, result: { Snapshots: [{ ...snapshot, SnapshotStatus }] } }),
    outcome: ({ variables }) => `deletable: ${String(listed(variables).deletable)}`,
    expected: {
      "deletable: true": ["available"],
      "deletable: false": ["restoring", "copying"],
      "deletable: undefined": but(snapshotStatuses, ...exists),
    },
  },
  {
    what: "a cache whose backups may be moved to a replica",
    ...{ machine: "snapshot_source", state: "DescribeGroup", values: groupStatuses },
    compares: ["backups/snapshot-source/definition.ts: Status = 'available'"],
    given: (Status) => ({ result: groupOf({ Status, ClusterEnabled: false, SnapshotRetentionLimit: 7 }) }),
    outcome: ({ variables }) => variables.movable,
    expected: { true: ["available"], false: but(groupStatuses, "available") },
  },
  {
    what: "a node that the backups may be moved to",
    ...{ machine: "snapshot_source", state: "DescribeGroup", values: nodeRoles },
    compares: ["backups/snapshot-source/definition.ts: CurrentRole = 'replica'"],
    given: (role) => ({
      result: groupOf({
        ...{ Status: "available", ClusterEnabled: false, SnapshotRetentionLimit: 7, NodeGroups: nodesOf(role) },
      }),
    }),
    outcome: ({ variables }) => (variables.replicas as readonly string[]).length,
    expected: { 1: ["replica"], 0: but(nodeRoles, "replica") },
  },
];

const facts = ({ variables }: { readonly variables: Readonly<Record<string, unknown>> }) =>
  variables.cluster as Readonly<Record<string, unknown>>;
const policy = { stack: "redis-backup-policy", machine: "check_clusters" } as const;
const known = { at: Date.parse(created), maxMinutes: 60 };
const group = { ARN: "arn", Arn: "arn", Status: "available", ReplicationGroupCreateTime: created };
const clusterStatuses = [...groupStatuses, "incompatible-network", "rebooting cluster nodes"];
const notInUse = ["creating", "create-failed", "deleting"] as const;

const policies: readonly Row[] = [
  {
    what: "a trail by the events that it logs",
    ...{ stack: "redis-backup-policy", machine: "check", state: "ReadSelectors", values: trails },
    compares: ["policy/trails.ts: ReadWriteType != 'ReadOnly'"],
    given: (ReadWriteType) => ({
      input: { arn: "arn" },
      result: { EventSelectors: [{ IncludeManagementEvents: true, ReadWriteType }] },
    }),
    outcome: ({ output }) => (output as { readonly logging: boolean }).logging,
    expected: { false: ["ReadOnly"], true: but(trails, "ReadOnly") },
  },
  {
    what: "a node by its engine",
    ...{ stack: "redis-backup-policy", machine: "check", state: "ListNodes", values: engines },
    compares: ["policy/listing.ts: Engine = 'memcached'"],
    given: (Engine) => ({
      variables: { marker: "", clusters: {} },
      result: { CacheClusters: [{ CacheClusterId: "one", Engine }] },
    }),
    outcome: ({ variables }) => Object.keys(variables.clusters as object).length,
    expected: { 0: ["memcached"], 1: but(engines, "memcached") },
  },
  {
    what: "a group by its failover",
    ...{ ...policy, state: "DescribeGroup", values: failovers },
    compares: ["policy/clusters.ts: AutomaticFailover in ['enabled', 'enabling']"],
    given: (AutomaticFailover) => ({
      ...{ variables: known, input: "gone" },
      result: { ReplicationGroups: [{ ...group, AutomaticFailover }] },
    }),
    outcome: (step) => facts(step).failover,
    expected: { true: ["enabled", "enabling"], false: but(failovers, "enabled", "enabling") },
  },
  {
    what: "a group by the node that its backups are taken from",
    ...{ ...policy, state: "DescribeGroup", values: nodeRoles },
    compares: ["policy/clusters.ts: 'primary' in [$members[CacheClusterId = $source].CurrentRole]"],
    given: (role) => ({
      ...{ variables: known, input: "gone" },
      result: { ReplicationGroups: [{ ...group, SnapshottingClusterId: "a", NodeGroups: nodesOf(role) }] },
    }),
    outcome: (step) => facts(step).fromPrimary,
    expected: { true: ["primary"], false: but(nodeRoles, "primary") },
  },
  {
    what: "a cluster that is evaluated",
    ...{ ...policy, state: "IsInUse", values: clusterStatuses },
    compares: ["policy/clusters.ts: $cluster.status in ['creating', 'create-failed', 'deleting']"],
    given: (status) => ({
      variables: { ...known, cluster: { status, window: "" }, filters: [{}], calls: 0, taken: 0 },
    }),
    expected: { Skip: notInUse, ReadSnapshots: but(clusterStatuses, ...notInUse) },
  },
  {
    what: "a snapshot of a cluster",
    ...{ ...policy, state: "ReadSnapshots", values: snapshotStatuses },
    compares: [snapshotExists],
    given: (SnapshotStatus) => ({
      variables: { filters: [{}], cluster: { perPage: 50 }, marker: "", taken: 0, calls: 0 },
      result: { Snapshots: [{ ...snapshot, SnapshotStatus }] },
    }),
    outcome: ({ variables }) => Number(variables.taken) > 0,
    expected: { true: exists, false: but(snapshotStatuses, ...exists) },
  },
];

/** What watches backups and takes them, and the policy for every cluster of an account. */
export const rows: readonly Row[] = [...backups, ...policies];
