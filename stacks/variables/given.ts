import type { Construct } from "constructs";
import { TerraformData } from "../terraform/elements";
import { conditions } from "../terraform/rules";
import { Variable } from "../terraform/variable";

/**
 * Values that the app sets for Terraform variables. A literal becomes the variable's default, which a deploy can still override. A
 * reference (an attribute of a resource, of any stack) replaces the variable, because a default cannot be a reference.
 */
export interface AccountValues {
  /** The only AWS account that the stack may be deployed to (12 digits). @default - the account of the credentials */
  readonly accountId?: string;
  /** Email address that alarms are sent to. @default - the variable notification_email is required */
  readonly notificationEmail?: string;
  /** Further email addresses, known at plan. @default - none */
  readonly additionalNotificationEmails?: readonly string[];
  /** ARNs that alarms act on too, e.g. the SNS topic of a pager. @default - none */
  readonly alarmActionArns?: readonly string[];
  /** Address of the runbook, which alarms link to. @default - the variable runbook_base_url, or docs/runbook.md of this project */
  readonly runbookBaseUrl?: string;
}

/** Values of the variables of a cache, as in `AccountValues`. */
export interface CacheValues extends AccountValues {
  /** Id of the VPC. @default - the variable vpc_id is required */
  readonly vpcId?: string;
  /** CIDR block of the VPC. @default - the variable vpc_cidr is required */
  readonly vpcCidr?: string;
  /** Ids of at least two private subnets in different Availability Zones. @default - the variable private_subnet_ids is required */
  readonly privateSubnetIds?: readonly string[];
  /** Ids of the security groups that may connect. @default - none; with no CIDR block either, the VPC may */
  readonly allowedSecurityGroupIds?: readonly string[];
  /** IPv4 CIDR blocks that may connect. @default - none; with no security group either, the VPC may */
  readonly allowedCidrBlocks?: readonly string[];
  /** ARN of the KMS key that encrypts the cache and its backups, which must outlive the stack. @default - the key that AWS owns */
  readonly kmsKeyId?: string;
}

const names = {
  accountId: "account_id",
  notificationEmail: "notification_email",
  additionalNotificationEmails: "additional_notification_emails",
  alarmActionArns: "alarm_action_arns",
  runbookBaseUrl: "runbook_base_url",
  vpcId: "vpc_id",
  vpcCidr: "vpc_cidr",
  privateSubnetIds: "private_subnet_ids",
  allowedSecurityGroupIds: "allowed_security_group_ids",
  allowedCidrBlocks: "allowed_cidr_blocks",
  kmsKeyId: "kms_key_id",
} as const satisfies Record<keyof CacheValues, string>;

/** Gives the variables of a stack the values that the app has. */
export function giveValues(stack: Construct, values: CacheValues): void {
  const replaced = Object.entries(names).flatMap(([property, name]) => {
    const value = values[property as keyof CacheValues];
    const variable = stack.node.tryFindChild(`var.${name}`);
    if (!(variable instanceof Variable)) return [];
    variable.give(value);
    return variable.isReplaced ? [variable] : [];
  });
  if (replaced.length > 0)
    new TerraformData(stack, "terraform_data.given_values", {
      input: replaced.map(({ friendlyUniqueId }) => friendlyUniqueId).join(", "),
      // The rules of the variables, which a plan evaluates here instead.
      lifecycle: { precondition: conditions(replaced.flatMap(({ rules }) => rules)) },
    });
}
