import { aws, createNetwork, deleteNetwork, snapshotNames, type Network } from "./support/aws";
import { describeLab, lab } from "./support/lab";
import { expectNoChanges, expectOk, Project } from "./support/project";
import {
  born,
  cache,
  destroyWhatIsLeft,
  expectRecovery,
  killBetween,
  parameterGroups,
  token,
} from "./support/recovery";

/** A change of a live environment dies. */
const stack = "redis-dev";
const values: Record<string, string> = { TF_VAR_redis_version: "7.0" };
let network: Network;
let project: Project;

beforeAll(() => {
  network = createNetwork();
  project = new Project(network);
  expectOk(project.deploy(stack, values));
});

afterAll(async () => {
  await slowly(0);
  destroyWhatIsLeft(project, stack, values);
  deleteNetwork(network);
  project.remove();
});

/** How long AWS works on a change of a cache. Elsewhere than in the lab it takes minutes by itself. */
async function slowly(groupSeconds: number): Promise<void> {
  if (process.env.LAB_URL !== undefined) await lab("delay", { groupSeconds });
}

/** Kills a run as soon as AWS works on the cache, and waits until it has done so. */
async function killWhile(status: string, environment: NodeJS.ProcessEnv): Promise<void> {
  expectOk(project.synth(environment));
  await slowly(20);
  await project.kill(stack, "apply", () => cache()?.Status === status, environment);
  await slowly(0);
}

async function untilAvailable(): Promise<void> {
  while (cache()?.Status !== "available") await new Promise((wake) => setTimeout(wake, 300));
}

const version = (): string | undefined =>
  (aws("elasticache", "describeCacheClusters") as { CacheClusters: { EngineVersion: string }[] }).CacheClusters[0]
    ?.EngineVersion;

test("killed while the node type changes: the same deploy again is enough", async () => {
  values.TF_VAR_node_type = "cache.r7g.large";
  await killWhile("modifying", values);
  await untilAvailable();
  expectOk(project.deploy(stack, values));
  expectNoChanges(project, stack, values);
});

test("killed while the AUTH token is rotated: both tokens work, and clients read one that does", async () => {
  const before = token(project, stack);
  const rotation = { ...values, ROTATE_AUTH_STACK: stack };
  await killWhile("modifying", { ...rotation, TF_CLI_ARGS_apply: "-replace=random_password.redis_auth[0]" });
  expect(token(project, stack) === before).toBe(true);
  await untilAvailable();

  const plain = project.deploy(stack, values);
  expect(plain.ok).toBe(false);
  expect(plain.text).toContain("ROTATE_AUTH_STACK=redis-dev npx cdktf deploy redis-dev");

  expectOk(project.deploy(stack, rotation));
  expect(token(project, stack) === before).toBe(false);
  expectOk(project.deploy(stack, values));
  expectNoChanges(project, stack, values);
});

describeLab("an upgrade", () => {
  test("that AWS refuses does not count as done", async () => {
    values.TF_VAR_redis_version = "7.1";
    await lab("fail", { action: "ModifyReplicationGroup", code: "InsufficientCacheClusterCapacity" });
    const upgrade = project.deploy(stack, { ...values, UPGRADE_STACK: stack });
    expect(upgrade.ok).toBe(false);
    expect(upgrade.text).toContain("InsufficientCacheClusterCapacity");
    expect(version()).toBe("7.0.7");
    expectOk(project.synth());
    expect(project.terraform(stack, ["plan"], values).text).toContain("The live cache was deployed as redis 7.0");
  });

  test("that was killed with the parameter group of the next family made goes on after recover", async () => {
    Object.assign(values, { TF_VAR_engine: "valkey", TF_VAR_redis_version: "8.0" });
    const upgrade = { ...values, UPGRADE_STACK: stack };
    expectOk(project.synth(upgrade));
    const isThere = (): boolean => parameterGroups().length === 2;
    await killBetween(project, stack, { isThere, next: ["ModifyCacheParameterGroup"] }, upgrade);
    expect(project.deploy(stack, upgrade).text).toContain("CacheParameterGroupAlreadyExists");
    // The parameter group of the last family goes.
    expectRecovery(project, stack, upgrade, 1);
    expectOk(project.synth());
    expectNoChanges(project, stack, values);
    expect(parameterGroups()).toEqual(["dev-redis-valkey8"]);
    expect(version()).toBe("8.0.0");
  });
});

test("killed while a cache is replaced, its final snapshot taken: the next one has a snapshot of its own", async () => {
  const before = { born: born(), snapshots: snapshotNames().length };
  await killWhile("deleting", { ...values, TF_CLI_ARGS_apply: "-replace=random_id.redis_final_snapshot" });
  const recovery = project.recover(stack, ["--yes"], values);
  expectOk(recovery);
  expect(recovery.text).toContain("its final snapshot is taken.");
  expectOk(project.deploy(stack, values));
  expectNoChanges(project, stack, values);
  expect(born()).not.toBe(before.born);
  expectOk(project.destroy(stack, values));
  expect(snapshotNames()).toHaveLength(before.snapshots + 2);
});
