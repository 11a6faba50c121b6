import { isDeepStrictEqual } from "node:util";
import { shards } from "../../../stacks/cache/shards";
import { waysToFail } from "../../support/account";
import { ExecutionError } from "../../support/machine";
import { began, executed, hour, type Account } from "../../support/restore-test";

const stem = "a123456789012-apne1-dev-";
const values = { "local.vault_bucket": "vault" };
const input = { fromVault: true };

/** The name of the backup that was copied so many hours ago. */
const named = (hours: number): string => `${stem}${Math.floor((began - hours * hour) / 1000).toString(36)}`;
const name = named(4);

interface Version {
  readonly key: string;
  readonly versionId: string;
  readonly hoursAgo: number;
  readonly size?: number;
  readonly checksum?: string;
  readonly body?: string;
}

const manifestOf = (of: string, more: object = {}, files = 1) =>
  JSON.stringify({
    format: 1,
    name: of,
    account: "123456789012",
    region: "ap-northeast-1",
    environment: "dev",
    snapshot: `snapshot-of-${of}`,
    snapshotCreatedAt: new Date(began - 5 * hour).toISOString(),
    engine: "redis",
    engineVersion: "7.1.0",
    nodeType: "cache.t4g.small",
    clusterMode: false,
    shards: files,
    files: Array.from({ length: files }, (_one, i) => ({
      key: `${of}-000${i + 1}.rdb`,
      size: 7,
      versionId: "v-file",
      checksumCrc64Nvme: "crc",
    })),
    ...more,
  });

const manifest = (of: string, hoursAgo: number, more: Partial<Version> = {}): Version => ({
  key: `${of}.json`,
  versionId: "v-manifest",
  hoursAgo,
  body: manifestOf(of),
  ...more,
});
const file = (of: string, more: Partial<Version> = {}): Version => ({
  key: `${of}-0001.rdb`,
  versionId: "v-file",
  hoursAgo: 4,
  size: 7,
  checksum: "crc",
  ...more,
});

interface Buckets {
  readonly landing?: readonly Version[];
  readonly vault?: readonly Version[];
  /** How many versions a page has. @default - all */
  readonly page?: number;
  /** Whether copies are deleted. @default true */
  readonly deletes?: boolean;
}

