import { shards } from "../../stacks/cache/shards";
import { replicas, type Topology } from "../../stacks/cache/topology";
import { jsonataAtOnce } from "../support/jsonata";

// Which snapshots are the cache's own, by the names that AWS documents: a node of a cache without shards is <group>-<3 digits>. That AWS
// names them so: __tests__/e2e.

const isOwn = (topology: Topology, id: string, snapshot: object, nodes: readonly string[] = []): unknown =>
  jsonataAtOnce(topology.isSnapshotOf(id)).evaluate(snapshot, { nodes });

describe("of a cache without shards, a snapshot of", () => {
  test.each<[what: string, id: string, node: unknown, nodes: readonly string[], own: boolean]>([
    ["a node that it has", "orders", "orders-001", ["orders-001", "orders-002"], true],
    ["a node that it has, whatever its name", "orders", "old-name-001", ["old-name-001"], true],
    ["a node that it had", "orders", "orders-004", ["orders-001"], true],
    ["a node that it had, with digits in the name of the cache", "orders-123-eu", "orders-123-eu-004", [], true],
    ["a node that it had, with digits at the end of the name", "orders-123", "orders-123-004", [], true],
    ["a node of another cache", "orders", "users-001", ["orders-001"], false],
    ["a node of a cache whose name goes on", "orders", "orders-eu-001", ["orders-001"], false],
    ["a node of a cache whose name goes on with digits", "orders", "orders-123-001", ["orders-001"], false],
    ["a node of a cache whose name begins earlier", "orders", "old-orders-001", ["orders-001"], false],
    ["a cache that is a node by itself, named like the group", "orders-001", "orders-001", [], false],
    ["a cache with shards, which names no node", "orders", undefined, ["orders-001"], false],
    ["a cache with shards, while no nodes are known", "orders", undefined, [], false],
  ])("%s: %s, %j, beside %j", (_what, id, node, nodes, own) => {
    expect(isOwn(replicas, id, { CacheClusterId: node }, nodes)).toBe(own);
  });
});

describe("the snapshots of a cache without shards are looked for", () => {
  const filters = (source: string | null, members: readonly string[], primary = members[0]): unknown => {
    const roles = members.map((id) => ({ CacheClusterId: id, CurrentRole: id === primary ? "primary" : "replica" }));
    const found = jsonataAtOnce(replicas.snapshotFilters("c")).evaluate(
      { SnapshottingClusterId: source, MemberClusters: members, NodeGroups: [{ NodeGroupMembers: roles }] },
      {},
    ) as readonly { readonly CacheClusterId: string }[];
    return found.map(({ CacheClusterId: id }) => id);
  };
  const free = (...taken: readonly number[]): readonly string[] =>
    [1, 2, 3, 4, 5, 6, 7, 8, 9].filter((number) => !taken.includes(number)).map((number) => `c-00${number}`);

  test.each<[string, string | null, readonly string[], string | undefined, readonly string[]]>([
    [
      "at the node that they are taken of first, and at nodes that it had last",
      "c-002",
      ["c-001", "c-002"],
      "c-001",
      ["c-002", "c-001", ...free(1, 2)],
    ],
    [
      "at the primary next: it was the source, when a failover has just made it the primary",
      "c-002",
      ["c-001", "c-002", "c-003"],
      "c-003",
      ["c-002", "c-003", "c-001", ...free(1, 2, 3)],
    ],
    ["at all nodes without a source of backups", null, ["c-001", "c-002"], "c-002", ["c-002", "c-001", ...free(1, 2)]],
    ["at nodes of other names", "a", ["a", "b"], "b", ["a", "b", ...free()]],
    ["at nodes of numbers that none had lately", "c-012", ["c-012"], "c-012", ["c-012", ...free()]],
  ])("%s", (_promise, source, members, primary, ids) => {
    expect(filters(source, members, primary)).toEqual(ids);
  });
});

test("the snapshots of a cache with shards are looked for by the name of the group, all at once", () => {
  expect(jsonataAtOnce(shards.snapshotFilters("c")).evaluate({}, {})).toEqual({ ReplicationGroupId: "c" });
});

describe("of a cache with shards, a snapshot of", () => {
  test.each<[what: string, snapshot: object, own: boolean]>([
    ["the group", { ReplicationGroupId: "orders" }, true],
    ["another group", { ReplicationGroupId: "users" }, false],
    ["a group whose name goes on", { ReplicationGroupId: "orders-eu" }, false],
    ["a cache without shards, which names a node", { CacheClusterId: "orders-001" }, false],
  ])("%s", (_what, snapshot, own) => {
    expect(isOwn(shards, "orders", snapshot)).toBe(own);
  });
});
