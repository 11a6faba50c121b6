import { DataAwsIamPolicyDocument } from "@cdktf/provider-aws/lib/data-aws-iam-policy-document";
import { IamRole } from "@cdktf/provider-aws/lib/iam-role";
import { IamRolePolicy } from "@cdktf/provider-aws/lib/iam-role-policy";
import { S3BucketReplicationConfigurationA } from "@cdktf/provider-aws/lib/s3-bucket-replication-configuration";
import { Construct } from "constructs";
import { annotate } from "../../terraform/annotation";
import { expression } from "../../terraform/expression";
import { inRegion, named } from "../../terraform/names";
import { stem } from "../../vault/keys";
import { landingArn, type LandingBucket, vaultCount } from "./landing";

export interface ReplicationProps {
  readonly landing: LandingBucket;
}

/** Copies every file of the landing bucket into the vault, whose default retention locks it there. */
export class Replication extends Construct {
  public readonly configuration: S3BucketReplicationConfigurationA;

  constructor(scope: Construct, id: string, { landing }: ReplicationProps) {
    super(scope, id);
    // The policy of the vault knows the role by this name.
    const name = named("vault-replication");

    const trust = new DataAwsIamPolicyDocument(this, "data.aws_iam_policy_document.vault_replication_trust", {
      statement: [
        {
          actions: ["sts:AssumeRole"],
          principals: [{ type: "Service", identifiers: ["s3.amazonaws.com"] }],
          // If it exists: AWS does not say that replication presents the account it acts for.
          condition: [
            { test: "StringEqualsIfExists", variable: "aws:SourceAccount", values: [expression("local.account_id")] },
          ],
        },
      ],
    });
    const role = new IamRole(this, "aws_iam_role.vault_replication", {
      name: inRegion(name),
      description: "Replicates exported backups from the landing bucket into the vault",
      assumeRolePolicy: trust.json,
      tags: { Name: name },
    });
    // https://docs.aws.amazon.com/AmazonS3/latest/userguide/setting-repl-config-perm-overview.html
    const policy = new DataAwsIamPolicyDocument(this, "data.aws_iam_policy_document.vault_replication", {
      statement: [
        {
          sid: "ReadTheLandingBucket",
          actions: ["s3:GetReplicationConfiguration", "s3:ListBucket"],
          resources: [landingArn],
        },
        {
          sid: "ReadExportedBackups",
          actions: ["s3:GetObjectVersionAcl", "s3:GetObjectVersionForReplication", "s3:GetObjectVersionTagging"],
          resources: [`${landingArn}/${stem}*`],
        },
        {
          sid: "WriteReplicas",
          actions: ["s3:ReplicateObject", "s3:ReplicateTags"],
          resources: [`${expression("var.vault_bucket_arn")}/${stem}*`],
        },
      ],
    });
    const rolePolicy = new IamRolePolicy(this, "aws_iam_role_policy.vault_replication", {
      name,
      role: expression("aws_iam_role.vault_replication[0].name"),
      policy: expression("data.aws_iam_policy_document.vault_replication[0].json"),
    });
    this.configuration = new S3BucketReplicationConfigurationA(this, "aws_s3_bucket_replication_configuration.vault", {
      bucket: expression("aws_s3_bucket_versioning.vault_landing[0].bucket"),
      role: expression("aws_iam_role.vault_replication[0].arn"),
      rule: [
        {
          id: "vault",
          status: "Enabled",
          priority: 1,
          filter: { prefix: stem },
          deleteMarkerReplication: { status: "Disabled" },
          destination: {
            bucket: expression("var.vault_bucket_arn"),
            metrics: { status: "Enabled" },
          },
        },
      ],
      dependsOn: [rolePolicy, landing.policy],
    });
    annotate(
      this.configuration,
      "Delete markers stay here: what is deleted in this account is not deleted in the vault.",
      "rule",
    );
    for (const part of [role, policy, rolePolicy, this.configuration])
      part.addOverride("count", expression(vaultCount));
  }
}