/** S3 with a landing bucket, a vault in another Region, and the copies in the landing bucket. */
function buckets({
  landing = [manifest(name, 4)],
  vault = [manifest(name, 4), file(name)],
  page = 1000,
  deletes,
}: Buckets) {
  const copies = new Map<string, Version>();
  const deleted: string[] = [];
  const uploads: object[] = [];
  let uploadsBegun = 0;
  const ownOnly = (bucket: unknown): void => {
    if (bucket !== "landing") throw new Error(`Step Functions calls S3 in its own Region only, not ${String(bucket)}.`);
  };
  /** Of the arguments of a call: which upload that is under way they name. */
  const uploadOf = ({ Bucket, Key, UploadId }: Readonly<Record<string, unknown>>): number => {
    ownOnly(Bucket);
    const place = uploads.findIndex((one) => isDeepStrictEqual(one, { Key, UploadId }));
    if (place < 0) throw new ExecutionError("S3.NoSuchUploadException", "The specified upload does not exist.");
    return place;
  };
  const fromVault = (source: unknown): Version => {
    const [, key = "", versionId = ""] = /^vault\/(.+)\?versionId=(.+)$/.exec(String(source)) ?? [];
    const found = vault.find((one) => one.key === key && one.versionId === versionId);
    if (found === undefined) throw new ExecutionError("S3.S3Exception", "Access Denied");
    return found;
  };
  /** By the ID of an upload: what it was created with. */
  const algorithms = new Map<unknown, unknown>();
  /** S3 computes the checksum that is asked for, and otherwise one that it chooses. */
  const checksumOf = (original: Version | undefined, algorithm: unknown): object =>
    algorithm === "CRC64NVME" ? { ChecksumCRC64NVME: original?.checksum } : { ChecksumCRC32: "other" };
  const answers: NonNullable<Account["s3"]> = {
    listObjectVersions: (_action, { Bucket, Prefix, MaxKeys, KeyMarker, VersionIdMarker }) => {
      ownOnly(Bucket);
      expect(MaxKeys).toBeLessThanOrEqual(300);
      const all = [...landing, ...copies.values()].filter(({ key }) => key.startsWith(String(Prefix)));
      // By key, and of a key the newest first.
      const sorted = all.sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : a.hoursAgo - b.hoursAgo));
      const begin =
        KeyMarker === undefined
          ? 0
          : sorted.findIndex(({ key, versionId }) => key === KeyMarker && versionId === VersionIdMarker) + 1;
      const rows = sorted.slice(begin, begin + page);
      const last = rows.at(-1);
      return {
        Versions: rows.map(({ key, versionId, hoursAgo, size = 1 }) => ({
          Key: key,
          VersionId: versionId,
          Size: size,
          LastModified: new Date(began - hoursAgo * hour).toISOString(),
        })),
        ...(begin + page < sorted.length && {
          IsTruncated: true,
          NextKeyMarker: last?.key,
          NextVersionIdMarker: last?.versionId,
        }),
      };
    },
    copyObject: (_action, { Bucket, Key, CopySource, ChecksumAlgorithm }) => {
      ownOnly(Bucket);
      const original = fromVault(CopySource);
      copies.set(String(Key), { ...original, key: String(Key), versionId: `copy-of-${original.versionId}` });
      return { CopyObjectResult: checksumOf(original, ChecksumAlgorithm) };
    },
    getObject: (_action, { Bucket, Key }) => {
      ownOnly(Bucket);
      return { Body: copies.get(String(Key))?.body };
    },
    listObjectsV2: (_action, { Bucket, Prefix, MaxKeys }) => {
      ownOnly(Bucket);
      expect(MaxKeys).toBeLessThanOrEqual(501);
      const found = [...copies.values()].filter(({ key }) => key.startsWith(String(Prefix)));
      return { Contents: found.map(({ key, size = 1 }) => ({ Key: key, Size: size })) };
    },
    createMultipartUpload: (_action, { Bucket, Key, ChecksumAlgorithm }) => {
      ownOnly(Bucket);
      const UploadId = `upload-${++uploadsBegun}`;
      algorithms.set(UploadId, ChecksumAlgorithm);
      uploads.push({ Key, UploadId });
      return { UploadId };
    },
    uploadPartCopy: (_action, args) => {
      const { CopySource, PartNumber } = args;
      uploadOf(args);
      fromVault(CopySource);
      if (typeof PartNumber !== "number") throw new ExecutionError("S3.S3Exception", "A part has a number.");
      return { CopyPartResult: { ETag: `etag-${String(PartNumber)}`, ChecksumCRC64NVME: "part" } };
    },
    completeMultipartUpload: (_action, args) => {
      const { Key, UploadId } = args;
      uploadOf(args);
      const original = vault.find(({ key }) => String(Key).endsWith(key));
      copies.set(String(Key), { ...file(name), ...original, key: String(Key) });
      return checksumOf(original, algorithms.get(UploadId));
    },
    abortMultipartUpload: (_action, args) => {
      uploads.splice(uploadOf(args), 1);
      return {};
    },
    deleteObjects: (_action, { Bucket, Delete }) => {
      ownOnly(Bucket);
      const { Objects } = Delete as { Objects: readonly { readonly Key: string; readonly VersionId?: string }[] };
      if (deletes === false) return { Errors: Objects.map(({ Key }) => ({ Key, Code: "AccessDenied" })) };
      for (const { Key, VersionId } of Objects) {
        // Without a version, S3 only adds a delete marker.
        if (VersionId === undefined || copies.get(Key)?.versionId !== VersionId)
          throw new Error(`${Key} has no copy ${String(VersionId)} to be deleted.`);
        copies.delete(Key);
        deleted.push(Key);
      }
      return {};
    },
  };
  return { answers, copies, deleted, uploads };
}

