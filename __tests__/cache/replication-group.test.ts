import { App } from "cdktf";
import { environments } from "../../stacks/environments";
import { RedisStack } from "../../stacks/redis-stack";
import { annotationsOf } from "../../stacks/terraform/annotation";
import { stacks } from "../support/stacks";

interface Lifecycle {
  readonly ignore_changes: readonly string[];
  readonly replace_triggered_by: readonly string[];
}
describe("the cache", () => {
  const cache = stacks["redis-dev"]?.().resource.aws_elasticache_replication_group?.redis ?? {};
  const lifecycle = cache.lifecycle as Lifecycle;

  test("is encrypted, spread over zones, and survives its primary", () => {
    expect(cache).toMatchObject({
      at_rest_encryption_enabled: "true",
      transit_encryption_enabled: true,
      automatic_failover_enabled: true,
      multi_az_enabled: true,
    });
  });

  test("has another final snapshot's name in each of its lives", () => {
    expect(lifecycle.replace_triggered_by).toEqual(["random_id.redis_final_snapshot"]);
    expect(cache.final_snapshot_identifier).toBe("${var.create_final_snapshot ? local.final_snapshot_name : null}");
  });

  test("is not replaced by what AWS changes, or by a restore that is over", () => {
    expect(lifecycle.ignore_changes).toEqual([
      "engine_version",
      "snapshot_name",
      "snapshot_arns",
      'tags["RestoredFrom"]',
      'tags_all["RestoredFrom"]',
    ]);
  });
});

test("the parameter group of a new family exists before the old one goes", () => {
  expect(stacks["redis-dev"]?.().resource.aws_elasticache_parameter_group?.redis).toMatchObject({
    name: '${local.name}-${replace(local.redis_family, ".", "-")}',
    lifecycle: { create_before_destroy: true },
  });
});

test.each([
  [null, false],
  [3, true],
])(
  "of %j shards, the comment on the parameter group's name explains the cluster mode in it: %j",
  (shards, isInName) => {
    const stack = new RedisStack(new App(), "redis-test", { ...environments.dev, shards });
    const group = stack.node.findAll().find(({ node }) => node.id === "aws_elasticache_parameter_group.redis");
    const comment = group && annotationsOf(group).get("name");
    expect(comment).toContain("a group in use cannot be deleted");
    expect(comment?.includes("cluster mode")).toBe(isInName);
  },
);
