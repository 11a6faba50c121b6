import { TerraformLocal } from "cdktf";
import type { Construct } from "constructs";
import type { Environment } from "../environments";
import { expression } from "../terraform/expression";
import { shown, unlessNull } from "../terraform/rules";
import { Variable } from "../terraform/variable";

/** Who is told. */
export function peopleVariables(scope: Construct, { region }: Pick<Environment, "region">): void {
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
  new Variable(scope, "var.runbook_base_url", {
    type: "string",
    description:
      "Where your people read the runbook, e.g. the address of docs/runbook.md on your code host. Alarms name it, with the alarm's page behind a #. null: docs/runbook.md of this project.",
    default: null,
    nullable: true,
    rules: unlessNull("var.runbook_base_url", [
      {
        condition: `length(var.runbook_base_url) <= 200 && can(regex("^https://[A-Za-z0-9.,:@/_~%?=&+-]+$", var.runbook_base_url))`,
        errorMessage: `runbook_base_url ${shown("var.runbook_base_url")} is not an address that people can open. Write one that begins with https://, without blanks or a #, at most 200 characters, e.g. "https://example.com/redis/runbook".`,
      },
    ]),
  });
  new TerraformLocal(scope, "local.runbook", expression(`coalesce(var.runbook_base_url, "docs/runbook.md")`));
}
