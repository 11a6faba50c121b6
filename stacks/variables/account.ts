import type { Construct } from "constructs";
import { inOrder, shown, shownNumber } from "../terraform/rules";
import { Variable } from "../terraform/variable";

/** Which account a stack is deployed to, and how long its logs are kept: the same question in every stack. */
export function accountVariables(scope: Construct): void {
  new Variable(scope, "var.account_id", {
    type: "string",
    description:
      "ID of the AWS account that may be changed (12 digits); credentials of any other account are rejected. null allows any account.",
    default: null,
    nullable: true,
    rules: [
      {
        condition: `var.account_id == null ? true : can(regex("^[0-9]{12}$", var.account_id))`,
        errorMessage: `account_id ${shown("var.account_id")} is not an AWS account ID. Use its 12 digits without hyphens, e.g. "123456789012".`,
      },
    ],
  });
  new Variable(scope, "var.log_retention_days", {
    type: "number",
    description:
      "Number of days that CloudWatch Logs retains logs; one of the periods that it offers, e.g. 30, 90 or 365.",
    default: 30,
    rules: inOrder(
      {
        condition: "var.log_retention_days != 0",
        errorMessage:
          "log_retention_days is 0, with which CloudWatch Logs never deletes logs, and their cost grows without end. Choose how long they are needed, at most 3653 days (ten years).",
      },
      {
        condition:
          "contains([1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653], var.log_retention_days)",
        errorMessage: `log_retention_days is ${shownNumber("var.log_retention_days")}, which CloudWatch Logs does not offer. Choose one of 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288 or 3653.`,
      },
    ),
  });
}
