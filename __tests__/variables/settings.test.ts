import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { environments } from "../../stacks/environments";
import { RedisStack } from "../../stacks/redis-stack";
import { environmentOf, type EnvironmentSettings } from "../../stacks/settings";
import { synthesize } from "../support/synthesize";

// What another cdktf app gets that names its environment and Region only: see examples/host-app. That undefined is the same as left out:
// environments.test.ts.

const named = { name: "shop", region: "eu-west-1" };

/** Each with what it spares people who have not thought of it. */
const defaults: readonly (readonly [setting: keyof EnvironmentSettings, value: unknown, promise: string])[] = [
  ["protectData", true, "no plan destroys data that nobody has declared expendable"],
  [
    "backupRetentionDays",
    { default: 30, floor: 15 },
    "backups are kept as long as in prod, and cannot be kept for less than two weeks",
  ],
  ["secretRecoveryDays", 30, "a deleted token can be recovered for as long as Secrets Manager offers"],
  ["nodes", 2, "there is a replica: for failover, and to take backups from"],
  ["nodeType", "cache.r7g.large", "nodes are of the type that staging and prod have"],
  ["shards", null, "clients need no support for cluster mode"],
  ["backupWindow", "03:00-05:00", "a backup is taken every day, in the article's window"],
  ["maintenanceWindow", "sun:05:00-sun:07:00", "maintenance begins when the backup window has ended"],
  ["manualBackup", false, "nothing that is billed besides the backups runs unless it is asked for"],
  ["restoreTest", false, "no temporary cache is billed unless it is asked for"],
  ["localTime", null, "windows are described in UTC, rather than by a clock that may be another's"],
  ["adopted", null, "the stack creates a cache of its own"],
];

describe("an environment of which only name and Region are given", () => {
  const environment = environmentOf(named);

  test.each(defaults)("has %s = %j: %s", (setting, value) => {
    expect(environment[setting]).toEqual(value);
  });

  test("has a default for every other setting, and for no setting unseen by this test", () => {
    expect(Object.keys(environment).sort()).toEqual(
      [...Object.keys(named), ...defaults.map(([setting]) => setting)].sort(),
    );
    expect(Object.keys(environment).sort()).toEqual(Object.keys(environments.prod).sort());
  });

  test("has the defaults that the comments on the settings show in an editor", () => {
    const text = readFileSync(resolve(__dirname, "../../stacks/settings.ts"), "utf8");
    const shown = [...text.matchAll(/@default (?!- )(\S+)\s*\*\/\s*readonly (\w+)\?:/g)].map(
      ([, value = "", setting = ""]) => [setting, JSON.parse(value) as unknown],
    );
    expect(shown.length).toBeGreaterThanOrEqual(9);
    const all: Readonly<Record<string, unknown>> = { ...environment };
    expect(shown).toEqual(shown.map(([setting]) => [setting, all[String(setting)]]));
  });

  const { variable, resource } = synthesize((app) => new RedisStack(app, "cache", named));

  test("refuses a plan that destroys or replaces the data, and keeps the final snapshot on", () => {
    expect(resource.aws_elasticache_replication_group?.redis?.lifecycle).toMatchObject({ prevent_destroy: true });
    expect(JSON.stringify(variable.create_final_snapshot?.validation)).toContain(
      "the data of ${var.environment} is protected",
    );
  });

  test("keeps backups 30 days, the fewest of which are 15, and has AUTH, whose token can be recovered", () => {
    expect(variable.backup_retention_days).toMatchObject({
      default: 30,
      description: expect.stringContaining("(15-35 here)") as unknown,
    });
    expect(variable.enable_auth?.default).toBe(true);
    expect(resource.aws_secretsmanager_secret?.redis_auth?.recovery_window_in_days).toBe(30);
  });
});

describe("a setting", () => {
  const others: EnvironmentSettings = {
    ...named,
    nodeType: "cache.m7g.large",
    nodes: 4,
    backupRetentionDays: { default: 20, floor: 10 },
    backupWindow: "10:00-11:00",
    maintenanceWindow: "mon:12:00-mon:13:00",
    manualBackup: true,
    restoreTest: true,
    protectData: false,
    secretRecoveryDays: 14,
  };
  const stack = synthesize((app) => new RedisStack(app, "cache", others));

  test.each([
    ["environment", "shop"],
    ["node_type", "cache.m7g.large"],
    ["num_cache_nodes", 4],
    ["backup_retention_days", 20],
    ["backup_window", "10:00-11:00"],
    ["maintenance_window", "mon:12:00-mon:13:00"],
    ["enable_manual_backup", true],
    ["enable_restore_test", true],
  ])("is the default of the variable %s: %j", (variable, value) => {
    expect(stack.variable[variable]?.default).toBe(value);
  });

  test("that enables one kind of verification enables no other", () => {
    const enabled = (settings: Partial<EnvironmentSettings>): readonly unknown[] => {
      const { variable } = synthesize((app) => new RedisStack(app, "cache", { ...named, ...settings }));
      return [variable.enable_manual_backup?.default, variable.enable_restore_test?.default];
    };
    expect(enabled({ manualBackup: true })).toEqual([true, false]);
    expect(enabled({ restoreTest: true })).toEqual([false, true]);
  });

  test("lets a plan destroy the data, or keeps the secret less long, where it says so", () => {
    expect(stack.resource.aws_elasticache_replication_group?.redis?.lifecycle).not.toMatchObject({
      prevent_destroy: true,
    });
    expect(stack.resource.aws_secretsmanager_secret?.redis_auth?.recovery_window_in_days).toBe(14);
  });

  test.each([
    [null, 3, "num_cache_nodes", 3],
    [4, 3, "num_node_groups", 4],
    [4, 3, "replicas_per_node_group", 2],
  ])("of %j shards and %d nodes each is the default of %s: %d", (shards, nodes, name, value) => {
    const { variable } = synthesize((app) => new RedisStack(app, "cache", { ...named, shards, nodes }));
    expect(variable[name]?.default).toBe(value);
  });
});
