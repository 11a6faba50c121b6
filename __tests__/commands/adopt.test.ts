import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { App } from "cdktf";
import { environments } from "../../stacks/environments";
import { RedisStack } from "../../stacks/redis-stack";
import { changesInPlace, switchOnFirst } from "../../scripts/commands/adopt/changes";
import { entryFor } from "../../scripts/commands/adopt/entry";
import { writeFiles } from "../../scripts/commands/adopt/files";
import { report } from "../../scripts/commands/adopt/report";
import { isUneven, slotsIn } from "../../scripts/commands/adopt/shards";
import { refuseName, settle, validator } from "../../scripts/commands/adopt/validate";
import type { LiveCluster } from "../../scripts/commands/adopt/live";
import { schedulesOf } from "../../scripts/commands/adopt/times";
import { jsonOf } from "../../scripts/shared/synthesize";
import {
  refuseCluster,
  refuseGroup,
  refuseOurs,
  refuseTags,
  refuseTooManyTags,
} from "../../scripts/commands/adopt/unfit";
import { valuesOf } from "../../scripts/commands/adopt/values";
import { but, enumerated, later } from "../support/aws-values";
import { live } from "../support/live-cluster";
import { describeTerraform } from "../support/terraform";

const ofTheStack = { tagNames: new Set(["Name"]), parameterNames: new Set(["maxmemory-policy"]) };
const adoptedFrom = (differences: Partial<LiveCluster>) =>
  entryFor({ ...live, ...differences }, environments.prod, "prod", ofTheStack).adopted;
const [primary, replica] = live.nodes as [LiveCluster["nodes"][number], LiveCluster["nodes"][number]];
/** Shards of `size` nodes each; the first ones of the zones are shared by all. Shard 0002 was removed. */
const sharded = (
  size: number,
  ...zones: readonly string[]
): Pick<LiveCluster, "nodes" | "shards" | "parameterGroup"> => ({
  parameterGroup: "default.redis7.cluster.on",
  shards: [
    { id: "0001", slots: 8192 },
    { id: "0003", slots: 8192 },
  ],
  nodes: ["0001", "0003"].flatMap((shard) =>
    Array.from({ length: size }, (_, i) => ({
      id: `orders-${shard}-00${i + 1}`,
      shard,
      role: null,
      zone: zones[i] ?? "ap-northeast-1a",
    })),
  ),
});
const key = "arn:aws:kms:ap-northeast-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab";
const twoZones = ["ap-northeast-1a", "ap-northeast-1c"] as const;
const some = (text: string): unknown => expect.stringContaining(text);

