import type { Construct } from "constructs";
import { Variable } from "../terraform/variable";

/** Who is told. */
export function peopleVariables(scope: Construct): void {
  new Variable(scope, "var.notification_email", {
    type: "string",
    description: "The email address that alarms are sent to. Its owner must confirm the subscription once.",
    rules: [
      {
        condition: `can(regex("^[^@\\\\s]+@[^@\\\\s]+\\\\.[^@\\\\s]+$", var.notification_email))`,
        errorMessage: `notification_email is not an email address. Write one like "oncall@example.com".`,
      },
    ],
  });
  new Variable(scope, "var.alarm_action_arns", {
    type: "set(string)",
    description: "ARNs that alarms also act on, such as the SNS topic of a pager.",
    default: [],
    rules: [
      {
        condition: `alltrue([for arn in var.alarm_action_arns : can(regex("^arn:aws[a-z-]*:[a-z0-9-]+:[a-z0-9-]*:[0-9]{12}:.+$", arn))])`,
        errorMessage: `alarm_action_arns has something that is not an ARN. Write them like ["arn:aws:sns:ap-northeast-1:123456789012:pager"].`,
      },
    ],
  });
}
