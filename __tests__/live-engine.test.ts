import { environments } from "../stacks/environments";
import { RedisStack } from "../stacks/redis-stack";
import { synthesize } from "./support/stacks";

interface Lifecycle {
  readonly ignore_changes?: readonly string[];
  readonly precondition?: readonly { readonly condition: string; readonly error_message: string }[];
}

describe("the engine that a live cache was deployed with", () => {
  const { UPGRADE_STACK: before } = process.env;
  afterEach(() => {
    if (before === undefined) Reflect.deleteProperty(process.env, "UPGRADE_STACK");
    else process.env.UPGRADE_STACK = before;
  });
  const keeper = (): Lifecycle => {
    const stack = synthesize((app) => new RedisStack(app, "redis-dev", environments.dev));
    return stack.resource.terraform_data?.redis_engine?.lifecycle as Lifecycle;
  };

  test("is kept by a plain deploy", () => {
    expect(keeper()).toEqual({ ignore_changes: ["input"] });
  });

  test("is changed by an upgrade, which goes down never, and waits for a window only where the parameter group stays", () => {
    process.env.UPGRADE_STACK = "redis-dev";
    const { ignore_changes, precondition } = keeper();
    expect(ignore_changes).toBeUndefined();
    expect(precondition).toEqual([
      expect.objectContaining({ error_message: expect.stringContaining("does not go back to Redis OSS") as unknown }),
      expect.objectContaining({ error_message: expect.stringContaining("does not downgrade a live cache") as unknown }),
      {
        condition:
          "${var.apply_immediately || data.aws_elasticache_cluster.live.parameter_group_name == aws_elasticache_parameter_group.redis.name}",
        error_message: expect.stringContaining("Upgrade it with apply_immediately = true") as unknown,
      },
    ]);
  });
});