describe("the entry", () => {
  test("of a cluster that follows every rule but whose token nobody can read has that one opt-out", () => {
    expect(adoptedFrom({ auth: "token" })).toMatchObject({
      replicationGroupId: "orders",
      encryptionAtRest: true,
      encryptionInTransit: true,
      multiAz: true,
      authToken: { managedHere: false, live: "token", optOutReason: some("rotate") },
    });
  });

  test.each<[string, Partial<LiveCluster>, object]>([
    ["no encryption at rest", { encryptedAtRest: false }, { encryptionAtRest: { enabled: false } }],
    ["no TLS", { inTransit: "disabled" }, { encryptionInTransit: { mode: "disabled" } }],
    ["TLS for some", { inTransit: "preferred" }, { encryptionInTransit: { mode: "preferred" } }],
    ["users", { auth: "users", userGroupIds: ["g"] }, { authToken: { live: "users", userGroupIds: ["g"] } }],
    [
      "one zone",
      { multiAz: false, nodes: [primary, { ...replica, zone: primary.zone }] },
      { multiAz: { enabled: false, optOutReason: some(primary.zone) } },
    ],
    [
      "Multi-AZ that is on although all nodes are in one zone now",
      { nodes: [primary, { ...replica, zone: primary.zone }] },
      { multiAz: true },
    ],
    ["a node alone, which gets a replica", { multiAz: false, nodes: [primary] }, { multiAz: true }],
  ])("keeps %s", (_case, differences, expected) => {
    expect(adoptedFrom(differences)).toMatchObject(expected);
  });

  test.each<[string, Partial<LiveCluster>, string, unknown]>([
    ["its tags", { tags: { Team: "orders" } }, "tags", { Team: "orders" }],
    ["no tag that the stack sets", { tags: { Team: "orders", Name: "x" } }, "tags", { Team: "orders" }],
    ["no tag that AWS keeps to itself", { tags: { "aws:cloudformation:stack-name": "x" } }, "tags", {}],
    ["its parameters", { parameters: { timeout: "300" } }, "parameters", { timeout: "300" }],
    ["no parameter that the stack sets", { parameters: { "maxmemory-policy": "noeviction" } }, "parameters", {}],
    ["no destination of logs that it does not have", {}, "logDelivery", undefined],
    [
      "where its logs go",
      { logs: { "slow-log": { destinationType: "kinesis-firehose", destination: "slow", format: "text" } } },
      "logDelivery",
      { "slow-log": { destinationType: "kinesis-firehose", destination: "slow", format: "text" } },
    ],
    ["no network type where it is the one that every cluster has", {}, "network", undefined],
    [
      "another network type",
      { network: { type: "dual_stack", ipDiscovery: "ipv6" } },
      "network",
      { type: "dual_stack", ipDiscovery: "ipv6" },
    ],
    ["encryption at rest", {}, "encryptionAtRest", true],
  ])("has %s", (_case, differences, argument, expected) => {
    expect(adoptedFrom(differences)?.[argument as "tags"]).toEqual(expected);
  });

  test.each<[string, Partial<LiveCluster>, RegExp]>([
    [
      "TLS is on for some",
      { inTransit: "preferred" },
      /^Some clients may not use TLS yet; write true here once all do\.$/,
    ],
    [
      "TLS is off",
      { inTransit: "disabled" },
      /without TLS, .* from 7\.0\.5 on \(this is 7\.1\.0\): write preferred here, then true\.$/,
    ],
  ])("says how to go on where %s", (_case, differences, reason) => {
    expect(adoptedFrom(differences)?.encryptionInTransit).toEqual({
      mode: differences.inTransit,
      optOutReason: expect.stringMatching(reason) as unknown,
    });
  });

  test("leaves Multi-AZ off for a node alone whose subnets are in one zone, and says what is missing", () => {
    const [subnet] = live.subnetGroup.subnets;
    const subnetGroup = { ...live.subnetGroup, subnets: [subnet, { id: "subnet-2", zone: subnet?.zone }] };
    expect(adoptedFrom({ multiAz: false, nodes: [primary], subnetGroup: subnetGroup as never })?.multiAz).toEqual({
      enabled: false,
      optOutReason: expect.stringMatching(
        /^All its nodes are in ap-northeast-1a; .* orders-subnets has no other: add a subnet to it first\.$/,
      ) as unknown,
    });
  });
});

test.each<[string, Partial<LiveCluster>, string | undefined]>([
  ["backups are on", {}, undefined],
  ["-001 is the primary", { retentionDays: 0 }, "orders-002"],
  [
    "-001 is a replica",
    {
      retentionDays: 0,
      nodes: [
        { ...primary, role: "replica" },
        { ...replica, role: "primary" },
      ],
    },
    undefined,
  ],
  [
    "-001 is missing",
    {
      retentionDays: 0,
      nodes: [
        { ...replica, role: "primary" },
        { ...replica, id: "orders-003" },
      ],
    },
    "orders-003",
  ],
  ["-001 is the only node", { retentionDays: 0, nodes: [primary] }, undefined],
  ["the only node is another", { retentionDays: 0, nodes: [{ ...primary, id: "orders-004" }] }, "orders-004"],
])("backups are switched on first where the deploy would name the wrong node: %s", (_case, differences, source) => {
  const command = switchOnFirst({ ...live, ...differences }, () => live.maintenanceWindow);
  expect(command?.split("--snapshotting-cluster-id ")[1]?.split(" ")[0]).toBe(source);
});