async function tested(given: Buckets = {}, more: Partial<Account> = {}) {
  const s3 = buckets(given);
  return { ...(await executed({ values, input, s3: s3.answers, ...more })), ...s3 };
}

test("the newest copy is restored from copies of the versions that its manifest names, and the copies are deleted", async () => {
  const { ended, output, argumentsOf, copies, deleted, published } = await tested();
  expect(ended).toBe("SUCCEEDED");
  expect(output).toMatchObject({
    from: "vault",
    vaultKey: `${name}.json`,
    copiesDeleted: true,
    snapshotName: `snapshot-of-${name}`,
    snapshotCreatedAt: "2026-01-31T07:00:00.000Z",
    restoredSnapshotAgeHours: 5,
    data: "verified",
    dataVerified: true,
  });
  const [created = {}] = argumentsOf("createReplicationGroup");
  expect(created).toMatchObject({
    SnapshotArns: [expect.stringMatching(new RegExp(`^arn:aws:s3:::landing/restore-test/[^/]+/${name}-0001[.]rdb$`))],
    NumCacheClusters: 1,
    Engine: "redis",
  });
  expect(created).not.toHaveProperty("SnapshotName");
  expect(created).not.toHaveProperty("NodeGroupConfiguration");
  expect(copies.size).toBe(0);
  expect(deleted).toHaveLength(2);
  // It says nothing about the newest snapshot.
  expect(published).toEqual({});
});

test("without it, a restore test says that it restored a snapshot", async () => {
  const { output } = await executed({});
  expect(output).toMatchObject({ from: "snapshot" });
  expect(output).not.toHaveProperty("vaultKey");
});

test.each([1, 2, 3, 1000])("versions and delete markers on top do not matter, with pages of %d", async (page) => {
  const older = named(28);
  const landing = [
    manifest(older, 28),
    manifest(name, 4),
    manifest(name, 2, { versionId: "v-later" }),
    manifest(name, 1, { versionId: "v-last" }),
    file(name),
  ];
  const { ended, output } = await tested({ landing, page });
  expect(ended).toBe("SUCCEEDED");
  expect(output).toMatchObject({ vaultKey: `${name}.json` });
});

test.each([1, 2, 3, 4, 1000])(
  "a manifest of which somebody wrote another version days later is read in its first version, with pages of %d",
  async (page) => {
    const [older, overwritten] = [named(121), named(120)];
    const landing = [
      manifest(older, 121),
      manifest(overwritten, 120),
      manifest(overwritten, 1, { versionId: "v-later" }),
      manifest(overwritten, 2, { versionId: "v-last" }),
    ];
    const vault = [manifest(overwritten, 120), file(overwritten)];
    const { ended, output } = await tested({ landing, vault, page });
    expect(ended).toBe("SUCCEEDED");
    expect(output).toMatchObject({ vaultKey: `${overwritten}.json` });
  },
);

test.each([
  ["a manifest whose key has a time that has not come", manifest(named(-50), 1)],
  ["a manifest that was written an hour before the time in its key", manifest(named(3), 4)],
  ["a manifest that was written three days after the time in its key", manifest(named(4 + 72), 4)],
  ["a manifest that was written long after the time in its key", manifest(named(96), 1)],
  ["a manifest of a cache whose name begins the same", manifest(`${stem}eu-${name.slice(-6)}`, 1)],
  ["something else", { key: `${name}z.json`, versionId: "v", hoursAgo: 1 }],
  ["a copy of a manifest under another name", { key: `${named(3)}.json.bak`, versionId: "v", hoursAgo: 3 }],
])("%s is not chosen", async (_what, other) => {
  for (const page of [1, 1000]) {
    const { ended, output } = await tested({ landing: [other, manifest(name, 4)], page });
    expect(ended).toBe("SUCCEEDED");
    expect(output).toMatchObject({ vaultKey: `${name}.json` });
    const alone = await tested({ landing: [other], page });
    expect(alone.ended).toBe(
      "RestoreTest.Failed: The landing bucket landing has no manifest of a copy into the vault, and it keeps them for a week. Run npm run vault-copy first.",
    );
  }
});

