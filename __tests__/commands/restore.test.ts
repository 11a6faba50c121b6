import {
  CopySnapshotCommand,
  DescribeServerlessCacheSnapshotsCommand,
  DescribeSnapshotsCommand,
  ElastiCacheClient,
  type Snapshot,
} from "@aws-sdk/client-elasticache";
import fc from "fast-check";
import { setTimeout } from "node:timers/promises";
import type { Options } from "../../scripts/commands/restore";
import { nextRun } from "../../scripts/commands/restore/next-run";
import { check, copy, find } from "../../scripts/commands/restore/snapshots";
import { refuseByStatus } from "../../scripts/commands/restore/status";

jest.mock("node:timers/promises");

const planned = {
  region: "ap-northeast-1",
  name: "prod-redis",
  replicationGroupId: "prod-redis-cluster",
  engine: "redis",
  version: "7.0",
  nodeType: "cache.r7g.large",
  shards: null,
  tags: {},
  vault: null,
};
const good: Snapshot = {
  SnapshotName: "good",
  SnapshotStatus: "available",
  Engine: "redis",
  EngineVersion: "7.0.7",
  CacheNodeType: "cache.r7g.large",
  NodeSnapshots: [{}],
};

test("a snapshot that fits is restored, in place or not", () => {
  expect(() => {
    check(good, planned, true);
    check({ ...good, EngineVersion: "6.2.6" }, planned, true);
    check({ ...good, EngineVersion: "7.0.12" }, planned, true);
    check({ ...good, CacheNodeType: "cache.t4g.small" }, planned, false);
  }).not.toThrow();
});

test.each<[string, Snapshot, RegExp]>([
  ["is being created", { SnapshotStatus: "creating" }, /good is still being created\. Wait/],
  ["has failed", { SnapshotStatus: "failed" }, /good is failed, not available\. Choose one/],
  ["is of another engine", { Engine: "valkey" }, /good was taken with valkey, and the cache would run redis\. Choose/],
  ["is being copied", { SnapshotStatus: "copying" }, /good is copying\. Wait/],
  ["is being restored", { SnapshotStatus: "restoring" }, /good is restoring\. Wait/],
  [
    "has one shard, with cluster mode enabled",
    { ReplicationGroupId: "orders", NumNodeGroups: 1 },
    /good was taken with cluster mode enabled/,
  ],
  ["has several shards", { NumNodeGroups: 2 }, /good was taken with cluster mode enabled/],
  ["is of a later minor version", { EngineVersion: "7.1.0" }, /redis 7\.1\.0, .* --var redis_version=7\.1/],
  ["is of a later major version", { EngineVersion: "10.0.1" }, /redis 10\.0\.1, .* would run 7\.0, which is older/],
  ["is of another node type", { CacheNodeType: "cache.r7g.xlarge" }, /--var node_type=cache\.r7g\.xlarge/],
  ["is of an engine with a longer name", { Engine: "redis-later" }, /taken with redis-later, and .* would run redis\./],
  ["is of a node type with a longer name", { CacheNodeType: "cache.r7g.larger" }, /--var node_type=cache\.r7g\.larger/],
])("a snapshot that %s is refused", (_what, wrong, why) => {
  expect(() => {
    check({ ...good, ...wrong }, planned, true);
  }).toThrow(why);
});

describe("a node type of which AWS creates no new caches", () => {
  test.each(["cache.t2.small", "cache.m3.medium", "cache.r3.large"])("is refused for the cache: %s", (nodeType) => {
    const restored = (inPlace: boolean) => (): void => {
      check({ ...good, CacheNodeType: nodeType }, { ...planned, nodeType }, inPlace);
    };
    expect(restored(false)).toThrow(`The cache would have ${nodeType}, of which AWS creates no new caches`);
    expect(restored(true)).toThrow(/Set node_type to a current generation .*, and deploy first\.$/);
  });

  test("may be that of the snapshot, where there is no data to lose", () => {
    const old = { ...good, CacheNodeType: "cache.t2.small" };
    expect(() => {
      check(old, planned, false);
    }).not.toThrow();
    expect(() => {
      check(old, planned, true);
    }).toThrow(/taken on cache\.t2\.small, .* restore it into another environment first/);
  });
});

