import { vaultCopy } from "../../../stacks/backups/vault/definition";
import { created } from "../../../stacks/backups/snapshots";
import { shards } from "../../../stacks/cache/shards";
import { replicas, type Topology } from "../../../stacks/cache/topology";
import { account, type Execution, type Given as AccountGiven, waysToFail } from "../../support/account";
import type { Snapshot } from "../../support/account/elasticache";
import { twoAtOnce } from "../../support/at-once";
import { snapshotWithShards } from "../../support/large-snapshots";
import { ExecutionError, filledIn, run, type Answer, type Clock } from "../../support/machine";

const cache = "prod-redis-cluster";
const stem = "a123456789012-apne1-prod-";
/** What the last copy was called. */
const last = `${stem}000000`;
const machineOf = (topology: Topology) =>
  filledIn(vaultCopy(topology, created), {
    "local.replication_group_id": cache,
    "local.name": "prod-redis",
    "local.backup_fresh_minutes": String(29 * 60),
    "local.account_id": "123456789012",
    "local.region": "ap-northeast-1",
    "var.environment": "prod",
    "local.vault_key_prefix": stem,
    "local.vault_landing_bucket": "landing",
  });

const snapshot = (name: string, created: string, status = "available") => ({
  SnapshotName: name,
  SnapshotStatus: status,
  SnapshotSource: "automated",
  CacheClusterId: `${cache}-002`,
  Engine: "redis",
  EngineVersion: "7.1.0",
  CacheNodeType: "cache.r7g.large",
  NodeSnapshots: [{ SnapshotCreateTime: created }],
});
const automatic = (day: number): string => `automatic.${cache}-002-2026-01-${day}-03-00`;
const newest = snapshot(automatic(31), "2026-01-31T03:00:00Z");
const older = snapshot(automatic(30), "2026-01-30T03:00:00Z");

interface Given {
  /** @default replicas */
  readonly topology?: Topology;
  readonly snapshots?: readonly Snapshot[];
  /** @default - two, named after the cache */
  readonly nodes?: readonly string[];
  /** What the keys of the exported files end in. @default - one for each shard */
  readonly files?: readonly string[];
  /** What the newest backup is before its export, each time it is described; the last one stays. */
  readonly statusesBefore?: readonly string[];
  /** The same during the export. */
  readonly statuses?: readonly string[];
  /** The how many-th time that the files are listed they are there. @default 1 */
  readonly written?: number;
  /** The manifest that an earlier execution wrote. */
  readonly manifest?: object;
  /** The keys in the landing bucket. @default - the manifest if there is one, and what is no manifest */
  readonly keys?: readonly string[];
  /** How many of them a page has. @default - all */
  readonly keysPerPage?: number;
  /** What is read instead of the manifest. */
  readonly overwritten?: string;
  /** Of an object by its key. */
  readonly replication?: Readonly<Record<string, string>>;
  /** Of all objects whose key is not in `replication`, each time one is asked for; the last one stays. */
  readonly statusesOfReplication?: readonly (string | undefined)[];
  readonly errors?: AccountGiven["errors"];
  /** Index of the one call that is refused, of all calls. */
  readonly refusedCall?: number;
  /** That call is answered with more than Step Functions accepts instead. @default false */
  readonly tooLarge?: boolean;
  /** How often each call is throttled before AWS answers it. @default 0 */
  readonly throttled?: number;
  readonly running?: readonly Execution[];
  /** Throws what DescribeSnapshots fails with. @default - nothing */
  readonly onSnapshots?: (args: Readonly<Record<string, unknown>>) => void;
}

/** Everything that it may call. */
const may = [
  "listExecutions",
  "listObjectsV2",
  "getObject",
  "describeReplicationGroups",
  "describeSnapshots",
  "copySnapshot",
  "headObject",
  "putObject",
  "putMetricData",
];

const begins = Date.parse("2026-01-31T08:00:00Z");

