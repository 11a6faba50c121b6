import { temporaryTag } from "../../commands/restore/vault/temporary-names";
import type { Grant } from "./grant";
import {
  any,
  automaticSnapshotNames,
  backupNames,
  cacheNames,
  copiedSnapshotNames,
  copyNames,
  copyObjectNames,
  finalSnapshotNames,
  secretNames,
  startedNames,
  temporaryNames,
  temporaryNodeNames,
  testCacheNames,
  vaultNames,
  vaultObjectNames,
} from "./names";

/** What commands call for themselves, beside what Terraform calls for them. */
export interface CommandCalls {
  /** As `npm run help` lists them. */
  readonly commands: readonly string[];
  /** The document that allows it: one that the commands have, and nobody else who does not need it. */
  readonly document: string;
  readonly grants: readonly Grant[];
}

/** Without the tag, nobody may create or delete what a restore needs for a while. */
const temporary = (of: "RequestTag" | "ResourceTag") => ({ StringLike: { [`aws:${of}/${temporaryTag}`]: "*" } });

/** The calls, and what they are made on. A test runs the commands with these documents. */
export const commandCalls: readonly CommandCalls[] = [
  {
    // A first deploy looks whether the names are free, a recovery what there is.
    commands: ["deploy", "recover"],
    document: "plan",
    grants: [
      { actions: ["ec2:DescribeSecurityGroupRules", "ec2:DescribeSecurityGroups", "secretsmanager:ListSecrets"] },
      { actions: ["secretsmanager:ListSecretVersionIds"], on: { Secret: secretNames } },
    ],
  },
  {
    commands: ["recover"],
    document: "plan",
    grants: [
      { actions: ["elasticache:DescribeReplicationGroups"], on: { replicationgroup: cacheNames } },
      { actions: ["elasticache:DescribeSnapshots"], on: { snapshot: finalSnapshotNames } },
    ],
  },
  {
    commands: ["destroy"],
    document: "plan",
    grants: [{ actions: ["elasticache:DescribeReplicationGroups"], on: { replicationgroup: testCacheNames } }],
  },
  {
    commands: ["destroy"],
    document: "deploy-cache",
    grants: [
      {
        actions: ["elasticache:DeleteReplicationGroup"],
        on: { replicationgroup: testCacheNames },
        reason: "A restore test that keeps its cache blocks a destroy, which prints the command that deletes it.",
      },
    ],
  },
  {
    commands: ["destroy"],
    document: "deploy-vault",
    grants: [{ actions: ["s3:ListBucketVersions"], on: { bucket: vaultNames } }],
  },
  {
    commands: ["backup", "restore-test", "vault-copy"],
    document: "operate",
    grants: [
      { actions: ["states:StartExecution"], on: { statemachine: startedNames } },
      { actions: ["states:DescribeExecution"], on: { execution: startedNames.map((name) => `${name}:*`) } },
    ],
  },
  {
    commands: ["restore"],
    document: "restore",
    grants: [
      // A snapshot of any name may be restored.
      { actions: ["elasticache:DescribeSnapshots"], on: { snapshot: any } },
      // To say that one of that name was taken of a serverless cache.
      { actions: ["elasticache:DescribeServerlessCacheSnapshots"], on: { serverlesscachesnapshot: any } },
      { actions: ["elasticache:CopySnapshot"], on: { snapshot: [...automaticSnapshotNames, ...copiedSnapshotNames] } },
      {
        actions: ["elasticache:AddTagsToResource", "elasticache:ListTagsForResource"],
        on: { snapshot: copiedSnapshotNames },
      },
      // From the vault.
      { actions: ["s3:GetBucketLocation"], on: { bucket: [...vaultNames, ...copyNames] } },
      { actions: ["s3:ListBucketVersions"], on: { bucket: vaultNames } },
      { actions: ["s3:GetObjectVersion"], on: { object: vaultObjectNames } },
      { actions: ["s3:ListBucket"], on: { bucket: copyNames } },
      {
        // ElastiCache checks that the caller may read the copies, too.
        actions: ["s3:AbortMultipartUpload", "s3:GetObject", "s3:PutObject"],
        on: { object: copyObjectNames },
      },
      // From the vault, with shards: a temporary cache and what it needs.
      {
        actions: ["elasticache:CreateReplicationGroup"],
        on: {
          cluster: temporaryNodeNames,
          parametergroup: ["default.*.cluster.on"],
          replicationgroup: temporaryNames,
          subnetgroup: temporaryNames,
        },
      },
      {
        actions: ["elasticache:DeleteReplicationGroup", "elasticache:DescribeReplicationGroups"],
        on: { replicationgroup: temporaryNames },
      },
      {
        actions: [
          "elasticache:CreateCacheSubnetGroup",
          "elasticache:DeleteCacheSubnetGroup",
          "elasticache:DescribeCacheSubnetGroups",
        ],
        on: { subnetgroup: temporaryNames },
      },
      {
        actions: ["elasticache:AddTagsToResource", "elasticache:ListTagsForResource"],
        on: { replicationgroup: temporaryNames, snapshot: backupNames, subnetgroup: temporaryNames },
      },
      {
        actions: ["elasticache:CreateSnapshot"],
        on: { replicationgroup: temporaryNames, snapshot: backupNames },
      },
      {
        actions: ["elasticache:DeleteSnapshot"],
        on: { snapshot: backupNames },
        condition: temporary("ResourceTag"),
      },
      { actions: ["ec2:DescribeSecurityGroups"] },
      { actions: ["ec2:CreateSecurityGroup"], on: { "security-group": any }, condition: temporary("RequestTag") },
      { actions: ["ec2:CreateSecurityGroup"], on: { vpc: any } },
      { actions: ["ec2:DeleteSecurityGroup"], on: { "security-group": any }, condition: temporary("ResourceTag") },
      {
        actions: ["ec2:CreateTags"],
        on: { "security-group": any },
        condition: { StringEquals: { "ec2:CreateAction": "CreateSecurityGroup" } },
      },
    ],
  },
];
