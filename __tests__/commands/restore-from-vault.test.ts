import {
  AbortMultipartUploadCommand,
  BucketLocationConstraint,
  CompleteMultipartUploadCommand,
  CopyObjectCommand,
  CreateMultipartUploadCommand,
  GetObjectCommand,
  HeadObjectCommand,
  type HeadObjectCommandInput,
  ListObjectVersionsCommand,
  S3Client,
  UploadPartCopyCommand,
} from "@aws-sdk/client-s3";
import { setImmediate } from "node:timers/promises";
import type { Options } from "../../scripts/commands/restore";
import type { Planned, Stack } from "../../scripts/commands/restore/stack";
import { bucketNamed, findBackup } from "../../scripts/commands/restore/vault/backup";
import { copyFile } from "../../scripts/commands/restore/vault/copy";
import { arnsOf, asSnapshot, findInVault } from "../../scripts/commands/restore/vault/from-vault";
import { firstVersions } from "../../scripts/commands/restore/vault/versions";
import { writtenWithin } from "../../stacks/vault/keys";
import { copyLimits } from "../../stacks/vault/copying";
import { restoreCommand } from "../../scripts/commands/restore";
import { but, later } from "../support/aws-values";

const hour = 3600;
const began = Date.parse("2026-01-31T08:00:00Z") / 1000;
const nameAt = (seconds: number, source = "a123456789012-apne1-prod"): string => `${source}-${seconds.toString(36)}`;

interface Version {
  readonly id: string;
  readonly size?: number;
  /** Seconds since 1970. */
  readonly at: number;
  readonly body?: string;
}

const file = (name: string, more: object = {}) => ({
  key: `${name}-0001.rdb`,
  size: 7,
  versionId: "v1",
  checksumCrc64Nvme: "crc",
  ...more,
});
const manifest = (name: string, more: object = {}): string =>
  JSON.stringify({
    ...{ format: 1, name, account: "123456789012", region: "ap-northeast-1", environment: "prod" },
    ...{
      snapshot: "automatic.prod",
      snapshotCreatedAt: "2026-01-31T03:00:00Z",
      engine: "redis",
      engineVersion: "7.1.0",
    },
    ...{ nodeType: "cache.r7g.large", clusterMode: false, shards: 1, files: [file(name)] },
    ...more,
  });
/** What a copy of that time left in the vault. */
const copied = (seconds: number, more: object = {}, source?: string): Record<string, Version[]> => {
  const name = nameAt(seconds, source);
  return {
    [`${name}-0001.rdb`]: [{ id: "v1", size: 7, at: seconds + 60 }],
    [`${name}.json`]: [{ id: "m1", at: seconds + 70, body: manifest(name, more) }],
  };
};

/** A vault with these versions of its objects, the oldest first; two on a page. */
const vaultOf = (objects: Readonly<Record<string, readonly Version[]>>) => ({
  name: "vault",
  client: {
    send: (command: object) => {
      if (command instanceof ListObjectVersionsCommand) {
        const { Prefix = "", KeyMarker = "" } = command.input;
        const found = Object.keys(objects)
          .sort()
          .filter((key) => key.startsWith(Prefix) && key > KeyMarker);
        const page = found.slice(0, 2);
        return Promise.resolve({
          Versions: page.flatMap((Key) =>
            (objects[Key] ?? [])
              .toReversed()
              .map(({ id, size, at }) => ({ Key, VersionId: id, Size: size, LastModified: new Date(at * 1000) })),
          ),
          IsTruncated: found.length > 2,
          NextKeyMarker: page.at(-1),
        });
      }
      if (command instanceof GetObjectCommand) {
        const { Key = "", VersionId } = command.input;
        const version = objects[Key]?.find(({ id }) => id === VersionId);
        return Promise.resolve({ Body: { transformToString: () => Promise.resolve(version?.body ?? "") } });
      }
      throw new Error("A restore looks in the vault and changes nothing there.");
    },
  } as unknown as S3Client,
});
const find = (objects: Readonly<Record<string, readonly Version[]>>, wanted = "latest", cache = "prod") =>
  findBackup(vaultOf(objects), wanted, cache);
