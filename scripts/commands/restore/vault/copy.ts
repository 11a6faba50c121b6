import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CopyObjectCommand,
  CreateMultipartUploadCommand,
  HeadObjectCommand,
  UploadPartCopyCommand,
  type S3Client,
} from "@aws-sdk/client-s3";
import { copyLimits } from "../../../../stacks/vault/copying";
import { Refusal } from "../../../shared/aws-sdk";
import type { StoredFile } from "./backup";

/** Checksums of whole objects are CRC-64/NVME, also of those that were copied in parts. */
const checksum = { ChecksumAlgorithm: "CRC64NVME" } as const;

export interface CopyProps {
  /** A client in the Region of the copy. */
  readonly client: Pick<S3Client, "send">;
  /** Name of the vault. */
  readonly vault: string;
  /** Bucket and key of the copy. */
  readonly to: { readonly bucket: string; readonly key: string };
  /** @default copyLimits */
  readonly limits?: typeof copyLimits;
}

/**
 * Copies a version out of the vault, and compares the size and checksum of the copy with the manifest. Where that has no checksum,
 * its version ID has shown already that the version is the one which was exported.
 *
 * @throws Refusal if they differ.
 */
export async function copyFile(file: StoredFile, props: CopyProps): Promise<void> {
  const { client, vault, to } = props;
  const source = `${vault}/${encodeURIComponent(file.key)}?versionId=${encodeURIComponent(file.versionId)}`;
  const target = { Bucket: to.bucket, Key: to.key };
  if (file.size <= (props.limits ?? copyLimits).wholeBytes)
    await client.send(new CopyObjectCommand({ ...target, ...checksum, CopySource: source }));
  else await copyInParts(file.size, source, props);
  const copy = await client.send(new HeadObjectCommand({ ...target, ChecksumMode: "ENABLED" }));
  const { checksumCrc64Nvme: expected = copy.ChecksumCRC64NVME } = file;
  if (copy.ContentLength !== file.size || copy.ChecksumCRC64NVME !== expected)
    throw new Refusal(
      `The copy of ${file.key} has ${copy.ContentLength ?? 0} bytes and the checksum ${copy.ChecksumCRC64NVME ?? "none"}, and the manifest says ${file.size} bytes and ${expected ?? "none"}. It is not what was exported, so nothing is restored. Choose another backup.`,
    );
}

async function copyInParts(size: number, source: string, { client, to, limits: given = copyLimits }: CopyProps) {
  const target = { Bucket: to.bucket, Key: to.key };
  const { UploadId } = await client.send(new CreateMultipartUploadCommand({ ...target, ...checksum }));
  try {
    const parts: { PartNumber: number; ETag?: string; ChecksumCRC64NVME?: string }[] = [];
    for (let begin = 0; begin < size; begin += given.partBytes) {
      const end = Math.min(begin + given.partBytes, size) - 1;
      const PartNumber: number = parts.length + 1;
      const { CopyPartResult: part } = await client.send(
        new UploadPartCopyCommand({
          ...target,
          ...{ UploadId, PartNumber, CopySource: source, CopySourceRange: `bytes=${begin}-${end}` },
        }),
      );
      parts.push({ PartNumber, ETag: part?.ETag, ChecksumCRC64NVME: part?.ChecksumCRC64NVME });
    }
    await client.send(new CompleteMultipartUploadCommand({ ...target, UploadId, MultipartUpload: { Parts: parts } }));
  } catch (error) {
    await client.send(new AbortMultipartUploadCommand({ ...target, UploadId }));
    throw error;
  }
}
