import { manualBackup } from "../../../stacks/backups/manual/definition";
import { shards } from "../../../stacks/cache/shards";
import { ExecutionError, filledIn, run, type Answer } from "../../support/machine";

const cache = "prod-redis-cluster";
const machine = filledIn(manualBackup(shards), {
  "local.replication_group_id": cache,
  "local.name": "prod-redis",
  "local.workflow_tags": "[]",
  "var.manual_backups_kept": "3",
});

/** A manual backup of a cache with two shards, whose snapshot has the data of `parts` of them once it is available. */
async function backedUp(parts: number) {
  const created: unknown[] = [];
  const answer: Answer = (action, args) => {
    switch (action) {
      case "listExecutions":
        return { Executions: [] };
      case "describeReplicationGroups":
        return { ReplicationGroups: [{ ReplicationGroupId: cache, Status: "available" }] };
      case "createSnapshot":
        created.push(args);
        return {};
      case "describeSnapshots":
        return {
          Snapshots: [
            {
              SnapshotName: "a",
              SnapshotStatus: "available",
              NumNodeGroups: 2,
              NodeSnapshots: Array.from({ length: parts }, () => ({ SnapshotCreateTime: "2026-01-31T00:00:00Z" })),
            },
          ],
        };
      case "putMetricData":
        return {};
      default:
        throw new Error(`A manual backup calls ${action}, which it should not.`);
    }
  };
  const output = await run(machine, answer, {}).catch((error: unknown) => {
    if (error instanceof ExecutionError) return error.message;
    throw error;
  });
  return { output, created };
}

test("it is taken of the group, which ElastiCache has a replica of each shard for", async () => {
  const { output, created } = await backedUp(2);
  expect(output).toMatchObject({ takenFrom: cache });
  expect(created).toEqual([expect.objectContaining({ ReplicationGroupId: cache })]);
  expect(created[0]).not.toHaveProperty("CacheClusterId");
});

test("one that lacks a shard has failed", async () => {
  const { output } = await backedUp(1);
  expect(output).toMatch(/^ManualBackup.Failed: The snapshot .* is incomplete after/);
});