test.each([
  ["almost an hour before", named(3 + 1 / 3600), 4],
  ["almost three days after", named(4 + 72 - 1 / 3600), 4],
])("a manifest that was written %s the time in its key is chosen", async (_when, of, hoursAgo) => {
  const { output } = await tested({ landing: [manifest(of, hoursAgo)], vault: [manifest(of, hoursAgo), file(of)] });
  expect(output).toMatchObject({ vaultKey: `${of}.json` });
});

describe("a test fails, restores nothing and leaves no copies", () => {
  const refused = async (given: Buckets, more: Partial<Account> = {}) => {
    const { ended, changes, copies, uploads, published } = await tested(given, more);
    expect(changes).not.toContain("createReplicationGroup");
    expect(copies.size).toBe(0);
    expect(uploads).toEqual([]);
    expect(published).toEqual({});
    return ended;
  };

  test("without a vault", async () => {
    await expect(refused({}, { values: {} })).resolves.toBe(
      "RestoreTest.Failed: The backups of dev-redis-cluster are not copied into a vault: vault_bucket_arn is not set.",
    );
  });

  test("without a copy of the last week", async () => {
    await expect(refused({ landing: [] })).resolves.toMatch(/The landing bucket landing has no manifest/);
  });

  test.each([
    ["manifest", `${name}.json`, [file(name)]],
    ["file", `${name}-0001.rdb`, [manifest(name, 4)]],
    [
      "file, in the version that was exported",
      `${name}-0001.rdb`,
      [manifest(name, 4), file(name, { versionId: "other" })],
    ],
  ])("when the vault does not have its %s", async (_what, key, vault) => {
    await expect(refused({ vault })).resolves.toMatch(
      new RegExp(
        `^RestoreTest[.]Failed: The vault vault did not give the version v-(file|manifest) of ${key}: it is not there [(]any more, or while it is being copied[)], or the policy of the vault does not allow it[.] S3[.]S3Exception: Access Denied$`,
      ),
    );
  });

  test.each([
    ["size", { size: 8 }, "8 bytes and the checksum crc"],
    ["checksum", { checksum: "other" }, "7 bytes and the checksum other"],
  ])("when the copy has another %s", async (_what, more, has) => {
    await expect(refused({ vault: [manifest(name, 4), file(name, more)] })).resolves.toBe(
      `RestoreTest.Failed: The copy of ${name}-0001.rdb in the vault has ${has}, and its manifest says 7 bytes and crc. It is not what was exported, so nothing is restored.`,
    );
  });

  test.each<readonly [problem: string, body: string]>([
    ["its format is not 1", manifestOf(name, { format: 2 })],
    ["its format is not 1", manifestOf(name, { format: undefined })],
    ["it has no snapshotCreatedAt", manifestOf(name, { snapshotCreatedAt: undefined })],
    ["it has no snapshotCreatedAt", manifestOf(name, { snapshotCreatedAt: "yesterday" })],
    ["it names the backup another", manifestOf(name, { name: "another" })],
    ["it names 1 files for 2 shards", manifestOf(name, { shards: 2 })],
    ["it names 0 files for 1 shards", manifestOf(name, { files: [] })],
    ["it names 0 files for", manifestOf(name, { files: undefined, shards: undefined })],
    [
      "it names a file twice",
      manifestOf(name, {
        shards: 2,
        files: [1, 2].map(() => ({ key: `${name}-0001.rdb`, size: 7, versionId: "v-file" })),
      }),
    ],
    ["it names 0 files for 0 shards", manifestOf(name, { files: [], shards: 0 })],
    ...[
      { key: undefined },
      { key: 7 },
      { key: "other-0001.rdb" },
      { key: `${name}2-0001.rdb` },
      { key: `${name}-0001.rdb.gz` },
      { key: `${name}-0001` },
      { size: undefined },
      { size: "7" },
      { size: 0 },
      { versionId: undefined },
      { versionId: 7 },
      { versionId: "" },
    ].map((wrong): readonly [string, string] => [
      "it lacks the key, size or version ID of a file",
      manifestOf(name, { files: [{ key: `${name}-0001.rdb`, size: 7, versionId: "v-file", ...wrong }] }),
    ]),
    ...["name", "account", "region", "environment", "snapshot", "engine", "engineVersion", "nodeType"].flatMap(
      (member) =>
        [undefined, 7].map((wrong): readonly [string, string] => [
          `it has no ${member}`,
          manifestOf(name, { [member]: wrong }),
        ]),
    ),
    ["it is no object", "7"],
  ])("when its manifest cannot be used: %s", async (problem, body) => {
    const ended = await refused({ vault: [manifest(name, 4, { body }), file(name)] });
    expect(ended).toContain(`The manifest ${name}.json in the vault cannot be used: ${problem}`);
  });

  test.each([
    [
      "is of another engine, which the cache does not read",
      { engine: "valkey", engineVersion: "8.0" },
      /was taken with Valkey, which Redis OSS does not read/,
    ],
    [
      "is of a later version",
      { engineVersion: "7.2.0" },
      /was taken with redis 7[.]2[.]0, which the cache with 7[.]1[.]0 does not read/,
    ],
    [
      "has shards that the cache has not",
      { clusterMode: true },
      /was taken with cluster mode enabled, which this cache is not/,
    ],
    [
      "has files that are too large",
      { files: [{ key: `${name}-0001.rdb`, size: 700 * 2 ** 30 + 1, versionId: "v-file" }] },
      new RegExp(
        `The backup ${name} in the vault is too large for a restore test: its files would be copied in more than 700 parts[.] Restore it into another environment: npm run restore -- <stack> --from-vault ${name}[.]json$`,
      ),
    ],
  ])("when the backup %s", async (_what, more, reason) => {
    await expect(
      refused({ vault: [manifest(name, 4, { body: manifestOf(name, more) }), file(name)] }),
    ).resolves.toMatch(reason);
  });

  test("when the backup is of Redis OSS, and the cache of Valkey: AWS restores files into the same engine only", async () => {
    await expect(refused({}, { node: { Engine: "valkey", EngineVersion: "8.0.1" } })).resolves.toBe(
      `RestoreTest.Failed: The backup ${name} in the vault was taken with redis, and AWS restores files into the same engine only, not into valkey. Copy a backup again: npm run vault-copy`,
    );
  });

  test("when S3 cannot be asked", async () => {
    await expect(refused({}, { failing: ["listObjectVersions"] })).resolves.toBe(
      "RestoreTest.Failed: listObjectVersions.Failed: refused",
    );
  });
});

