import { snapshotNames } from "./support/aws";
import { describeLab, lab, onLab } from "./support/lab";
import { nodes } from "./support/live";
import { expectNoChanges, expectOk } from "./support/project";
import {
  expectClientsLetIn,
  expectLetIn,
  expectNothingLeft,
  expectRecovery,
  Patient,
  slowly,
} from "./support/recovery";
import { expectRefused } from "./support/refusing";
import { letIn } from "./support/token";

/** A change of a live environment dies. */
const values: Record<string, string> = { TF_VAR_redis_version: "7.0" };
let dev: Patient;

beforeAll(() => {
  dev = new Patient("dev");
  expectOk(dev.project.apply(dev.stack, values));
});

afterAll(async () => {
  await slowly(0);
  dev.cleanUp(values);
});

const version = (): string => nodes()[0].EngineVersion;

test("killed while the node type changes: the same deploy again is enough", async () => {
  values.TF_VAR_node_type = "cache.r7g.large";
  await dev.killWhile("modifying", { values });
  await dev.until("available");
  expectOk(dev.apply(values));
  expectNoChanges(dev.project, dev.stack, values);
});

test("killed while the AUTH token is rotated: both tokens work, and clients read one that does", async () => {
  const old = dev.token();
  const rotation = { ...values, ROTATE_AUTH_STACK: dev.stack };
  expectOk(dev.project.synth(rotation));
  await dev.killWhile("modifying", {
    values: { ...rotation, TF_CLI_ARGS_apply: "-replace=random_password.redis_auth[0]" },
    // The provider changes the tags first, and the cache is modifying then already.
    moment: async () => !onLab || (await letIn(dev.cacheId, { old })).length === 2,
  });
  expect(dev.token() === old).toBe(true);
  await expectLetIn(dev, ["old", "an unknown one"], { old });
  await dev.until("available");

  expectOk(dev.project.synth());
  expectRefused(dev.plan(values), /ROTATE_AUTH_STACK=redis-dev npx cdktf deploy redis-dev/);

  expectOk(dev.project.apply(dev.stack, rotation));
  expect(dev.token() === old).toBe(false);
  expectOk(dev.project.apply(dev.stack, values));
  expectNoChanges(dev.project, dev.stack, values);
  await expectClientsLetIn(dev);
});

describeLab("an upgrade", () => {
  const notByDeploy = /The live cache was deployed as redis 7\.0, but engine and redis_version request redis 7\.1\./;

  test("that AWS refuses does not count as done; the same one again is enough", async () => {
    values.TF_VAR_redis_version = "7.1";
    const upgrade = { ...values, UPGRADE_STACK: dev.stack };
    // Only changing the version, before the upgrade and after it failed.
    expectRefused(dev.plan(values), notByDeploy);
    await lab("fail", { action: "ModifyReplicationGroup", code: "InsufficientCacheClusterCapacity" });
    expectOk(dev.project.synth(upgrade));
    expectRefused(dev.apply(upgrade), /InsufficientCacheClusterCapacity/);
    expect(version()).toBe("7.0.7");
    expectOk(dev.project.synth());
    expectRefused(dev.plan(values), notByDeploy);

    expectOk(dev.project.apply(dev.stack, upgrade));
    expect(version()).toBe("7.1.0");
    expectOk(dev.project.synth());
    expectNoChanges(dev.project, dev.stack, values);
  });

  test("that was killed with the parameter group of the next family made goes on after recover", async () => {
    Object.assign(values, { TF_VAR_engine: "valkey", TF_VAR_redis_version: "8.0" });
    const upgrade = { ...values, UPGRADE_STACK: dev.stack };
    expectOk(dev.project.synth(upgrade));
    const isThere = (): boolean => dev.parameterGroups().length === 2;
    await dev.killBetween({ isThere, next: ["ModifyCacheParameterGroup"] }, upgrade);
    expectRefused(dev.apply(upgrade), /CacheParameterGroupAlreadyExists/);
    // The parameter group of the last family goes.
    expectRecovery(dev, upgrade, 1);
    expectOk(dev.project.synth());
    expectNoChanges(dev.project, dev.stack, values);
    expect(dev.parameterGroups()).toEqual(["dev-redis-valkey8"]);
    expect(version()).toBe("8.0.0");
  });
});

test("killed while a cache is replaced, its final snapshot taken: the next one has a snapshot of its own", async () => {
  const before = { born: dev.born(), snapshots: snapshotNames().length };
  await dev.killWhile("deleting", {
    values: { ...values, TF_CLI_ARGS_apply: "-replace=random_id.redis_final_snapshot" },
  });
  const recovery = dev.project.recover(dev.stack, ["--yes"], values);
  expectOk(recovery);
  expect(recovery.text).toContain("its final snapshot is taken.");
  expectOk(dev.apply(values));
  expectNoChanges(dev.project, dev.stack, values);
  expect(dev.born()).not.toBe(before.born);
  expectOk(dev.project.takeDown(dev.stack, values));
  expect(snapshotNames()).toHaveLength(before.snapshots + 2);
  expectNothingLeft(dev);
});
