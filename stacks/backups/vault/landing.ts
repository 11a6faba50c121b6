import { DataAwsIamPolicyDocument } from "@cdktf/provider-aws/lib/data-aws-iam-policy-document";
import { S3BucketNotification } from "@cdktf/provider-aws/lib/s3-bucket-notification";
import { S3BucketPolicy } from "@cdktf/provider-aws/lib/s3-bucket-policy";
import { TerraformLocal } from "cdktf";
import { Construct } from "constructs";
import { annotate } from "../../terraform/annotation";
import { expression } from "../../terraform/expression";
import { inRegion, named } from "../../terraform/names";
import { PrivateBucket } from "../../vault/bucket";
import { elasticacheMayExport } from "../../vault/elasticache-access";
import { onlyTls } from "../../vault/policy";

/** Terraform: backups of this cache are copied into a vault. */
export const vaultEnabled = "var.vault_bucket_arn != null";
export const vaultCount = `${vaultEnabled} ? 1 : 0`;

/** Name and ARN of the landing bucket, whether it exists or not. */
export const landingBucket = expression("local.vault_landing_bucket");
export const landingArn = `arn:${expression("local.partition")}:s3:::${landingBucket}`;

/** Name of the vault; empty without one. */
export const vaultBucket = expression("local.vault_bucket");

/** What the keys of a restore test's copies begin with. Replication does not cover them, nor do alerts on deletions. */
export const testCopies = "restore-test/";

/** Days after which the landing bucket deletes a file: time to replicate it again by hand, and to restore from it. */
const days = 7;

/** Where ElastiCache exports backups to, in the account and Region of the cache: the only place that it can. Replication takes them on. */
export class LandingBucket extends Construct {
  public readonly bucket: PrivateBucket;
  public readonly policy: S3BucketPolicy;

  constructor(scope: Construct, id: string) {
    super(scope, id);
    new TerraformLocal(
      this,
      "local.vault_landing_bucket",
      inRegion(`${named("vault-landing")}-${expression("local.account_id")}`),
    );

    new TerraformLocal(
      this,
      "local.vault_bucket",
      expression(`${vaultEnabled} ? element(split(":::", var.vault_bucket_arn), 1) : ""`),
    );

    this.bucket = new PrivateBucket(this, "bucket", {
      name: "vault_landing",
      bucketName: landingBucket,
      forceDestroy: true,
      count: vaultCount,
    });
    annotate(
      this.bucket.bucket,
      "Not locked: ElastiCache documents no export to a bucket with Object Lock. The vault locks each object when it arrives. What is here are copies for a few days, which a destroy deletes.",
    );
    const expiry = this.bucket.expire("vault_landing", days);
    const document = new DataAwsIamPolicyDocument(this, "data.aws_iam_policy_document.vault_landing", {
      statement: [onlyTls(landingArn), ...elasticacheMayExport(landingArn)],
    });
    this.policy = new S3BucketPolicy(this, "aws_s3_bucket_policy.vault_landing", {
      bucket: this.bucket.id,
      policy: document.json,
    });
    const events = new S3BucketNotification(this, "aws_s3_bucket_notification.vault_landing", {
      bucket: this.bucket.id,
      eventbridge: true,
    });
    for (const part of [expiry, this.policy, events]) part.addOverride("count", expression(vaultCount));
  }
}