describe("into a cache with shards", () => {
  const withShards = { ...planned, shards: 2 };
  const part = { SnapshotCreateTime: new Date(0) };
  const whole: Snapshot = { ...good, ReplicationGroupId: "orders", NumNodeGroups: 2, NodeSnapshots: [part, part] };

  test("a snapshot with as many is restored, and one that was taken without", () => {
    expect(() => {
      check(whole, withShards, true);
      check(good, withShards, true);
    }).not.toThrow();
  });

  test("one that was taken with cluster mode enabled is restored exactly where the cache has as many shards", () => {
    const some = fc.integer({ min: 1, max: 500 });
    fc.assert(
      fc.property(some, fc.oneof(some, fc.constant(null)), (has, wanted) => {
        const shards = wanted ?? has;
        const parts = Array.from({ length: has }, () => part);
        let refused = "";
        try {
          check({ ...whole, NumNodeGroups: has, NodeSnapshots: parts }, { ...planned, shards }, false);
        } catch (error) {
          refused = (error as Error).message;
        }
        const wayOut = `would have ${shards}. Restore it with --var num_node_groups=${has},`;
        expect(refused.includes(wayOut) ? wayOut : refused).toBe(has === shards ? "" : wayOut);
      }),
      { examples: [[10, 1]] },
    );
  });

  test.each<[string, Snapshot, RegExp]>([
    [
      "with another number of them",
      { NumNodeGroups: 3, NodeSnapshots: [part, part, part] },
      /good has 3 shards, and the cache would have 2\. Restore it with --var num_node_groups=3,/,
    ],
    ["that has one", { NumNodeGroups: 1, NodeSnapshots: [part] }, /good has 1 shard, and the cache would have 2/],
    ["that lacks a shard", { NodeSnapshots: [part] }, /lacks the data of some of its 2 shards/],
    ["of which one shard failed", { NodeSnapshots: [part, {}] }, /lacks the data of some of its 2 shards/],
  ])("a snapshot %s is refused", (_what, wrong, why) => {
    expect(() => {
      check({ ...whole, ...wrong }, withShards, false);
    }).toThrow(why);
  });
});

test.each<[string, Snapshot, RegExp]>([
  ["of another engine", { Engine: "valkey" }, /taken with valkey/],
  ["of a later version", { EngineVersion: "7.1.0" }, /redis 7\.1\.0, .* --var redis_version=7\.1/],
  ["with cluster mode enabled", { ReplicationGroupId: "orders" }, /cluster mode enabled/],
  [
    "with data tiering",
    { CacheNodeType: "cache.r6gd.xlarge" },
    /only to data tiering, .* Choose a snapshot of a cache/,
  ],
])("a snapshot %s is refused whether or not there is a cache", (_what, wrong, why) => {
  for (const inPlace of [true, false])
    expect(() => {
      check({ ...good, ...wrong }, planned, inPlace);
    }).toThrow(why);
});

test.each(["arn:aws:s3:::backups/orders-0001.rdb", "s3://backups/orders-0001.rdb"])(
  "%s is refused with the page that says what to do",
  async (name) => {
    await expect(find(new ElastiCacheClient({ region: "eu-west-1" }), name)).rejects.toThrow(
      /a backup file in S3 .* docs\/restore\.md/,
    );
  },
);

/** An account without snapshots, but for those of serverless caches. */
const withServerless = (serverless: object[]): ElastiCacheClient =>
  ({
    send: (command: object) =>
      command instanceof DescribeServerlessCacheSnapshotsCommand
        ? Promise.resolve({ ServerlessCacheSnapshots: serverless })
        : Promise.resolve({ Snapshots: [] }),
  }) as unknown as ElastiCacheClient;

test("a snapshot of a serverless cache is refused as what it is", async () => {
  await expect(find(withServerless([{}]), "daily")).rejects.toThrow(/taken of a serverless cache/);
  await expect(find(withServerless([]), "daily")).rejects.toThrow(/have no such snapshot/);
});

test("a name that only contains s3: is looked up as the name of a snapshot", async () => {
  await expect(find(withServerless([]), "files3:daily")).rejects.toThrow(/have no such snapshot/);
});

