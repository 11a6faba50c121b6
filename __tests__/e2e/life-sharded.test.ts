import { aws, createNetwork, inventoryOfAccount, snapshotNames, type Network } from "./support/aws";
import { destroyAll } from "./support/clean-up";
import { runCommand } from "./support/executions";
import { describeLab, evaluate, lab, runSchedule } from "./support/lab";
import { group, nodes, parameters } from "./support/live";
import { expectNoChanges, expectOk, Project } from "./support/project";
import { expectRefused } from "./support/refusing";
import { slowly } from "./support/recovery";
import { expectRestored } from "./support/restoring";
import { addSharded } from "./support/sharded";
import { expectOnlySecretLetsIn } from "./support/token";

const stack = "redis-sharded";
const cache = "sharded-redis-cluster";
const more = {
  TF_VAR_num_node_groups: "4",
  TF_VAR_replicas_per_node_group: "2",
  TF_VAR_node_type: "cache.r7g.xlarge",
  TF_VAR_backup_retention_days: "16",
  TF_VAR_backup_window: "17:00-19:00",
  TF_VAR_maintenance_window: "sun:20:00-sun:22:00",
};
const valkey = { TF_VAR_engine: "valkey", TF_VAR_redis_version: "8.0" };
let network: Network;
let project: Project;
let before: object;
let values: NodeJS.ProcessEnv = {};

beforeAll(() => {
  network = createNetwork();
  project = new Project(network);
  addSharded(project);
  before = inventoryOfAccount();
});

afterAll(() => {
  destroyAll(project, network, { [stack]: values });
});

const output = (name: string): string => String(project.outputs(stack)[name]?.value);
const live = () =>
  group(cache) as unknown as {
    Status: string;
    ConfigurationEndpoint: { Address: string; Port: number };
    NodeGroups: { NodeGroupId: string; NodeGroupMembers: object[] }[];
  };
/** The number of nodes of each shard, by its id. */
const shape = (): Record<string, number> =>
  Object.fromEntries(
    live().NodeGroups.map(({ NodeGroupId, NodeGroupMembers }) => [NodeGroupId, NodeGroupMembers.length]),
  );
const watched = (): string[] =>
  (
    aws("cloudwatch", "describeAlarms", { AlarmNamePrefix: "sharded-redis-memory-usage-" }) as {
      MetricAlarms: { Dimensions: { Name: string; Value: string }[] }[];
    }
  ).MetricAlarms.map(({ Dimensions }) => Dimensions.find(({ Name }) => Name === "CacheClusterId")?.Value ?? "").sort();

test("three shards of two nodes are deployed, and the second plan finds nothing to change", () => {
  expectOk(project.apply(stack));
  expectNoChanges(project, stack);
  expect(shape()).toEqual({ "0001": 2, "0002": 2, "0003": 2 });
  expect(group(cache)).toMatchObject({ ClusterEnabled: true, MultiAZ: "enabled", AutomaticFailover: "enabled" });
  expect(parameters("sharded-redis-redis7-cluster-on")).toMatchObject({ "cluster-enabled": "yes" });
});

test("clients find it by the configuration endpoint, and every node has its alarms", async () => {
  const { ConfigurationEndpoint: endpoint } = live();
  expect(output("redis_configuration_endpoint")).toBe(endpoint.Address);
  const { SecretString } = aws("secretsmanager", "getSecretValue", { SecretId: output("redis_auth_secret_arn") }) as {
    SecretString: string;
  };
  const told = JSON.parse(SecretString) as Record<string, unknown>;
  expect(told).toEqual({
    auth_token: expect.any(String) as unknown,
    host: endpoint.Address,
    port: endpoint.Port,
    tls: true,
    cluster_mode: true,
  });
  expect(watched()).toEqual([...group(cache).MemberClusters].sort());
  await expectOnlySecretLetsIn(project, stack, cache);
});