const name = nameAt(began);

test("the latest backup of the cache is found, with the version of each file", async () => {
  const objects = {
    ...copied(began - 24 * hour),
    ...copied(began),
    ...copied(began + 1, {}, "a123456789012-apne1-dev"),
    ...copied(began + 2, {}, "a123456789012-apne1-prod-eu"),
    ...copied(began + 3, {}, "a123456789012-apne1-eu-prod"),
  };
  const { manifest: found, files } = await find(objects);
  expect(found).toMatchObject({ name, engine: "redis", shards: 1 });
  expect(files).toEqual([file(name)]);
});

test.each([name, `${name}.json`])("%s names it too", async (wanted) => {
  await expect(find({ ...copied(began), ...copied(began + hour) }, wanted)).resolves.toMatchObject({
    manifest: { name },
  });
});

test("versions that were put on top later do not count", async () => {
  const objects = copied(began);
  const [rdb = [], json = []] = Object.values(objects);
  const garbage = { ...objects };
  garbage[`${name}-0001.rdb`] = [...rdb, { id: "v2", size: 9, at: began + 48 * hour }];
  garbage[`${name}.json`] = [...json, { id: "m2", at: began + 48 * hour, body: manifest(name, { engine: "valkey" }) }];
  await expect(find(garbage)).resolves.toMatchObject({ manifest: { engine: "redis" }, files: [{ versionId: "v1" }] });
});

test("a key that somebody wrote long before or after its time is not the latest", async () => {
  const planted = nameAt(began + 365 * 24 * hour);
  const later = { id: "m1", at: began + 60, body: manifest(planted) };
  await expect(find({ ...copied(began), [`${planted}.json`]: [later] })).resolves.toMatchObject({ manifest: { name } });
  await expect(find({ ...copied(began), [`${planted}.json`]: [later] }, planted)).rejects.toThrow(
    /The first version of a\S+\.json is of .*, and its key of .* Choose another backup\./,
  );
});