function accountOf(given: Given) {
  // Only a manifest's key ends so.
  const others = [`${last}-0001.rdb`, `${stem}zzzzzz.json.tmp`];
  const keys = given.keys ?? (given.manifest === undefined ? [] : [`${last}.json`, ...others]);
  const body = given.overwritten ?? JSON.stringify({ name: last, ...given.manifest });
  return account({
    may,
    groups: { [cache]: [{ MemberClusters: given.nodes ?? [`${cache}-001`, `${cache}-002`] }] },
    snapshots: given.snapshots ?? [older, newest],
    ...(given.statusesBefore && { statuses: { [newest.SnapshotName]: given.statusesBefore } }),
    ...(given.statuses && { exporting: given.statuses }),
    buckets: {
      landing: keys.map((key) => {
        const replication = given.replication?.[key];
        return { key, body, ...(replication !== undefined && { replication }) };
      }),
    },
    exports: {
      ...(given.files && { files: given.files }),
      ...(given.written !== undefined && { written: given.written }),
    },
    replication: given.statusesOfReplication ?? ["PENDING", "COMPLETED"],
    ...(given.keysPerPage !== undefined && { keysPerPage: given.keysPerPage }),
    ...(given.running && { executions: given.running }),
    on: {
      describeSnapshots: (_action, args) => {
        given.onSnapshots?.(args);
        return undefined;
      },
    },
    ...(given.errors && { errors: given.errors }),
    ...(given.refusedCall !== undefined && { refusedCall: given.refusedCall }),
    ...(given.tooLarge !== undefined && { tooLarge: given.tooLarge }),
    ...(given.throttled !== undefined && { throttled: given.throttled }),
  });
}

const outcomeOf = ({ topology = replicas }: Given, answer: Answer, clock: Clock) =>
  run(machineOf(topology), answer, {}, clock).then(
    (output) => ({ output, failure: "" }),
    (thrown: unknown) => {
      if (thrown instanceof ExecutionError) return { output: undefined, failure: thrown.message };
      throw thrown;
    },
  );

async function copied(given: Given = {}) {
  const clock: Clock = { now: begins };
  const aws = accountOf(given);
  const outcome = await outcomeOf(given, aws.answer, clock);
  const published: Record<string, number | undefined> = Object.fromEntries(
    Object.entries(aws.published).map(([name, values]) => [name, values.at(-1)]),
  );
  const changes = aws.changes();
  // As many as S3 lists by default come near the 256 KiB of a task's result.
  for (const { MaxKeys } of aws.argumentsOf("listObjectsV2")) expect(MaxKeys).toBeLessThanOrEqual(500);
  for (const { ContentType } of aws.argumentsOf("putObject")) expect(ContentType).toBe("application/json");
  return {
    ...outcome,
    /** The arguments of each export that was not refused. */
    exports: changes.filter(({ action }) => action === "copySnapshot").map(({ args }) => args),
    /** The objects that it has written, with their bodies. */
    written: new Map(aws.argumentsOf("putObject").map(({ Key, Body }) => [String(Key), String(Body)])),
    ...{ published, clock, changes, calls: aws.calls, objects: aws.objects("landing") },
  };
}

test("given that AWS throttles each call three times, then it is copied as ever, and for longer not at all", async () => {
  const quick = await copied();
  const { exports, written, failure, published } = await copied({ throttled: 3 });
  expect({ exports, written, failure }).toEqual({ exports: quick.exports, written: quick.written, failure: "" });
  // Its age grows while the execution waits.
  expect(Object.keys(published)).toEqual(Object.keys(quick.published));
  const { failure: why, exports: none } = await copied({ throttled: 4 });
  expect(why).toMatch(/Exception: Rate exceeded$/);
  expect(none).toEqual([]);
});

