import {
  but,
  clusterStatuses,
  enumerated,
  executionStatuses,
  groupStatuses,
  shardStatuses,
  snapshotStatuses,
} from "../../support/aws-values";
import { howMany, reading, snapshot, type Row } from "./row";

const failed = ["create-failed", "restore-failed"] as const;
/** S3 answers no status of what no rule covers. */
const replications = [...enumerated("s3", "ReplicationStatus"), "none"];
const metricStatuses = enumerated("cloudwatch", "StatusCode");
const passing = but(snapshotStatuses, "available", "deleting", "failed");

/** The restore test, and the copy into the vault. */
export const rows: readonly Row[] = [
  {
    what: "a test group that was there before",
    ...{ machine: "restore_test", state: "CanBeDeleted", values: groupStatuses },
    compares: [
      "backups/restore-test/cleanup.ts: $status = 'available'",
      "backups/restore-test/cleanup.ts: $status in ['create-failed', 'restore-failed']",
    ],
    given: (status) => ({ variables: { status, waited: 0 } }),
    expected: {
      ListTags: ["available"],
      DeleteTestGroup: failed,
      WaitForTestGroup: but(groupStatuses, "available", ...failed),
    },
  },
  {
    what: "the execution that created it",
    ...{ machine: "restore_test", state: "DescribeOwner", values: executionStatuses },
    compares: ["backups/restore-test/cleanup.ts: $states.result.Status != 'RUNNING'"],
    given: (Status) => ({ variables: { owner: "arn" }, result: { Status } }),
    outcome: ({ variables }) => variables.ended,
    expected: { false: ["RUNNING"], true: but(executionStatuses, "RUNNING") },
  },
  {
    what: "the restored group",
    ...{ machine: "restore_test", state: "IsGroupAvailable", values: groupStatuses },
    compares: [
      "backups/restore-test/group.ts: $status in ['create-failed', 'restore-failed', 'deleting']",
      "backups/restore-test/restore.ts: $status = 'available'",
    ],
    given: (status) => ({ variables: { status, waited: 0, restoredNode: "node" } }),
    expected: {
      DescribeRestoredNode: ["available"],
      NotRestored: [...failed, "deleting"],
      WaitForRestore: but(groupStatuses, "available", "deleting", ...failed),
    },
  },
  ...([true, false] as const).map((asRequested): Row => ({
    what: `a restored node which is ${asRequested ? "" : "not "}as requested`,
    ...{ machine: "restore_test", state: "IsRestored", values: clusterStatuses },
    compares: [
      "backups/restore-test/group.ts: $status in ['create-failed', 'restore-failed', 'deleting']",
      "backups/restore-test/restore.ts: $status = 'available'",
    ],
    given: (status) => ({ variables: { status, asRequested } }),
    expected: {
      [asRequested ? "BeginComparison" : "DiffersFromRequest"]: ["available"],
      NotRestored: ["create-failed", "restore-failed", "deleting"],
      WaitForRestore: but(clusterStatuses, "available", "deleting", ...failed),
    },
  })),
  {
    what: "the shards of a restored group that is available",
    ...{ stack: "redis-sharded", machine: "restore_test", state: "DescribeRestore", values: shardStatuses },
    compares: ["cache/shards.ts: Status = 'available'"],
    given: (Status) => ({
      variables: { began: 0, waited: 0, chosen: { shards: 2 } },
      result: {
        ReplicationGroups: [
          { Status: "available", MemberClusters: ["node"], NodeGroups: [{ Status: "available" }, { Status }] },
        ],
      },
    }),
    outcome: ({ variables }) => variables.status,
    expected: { available: ["available"], incomplete: but(shardStatuses, "available") },
  },
  {
    what: "a restored group whose shards are all available",
    ...{ stack: "redis-sharded", machine: "restore_test", state: "DescribeRestore", values: groupStatuses },
    compares: ["cache/shards.ts: Status = 'available'"],
    given: (Status) => ({
      variables: { began: 0, waited: 0, chosen: { shards: 3 } },
      result: { ReplicationGroups: [{ Status, MemberClusters: ["node"], NodeGroups: [{ Status: "available" }] }] },
    }),
    outcome: ({ variables }) => variables.status,
    expected: {
      incomplete: ["available"],
      ...Object.fromEntries(but(groupStatuses, "available").map((status) => [status, [status]])),
    },
  },
  {
    what: "an answer about the keys of the backed up node",
    ...{ machine: "restore_test", state: "GetSourceMetrics", values: metricStatuses },
    compares: ["backups/restore-test/keys.ts: StatusCode != 'Complete'"],
    given: (StatusCode) => ({
      ...{ variables: { chosen: { created: Date.now() } }, input: { nodes: ["node"] } },
      result: {
        MetricDataResults: ["k_node", "v_node"].map((Id) => ({
          ...{ Id, StatusCode, Timestamps: ["2026-01-31T12:00:00Z"], Values: [100] },
        })),
      },
    }),
    outcome: ({ output }) => (output as { readonly known: boolean }).known,
    expected: { true: ["Complete"], false: but(metricStatuses, "Complete") },
  },
  {
    what: "the requested snapshot",
    ...{ machine: "restore_test", state: "DescribeNode", values: snapshotStatuses },
    compares: ["backups/restore-test/choose.ts: $chosen.status != 'available'"],
    given: (status) => ({
      variables: {
        nodes: ["node"],
        chosen: {
          ...{ name: "it", status, engine: "redis", version: "7.1.0", nodeType: "cache.r7g.large", shards: 1 },
          ...{ sizes: ["1 MB"], whole: true, clustered: false },
        },
      },
      result: {
        CacheClusters: [
          { Engine: "redis", EngineVersion: "7.1.0", CacheParameterGroup: { CacheParameterGroupName: "group" } },
        ],
      },
    }),
    outcome: ({ variables }) => variables.unfit,
    expected: {
      "": ["available"],
      ...Object.fromEntries(
        but(snapshotStatuses, "available").map((status) => [`The snapshot it is ${status}, not available.`, [status]]),
      ),
    },
  },
  {
    what: "a snapshot among which the newest is chosen",
    ...{ machine: "restore_test", state: "ReadSnapshots", values: snapshotStatuses },
    compares: ["backups/restore-test/choose.ts: SnapshotStatus = 'available'"],
    given: (SnapshotStatus) => ({
      variables: reading,
      result: { Snapshots: [{ ...snapshot, SnapshotStatus, Engine: "redis" }] },
    }),
    outcome: howMany,
    expected: { 1: ["available"], 0: but(snapshotStatuses, "available") },
  },
  ...(["IsChosenAvailable", "IsExportDone"] as const).map((state): Row => ({
    what: `a backup that is exported, in ${state}`,
    ...{ machine: "vault_copy", state, values: snapshotStatuses },
    compares: [
      "backups/vault/export.ts: $status = 'available'",
      "backups/vault/export.ts: $status in ['failed', 'deleting']",
    ],
    given: (status) => ({ variables: { status, waited: 0 } }),
    expected:
      state === "IsChosenAvailable"
        ? {
            CopySnapshot: ["available"],
            ChosenUnavailable: ["deleting", "failed"],
            WaitForChosen: passing,
          }
        : {
            ListFiles: ["available"],
            ExportIncomplete: ["deleting", "failed"],
            WaitForExport: passing,
          },
  })),
  ...([true, false] as const).map((exported): Row => ({
    what: `a file that ${exported ? "this" : "an earlier"} execution has exported`,
    ...{ machine: "vault_copy", state: "HasFileArrived", values: replications },
    compares: [
      "backups/vault/arrival.ts: $replication in ['FAILED', 'none']",
      "backups/vault/arrival.ts: $replication in ['COMPLETED', 'COMPLETE']",
    ],
    given: (replication) => ({ variables: { replication, waited: 0, exported } }),
    expected: {
      FileArrived: ["COMPLETE", "COMPLETED"],
      [exported ? "NotReplicated" : "ExportAgain"]: ["FAILED", "none"],
      WaitForReplication: but(replications, "COMPLETED", "COMPLETE", "FAILED", "none"),
    },
  })),
];
