import { aws } from "./support/aws";
import { deployed } from "./support/deployment";
import { describeLab, lab } from "./support/lab";
import { group, nodes, parameters } from "./support/live";
import { expectNoChanges, expectOk } from "./support/project";
import { expectProtected, expectRefused } from "./support/refusing";

const stack = "redis-prod";
const cache = "prod-redis-cluster";
let born: string;

/** The values of the environment, as a user's .tfvars file has them after each upgrade. */
const values: Record<string, string> = {
  TF_VAR_redis_version: "6.2",
  // Runs every version. Two are enough here.
  TF_VAR_node_type: "cache.r6g.large",
  TF_VAR_num_cache_nodes: "2",
  // To see that they come along into each family's parameter group.
  TF_VAR_maxmemory_policy: "allkeys-lfu",
};

const project = deployed(stack, values, { UNPROTECT_STACK: stack });
beforeAll(() => {
  born = group(cache).ReplicationGroupCreateTime;
});

const parameterGroups = (): string[] => {
  const { CacheParameterGroups } = aws("elasticache", "describeCacheParameterGroups") as {
    CacheParameterGroups: { CacheParameterGroupName: string }[];
  };
  return CacheParameterGroups.map(({ CacheParameterGroupName }) => CacheParameterGroupName).filter((name) =>
    name.startsWith("prod-redis-"),
  );
};

/** Expects every node of the first cache to run this, with the one parameter group that there is. */
function expectLive(engine: string, version: string, parameterGroup: string): void {
  expect(group(cache).ReplicationGroupCreateTime).toBe(born);
  for (const node of nodes()) {
    expect(node.Engine).toBe(engine);
    expect(node.EngineVersion.startsWith(`${version}.`)).toBe(true);
    expect(node.CacheParameterGroup.CacheParameterGroupName).toBe(parameterGroup);
  }
  expect(parameterGroups()).toEqual([parameterGroup]);
  expect(parameters(parameterGroup)).toMatchObject({ "maxmemory-policy": "allkeys-lfu" });
}

/** The documented way: a run that names the stack; plain deploys then find nothing to change. */
function expectUpgrade(engine: string, version: string): void {
  Object.assign(values, { TF_VAR_engine: engine, TF_VAR_redis_version: version });
  expectOk(project().deploy(stack, { ...values, UPGRADE_STACK: stack }));
  expectOk(project().synth(values));
  expectNoChanges(project(), stack, values);
}

/** Expects that even a run that names the stack is refused at plan. In Terraform itself: cdktf loses the end of what is printed now and then. */
function expectRefusedUpgrade(changed: Readonly<Record<string, string>>, words: string): void {
  const named = { ...values, ...changed, UPGRADE_STACK: stack };
  expectOk(project().synth(named));
  expectRefused(project().terraform(stack, ["plan", "-input=false"], named), words);
}

describe("a plain deploy refuses at plan, and says how to upgrade:", () => {
  test.each([
    ["a major version", "redis", "7.1"],
    ["a downgrade", "redis", "6.0"],
    ["Valkey", "valkey", "8.0"],
  ])("%s", (_what, engine, version) => {
    const wanted = { ...values, TF_VAR_engine: engine, TF_VAR_redis_version: version, TF_VAR_log_types: "[]" };
    const plan = project().terraform(stack, ["plan"], wanted);
    expectRefused(plan, "UPGRADE_STACK=redis-prod npx cdktf deploy redis-prod");
  });
});

test("a parameter group family alone is refused at plan", () => {
  const plan = project().terraform(stack, ["plan"], { ...values, TF_VAR_redis_family: "redis7" });
  expectRefused(plan, 'redis_family "redis7" is not the family of redis "6.2". Remove redis_family');
});

test("a major version: the parameter group of the new family takes the place of the old one", () => {
  expectLive("redis", "6.2", "prod-redis-redis6-x");
  expectUpgrade("redis", "7.0");
  expectLive("redis", "7.0", "prod-redis-redis7");
});

test("a minor version that AWS moves up by itself is left alone, never taken back, and the values follow when people like", () => {
  aws("elasticache", "modifyReplicationGroup", {
    ReplicationGroupId: cache,
    EngineVersion: "7.1",
    ApplyImmediately: true,
  });
  expectNoChanges(project(), stack, values);
  expectLive("redis", "7.1", "prod-redis-redis7");

  expectRefusedUpgrade({}, "does not downgrade a live cache");
  expectUpgrade("redis", "7.1");
  expectLive("redis", "7.1", "prod-redis-redis7");
});

test("with apply_immediately = false, an upgrade to another family is refused at plan", () => {
  const waiting = { TF_VAR_engine: "valkey", TF_VAR_redis_version: "8.0", TF_VAR_apply_immediately: "false" };
  expectRefusedUpgrade(waiting, "Set apply_immediately = true, and upgrade at a time that suits your clients.");
});

test("from Redis OSS to Valkey", () => {
  expectUpgrade("valkey", "8.0");
  expectLive("valkey", "8.0", "prod-redis-valkey8");
  expectProtected(project().terraform(stack, ["plan", "-destroy"], values));
});

describeLab("with apply_immediately = false", () => {
  test("a minor version waits for the maintenance window, and no plan shows anything meanwhile or after it", async () => {
    values.TF_VAR_apply_immediately = "false";
    expectUpgrade("valkey", "8.1");
    expectLive("valkey", "8.0", "prod-redis-valkey8");
    expect(nodes()[0].PendingModifiedValues).toEqual({ EngineVersion: "8.1" });

    await lab("maintenance", { replicationGroupId: cache });
    expectLive("valkey", "8.1", "prod-redis-valkey8");
    expectNoChanges(project(), stack, values);
  });
});

describe("an upgrade never goes down", () => {
  test.each([
    ["a major version", "valkey", "7.2", "does not downgrade a live cache"],
    ["to Redis OSS", "redis", "7.1", "cannot change it back to Redis OSS"],
  ])("%s", (_what, engine, version, sentence) => {
    expectRefusedUpgrade({ TF_VAR_engine: engine, TF_VAR_redis_version: version }, sentence);
  });
});
