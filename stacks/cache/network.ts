import { DataAwsElasticacheSubnetGroup } from "@cdktf/provider-aws/lib/data-aws-elasticache-subnet-group";
import { DataAwsSecurityGroups } from "@cdktf/provider-aws/lib/data-aws-security-groups";
import { DataAwsSubnet } from "@cdktf/provider-aws/lib/data-aws-subnet";
import { DataAwsSubnets } from "@cdktf/provider-aws/lib/data-aws-subnets";
import { DataAwsVpc } from "@cdktf/provider-aws/lib/data-aws-vpc";
import { DataAwsVpcs } from "@cdktf/provider-aws/lib/data-aws-vpcs";
import { ElasticacheSubnetGroup } from "@cdktf/provider-aws/lib/elasticache-subnet-group";
import { SecurityGroup } from "@cdktf/provider-aws/lib/security-group";
import { VpcSecurityGroupIngressRule } from "@cdktf/provider-aws/lib/vpc-security-group-ingress-rule";
import { TerraformLocal } from "cdktf";
import { Construct } from "constructs";
import type { Adopted } from "./adopted";
import type { Environment } from "../settings";
import { TerraformData } from "../terraform/elements";
import { expression, listExpression, numberExpression } from "../terraform/expression";
import { annotate } from "../terraform/annotation";
import { conditions, inOrder } from "../terraform/rules";
import type { Rule } from "../terraform/variable";
import { named } from "../terraform/names";

/** Rules of the network's variables that need AWS to be evaluated. Of several broken ones only the first is reported. */
const networkRules = (adopted: Adopted | null): Rule[] =>
  inOrder(...networkRulesOfAll, ...(adopted === null || adopted.multiAz === true ? [zoneRule] : []));

const networkRulesOfAll: readonly Rule[] = [
  {
    condition: "length(data.aws_vpcs.redis.ids) == 1",
    errorMessage:
      "vpc_id ${var.vpc_id} does not exist in ${local.region} of account ${local.account_id}. Use the ID of a VPC there, or deploy with the credentials of its account.",
  },
  {
    condition:
      "contains([for association in one(values(data.aws_vpc.redis)).cidr_block_associations : association.cidr_block], var.vpc_cidr)",
    errorMessage:
      'vpc_cidr "${var.vpc_cidr}" is not a CIDR block of ${var.vpc_id}. Use one of ${join(", ", flatten([for vpc in values(data.aws_vpc.redis) : vpc.cidr_block_associations[*].cidr_block]))}.',
  },
  {
    condition: "length(setsubtract(var.private_subnet_ids, data.aws_subnets.redis.ids)) == 0",
    errorMessage:
      'private_subnet_ids contains ${join(", ", setsubtract(var.private_subnet_ids, data.aws_subnets.redis.ids))}, which do not exist in ${local.region} of account ${local.account_id}. Use subnets of ${var.vpc_id}.',
  },
  {
    condition: "alltrue([for subnet in values(data.aws_subnet.redis) : subnet.vpc_id == var.vpc_id])",
    errorMessage:
      'private_subnet_ids contains ${join(", ", [for subnet in values(data.aws_subnet.redis) : "${subnet.id} of ${subnet.vpc_id}" if subnet.vpc_id != var.vpc_id])}, outside of vpc_id ${var.vpc_id}. Use subnets of that VPC.',
  },
];

const zoneRule: Rule = {
  condition: "length(distinct(values(data.aws_subnet.redis)[*].availability_zone)) >= 2",
  errorMessage:
    'private_subnet_ids are all in ${join(", ", distinct(values(data.aws_subnet.redis)[*].availability_zone))}, so no failover is possible. Use subnets in at least two Availability Zones.',
};

/** Those of other accounts, which a peered VPC may have, are `<account>/<id>`, and cannot be read. */
const ownSecurityGroups = '[for id in var.allowed_security_group_ids : id if !strcontains(id, "/")]';

/** Checked at plan: AWS rejects a rule for an unknown group only at apply, when the rules that clients used are already deleted. */
const securityGroupRules: readonly Rule[] = [
  {
    condition: `length(setsubtract(${ownSecurityGroups}, flatten(data.aws_security_groups.allowed[*].ids))) == 0`,
    errorMessage:
      `allowed_security_group_ids contains \${join(", ", setsubtract(${ownSecurityGroups}, flatten(data.aws_security_groups.allowed[*].ids)))}` +
      ", which do not exist in ${local.region} of account ${local.account_id}. Use the IDs of security groups there.",
  },
];

/** Another VPC would replace the security group. Its rules would be deleted first, and no client could reach the live cache. */
const sameVpc: readonly Rule[] = [
  {
    condition: "terraform_data.redis_vpc.output == var.vpc_id",
    errorMessage:
      "vpc_id is ${var.vpc_id}, but the live cache is in ${terraform_data.redis_vpc.output}, and a cache cannot be moved to another VPC. Use the values of this environment. To have the data in another VPC, restore a backup into a new environment there.",
  },
];

const adoptedSubnetRules: readonly Rule[] = [
  {
    condition: "toset(self.subnet_ids) == toset(var.private_subnet_ids)",
    errorMessage:
      'private_subnet_ids are not the subnets of ${self.name}, the subnet group of the adopted cluster. Use ${jsonencode(sort(self.subnet_ids))}, or change the subnet group first: aws elasticache modify-cache-subnet-group --cache-subnet-group-name ${self.name} --subnet-ids ${join(" ", var.private_subnet_ids)}.',
  },
];

