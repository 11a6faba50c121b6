import { ElasticacheSubnetGroup } from "@cdktf/provider-aws/lib/elasticache-subnet-group";
import { SecurityGroup } from "@cdktf/provider-aws/lib/security-group";
import { VpcSecurityGroupIngressRule } from "@cdktf/provider-aws/lib/vpc-security-group-ingress-rule";
import { Construct } from "constructs";
import { expression, listExpression, numberExpression } from "./terraform/expression";

/** Where the cache is, and who may reach it. */
export class Network extends Construct {
  public readonly subnetGroup: ElasticacheSubnetGroup;
  public readonly securityGroup: SecurityGroup;

  constructor(scope: Construct) {
    super(scope, "network");

    this.subnetGroup = new ElasticacheSubnetGroup(this, "aws_elasticache_subnet_group.redis", {
      name: expression("local.name") + "-subnet-group",
      description: "Private subnets of the Redis cache",
      subnetIds: listExpression("var.private_subnet_ids"),
      tags: { Name: expression("local.name") + "-subnet-group" },
    });

    // No egress rule: the cache answers connections, it opens none.
    this.securityGroup = new SecurityGroup(this, "aws_security_group.redis", {
      name: expression("local.name") + "-sg",
      description: "Who may connect to the Redis cache",
      vpcId: expression("var.vpc_id"),
      tags: { Name: expression("local.name") + "-sg" },
    });

    const cidrRule = new VpcSecurityGroupIngressRule(this, "aws_vpc_security_group_ingress_rule.redis_cidr", {
      securityGroupId: this.securityGroup.id,
      description: "Redis clients in this CIDR block",
      cidrIpv4: expression("each.value"),
      ipProtocol: "tcp",
      fromPort: numberExpression("local.port"),
      toPort: numberExpression("local.port"),
      tags: { Name: expression("local.name") + "-client" },
    });
    cidrRule.addOverride(
      "for_each",
      expression(
        "toset(length(var.allowed_security_group_ids) + length(var.allowed_cidr_blocks) == 0 ? [var.vpc_cidr] : var.allowed_cidr_blocks)",
      ),
    );

    const groupRule = new VpcSecurityGroupIngressRule(
      this,
      "aws_vpc_security_group_ingress_rule.redis_security_group",
      {
        securityGroupId: this.securityGroup.id,
        description: "Redis clients in this security group",
        referencedSecurityGroupId: expression("each.value"),
        ipProtocol: "tcp",
        fromPort: numberExpression("local.port"),
        toPort: numberExpression("local.port"),
        tags: { Name: expression("local.name") + "-client" },
      },
    );
    groupRule.addOverride("for_each", expression("var.allowed_security_group_ids"));
  }
}