/** A backup of one file of that size. */
const ofSize = (size: number, more: object = { checksumCrc64Nvme: "crc" }): Buckets => {
  const body = manifestOf(name, { files: [{ key: `${name}-0001.rdb`, size, versionId: "v-file", ...more }] });
  return { vault: [manifest(name, 4, { body }), file(name, { size })] };
};
const gib = 2 ** 30;

test.each([
  ["copyObject"],
  ["uploadPartCopy"],
  ["completeMultipartUpload"],
  ["createMultipartUpload"],
  ["uploadPartCopy", "abortMultipartUpload"],
])("given that %s fails, then the upload is aborted and the cause names the file", async (...failing) => {
  const { ended, uploads } = await tested(ofSize(6 * gib), { failing });
  expect(ended).toMatch(
    new RegExp(
      `^RestoreTest[.]Failed: The vault vault did not give the version v-\\w+ of ${name}(-0001[.]rdb|[.]json): .* ${failing[0]}[.]Failed: refused$`,
    ),
  );
  // What cannot be aborted, the bucket's lifecycle aborts.
  expect(uploads).toHaveLength(failing.includes("abortMultipartUpload") ? 1 : 0);
});

test.each([
  [5 * gib, 0],
  [5 * gib + 1, 6],
  [6 * gib, 6],
  [6.5 * gib, 7],
  [700 * gib, 700],
])("a file of %i bytes is copied once, in %i parts that cover all of it", async (size, parts) => {
  const { ended, argumentsOf, calls } = await tested(ofSize(size));
  expect(ended).toBe("SUCCEEDED");
  // The manifest, and the file where one request copies all of it.
  expect(calls.filter((action) => action === "copyObject")).toHaveLength(parts === 0 ? 2 : 1);
  const ranges = argumentsOf("uploadPartCopy").map(({ CopySourceRange }) =>
    (/^bytes=(\d+)-(\d+)$/.exec(String(CopySourceRange)) ?? []).slice(1).map(Number),
  );
  expect(ranges).toHaveLength(parts);
  const ends = ranges.map(([, last = 0]) => last + 1);
  expect(ranges.map(([first]) => first)).toEqual([0, ...ends].slice(0, parts));
  expect(ends.at(-1) ?? size).toBe(size);
  expect(Math.max(0, ...ranges.map(([first = 0, last = 0]) => last + 1 - first))).toBeLessThanOrEqual(5 * gib);
  // Of nothing else there is an upload.
  expect(argumentsOf("createMultipartUpload")).toHaveLength(parts === 0 ? 0 : 1);
  const [{ MultipartUpload } = {}] = argumentsOf("completeMultipartUpload");
  const completed = (MultipartUpload as { Parts: { PartNumber: number }[] } | undefined)?.Parts ?? [];
  expect(completed.map(({ PartNumber }) => PartNumber)).toEqual(Array.from({ length: parts }, (_one, i) => i + 1));
});

