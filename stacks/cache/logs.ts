import { Construct } from "constructs";
import { logGroup } from "../terraform/log-group";
import { named, prefix } from "../terraform/names";

/** Where the logs of the cache go. */
export class Logs extends Construct {
  constructor(scope: Construct, id: string) {
    super(scope, id);

    for (const log of ["slow", "engine"] as const) {
      logGroup(this, `aws_cloudwatch_log_group.redis_${log}_log`, {
        name: `/aws/elasticache/${prefix}/${log}-log`,
        tagName: named(`${log}-log`),
      });
    }
  }
}