test("given newer snapshots that are unfinished or somebody else's, then the newest available backup is exported, described in a manifest, and awaited", async () => {
  const { failure, exports, written, published, output } = await copied({
    snapshots: [
      older,
      newest,
      snapshot("unfinished", "2026-01-31T07:00:00Z", "creating"),
      snapshot("somebody-elses", "2026-01-31T07:00:00Z"),
    ],
  });
  expect(failure).toBe("");
  expect(exports).toEqual([
    {
      SourceSnapshotName: newest.SnapshotName,
      TargetSnapshotName: expect.stringMatching(/^a123456789012-apne1-prod-[0-9a-z]{6}$/) as unknown,
      TargetBucket: "landing",
    },
  ]);
  const name = String(exports[0]?.TargetSnapshotName);
  expect([...written.keys()]).toEqual([`${name}.json`]);
  expect(JSON.parse(written.get(`${name}.json`) ?? "")).toMatchObject({
    format: 1,
    name,
    snapshot: newest.SnapshotName,
    snapshotCreatedAt: "2026-01-31T03:00:00.000Z",
    engine: "redis",
    clusterMode: false,
    shards: 1,
    files: [{ key: `${name}-0001.rdb`, size: 7, etag: "0a", checksumCrc64Nvme: "crc" }],
  });
  expect(published).toMatchObject({ VaultCopySuccessful: 1, VaultCopyBytes: 7 });
  expect(published.VaultCopyAgeHours).toBeCloseTo(5, 1);
  expect(output).toMatchObject({ name, snapshotName: newest.SnapshotName, bytes: 7, files: 1 });
});

describe("given a cache with shards", () => {
  const shard = (id: string, slots: string) => ({
    NodeGroupId: id,
    NodeGroupConfiguration: { NodeGroupId: id, Slots: slots },
    SnapshotCreateTime: "2026-01-31T03:00:00Z",
  });
  const whole = {
    ...newest,
    SnapshotName: `automatic.${cache}-2026-01-31-03-00`,
    CacheClusterId: undefined,
    ReplicationGroupId: cache,
    NumNodeGroups: 2,
  };
  const written = async (NodeSnapshots: readonly object[], files: readonly string[]) => {
    const done = await copied({ topology: shards, snapshots: [{ ...whole, NodeSnapshots }], files });
    expect(done.failure).toBe("");
    // Of all files together, each of which has seven.
    expect(done.published.VaultCopyBytes).toBe(7 * files.length);
    expect(done.output).toMatchObject({ bytes: 7 * files.length, files: files.length });
    const { files: described, clusterMode } = JSON.parse([...done.written.values()][0] ?? "") as {
      readonly files: unknown[];
      readonly clusterMode: boolean;
    };
    expect(clusterMode).toBe(true);
    return described;
  };

  test.each([
    ["by their own numbers", ["0002", "0001"]],
    ["by the IDs of the shards", ["0004", "0001"]],
  ])(
    "when ElastiCache numbers files %s, then the manifest has the shard and the slots of each file",
    async (_how, files) => {
      const [later = "", first = ""] = files;
      await expect(written([shard("0004", "8192-16383"), shard("0001", "0-8191")], files)).resolves.toEqual([
        expect.objectContaining({
          key: expect.stringContaining(`-${first}.rdb`) as unknown,
          shard: "0001",
          slots: "0-8191",
        }),
        expect.objectContaining({
          key: expect.stringContaining(`-${later}.rdb`) as unknown,
          shard: "0004",
          slots: "8192-16383",
        }),
      ]);
    },
  );

  test("when ElastiCache names no slots, then the manifest makes none up", async () => {
    const unknown = ["0001", "0004"].map((NodeGroupId) => ({
      NodeGroupId,
      SnapshotCreateTime: "2026-01-31T03:00:00Z",
    }));
    const files = await written(unknown, ["0001", "0002"]);
    expect(files).toHaveLength(2);
    for (const file of files) expect(file).not.toHaveProperty("slots");
  });
});

test.each([undefined, null, ""])(
  "given a backup whose group is %j, then its manifest says that it was taken without cluster mode",
  async (group) => {
    const { written } = await copied({ snapshots: [{ ...newest, ReplicationGroupId: group as string | undefined }] });
    expect(JSON.parse([...written.values()][0] ?? "")).toMatchObject({ clusterMode: false });
  },
);

