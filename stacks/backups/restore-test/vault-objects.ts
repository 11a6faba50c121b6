import { expression } from "../../terraform/expression";
import { copyLimits } from "../../vault/copying";
import { stem } from "../../vault/keys";
import type { Objects } from "../../workflows/s3-calls";
import type { Part } from "../../workflows/states";
import { landingArn, testCopies, vaultBucket, vaultEnabled } from "../vault/landing";

/** What a restore test may do with S3 while there is a vault. */
export const vaultPart: Part = { name: "vault", enabled: vaultEnabled };

/** The backups of this cache in the vault. */
export const originals: Objects = { bucketArn: expression("var.vault_bucket_arn"), keys: `${stem}*` };

/** Their copies, which ElastiCache restores from. */
export const copies: Objects = { bucketArn: landingArn, keys: `${testCopies}*` };

/** The most parts that files are copied in: each has seven events, and an execution at most 25,000 for all it does. */
export const mostParts = 700;

/** JSONata over a file: how many parts it is copied in; 0 where one request copies all of it. */
export const partsOf = `(size <= ${copyLimits.wholeBytes} ? 0 : $ceil(size / ${copyLimits.partBytes}))`;

/** JSONata: the version in the vault of an object with `key` and `versionId`. Neither has characters that a URL would encode. */
export const source = (object: string): string =>
  `'${vaultBucket}/' & ${object}.key & '?versionId=' & ${object}.versionId`;

/**
 * JSONata in a Catch: the vault did not give the version. Without permission to list the bucket, S3 answers for what does not exist as for
 * what is not allowed.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html
 */
export const notCopied = (object: string): string =>
  `'The vault ${vaultBucket} did not give the version ' & ${object}.versionId & ' of ' & ${object}.key & ': it is not there (any more, or while it is being copied), or the policy of the vault does not allow it. ' & $states.errorOutput.Error & ': ' & $states.errorOutput.Cause`;
