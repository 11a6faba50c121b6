import { CloudwatchLogGroup } from "@cdktf/provider-aws/lib/cloudwatch-log-group";
import type { Construct } from "constructs";
import { accept } from "./annotation";
import { expression, numberExpression } from "./expression";

export interface LogGroupProps {
  /** Physical name, e.g. `/aws/elasticache/prod-redis/slow-log`. */
  readonly name: string;
  /** Value of the tag Name. */
  readonly tagName: string;
}

/** A log group with the retention and the key of the stack. */
export function logGroup(
  scope: Construct,
  address: `aws_cloudwatch_log_group.${string}`,
  { name, tagName }: LogGroupProps,
): CloudwatchLogGroup {
  const group = new CloudwatchLogGroup(scope, address, {
    name,
    retentionInDays: numberExpression("var.log_retention_days"),
    kmsKeyId: expression("var.logs_kms_key_id"),
    tags: { Name: tagName },
  });
  accept(group, "CKV_AWS_158", "Encrypted with a key that AWS owns, unless logs_kms_key_id is set.");
  return accept(group, "CKV_AWS_338", "log_retention_days sets how long logs are kept; they are no audit trail.");
}
