import type { Construct } from "constructs";
import { Variable } from "../terraform/variable";

/** Variables of the messages about tampering with backups, and with what monitors them. */
export function tamperingVariables(scope: Construct): void {
  new Variable(scope, "var.deploy_role_arns", {
    type: "set(string)",
    description:
      "ARNs of the IAM roles that deploy this stack (at most 5). Changes by these roles are not reported as tampering, except deleted or weakened backups, a deleted cache, and changes of the KMS key and of trails.",
    default: [],
    rules: [
      {
        condition: `alltrue([for arn in var.deploy_role_arns : try(can(regex("^arn:aws[a-z-]*:iam::[0-9]{12}:role/[A-Za-z0-9_+=,.@/-]{1,576}$", arn)), false)])`,
        errorMessage:
          'Invalid deploy_role_arns: an element is not the ARN of an IAM role. Use the role\'s own ARN with its path, not that of a session, e.g. ["arn:aws:iam::123456789012:role/deploy"].',
      },
      {
        // An event pattern may have 2,048 characters.
        // https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-quota.html
        condition: "length(var.deploy_role_arns) <= 5 && length(jsonencode(var.deploy_role_arns)) <= 600",
        errorMessage:
          "Invalid deploy_role_arns: EventBridge limits the length of a rule, so it can contain at most 5 roles and 600 characters in all. Set only the roles that deploy this stack.",
      },
    ],
  });
  new Variable(scope, "var.report_role_changes", {
    type: "bool",
    description:
      "Whether changes of the stack's IAM roles are reported. AWS publishes their events in one Region only (us-east-1), so rules are created there. Set false where that Region cannot be used.",
    default: true,
  });
}