describe("the copy of an automatic snapshot", () => {
  const automatic = "automatic.prod-redis-cluster-2026-01-01-03-00";
  const hour = 60 * 60 * 1000;

  afterEach(() => {
    jest.restoreAllMocks();
  });

  /** Copies it where the copy has these statuses, the last one forever. @returns how long it took, in milliseconds */
  async function copied(
    statuses: readonly string[],
    error?: Error,
    source = automatic,
  ): Promise<{ readonly name: string; readonly took: number }> {
    let [now, at] = [0, 0];
    jest.spyOn(Date, "now").mockImplementation(() => now);
    jest.mocked(setTimeout).mockImplementation((milliseconds) => {
      now += milliseconds ?? 0;
      if (now > 24 * hour) throw new Error("It waits forever.");
      return Promise.resolve(undefined as never);
    });
    const send = (command: object): Promise<object> => {
      if (command instanceof CopySnapshotCommand)
        return error === undefined ? Promise.resolve({}) : Promise.reject(error);
      if (!(command instanceof DescribeSnapshotsCommand))
        return Promise.resolve({ TagList: [{ Key: "CopiedFrom", Value: source }] });
      const SnapshotStatus = statuses[Math.min(at, statuses.length - 1)];
      at += 1;
      return Promise.resolve({ Snapshots: [{ SnapshotStatus, ARN: "arn" }] });
    };
    const name = await copy({ send } as unknown as ElastiCacheClient, { SnapshotName: source }, planned).finally(() => {
      took = now;
    });
    return { name, took };
  }
  let took: number;

  test("is awaited, and named after the time of the snapshot", async () => {
    await expect(copied(["creating", "copying", "available"])).resolves.toEqual({
      name: expect.stringMatching(/^prod-redis-\w+-2026-01-01-03-00$/) as string,
      took: 20_000,
    });
  });

  test("is named after that time alone, where the cache is called after another one", async () => {
    const moved = "automatic.moved-2025-12-31-23-59-2026-01-01-03-00";
    await expect(copied(["available"], undefined, moved)).resolves.toMatchObject({
      name: expect.stringMatching(/^prod-redis-[a-z]+-2026-01-01-03-00$/) as string,
    });
  });

  test("of a snapshot without a time in its name is named after the present one, in characters that ElastiCache takes", async () => {
    await expect(copied(["available"], undefined, "automatic.renamed")).resolves.toMatchObject({
      name: expect.stringMatching(/^prod-redis-[a-z]+-\d{4}(-\d{2}){4}$/) as string,
    });
  });

  test("that fails ends the restore before anything is changed", async () => {
    await expect(copied(["creating", "failed"])).rejects.toThrow(
      /^The copy prod-redis-\S+ is failed\. Nothing was changed\.$/,
    );
    expect(took).toBe(10_000);
  });

  test("that AWS does not make ends the restore with its reason", async () => {
    await expect(copied(["available"], new Error("quota exceeded"))).rejects.toThrow("quota exceeded");
  });

  test("is awaited for twelve hours at most", async () => {
    await expect(copied(["creating"])).rejects.toThrow(
      /is still not available after twelve hours\. Nothing was changed\.$/,
    );
    expect(took).toBe(12 * hour);
  });
});

describe("into a cache", () => {
  const asked = { stack: "redis-dev", snapshot: "s", autoApprove: true, values: [] };
  const restore = (status: string, inPlace: boolean) => (): void => {
    refuseByStatus(status, "dev-redis-cluster", { ...asked, inPlace });
  };

  test("a snapshot is restored in place when it is available, and otherwise when there is none", () => {
    expect(restore("available", true)).not.toThrow();
    expect(restore("none", false)).not.toThrow();
  });

  test("that is not there, it is not restored in place", () => {
    expect(restore("none", true)).toThrow(
      "Invalid --in-place: there is no cache dev-redis-cluster to replace. Remove --in-place to create it from s.",
    );
  });

  // What AWS has beside available and deleting: https://docs.aws.amazon.com/AmazonElastiCache/latest/APIReference/API_ReplicationGroup.html
  const busy = ["creating", "modifying", "snapshotting"];

  test.each([
    ["create-failed", true],
    ["create-failed", false],
    ["restore-failed", true],
    ["restore-failed", false],
  ])("that is %s is deleted first, since it never becomes available: in place %s", (status, inPlace) => {
    expect(restore(status, inPlace)).toThrow(
      /it has no data .* delete-replication-group --replication-group-id dev-redis-cluster\), .* then restore redis-dev again, without --in-place\.$/,
    );
  });

  test.each(["available", ...busy])("that is there (%s), it is restored in place only", (status) => {
    expect(restore(status, false)).toThrow(
      `The cache dev-redis-cluster exists (${status}), and a snapshot can be restored only into a new one.`,
    );
  });

  test.each(busy)("that is %s, it is not restored in place yet", (status) => {
    expect(restore(status, true)).toThrow(
      `The cache dev-redis-cluster is ${status}. Wait until it is available, then restore redis-dev again.`,
    );
  });

  test.each([true, false])("that is being deleted, it is not restored: in place %s", (inPlace) => {
    expect(restore("deleting", inPlace)).toThrow(
      /The cache dev-redis-cluster is being deleted\. Wait until it is gone .* then restore redis-dev again, without --in-place\./,
    );
  });
});

