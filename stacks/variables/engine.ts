import type { Construct } from "constructs";
import { TerraformLocal } from "cdktf";
import type { Environment } from "../settings";
import { expression } from "../terraform/expression";
import { inOrder, isWholeNumber, shown, shownNumber, unlessNull } from "../terraform/rules";
import { Variable } from "../terraform/variable";
import { warnOfNodeType } from "./node-types";

/**
 * The versions that AWS offers, and the parameter group family of each.
 *
 * @see https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/engine-versions.html
 * @see https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/ParameterGroups.Engine.html
 */
const familiesByVersion = {
  redis: {
    "5.0.6": "redis5.0",
    "6.x": "redis6.x",
    "6.0": "redis6.x",
    "6.2": "redis6.x",
    "7.0": "redis7",
    "7.1": "redis7",
  },
  valkey: {
    "7.2": "valkey7",
    "8.0": "valkey8",
    "8.1": "valkey8",
    "8.2": "valkey8",
    "9.0": "valkey9",
    "9.1": "valkey9",
  },
};

const familyOfVersion = "local.families_by_version[var.engine][var.redis_version]";

/** What runs, and on what. */
export function engineVariables(scope: Construct, environment: Environment): void {
  new TerraformLocal(scope, "local.families_by_version", familiesByVersion);
  new TerraformLocal(
    scope,
    "local.redis_family",
    expression(`coalesce(var.redis_family, try(${familyOfVersion}, "none"))`),
  );

  new Variable(scope, "var.engine", {
    type: "string",
    description:
      "Cache engine: redis (Redis OSS) or valkey. A live cache can change only from redis to valkey, by an upgrade.",
    default: "redis",
    rules: [
      {
        condition: `contains(["redis", "valkey"], var.engine)`,
        errorMessage: `engine ${shown("var.engine")} is not a supported engine. Choose "redis" (Redis OSS) or "valkey".`,
      },
    ],
  });
  new Variable(scope, "var.redis_version", {
    type: "string",
    description: 'Engine version as <major>.<minor>, e.g. "7.1". AWS applies patch versions by itself.',
    default: "7.1",
    rules: [
      {
        // An unknown engine is reported by the rule of engine.
        condition: `can(local.families_by_version[var.engine]) ? can(local.families_by_version[var.engine][var.redis_version]) : true`,
        errorMessage: `redis_version ${shown("var.redis_version")} is not a version that AWS offers for \${var.engine}. Choose one of \${join(", ", [for version in try(keys(local.families_by_version[var.engine]), []) : format("%q", version)])}, in quotes.`,
      },
    ],
  });
  new Variable(scope, "var.redis_family", {
    type: "string",
    description: "Parameter group family. null selects the family of the engine version.",
    default: null,
    nullable: true,
    rules: unlessNull("var.redis_family", [
      {
        condition: `can(${familyOfVersion}) ? var.redis_family == ${familyOfVersion} : true`,
        errorMessage: `redis_family ${shown("var.redis_family")} is not the family of \${var.engine} ${shown("var.redis_version")}. Remove redis_family, or set it to \${format("%q", try(${familyOfVersion}, "the family of a version that AWS offers"))}.`,
      },
    ]),
  });
  new Variable(scope, "var.node_type", {
    type: "string",
    description: 'Node type, e.g. "cache.r7g.large".',
    default: environment.nodeType,
    rules: inOrder(
      {
        condition: `can(regex("^cache[.][a-z][a-z0-9]{1,9}[.][a-z0-9]{4,12}$", var.node_type))`,
        errorMessage: `node_type ${shown("var.node_type")} is not a node type. Use one like "${environment.nodeType}".`,
      },
      {
        condition: `!can(regex("^cache[.](t1|m1|m2|c1)[.]", var.node_type))`,
        errorMessage: `node_type ${shown("var.node_type")} is of a generation without encryption in transit, failover or backups. Choose a current generation, e.g. "${environment.nodeType}".`,
      },
      // https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/CacheNodes.SupportedTypes.html
      // A live cache that is adopted may have one. Of cache.t2, which AWS created for longer, only a check warns.
      ...(environment.adopted === null
        ? [
            {
              condition: `!can(regex("^cache[.](m3|r3)[.]", var.node_type))`,
              errorMessage: `node_type ${shown("var.node_type")} is of a previous generation, of which AWS creates no new caches. Choose a current generation, e.g. "${environment.nodeType}".`,
            },
          ]
        : []),
      {
        condition: `!startswith(var.node_type, "cache.r6gd.")`,
        errorMessage: `node_type ${shown("var.node_type")} has data tiering, which is not supported: a live cache cannot be moved to or from it, and its backups restore only to nodes with data tiering. Choose a node type without it, e.g. "cache.r7g.large".`,
      },
      {
        // https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/CacheNodes.SupportedTypes.html
        condition: `!(contains(["5.0.6", "6.0"], var.redis_version) && can(regex("^cache[.](m7g|r7g|c7gn)[.]", var.node_type)))`,
        errorMessage: `node_type ${shown("var.node_type")} needs Redis OSS 6.2 or later, and redis_version is \${var.redis_version}. Choose an earlier generation, e.g. "cache.r6g.large", or a later version.`,
      },
    ),
  });
  warnOfNodeType(scope);
  new Variable(scope, "var.maxmemory_policy", {
    type: "string",
    description: "Eviction policy when memory is full (the parameter maxmemory-policy).",
    default: "volatile-lru",
    rules: [
      {
        condition: `contains(["volatile-lru", "allkeys-lru", "volatile-lfu", "allkeys-lfu", "volatile-random", "allkeys-random", "volatile-ttl", "noeviction"], var.maxmemory_policy)`,
        errorMessage: `maxmemory_policy ${shown("var.maxmemory_policy")} is not an eviction policy. Choose one of volatile-lru, allkeys-lru, volatile-lfu, allkeys-lfu, volatile-random, allkeys-random, volatile-ttl or noeviction.`,
      },
    ],
  });
  new Variable(scope, "var.reserved_memory_percent", {
    type: "number",
    description:
      "Percentage of each node's memory that is reserved for backups and replication (the parameter reserved-memory-percent, 0-100).",
    default: 25,
    rules: [
      {
        condition: isWholeNumber("reserved_memory_percent", 0, 100),
        errorMessage: `reserved_memory_percent is ${shownNumber("var.reserved_memory_percent")}. Use a whole number from 0 to 100; AWS recommends 25.`,
      },
    ],
  });
  new Variable(scope, "var.log_types", {
    type: "set(string)",
    description:
      "Logs to deliver to CloudWatch Logs: slow-log (Redis OSS 6.0 and later) and engine-log (6.2 and later).",
    default: ["slow-log", "engine-log"],
    rules: inOrder(
      {
        condition: `length(setsubtract(var.log_types, ["slow-log", "engine-log"])) == 0`,
        errorMessage: `log_types contains a log that ElastiCache does not have. Use ["slow-log", "engine-log"], one of them, or [].`,
      },
      {
        condition: `!(contains(var.log_types, "slow-log") && var.redis_version == "5.0.6")`,
        errorMessage: `log_types contains "slow-log", which Redis OSS \${var.redis_version} cannot deliver; 6.0 and later can. Set log_types = [].`,
      },
      {
        condition: `!(contains(var.log_types, "engine-log") && contains(["5.0.6", "6.0"], var.redis_version))`,
        errorMessage: `log_types contains "engine-log", which Redis OSS \${var.redis_version} cannot deliver; 6.2 and later can. Set log_types = \${jsonencode(var.redis_version == "6.0" ? ["slow-log"] : [])}.`,
      },
    ),
  });
}
