import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CopyObjectCommand,
  CreateMultipartUploadCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectVersionsCommand,
  type S3Client,
  UploadPartCopyCommand,
} from "@aws-sdk/client-s3";
import { findBackup } from "../../scripts/commands/restore/vault/backup";
import { copyFile } from "../../scripts/commands/restore/vault/copy";
import { copyLimits } from "../../stacks/vault/copying";
import { restoreCommand } from "../../scripts/commands/restore";

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
  ["it names another backup", copied(began, { name: "other" }), name, /it names the backup other/],
  ["it lacks the engine", copied(began, { engine: null }), name, /it has no engine/],
  ["it lacks a shard", copied(began, { shards: 2 }), name, /it names 1 files for 2 shards/],
  ["it names another's file", copied(began, { files: [file("other")] }), name, /it names the file other-0001\.rdb/],
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
  ["the version differs", copied(began, { files: [file(name, { versionId: "v0" })] }), name, /the manifest names v0/],
])("when %s it is refused", async (_what, objects, wanted, message) => {
  await expect(find(objects, wanted)).rejects.toThrow(message);
});

test("a manifest that Step Functions has quoted once more is read as well", async () => {
  const objects = copied(began);
  const quoted = [{ id: "m1", at: began + 70, body: JSON.stringify(manifest(name)) }];
  await expect(find({ ...objects, [`${name}.json`]: quoted })).resolves.toMatchObject({ manifest: { name } });
});

/** Copies a file; answers the commands that it took, also when it fails. */
async function copy(
  size: number,
  copy: object,
  { broken, sent = [] }: { broken?: string; sent?: { name: string; input: object }[] } = {},
) {
  const client = {
    send: (command: { readonly input: object }) => {
      sent.push({ name: command.constructor.name, input: command.input });
      if (command.constructor.name === broken) return Promise.reject(new Error("broken"));
      if (command instanceof HeadObjectCommand) return Promise.resolve(copy);
      if (command instanceof CreateMultipartUploadCommand) return Promise.resolve({ UploadId: "u" });
      return Promise.resolve({ CopyPartResult: { ETag: "e" } });
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
    expect(sent[0]?.input).toMatchObject({
      Bucket: "landing",
      Key: "restored/now/file",
      CopySource: `vault/${name}-0001.rdb?versionId=v1`,
      ChecksumAlgorithm: "CRC64NVME",
    });
  });

  test("of a large file is made in parts that cover it", async () => {
    const sent = await copy(150, { ContentLength: 150, ChecksumCRC64NVME: "crc" });
    const parts = sent.filter((one) => one.name === UploadPartCopyCommand.name);
    expect(parts.map(({ input }) => (input as { CopySourceRange: string }).CopySourceRange)).toEqual([
      "bytes=0-59",
      "bytes=60-119",
      "bytes=120-149",
    ]);
    expect(sent.map((one) => one.name)).toContain(CompleteMultipartUploadCommand.name);
  });

  test("that breaks off leaves no parts behind", async () => {
    const sent: { name: string; input: object }[] = [];
    await expect(copy(150, {}, { broken: UploadPartCopyCommand.name, sent })).rejects.toThrow("broken");
    expect(sent.at(-1)).toMatchObject({ name: AbortMultipartUploadCommand.name, input: { UploadId: "u" } });
  });

  test.each([
    { ContentLength: 6, ChecksumCRC64NVME: "crc" },
    { ContentLength: 7, ChecksumCRC64NVME: "other" },
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