test("given that somebody wrote over the last manifest, then the newest backup is exported all the same", async () => {
  const { failure, exports } = await copied({ manifest: {}, overwritten: "no JSON" });
  expect(failure).toBe("");
  expect(exports).toHaveLength(1);
});

test("given a backup that is exported, then nothing is changed but the export and its manifest: no backup is deleted, and none is overwritten", async () => {
  const { changes, exports } = await copied();
  expect(changes.map(({ action }) => action)).toEqual(["copySnapshot", "putObject"]);
  expect(changes[1]?.args).toEqual({
    Bucket: "landing",
    Key: `${String(exports[0]?.TargetSnapshotName)}.json`,
    Body: expect.stringContaining('"format":1') as unknown,
    ContentType: "application/json",
  });
});

const manifest = {
  snapshot: newest.SnapshotName,
  snapshotCreatedAt: "2026-01-31T03:00:00.000Z",
  files: [{ key: `${last}-0001.rdb`, size: 7 }],
};

test("given a backup that was exported before, then it is only awaited", async () => {
  const { failure, exports, published, output } = await copied({ manifest });
  expect({ failure, exports }).toEqual({ failure: "", exports: [] });
  expect(output).toEqual({
    name: last,
    snapshotName: newest.SnapshotName,
    snapshotCreatedAt: "2026-01-31T03:00:00.000Z",
    bytes: 7,
    files: 1,
  });
  expect(published).toMatchObject({ VaultCopySuccessful: 1, VaultCopyBytes: 7 });
});

test.each<[string, readonly string[], number]>([
  ["after the pages of older ones", ["000.json", "0000.json", "00000.json", "000000-0001.rdb", "000000.json"], 2],
  [
    "after as many pages as there are manifests",
    ["000.json", "0000.json", "00000.json", "000000-0001.rdb", "000000.json"],
    1,
  ],
  ["before a page of other files", ["00000.json", "000000-0001.rdb", "000000.json", "zzzzzz.json.tmp"], 3],
])("given the last manifest %s, then it is found", async (_where, ends, keysPerPage) => {
  const keys = ends.map((end) => `${stem}${end}`);
  const { failure, exports, calls } = await copied({ manifest, keys, keysPerPage });
  expect({ failure, exports }).toEqual({ failure: "", exports: [] });
  expect(calls.flatMap(({ action, args }) => (action === "getObject" ? [args.Key] : []))).toEqual([`${last}.json`]);
});

test("given a manifest that is deleted as it is about to be read, then the newest backup is exported all the same", async () => {
  const { failure, exports } = await copied({
    keys: [`${last}.json`],
    errors: { getObject: ["S3.NoSuchKeyException"] },
  });
  expect(failure).toBe("");
  expect(exports).toHaveLength(1);
});

test("given that nothing was copied before, then no manifest is read", async () => {
  const { calls } = await copied();
  expect(calls.map(({ action }) => action)).not.toContain("getObject");
});

test.each([
  ["file", `${last}-0001.rdb`],
  ["manifest", `${last}.json`],
])("given a backup whose %s never arrived, then it is exported again under another name", async (_what, key) => {
  const { failure, exports } = await copied({ manifest, replication: { [key]: "FAILED" } });
  expect(failure).toBe("");
  expect(exports.map(({ SourceSnapshotName }) => SourceSnapshotName)).toEqual([newest.SnapshotName]);
});

test("given a newer backup than that of the last manifest, then it is exported", async () => {
  const { exports } = await copied({ manifest: { ...manifest, snapshot: older.SnapshotName } });
  expect(exports).toHaveLength(1);
});

test("given a newest backup of the same name as that of the last manifest, taken at another time, then it is exported", async () => {
  const { failure, exports } = await copied({
    manifest: { ...manifest, snapshotCreatedAt: "2026-01-31T02:00:00.000Z" },
  });
  expect(failure).toBe("");
  // Only awaited otherwise, and the vault has the old one alone.
  expect(exports.map(({ SourceSnapshotName }) => SourceSnapshotName)).toEqual([newest.SnapshotName]);
});

