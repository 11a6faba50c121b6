import type { Construct } from "constructs";
import { TerraformLocal } from "cdktf";
import type { Environment } from "../environments";
import { expression } from "../terraform/expression";
import { Variable } from "../terraform/variable";

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

/** What runs, on what, how many of it. */
export function engineVariables(scope: Construct, environment: Environment): void {
  new TerraformLocal(scope, "local.families_by_version", familiesByVersion);
  new TerraformLocal(
    scope,
    "local.redis_family",
    expression(`coalesce(var.redis_family, try(local.families_by_version[var.engine][var.redis_version], "none"))`),
  );

  new Variable(scope, "var.engine", {
    type: "string",
    description:
      "The engine: redis (Redis OSS) or valkey. A live cache goes from redis to valkey only, and only by an upgrade.",
    default: "redis",
    rules: [
      {
        condition: `contains(["redis", "valkey"], var.engine)`,
        errorMessage: `engine is "\${var.engine}". Write "redis" (Redis OSS) or "valkey".`,
      },
    ],
  });
  new Variable(scope, "var.redis_version", {
    type: "string",
    description: 'The engine version as <major>.<minor>, e.g. "7.1". AWS applies patches by itself.',
    default: "7.1",
    rules: [
      {
        condition: `can(local.families_by_version[var.engine][var.redis_version])`,
        errorMessage: `redis_version is "\${var.redis_version}", which AWS does not offer for the engine \${var.engine}. Write one of \${join(", ", keys(try(local.families_by_version[var.engine], local.families_by_version.redis)))}.`,
      },
    ],
  });
  new Variable(scope, "var.redis_family", {
    type: "string",
    description: "The parameter group family. null: the one of the engine version.",
    default: null,
    nullable: true,
    rules: [
      {
        condition: `var.redis_family == null || var.redis_family == try(local.families_by_version[var.engine][var.redis_version], "none")`,
        errorMessage: `redis_family is "\${coalesce(var.redis_family, "null")}", which is not the family of \${var.engine} \${var.redis_version}. Leave redis_family out, or write "\${try(local.families_by_version[var.engine][var.redis_version], "the family of a version that AWS offers")}".`,
      },
    ],
  });
  new Variable(scope, "var.node_type", {
    type: "string",
    description: 'The node type, e.g. "cache.r7g.large".',
    default: environment.nodeType,
    rules: [
      {
        condition: `can(regex("^cache\\\\.[a-z][a-z0-9]*\\\\.[a-z0-9]+$", var.node_type)) && !startswith(var.node_type, "cache.t1.")`,
        errorMessage: `node_type is "\${var.node_type}", which is no node type that can be backed up. Write one like "cache.r7g.large".`,
      },
    ],
  });
  new Variable(scope, "var.num_cache_nodes", {
    type: "number",
    description: "The number of nodes, the primary included (2-6). Backups are taken from a replica.",
    default: environment.nodes,
    rules: [
      {
        condition: `var.num_cache_nodes >= 2 && var.num_cache_nodes <= 6 && floor(var.num_cache_nodes) == var.num_cache_nodes`,
        errorMessage: `num_cache_nodes is \${var.num_cache_nodes}. Write a whole number from 2 (a primary and a replica to back up and fail over to) to 6.`,
      },
    ],
  });
  new Variable(scope, "var.maxmemory_policy", {
    type: "string",
    description: "What is evicted when memory is full (the parameter maxmemory-policy).",
    default: "volatile-lru",
    rules: [
      {
        condition: `contains(["volatile-lru", "allkeys-lru", "volatile-lfu", "allkeys-lfu", "volatile-random", "allkeys-random", "volatile-ttl", "noeviction"], var.maxmemory_policy)`,
        errorMessage: `maxmemory_policy is "\${var.maxmemory_policy}". Write one of volatile-lru, allkeys-lru, volatile-lfu, allkeys-lfu, volatile-random, allkeys-random, volatile-ttl or noeviction.`,
      },
    ],
  });
  new Variable(scope, "var.reserved_memory_percent", {
    type: "number",
    description:
      "How much of a node's memory is kept free for backups and replication, in percent (the parameter reserved-memory-percent, 0-100).",
    default: 25,
    rules: [
      {
        condition: `var.reserved_memory_percent >= 0 && var.reserved_memory_percent <= 100 && floor(var.reserved_memory_percent) == var.reserved_memory_percent`,
        errorMessage: `reserved_memory_percent is \${var.reserved_memory_percent}. Write a whole number from 0 to 100; AWS recommends 25.`,
      },
    ],
  });
  new Variable(scope, "var.log_types", {
    type: "set(string)",
    description:
      "Which logs are delivered to CloudWatch: slow-log (Redis OSS 6.0 and later) and engine-log (6.2 and later).",
    default: ["slow-log", "engine-log"],
    rules: [
      {
        condition: `length(setsubtract(var.log_types, ["slow-log", "engine-log"])) == 0`,
        errorMessage: `log_types has something that is no log of ElastiCache. Write ["slow-log", "engine-log"], one of them, or [].`,
      },
    ],
  });
}
