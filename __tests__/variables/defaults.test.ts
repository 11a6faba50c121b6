import { everyStack, type VariableBlock } from "../support/stacks";

// What people get who set nothing but what has no default. README and the design promise it; why each is so is said here.

type Default = readonly [name: string, value: unknown, promise: string];

const ofEveryEnvironment: readonly Default[] = [
  ["create_final_snapshot", true, "destroying or replacing the cache takes a final snapshot first"],
  ["enable_auth", true, "nobody reads or writes the data without the token"],
  ["apply_immediately", true, "a deploy means now; only then does the next plan show no changes"],
  ["report_role_changes", true, "whoever gives a role other permissions is reported"],
  [
    "allow_empty_cache",
    false,
    "a restored backup without keys is a finding, until somebody says that the cache may be empty",
  ],
  // https://docs.aws.amazon.com/vpc/latest/userguide/amazon-vpc-limits.html#vpc-limits-security-groups
  ["security_group_rules_quota", 60, "no more clients are let in one by one than AWS allows without being asked"],
  ["log_types", ["slow-log", "engine-log"], "both logs are there when somebody needs them"],
  ["log_retention_days", 30, "logs do not pile up for ever"],
  ["maxmemory_policy", "volatile-lru", "only keys with a time to live are evicted, as by default on ElastiCache"],
  // https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/redis-memory-management.html
  ["reserved_memory_percent", 25, "a backup has the memory that AWS recommends for it"],
  ["engine", "redis", "the engine is the article's"],
  ["redis_version", "7.1", "the version is the last of Redis OSS on ElastiCache"],
  ["backup_max_duration_minutes", 180, "a missing backup is noticed three hours after the window"],
  ["backup_shrink_limit_percent", 50, "a backup of half the usual size is noticed before good ones age out"],
  ["memory_usage_limit_percent", 80, "an alarm is raised while there is memory for a backup"],
  // https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/CacheMetrics.WhichShouldIMonitor.html
  ["swap_usage_limit_mib", 50, "an alarm is raised at the swap that AWS warns of"],
  ["evictions_limit", 1000, "single evictions wake nobody"],
  ["replication_lag_limit_seconds", 30, "a backup lacks no more than half a minute of writes unnoticed"],
  ["restore_test_min_keys_ratio", 0.95, "a restored backup that lacks more than a twentieth of its keys is a finding"],
  ["rto_target_minutes", 60, "a restore that takes more than an hour is reported"],
  ["rpo_target_hours", 30, "a restored backup older than a day, and six hours for the backup itself, is reported"],
  ["restore_test_schedule", "cron(0 16 15 * ? *)", "a restore test runs every month"],
  ["restore_test_max_age_days", 35, "a monthly restore test that is missing is reported within days"],
  ["manual_backup_schedule", "cron(0 16 1 * ? *)", "a manual backup is taken every month"],
  ["manual_backup_max_age_days", 35, "a monthly manual backup that is missing is reported within days"],
  ["manual_backups_kept", 12, "monthly manual backups reach back a year"],
  ["vault_copy_max_hours", 30, "a daily copy that is missing is reported the same day"],
  ["vault_rpo_target_hours", 54, "the newest copy is never two backups behind unnoticed"],
  [
    "email_events",
    ["CacheNodeReplaceComplete", "FailoverComplete", "NodeReplacementScheduled", "ServiceUpdateAvailableForNode"],
    "people learn what clients may have noticed and what they have to plan for, and not of each backup",
  ],
];
const ofShards: readonly Default[] = [
  // https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/quota-limits.html
  ["nodes_per_cluster_quota", 90, "no more nodes are planned than AWS grants without being asked"],
];
const ofPolicy: readonly Default[] = [
  ["enable_config_rules", true, "clusters are held to the policy by AWS Config too"],
  ["check_schedule", "rate(1 day)", "every cluster is checked every day, the first time at deployment"],
  ["backup_floor_days", 7, "the minimum is the lowest floor of the environments"],
  ["backup_max_duration_minutes", 180, "a missing backup is noticed as late as by the environments' own check"],
  ["log_retention_days", 30, "logs do not pile up for ever"],
];
const ofVault: readonly Default[] = [
  ["vault_lock_mode", "governance", "a mistake can be undone: compliance cannot"],
  [
    "compliance_locks_cannot_be_removed_by_anyone_before_they_expire",
    false,
    "nobody locks objects for good without having said that they know",
  ],
  ["vault_lock_days", 35, "a copy cannot be deleted for as long as ElastiCache keeps automatic backups at most"],
  ["vault_data_events", false, "no request to the vault is billed as a data event unasked"],
  ["log_retention_days", 30, "records of requests do not pile up for ever"],
];

