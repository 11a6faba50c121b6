import { cacheStacks, evaluatedArguments, promised, type Promised } from "../support/expressions";
import { describeTerraform } from "../support/terraform";

const key = "arn:aws:kms:ap-northeast-1:111111111111:key/1";
const group = (argument: string, promise: string, is: unknown, given: Promised["given"] = {}): Promised => ({
  address: "aws_elasticache_replication_group.redis",
  promise,
  argument,
  given,
  is,
});
const life = { "random_id.redis_final_snapshot": { hex: "1a2b3c4d" } };

/** By environment, as the README's table has it; the example with shards has its own. */
const retention: Readonly<Record<string, number | string>> = {
  "redis-dev": 7,
  "redis-staging": 15,
  "redis-prod": 30,
  "redis-sharded": 15,
};
const floor: typeof retention = { "redis-dev": "7", "redis-staging": "7", "redis-prod": "15", "redis-sharded": "7" };

// What an argument promises to those who choose this project or set a variable of it: in the README, in the descriptions of variables,
// in docs/security.md.
describeTerraform("the cache", () => {
  test.each(
    promised(cacheStacks, [
      group("at_rest_encryption_enabled", "is encrypted at rest, and its backups with it", "true"),
      group("kms_key_id", "is encrypted with the key of kms_key_id, and its backups with it", key, {
        "var.kms_key_id": key,
      }),
      group("kms_key_id", "is encrypted with a key that AWS owns when kms_key_id is null", null),
      group("transit_encryption_enabled", "is reached over TLS", true),
      group("transit_encryption_mode", "is reached over nothing but TLS: the default of AWS, not 'preferred'", null),
      group("auth_token", "asks clients for the token that the secret has", "token", {
        "random_password.redis_auth": [{ result: "token" }],
      }),
      group("auth_token", "has no token when enable_auth is false", null, { "random_password.redis_auth": [] }),
      group("auth_token_update_strategy", "never removes AUTH: without AUTH nothing is updated", null, {
        "var.enable_auth": false,
      }),
      group("auto_minor_version_upgrade", "gets AWS's fixes of the engine by itself", "true"),
      group("automatic_failover_enabled", "survives the loss of its primary", true),
      group("multi_az_enabled", "survives the loss of an Availability Zone", true),
      group("apply_immediately", "is changed when a deploy says so", true),
      group("apply_immediately", "is changed in the maintenance window when apply_immediately is false", false, {
        "var.apply_immediately": false,
      }),
      group("engine", "runs the engine of the variables", "valkey", { "var.engine": "valkey" }),
      group("engine_version", "runs the version of the variables", "7.0", { "var.redis_version": "7.0" }),
      group("node_type", "runs on the node type of the variables", "cache.m7g.large", {
        "var.node_type": "cache.m7g.large",
      }),
      group("port", "listens on the port that Redis clients expect", 6379),
      group("parameter_group_name", "has the parameter group of the stack", "parameters", {
        "aws_elasticache_parameter_group.redis": { name: "parameters" },
      }),
      group("subnet_group_name", "is in the subnets of the stack", "subnets", {
        "aws_elasticache_subnet_group.redis": { name: "subnets" },
      }),
      group(
        "security_group_ids",
        "is reached by whom the stack's security group lets in, and by nobody else",
        ["sg-1"],
        {
          "aws_security_group.redis": { id: "sg-1" },
        },
      ),
      group(
        "notification_topic_arn",
        "publishes its events, such as failed snapshots, to the stack's topic",
        "events",
        {
          "aws_sns_topic.redis_events": { arn: "events" },
        },
      ),
    ]),
  )("%s", (_promise, expectKept) => {
    expectKept();
  });
});

