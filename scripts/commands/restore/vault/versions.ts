import { ListObjectVersionsCommand, type ListObjectVersionsCommandOutput, type S3Client } from "@aws-sdk/client-s3";

export interface FirstVersion {
  readonly versionId: string;
  /** Bytes. */
  readonly size: number;
  readonly lastModified: Date;
}

/** The first version of each key that begins with `prefix`. Delete markers, and versions that were added later, do not count. */
export async function firstVersions(
  client: S3Client,
  bucket: string,
  prefix: string,
): Promise<Map<string, FirstVersion>> {
  const first = new Map<string, FirstVersion>();
  let next: { readonly KeyMarker?: string; readonly VersionIdMarker?: string } | undefined = {};
  while (next !== undefined) {
    const page: ListObjectVersionsCommandOutput = await client.send(
      new ListObjectVersionsCommand({ Bucket: bucket, Prefix: prefix, ...next }),
    );
    for (const {
      Key: key = "",
      VersionId: versionId = "",
      Size: size = 0,
      LastModified: lastModified,
    } of page.Versions ?? []) {
      const before = first.get(key);
      // S3 lists the newest first; of two of the same second the later one in the list is the older.
      if (lastModified !== undefined && (before === undefined || lastModified <= before.lastModified))
        first.set(key, { versionId, size, lastModified });
    }
    next =
      page.IsTruncated === true
        ? { KeyMarker: page.NextKeyMarker, VersionIdMarker: page.NextVersionIdMarker }
        : undefined;
  }
  return first;
}