test.each<[string, Readonly<Record<string, readonly Version[]>>, string, RegExp]>([
  ["there is none", {}, "latest", /Invalid --from-vault latest: the vault vault has no backup of a cache/],
  ["there is no such key", copied(began), nameAt(began + 1), /has no object a123456789012-apne1-prod-\w+\.json/],
  ["it is not a key", copied(began), "prod-latest", /it is not the name of a backup in the vault/],
  [
    "there are two caches of that name",
    { ...copied(began), ...copied(began, {}, "a210987654321-euw1-prod") },
    "latest",
    /backups of 2 caches .* --from-vault a\d+-\S+, --from-vault a\d+-/,
  ],
  ["a file is missing", { [`${name}.json`]: copied(began)[`${name}.json`] ?? [] }, name, /is not in the vault/],
  ["the format is of a later release", copied(began, { format: 2 }), name, /its format is 2/],
  ["the format only begins as that of this release", copied(began, { format: 10 }), name, /its format is 10/],
  ["it names another backup", copied(began, { name: "other" }), name, /it names the backup other/],
  ["its name begins with that", copied(began, { name: `${name}-eu` }), name, /it names the backup a\S+-eu\./],
  ["its name ends with that", copied(began, { name: `eu-${name}` }), name, /it names the backup eu-a/],
  ["it lacks the engine", copied(began, { engine: null }), name, /it has no engine/],
  ["it lacks a shard", copied(began, { shards: 2 }), name, /it names 1 files for 2 shards/],
  ["it names another's file", copied(began, { files: [file("other")] }), name, /it names the file other-0001\.rdb/],
  ...[`${name}eu`, `eu-${name}`].map((other): [string, ReturnType<typeof copied>, string, RegExp] => [
    `it names a file of ${other}`,
    { ...copied(began, { files: [file(other)] }), [`${other}-0001.rdb`]: copied(began)[`${name}-0001.rdb`] ?? [] },
    name,
    new RegExp(String.raw`it names the file ${other}-0001\.rdb`),
  ]),
  [
    "it has neither checksum nor version",
    copied(began, { files: [file(name, { checksumCrc64Nvme: "", versionId: undefined })] }),
    name,
    /neither checksum nor version of/,
  ],
  [
    "the size differs",
    copied(began, { files: [file(name, { size: 8 })] }),
    name,
    /has 7 bytes, and the manifest says 8/,
  ],
  [
    "a later one of its files is another's",
    copied(began, { shards: 2, files: [file(name), file("other")] }),
    name,
    /it names the file other/,
  ],
  [
    "it names a file twice",
    copied(began, { shards: 2, files: [file(name), file(name)] }),
    name,
    /it names a file twice/,
  ],
  ["it lacks the time", copied(began, { snapshotCreatedAt: "" }), name, /it has no snapshotCreatedAt/],
  ["a file is empty", copied(began, { files: [file(name, { size: 0 })] }), name, /it has no size of a\S+-0001\.rdb/],
  ["a size is no number", copied(began, { files: [file(name, { size: "7" })] }), name, /it has no size of/],
  [
    "a file has no key",
    copied(began, { files: [file(name, { key: undefined })] }),
    name,
    /it names the file undefined/,
  ],
  [
    "a file is of no shard",
    copied(began, { files: [file(name, { key: `${name}-x.rdb` })] }),
    name,
    /it names the file a\S+-x\.rdb/,
  ],
  [
    "a file is no backup",
    copied(began, { files: [file(name, { key: `${name}-0001.txt` })] }),
    name,
    /it names the file/,
  ],
  ...["null", "3", '"text"', "no JSON", "[]"].map(
    (body): [string, Readonly<Record<string, readonly Version[]>>, string, RegExp] => [
      `the manifest is ${body}`,
      { ...copied(began), [`${name}.json`]: [{ id: "m1", at: began + 70, body }] },
      name,
      /its format is undefined, and this release reads format 1/,
    ],
  ),
  ["the version differs", copied(began, { files: [file(name, { versionId: "v0" })] }), name, /the manifest names v0/],
  [
    "the version only begins as that which is there",
    copied(began, { files: [file(name, { versionId: "v1-2" })] }),
    name,
    /is v1, and the manifest names v1-2/,
  ],
])("when %s it is refused", async (_what, objects, wanted, message) => {
  await expect(find(objects, wanted)).rejects.toThrow(message);
});

test("a manifest that Step Functions has quoted once more is read as well", async () => {
  const objects = copied(began);
  const quoted = [{ id: "m1", at: began + 70, body: JSON.stringify(manifest(name)) }];
  await expect(find({ ...objects, [`${name}.json`]: quoted })).resolves.toMatchObject({ manifest: { name } });
});

test.each([{ checksumCrc64Nvme: undefined }, { versionId: undefined }])(
  "a file is known by its checksum or by its version: without one of them, %j",
  async (more) => {
    await expect(find(copied(began, { files: [file(name, more)] }))).resolves.toMatchObject({
      files: [{ key: `${name}-0001.rdb`, versionId: "v1" }],
    });
  },
);

describe("what was written", () => {
  const writtenAfter = (seconds: number): Promise<unknown> => {
    const versions = Object.entries(copied(began)).map(([key, all]) => [
      key,
      all.map((one) => ({ ...one, at: began + seconds })),
    ]);
    return find(Object.fromEntries(versions) as Readonly<Record<string, readonly Version[]>>);
  };

  test.each([-writtenWithin.before + 1, writtenWithin.after - 1])(
    "%i s after the time in its key counts",
    async (seconds) => {
      await expect(writtenAfter(seconds)).resolves.toMatchObject({ manifest: { name } });
    },
  );

  test.each([-writtenWithin.before, writtenWithin.after])(
    "%i s after the time in its key does not count",
    async (seconds) => {
      await expect(writtenAfter(seconds)).rejects.toThrow(/has no backup of a cache/);
    },
  );
});