test("given a newest backup that is being restored, then it is exported as soon as that has ended, not an older one in its place", async () => {
  const restored = { ...newest, SnapshotStatus: "restoring" };
  const { failure, exports, clock } = await copied({
    snapshots: [older, restored],
    statusesBefore: ["restoring", "restoring", "available"],
    // A restore of it begins just before the export.
    errors: { copySnapshot: ["ElastiCache.InvalidSnapshotStateException"] },
  });
  expect(failure).toBe("");
  expect(exports.map(({ SourceSnapshotName }) => SourceSnapshotName)).toEqual([newest.SnapshotName]);
  expect(clock.now - Date.parse("2026-01-31T08:00:00Z")).toBeGreaterThanOrEqual(3 * 15_000);
});

describe("waiting", () => {
  /** More than seven hours of a status. */
  const long = <Status>(status: Status): readonly Status[] => Array.from({ length: 150 }, () => status);
  const hours = ({ clock }: { readonly clock: Clock }): number =>
    (clock.now - Date.parse("2026-01-31T08:00:00Z")) / 3_600_000;

  test("given a backup, an export and files that take hours each, then the wait for each has twelve hours of its own", async () => {
    const done = await copied({
      statusesBefore: [...long("restoring"), "available"],
      statuses: [...long("copying"), "available"],
      statusesOfReplication: [...long("PENDING"), "COMPLETED"],
    });
    expect(done.failure).toBe("");
    expect(hours(done)).toBeGreaterThan(20);
  });

  test("given an earlier export that never arrives, then the wait for it takes nothing from those of the next", async () => {
    const done = await copied({
      manifest,
      statusesOfReplication: [...long("PENDING"), "FAILED", "COMPLETED"],
      statusesBefore: [...long("restoring"), "available"],
    });
    expect(done.failure).toBe("");
    expect(hours(done)).toBeGreaterThan(12);
  });

  test("given an export that has ended, then the wait for its files takes twenty looks at the most", async () => {
    await expect(copied({ written: 20 })).resolves.toMatchObject({ failure: "" });
    await expect(copied({ written: 21 })).resolves.toMatchObject({
      failure: expect.stringContaining("not each of its 1 files is there") as unknown,
    });
  });
});

const export_ = String.raw`automatic\S+-2026-01-31-03-00`;
test.each<[string, Given, string]>([
  [
    "the backup is deleted",
    { statusesBefore: ["restoring", "deleting"] },
    String.raw`The backup ${export_} is deleting after \d{2} seconds, so it cannot be exported\.`,
  ],
  [
    "the backup is never available",
    { statusesBefore: ["copying"] },
    String.raw`The backup ${export_} is copying after \d{5} seconds, so it cannot be exported\.`,
  ],
  [
    "there is no backup",
    { snapshots: [] },
    String.raw`There is no backup of ${cache}, so nothing can be copied into the vault\.`,
  ],
  [
    "ElastiCache refuses the export",
    { errors: { copySnapshot: "ElastiCache.X" } },
    String.raw`ElastiCache\.X: refused`,
  ],
  [
    "the export fails",
    { statuses: ["copying", "failed"] },
    String.raw`The export of ${export_} to landing has not completed: the backup is failed after \d{2} seconds, and not each of its 1 files is there\.`,
  ],
  [
    "the export never ends",
    { statuses: ["copying"] },
    String.raw`The export of ${export_} to landing has not completed: the backup is copying after \d{5} seconds, and not each of its 1 files is there\.`,
  ],
  [
    "the file does not come",
    { written: Infinity },
    String.raw`The export of ${export_} to landing has not completed: the backup is available after \d+ seconds, and not each of its 1 files is there\.`,
  ],
  ...(
    [
      ["the replication fails", ["PENDING", "FAILED"], "FAILED", String.raw`\d{2}`],
      ["no rule covers the file", [undefined], "none", String.raw`\d{2}`],
      ["the replication never ends", ["PENDING"], "PENDING", String.raw`\d{5}`],
    ] as const
  ).map(([what, statusesOfReplication, status, seconds]): [string, Given, string] => [
    what,
    { statusesOfReplication },
    String.raw`The replication of ${stem}\w{6}-0001\.rdb from landing into the vault has the status ${status} after ${seconds} seconds, and 2 files have not arrived\.`,
  ]),
])("given that %s, then the copy has failed and says so", async (_what, given, message) => {
  const { failure, published } = await copied(given);
  expect(failure).toMatch(new RegExp(`^VaultCopy\\.Failed: ${message}$`));
  expect(published).toEqual({ VaultCopySuccessful: 0 });
});

