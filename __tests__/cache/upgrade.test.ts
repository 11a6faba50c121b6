import { RedisStack } from "../../stacks/redis-stack";
import { environments } from "../../stacks/environments";
import { argumentOf, evaluatedArguments } from "../support/expressions";
import { synthesize } from "../support/synthesize";
import { describeTerraform } from "../support/terraform";

const stack = synthesize(
  (app) => new RedisStack(app, "redis-prod", { ...environments.prod, overrides: { upgrade: true } }),
);

/** Whether an upgrade of a live cache to the version is one, as the precondition compares them. */
const isUpgrade = (cases: readonly (readonly [live: string, requested: string])[]): readonly unknown[] =>
  evaluatedArguments(
    cases.map(([live, requested]) => ({
      stack,
      given: { "data.aws_elasticache_cluster.live": { engine_version: live }, "var.redis_version": requested },
      argument: "${local.requested_version >= local.live_version}",
    })),
  );

describeTerraform("an upgrade", () => {
  const cases: readonly (readonly [live: string, requested: string, isOne: boolean])[] = [
    ["7.0.7", "7.1", true],
    ["7.1.0", "7.1", true],
    ["7.1.0", "7.0", false],
    ["6.2.6", "10.0", true],
    ["10.0.0", "9.1", false],
    ["5.0.6", "6.x", true],
    // AWS makes the newest version of 6.x, which is 6.2.
    ["6.2.6", "6.x", true],
    ["7.0.7", "6.x", false],
  ];
  test("goes to the same version or a newer one, by numbers and not by letters", () => {
    const upgrades = isUpgrade(cases.map(([live, requested]) => [live, requested]));
    expect(cases.map(([live, requested], i) => [live, requested, upgrades[i]])).toEqual(cases);
  });

  test("looks at one of the nodes of the live cache, the same one in every plan", () => {
    const nodes = [["cache-001"], ["cache-002", "cache-001"], ["cache-001", "cache-002"]];
    const looked = evaluatedArguments(
      nodes.map((member_clusters) => ({
        stack,
        given: { "data.aws_elasticache_replication_group.live": { member_clusters } },
        argument: argumentOf(stack, "data.aws_elasticache_cluster.live", "cluster_id"),
      })),
    );
    expect(looked).toEqual(nodes.map(() => "cache-001"));
  });
});