describeLab("a restore test of three shards, of which one is empty", () => {
  /** Takes a backup of a cache that holds nothing in its second shard. */
  const backedUp = async (ageHours: number): Promise<string> => {
    await lab("keys", { name: cache, keys: 0, shard: "0002", ageHours: ageHours + 1 });
    return (await lab<{ SnapshotName: string }>("automatic-snapshot", { replicationGroupId: cache, ageHours }))
      .SnapshotName;
  };
  const run = () => runSchedule("sharded-redis-restore-test");
  afterAll(async () => {
    await lab("forget", { snapshots: true });
    await lab("keys", { name: cache, keys: 10_000, expiring: 2000 });
  });

  test("verifies the sum of their keys", async () => {
    await backedUp(6);
    const { cause, output } = await run();
    expect({ cause, found: JSON.parse(output ?? "null") as object }).toMatchObject({
      found: { data: "verified", restoredKeys: 16_000, expectedKeys: 16_000, restoredKeysRatio: 1 },
    });
  });

  test("fails when another shard has lost all of its keys", async () => {
    await lab("keys", { name: await backedUp(4), keys: 0, shard: "0003" });
    await expect(run()).resolves.toMatchObject({
      error: "RestoreTest.KeysMissing",
      cause: expect.stringMatching(
        / has 8000 keys without expiry, 50 % of the 16000 .* Shards without such keys, that had some: 1[.]$/,
      ) as string,
    });
  });
});

test("more shards and replicas, larger nodes, other windows and another token: in place, and the next deploy is clean", async () => {
  const born = group(cache).ReplicationGroupCreateTime;
  values = more;
  expectOk(project.apply(stack, { ...more, ROTATE_AUTH_STACK: stack }));
  expect(shape()).toEqual({ "0001": 3, "0002": 3, "0003": 3, "0004": 3 });
  expect(group(cache)).toMatchObject({ CacheNodeType: "cache.r7g.xlarge", SnapshotRetentionLimit: 16 });
  expect(watched()).toEqual([...group(cache).MemberClusters].sort());

  values = { TF_VAR_num_node_groups: "2" };
  expectOk(project.apply(stack, values));
  expect(shape()).toEqual({ "0001": 2, "0002": 2 });
  expect(watched()).toEqual([...group(cache).MemberClusters].sort());
  expectNoChanges(project, stack, values);
  await expectOnlySecretLetsIn(project, stack, cache);
  expect(group(cache).ReplicationGroupCreateTime).toBe(born);
});

test("an upgrade to Valkey is in place, with a parameter group of the same mode", () => {
  const born = group(cache).ReplicationGroupCreateTime;
  values = { TF_VAR_num_node_groups: "2", ...valkey };
  expectOk(project.apply(stack, { ...values, UPGRADE_STACK: stack }));
  expectNoChanges(project, stack, values);
  expect(nodes().map(({ EngineVersion }) => EngineVersion)).toEqual(["8.0.0", "8.0.0", "8.0.0", "8.0.0"]);
  expect(parameters("sharded-redis-valkey8-cluster-on")).toMatchObject({ "cluster-enabled": "yes" });
  expect(group(cache).ReplicationGroupCreateTime).toBe(born);
});

