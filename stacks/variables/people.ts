import type { Construct } from "constructs";
import type { Environment } from "../environments";
import { shown } from "../terraform/rules";
import { Variable } from "../terraform/variable";

/** Who is told. */
export function peopleVariables(scope: Construct, { region }: Environment): void {
  new Variable(scope, "var.notification_email", {
    type: "string",
    description: "The email address that alarms are sent to. Its owner must confirm the subscription once.",
    rules: [
      {
        condition: `length(var.notification_email) <= 254 && can(regex("^[A-Za-z0-9_+&'*/=?^~-]+([.][A-Za-z0-9_+&'*/=?^~-]+)*@([A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?[.])+[A-Za-z]{2,63}$", var.notification_email))`,
        errorMessage: `notification_email ${shown("var.notification_email")} is not an email address. Write one like "oncall@example.com", without blanks around it.`,
      },
    ],
  });
  new Variable(scope, "var.alarm_action_arns", {
    type: "set(string)",
    description: "ARNs that alarms also act on, such as the SNS topic of a pager.",
    default: [],
    rules: [
      {
        condition: `alltrue([for arn in var.alarm_action_arns : try(can(regex("^arn:aws[a-z-]*:(sns|lambda|ssm|ssm-incidents):(${region})?:[0-9]{12}:[^[:space:]]+$", arn)), false)])`,
        errorMessage: `alarm_action_arns has something that an alarm in ${region} cannot act on. Write ARNs of SNS topics or Lambda functions in ${region}, or of Systems Manager actions, like ["arn:aws:sns:${region}:123456789012:pager"].`,
      },
    ],
  });
}