test.each(waysToFail)(
  "given a copy that fails, when $way the metric of that, then the cause is why it failed first",
  async ({ tooLarge }) => {
    const given: Given = { errors: { copySnapshot: "ElastiCache.X" } };
    const refusedCall = (await copied(given)).calls.findIndex(({ action }) => action === "putMetricData");
    const { failure } = await copied({ ...given, refusedCall, tooLarge });
    expect(failure).toBe("VaultCopy.Failed: ElastiCache.X: refused");
  },
);

test.each(waysToFail)("whichever call $way, then the copy has failed and says so", async ({ tooLarge, error }) => {
  const given: Given = { manifest: { shards: 1 } };
  const { calls } = await copied(given);
  for (const [refusedCall, { action }] of calls.entries()) {
    const { failure, published } = await copied({ ...given, refusedCall, tooLarge });
    // What cannot be published fails the execution, of which there is an alarm.
    const isPublishing = action === "putMetricData";
    expect({ refusedCall, action, failure, success: published.VaultCopySuccessful }).toEqual({
      ...{ refusedCall, action },
      failure: expect.stringMatching(`^${isPublishing ? "" : "VaultCopy\\.Failed: "}${error}$`) as unknown,
      success: !isPublishing ? 0 : tooLarge ? 1 : undefined,
    });
  }
  expect(new Set(calls.map(({ action }) => action))).toEqual(new Set(may));
});

test("given a cache of so many shards that a page of its backups is too large, then the copy has failed and says so", async () => {
  const { failure, published, changes } = await copied({
    topology: shards,
    snapshots: Array.from({ length: 35 }, (_one, day) =>
      snapshotWithShards(250, { of: cache, at: new Date(Date.UTC(2025, 11, 27 + day, 3)).toISOString() }),
    ),
  });
  expect(failure).toMatch(/^VaultCopy\.Failed: States\.DataLimitExceeded: /);
  expect([published, changes]).toEqual([{ VaultCopySuccessful: 0 }, []]);
});

test("given a copy that is running, when a second one begins, then that is refused, and is no failure of the copies", async () => {
  const running = [{ ExecutionArn: "arn:earlier", StartDate: "2026-01-31T07:59:00Z" }];
  const { failure, published, changes } = await copied({ running });
  expect(failure).toMatch(/^VaultCopy\.Refused: Another copy into the vault is running: arn:earlier/);
  expect([published, changes]).toEqual([{}, []]);
});

test.each([
  ["the same second", 0],
  ["another second", 1000],
])(
  "given two copies that do not see each other, whenever the second one runs, then there are two exports at most, and each manifest is whole (the second one begins in %s)",
  async (_when, callMillis) => {
    const given: Given = { statuses: ["copying", "copying", "copying", "available"], written: 2 };
    const all = await twoAtOnce(
      () => accountOf(given),
      (answer, clock) => outcomeOf(given, answer, clock),
      { now: begins, callMillis },
    );
    for (const [call, { first, second, aws }] of all.entries()) {
      const objects = aws.objects("landing");
      const files = Object.keys(objects).filter((key) => key.endsWith(".rdb"));
      expect([1, 2]).toContain(files.length);
      const manifests = Object.keys(objects).filter((key) => key.endsWith(".json"));
      for (const key of manifests)
        expect(JSON.parse(objects[key] ?? "")).toMatchObject({
          ...{ name: key.replace(/[.]json$/, ""), snapshot: newest.SnapshotName, shards: 1 },
          files: [{ key: key.replace(/[.]json$/, "-0001.rdb"), size: 7, checksumCrc64Nvme: "crc" }],
        });
      const described = manifests.map((key) => key.replace(/[.]json$/, "-0001.rdb"));
      expect({ call, described }).toEqual({ call, described: files });
      // What began in the same second has the same name, which ElastiCache exports to once.
      const taken =
        /^VaultCopy\.Failed: ElastiCache\.InvalidParameterValueException: The S3 bucket landing already contains /;
      const failures = [first, second].map(({ failure }) => failure).filter((failure) => failure !== "");
      expect(failures).toEqual(
        failures.slice(0, callMillis === 0 ? 1 : 0).map(() => expect.stringMatching(taken) as unknown),
      );
    }
    const exports = all.map(({ aws }) => Object.keys(aws.objects("landing")).length / 2);
    expect(new Set(exports)).toEqual(new Set([1, 2]));
  },
);