describe("the first version of a key", () => {
  const version = (Key: string, VersionId: string, second: number) => ({
    ...{ Key, VersionId, Size: 7, LastModified: new Date(Date.UTC(2026, 0, 31, 12, 0, second)) },
  });

  /** The first versions in a bucket that lists these pages; and what it was asked. */
  async function firstOf(...pages: readonly (readonly object[])[]) {
    const asked: object[] = [];
    const send = ({ input }: ListObjectVersionsCommand): Promise<object> => {
      const at = asked.length;
      if (at === pages.length) throw new Error("It is asked for more than there is.");
      asked.push(input);
      const more = at + 1 < pages.length;
      return Promise.resolve({
        Versions: pages[at],
        IsTruncated: more,
        ...(more && { NextKeyMarker: `key ${at}`, NextVersionIdMarker: `version ${at}` }),
      });
    };
    const first = await firstVersions({ send } as unknown as S3Client, "vault", "a");
    return { first: Object.fromEntries([...first].map(([key, { versionId }]) => [key, versionId])), asked };
  }

  test("is the oldest one, on whichever page and in whichever order it is listed", async () => {
    const pages = [
      [version("a", "second", 2), version("a", "first", 1)],
      [version("b", "first", 1), version("b", "second", 2)],
    ];
    const { first, asked } = await firstOf(...pages, [version("b", "third", 3), version("a", "third", 3)]);
    expect(first).toEqual({ a: "first", b: "first" });
    expect(asked).toEqual([
      { Bucket: "vault", Prefix: "a" },
      { Bucket: "vault", Prefix: "a", KeyMarker: "key 0", VersionIdMarker: "version 0" },
      { Bucket: "vault", Prefix: "a", KeyMarker: "key 1", VersionIdMarker: "version 1" },
    ]);
  });

  test("is the last one that S3 lists of those that were written in the same second, and none without a time", async () => {
    const undated = { ...version("a", "undated", 0), LastModified: undefined };
    const { first } = await firstOf([version("a", "newer", 1), version("a", "older", 1), undated]);
    expect(first).toEqual({ a: "older" });
  });
});

test.each([
  ["latest", "a"],
  [name, name],
  [`${name}.json`, name],
])("only keys that may be of the backup are listed: %s", async (wanted, prefix) => {
  const vault = vaultOf(copied(began));
  const send = jest.spyOn(vault.client, "send");
  await findBackup(vault, wanted, "prod");
  const [listed] = send.mock.calls.map(([command]) => command.input);
  expect(listed).toEqual({ Bucket: "vault", Prefix: prefix });
});

/** Every Region that S3 may answer, and one of later. */
const locations: readonly string[] = [...Object.values(BucketLocationConstraint), later];