describeLab("its backups", () => {
  const snapshot = (changes: object) =>
    lab<{ SnapshotName: string }>("automatic-snapshot", { replicationGroupId: cache, ...changes });
  const check = async () => {
    await lab("forget", { metrics: true });
    expect(await runSchedule("sharded-redis-backup-check")).toMatchObject({ status: "SUCCEEDED" });
  };
  const metric = (name: string): number | undefined => {
    const { Datapoints = [] } = aws("cloudwatch", "getMetricStatistics", {
      Namespace: "ElastiCacheBackups",
      MetricName: name,
      Dimensions: [{ Name: "ReplicationGroupId", Value: cache }],
      Statistics: ["Maximum"],
      Period: 86400,
      StartTime: new Date(Date.now() - 3_600_000),
      EndTime: new Date(Date.now() + 60_000),
    }) as { Datapoints?: { Maximum: number }[] };
    return Datapoints[0]?.Maximum;
  };
  const state = async (alarm: string) => (await evaluate(`sharded-redis-${alarm}`)).state;

  test("a backup is as old as its oldest shard, and as large as all of them", async () => {
    await lab("age", { replicationGroupId: cache, hours: 500 });
    await snapshot({ shard: "0002", ageHours: 6 });
    await check();
    expect(metric("SnapshotAgeHours")).toBeCloseTo(6, 1);
    expect(metric("SnapshotSizeBytes")).toBe(Object.keys(shape()).length * 12 * 1024 * 1024);
    expect(await state("backup-failed")).toBe("OK");
    expect(await state("snapshot-failed")).toBe("OK");
  });

  test.each(["failed", "missing"])("one shard that is %s is a failed backup, and an alarm", async (status) => {
    await lab("forget", { snapshots: true });
    await snapshot({ ageHours: 40 });
    await snapshot({ shard: "0001", status });
    await check();
    expect(metric("SnapshotAgeHours")).toBeCloseTo(40, 1);
    expect(metric("SnapshotsFailed")).toBe(1);
    expect(await state("backup-failed")).toBe("ALARM");
    expect(await state("snapshot-failed")).toBe("ALARM");
  });
});

let restored: string;

test("a manual backup has every shard, and a restore test restores it with as many, without replicas", () => {
  expect(runCommand(output("manual_backup_command"))).toMatch(/^SUCCEEDED/);
  [restored = ""] = snapshotNames().filter((name) => name.startsWith("sharded-redis-manual-"));
  const {
    Snapshots: [taken],
  } = aws("elasticache", "describeSnapshots", { SnapshotName: restored }) as {
    Snapshots: [{ ReplicationGroupId: string; NumNodeGroups: number; NodeSnapshots: object[] }];
  };
  expect(taken).toMatchObject({ ReplicationGroupId: cache, NumNodeGroups: 2 });
  expect(taken.NodeSnapshots).toHaveLength(2);

  const said = runCommand(output("restore_test_command"), { snapshotName: restored, keepGroup: true });
  expect(said).toContain(restored);
  const copy = group("sharded-redis-restore-test");
  expect(copy).toMatchObject({ ClusterEnabled: true, TransitEncryptionEnabled: true });
  expect(copy.MemberClusters).toHaveLength(2);
  aws("elasticache", "deleteReplicationGroup", { ReplicationGroupId: "sharded-redis-restore-test" });
});

test("it is restored in place, with the number of shards that the backup has", async () => {
  const born = group(cache).ReplicationGroupCreateTime;
  expectRefused(
    project.restore(stack, ["--snapshot", restored, "--in-place"], valkey),
    "has 2 shards, and the cache would have 3",
  );
  expectOk(project.restore(stack, ["--snapshot", restored, "--in-place"], values));
  expect(group(cache).ReplicationGroupCreateTime).not.toBe(born);
  await expectRestored(cache, restored);
});

test("destroyed, it leaves its backups and nothing else; restored after that, it is what it was", async () => {
  const final = output("final_snapshot_name");
  expectOk(project.takeDown(stack, values));
  expect(snapshotNames()).toContain(final);
  expect(inventoryOfAccount()).toEqual(before);

  expectOk(project.restore(stack, ["--snapshot", final], values));
  await expectRestored(cache, final);
  expect(Object.values(shape())).toEqual([2, 2]);
});

test("killed while a shard is added, and its state lost: it is taken back, and the same deploy again adds the shard", async () => {
  const larger = { ...values, TF_VAR_num_node_groups: "3" };
  await slowly(20);
  await project.kill(stack, "apply", () => live().Status === "modifying", larger);
  await slowly(0);
  project.loseState(stack);
  expectOk(project.recover(stack, ["--yes"], larger));
  expectOk(project.apply(stack, larger));
  expectNoChanges(project, stack, larger);
  expect(Object.values(shape())).toEqual([2, 2, 2]);
  values = larger;
});
