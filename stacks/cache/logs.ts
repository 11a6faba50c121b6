import { CloudwatchLogGroup } from "@cdktf/provider-aws/lib/cloudwatch-log-group";
import { Construct } from "constructs";
import { numberExpression } from "../terraform/expression";
import { named, prefix } from "../terraform/names";

/** Where the logs of the cache go. */
export class Logs extends Construct {
  constructor(scope: Construct, id: string) {
    super(scope, id);

    for (const log of ["slow", "engine"] as const) {
      new CloudwatchLogGroup(this, `aws_cloudwatch_log_group.redis_${log}_log`, {
        name: `/aws/elasticache/${prefix}/${log}-log`,
        retentionInDays: numberExpression("var.log_retention_days"),
        tags: { Name: named(`${log}-log`) },
      });
    }
  }
}