describeTerraform("the backups of the cache", () => {
  test.each(
    promised(cacheStacks, [
      {
        ...group("snapshot_retention_limit", "are kept as many days as the environment promises", undefined),
        by: retention,
      },
      group("snapshot_retention_limit", "are kept as many days as backup_retention_days says", 21, {
        "var.backup_retention_days": 21,
      }),
      group("tags.BackupRetentionDays", "are kept as many days as the tag of the cache says", "21", {
        "var.backup_retention_days": 21,
      }),
      group("tags.BackupEnabled", "are there, as the tag of the cache says", "true"),
      {
        ...group(
          "tags.BackupFloorDays",
          "are held by redis-backup-policy to the minimum of their environment",
          undefined,
        ),
        by: floor,
      },
      group("snapshot_window", "are taken in backup_window", "01:30-02:30", { "var.backup_window": "01:30-02:30" }),
      group(
        "maintenance_window",
        "are not disturbed by maintenance at another time than maintenance_window",
        "sun:05:00-sun:07:00",
        {
          "var.maintenance_window": "Sun:05:00-SUN:07:00",
        },
      ),
      group(
        "final_snapshot_identifier",
        "end with a final snapshot when the cache is destroyed",
        "redis-final-1a2b3c4d",
        {
          ...life,
          "local.final_snapshot_name": "redis-final-1a2b3c4d",
        },
      ),
      group("final_snapshot_identifier", "have no final snapshot only when create_final_snapshot is false", null, {
        ...life,
        "var.create_final_snapshot": false,
      }),
      group("snapshot_name", "are restored from by name", "automatic.dev-redis-cluster-2026-01-31-18-00", {
        "var.restore_from_snapshot": "automatic.dev-redis-cluster-2026-01-31-18-00",
      }),
      group("snapshot_arns", "are restored from by file", ["arn:aws:s3:::bucket/a-0001.rdb"], {
        "var.restore_from_vault": ["arn:aws:s3:::bucket/a-0001.rdb"],
      }),
    ]),
  )("%s", (_promise, expectKept) => {
    expectKept();
  });
});

describeTerraform("the parameters of the cache", () => {
  const address = "aws_elasticache_parameter_group.redis";
  const given = { "var.reserved_memory_percent": 35, "var.maxmemory_policy": "noeviction" };

  test("reserve the memory that a backup needs, and evict as maxmemory_policy says", () => {
    const found = evaluatedArguments(
      Object.values(cacheStacks).map((synthesize) => ({
        stack: synthesize(),
        given,
        argument: synthesize().resource.aws_elasticache_parameter_group?.redis?.parameter,
      })),
    ).map((parameters) => (parameters as readonly unknown[]).slice(0, 2));
    expect(found).toEqual(
      Object.keys(cacheStacks).map(() => [
        { name: "reserved-memory-percent", value: "35" },
        { name: "maxmemory-policy", value: "noeviction" },
      ]),
    );
  });

  test.each(
    promised(cacheStacks, [
      { address, argument: "family", promise: "are of the family of the default version", is: "redis7" },
      {
        address,
        argument: "family",
        promise: "are of the family of the version that is requested",
        given: { "var.engine": "valkey", "var.redis_version": "8.1" },
        is: "valkey8",
      },
    ]),
  )("%s", (_promise, expectKept) => {
    expectKept();
  });
});

describeTerraform("the logs of the cache", () => {
  const delivered = (argument: string, promise: string, log: string, is: unknown): Promised => ({
    address: "aws_elasticache_replication_group.redis",
    argument: `dynamic.log_delivery_configuration.content.${argument}`,
    promise,
    given: {
      "log_delivery_configuration.value": log,
      "aws_cloudwatch_log_group.redis_slow_log": { name: "slow" },
      "aws_cloudwatch_log_group.redis_engine_log": { name: "engine" },
    },
    is,
  });
  test.each(
    promised(cacheStacks, [
      group("dynamic.log_delivery_configuration.for_each", "are delivered, the slow log and the engine log", [
        "engine-log",
        "slow-log",
      ]),
      group("dynamic.log_delivery_configuration.for_each", "are those of log_types", ["slow-log"], {
        "var.log_types": ["slow-log"],
      }),
      delivered("destination", "have a group of their own for the slow log", "slow-log", "slow"),
      delivered("destination", "have a group of their own for the engine log", "engine-log", "engine"),
      delivered("log_type", "are each in the group of its kind", "engine-log", "engine-log"),
      delivered(
        "destination_type",
        "are in CloudWatch Logs, where the runbook reads them",
        "slow-log",
        "cloudwatch-logs",
      ),
      delivered("log_format", "are JSON, which CloudWatch Logs Insights reads by itself", "slow-log", "json"),
    ]),
  )("%s", (_promise, expectKept) => {
    expectKept();
  });
});
