import { isDeepStrictEqual } from "node:util";
import { ExecutionError } from "../machine";
import type { Version } from "./s3";
import { textOf, type Answers, type Arguments } from "./service";

interface Upload {
  readonly bucket: string;
  readonly key: string;
  readonly id: string;
  /** Without it, AWS promises no checksum of that kind of the parts and of the object. */
  readonly algorithm: unknown;
  readonly parts: Map<number, { readonly tag: string; readonly bytes: number; readonly source: Version }>;
}

interface Buckets {
  readonly of: (bucket: unknown) => unknown;
  readonly sourceOf: (source: unknown) => Version;
  readonly write: (bucket: string, version: Version) => { readonly versionId: string };
}

/** Uploads in parts of S3. @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/mpuoverview.html */
export function uploads({ of, sourceOf, write }: Buckets) {
  const all: Upload[] = [];
  let begun = 0;
  const uploadOf = ({ Bucket, Key, UploadId }: Arguments): Upload => {
    const found = all.find(({ bucket, key, id }) => bucket === Bucket && key === Key && id === UploadId);
    if (found === undefined)
      throw new ExecutionError("S3.NoSuchUploadException", "The specified upload does not exist.");
    return found;
  };
  const checksumOf = ({ algorithm }: Upload, checksum: string | undefined): object =>
    algorithm === "CRC64NVME" && checksum !== undefined ? { ChecksumCRC64NVME: checksum } : {};
  const end = (upload: Upload): void => {
    all.splice(all.indexOf(upload), 1);
  };
  const answers: Answers = {
    createMultipartUpload: ({ Bucket, Key, ChecksumAlgorithm: algorithm }) => {
      of(Bucket);
      const id = `upload-${++begun}`;
      all.push({ bucket: textOf(Bucket), key: textOf(Key), id, algorithm, parts: new Map() });
      return { UploadId: id };
    },
    uploadPartCopy: (args) => {
      const { CopySource, PartNumber, CopySourceRange } = args;
      const upload = uploadOf(args);
      const source = sourceOf(CopySource);
      if (typeof PartNumber !== "number") throw new ExecutionError("S3.S3Exception", "A part has a number.");
      const [, first = NaN, last = NaN] = (/^bytes=(\d+)-(\d+)$/.exec(textOf(CopySourceRange)) ?? []).map(Number);
      if (!(first <= last && last < (source.size ?? 0)))
        throw new ExecutionError("S3.S3Exception", `The range is not in the source: ${textOf(CopySourceRange)}`);
      const tag = `etag-${String(PartNumber)}`;
      upload.parts.set(PartNumber, { tag, bytes: last + 1 - first, source });
      return { CopyPartResult: { ETag: tag, ...checksumOf(upload, "part") } };
    },
    completeMultipartUpload: (args) => {
      const upload = uploadOf(args);
      const { Parts } = args.MultipartUpload as { readonly Parts: readonly object[] };
      const parts = [...upload.parts].sort(([a], [b]) => a - b);
      const expected = parts.map(([PartNumber, { tag: ETag }]) => ({
        PartNumber,
        ETag,
        ...checksumOf(upload, "part"),
      }));
      if (!isDeepStrictEqual(Parts, expected)) throw new ExecutionError("S3.S3Exception", "InvalidPart");
      const checksum = parts[0]?.[1].source.checksum;
      const size = parts.reduce((sum, [, { bytes }]) => sum + bytes, 0);
      const { versionId } = write(upload.bucket, {
        key: upload.key,
        size,
        ...(checksum !== undefined && { checksum }),
      });
      end(upload);
      return { VersionId: versionId, ETag: '"0a-1"', ...checksumOf(upload, checksum) };
    },
    abortMultipartUpload: (args) => {
      end(uploadOf(args));
      return {};
    },
  };
  return { answers, underWay: (): readonly string[] => all.map(({ key }) => key) };
}
