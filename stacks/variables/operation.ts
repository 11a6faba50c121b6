import { TerraformLocal } from "cdktf";
import type { Construct } from "constructs";
import type { Environment } from "../settings";
import { expression } from "../terraform/expression";
import { inOrder, shown } from "../terraform/rules";
import { Variable, type Rule } from "../terraform/variable";
import { accountVariables } from "./account";
import { isKeyArn } from "./keys";

/** What can be the name of an environment. */
export const environmentName: Rule = {
  // The longest name built on it, that of a snapshot, has 40 characters.
  condition: `length(var.environment) <= 12 && can(regex("^[a-z]([a-z0-9]|-[a-z0-9])*$", var.environment))`,
  errorMessage: `environment ${shown("var.environment")} is not a valid name, because names in AWS start with it. In stacks/environments.ts, use a lower-case letter followed by lower-case letters, digits and single hyphens, at most 12 characters.`,
};

/** Which environment and account this is, and how changes are made to it. */
export function operationVariables(scope: Construct, environment: Environment): void {
  new Variable(scope, "var.environment", {
    type: "string",
    description: `Name of the environment. This stack accepts only ${environment.name}.`,
    default: environment.name,
    rules: inOrder(
      {
        condition: `var.environment == "${environment.name}"`,
        errorMessage: `environment ${shown("var.environment")} is not the environment of this stack, which is ${environment.name}. Deploy the stack of that environment instead, or remove the variable environment.`,
      },
      environmentName,
    ),
  });
  accountVariables(scope);
  new Variable(scope, "var.kms_key_id", {
    type: "string",
    description:
      "ARN of the KMS key that encrypts the cache and its backups. null selects the key that AWS owns. Do not use a key that is deleted together with the cache: the backups would become unreadable.",
    default: null,
    nullable: true,
    rules: [
      {
        condition: isKeyArn("kms_key_id", environment.region),
        errorMessage: `kms_key_id ${shown("var.kms_key_id")} is not the ARN of a KMS key in ${environment.region}. Use the ARN of the key, e.g. "arn:aws:kms:${environment.region}:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab"; AWS would store an alias or a key ID as that ARN, and the next plan would replace the cache.`,
      },
    ],
  });
  // State machines write it into a string, where null is an error.
  new TerraformLocal(scope, "local.cache_key", expression(`var.kms_key_id == null ? "" : var.kms_key_id`));
  new Variable(scope, "var.enable_auth", {
    type: "bool",
    description: "Whether clients must present an AUTH token. The stack generates it and stores it in Secrets Manager.",
    default: environment.adopted === null || environment.adopted.authToken === true,
  });
  new Variable(scope, "var.apply_immediately", {
    type: "bool",
    description:
      "Whether changes are applied immediately. With false, a new node type or minor version waits for the maintenance window, every plan until then shows the node type as a change, and AWS rejects changes of the log delivery.",
    default: true,
  });
}