describe("a cluster with shards", () => {
  const reported = (differences: Partial<LiveCluster>, replicas = 1): string => {
    const cluster = { ...live, ...sharded(2, ...twoZones), ...differences };
    const environment = entryFor(cluster, environments.prod, "prod", ofTheStack);
    const values: Readonly<Record<string, unknown>> = {
      replicas_per_node_group: replicas,
      backup_retention_days: live.retentionDays,
      backup_window: live.backupWindow,
      maintenance_window: live.maintenanceWindow,
    };
    const value = (variable: string): unknown => values[variable];
    return report({
      live: cluster,
      environment,
      result: { values: {}, replaced: {}, blocking: {} },
      changes: changesInPlace(cluster, environment, value, ofTheStack),
      planned: undefined,
      namePrefix: undefined,
      validated: true,
      value,
      folder: "adopt/orders",
    });
  };

  test("has as many shards in its entry as it has, whatever their ids are", () => {
    const cluster = { ...live, ...sharded(2, ...twoZones) };
    expect(entryFor(cluster, environments.prod, "prod", ofTheStack).shards).toBe(2);
    expect(entryFor(live, { ...environments.prod, shards: 3 }, "prod", ofTheStack).shards).toBeNull();
    const values = valuesOf(cluster);
    expect(values).toMatchObject({ num_node_groups: 2, replicas_per_node_group: 1 });
    expect(values).not.toHaveProperty("num_cache_nodes");
    expect(values).not.toHaveProperty("nodes_per_cluster_quota");
  });

  test("with more nodes than AWS allows by default needs the quota that it has", () => {
    const shards = Array.from({ length: 60 }, (_, i) => ({ id: (i + 1).toString(), slots: 273 }));
    const nodes = shards.flatMap(({ id: shard }) =>
      [0, 1].map((i) => ({ id: `${shard}-${i}`, shard, role: null, zone: "a" })),
    );
    expect(valuesOf({ ...live, shards, nodes })).toMatchObject({
      num_node_groups: 60,
      replicas_per_node_group: 1,
      nodes_per_cluster_quota: 120,
    });
  });

  test.each<[string, Partial<LiveCluster>, unknown]>([
    ["in two zones each", sharded(2, ...twoZones), true],
    [
      "of which one is in one zone",
      { nodes: [...sharded(2, ...twoZones).nodes.slice(0, 2), ...sharded(2).nodes.slice(2)] },
      { enabled: false, optOutReason: some("All nodes of its shard 0003 are in ap-northeast-1a") },
    ],
    ["without replicas, which get some", sharded(1), true],
    ["with Multi-AZ already", { ...sharded(2), multiAz: true }, true],
  ])("%s: Multi-AZ", (_case, differences, expected) => {
    expect(adoptedFrom({ ...sharded(2), multiAz: false, ...differences })).toMatchObject({ multiAz: expected });
  });

  test("without backups has them switched on by the first step, which names no node", () => {
    const text = reported({ retentionDays: 0 });
    const [first = ""] = /## How to adopt it\n\n([\s\S]*?)\n\n- /.exec(text)?.slice(1) ?? [];
    expect(first).toContain("Switch backups on, so that the deploy has nothing to change there");
    expect(first).toContain(
      "  aws elasticache modify-replication-group --region ap-northeast-1 --replication-group-id orders --snapshot-retention-limit 20 --snapshot-window 18:00-20:00 --apply-immediately",
    );
    expect(text).not.toContain("--snapshotting-cluster-id");
    expect(text).toMatch(/- Backups: off -> kept 20 days, .*first run the command below/);
    expect(reported({})).not.toContain("--snapshot-retention-limit");
  });

  test("is reported with the ids that its shards have", () => {
    const text = reported({});
    expect(text).toContain(
      "4 x cache.r6g.large, cluster mode enabled with 2 shards (0001, 0003) of 1 + 1 nodes, backups",
    );
    expect(text).not.toContain("- Nodes: ");
    expect(text).not.toContain("Its slots");
  });

  test("gets replicas where it has none, and the report says how many nodes that are", () => {
    expect(reported(sharded(1), 2)).toContain("- Nodes: 2 -> 6, 3 in each shard. ");
  });

  test("keeps slots that are distributed unevenly, and the report has the command that distributes them", () => {
    const text = reported({
      shards: [
        { id: "0001", slots: 12000 },
        { id: "0003", slots: 4384 },
      ],
    });
    expect(text).toMatch(
      /Its slots.* \(0001: 12000, 0003: 4384\).*modify-replication-group-shard-configuration .*--node-group-count 2 /,
    );
  });

  test.each([
    ["0-16383", 16384],
    ["0-5460,16383", 5462],
    ["0-100,200-300", 202],
    ["7", 1],
    ["", 0],
  ])("the keyspace %j has %d slots", (keyspace, slots) => {
    expect(slotsIn(keyspace)).toBe(slots);
  });

  test.each([
    [[16384], false],
    [[5461, 5461, 5462], false],
    [[5460, 5461, 5463], true],
    [[8192, 8192], false],
    [[8191, 8193], true],
  ])("shards with %j slots are uneven: %s", (slots, expected) => {
    expect(isUneven(slots.map((count, i) => ({ id: i.toString(), slots: count })))).toBe(expected);
  });
});

