import { snapshotSource } from "../../../stacks/backups/snapshot-source/definition";
import { filledIn, run } from "../../support/machine";

const machine = filledIn(snapshotSource({ multiAz: true }), { "local.replication_group_id": "prod-redis" });

interface Given {
  readonly group?: object;
  readonly nodes?: object;
}

/** The arguments of ModifyReplicationGroup; nothing when it is not called. The node 001 is the primary. */
async function moved({ group = {}, nodes = {} }: Given): Promise<unknown> {
  let call: unknown;
  await run(machine, (action, args) => {
    switch (action) {
      case "describeReplicationGroups":
        return {
          ReplicationGroups: [
            {
              Status: "available",
              ClusterEnabled: false,
              SnapshotRetentionLimit: 7,
              MemberClusters: ["prod-redis-001", "prod-redis-002"],
              SnapshottingClusterId: "prod-redis-001",
              NodeGroups: [
                {
                  NodeGroupMembers: [
                    { CacheClusterId: "prod-redis-001", CurrentRole: "primary" },
                    { CacheClusterId: "prod-redis-002", CurrentRole: "replica" },
                  ],
                },
              ],
              ...group,
            },
          ],
        };
      case "describeCacheClusters":
        return { CacheClusters: [{ CacheClusterId: args.CacheClusterId, ...nodes }] };
      case "modifyReplicationGroup":
        call = args;
        return {};
      default:
        throw new Error(`It calls ${action}, which it should not.`);
    }
  });
  return call;
}

test("given backups from the primary, then they are moved to a replica at once", async () => {
  await expect(moved({})).resolves.toEqual({
    ReplicationGroupId: "prod-redis",
    SnapshottingClusterId: "prod-redis-002",
    ApplyImmediately: true,
  });
});

test.each<[string, unknown]>([
  ["absent", undefined],
  ["null", null],
  ["empty", {}],
  ["a null member", { AutomaticFailoverStatus: null }],
  ["an empty list", { LogDeliveryConfigurations: [] }],
  ["an empty member", { Resharding: {} }],
])("given pending changes that are %s, then nothing is pending and it moves", async (_form, PendingModifiedValues) => {
  await expect(moved({ group: { PendingModifiedValues }, nodes: { PendingModifiedValues } })).resolves.toBeDefined();
});

test.each<[string, Given]>([
  ["backups from a replica", { group: { SnapshottingClusterId: "prod-redis-002" } }],
  ["no source", { group: { SnapshottingClusterId: undefined } }],
  ["a source of null", { group: { SnapshottingClusterId: null } }],
  ["no backups", { group: { SnapshotRetentionLimit: 0 } }],
  ["a retention of null", { group: { SnapshotRetentionLimit: null } }],
  ["a group that is not available", { group: { Status: "snapshotting" } }],
  ["cluster mode enabled", { group: { ClusterEnabled: true } }],
  [
    "a change of the group that is pending",
    { group: { PendingModifiedValues: { TransitEncryptionMode: "required" } } },
  ],
  ["a switch of the group that is pending", { group: { PendingModifiedValues: { TransitEncryptionEnabled: false } } }],
  ["a node type that waits for the window", { nodes: { PendingModifiedValues: { CacheNodeType: "cache.r7g.large" } } }],
])("given %s, then it is left alone", async (_what, given) => {
  await expect(moved(given)).resolves.toBeUndefined();
});
