import { S3Bucket } from "@cdktf/provider-aws/lib/s3-bucket";
import { S3BucketLifecycleConfiguration } from "@cdktf/provider-aws/lib/s3-bucket-lifecycle-configuration";
import { S3BucketOwnershipControls } from "@cdktf/provider-aws/lib/s3-bucket-ownership-controls";
import { S3BucketPublicAccessBlock } from "@cdktf/provider-aws/lib/s3-bucket-public-access-block";
import { S3BucketServerSideEncryptionConfigurationA } from "@cdktf/provider-aws/lib/s3-bucket-server-side-encryption-configuration";
import { S3BucketVersioningA } from "@cdktf/provider-aws/lib/s3-bucket-versioning";
import type { TerraformResource, TerraformResourceLifecycle } from "cdktf";
import { Construct } from "constructs";
import { annotate } from "../terraform/annotation";

export interface PrivateBucketProps {
  /** The end of the addresses: `aws_s3_bucket.<name>` and so on. */
  readonly name: string;
  readonly bucketName: string;
  readonly objectLock?: boolean;
  /** Whether destroying the stack deletes the objects too. */
  readonly forceDestroy?: boolean;
  readonly lifecycle?: TerraformResourceLifecycle;
  /** A Terraform expression of the number of each resource. @default - one */
  readonly count?: string;
}

/** A versioned bucket that nobody can make public, whose objects belong to its owner and are encrypted with keys of S3. */
export class PrivateBucket extends Construct {
  public readonly bucket: S3Bucket;
  /** Versioning is enabled once this exists: replication and Object Lock need it. */
  public readonly versioning: S3BucketVersioningA;
  /** Every resource of the bucket, to apply `prevent_destroy` or `count` to all of them. */
  public readonly parts: readonly TerraformResource[];
  /** ARN and name, also where the bucket is counted. */
  public readonly arn: string;
  public readonly id: string;

  constructor(scope: Construct, id: string, props: PrivateBucketProps) {
    super(scope, id);
    const { name, bucketName, objectLock, forceDestroy, lifecycle, count } = props;
    const counted = count === undefined ? "" : "[0]";
    this.id = `\${aws_s3_bucket.${name}${counted}.id}`;
    this.arn = `\${aws_s3_bucket.${name}${counted}.arn}`;
    const common = { bucket: this.id, lifecycle };

    this.bucket = new S3Bucket(this, `aws_s3_bucket.${name}`, {
      bucket: bucketName,
      ...(objectLock === true && { objectLockEnabled: true }),
      ...(forceDestroy === true && { forceDestroy: true }),
      lifecycle,
      tags: { Name: bucketName },
    });
    const block = new S3BucketPublicAccessBlock(this, `aws_s3_bucket_public_access_block.${name}`, {
      ...common,
      blockPublicAcls: true,
      blockPublicPolicy: true,
      ignorePublicAcls: true,
      restrictPublicBuckets: true,
    });
    const ownership = new S3BucketOwnershipControls(this, `aws_s3_bucket_ownership_controls.${name}`, {
      ...common,
      rule: { objectOwnership: "BucketOwnerEnforced" },
    });
    const encryption = new S3BucketServerSideEncryptionConfigurationA(
      this,
      `aws_s3_bucket_server_side_encryption_configuration.${name}`,
      { ...common, rule: [{ applyServerSideEncryptionByDefault: { sseAlgorithm: "AES256" } }] },
    );
    annotate(
      encryption,
      "Keys of S3, not of KMS: ElastiCache neither exports to nor restores from objects that are encrypted with a KMS key.",
    );
    this.versioning = new S3BucketVersioningA(this, `aws_s3_bucket_versioning.${name}`, {
      ...common,
      versioningConfiguration: { status: "Enabled" },
    });
    this.parts = [this.bucket, block, ownership, encryption, this.versioning];
    if (count !== undefined) for (const part of this.parts) part.addOverride("count", `\${${count}}`);
  }

  /** Deletes objects after so many days, what is no longer current a day later, and what is left of aborted uploads. */
  public expire(name: string, days: number, lifecycle?: TerraformResourceLifecycle): S3BucketLifecycleConfiguration {
    return new S3BucketLifecycleConfiguration(this, `aws_s3_bucket_lifecycle_configuration.${name}`, {
      bucket: `\${aws_s3_bucket_versioning.${name}${this.id.includes("[0]") ? "[0]" : ""}.bucket}`,
      lifecycle,
      rule: [
        {
          id: "expire",
          status: "Enabled",
          filter: [{}],
          expiration: [{ days }],
          noncurrentVersionExpiration: [{ noncurrentDays: 1 }],
          abortIncompleteMultipartUpload: [{ daysAfterInitiation: 1 }],
        },
        {
          id: "delete-markers-of-nothing",
          status: "Enabled",
          filter: [{}],
          expiration: [{ expiredObjectDeleteMarker: true }],
        },
      ],
    });
  }
}