/** What the table of environments in the README says, and the example with shards for itself. */
const byEnvironment: Readonly<Record<string, readonly unknown[]>> = {
  environment: ["dev", "staging", "prod", "sharded"],
  node_type: ["cache.t4g.small", "cache.r7g.large", "cache.r7g.large", "cache.r7g.large"],
  num_cache_nodes: [2, 2, 3, undefined],
  num_node_groups: [undefined, undefined, undefined, 3],
  replicas_per_node_group: [undefined, undefined, undefined, 1],
  backup_retention_days: [7, 15, 30, 15],
  backup_window: ["03:00-05:00", "18:00-20:00", "18:00-20:00", "18:00-20:00"],
  maintenance_window: ["sun:05:00-sun:07:00", "sat:20:00-sat:22:00", "sat:20:00-sat:22:00", "sat:20:00-sat:22:00"],
  enable_manual_backup: [false, false, true, true],
  enable_restore_test: [false, false, true, true],
};
/** Follows from backup_window: vault-copy.test.ts. */
const derived = ["vault_copy_schedule"];

/** "Four values have no default" (README, "Deploy"): only what nobody can guess. */
const required = {
  environments: ["notification_email", "private_subnet_ids", "vpc_cidr", "vpc_id"],
  others: ["notification_email"],
};

const environmentNames = ["redis-dev", "redis-staging", "redis-prod", "redis-sharded"];
const variablesOf = (stack: string): Readonly<Record<string, VariableBlock>> => everyStack[stack]?.().variable ?? {};

const fixed: Readonly<Record<string, readonly Default[]>> = {
  ...Object.fromEntries(environmentNames.map((name) => [name, ofEveryEnvironment])),
  "redis-sharded": [...ofEveryEnvironment, ...ofShards],
  "redis-backup-policy": ofPolicy,
  "redis-vault": ofVault,
};

describe.each(Object.entries(fixed))("by default, in %s,", (stack, defaults) => {
  test.each(defaults.map(([name, value, promise]) => [promise, name, value] as const))(
    "%s (%s = %j)",
    (_promise, name, value) => {
      expect(variablesOf(stack)[name]?.default).toEqual(value);
    },
  );

  test("nothing else is set: no key, no account, no address, no tag, nobody who reads or deploys", () => {
    const said = new Set([...defaults.map(([name]) => name), ...derived, ...Object.keys(byEnvironment)]);
    const rest = Object.entries(variablesOf(stack)).filter(([name, block]) => !said.has(name) && "default" in block);
    const values = rest.map(([name, block]) => [name, block.default]);
    const nothing = rest.map(([name, { type }]) => [
      name,
      type.startsWith("set(") ? [] : type.startsWith("map(") ? {} : null,
    ]);
    expect(values).toEqual(nothing);
    expect(rest.length).toBeGreaterThan(3);
  });

  test("only what nobody can guess has to be set", () => {
    const without = Object.entries(variablesOf(stack)).filter(([, block]) => !("default" in block));
    expect(without.map(([name]) => name).sort()).toEqual(
      environmentNames.includes(stack) ? required.environments : required.others,
    );
  });
});

describe("an environment has by default what the README's table says", () => {
  test.each(Object.entries(byEnvironment))("of %s", (name, values) => {
    expect(environmentNames.map((stack) => variablesOf(stack)[name]?.default)).toEqual(values);
  });

  test("of a plan that destroys or replaces the data, which is refused in prod", () => {
    const isRefused = environmentNames.map((stack) => {
      const cache = everyStack[stack]?.().resource.aws_elasticache_replication_group?.redis;
      return (cache?.lifecycle as { readonly prevent_destroy?: boolean }).prevent_destroy ?? false;
    });
    expect(isRefused).toEqual([false, false, true, false]);
  });

  test("of the fewest days that backups are kept", () => {
    const floors = environmentNames.map(
      (stack) => /\((\d+)-35 here\)/.exec(variablesOf(stack).backup_retention_days?.description ?? "")?.[1],
    );
    expect(floors).toEqual(["7", "7", "15", "7"]);
  });
});
