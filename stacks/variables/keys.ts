import type { Construct } from "constructs";
import { shown } from "../terraform/rules";
import { Variable, type Rule } from "../terraform/variable";

/** A condition: a variable is null, or the ARN of a KMS key in the Region. */
export const isKeyArn = (name: string, region: string): string =>
  `var.${name} == null ? true : can(regex("^arn:aws[a-z-]*:kms:${region}:[0-9]{12}:key/[A-Za-z0-9-]{1,64}$", var.${name}))`;

/** A variable is null, or the ARN of a KMS key in the Region; an alias or a key ID would be a change in every plan. */
const isKey = (name: string, region: string): Rule => ({
  condition: isKeyArn(name, region),
  errorMessage: `${name} ${shown(`var.${name}`)} is not the ARN of a KMS key in ${region}. Use the ARN of the key, not of an alias, e.g. "arn:aws:kms:${region}:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab".`,
});

/** A postcondition of the data source of the key in a variable: the key can encrypt. */
export const isUsable = (name: string): Rule => ({
  condition: 'self.key_state == "Enabled" && self.key_spec == "SYMMETRIC_DEFAULT"',
  errorMessage: `${name} \${self.arn} has the key spec \${self.key_spec} and the state \${self.key_state}. Use the ARN of a symmetric encryption key (SYMMETRIC_DEFAULT) that is Enabled, or remove ${name}.`,
});

/** The customer managed key of every log group. */
export function logsKeyVariable(scope: Construct, region: string): void {
  new Variable(scope, "var.logs_kms_key_id", {
    type: "string",
    description:
      "ARN of the KMS key that encrypts the log groups. Its policy must let CloudWatch Logs use it (docs/security.md). null selects a key that AWS owns.",
    default: null,
    nullable: true,
    rules: [isKey("logs_kms_key_id", region)],
  });
}

/** The customer managed keys of what a cache's stack has beside the cache. */
export function keyVariables(scope: Construct, { region }: { readonly region: string }): void {
  logsKeyVariable(scope, region);
  new Variable(scope, "var.alerts_kms_key_id", {
    type: "string",
    description:
      "ARN of the KMS key that encrypts the topics for alerts. Its policy must let CloudWatch and EventBridge use it (docs/security.md), otherwise no alert arrives. null leaves them without one.",
    default: null,
    nullable: true,
    rules: [isKey("alerts_kms_key_id", region)],
  });
  new Variable(scope, "var.secret_kms_key_id", {
    type: "string",
    description:
      "ARN of the KMS key that encrypts the secret with the AUTH token. Whoever reads the secret also needs kms:Decrypt on it. null selects the key aws/secretsmanager; to go back to it, set its ARN.",
    default: null,
    nullable: true,
    rules: [isKey("secret_kms_key_id", region)],
  });
  new Variable(scope, "var.secret_reader_arns", {
    type: "set(string)",
    description:
      "ARNs of the only IAM roles and users that may read the AUTH token, beside deploy_role_arns. Empty: everyone whose own permissions allow it. Include the roles that plan.",
    default: [],
    rules: [
      {
        condition: `alltrue([for arn in var.secret_reader_arns : try(can(regex("^arn:aws[a-z-]*:iam::[0-9]{12}:(role|user)/[A-Za-z0-9_+=,.@/-]{1,576}$", arn)), false)])`,
        errorMessage:
          'Invalid secret_reader_arns: an element is not the ARN of an IAM role or user. Use the role\'s own ARN with its path, not that of a session, e.g. ["arn:aws:iam::123456789012:role/orders"].',
      },
      {
        // https://docs.aws.amazon.com/secretsmanager/latest/userguide/reference_limits.html
        condition: "length(var.secret_reader_arns) <= 50 && length(jsonencode(var.secret_reader_arns)) <= 18000",
        errorMessage:
          "Invalid secret_reader_arns: a policy of a secret is limited to 20,480 characters, so it can contain at most 50 ARNs and 18,000 characters in all. Let applications share a role.",
      },
      {
        condition: "length(var.secret_reader_arns) == 0 || length(var.deploy_role_arns) > 0",
        errorMessage:
          "Invalid secret_reader_arns: deploy_role_arns is empty, so the role that deploys could not read the secret, and the next plan would fail. Set deploy_role_arns.",
      },
    ],
  });
}
