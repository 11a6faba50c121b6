import { ExecutionError } from "../machine";
import { page, type Sequence, Sequences, textOf, type Answers, type Arguments } from "./service";
import { uploads } from "./s3-uploads";

/** A version of an object. */
export interface Version {
  readonly key: string;
  /** @default - one that no other version has */
  readonly versionId?: string;
  /** ISO 8601. @default - when everything is written that a state machine writes */
  readonly modified?: string;
  readonly body?: string;
  /** In bytes. @default - those of the body */
  readonly size?: number;
  /** CRC-64/NVME of all of it. */
  readonly checksum?: string;
  /** Its ReplicationStatus. @default - that of `replication` */
  readonly replication?: string;
}

export interface S3Given {
  /** What is in the buckets of this Region, by name. */
  readonly buckets?: Readonly<Record<string, readonly Version[]>>;
  /** What is in those of other Regions, which S3 copies from: Step Functions calls S3 in its own Region only. */
  readonly elsewhere?: Readonly<Record<string, readonly Version[]>>;
  /** The most rows on a page: S3 may answer with fewer than were asked for. @default - as many as were asked for */
  readonly keysPerPage?: number;
  /** The ReplicationStatus of objects that have none of their own, each time one is asked for. @default - COMPLETED */
  readonly replication?: Sequence<string | undefined>;
  /** The files that ElastiCache exports. */
  readonly exports?: {
    /** What their keys end in. @default - 0001 and so on, one for each shard */
    readonly files?: readonly string[];
    /** The how many-th time that they are listed they are there. @default 1 */
    readonly written?: number;
  };
  /** DeleteObjects refuses every object. @default false */
  readonly keepsObjects?: boolean;
}

interface Stored extends Version {
  readonly versionId: string;
  readonly modified: string;
  readonly size: number;
  /** How often it is left out of lists yet. */
  hidden: number;
}

const denied = (): ExecutionError => new ExecutionError("S3.S3Exception", "Access Denied");
const moment = "2026-01-31T12:00:00.000Z";

/** By key, and of a key the newest version first; of versions of one moment that which was written last. */
const inOrder = (versions: readonly Stored[]): Stored[] =>
  [...versions].reverse().sort((a, b) => {
    if (a.key !== b.key) return a.key < b.key ? -1 : 1;
    return a.modified < b.modified ? 1 : a.modified > b.modified ? -1 : 0;
  });

