import { aws } from "./support/aws";
import { deployed } from "./support/deployment";
import { expectNoChanges, expectOk } from "./support/project";

const stack = "redis-dev";
/** The values of the environment, changed step by step as a user would in a .tfvars file. */
const values: Record<string, string> = { TF_VAR_redis_version: "7.0" };

const project = deployed(stack, values);

const liveCache = (): { engine: string; version: string; parameterGroup: string; nodes: number } => {
  const { CacheClusters } = aws("elasticache", "describe-cache-clusters") as {
    CacheClusters: {
      Engine: string;
      EngineVersion: string;
      CacheParameterGroup: { CacheParameterGroupName: string };
    }[];
  };
  const [node] = CacheClusters;
  return {
    engine: node?.Engine ?? "",
    version: node?.EngineVersion ?? "",
    parameterGroup: node?.CacheParameterGroup.CacheParameterGroupName ?? "",
    nodes: CacheClusters.length,
  };
};

const token = (): string => {
  const arn = String(project().outputs(stack).redis_auth_secret_arn?.value);
  const { SecretString } = aws("secretsmanager", "get-secret-value", "--secret-id", arn) as { SecretString: string };
  return (JSON.parse(SecretString) as { auth_token: string }).auth_token;
};

test("what users change in a running environment is changed in place", () => {
  Object.assign(values, {
    TF_VAR_backup_retention_days: "9",
    TF_VAR_backup_window: "01:00-02:30",
    TF_VAR_maintenance_window: "Mon:05:00-Mon:07:00",
    TF_VAR_num_cache_nodes: "3",
    TF_VAR_node_type: "cache.r7g.large",
    TF_VAR_reserved_memory_percent: "30",
  });
  const plan = project().terraform(stack, ["plan"], values);
  expect(plan.text).toContain("aws_elasticache_replication_group.redis will be updated in-place");
  expect(plan.text).toMatch(/Plan: \d+ to add, \d+ to change, 0 to destroy\./);
  expectOk(project().deploy(stack, values));
  expectNoChanges(project(), stack, values);
  expect(liveCache().nodes).toBe(3);

  values.TF_VAR_num_cache_nodes = "2";
  expectOk(project().deploy(stack, values));
  expectNoChanges(project(), stack, values);
  expect(liveCache().nodes).toBe(2);
});

describe("upgrades", () => {
  test("are refused by a plain deploy", () => {
    const plan = project().terraform(stack, ["plan"], { ...values, TF_VAR_redis_version: "7.1" });
    expect(plan.ok).toBe(false);
    expect(plan.text).toContain("UPGRADE_STACK=redis-dev npx cdktf deploy redis-dev");
  });

  test("to a minor version happen in a run that names the stack", () => {
    values.TF_VAR_redis_version = "7.1";
    expectOk(project().deploy(stack, { ...values, UPGRADE_STACK: stack }));
    expect(liveCache()).toMatchObject({ engine: "redis", version: "7.1.0" });
    expectOk(project().deploy(stack, values));
    expectNoChanges(project(), stack, values);
  });

  test("to Valkey swap the parameter group", () => {
    Object.assign(values, { TF_VAR_engine: "valkey", TF_VAR_redis_version: "8.0" });
    expectOk(project().deploy(stack, { ...values, UPGRADE_STACK: stack }));
    expect(liveCache()).toMatchObject({ engine: "valkey", version: "8.0.0", parameterGroup: "dev-redis-valkey8" });
    expectOk(project().deploy(stack, values));
    expectNoChanges(project(), stack, values);
  });

  test.each([
    ["valkey", "7.2", "does not downgrade a live cache"],
    ["redis", "7.1", "does not go back to Redis OSS"],
  ])("never go down, to %s %s", (engine, version, sentence) => {
    const downgrade = { ...values, TF_VAR_engine: engine, TF_VAR_redis_version: version };
    const upgrade = project().deploy(stack, { ...downgrade, UPGRADE_STACK: stack });
    expect(upgrade.ok).toBe(false);
    expect(upgrade.text).toContain(sentence);
    expect(liveCache()).toMatchObject({ engine: "valkey", version: "8.0.0" });
  });
});

describe("the AUTH token", () => {
  const replacePassword = { TF_CLI_ARGS_apply: "-replace=random_password.redis_auth[0]" };

  test("is rotated without a gap, and the old one ends with the next plain deploy", () => {
    const before = token();
    expectOk(project().deploy(stack, { ...values, ...replacePassword, ROTATE_AUTH_STACK: stack }));
    expect(token() === before).toBe(false);
    expectOk(project().deploy(stack, values));
    expectNoChanges(project(), stack, values);
  });

  test("is not replaced by accident: nothing reaches the cache, and the message says the way out", () => {
    const before = token();
    const accident = project().deploy(stack, { ...values, ...replacePassword });
    expect(accident.ok).toBe(false);
    expect(accident.text).toContain("ROTATE_AUTH_STACK=redis-dev");
    expect(token() === before).toBe(true);

    expectOk(project().deploy(stack, { ...values, ...replacePassword, ROTATE_AUTH_STACK: stack }));
    expectOk(project().deploy(stack, values));
    expectNoChanges(project(), stack, values);
  });
});
