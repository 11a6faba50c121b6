import { argumentOf, evaluatedArguments, promised, type Given, type Promised } from "../support/expressions";
import { environmentStacks, shardedStack } from "../support/stacks";
import { describeTerraform } from "../support/terraform";

// How many nodes the cache has, and which of them there are alarms on. That AWS names them so: __tests__/e2e.

const group = (argument: string, promise: string, is: unknown, given: Given = {}): Promised => ({
  address: "aws_elasticache_replication_group.redis",
  argument,
  promise,
  given,
  is,
});
const sharded = { "redis-sharded": shardedStack };
const three = { "var.num_node_groups": 3, "var.replicas_per_node_group": 2 };

describeTerraform("a cache without shards", () => {
  test.each(
    promised(environmentStacks, [
      {
        ...group("num_cache_clusters", "has the nodes of its environment", null),
        by: { "redis-dev": 2, "redis-staging": 2, "redis-prod": 3 },
      },
      group("num_cache_clusters", "has as many nodes as num_cache_nodes says, the primary included", 5, {
        "var.num_cache_nodes": 5,
      }),
      group("num_node_groups", "has no shards", null),
      group("replicas_per_node_group", "counts no nodes by shard", null),
    ]),
  )("%s", (_promise, expectKept) => {
    expectKept();
  });
});

describeTerraform("a cache with shards", () => {
  test.each(
    promised(sharded, [
      group("num_node_groups", "has the shards of its environment", 3),
      group("replicas_per_node_group", "has the nodes of its environment in each, less the primary", 1),
      group("num_node_groups", "has as many shards as num_node_groups says", 7, { "var.num_node_groups": 7 }),
      group("replicas_per_node_group", "has as many replicas in each as replicas_per_node_group says", 4, {
        "var.replicas_per_node_group": 4,
      }),
      group("num_cache_clusters", "counts no nodes of the whole", null),
    ]),
  )("%s", (_promise, expectKept) => {
    expectKept();
  });

  test("has cluster mode enabled by a parameter group that has it in its name", () => {
    const [name, parameters] = evaluatedArguments(
      ["name", "parameter"].map((argument) => ({
        stack: shardedStack(),
        argument: argumentOf(shardedStack(), "aws_elasticache_parameter_group.redis", argument),
      })),
    );
    expect(name).toMatch(/^sharded-redis-redis7-.*cluster/);
    expect(parameters).toContainEqual({ name: "cluster-enabled", value: "yes" });
  });
});

describeTerraform("alarms are on", () => {
  const nodes = (stack: typeof shardedStack, given: Given): unknown =>
    evaluatedArguments([{ stack: stack(), given, argument: "${local.nodes}" }])[0];
  const [replicas = shardedStack] = Object.values(environmentStacks);
  const members = (...ids: readonly string[]): Given => ({
    "aws_elasticache_replication_group.redis": { member_clusters: ids },
    "local.replication_group_id": "c",
  });

  test("the nodes that the cache has, whatever their numbers are", () => {
    expect(nodes(replicas, { ...members("c-004", "c-001", "c-003"), "var.num_cache_nodes": 3 })).toEqual({
      1: "c-001",
      2: "c-003",
      3: "c-004",
    });
  });

  test("the nodes that it will have, before it exists and before it grows", () => {
    expect(nodes(replicas, { ...members(), "var.num_cache_nodes": 2 })).toEqual({ 1: "c-001", 2: "c-002" });
    expect(nodes(replicas, { ...members("c-001", "c-002"), "var.num_cache_nodes": 3 })).toEqual({
      1: "c-001",
      2: "c-002",
      3: "c-003",
    });
  });

  test("every node of every shard", () => {
    const all = ["c-0001-001", "c-0001-002", "c-0001-003", "c-0002-001", "c-0002-002", "c-0002-003"];
    const expected = [...all, "c-0003-001", "c-0003-002", "c-0003-003"];
    const byPlace = Object.fromEntries(expected.map((id, i) => [i + 1, id]));
    expect(nodes(shardedStack, { ...members(), ...three })).toEqual(byPlace);
    expect(nodes(shardedStack, { ...members(...all), ...three })).toEqual(byPlace);
  });
});