describe("the values", () => {
  test("are those of the live cluster", () => {
    expect(valuesOf(live)).toEqual({
      vpc_id: "vpc-0123456789abcdef0",
      vpc_cidr: "10.0.0.0/16",
      private_subnet_ids: ["subnet-0123456789abcdef0", "subnet-0fedcba9876543210"],
      engine: "redis",
      redis_version: "7.1",
      node_type: "cache.r6g.large",
      num_cache_nodes: 2,
      backup_retention_days: 20,
      backup_window: "18:00-20:00",
      maintenance_window: "sat:20:00-sat:22:00",
    });
  });

  test("of backups that are off are the environment's", () => {
    const values = valuesOf({ ...live, retentionDays: 0 });
    expect(values).not.toHaveProperty("backup_retention_days");
    expect(values).not.toHaveProperty("backup_window");
  });

  test.each<[string, Partial<LiveCluster>, object]>([
    ["a key", { kmsKeyId: key }, { kms_key_id: key }],
    [
      "parameters that are variables",
      { parameters: { "maxmemory-policy": "noeviction", "reserved-memory-percent": "30", timeout: "300" } },
      { maxmemory_policy: "noeviction", reserved_memory_percent: 30 },
    ],
    ["a version of which AWS takes two numbers", { version: "6.2.6" }, { redis_version: "6.2" }],
    ["a version that is written in full", { version: "5.0.6" }, { redis_version: "5.0.6" }],
  ])("of a cluster with %s have them", (_case, differences, expected) => {
    expect(valuesOf({ ...live, ...differences })).toEqual({ ...valuesOf(live), ...expected });
  });

  test("ask for no quota where a cluster with shards has as many nodes as AWS allows by default", () => {
    const shards = Array.from({ length: 45 }, (_, i) => ({ id: i.toString(), slots: 364 }));
    const nodes = shards.flatMap(({ id: shard }) => [0, 1].map((i) => ({ ...primary, id: `${shard}-${i}`, shard })));
    expect(valuesOf({ ...live, shards, nodes })).not.toHaveProperty("nodes_per_cluster_quota");
  });
});

