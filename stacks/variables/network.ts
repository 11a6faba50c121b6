import type { Construct } from "constructs";
import { Variable } from "../terraform/variable";

/** Where the cache is, and who may connect to it. */
export function networkVariables(scope: Construct): void {
  new Variable(scope, "var.vpc_id", {
    type: "string",
    description: 'The VPC of the cache, e.g. "vpc-0123456789abcdef0".',
    rules: [
      {
        condition: `can(regex("^vpc-([0-9a-f]{8}|[0-9a-f]{17})$", var.vpc_id))`,
        errorMessage: `vpc_id is not the id of a VPC. Write it as the console shows it, e.g. "vpc-0123456789abcdef0".`,
      },
    ],
  });
  new Variable(scope, "var.vpc_cidr", {
    type: "string",
    description:
      'The CIDR block of the VPC, e.g. "10.0.0.0/16". The cache lets it in on its port when neither security groups nor CIDR blocks are named.',
    rules: [
      {
        condition: `can(cidrnetmask(var.vpc_cidr))`,
        errorMessage: `vpc_cidr is not an IPv4 CIDR block. Write the one of the VPC, e.g. "10.0.0.0/16".`,
      },
    ],
  });
  new Variable(scope, "var.private_subnet_ids", {
    type: "list(string)",
    description: "The private subnets of the cache, at least two, in different Availability Zones.",
    rules: [
      {
        condition: `length(distinct(var.private_subnet_ids)) >= 2 && length(distinct(var.private_subnet_ids)) == length(var.private_subnet_ids)`,
        errorMessage: `private_subnet_ids needs at least two different subnets, so that a failover has somewhere to go.`,
      },
      {
        condition: `alltrue([for id in var.private_subnet_ids : can(regex("^subnet-([0-9a-f]{8}|[0-9a-f]{17})$", id))])`,
        errorMessage: `private_subnet_ids has something that is not the id of a subnet. Write them as the console shows them, e.g. ["subnet-0123456789abcdef0", "subnet-0fedcba9876543210"].`,
      },
    ],
  });
  new Variable(scope, "var.allowed_security_group_ids", {
    type: "set(string)",
    description:
      "The security groups that may connect to the cache. With these or CIDR blocks named, the rest of the VPC may not.",
    default: [],
    rules: [
      {
        condition: `alltrue([for id in var.allowed_security_group_ids : can(regex("^sg-([0-9a-f]{8}|[0-9a-f]{17})$", id))])`,
        errorMessage: `allowed_security_group_ids has something that is not the id of a security group. Write them as the console shows them, e.g. ["sg-0123456789abcdef0"].`,
      },
    ],
  });
  new Variable(scope, "var.allowed_cidr_blocks", {
    type: "set(string)",
    description:
      "The IPv4 CIDR blocks that may connect to the cache. With these or security groups named, the rest of the VPC may not.",
    default: [],
    rules: [
      {
        condition: `alltrue([for block in var.allowed_cidr_blocks : can(cidrnetmask(block))])`,
        errorMessage: `allowed_cidr_blocks has something that is not an IPv4 CIDR block. Write them like ["10.0.1.0/24"].`,
      },
    ],
  });
}
