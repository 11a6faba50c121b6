import { nothing, reads, type Permissions } from "../grant";
import { any, cacheNames, inEnvironments, nodeNames } from "../names";
import { adopted } from "./shared";

/** Data sources: what Terraform reads of an account. */
export const dataSources: Readonly<Record<string, Permissions>> = {
  "data.aws_caller_identity": reads({ actions: ["sts:GetCallerIdentity"] }),
  "data.aws_elasticache_cluster": reads({
    actions: ["elasticache:DescribeCacheClusters", "elasticache:ListTagsForResource"],
    on: { cluster: nodeNames },
    reason: adopted,
  }),
  "data.aws_elasticache_replication_group": reads({
    actions: ["elasticache:DescribeReplicationGroups"],
    on: { replicationgroup: cacheNames },
    reason: adopted,
  }),
  "data.aws_elasticache_subnet_group": reads({
    actions: ["elasticache:DescribeCacheSubnetGroups", "elasticache:ListTagsForResource"],
    on: { subnetgroup: inEnvironments },
    reason: adopted,
  }),
  "data.aws_iam_policy_document": nothing,
  "data.aws_kms_key": reads({ actions: ["kms:DescribeKey"], on: { key: any } }),
  "data.aws_partition": nothing,
  "data.aws_security_groups": reads({ actions: ["ec2:DescribeSecurityGroups"] }),
  "data.aws_subnet": reads({ actions: ["ec2:DescribeSubnets"] }),
  "data.aws_subnets": reads({ actions: ["ec2:DescribeSubnets"] }),
  "data.aws_vpc": reads(
    { actions: ["ec2:DescribeVpcs", "ec2:DescribeRouteTables"] },
    { actions: ["ec2:DescribeVpcAttribute"], on: { vpc: any } },
  ),
  "data.aws_vpcs": reads({ actions: ["ec2:DescribeVpcs"] }),
};