describe("live values that a rule refuses", () => {
  const values = { redis_version: "4.0", backup_window: "18:00-18:10", num_cache_nodes: 1 };
  /** A rule for each variable, asked with all values that are left. */
  const settled = (rules: Readonly<Record<string, (value: unknown) => boolean>>) => {
    const asked: object[] = [];
    const result = settle(values, (left) => {
      asked.push(left);
      if (asked.length > 5) throw new Error("It does not end.");
      const refused = Object.entries(rules).filter(([name, accepts]) => !accepts(left[name]));
      return Promise.resolve(Object.fromEntries(refused.map(([name]) => [name, `No ${name}.`])));
    });
    return result.then((settledValues) => ({ ...settledValues, asked: asked.length }));
  };
  const no = (): boolean => false;
  const unless = (live: unknown) => (value: unknown) => value !== live;

  test("are kept while none is", async () => {
    expect(await settled({})).toEqual({ values, replaced: {}, blocking: {}, asked: 1 });
  });

  test("fall back to the environment's where no client notices, and block where one would", async () => {
    expect(await settled({ redis_version: no, backup_window: unless("18:00-18:10") })).toEqual({
      values: { redis_version: "4.0", num_cache_nodes: 1 },
      replaced: { backup_window: "No backup_window." },
      blocking: { redis_version: "No redis_version." },
      asked: 2,
    });
  });

  test("block where the environment's own value is refused too", async () => {
    expect(await settled({ backup_window: no })).toMatchObject({
      values: { redis_version: "4.0", num_cache_nodes: 1 },
      blocking: { backup_window: "No backup_window." },
    });
    expect(await settled({ maintenance_window: no })).toMatchObject({
      values,
      replaced: {},
      blocking: { maintenance_window: "No maintenance_window." },
    });
  });

  test.each([
    ["engine-log", ["slow-log"]],
    ["slow-log", []],
  ])("deliver one kind of log less, and then none: without %s there are %j", async (refused, types) => {
    const accepts = (given: unknown): boolean => Array.isArray(given) && !given.includes(refused);
    expect(await settled({ log_types: accepts })).toMatchObject({
      values: { ...values, log_types: types },
      replaced: {},
    });
  });
});

describeTerraform("the environment's rules", () => {
  const settled = (cluster: LiveCluster) => {
    const entry = entryFor(cluster, environments.prod, "prod", ofTheStack);
    const validate = validator(jsonOf(new RedisStack(new App(), "redis-prod", entry)));
    return settle(valuesOf(cluster), validate ?? (() => Promise.resolve({})));
  };

  test.each<[string, Partial<LiveCluster>, object]>([
    ["nothing to say", {}, { replaced: {}, blocking: {}, values: { backup_retention_days: 20 } }],
    ["the floor of backups", { retentionDays: 3 }, { replaced: { backup_retention_days: some("is 3") }, blocking: {} }],
    [
      "windows that would overlap once backups are on",
      { retentionDays: 0, maintenanceWindow: "sat:18:30-sat:19:30" },
      { replaced: { maintenance_window: some("overlap") }, blocking: {} },
    ],
    [
      "shards",
      sharded(2, ...twoZones),
      { replaced: {}, blocking: {}, values: { num_node_groups: 2, replicas_per_node_group: 1 } },
    ],
    ["shards without replicas", sharded(1), { replaced: { replicas_per_node_group: some("is 0") }, blocking: {} }],
    ["a node alone", { nodes: [primary] }, { replaced: { num_cache_nodes: some("is 1") }, blocking: {} }],
    [
      "Redis OSS 6.0, without an engine log",
      { version: "6.0.5" },
      { values: { log_types: ["slow-log"] }, blocking: {} },
    ],
    ["Redis OSS 5.0.6, without logs", { version: "5.0.6" }, { values: { log_types: [] }, blocking: {} }],
    ["an engine that has reached its end", { version: "4.0.10" }, { blocking: { redis_version: some('"4.0.10"') } }],
    ["data tiering", { nodeType: "cache.r6gd.xlarge" }, { blocking: { node_type: some("data tiering") } }],
  ])("%s", async (_case, differences, expected) => {
    expect(await settled({ ...live, ...differences })).toMatchObject(expected);
  });
});

test("a cluster with tags of another tool that are like this project's is not taken for its own", () => {
  expect(() => {
    refuseOurs("x", { ManagedBy: "Terraform", Stack: "redis-shop" });
  }).not.toThrow();
});

test.each([
  ["RedisBackupStack", { RedisBackupStack: "redis-dev", Stack: "of another tool" }],
  ["Stack", { Stack: "redis-dev", AuthTokenFingerprint: "none", BackupFloorDays: "7" }],
])("a cluster that is managed already is refused with the tag that shows it: %s", (tag, tags) => {
  expect(() => {
    refuseOurs("x", tags);
  }).toThrow(`x is managed by redis-dev already, as its tag ${tag} shows. `);
});