export type NetworkProps = Pick<Environment, "adopted">;

/** The network of the cache, and the rules of who can connect to it. */
export class Network extends Construct {
  public readonly subnetGroup: { readonly name: string };
  /** The security group of this stack, with the ingress rules. */
  public readonly securityGroup: SecurityGroup;
  /** IDs of all security groups of the cache: an adopted one keeps its own. */
  public readonly securityGroupIds: readonly string[];

  constructor(scope: Construct, id: string, { adopted }: NetworkProps) {
    super(scope, id);

    annotate(
      new DataAwsSubnets(this, "data.aws_subnets.redis", {
        filter: [{ name: "subnet-id", values: listExpression("var.private_subnet_ids") }],
      }),
      "Read at plan: AWS rejects wrong subnets only at apply, after it has created half of the stack.",
    );
    const subnet = new DataAwsSubnet(this, "data.aws_subnet.redis", { id: expression("each.value") });
    subnet.addOverride("for_each", expression("toset(data.aws_subnets.redis.ids)"));
    new DataAwsVpcs(this, "data.aws_vpcs.redis", { filter: [{ name: "vpc-id", values: [expression("var.vpc_id")] }] });
    const vpc = new DataAwsVpc(this, "data.aws_vpc.redis", { id: expression("each.value") });
    vpc.addOverride("for_each", expression("toset(data.aws_vpcs.redis.ids)"));

    this.subnetGroup = adopted === null ? this.createSubnetGroup() : this.lookAtSubnetGroup(adopted);
    new TerraformLocal(this, "local.subnet_group_name", this.subnetGroup.name);

    annotate(
      new TerraformData(this, "terraform_data.redis_vpc", {
        input: expression("var.vpc_id"),
        triggersReplace: expression("random_id.redis_final_snapshot.hex"),
        lifecycle: { ignoreChanges: ["input"] },
      }),
      "Remembers the VPC of the live cache, so that a plan with another one is rejected before its security group changes.",
    );
    this.securityGroup = new SecurityGroup(this, "aws_security_group.redis", {
      name: named("sg"),
      description: "Who may connect to the Redis cache",
      vpcId: expression("var.vpc_id"),
      tags: { Name: named("sg") },
      lifecycle: { precondition: conditions(sameVpc) },
    });
    annotate(this.securityGroup, "No egress rule: the cache accepts connections and opens none.");

    this.securityGroupIds = [this.securityGroup.id, ...(adopted?.securityGroupIds ?? [])];

    const clientRule = {
      securityGroupId: this.securityGroup.id,
      ipProtocol: "tcp",
      fromPort: numberExpression("local.port"),
      toPort: numberExpression("local.port"),
      tags: { Name: named("client") },
    };
    const cidrRule = new VpcSecurityGroupIngressRule(this, "aws_vpc_security_group_ingress_rule.redis_cidr", {
      ...clientRule,
      description: "Redis clients in this CIDR block",
      cidrIpv4: expression("each.value"),
    });
    cidrRule.addOverride(
      "for_each",
      expression(
        adopted === null
          ? "toset(length(var.allowed_security_group_ids) + length(var.allowed_cidr_blocks) == 0 ? [var.vpc_cidr] : var.allowed_cidr_blocks)"
          : // The cluster's own security groups already grant access, so the VPC is not allowed by default.
            "var.allowed_cidr_blocks",
      ),
    );

    const allowed = new DataAwsSecurityGroups(this, "data.aws_security_groups.allowed", {
      filter: [{ name: "group-id", values: listExpression(ownSecurityGroups) }],
    });
    allowed.addOverride("count", expression(`length(${ownSecurityGroups}) > 0 ? 1 : 0`));
    const groupRule = new VpcSecurityGroupIngressRule(
      this,
      "aws_vpc_security_group_ingress_rule.redis_security_group",
      {
        ...clientRule,
        description: "Redis clients in this security group",
        referencedSecurityGroupId: expression("each.value"),
        lifecycle: { precondition: conditions(securityGroupRules) },
      },
    );
    groupRule.addOverride("for_each", expression("var.allowed_security_group_ids"));
  }

  private createSubnetGroup(): { readonly name: string } {
    return new ElasticacheSubnetGroup(this, "aws_elasticache_subnet_group.redis", {
      name: named("subnet-group"),
      description: "Private subnets of the Redis cache",
      subnetIds: listExpression("var.private_subnet_ids"),
      tags: { Name: named("subnet-group") },
      lifecycle: { precondition: conditions(networkRules(null)) },
    });
  }

  /** Answers the name from the settings instead of the data source's attribute: an attribute that is unknown at plan would replace the cluster. */
  private lookAtSubnetGroup(adopted: Adopted): { readonly name: string } {
    const { subnetGroupName: name } = adopted;
    new DataAwsElasticacheSubnetGroup(this, "data.aws_elasticache_subnet_group.redis", {
      name,
      lifecycle: { precondition: conditions(networkRules(adopted)), postcondition: conditions(adoptedSubnetRules) },
    });
    return { name };
  }
}
