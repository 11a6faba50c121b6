import type { Version } from "./account/s3";
import { began, executed, hour, type Account } from "./restore-test";

export const stem = "a123456789012-apne1-dev-";
export const values = { "local.vault_bucket": "vault" };
export const input = { fromVault: true };

/** The name of the backup that was copied so many hours ago. */
export const named = (hours: number): string => `${stem}${Math.floor((began - hours * hour) / 1000).toString(36)}`;
export const name = named(4);

export const manifestOf = (of: string, more: object = {}, files = 1) =>
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

export const at = (hoursAgo: number): string => new Date(began - hoursAgo * hour).toISOString();
export const manifest = (of: string, hoursAgo: number, more: Partial<Version> = {}): Version => ({
  key: `${of}.json`,
  versionId: "v-manifest",
  modified: at(hoursAgo),
  body: manifestOf(of),
  ...more,
});
export const file = (of: string, more: Partial<Version> = {}): Version => ({
  key: `${of}-0001.rdb`,
  versionId: "v-file",
  modified: at(4),
  size: 7,
  checksum: "crc",
  ...more,
});

export interface Buckets {
  readonly landing?: readonly Version[];
  readonly vault?: readonly Version[];
  /** How many versions a page has. @default - all */
  readonly page?: number;
  /** Whether copies are deleted. @default true */
  readonly deletes?: boolean;
}

/** A test with a landing bucket, and a vault in another Region; and its copies that are left in the landing bucket. */
export async function tested(given: Buckets = {}, more: Partial<Account> = {}) {
  const { landing = [manifest(name, 4)], vault = [manifest(name, 4), file(name)], page, deletes = true } = given;
  const s3 = {
    buckets: { landing },
    elsewhere: { vault },
    keepsObjects: !deletes,
    ...(page !== undefined && { keysPerPage: page }),
  };
  const done = await executed({ values, input, s3, ...more });
  for (const { MaxKeys } of done.argumentsOf("listObjectVersions")) expect(MaxKeys).toBeLessThanOrEqual(300);
  for (const { MaxKeys } of done.argumentsOf("listObjectsV2")) expect(MaxKeys).toBeLessThanOrEqual(501);
  // Without it, S3 keeps the algorithm of the source, or chooses one, and the checksum of the manifest cannot be compared.
  for (const action of ["copyObject", "createMultipartUpload"])
    for (const { Key, ChecksumAlgorithm } of done.argumentsOf(action))
      if (String(Key).endsWith(".rdb")) expect(ChecksumAlgorithm).toBe("CRC64NVME");
  const copies = Object.keys(done.aws.objects("landing")).filter((key) => key.startsWith("restore-test/"));
  const deleted = done.argumentsOf("deleteObjects").flatMap(({ Delete }) => (Delete as { Objects: object[] }).Objects);
  return { ...done, copies, deleted, uploads: done.aws.uploads() };
}

/** A backup of one file of that size. */
export const ofSize = (size: number, more: object = { checksumCrc64Nvme: "crc" }): Buckets => {
  const body = manifestOf(name, { files: [{ key: `${name}-0001.rdb`, size, versionId: "v-file", ...more }] });
  return { vault: [manifest(name, 4, { body }), file(name, { size })] };
};