test("in another Region, manual backups and restore tests are two hours before the daily backup there", () => {
  expect(schedulesOf({ region: "us-east-1" }, environments.prod, "06:30-08:00")).toEqual({
    manual_backup_schedule: "cron(30 4 1 * ? *)",
    restore_test_schedule: "cron(30 4 15 * ? *)",
  });
  expect(schedulesOf({ region: "us-east-1" }, environments.prod, "00:00-02:00")).toMatchObject({
    manual_backup_schedule: "cron(0 22 1 * ? *)",
  });
  expect(schedulesOf({ region: environments.prod.region }, environments.prod, "18:00-20:00")).toEqual({});
});

test("TLS stays as it is in each of AWS's modes, with the reason why it is not more", () => {
  const because = (mode: string, reason: RegExp) => ({ mode, optOutReason: expect.stringMatching(reason) as string });
  const modes = [...but(enumerated("elasticache", "TransitEncryptionMode"), later), "disabled"];
  const kept = modes.map((mode) => {
    const cluster = { ...live, inTransit: mode as LiveCluster["inTransit"] };
    return [mode, entryFor(cluster, environments.prod, "prod", ofTheStack).adopted?.encryptionInTransit];
  });
  expect(Object.fromEntries(kept)).toEqual({
    required: true,
    preferred: because("preferred", /may not use TLS yet/),
    disabled: because("disabled", /was created without TLS/),
  });
});

test("in another Region the windows are the cluster's, and nobody's clock is copied", () => {
  const entry = (differences: Partial<LiveCluster>) =>
    entryFor({ ...live, region: "us-east-1", ...differences }, environments.prod, "prod", ofTheStack);
  const maintenanceWindow = "sun:06:30-sun:07:30";
  expect(entry({ maintenanceWindow, backupWindow: "05:00-06:00" })).toMatchObject({
    localTime: null,
    backupWindow: "05:00-06:00",
    maintenanceWindow,
  });
  expect(entry({ maintenanceWindow, retentionDays: 0 }).backupWindow).toBe("04:30-06:30");
  expect(entry({ maintenanceWindow: "mon:01:00-mon:02:00", retentionDays: 0 }).backupWindow).toBe("23:00-01:00");
  expect(entry({ region: "ap-northeast-1" })).toMatchObject({ localTime: { place: "Tokyo" } });
});

describeTerraform("the name of a new environment", () => {
  test.each(["../../../../tmp/escaped", "Bad Name", "", "-x", "a--b", "thirteen-char", 'x"}${file("/etc/passwd")}'])(
    "%j is refused in the words of the rule",
    async (name) => {
      await expect(refuseName(name)).rejects.toThrow(
        /^environment ".*" is not a valid name, .* at most 12 characters\.$/,
      );
    },
  );

  test.each(["prod-eu", "dev2", "twelve-chars"])("%s is accepted", async (name) => {
    await expect(refuseName(name)).resolves.toBeUndefined();
  });
});

/** A live group with shards, by their ids. */
const withReplicas = (counts: Readonly<Record<string, number>>): Parameters<typeof refuseGroup>[0] => ({
  ReplicationGroupId: "x",
  Status: "available",
  ClusterEnabled: true,
  ClusterMode: "enabled",
  NodeGroups: Object.entries(counts).map(([NodeGroupId, replicas]) => ({
    NodeGroupId,
    NodeGroupMembers: Array.from({ length: 1 + replicas }, () => ({})),
  })),
});

test.each<Record<string, number>>([{ "0001": 0 }, { "0001": 1, "0004": 1 }])(
  "shards that are alike are not refused: %j",
  (counts) => {
    expect(() => {
      refuseGroup(withReplicas(counts));
    }).not.toThrow();
  },
);

