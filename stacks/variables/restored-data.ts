import type { Construct } from "constructs";
import type { Environment } from "../settings";
import { inOrder, isWholeNumber, shown, shownNumber, unlessNull } from "../terraform/rules";
import { Variable } from "../terraform/variable";

/** What the data of a backup is held to: by restore tests, and by the check. */
export function restoredDataVariables(scope: Construct, { region }: Pick<Environment, "region">): void {
  new Variable(scope, "var.restore_test_min_keys_ratio", {
    type: "number",
    description:
      "Share of the keys without expiry that a restored backup must have for a restore test to succeed (0.01-1). The rest allows for writes while the backup was taken.",
    default: 0.95,
    rules: [
      {
        condition: "var.restore_test_min_keys_ratio >= 0.01 && var.restore_test_min_keys_ratio <= 1",
        errorMessage: `restore_test_min_keys_ratio is ${shownNumber("var.restore_test_min_keys_ratio")}. Use a share of the keys from 0.01 to 1, e.g. 0.95.`,
      },
    ],
  });
  new Variable(scope, "var.allow_empty_cache", {
    type: "bool",
    description: "Whether the cache may be empty. With false, restore tests report a backup without keys.",
    default: false,
  });
  new Variable(scope, "var.restore_test_validator_arn", {
    type: "string",
    description:
      "ARN of a state machine of your own (STANDARD, same account and Region) that restore tests run against the restored cache; its failure is the test's. null: none.",
    default: null,
    nullable: true,
    rules: unlessNull("var.restore_test_validator_arn", [
      {
        condition: `can(regex("^arn:aws[a-z-]*:states:${region}:[0-9]{12}:stateMachine:[A-Za-z0-9_-]{1,80}$", var.restore_test_validator_arn))`,
        errorMessage: `Invalid restore_test_validator_arn ${shown("var.restore_test_validator_arn")}: it is not the ARN of a state machine in ${region}, without a version or alias. Example: "arn:aws:states:${region}:123456789012:stateMachine:validate-orders".`,
      },
    ]),
  });
  new Variable(scope, "var.restore_test_validator_security_group_id", {
    type: "string",
    description:
      "Security group of the client that restore_test_validator_arn connects with. It may connect to the restored cache while the validator runs. null: nobody may.",
    default: null,
    nullable: true,
    rules: inOrder(
      {
        condition: `var.restore_test_validator_security_group_id == null ? true : can(regex("^sg-([0-9a-f]{8}|[0-9a-f]{17})$", var.restore_test_validator_security_group_id))`,
        errorMessage: `Invalid restore_test_validator_security_group_id ${shown("var.restore_test_validator_security_group_id")}: it is not a security group ID. Example: "sg-0123456789abcdef0".`,
      },
      {
        condition: `var.restore_test_validator_security_group_id == null || var.restore_test_validator_arn != null`,
        errorMessage:
          "restore_test_validator_security_group_id is set, but there is no validator that would use it. Set restore_test_validator_arn too, or neither.",
      },
    ),
  });
  new Variable(scope, "var.backup_shrink_limit_percent", {
    type: "number",
    description:
      "Decrease of the latest automatic backup's size, compared with the median of the last seven, that triggers an alarm, in percent (1-99).",
    default: 50,
    rules: [
      {
        condition: isWholeNumber("backup_shrink_limit_percent", 1, 99),
        errorMessage: `backup_shrink_limit_percent is ${shownNumber("var.backup_shrink_limit_percent")}. Use a whole number from 1 to 99, e.g. 50.`,
      },
    ],
  });
}