/** @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_Operations_Amazon_Simple_Storage_Service.html */
export function s3(given: S3Given) {
  const sequences = new Sequences();
  const buckets = new Map<string, Stored[]>();
  let written = 0;

  const write = (bucket: string, { hidden = 0, ...version }: Version & { readonly hidden?: number }): Stored => {
    const { body = "", size = Buffer.byteLength(body) } = version;
    const stored = { versionId: `version-${++written}`, modified: moment, ...version, size, hidden };
    of(bucket).push(stored);
    return stored;
  };
  const of = (bucket: unknown): Stored[] => {
    const name = textOf(bucket);
    const versions = buckets.get(name);
    if (versions === undefined)
      throw new Error(`Step Functions calls S3 in its own Region only, not the bucket ${name}.`);
    return versions;
  };
  for (const [name, versions] of Object.entries(given.buckets ?? {})) {
    buckets.set(name, []);
    for (const version of versions) write(name, version);
  }

  const current = (bucket: unknown): Stored[] => {
    const versions = inOrder(of(bucket));
    return versions.filter(({ key }, i) => versions[i - 1]?.key !== key);
  };
  const objectOf = ({ Bucket, Key }: Arguments): Stored => {
    const found = current(Bucket).find(({ key }) => key === Key);
    if (found === undefined) throw new ExecutionError("S3.NoSuchKeyException", `no ${textOf(Key)}`);
    return found;
  };
  /** The version that CopySource names. */
  const sourceOf = (source: unknown): Version => {
    const [, bucket = "", key = "", versionId] = /^([^/]+)\/([^?]+)\?versionId=(.+)$/.exec(textOf(source)) ?? [];
    const versions = given.elsewhere?.[bucket] ?? buckets.get(bucket) ?? [];
    const found = versions.find((one) => one.key === key && one.versionId === versionId);
    if (found === undefined) throw denied();
    return found;
  };
  const rowsOf = ({ MaxKeys }: Arguments): number => Math.min(Number(MaxKeys ?? 1000), given.keysPerPage ?? 1000);
  const begins = (Prefix: unknown) => (one: Stored) => one.key.startsWith(textOf(Prefix));

  const answers: Answers = {
    listObjectsV2: (args) => {
      const { Bucket, Prefix, ContinuationToken } = args;
      const named = current(Bucket).filter(begins(Prefix));
      const all = named.filter((one) => one.hidden-- <= 0);
      const { rows, marker } = page(all, ContinuationToken, rowsOf(args), "S3.S3Exception");
      return {
        KeyCount: rows.length,
        IsTruncated: marker !== undefined,
        ...(marker !== undefined && { NextContinuationToken: marker }),
        // Of nothing there is no list.
        ...(rows.length > 0 && {
          Contents: rows.map(({ key, size, modified }) => ({ Key: key, Size: size, LastModified: modified })),
        }),
      };
    },
    listObjectVersions: (args) => {
      const { Bucket, Prefix, KeyMarker, VersionIdMarker } = args;
      const all = inOrder(of(Bucket)).filter(begins(Prefix));
      const begin =
        KeyMarker === undefined
          ? 0
          : all.findIndex(({ key, versionId }) => key === KeyMarker && versionId === VersionIdMarker) + 1;
      const end = begin + rowsOf(args);
      const rows = all.slice(begin, end);
      const last = rows.at(-1);
      return {
        IsTruncated: end < all.length,
        ...(end < all.length && { NextKeyMarker: last?.key, NextVersionIdMarker: last?.versionId }),
        Versions: rows.map(({ key, versionId, size, modified }) => ({
          ...{ Key: key, VersionId: versionId, Size: size, LastModified: modified },
        })),
      };
    },
    getObject: (args) => ({ Body: objectOf(args).body }),
    headObject: (args) => {
      const { size, versionId, checksum, replication } = objectOf(args);
      const status = replication ?? sequences.next("replication", given.replication ?? ["COMPLETED"]);
      return {
        ContentLength: size,
        ETag: '"0a"',
        VersionId: versionId,
        ...(args.ChecksumMode === "ENABLED" && { ChecksumCRC64NVME: checksum }),
        ...(status !== undefined && { ReplicationStatus: status }),
      };
    },
    putObject: ({ Bucket, Key, Body }) => {
      const { versionId } = write(textOf(Bucket), { key: textOf(Key), body: textOf(Body) });
      return { VersionId: versionId };
    },
    copyObject: ({ Bucket, Key, CopySource }) => {
      const { body, size, checksum } = sourceOf(CopySource);
      const { versionId } = write(textOf(Bucket), { key: textOf(Key), ...{ body, size, checksum } });
      return { VersionId: versionId, CopyObjectResult: { ETag: '"0a"', ChecksumCRC64NVME: checksum } };
    },
    deleteObjects: ({ Bucket, Delete }) => {
      const versions = of(Bucket);
      const { Objects } = Delete as { Objects: readonly { readonly Key: string; readonly VersionId?: string }[] };
      if (given.keepsObjects === true) return { Errors: Objects.map(({ Key }) => ({ Key, Code: "AccessDenied" })) };
      for (const { Key, VersionId } of Objects) {
        const place = versions.findIndex(({ key, versionId }) => key === Key && versionId === VersionId);
        // Without a version, S3 only adds a delete marker.
        if (place < 0) throw new Error(`${Key} has no version ${String(VersionId)} to be deleted.`);
        versions.splice(place, 1);
      }
      return {};
    },
  };
  const multipart = uploads({ of, sourceOf, write: (bucket, version) => write(bucket, version) });
  return {
    answers: { ...answers, ...multipart.answers },
    /**
     * ElastiCache writes the files of an export, over none that is there.
     *
     * @see https://docs.aws.amazon.com/AmazonElastiCache/latest/APIReference/API_CopySnapshot.html (the messages)
     */
    exported: (
      { NodeSnapshots = [] }: { readonly NodeSnapshots?: readonly object[] | undefined },
      bucket: string,
      name: string,
    ) => {
      const { files = NodeSnapshots.map((_shard, i) => String(i + 1).padStart(4, "0")), written: listing = 1 } =
        given.exports ?? {};
      const taken = files.map((end) => `${name}-${end}.rdb`).find((one) => of(bucket).some(({ key }) => key === one));
      if (taken !== undefined)
        throw new ExecutionError(
          "ElastiCache.InvalidParameterValueException",
          `The S3 bucket ${bucket} already contains an object with key ${taken}.`,
        );
      for (const end of files)
        write(bucket, { key: `${name}-${end}.rdb`, size: 7, checksum: "crc", hidden: listing - 1 });
    },
    /** The objects of a bucket by their key, each with its body. */
    objects: (bucket: string): Readonly<Record<string, string | undefined>> =>
      Object.fromEntries(current(bucket).map(({ key, body }) => [key, body])),
    uploads: multipart.underWay,
  };
}
