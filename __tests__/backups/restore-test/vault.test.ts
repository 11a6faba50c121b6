import { shards } from "../../../stacks/cache/shards";
import { waysToFail } from "../../support/account";
import { executed, type Account } from "../../support/restore-test";
import {
  at,
  file,
  manifest,
  manifestOf,
  name,
  named,
  ofSize,
  stem,
  tested,
  values,
  type Buckets,
} from "../../support/vault-restore";

test("given a backup in the vault, then it is restored from copies of the versions that its manifest names, and these are deleted", async () => {
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
  expect(copies).toEqual([]);
  expect(deleted).toHaveLength(2);
  // It says nothing about the newest snapshot.
  expect(published).toEqual({});
});

test("given copies of another test, then only its own are deleted, each in the version that it wrote", async () => {
  const others = ["restore-test/other", "restore-test/execution-2", "restore-test"].map((folder) =>
    file(name, { key: `${folder}/${name}-0001.rdb` }),
  );
  const { ended, argumentsOf, copies } = await tested({ landing: [manifest(name, 4), ...others] });
  expect(ended).toBe("SUCCEEDED");
  expect(argumentsOf("deleteObjects")).toEqual([
    {
      Bucket: "landing",
      Delete: {
        Objects: ["-0001.rdb", ".json"].map((end) => ({
          Key: `restore-test/execution/${name}${end}`,
          VersionId: expect.stringMatching(/^version-\d+$/) as unknown,
        })),
        Quiet: true,
      },
    },
  ]);
  expect(copies.sort()).toEqual(others.map(({ key }) => key).sort());
});

test("given a restore test without the vault, then it says that it restored a snapshot", async () => {
  const { output } = await executed({});
  expect(output).toMatchObject({ from: "snapshot" });
  expect(output).not.toHaveProperty("vaultKey");
});

test.each([1, 2, 3, 1000])(
  "given later versions of a manifest, with %d entries per page, then its first version decides",
  async (page) => {
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
  },
);

test.each([1, 2, 3, 4, 1000])(
  "given a manifest of which somebody wrote another version days later, with pages of %d, then its first version is read",
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
  ["something else", { key: `${name}z.json`, versionId: "v", modified: at(1) }],
  ["a copy of a manifest under another name", { key: `${named(3)}.json.bak`, versionId: "v", modified: at(3) }],
])("given %s, then it is not chosen", async (_what, other) => {
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
])("given a manifest that was written %s the time in its key, then it is chosen", async (_when, of, hoursAgo) => {
  const { output } = await tested({ landing: [manifest(of, hoursAgo)], vault: [manifest(of, hoursAgo), file(of)] });
  expect(output).toMatchObject({ vaultKey: `${of}.json` });
});

describe("a test that fails restores nothing and leaves no copies", () => {
  const refused = async (given: Buckets, more: Partial<Account> = {}) => {
    const { ended, changes, copies, uploads, published } = await tested(given, more);
    expect(changes).not.toContain("createReplicationGroup");
    expect(copies).toEqual([]);
    expect(uploads).toEqual([]);
    expect(published).toEqual({});
    return ended;
  };

  test("given no vault, then it says which variable is not set", async () => {
    await expect(refused({}, { values: {} })).resolves.toBe(
      "RestoreTest.Failed: The backups of dev-redis-cluster are not copied into a vault: vault_bucket_arn is not set.",
    );
  });

  test("given no copy of the last week, then it says that there is no manifest", async () => {
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
  ])(
    "given a vault without its %s, then it names the version that the vault did not give",
    async (_what, key, vault) => {
      await expect(refused({ vault })).resolves.toMatch(
        new RegExp(
          `^RestoreTest[.]Failed: The vault vault did not give the version v-(file|manifest) of ${key}: it is not there [(]any more, or while it is being copied[)], or the policy of the vault does not allow it[.] S3[.]S3Exception: Access Denied$`,
        ),
      );
    },
  );

  test.each([
    ["size", { size: 8 }, "8 bytes and the checksum crc"],
    ["checksum", { checksum: "other" }, "7 bytes and the checksum other"],
  ])("given a copy with another %s than its manifest says, then it names both", async (_what, more, has) => {
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
  ])("given a manifest that cannot be used, then it says why: %s", async (problem, body) => {
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
  ])("given a backup that %s, then it says so", async (_what, more, reason) => {
    await expect(
      refused({ vault: [manifest(name, 4, { body: manifestOf(name, more) }), file(name)] }),
    ).resolves.toMatch(reason);
  });

  test("given a backup of Redis OSS, and a cache of Valkey, then it says that AWS restores files into the same engine only", async () => {
    await expect(refused({}, { node: { Engine: "valkey", EngineVersion: "8.0.1" } })).resolves.toBe(
      `RestoreTest.Failed: The backup ${name} in the vault was taken with redis, and AWS restores files into the same engine only, not into valkey. Copy a backup again: npm run vault-copy`,
    );
  });

  test("given that S3 cannot be asked, then it says why", async () => {
    await expect(refused({}, { failing: ["listObjectVersions"] })).resolves.toBe(
      "RestoreTest.Failed: listObjectVersions.Failed: refused",
    );
  });
});

test("given a manifest of an exporter without checksums, then the copies are verified by sizes and version IDs", async () => {
  await expect(tested(ofSize(7, {}))).resolves.toMatchObject({ ended: "SUCCEEDED" });
  await expect(
    tested({ ...ofSize(8, {}), vault: [...(ofSize(8, {}).vault ?? []).slice(0, 1), file(name)] }),
  ).resolves.toMatchObject({
    ended: expect.stringContaining("has 7 bytes and the checksum crc, and its manifest says 8 bytes and .") as unknown,
  });
});

test("given copies that cannot be deleted, then the test succeeds all the same, and the output says so", async () => {
  await expect(tested({ deletes: false })).resolves.toMatchObject({
    ended: "SUCCEEDED",
    output: { copiesDeleted: false },
  });
});

test("given a restore that fails, then it leaves no copies", async () => {
  const { ended, copies, published } = await tested({}, { statuses: ["creating", "restore-failed"] });
  expect(ended).toMatch(/restore-failed/);
  expect(copies).toEqual([]);
  expect(published).toEqual({});
});

test("given fromVault beside a snapshot, or with an unknown value, then it is refused, and with false, a snapshot is restored", async () => {
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

describe("given a cache with shards", () => {
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

  test("then each file is restored into its slots", async () => {
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

  test("when the manifest is of an earlier release, without slots, then it is refused", async () => {
    const { ended, copies } = await tested({ vault: vault(false) }, { topology: shards });
    expect(ended).toBe(
      `RestoreTest.Failed: The backup ${name} in the vault has no slots of its shards in its manifest, which an earlier release wrote: ElastiCache needs them beside the files. Copy a backup again: npm run vault-copy`,
    );
    expect(copies).toEqual([]);
  });
});

test("given many backups, whatever the order in which S3 lists them, then the newest is restored", async () => {
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
  "whichever call $way, then the test has failed and says so, and its copies are deleted",
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
      expect([action, copies.length > 0]).toEqual([action, remain]);
    }
    expect(calls.slice(last + 1)).toEqual(["listObjectVersions", "deleteObjects", "listObjectVersions"]);
  },
);