test("given a killed execution that left a file without a manifest, and whose export is not complete, then the backup is exported once more as soon as it can be", async () => {
  const left = `${last}-0001.rdb`;
  const { failure, objects, clock, output } = await copied({
    keys: [left],
    statusesBefore: ["copying", "copying", "available"],
  });
  expect(failure).toBe("");
  const { name } = output as { readonly name: string };
  expect(name).not.toBe(last);
  expect(Object.keys(objects)).toEqual([left, `${name}-0001.rdb`, `${name}.json`]);
  expect(JSON.parse(objects[`${name}.json`] ?? "")).toMatchObject({ files: [{ key: `${name}-0001.rdb` }] });
  // Two pauses until it can be exported, at least.
  expect(clock.now - begins).toBeGreaterThanOrEqual(2 * 15_000);
});

test.each([
  ["began later", { ExecutionArn: "arn:a", StartDate: "2026-01-31T08:00:01Z" }],
  ["was killed", { ExecutionArn: "arn:a", StartDate: "2026-01-31T07:00:00Z", Status: "ABORTED" }],
])("given an execution that %s, then this one goes on", async (_what, other) => {
  await expect(copied({ running: [other] })).resolves.toMatchObject({ failure: "" });
});

test.each<[string, ReturnType<typeof snapshot>]>([
  [
    "of another cache whose id begins so",
    { ...snapshot(`automatic.${cache}-eu-001-2026`, "2026-01-31T07:00:00Z"), CacheClusterId: `${cache}-eu-001` },
  ],
  [
    "of another cache with a name of this one",
    { ...snapshot("prod-redis-manual-20260131070000", "2026-01-31T07:00:00Z"), CacheClusterId: "other-001" },
  ],
  ["of this cache with a name of its own", snapshot("before-release", "2026-01-31T07:00:00Z")],
  ["that is being taken", snapshot("prod-redis-manual-20260131070000", "2026-01-31T07:00:00Z", "creating")],
  ["that failed", snapshot("prod-redis-manual-20260131070000", "2026-01-31T07:00:00Z", "failed")],
])("given a newer snapshot %s, then it is not exported", async (_what, other) => {
  const { exports } = await copied({ snapshots: [older, newest, other] });
  expect(exports.map(({ SourceSnapshotName }) => SourceSnapshotName)).toEqual([newest.SnapshotName]);
});

test("given a newer manual backup of this cache, then it is exported", async () => {
  const manual = snapshot("prod-redis-manual-20260131070000", "2026-01-31T07:00:00Z");
  const { exports } = await copied({ snapshots: [older, newest, manual] });
  expect(exports.map(({ SourceSnapshotName }) => SourceSnapshotName)).toEqual([manual.SnapshotName]);
});

/** So many backups of December, an hour apart, of a node. */
const decembers = (count: number, node: string) =>
  Array.from({ length: count }, (_one, i) => ({
    ...snapshot(
      `automatic.${node}-${String(i).padStart(3, "0")}`,
      new Date(Date.parse("2025-12-01T00:00:00Z") + i * 3_600_000).toISOString(),
    ),
    CacheClusterId: node,
  }));

