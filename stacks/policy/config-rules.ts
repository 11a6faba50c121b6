import { ConfigConfigRule } from "@cdktf/provider-aws/lib/config-config-rule";
import { Construct } from "constructs";
import { annotate } from "../terraform/annotation";
import { expression } from "../terraform/expression";
import { named } from "../terraform/names";

/**
 * The managed rules, each with the Regions in which AWS Config does not have it ("AWS Region" on the rule's page): a deployment that
 * asks for one there fails, so it is left out.
 *
 * @see https://docs.aws.amazon.com/config/latest/developerguide/elasticache-redis-cluster-automatic-backup-check.html
 * @see https://docs.aws.amazon.com/config/latest/developerguide/elasticache-automatic-backup-check-enabled.html
 */
export const managedRules = {
  retention: {
    identifier: "ELASTICACHE_REDIS_CLUSTER_AUTOMATIC_BACKUP_CHECK",
    description: "Automatic backups of every Redis cluster are retained for the minimum number of days",
    missingIn: ["ap-east-2"],
  },
  enabled: {
    identifier: "ELASTICACHE_AUTOMATIC_BACKUP_CHECK_ENABLED",
    description: "Automatic backups of every Valkey and Redis cluster are turned on",
    missingIn: ["ap-east-2", "ap-southeast-6", "ca-west-1", "cn-north-1", "cn-northwest-1", "mx-central-1"],
  },
} as const satisfies Record<string, { identifier: string; description: string; missingIn: readonly string[] }>;

type RuleName = keyof typeof managedRules;

export interface ConfigRulesProps {
  /** The stack's AWS Region, which decides which of the rules there are. */
  readonly region: string;
}

const enabled = expression("var.enable_config_rules ? 1 : 0");

/**
 * AWS Config's own evaluation, once a day, for its console and aggregators. It notifies nobody: AWS Config reports each cluster by itself,
 * and the daily check lists in one message what these rules find, and more.
 *
 * Both rules are periodic: they need no recording of resources, and record none.
 */
export class ConfigRules extends Construct {
  constructor(
    scope: Construct,
    id: string,
    private readonly props: ConfigRulesProps,
  ) {
    super(scope, id);
    this.rule("retention", expression("jsonencode({ snapshotRetentionPeriod = tostring(var.backup_floor_days) })"));
    this.rule("enabled");
  }

  private exists(name: RuleName): boolean {
    return !(managedRules[name].missingIn as readonly string[]).includes(this.props.region);
  }

  private rule(name: RuleName, inputParameters?: string): void {
    const { identifier, description } = managedRules[name];
    const rule = new ConfigConfigRule(this, `aws_config_config_rule.${name}`, {
      name: named(name),
      description,
      source: { owner: "AWS", sourceIdentifier: identifier },
      inputParameters,
      maximumExecutionFrequency: "TwentyFour_Hours",
      tags: { Name: named(name) },
    });
    rule.addOverride("count", this.exists(name) ? enabled : 0);
    if (!this.exists(name)) annotate(rule, `AWS Config does not have ${identifier} in ${this.props.region}`, "count");
  }
}
