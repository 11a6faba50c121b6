import type { Grant, Permissions } from "../grant";
import { bucketNames, inEnvironments, inVault } from "../names";
import { newVersion, passRoleTo } from "./shared";

const on = { bucket: bucketNames };
const settings = (read: string, write: string, remove?: string): Permissions => ({
  read: [{ actions: [`s3:${read}`], on }],
  write: [{ actions: [`s3:${write}`, ...(remove === undefined ? [] : [`s3:${remove}`])], on }],
});

/** What a destroy deletes in the buckets that hold copies only; never in the vault, whose policy denies it. */
const emptying: readonly Grant[] = [
  {
    actions: ["s3:DeleteObject", "s3:DeleteObjectVersion"],
    on: { object: bucketNames.map((name) => `${name}/*`) },
    reason: "Only destroying a bucket that still has copies in it calls it.",
  },
  { actions: ["s3:ListBucketVersions"], on, reason: "Only destroying a bucket that still has copies in it calls it." },
];

/** The vault, and what records the requests to it. */
export const vault: Readonly<Record<string, Permissions>> = {
  aws_s3_bucket: {
    read: [
      {
        actions: [
          "s3:GetAccelerateConfiguration",
          "s3:GetBucketAcl",
          "s3:GetBucketCORS",
          "s3:GetBucketLogging",
          "s3:GetBucketObjectLockConfiguration",
          "s3:GetBucketPolicy",
          "s3:GetBucketRequestPayment",
          "s3:GetBucketTagging",
          "s3:GetBucketVersioning",
          "s3:GetBucketWebsite",
          "s3:GetEncryptionConfiguration",
          "s3:GetLifecycleConfiguration",
          "s3:GetReplicationConfiguration",
          "s3:ListBucket",
        ],
        on,
      },
    ],
    write: [
      { actions: ["s3:CreateBucket", "s3:DeleteBucket", "s3:PutBucketTagging"], on },
      {
        actions: ["s3:PutBucketObjectLockConfiguration", "s3:PutBucketVersioning"],
        on,
        reason: "S3 checks that the caller has them when a bucket with Object Lock is created.",
      },
      ...emptying,
    ],
  },
  aws_s3_bucket_lifecycle_configuration: settings("GetLifecycleConfiguration", "PutLifecycleConfiguration"),
  aws_s3_bucket_notification: settings("GetBucketNotification", "PutBucketNotification"),
  aws_s3_bucket_object_lock_configuration: settings(
    "GetBucketObjectLockConfiguration",
    "PutBucketObjectLockConfiguration",
  ),
  aws_s3_bucket_ownership_controls: settings("GetBucketOwnershipControls", "PutBucketOwnershipControls"),
  aws_s3_bucket_policy: settings("GetBucketPolicy", "PutBucketPolicy", "DeleteBucketPolicy"),
  aws_s3_bucket_public_access_block: settings("GetBucketPublicAccessBlock", "PutBucketPublicAccessBlock"),
  aws_s3_bucket_replication_configuration: {
    read: [{ actions: ["s3:GetReplicationConfiguration"], on }],
    write: [{ actions: ["s3:PutReplicationConfiguration"], on }, passRoleTo("s3.amazonaws.com", inEnvironments)],
  },
  aws_s3_bucket_server_side_encryption_configuration: settings(
    "GetEncryptionConfiguration",
    "PutEncryptionConfiguration",
  ),
  aws_s3_bucket_versioning: settings("GetBucketVersioning", "PutBucketVersioning"),
  aws_cloudtrail: {
    read: [
      { actions: ["cloudtrail:DescribeTrails"], reason: "Only a vault with vault_data_events calls it." },
      {
        actions: ["cloudtrail:GetEventSelectors", "cloudtrail:GetTrailStatus", "cloudtrail:ListTags"],
        on: { trail: inVault },
        reason: "Only a vault with vault_data_events calls it.",
      },
    ],
    write: [
      {
        actions: [
          "cloudtrail:AddTags",
          "cloudtrail:CreateTrail",
          "cloudtrail:DeleteTrail",
          "cloudtrail:PutEventSelectors",
          "cloudtrail:StartLogging",
        ],
        on: { trail: inVault },
        reason: "Only a vault with vault_data_events calls it.",
      },
      {
        actions: ["cloudtrail:RemoveTags", "cloudtrail:StopLogging", "cloudtrail:UpdateTrail"],
        on: { trail: inVault },
        reason: newVersion,
      },
    ],
  },
};
