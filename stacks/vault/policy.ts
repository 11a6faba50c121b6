import { DataAwsIamPolicyDocument } from "@cdktf/provider-aws/lib/data-aws-iam-policy-document";
import type { S3Bucket } from "@cdktf/provider-aws/lib/s3-bucket";
import type { Construct } from "constructs";
import { annotate } from "../terraform/annotation";
import { expression, listExpression } from "../terraform/expression";
import { accountPrefix } from "./keys";

/** Terraform: the accounts of the roles that may read. S3 refuses a policy that names a role which does not exist; an account always does. */
const readerAccounts = 'distinct([for arn in sort(var.reader_role_arns) : split(":", arn)[4]])';

/** Only over TLS: the same statement in the policy of each bucket. */
export const onlyTls = (bucketArn: string) => ({
  sid: "DenyPlainHttp",
  effect: "Deny",
  actions: ["s3:*"],
  resources: [bucketArn, `${bucketArn}/*`],
  principals: [{ type: "*", identifiers: ["*"] }],
  condition: [{ test: "Bool", variable: "aws:SecureTransport", values: ["false"] }],
});

/** An entry of `dynamic.statement` that is there only when somebody is named as reader. */
export const forReaders = (sid: string, actions: readonly string[], resources: readonly string[]) => ({
  for_each: expression("length(var.reader_role_arns) == 0 ? [] : [var.reader_role_arns]"),
  content: {
    sid,
    actions,
    resources,
    principals: [{ type: "AWS", identifiers: expression(readerAccounts) }],
    condition: [{ test: "ArnLike", variable: "aws:PrincipalArn", values: expression("sort(statement.value)") }],
  },
});

/**
 * Roles that are named so, of the accounts that the statement's principals are. One ARN for all of them keeps the policy short: a principal
 * that is an account matches only identities of it, and aws:PrincipalArn is the ARN of such an identity, with the same account in it. So an
 * ARN for each account would admit nobody else and exclude nobody. ArnLike compares the parts between colons one by one, so * here is the
 * account and nothing more.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-principalarn
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html#Conditions_ARN
 */
const rolesNamed = (name: string) => ({
  test: "ArnLike",
  variable: "aws:PrincipalArn",
  values: [`arn:${expression("local.partition")}:iam::*:role/${name}`],
});

/** Who may do what with the objects of the vault: sources add versions and test their own, readers read, nobody deletes. */
export function vaultPolicy(scope: Construct, vault: S3Bucket): DataAwsIamPolicyDocument {
  const document = new DataAwsIamPolicyDocument(scope, "data.aws_iam_policy_document.vault", {
    statement: [
      onlyTls(vault.arn),
      {
        sid: "DenyDeletionAndBypassToEveryone",
        effect: "Deny",
        actions: [
          "s3:BypassGovernanceRetention",
          "s3:DeleteObject",
          "s3:DeleteObjectVersion",
          "s3:PutObject",
          "s3:PutObjectRetention",
          "s3:ReplicateDelete",
        ],
        resources: [`${vault.arn}/*`],
        principals: [{ type: "*", identifiers: ["*"] }],
      },
      {
        sid: "AllowReplicationBelowTheOwnAccount",
        actions: ["s3:ReplicateObject", "s3:ReplicateTags"],
        // Terraform writes &{…} for a variable of IAM.
        resources: [`${vault.arn}/${accountPrefix("&{aws:PrincipalAccount}")}*`],
        principals: [{ type: "AWS", identifiers: listExpression("sort(local.source_account_ids)") }],
        condition: [rolesNamed("*-vault-replication-*")],
      },
      {
        sid: "AllowRestoreTestsOfTheOwnBackups",
        actions: ["s3:GetObjectVersion"],
        resources: [`${vault.arn}/${accountPrefix("&{aws:PrincipalAccount}")}*`],
        principals: [{ type: "AWS", identifiers: listExpression("sort(local.source_account_ids)") }],
        condition: [rolesNamed("*-restore-test-*")],
      },
    ],
  });
  document.addOverride(
    "dynamic.statement",
    forReaders(
      "AllowReaders",
      [
        "s3:GetBucketLocation",
        "s3:GetObject",
        "s3:GetObjectAttributes",
        "s3:GetObjectRetention",
        "s3:GetObjectVersion",
        "s3:GetObjectVersionAttributes",
        "s3:ListBucket",
        "s3:ListBucketVersions",
      ],
      [vault.arn, `${vault.arn}/*`],
    ),
  );
  annotate(
    document,
    "Accounts are named, and their roles in conditions: the roles do not exist when the vault is deployed, and S3 refuses a policy that names a principal which does not exist.\nThe denial holds for administrators and the root user too, until one of them changes this policy; the lock on each object holds beyond that.",
  );
  return document;
}
