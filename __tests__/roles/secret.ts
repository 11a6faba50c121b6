import { account, role, stranger, type Cases } from "../support/resource-policies";

const read = "secretsmanager:GetSecretValue";

/**
 * Who may read the AUTH token when readers are named. The policy only denies: whoever it does not, needs permissions of their own.
 *
 * @see https://docs.aws.amazon.com/secretsmanager/latest/userguide/auth-and-access_resource-policies.html
 */
export const secret: Readonly<Record<string, Cases>> = {
  "aws_secretsmanager_secret_policy.redis_auth": {
    allowed: [
      ["a role that is named as a reader", { by: role("app"), action: read }],
      ["a user that is named as a reader", { by: `arn:aws:iam::${account}:user/operator`, action: read }],
      ["a role that deploys", { by: role("deploy"), action: read }],
      // So that a policy that locks everybody out can be mended.
      ["an administrator describing it", { by: role("admin"), action: "secretsmanager:DescribeSecret" }],
      ["an administrator changing the policy", { by: role("admin"), action: "secretsmanager:PutResourcePolicy" }],
    ],
    denied: [
      ["an administrator", { by: role("admin"), action: read }],
      ["a role whose name begins like a reader's", { by: role("app-2"), action: read }],
      ["the root user", { by: `arn:aws:iam::${account}:root`, action: read }],
      ["a role of another account with a reader's name", { by: role("app", stranger), action: read }],
      ["a reader whose own permissions do not allow it", { by: role("app"), action: read, powerless: true }],
    ],
  },
};