describe("the bucket of a name", () => {
  afterEach(() => {
    jest.restoreAllMocks();
  });

  // https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetBucketLocation.html
  test.each<readonly [string, string | undefined, string]>([
    ["a-bucket", undefined, "us-east-1"],
    ...but(locations, "EU").map((location) => ["a-bucket", location, location] as const),
    ["a-bucket", "EU", "eu-west-1"],
    ["arn:aws:s3:::a-bucket", "eu-west-1", "eu-west-1"],
    ["arn:aws-cn:s3:::a-bucket", "cn-north-1", "cn-north-1"],
  ])("%s, which S3 says is in %j, is called in %s", async (named, LocationConstraint, region) => {
    const send = jest
      .spyOn(S3Client.prototype, "send")
      .mockImplementation(() => Promise.resolve({ LocationConstraint }) as never);
    const { client, ...bucket } = await bucketNamed(named, "ap-northeast-1");
    expect(bucket).toEqual({ name: "a-bucket", region });
    await expect(client.config.region()).resolves.toBe(region);
    expect(send.mock.calls.map(([{ input }]) => input)).toEqual([{ Bucket: "a-bucket" }]);
  });

  /** Looks for the latest backup, where each bucket is in that Region; answers which buckets were used. */
  async function found(
    regions: Readonly<Record<string, string>>,
    asked: Partial<Options>,
    { vault = null, landing = "" }: { readonly vault?: string | null; readonly landing?: string } = {},
  ) {
    const heads: unknown[] = [];
    const { client } = vaultOf(copied(began));
    jest.spyOn(S3Client.prototype, "send").mockImplementation(((command: {
      readonly input: { readonly Bucket: string };
    }) => {
      const { Bucket } = command.input;
      if (command.constructor.name === "GetBucketLocationCommand")
        return Promise.resolve({ LocationConstraint: regions[Bucket] });
      if (command.constructor.name !== "HeadBucketCommand") return client.send(command as never);
      heads.push(Bucket);
      return Promise.resolve({});
    }) as never);
    const stack = { nameInVault: () => "prod", landingBucket: () => landing } as unknown as Stack;
    const planned = { region: "ap-northeast-1", vault } as Planned;
    const result = await findInVault(
      { stack: "redis-prod", values: [], fromVault: "latest", ...asked },
      stack,
      planned,
    );
    return { vault: result.vault.name, to: result.to.name, heads, folder: result.folder };
  }
  const [objects, recovery] = ["redis-vault-objects-1", "redis-vault-recovery-1"];
  const here = "ap-northeast-1";
  const there = "ap-northeast-3";
  /** A Region that AWS may have one day. */
  const longer = `${here}0`;

  test.each<[string, Parameters<typeof found>, string, string]>([
    [
      "the landing bucket of the stack",
      [{ [objects]: there, landing: here }, {}, { vault: `arn:aws:s3:::${objects}`, landing: "landing" }],
      objects,
      "landing",
    ],
    [
      "the one that is asked for",
      [{ [objects]: here, landing: here, own: here }, { copyTo: "own" }, { vault: objects, landing: "landing" }],
      objects,
      "own",
    ],
    [
      "the recovery bucket of a vault in the same Region",
      [{ [objects]: here, [recovery]: here }, {}, { vault: objects }],
      objects,
      recovery,
    ],
    ...[`${objects}-copies`, `copies-${objects}`].map((own): [string, Parameters<typeof found>, string, string] => [
      `one whose name only contains that of the vault: ${own}`,
      [{ [objects]: here, [own]: here }, { copyTo: own }, { vault: objects }],
      objects,
      own,
    ]),
    [
      "from the vault that is asked for",
      [{ other: there, landing: here }, { vault: "other" }, { vault: objects, landing: "landing" }],
      "other",
      "landing",
    ],
  ])("that a backup is copied to is %s, and it is there", async (_which, given, vault, to) => {
    const { folder, ...rest } = await found(...given);
    expect(rest).toEqual({ vault, to, heads: [to] });
    expect(folder).toMatch(/^restored\/\d{8}T\d{6}Z$/);
  });

  test.each<[string, Parameters<typeof found>, RegExp]>([
    ["without a vault", [{}, {}], /^Missing vault: redis-prod has no vault_bucket_arn\./],
    [
      "without a landing bucket, where the vault is in another Region",
      [{ [objects]: there }, {}, { vault: objects }],
      /^Missing bucket for the copy: redis-prod has no landing bucket, and the vault is in ap-northeast-3, not in ap-northeast-1\./,
    ],
    [
      "without a landing bucket, where the name of the vault only contains that of one with a recovery bucket",
      [{ [`eu-${objects}`]: here, [`eu-${recovery}`]: here }, {}, { vault: `eu-${objects}` }],
      /^Missing bucket for the copy: redis-prod has no landing bucket/,
    ],
    [
      "without a landing bucket, where the Region of the vault only begins as that of the cache",
      [{ [objects]: longer, [recovery]: here }, {}, { vault: objects }],
      /^Missing bucket for the copy: .* the vault is in ap-northeast-10, not in ap-northeast-1\./,
    ],
    ["into the vault itself, which is locked", [{ own: here }, {}, { vault: "own" }], /^Missing bucket for the copy/],
    [
      "into the vault that is named for it",
      [{ own: here }, { copyTo: "own" }, { vault: "own" }],
      /^Missing bucket for the copy/,
    ],
    [
      "into a bucket of another Region, from which ElastiCache does not restore",
      [{ [objects]: here, far: there }, { copyTo: "far" }, { vault: objects }],
      /^Invalid --copy-to far: the bucket is in ap-northeast-3, and .* Choose one in ap-northeast-1\.$/,
    ],
    [
      "into a bucket of a Region that only begins as that of the cache",
      [{ [objects]: here, far: longer }, { copyTo: "far" }, { vault: objects }],
      /^Invalid --copy-to far: the bucket is in ap-northeast-10, and /,
    ],
  ])("nothing is copied %s", async (_where, given, message) => {
    await expect(found(...given)).rejects.toThrow(message);
  });
});

