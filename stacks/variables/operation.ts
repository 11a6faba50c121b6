import type { Construct } from "constructs";
import type { Environment } from "../settings";
import { inOrder, shown } from "../terraform/rules";
import { Variable, type Rule } from "../terraform/variable";
import { accountVariables } from "./account";

/** What can be the name of an environment. */
export const environmentName: Rule = {
  // The longest name built on it, that of a snapshot, has 40 characters.
  condition: `length(var.environment) <= 12 && can(regex("^[a-z]([a-z0-9]|-[a-z0-9])*$", var.environment))`,
  errorMessage: `environment ${shown("var.environment")} cannot be the name of an environment, because AWS's names are built on it. In stacks/environments.ts, write a lower-case letter, then lower-case letters, digits and single hyphens, at most 12 characters.`,
};

/** Which environment and account this is, and how changes are made to it. */
export function operationVariables(scope: Construct, environment: Environment): void {
  new Variable(scope, "var.environment", {
    type: "string",
    description: `The environment; this stack is ${environment.name}'s, and takes no other.`,
    default: environment.name,
    rules: inOrder(
      {
        condition: `var.environment == "${environment.name}"`,
        errorMessage: `environment ${shown("var.environment")} is not this stack's, which is ${environment.name}'s. Deploy the stack of that environment instead, or leave environment out.`,
      },
      environmentName,
    ),
  });
  accountVariables(scope);
  new Variable(scope, "var.kms_key_id", {
    type: "string",
    description:
      "ARN of the KMS key that encrypts the cache and its backups. null: the key that AWS owns. It must not be a key that is deleted together with the cache: backups are unreadable without it.",
    default: null,
    nullable: true,
    rules: [
      {
        condition: `var.kms_key_id == null ? true : can(regex("^arn:aws[a-z-]*:kms:${environment.region}:[0-9]{12}:key/[A-Za-z0-9-]{1,64}$", var.kms_key_id))`,
        errorMessage: `kms_key_id ${shown("var.kms_key_id")} is not the ARN of a KMS key in ${environment.region}. Write the key's ARN, e.g. "arn:aws:kms:${environment.region}:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab"; AWS stores an alias or a bare id as that ARN, and the next plan would replace the cache.`,
      },
    ],
  });
  new Variable(scope, "var.enable_auth", {
    type: "bool",
    description: "Whether clients must present an AUTH token, which is generated and kept in Secrets Manager.",
    default: environment.adopted === null || environment.adopted.authToken === true,
  });
  new Variable(scope, "var.apply_immediately", {
    type: "bool",
    description:
      "Whether changes are made at once. With false, a node type or minor version waits for the maintenance window, each plan until then shows that node type again, and AWS refuses changes of log delivery.",
    default: true,
  });
}