test("many files that one request copies each are no more parts than a test copies", async () => {
  const files = Array.from({ length: 150 }, (_one, i) => ({
    key: `${name}-${String(i + 1).padStart(4, "0")}.rdb`,
    size: 5 * gib,
    versionId: "v-file",
    slots: `${i}`,
  }));
  const body = manifestOf(name, { clusterMode: true, shards: files.length, files });
  const { changes } = await tested(
    { vault: [manifest(name, 4, { body }), ...files.map(({ key, size }) => ({ ...file(name, { size }), key }))] },
    { topology: shards, statuses: ["restore-failed"] },
  );
  expect(changes).toContain("createReplicationGroup");
});

test("a manifest of an exporter without checksums is verified by sizes and version IDs", async () => {
  await expect(tested(ofSize(7, {}))).resolves.toMatchObject({ ended: "SUCCEEDED" });
  await expect(
    tested({ ...ofSize(8, {}), vault: [...(ofSize(8, {}).vault ?? []).slice(0, 1), file(name)] }),
  ).resolves.toMatchObject({
    ended: expect.stringContaining("has 7 bytes and the checksum crc, and its manifest says 8 bytes and .") as unknown,
  });
});

test("copies that cannot be deleted do not fail the test, and the output says so", async () => {
  await expect(tested({ deletes: false })).resolves.toMatchObject({
    ended: "SUCCEEDED",
    output: { copiesDeleted: false },
  });
});

test("a restore that fails leaves no copies", async () => {
  const { ended, copies, published } = await tested({}, { statuses: ["creating", "restore-failed"] });
  expect(ended).toMatch(/restore-failed/);
  expect(copies.size).toBe(0);
  expect(published).toEqual({});
});

test("neither a snapshot nor an unknown value can be asked for beside it", async () => {
  for (const wrong of [{ fromVault: true, snapshotName: "s" }, { fromVault: "latest" }])
    await expect(executed({ values, input: wrong })).resolves.toMatchObject({
      ended: expect.stringContaining("Invalid input: a restore test accepts") as unknown,
    });
  await expect(executed({ values, input: { fromVault: false } })).resolves.toMatchObject({
    ended: "SUCCEEDED",
    output: { from: "snapshot" },
    published: { RestoreTestSuccessful: 1 },
  });
});

