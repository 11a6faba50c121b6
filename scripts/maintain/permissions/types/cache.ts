import type { Permissions } from "../grant";
import { any, cacheNames, inEnvironments, nodeNames, secretNames } from "../names";
import { dependent, existingOfStack, newOfStack, newVersion } from "./shared";

/** The cache, its network and its secret. */
export const cache: Readonly<Record<string, Permissions>> = {
  aws_elasticache_subnet_group: {
    read: [
      {
        actions: ["elasticache:DescribeCacheSubnetGroups", "elasticache:ListTagsForResource"],
        on: { subnetgroup: inEnvironments },
      },
    ],
    write: [
      {
        actions: [
          "elasticache:CreateCacheSubnetGroup",
          "elasticache:DeleteCacheSubnetGroup",
          "elasticache:AddTagsToResource",
          "elasticache:RemoveTagsFromResource",
        ],
        on: { subnetgroup: inEnvironments },
      },
      {
        actions: ["elasticache:ModifyCacheSubnetGroup"],
        on: { subnetgroup: inEnvironments },
        reason: "Only a change of private_subnet_ids calls it.",
      },
    ],
  },
  aws_elasticache_parameter_group: {
    read: [
      {
        actions: [
          "elasticache:DescribeCacheParameterGroups",
          "elasticache:DescribeCacheParameters",
          "elasticache:ListTagsForResource",
        ],
        on: { parametergroup: inEnvironments },
      },
    ],
    write: [
      {
        actions: [
          "elasticache:CreateCacheParameterGroup",
          "elasticache:ModifyCacheParameterGroup",
          "elasticache:DeleteCacheParameterGroup",
          "elasticache:AddTagsToResource",
          "elasticache:RemoveTagsFromResource",
        ],
        on: { parametergroup: inEnvironments },
      },
      {
        actions: ["elasticache:ResetCacheParameterGroup"],
        on: { parametergroup: inEnvironments },
        reason: newVersion,
      },
    ],
  },
  aws_elasticache_replication_group: {
    read: [
      {
        actions: ["elasticache:DescribeReplicationGroups", "elasticache:ListTagsForResource"],
        on: { replicationgroup: cacheNames },
      },
      { actions: ["elasticache:DescribeCacheClusters"], on: { cluster: nodeNames } },
    ],
    write: [
      {
        // Any snapshot of the account may be restored; the other resource types are those that a creation is authorized for.
        actions: ["elasticache:CreateReplicationGroup"],
        on: {
          cluster: nodeNames,
          parametergroup: inEnvironments,
          replicationgroup: cacheNames,
          securitygroup: any,
          snapshot: any,
          subnetgroup: inEnvironments,
        },
      },
      {
        actions: ["elasticache:ModifyReplicationGroup"],
        on: { parametergroup: inEnvironments, replicationgroup: cacheNames, securitygroup: any },
      },
      {
        actions: ["elasticache:DeleteReplicationGroup"],
        on: { replicationgroup: cacheNames, snapshot: inEnvironments },
      },
      {
        actions: [
          "elasticache:IncreaseReplicaCount",
          "elasticache:DecreaseReplicaCount",
          "elasticache:AddTagsToResource",
          "elasticache:RemoveTagsFromResource",
        ],
        on: { replicationgroup: cacheNames },
      },
      {
        actions: ["elasticache:ModifyReplicationGroupShardConfiguration"],
        on: { replicationgroup: cacheNames },
        reason: "Only a change of the number of shards calls it.",
      },
      // The service authorization reference lists these as dependent actions. Whether ElastiCache uses the permissions of the deployer,
      // or EC2 sees a direct call, is not documented, so no condition restricts them.
      { actions: ["ec2:DescribeNetworkInterfaces", "ec2:DescribeSubnets", "ec2:DescribeVpcs"], reason: dependent },
      {
        actions: ["ec2:CreateNetworkInterface"],
        on: { "network-interface": any, "security-group": any, subnet: any },
        reason: dependent,
      },
      { actions: ["ec2:DeleteNetworkInterface"], on: { "network-interface": any }, reason: dependent },
      {
        // https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/Logging-destinations.html
        actions: [
          "logs:CreateLogDelivery",
          "logs:DeleteLogDelivery",
          "logs:DescribeLogGroups",
          "logs:DescribeResourcePolicies",
          "logs:GetLogDelivery",
          "logs:ListLogDeliveries",
          "logs:PutResourcePolicy",
          "logs:UpdateLogDelivery",
        ],
        reason: "ElastiCache checks that the caller has them when log delivery is enabled.",
      },
      {
        // https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/at-rest-encryption.html
        actions: ["kms:CreateGrant"],
        on: { key: any },
        condition: {
          Bool: { "kms:GrantIsForAWSResource": "true" },
          StringLike: { "kms:ViaService": ["elasticache.*.amazonaws.com*", "dax.*.amazonaws.com*"] },
        },
        reason:
          "ElastiCache checks that the caller has them when a cache with a customer managed key (kms_key_id) is created.",
      },
      {
        actions: ["iam:CreateServiceLinkedRole"],
        on: { role: ["aws-service-role/elasticache.amazonaws.com/AWSServiceRoleForElastiCache"] },
        condition: { StringEquals: { "iam:AWSServiceName": "elasticache.amazonaws.com" } },
        reason: "ElastiCache checks that the caller has it when the first cache of an account is created.",
      },
    ],
  },

  aws_security_group: {
    read: [{ actions: ["ec2:DescribeSecurityGroups"] }],
    write: [
      { actions: ["ec2:DescribeNetworkInterfaces"] },
      { actions: ["ec2:CreateSecurityGroup"], on: { "security-group": any }, condition: newOfStack },
      {
        actions: ["ec2:CreateSecurityGroup"],
        on: { vpc: any },
        reason: "A security group is authorized together with its VPC, which has no tag of the stack.",
      },
      {
        actions: ["ec2:CreateTags", "ec2:DeleteSecurityGroup", "ec2:DeleteTags", "ec2:RevokeSecurityGroupEgress"],
        on: { "security-group": any },
        condition: existingOfStack,
      },
      {
        actions: ["ec2:CreateTags"],
        on: { "security-group": any, "security-group-rule": any },
        condition: {
          StringEquals: { "ec2:CreateAction": ["CreateSecurityGroup", "AuthorizeSecurityGroupIngress"] },
        },
        reason: "EC2 checks that the caller has it when a resource is created with tags.",
      },
    ],
  },
  aws_vpc_security_group_ingress_rule: {
    read: [{ actions: ["ec2:DescribeSecurityGroupRules"] }],
    write: [
      {
        actions: ["ec2:AuthorizeSecurityGroupIngress", "ec2:RevokeSecurityGroupIngress"],
        on: { "security-group": any },
        condition: existingOfStack,
      },
      {
        actions: ["ec2:ModifySecurityGroupRules"],
        on: { "security-group": any },
        condition: existingOfStack,
        reason: newVersion,
      },
      {
        actions: ["ec2:AuthorizeSecurityGroupIngress", "ec2:ModifySecurityGroupRules"],
        on: { "security-group-rule": any },
        reason: "A rule is authorized together with its group. A new one has no tags yet.",
      },
      {
        actions: ["ec2:CreateTags", "ec2:DeleteTags"],
        on: { "security-group-rule": any },
        condition: existingOfStack,
      },
    ],
  },

  aws_secretsmanager_secret: {
    read: [
      {
        actions: ["secretsmanager:DescribeSecret", "secretsmanager:GetResourcePolicy"],
        on: { Secret: secretNames },
      },
    ],
    write: [
      {
        actions: [
          "secretsmanager:CreateSecret",
          "secretsmanager:DeleteSecret",
          "secretsmanager:TagResource",
          "secretsmanager:UntagResource",
        ],
        on: { Secret: secretNames },
      },
      {
        actions: ["secretsmanager:UpdateSecret"],
        on: { Secret: secretNames },
        reason: "Only a change of secret_kms_key_id, or a newer version of this project, calls it.",
      },
    ],
  },
  aws_secretsmanager_secret_policy: {
    read: [{ actions: ["secretsmanager:GetResourcePolicy"], on: { Secret: secretNames } }],
    write: [
      {
        actions: [
          "secretsmanager:DeleteResourcePolicy",
          "secretsmanager:PutResourcePolicy",
          "secretsmanager:ValidateResourcePolicy",
        ],
        on: { Secret: secretNames },
        reason: "Only with secret_reader_arns.",
      },
    ],
  },
  aws_secretsmanager_secret_version: {
    // Planning reads the AUTH token: Terraform compares it with its state, which holds it too.
    read: [{ actions: ["secretsmanager:GetSecretValue"], on: { Secret: secretNames } }],
    write: [
      { actions: ["secretsmanager:PutSecretValue"], on: { Secret: secretNames } },
      {
        actions: ["secretsmanager:UpdateSecretVersionStage"],
        on: { Secret: secretNames },
        reason: "Only the deletion of an earlier version that still has a staging label calls it.",
      },
    ],
  },
};