test.each<[string, () => void, RegExp]>([
  [
    "Memcached",
    () => {
      refuseCluster({ CacheClusterId: "x", Engine: "memcached" });
    },
    /x is Memcached, which has no backups/,
  ],
  [
    "a node being made",
    () => {
      refuseCluster({ Engine: "redis", CacheClusterStatus: "creating" });
    },
    /is creating/,
  ],
  [
    "a group being changed",
    () => {
      refuseGroup({ Status: "modifying" });
    },
    /is modifying, and only an available/,
  ],
  [
    "cluster mode on the way to being enabled",
    () => {
      refuseGroup({ ReplicationGroupId: "x", Status: "available", ClusterMode: "compatible" });
    },
    /cluster mode compatible.*--replication-group-id x --cluster-mode enabled.*--cluster-mode disabled/,
  ],
  [
    "shards with different numbers of replicas",
    () => {
      refuseGroup(withReplicas({ "0001": 2, "0003": 0, "0007": 1 }));
    },
    /\(0001: 2, 0003: 0, 0007: 1\).*increase-replica-count .*NodeGroupId=0003,NewReplicaCount=2 NodeGroupId=0007,NewReplicaCount=2 /,
  ],
  [
    "a Global Datastore",
    () => {
      refuseGroup({ Status: "available", GlobalReplicationGroupInfo: { GlobalReplicationGroupId: "g" } });
    },
    /Global Datastore g/,
  ],
  [
    "another stack's",
    () => {
      refuseOurs("x", { RedisBackupStack: "redis-dev" });
    },
    /managed by redis-dev already/,
  ],
])("%s is refused", (_case, refuse, sentence) => {
  expect(refuse).toThrow(sentence);
});

test("a cluster with more tags than AWS accepts beside the stack's is refused, with how many have to go", () => {
  const tags = (count: number): Record<string, string> =>
    Object.fromEntries(Array.from({ length: count }, (_, i) => [`tag-${i.toString()}`, "x"]));
  const ofStack = new Set(["Name", "Stack", "BackupEnabled"]);
  const refusing = (own: Record<string, string>) => () => {
    refuseTooManyTags("orders", own, ofStack);
  };
  expect(refusing(tags(47))).not.toThrow();
  // The stack's value counts where both have a tag, and AWS does not count its own.
  expect(refusing({ ...tags(47), Name: "orders", "aws:cloudformation:stack-name": "x" })).not.toThrow();
  expect(refusing(tags(49))).toThrow(
    /^orders has 49 tags and would have 52 with those that the stack sets\. AWS accepts 50\. Remove at least 2 tags/,
  );
});

// Assignments take this name for the prototype of an object: cdktf would lose the tag, and a deploy remove it from the cluster.
describe("a tag named __proto__", () => {
  const tags = JSON.parse('{ "__proto__": "theirs", "team": "orders" }') as Record<string, string>;

  test("is refused before anything is written", () => {
    expect(() => {
      refuseTags("orders", tags);
    }).toThrow(/orders has a tag named __proto__, .*another name/);
    refuseTags("orders", { proto: "theirs" });
  });

  test("is refused in the entry of an environment", () => {
    const entry = entryFor({ ...live, tags }, environments.prod, "prod", ofTheStack);
    expect(() => new RedisStack(new App(), "redis-prod", entry)).toThrow(/^Invalid adopted\.tags: .*__proto__/);
  });
});

describe("the files that adopt writes", () => {
  const outside = mkdtempSync(join(tmpdir(), "adopt-outside-"));
  const inside = mkdtempSync(join(tmpdir(), "adopt-inside-"));
  afterAll(() => {
    for (const folder of [outside, inside]) rmSync(folder, { recursive: true });
  });

  test("are in a folder that it makes", () => {
    writeFiles(join(inside, "adopt/plain"), { "report.md": "one" });
    writeFiles(join(inside, "adopt/plain"), { "report.md": "two" });
    expect(readFileSync(join(inside, "adopt/plain/report.md"), "utf8")).toBe("two");
  });

  test.each([
    ["the folder", "adopt/orders", "adopt"],
    ["the folder of all of them", "adopt", ""],
    ["a file in it", "adopt/orders/entry.ts", "adopt/orders"],
  ])("are not written where %s is a symbolic link", (_what, link, folder) => {
    const base = mkdtempSync(join(inside, "adopt-"));
    mkdirSync(join(base, folder), { recursive: true });
    symlinkSync(link.endsWith(".ts") ? join(outside, "entry.ts") : outside, join(base, link));
    expect(() => {
      writeFiles(join(base, "adopt/orders"), { "report.md": "theirs", "entry.ts": "theirs" });
    }).toThrow(/is a symbolic link, .*Remove it/);
    expect(readdirSync(outside)).toEqual([]);
  });
});