describe("with shards", () => {
  const body = (slots: boolean) =>
    manifestOf(name, {
      clusterMode: true,
      shards: 2,
      files: ["0001", "0002"].map((shard, i) => ({
        key: `${name}-${shard}.rdb`,
        size: 7,
        versionId: "v-file",
        ...(slots && { shard, slots: i === 0 ? "0-8191" : "8192-16383" }),
      })),
    });
  const vault = (slots: boolean) => [
    manifest(name, 4, { body: body(slots) }),
    file(name),
    { ...file(name), key: `${name}-0002.rdb` },
  ];

  test("each file is restored into its slots", async () => {
    const { argumentsOf } = await tested({ vault: vault(true) }, { topology: shards, statuses: ["restore-failed"] });
    expect(argumentsOf("createReplicationGroup")[0]).toMatchObject({
      SnapshotArns: [expect.stringMatching(/-0001[.]rdb$/), expect.stringMatching(/-0002[.]rdb$/)],
      NodeGroupConfiguration: [
        { Slots: "0-8191", ReplicaCount: 0 },
        { Slots: "8192-16383", ReplicaCount: 0 },
      ],
      NumNodeGroups: 2,
      ReplicasPerNodeGroup: 0,
    });
  });

  test("a manifest of an earlier release, without slots, is refused", async () => {
    const { ended, copies } = await tested({ vault: vault(false) }, { topology: shards });
    expect(ended).toBe(
      `RestoreTest.Failed: The backup ${name} in the vault has no slots of its shards in its manifest, which an earlier release wrote: ElastiCache needs them beside the files. Copy a backup again: npm run vault-copy`,
    );
    expect(copies.size).toBe(0);
  });
});

test("of many backups the newest is restored, whatever the order in which S3 lists them", async () => {
  const all = [6, 5, 4.8, 4.6, 4.4, 4.2, 4, 5.5].map((hours) => ({ of: named(hours), hours }));
  const { ended, output, argumentsOf } = await tested({
    landing: all.map(({ of, hours }) => manifest(of, hours)),
    vault: all.flatMap(({ of, hours }) => [manifest(of, hours), file(of)]),
  });
  expect(ended).toBe("SUCCEEDED");
  expect(output).toMatchObject({ vaultKey: `${name}.json` });
  // Of what is deleted well, nothing is listed: 300 keys and more come back otherwise.
  expect(argumentsOf("deleteObjects")).toMatchObject([{ Delete: { Quiet: true } }]);
});

test.each(waysToFail)(
  "whichever call $way, the test has failed and says so, and its copies are deleted",
  async ({ tooLarge, error }) => {
    const { calls } = await tested();
    const last = calls.lastIndexOf("describeReplicationGroups");
    for (const [refusedCall, action] of calls.entries()) {
      const { ended, output, copies } = await tested({}, { refusedCall, tooLarge });
      const isCleaningUp = refusedCall > last;
      // Without metrics, data are not compared. Copies that cannot be deleted expire.
      const succeeds = isCleaningUp || action === "getMetricData";
      const failed: unknown = expect.stringMatching(`^RestoreTest\\.Failed: .*${error}$`);
      const { copiesDeleted } = (output ?? {}) as { readonly copiesDeleted?: boolean };
      expect({ refusedCall, action, ended, copiesDeleted }).toEqual({
        ...{ refusedCall, action, ended: succeeds ? "SUCCEEDED" : failed },
        copiesDeleted: succeeds ? !isCleaningUp : undefined,
      });
      const isDone = tooLarge && action === "deleteObjects";
      const remain = isCleaningUp && refusedCall < calls.length - 1 && !isDone;
      expect([action, copies.size > 0]).toEqual([action, remain]);
    }
    expect(calls.slice(last + 1)).toEqual(["listObjectVersions", "deleteObjects", "listObjectVersions"]);
  },
);