describe("a backup as AWS would describe its snapshot", () => {
  const described = (more: object) => asSnapshot({ manifest: JSON.parse(manifest(name, more)) as never, files: [] });

  test("has a replication group only where cluster mode was enabled", () => {
    expect(described({})).not.toHaveProperty("ReplicationGroupId");
    expect(described({ clusterMode: true, shards: 2 })).toMatchObject({ ReplicationGroupId: name, NumNodeGroups: 2 });
    expect(described({ clusterMode: true, shards: 2 }).NodeSnapshots).toHaveLength(2);
  });

  test.each([
    ["ap-northeast-1", "aws"],
    ["cn-north-1", "aws-cn"],
    ["us-gov-west-1", "aws-us-gov"],
  ])("the ARNs of its files in %s are those of the partition %s", (region, partition) => {
    const backup = { manifest: undefined as never, files: [{ ...file(name), versionId: "v1" }] };
    const to = { name: "landing", region, client: undefined as never };
    expect(arnsOf({ backup, to, vault: to, folder: "restored/now" })).toEqual([
      `arn:${partition}:s3:::landing/restored/now/${name}-0001.rdb`,
    ]);
  });
});

/**
 * S3 answers with the checksum of an object only where that is enabled.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_HeadObject.html ChecksumMode
 */
const asAsked = (copy: object, { ChecksumMode }: HeadObjectCommandInput): object =>
  ChecksumMode === "ENABLED" ? copy : { ...copy, ChecksumCRC64NVME: undefined };

/** Copies a file; answers the commands that it took, also when it fails. */
async function copy(
  size: number,
  copy: object,
  { broken, sent = [] }: { broken?: string; sent?: { name: string; input: object }[] } = {},
) {
  let isThere = false;
  const client = {
    send: async (command: { readonly input: object }) => {
      // Known as sent when it is answered: what nobody waits for is missing.
      const writes = command instanceof CopyObjectCommand || command instanceof CompleteMultipartUploadCommand;
      await setImmediate();
      if (writes) await setImmediate();
      isThere ||= writes;
      sent.push({ name: command.constructor.name, input: command.input });
      if (command.constructor.name === broken) throw new Error("broken");
      if (command instanceof HeadObjectCommand) return isThere ? asAsked(copy, command.input) : {};
      if (command instanceof CreateMultipartUploadCommand) return { UploadId: "u" };
      return { CopyPartResult: { ETag: "e", ChecksumCRC64NVME: "part" } };
    },
  } as unknown as S3Client;
  await copyFile(file(name, { size }), {
    client,
    vault: "vault",
    to: { bucket: "landing", key: "restored/now/file" },
    limits: { wholeBytes: 100, partBytes: 60 },
  });
  return sent;
}

