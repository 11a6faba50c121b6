import { manifestFormat } from "../../../../stacks/backups/vault/manifest";
import { partsOfName } from "../../../../stacks/vault/keys";
import { Refusal } from "../../../shared/aws-sdk";

/** A file of a backup, as its manifest describes it. */
export interface File {
  readonly key: string;
  /** Bytes. */
  readonly size: number;
  /** Of the original, which its replica keeps. */
  readonly versionId?: string;
  /**
   * CRC-64/NVME of the whole file, in base 64. S3 computes it of every upload that brings no other checksum, and AWS documents for no upload of
   * ElastiCache's which one it brings.
   */
  readonly checksumCrc64Nvme?: string;
  /** ID of the shard. Together with its slots there only where the backup was taken with cluster mode enabled. */
  readonly shard?: string;
  /** First and last slot of the shard, e.g. `0-8191`. */
  readonly slots?: string;
}

/** What is read of a manifest. */
export interface Manifest {
  readonly format: number;
  readonly name: string;
  readonly environment: string;
  readonly account: string;
  readonly region: string;
  readonly snapshot: string;
  /** ISO 8601. */
  readonly snapshotCreatedAt: string;
  readonly engine: string;
  readonly engineVersion: string;
  readonly nodeType: string;
  readonly clusterMode: boolean;
  readonly shards: number;
  readonly files: readonly File[];
}

const texts = ["name", "account", "region", "environment", "snapshot", "engine", "engineVersion", "nodeType"] as const;

/**
 * A manifest, in which everything is there that a restore needs.
 *
 * @throws Refusal if something is missing or contradicts the key it was read from.
 */
export function parsed(text: string, name: string): Manifest {
  const found = object(text);
  const problem =
    found.format !== manifestFormat
      ? `its format is ${String(found.format)}, and this release reads format ${manifestFormat}`
      : (texts.map((one) => (typeof found[one] === "string" ? "" : `it has no ${one}`)).find((one) => one !== "") ??
        (found.name === name ? problemOfFiles(found, name) : `it names the backup ${String(found.name)}`));
  if (problem !== "") throw new Refusal(`The manifest of ${name} cannot be used: ${problem}. Choose another backup.`);
  return found as unknown as Manifest;
}

function problemOfFiles({ files, shards, snapshotCreatedAt }: Readonly<Record<string, unknown>>, name: string): string {
  if (Number.isNaN(Date.parse(String(snapshotCreatedAt)))) return "it has no snapshotCreatedAt";
  const list: readonly Partial<File>[] = Array.isArray(files) ? (files as Partial<File>[]) : [];
  if (list.length === 0 || list.length !== shards) return `it names ${list.length} files for ${String(shards)} shards`;
  if (new Set(list.map(({ key }) => key)).size < list.length) return "it names a file twice";
  return list.map((file) => problemOf(file, name)).find((one) => one !== "") ?? "";
}

function problemOf({ key, size, checksumCrc64Nvme: checksum, versionId }: Partial<File>, name: string): string {
  if (key?.startsWith(`${name}-`) !== true || partsOfName(key) === undefined || !key.endsWith(".rdb"))
    return `it names the file ${String(key)}`;
  if (typeof size !== "number" || size <= 0) return `it has no size of ${key}`;
  const isText = (value: unknown): boolean => typeof value === "string" && value !== "";
  return isText(checksum) || isText(versionId) ? "" : `it has neither checksum nor version of ${key}`;
}

function object(text: string): Readonly<Record<string, unknown>> {
  try {
    const found = JSON.parse(text) as unknown;
    // A text that Step Functions wrote may be quoted once more.
    const value: unknown = typeof found === "string" ? JSON.parse(found) : found;
    return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}
