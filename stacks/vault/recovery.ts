import { DataAwsIamPolicyDocument } from "@cdktf/provider-aws/lib/data-aws-iam-policy-document";
import { S3BucketPolicy } from "@cdktf/provider-aws/lib/s3-bucket-policy";
import { Construct } from "constructs";
import { annotate } from "../terraform/annotation";
import { PrivateBucket } from "./bucket";
import { elasticacheMayRead } from "./elasticache-access";
import { forReaders, onlyTls } from "./policy";
import { bucketName } from "./vault";

/** Days after which a copy for a restore is deleted. */
const days = 7;

/** Where a backup is copied to before a cache of the vault's Region is restored from it: unlocked, and read by ElastiCache. */
export class RecoveryBucket extends Construct {
  public readonly bucket: PrivateBucket;

  constructor(scope: Construct, id: string) {
    super(scope, id);
    this.bucket = new PrivateBucket(this, "bucket", {
      name: "recovery",
      bucketName: bucketName("recovery"),
      forceDestroy: true,
    });
    const { bucket } = this.bucket;
    annotate(
      bucket,
      "A bucket of its own: an ARN names no version, so ElastiCache would read whichever is on top in the vault.\nIt holds copies only, which a destroy deletes.",
    );
    this.bucket.expire("recovery", days);
    const document = new DataAwsIamPolicyDocument(this, "data.aws_iam_policy_document.recovery", {
      statement: [onlyTls(bucket.arn), ...elasticacheMayRead(bucket.arn)],
    });
    document.addOverride(
      "dynamic.statement",
      forReaders(
        "AllowReadersToPrepareARestore",
        [
          "s3:AbortMultipartUpload",
          "s3:GetBucketLocation",
          "s3:GetObject",
          "s3:ListBucket",
          "s3:ListMultipartUploadParts",
          "s3:PutObject",
        ],
        [bucket.arn, `${bucket.arn}/*`],
      ),
    );
    new S3BucketPolicy(this, "aws_s3_bucket_policy.recovery", { bucket: bucket.id, policy: document.json });
  }
}