describe("after a restore that did not come to its end", () => {
  const asked = {
    stack: "redis-dev",
    snapshot: "automatic.dev-2026-01-31-18-00",
    inPlace: true,
    autoApprove: false,
    values: ['--var=private_subnet_ids=["a", "b"]', "--var-file=/values/dev.tfvars"],
  };

  test.each([
    ["none", / is gone\. Continue with:\n\n +npm run restore -- redis-dev --snapshot copy '--var/],
    [
      "deleting",
      /is being deleted\. When it is gone \(aws elasticache wait replication-group-deleted .* --snapshot copy '--var/s,
    ],
    ["creating", /is creating\. When it is available, start again with:.* --snapshot copy --in-place '--var/s],
    [
      "restore-failed",
      /is restore-failed\. AWS could not create it.* delete-replication-group .*, then continue with:.* --snapshot copy '--var/s,
    ],
    ["available", /is available\. Start again with:.* --snapshot copy --in-place '--var/s],
  ])("the cache is %s: what to run next is said, with the snapshot that is left", (status, words) => {
    const text = nextRun(asked, { name: "copy", id: "dev-redis-cluster", status });
    expect(text).toMatch(words);
    expect(text).toContain(`'--var=private_subnet_ids=["a", "b"]' --var-file=/values/dev.tfvars\n`);
  });

  describe("the command is that of the restore:", () => {
    const vault = { snapshot: undefined, fromVault: "latest", values: [] };

    afterEach(() => {
      delete process.env.UNPROTECT_STACK;
    });

    test.each<[string, Partial<Options>, string, string | undefined, string]>([
      ["with the backup that was found", vault, "none", undefined, "npm run restore -- redis-dev --from-vault copy"],
      [
        "with its buckets",
        { ...vault, vault: "v", copyTo: "c", autoApprove: true },
        "none",
        undefined,
        "npm run restore -- redis-dev --from-vault copy --vault v --copy-to c --auto-approve",
      ],
      [
        "with one of them",
        { ...vault, copyTo: "c" },
        "none",
        undefined,
        "npm run restore -- redis-dev --from-vault copy --copy-to c",
      ],
      [
        "with leave to replace protected data, while it lives",
        { values: [] },
        "available",
        "redis-dev",
        "UNPROTECT_STACK=redis-dev npm run restore -- redis-dev --snapshot copy --in-place",
      ],
      [
        "without it, when the data is gone",
        { values: [] },
        "deleting",
        "redis-dev",
        "npm run restore -- redis-dev --snapshot copy",
      ],
      [
        "without it, where it was given for another stack",
        { values: [] },
        "available",
        "redis-prod",
        "npm run restore -- redis-dev --snapshot copy --in-place",
      ],
      [
        "without it, where it was given for a stack with a longer name",
        { values: [] },
        "available",
        "redis-dev-eu",
        "npm run restore -- redis-dev --snapshot copy --in-place",
      ],
      [
        "without it, where it was not given",
        { values: [] },
        "available",
        undefined,
        "npm run restore -- redis-dev --snapshot copy --in-place",
      ],
    ])("%s", (_what, options, status, unprotected, command) => {
      if (unprotected !== undefined) process.env.UNPROTECT_STACK = unprotected;
      const text = nextRun({ ...asked, ...options }, { name: "copy", id: "dev-redis-cluster", status });
      expect(text.trim().split("\n").at(-1)?.trim()).toBe(command);
    });
  });
});
