import type { Construct } from "constructs";
import type { Environment } from "../settings";
import { inOrder, isWholeNumber, shown, shownNumber } from "../terraform/rules";
import { Variable } from "../terraform/variable";

const resourceId = (prefix: string, value: string): string =>
  `can(regex("^${prefix}-([0-9a-f]{8}|[0-9a-f]{17})$", ${value}))`;

/** What the CIDR block is in canonical form, without host bits; an error when it is no IPv4 block. */
const canonical = (block: string): string => `cidrsubnet(format("%s", regex("^[0-9.]+/[0-9]+$", ${block})), 0, 0)`;

/**
 * Whether a canonical block lies within the private ranges.
 *
 * @see https://www.rfc-editor.org/rfc/rfc1918 and https://www.rfc-editor.org/rfc/rfc6598 (100.64.0.0/10)
 */
const isPrivate = (block: string): string =>
  `anytrue([for range in ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10"] : tonumber(split("/", ${block})[1]) >= tonumber(split("/", range)[1]) && cidrhost(format("%s/%s", split("/", ${block})[0], split("/", range)[1]), 0) == split("/", range)[0]])`;

const ownGroups = "Clients that the adopted cluster's own security groups allow can connect as before.";

/**
 * The most rules that AWS lets a security group have until its quota is raised, and the most that it raises it to. A rule for a security
 * group counts as one, however many members the group has.
 *
 * @see https://docs.aws.amazon.com/vpc/latest/userguide/amazon-vpc-limits.html#vpc-limits-security-groups
 */
const defaultRulesPerGroup = 60;
const mostRulesPerGroup = 1000;

const allowed = "(length(var.allowed_security_group_ids) + length(var.allowed_cidr_blocks))";

