import { S3BucketNotification } from "@cdktf/provider-aws/lib/s3-bucket-notification";
import { S3BucketObjectLockConfigurationA } from "@cdktf/provider-aws/lib/s3-bucket-object-lock-configuration";
import { S3BucketPolicy } from "@cdktf/provider-aws/lib/s3-bucket-policy";
import { Construct } from "constructs";
import { annotate } from "../terraform/annotation";
import { expression, numberExpression } from "../terraform/expression";
import { inRegion, named } from "../terraform/names";
import { PrivateBucket } from "./bucket";
import { vaultPolicy } from "./policy";

export interface VaultProps {
  /** Whether a plan may destroy the vault. */
  readonly unprotect: boolean;
}

/** Names of buckets are global among all accounts, so they carry account and Region. */
export const bucketName = (what: string): string => inRegion(`${named(what)}-${expression("local.account_id")}`);

/** The vault: every object that arrives is locked, and deleted by nobody before its lock has expired. */
export class Vault extends Construct {
  public readonly bucket: PrivateBucket;

  constructor(scope: Construct, id: string, { unprotect }: VaultProps) {
    super(scope, id);
    const lifecycle = { preventDestroy: !unprotect };

    this.bucket = new PrivateBucket(this, "bucket", {
      name: "vault",
      bucketName: bucketName("objects"),
      objectLock: true,
      lifecycle,
    });
    const { bucket } = this.bucket;
    annotate(
      bucket,
      "Every part of the vault refuses to be destroyed, not only the bucket: Terraform would destroy the policy, the encryption and the block of public access first, and then fail at the bucket, which is not empty. Objects are never deleted with it (force_destroy).",
      "lifecycle.prevent_destroy",
    );
    new S3BucketObjectLockConfigurationA(this, "aws_s3_bucket_object_lock_configuration.vault", {
      bucket: this.bucket.versioning.bucket,
      rule: {
        defaultRetention: {
          mode: expression("upper(var.vault_lock_mode)"),
          days: numberExpression("var.vault_lock_days"),
        },
      },
      lifecycle,
    });
    annotate(
      this.bucket.expire("vault", numberExpression("coalesce(var.vault_keep_days, var.vault_lock_days)"), lifecycle),
      "The lifecycle deletes no version whose lock has not expired. Expired objects become noncurrent first, and are deleted a day later.",
    );
    new S3BucketPolicy(this, "aws_s3_bucket_policy.vault", {
      bucket: bucket.id,
      policy: vaultPolicy(this, bucket).json,
      lifecycle,
    });
    new S3BucketNotification(this, "aws_s3_bucket_notification.vault", {
      bucket: bucket.id,
      eventbridge: true,
      lifecycle,
    });
  }
}