// Six nodes are asked for first, then three that may have been removed, then the account.
test.each([
  ["of a node of the cache", `${cache}-002`, 55],
  ["of a node that was removed", `${cache}-008`, 55],
  ["of a node with a higher number, among everybody's", `${cache}-012`, 25],
])("given the newest backup on the second page, %s, then it is exported", async (_whose, CacheClusterId, count) => {
  const latest = { ...newest, SnapshotName: `automatic.${CacheClusterId}-newest`, CacheClusterId };
  const { exports, calls } = await copied({ snapshots: [...decembers(count, CacheClusterId), latest] });
  expect(exports.map(({ SourceSnapshotName }) => SourceSnapshotName)).toEqual([latest.SnapshotName]);
  expect(calls.filter(({ action, args }) => action === "describeSnapshots" && "Marker" in args)).toHaveLength(1);
});

test.each<[string, (node: unknown) => boolean]>([
  ["nodes that were removed long ago", (node) => /-00[3-9]$/.test(String(node))],
  ["a node that is removed while the copy runs", (node) => node === `${cache}-001`],
  ["a node, in answer to the listing of the whole account,", (node) => node === undefined],
])("given that AWS does not know %s, then the newest backup of the others is exported", async (_which, isGone) => {
  const { exports, failure } = await copied({
    // Too old, so that it is looked for everywhere.
    snapshots: [older],
    onSnapshots: ({ CacheClusterId, SnapshotName }) => {
      if (SnapshotName === undefined && isGone(CacheClusterId))
        throw new ExecutionError("ElastiCache.CacheClusterNotFoundException", "no such node");
    },
  });
  expect(failure).toBe("");
  expect(exports.map(({ SourceSnapshotName }) => SourceSnapshotName)).toEqual([older.SnapshotName]);
});

test.each(waysToFail)(
  "given the newest backup of a node with a high number, whichever listing $way, then the copy has failed and says so",
  async ({ tooLarge, error }) => {
    const given: Given = { snapshots: [{ ...newest, CacheClusterId: `${cache}-012` }] };
    const { calls } = await copied(given);
    const listings = [...calls.entries()].filter(
      ([, { action, args }]) => action === "describeSnapshots" && !("SnapshotName" in args),
    );
    expect(listings).toHaveLength(10);
    for (const [refusedCall, { args }] of listings) {
      const { failure, published, changes } = await copied({ ...given, refusedCall, tooLarge });
      // A page of the account that is too large ends the search: it is another cache's.
      const isEnd = tooLarge && !("CacheClusterId" in args);
      const none = `There is no backup of ${cache}, so nothing can be copied into the vault\\.`;
      expect([refusedCall, failure, published, changes]).toEqual([
        refusedCall,
        expect.stringMatching(`^VaultCopy\\.Failed: ${isEnd ? none : error}$`),
        { VaultCopySuccessful: 0 },
        [],
      ]);
    }
  },
);

test("given a node with a name of its own, then its backups are found", async () => {
  const own = { ...newest, SnapshotName: "automatic.prod-redis-cluster-older", CacheClusterId: "older" };
  const { exports } = await copied({ snapshots: [older, own], nodes: ["older"] });
  expect(exports.map(({ SourceSnapshotName }) => SourceSnapshotName)).toEqual([own.SnapshotName]);
});

test.each([
  ["is younger than a day and five hours", "2026-01-30T03:00:01Z", false],
  ["is as old as a day and five hours", "2026-01-30T03:00:00Z", true],
])(
  "given that the newest backup %s, from %s, then all snapshots of the account are listed: %s",
  async (_age, created, expected) => {
    const { calls } = await copied({ snapshots: [snapshot(automatic(30), created)] });
    const everybodys = calls.filter(
      ({ action, args }) => action === "describeSnapshots" && !("SnapshotName" in args) && !("CacheClusterId" in args),
    );
    expect(everybodys.length > 0).toBe(expected);
  },
);