/** Where the cache is, and who may connect to it. */
export function networkVariables(scope: Construct, { adopted }: Pick<Environment, "adopted">): void {
  // Where its subnets are is decided already.
  const inOneZone = adopted !== null && adopted.multiAz !== true;
  new Variable(scope, "var.vpc_id", {
    type: "string",
    description: 'ID of the VPC of the cache, e.g. "vpc-0123456789abcdef0".',
    rules: [
      {
        condition: resourceId("vpc", "var.vpc_id"),
        errorMessage: `vpc_id ${shown("var.vpc_id")} is not a VPC ID. Use the ID that the console shows, e.g. "vpc-0123456789abcdef0".`,
      },
    ],
  });
  new Variable(scope, "var.vpc_cidr", {
    type: "string",
    description: `CIDR block of the VPC, e.g. "10.0.0.0/16". ${
      adopted === null
        ? "All of it can connect to the cache unless allowed_security_group_ids or allowed_cidr_blocks is set."
        : `It is validated, but does not grant access. ${ownGroups}`
    }`,
    rules: inOrder(
      {
        condition: `can(${canonical("var.vpc_cidr")})`,
        errorMessage: `vpc_cidr ${shown("var.vpc_cidr")} is not an IPv4 CIDR block. Use the block of the VPC, e.g. "10.0.0.0/16".`,
      },
      {
        condition: `${canonical("var.vpc_cidr")} == var.vpc_cidr`,
        errorMessage: `vpc_cidr ${shown("var.vpc_cidr")} is an address with a prefix length, not a block. Use "\${try(${canonical("var.vpc_cidr")}, "10.0.0.0/16")}".`,
      },
      // The security groups of an adopted cluster control who can connect, not the VPC's block.
      ...(adopted === null
        ? [
            {
              condition: `${isPrivate("var.vpc_cidr")} || length(var.allowed_security_group_ids) + length(var.allowed_cidr_blocks) > 0`,
              errorMessage: `vpc_cidr ${shown("var.vpc_cidr")} is not a private block, and all of it could connect. Use a block within 10.0.0.0/8, 172.16.0.0/12, 192.168.0.0/16 or 100.64.0.0/10, e.g. "10.0.0.0/16", or set allowed_security_group_ids to those that can connect.`,
            },
          ]
        : []),
      {
        condition: `tonumber(split("/", var.vpc_cidr)[1]) >= 16 && tonumber(split("/", var.vpc_cidr)[1]) <= 28`,
        errorMessage: `vpc_cidr ${shown("var.vpc_cidr")} cannot be a block of a VPC, whose sizes range from /16 to /28. Use the block of the VPC, e.g. "10.0.0.0/16".`,
      },
    ),
  });
  new Variable(scope, "var.private_subnet_ids", {
    type: "list(string)",
    description: inOneZone
      ? "IDs of the subnets of the adopted cluster's subnet group."
      : "IDs of the private subnets of the cache, at least two, in different Availability Zones. AWS allows 20 in a subnet group until it has raised that quota.",
    rules: inOrder(
      {
        condition: `alltrue([for id in var.private_subnet_ids : ${resourceId("subnet", "id")}])`,
        errorMessage: `private_subnet_ids contains an element that is not a subnet ID. Use the IDs that the console shows, e.g. ["subnet-0123456789abcdef0", "subnet-0fedcba9876543210"].`,
      },
      {
        condition: `length(distinct(var.private_subnet_ids)) == length(var.private_subnet_ids)`,
        errorMessage: `private_subnet_ids contains a subnet more than once. List each subnet once.`,
      },
      {
        condition: `length(var.private_subnet_ids) >= ${inOneZone ? "1" : "2"}`,
        errorMessage: inOneZone
          ? `private_subnet_ids is empty. List the subnets of the adopted cluster's subnet group, e.g. ["subnet-0123456789abcdef0"].`
          : `private_subnet_ids contains fewer than the two subnets that a failover needs. List one in each of two Availability Zones, e.g. ["subnet-0123456789abcdef0", "subnet-0fedcba9876543210"].`,
      },
    ),
  });
  new Variable(scope, "var.allowed_security_group_ids", {
    type: "set(string)",
    description: `IDs of the security groups that can connect to the cache; one of another account, in a peered VPC, as "123456789012/sg-0123456789abcdef0". ${
      adopted === null ? "If these or allowed_cidr_blocks are set, the rest of the VPC cannot connect." : ownGroups
    }`,
    default: [],
    rules: [
      {
        condition: `alltrue([for id in var.allowed_security_group_ids : can(regex("^([0-9]{12}/)?sg-([0-9a-f]{8}|[0-9a-f]{17})$", id))])`,
        errorMessage: `allowed_security_group_ids contains an element that is not a security group ID. Use the IDs that the console shows, e.g. ["sg-0123456789abcdef0"]; for a group of another account in a peered VPC, put the ID of that account before it: ["123456789012/sg-0123456789abcdef0"].`,
      },
    ],
  });
  new Variable(scope, "var.allowed_cidr_blocks", {
    type: "set(string)",
    description: `IPv4 CIDR blocks that can connect to the cache. ${
      adopted === null
        ? "If these or allowed_security_group_ids are set, the rest of the VPC cannot connect."
        : ownGroups
    }`,
    default: [],
    rules: inOrder(
      {
        condition: `alltrue([for block in var.allowed_cidr_blocks : can(${canonical("block")})])`,
        errorMessage: `allowed_cidr_blocks contains an element that is not an IPv4 CIDR block. Use \${alltrue([for block in var.allowed_cidr_blocks : can(${canonical("block")}) || can(${canonical('format("%s/32", block)')})]) ? jsonencode([for block in var.allowed_cidr_blocks : can(${canonical("block")}) ? block : format("%s/32", block)]) : "blocks like [\\"10.0.1.0/24\\"]"}.`,
      },
      {
        condition: `alltrue([for block in var.allowed_cidr_blocks : ${canonical("block")} == block])`,
        errorMessage: `allowed_cidr_blocks contains an address with a prefix length, which is not a block. Use \${jsonencode(try([for block in var.allowed_cidr_blocks : ${canonical("block")}], ["10.0.1.0/24"]))}.`,
      },
      {
        condition: `alltrue([for block in var.allowed_cidr_blocks : ${isPrivate("block")}])`,
        errorMessage: `allowed_cidr_blocks contains a block that is not private. Use blocks within 10.0.0.0/8, 172.16.0.0/12, 192.168.0.0/16 or 100.64.0.0/10, like ["10.0.1.0/24"].`,
      },
      // About both variables, but in one: Terraform refuses two that read each other.
      {
        condition: `${allowed} <= var.security_group_rules_quota`,
        errorMessage: `allowed_security_group_ids and allowed_cidr_blocks have \${${allowed}} elements. Each is a rule of the cache's security group, and AWS allows ${shownNumber("var.security_group_rules_quota")} in a group. Merge blocks, or let clients share a security group; or have the quota "Inbound or outbound rules per security group" raised, and set security_group_rules_quota to what AWS granted.`,
      },
    ),
  });
  new Variable(scope, "var.security_group_rules_quota", {
    type: "number",
    description: `Number of inbound rules that AWS allows in one security group (${defaultRulesPerGroup.toString()}-${mostRulesPerGroup.toString()}): ${defaultRulesPerGroup.toString()}, or what its quota was raised to. allowed_security_group_ids and allowed_cidr_blocks take one for each element.`,
    default: defaultRulesPerGroup,
    rules: [
      {
        condition: isWholeNumber("security_group_rules_quota", defaultRulesPerGroup, mostRulesPerGroup),
        errorMessage: `security_group_rules_quota is ${shownNumber("var.security_group_rules_quota")}. Use a whole number from ${defaultRulesPerGroup.toString()} (AWS's default) to ${mostRulesPerGroup.toString()} (the most that AWS grants).`,
      },
    ],
  });
}
