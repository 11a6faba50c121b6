import { DataAwsElasticacheCluster } from "@cdktf/provider-aws/lib/data-aws-elasticache-cluster";
import { DataAwsElasticacheReplicationGroup } from "@cdktf/provider-aws/lib/data-aws-elasticache-replication-group";
import { TerraformLocal } from "cdktf";
import { Construct } from "constructs";
import type { Environment } from "../settings";
import type { Overrides } from "../terraform/overrides";
import { TerraformData } from "../terraform/elements";
import { expression } from "../terraform/expression";
import { annotate } from "../terraform/annotation";
import type { Rule } from "../terraform/variable";
import { cacheId } from "../terraform/names";

/** <major>.<minor> as a number to compare: 7.1 and 7.1.0 are 7001. */
const versionNumber = (version: string): string =>
  `tonumber(split(".", ${version})[0]) * 1000 + tonumber(split(".", ${version})[1])`;

const liveMinorVersion =
  'try(regex("^(?:[0-5][.].*|[0-9]+[.][0-9]+)", self.engine_version_actual), self.engine_version_actual)';

// At adoption terraform_data.redis_engine has no value of an earlier deploy, so these rules read the live cluster itself.
const adoptedEngineRules: readonly Rule[] = [
  {
    condition: `self.engine == var.engine && try(local.families_by_version[self.engine][${liveMinorVersion}], "") == local.redis_family && ${versionNumber("self.engine_version_actual")} >= ${versionNumber(`replace(var.redis_version, "x", "0")`)}`,
    errorMessage:
      'The adopted cluster runs version ${self.engine_version_actual}, but engine and redis_version request ${var.engine} ${var.redis_version}. Set them to what the cluster runs, e.g. redis_version = "${' +
      liveMinorVersion +
      '}"; to upgrade the cluster afterwards, run: UPGRADE_STACK=${local.stack} npx cdktf deploy ${local.stack}.',
  },
];

// Preconditions of the cache rather than of terraform_data.redis_engine: Terraform evaluates them before it plans a replacement.
const upgradeRules: readonly Rule[] = [
  {
    condition: '!(data.aws_elasticache_cluster.live.engine == "valkey" && var.engine == "redis")',
    errorMessage:
      'The live cache runs Valkey, and ElastiCache cannot change it back to Redis OSS. Set engine = "valkey", or restore a backup that was taken with Redis OSS.',
  },
  {
    condition: "local.requested_version >= local.live_version",
    errorMessage:
      "The live cache runs ${data.aws_elasticache_cluster.live.engine} ${data.aws_elasticache_cluster.live.engine_version}, which is newer than redis_version ${var.redis_version}. ElastiCache does not downgrade a live cache, and Terraform would replace it with an empty one. Set redis_version to the live version or a newer one.",
  },
  {
    condition:
      "var.apply_immediately || data.aws_elasticache_cluster.live.parameter_group_name == aws_elasticache_parameter_group.redis.name",
    errorMessage:
      "The upgrade needs another parameter group, ${aws_elasticache_parameter_group.redis.name} instead of ${data.aws_elasticache_cluster.live.parameter_group_name}, and apply_immediately is false: the live cache would keep the old one until its maintenance window, and Terraform would fail to delete it. Set apply_immediately = true, and upgrade at a time that suits your clients.",
  },
];

export interface LiveEngineProps {
  readonly environment: Pick<Environment, "adopted">;
  readonly overrides: Overrides;
}

/** Remembers the engine of the live cache, and rejects changes of it that this run does not allow. */
export class LiveEngine extends Construct {
  /** Preconditions of the cache: changes that this run does not allow on a live one. */
  public readonly preconditions: readonly Rule[];
  /** Postconditions of the cache. */
  public readonly postconditions: readonly Rule[];
  /** Attributes in the cache's `ignore_changes`. */
  public readonly ignoredAttributes: readonly string[];

  constructor(
    scope: Construct,
    id: string,
    { environment: { adopted }, overrides: { upgrade = false } }: LiveEngineProps,
  ) {
    super(scope, id);

    annotate(
      new TerraformData(this, "terraform_data.redis_engine", {
        input: expression("{ engine = var.engine, version = var.redis_version, family = local.redis_family }"),
        triggersReplace: expression("random_id.redis_final_snapshot.hex"),
        lifecycle: upgrade ? {} : { ignoreChanges: ["input"] },
        ...(upgrade && { after: ["aws_elasticache_replication_group.redis"] }),
      }),
      "Remembers the engine that the live cache was deployed with, so that a plain deploy rejects a change instead of ignoring it. A failed upgrade leaves the old value.",
    );

    if (upgrade) {
      new TerraformLocal(
        this,
        "local.live_version",
        expression(versionNumber("data.aws_elasticache_cluster.live.engine_version")),
      );
      new TerraformLocal(
        this,
        "local.requested_version",
        expression(versionNumber(`replace(var.redis_version, "x", "2")`)),
      );
      const live = annotate(
        new DataAwsElasticacheReplicationGroup(this, "data.aws_elasticache_replication_group.live", {
          replicationGroupId: cacheId,
        }),
        "Read by name: a reference to the resource would defer the read until after the resource has changed.",
      );
      new DataAwsElasticacheCluster(this, "data.aws_elasticache_cluster.live", {
        clusterId: expression(
          `sort(data.aws_elasticache_replication_group.${live.friendlyUniqueId}.member_clusters)[0]`,
        ),
      });
    }

    this.postconditions = adopted === null || upgrade ? [] : adoptedEngineRules;
    this.ignoredAttributes = upgrade ? [] : ["engine_version"];
    this.preconditions = upgrade
      ? upgradeRules
      : [
          {
            condition:
              "terraform_data.redis_engine.output == { engine = var.engine, version = var.redis_version, family = local.redis_family }",
            errorMessage:
              "The live cache was deployed as ${terraform_data.redis_engine.output.engine} ${terraform_data.redis_engine.output.version}, but engine and redis_version request ${var.engine} ${var.redis_version}. A plain deploy would ignore that, or replace the cache. To upgrade the cache, run with the same values: UPGRADE_STACK=${local.stack} npx cdktf deploy ${local.stack}.",
          },
        ];
  }
}
