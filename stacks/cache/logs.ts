import { CloudwatchLogGroup } from "@cdktf/provider-aws/lib/cloudwatch-log-group";
import { Construct } from "constructs";
import { expression, numberExpression } from "../terraform/expression";

/** Where the logs of the cache go. */
export class Logs extends Construct {
  constructor(scope: Construct) {
    super(scope, "logs");

    for (const log of ["slow", "engine"] as const) {
      new CloudwatchLogGroup(this, `aws_cloudwatch_log_group.redis_${log}_log`, {
        name: `/aws/elasticache/${expression("local.name")}/${log}-log`,
        retentionInDays: numberExpression("var.log_retention_days"),
        tags: { Name: `${expression("local.name")}-${log}-log` },
      });
    }
  }
}
