import { GetBucketLocationCommand, GetObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { manifestEnd } from "../../../../stacks/backups/vault/manifest";
import { partsOfName, secondsOf, writtenWithin } from "../../../../stacks/vault/keys";
import { clientIn, Refusal } from "../../../shared/aws-sdk";
import { parsed, type File, type Manifest } from "./manifest";
import { firstVersions, type FirstVersion } from "./versions";

/** A bucket and a client in its Region. */
export interface Bucket {
  readonly name: string;
  readonly region: string;
  readonly client: S3Client;
}

/** A file of a backup in the vault, with the version that will be restored. */
export interface StoredFile extends File {
  readonly versionId: string;
}

export interface Backup {
  readonly manifest: Manifest;
  readonly files: readonly StoredFile[];
}

/** @param bucket the name of the bucket, or its ARN. */
export async function bucketNamed(bucket: string, region: string): Promise<Bucket> {
  const name = bucket.replace(/^arn:[^:]*:s3:::/, "");
  const anywhere = clientOf(region);
  const { LocationConstraint: location } = await anywhere.send(new GetBucketLocationCommand({ Bucket: name }));
  // https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetBucketLocation.html: us-east-1 has none, and an old name of eu-west-1 is EU.
  const own = location === undefined ? "us-east-1" : location === "EU" ? "eu-west-1" : location;
  return { name, region: own, client: clientOf(own) };
}

const clientOf = (region: string): S3Client =>
  new S3Client({
    ...clientIn(region),
    followRegionRedirects: true,
    // The checksums are compared with the manifest; the SDK's own would need code of the platform for some kinds.
    requestChecksumCalculation: "WHEN_REQUIRED",
    responseChecksumValidation: "WHEN_REQUIRED",
  });

/**
 * The backup to restore: that of a key, or the latest one of a cache. The account of a cache can add versions and delete markers to existing
 * keys, and new keys. Only the first version of each key counts, and only if it was written at the time in the key.
 *
 * @param wanted `latest`, or the key of a manifest or the name of a backup
 * @param cache what the cache is called in keys
 * @throws Refusal if there is none, or it is not as its manifest describes it.
 */
export async function findBackup(
  { name: bucket, client }: Pick<Bucket, "name" | "client">,
  wanted: string,
  cache: string,
): Promise<Backup> {
  const name = wanted === "latest" ? "" : nameOf(wanted);
  const first = await firstVersions(client, bucket, name === "" ? "a" : name);
  const chosen = name === "" ? latest([...first.keys()], first, cache, bucket) : name;
  const key = `${chosen}${manifestEnd}`;
  const found = first.get(key);
  if (found === undefined)
    throw new Refusal(
      `Invalid --from-vault ${JSON.stringify(wanted)}: the vault ${bucket} has no object ${key}. Choose a backup whose manifest (…${manifestEnd}) "aws s3api list-object-versions --bucket ${bucket}" lists, or latest.`,
    );
  refuseLate(key, found);
  const { Body: body } = await client.send(
    new GetObjectCommand({ Bucket: bucket, Key: key, VersionId: found.versionId }),
  );
  const manifest = parsed((await body?.transformToString()) ?? "", chosen);
  return { manifest, files: manifest.files.map((file) => stored(file, first)) };
}

/** The name of a backup, of its manifest's key or of the name itself. */
function nameOf(wanted: string): string {
  const name = wanted.endsWith(manifestEnd) ? wanted.slice(0, -manifestEnd.length) : wanted;
  if (partsOfName(name) === undefined)
    throw new Refusal(
      `Invalid --from-vault ${JSON.stringify(wanted)}: it is not the name of a backup in the vault. Use latest, or the key of a manifest like a123456789012-apne1-prod-t5k2m0${manifestEnd}.`,
    );
  return name;
}

function latest(
  keys: readonly string[],
  first: ReadonlyMap<string, FirstVersion>,
  cache: string,
  bucket: string,
): string {
  const names = keys
    .filter((key) => key.endsWith(manifestEnd) && isTimely(key, first.get(key)))
    .map((key) => key.slice(0, -manifestEnd.length))
    .filter((name) => partsOfName(name)?.cache === cache);
  const newestFirst = names.sort((one, other) => secondsOf(other) - secondsOf(one));
  const [newest] = newestFirst;
  if (newest === undefined)
    throw new Refusal(
      `Invalid --from-vault latest: the vault ${bucket} has no backup of a cache that is called ${cache} in its keys. Name one: --from-vault <key of its manifest>.`,
    );
  const sources = new Map(newestFirst.toReversed().map((name) => [partsOfName(name)?.source, name]));
  if (sources.size > 1)
    throw new Refusal(
      `Invalid --from-vault latest: the vault ${bucket} has backups of ${sources.size} caches that are called ${cache}, in several accounts or Regions. Name one, for example the latest of each: ${[...sources.values()].map((name) => `--from-vault ${name}`).join(", ")}.`,
    );
  return newest;
}

function stored(file: File, first: ReadonlyMap<string, FirstVersion>): StoredFile {
  const found = first.get(file.key);
  if (found === undefined)
    throw new Refusal(`The file ${file.key} is not in the vault, but the manifest names it. Choose another backup.`);
  refuseLate(file.key, found);
  if (found.size !== file.size)
    throw new Refusal(
      `The first version of ${file.key} has ${found.size} bytes, and the manifest says ${file.size}. It is not what was exported. Choose another backup.`,
    );
  // Replicas keep the id of the version that they were made of.
  // https://docs.aws.amazon.com/AmazonS3/latest/userguide/replication-what-is-isnot-replicated.html
  if (file.versionId !== undefined && file.versionId !== found.versionId)
    throw new Refusal(
      `The first version of ${file.key} is ${found.versionId}, and the manifest names ${file.versionId}. It is not what was exported. Choose another backup.`,
    );
  return { ...file, versionId: found.versionId };
}

/** S3 sets the time of a version itself, so nobody can put one into the past. */
function isTimely(key: string, found: FirstVersion | undefined): boolean {
  const after = (found?.lastModified.getTime() ?? NaN) / 1000 - secondsOf(key);
  return after > -writtenWithin.before && after < writtenWithin.after;
}

function refuseLate(key: string, found: FirstVersion): void {
  if (!isTimely(key, found))
    throw new Refusal(
      `The first version of ${key} is of ${found.lastModified.toISOString()}, and its key of ${new Date(secondsOf(key) * 1000).toISOString()}: somebody wrote it later than the copy. Choose another backup.`,
    );
}
