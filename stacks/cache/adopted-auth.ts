import type { ForeignAuth } from "./adopted";
import type { Overrides } from "../terraform/overrides";
import type { Rule } from "../terraform/variable";

type Live = ForeignAuth["live"];

// Always false. Terraform rejects a condition without a reference, such as `false`.
const never = "var.environment == null";

/** Preconditions while the authentication of an adopted cluster is not managed by this stack. */
export function foreignTokenRules(
  live: Live,
  { rotateAuth = false, unprotect = false }: Pick<Overrides, "rotateAuth" | "unprotect">,
): Rule[] {
  const takeOver =
    "set authToken: true in the environment's entry (stacks/environments.ts) and run, with enable_auth = true: ROTATE_AUTH_STACK=${local.stack} npx cdktf deploy ${local.stack}";
  return [
    {
      condition: rotateAuth ? never : "!var.enable_auth",
      errorMessage:
        live === "users"
          ? `The adopted cluster keeps ${presented.users}, and a cluster uses either users or an AUTH token. Remove enable_auth and ROTATE_AUTH_STACK. To use an AUTH token, restore a backup of the cluster into another environment and move the clients there.`
          : `The adopted cluster keeps ${presented[live]}, and this stack does not manage it. Remove enable_auth and ROTATE_AUTH_STACK. To let the stack manage the token, ${takeOver}; distribute the token from the secret to the clients, then deploy without ROTATE_AUTH_STACK.`,
    },
    {
      condition: `terraform_data.redis_auth.input.fingerprint == "${live}"`,
      errorMessage:
        "The AUTH token of the live cache is already managed by this stack. Set authToken: true in the environment's entry (stacks/environments.ts), and enable_auth = true.",
    },
    // A new cluster has the same user groups.
    ...(live === "token" ? newLifeRules(takeOver, unprotect) : []),
  ];
}

const presented: Readonly<Record<Live, string>> = {
  none: "accepting clients without an AUTH token",
  token: "the AUTH token that it had, which nobody can read",
  users: "the user groups (RBAC) that it had",
};

/** A new cluster would accept clients without the token of the old one. */
const newLifeRules = (takeOver: string, unprotect: boolean): Rule[] => [
  {
    condition: "var.restore_from_snapshot == null && var.restore_from_vault == null",
    errorMessage: `A cluster restored now would accept clients without AUTH, because the adopted one uses ${presented.token}. To restore with a token of this stack, ${takeOver}.`,
  },
  ...(unprotect
    ? [
        {
          // Terraform evaluates no preconditions for a destroy.
          condition: never,
          errorMessage: `With UNPROTECT_STACK this cluster can be destroyed (cdktf destroy), but not replaced: the new one would accept clients without AUTH, because the adopted one uses ${presented.token}. To replace it, first ${takeOver}.`,
        },
      ]
    : []),
];
