import { expression } from "../terraform/expression";

/**
 * ElastiCache's service principal for exports, one for each Region. Conditions on the account it acts for are documented for no statement
 * of it, so there are none: it reads and writes only for callers that have the permissions themselves.
 *
 * @see https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/backups-exporting.html
 */
const principals = [
  { type: "Service", identifiers: [`${expression("local.region")}.elasticache-snapshot.amazonaws.com`] },
];

const statement = (sid: string, bucketArn: string, onBucket: readonly string[], onObjects: readonly string[]) => [
  { sid: `${sid}Bucket`, actions: [...onBucket], resources: [bucketArn], principals },
  { sid: `${sid}Objects`, actions: [...onObjects], resources: [`${bucketArn}/*`], principals },
];

/** Statements of a bucket that caches are created from. */
export const elasticacheMayRead = (bucketArn: string) =>
  statement("AllowElastiCacheToRead", bucketArn, ["s3:GetBucketAcl", "s3:ListBucket"], ["s3:GetObject"]);

/** Statements of a bucket that backups are exported to, and that caches are created from. */
export const elasticacheMayExport = (bucketArn: string) =>
  statement(
    "AllowElastiCacheToExportTo",
    bucketArn,
    ["s3:GetBucketAcl", "s3:ListBucket", "s3:ListBucketMultipartUploads"],
    ["s3:GetObject", "s3:ListMultipartUploadParts", "s3:PutObject"],
  );