describe("a copy", () => {
  test("is of the chosen version, and is compared with the manifest", async () => {
    const sent = await copy(7, { ContentLength: 7, ChecksumCRC64NVME: "crc" });
    expect(sent.map((one) => one.name)).toEqual([CopyObjectCommand.name, HeadObjectCommand.name]);
    expect(sent[0]?.input).toEqual({
      Bucket: "landing",
      Key: "restored/now/file",
      CopySource: `vault/${name}-0001.rdb?versionId=v1`,
      ChecksumAlgorithm: "CRC64NVME",
    });
    expect(sent[1]?.input).toEqual({ Bucket: "landing", Key: "restored/now/file", ChecksumMode: "ENABLED" });
  });

  test("of a large file is made in parts that cover it", async () => {
    const sent = await copy(150, { ContentLength: 150, ChecksumCRC64NVME: "crc" });
    const parts = sent.filter((one) => one.name === UploadPartCopyCommand.name);
    expect(parts.map(({ input }) => (input as { CopySourceRange: string }).CopySourceRange)).toEqual([
      "bytes=0-59",
      "bytes=60-119",
      "bytes=120-149",
    ]);
    const target = { Bucket: "landing", Key: "restored/now/file" };
    expect(sent[0]).toEqual({
      name: CreateMultipartUploadCommand.name,
      input: { ...target, ChecksumAlgorithm: "CRC64NVME" },
    });
    expect(parts[1]?.input).toEqual({
      ...{ ...target, UploadId: "u", PartNumber: 2, CopySourceRange: "bytes=60-119" },
      CopySource: `vault/${name}-0001.rdb?versionId=v1`,
    });
    expect(sent.find((one) => one.name === CompleteMultipartUploadCommand.name)?.input).toEqual({
      ...{ ...target, UploadId: "u" },
      MultipartUpload: { Parts: [1, 2, 3].map((PartNumber) => ({ PartNumber, ETag: "e", ChecksumCRC64NVME: "part" })) },
    });
  });

  test.each<[number, string[]]>([
    [100, []],
    [101, ["bytes=0-59", "bytes=60-100"]],
    [120, ["bytes=0-59", "bytes=60-119"]],
  ])("of %i bytes, where 100 fit and parts have 60, has the parts %j", async (size, expected) => {
    const sent = await copy(size, { ContentLength: size, ChecksumCRC64NVME: "crc" });
    const parts = sent.filter((one) => one.name === UploadPartCopyCommand.name);
    expect(parts.map(({ input }) => (input as { CopySourceRange: string }).CopySourceRange)).toEqual(expected);
    expect(sent[0]?.name).toBe(expected.length === 0 ? CopyObjectCommand.name : CreateMultipartUploadCommand.name);
  });

  test("that breaks off leaves no parts behind", async () => {
    const sent: { name: string; input: object }[] = [];
    await expect(copy(150, {}, { broken: UploadPartCopyCommand.name, sent })).rejects.toThrow("broken");
    expect(sent.at(-1)).toEqual({
      name: AbortMultipartUploadCommand.name,
      input: { Bucket: "landing", Key: "restored/now/file", UploadId: "u" },
    });
  });

  test.each([
    { ContentLength: 6, ChecksumCRC64NVME: "crc" },
    { ContentLength: 7, ChecksumCRC64NVME: "other" },
    { ContentLength: 7, ChecksumCRC64NVME: "crc-and-more" },
    { ContentLength: 7 },
  ])("that is not what the manifest says is refused: %j", async (found) => {
    await expect(copy(7, found)).rejects.toThrow(/It is not what was exported, so nothing is restored/);
  });

  test("is of at most 5 GiB at once, in parts that S3 accepts", () => {
    expect(copyLimits.wholeBytes).toBe(5 * 1024 ** 3);
    // 10,000 parts of at most 5 GiB: https://docs.aws.amazon.com/AmazonS3/latest/userguide/qfacts.html
    expect(copyLimits.partBytes).toBeLessThanOrEqual(5 * 1024 ** 3);
    expect(copyLimits.partBytes * 10_000).toBeGreaterThan(5 * 1024 ** 4);
  });
});

test.each<[string[], RegExp]>([
  [[], /Missing backup: pass --snapshot <name>, or --from-vault latest/],
  [["--snapshot", "s", "--from-vault", "latest"], /cache starts with one backup/],
  [["--snapshot", "s", "--copy-to", "b"], /cache starts with one backup/],
])("restore %j is refused", async (args, message) => {
  const act = jest.fn();
  await expect(restoreCommand(act).parseAsync(["redis-dev", ...args], { from: "user" })).rejects.toThrow(message);
  expect(act).not.toHaveBeenCalled();
});
