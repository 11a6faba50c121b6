import { evaluatedArguments } from "../support/expressions";
import { policyStack } from "../support/stacks";
import { describeTerraform } from "../support/terraform";

// What AWS Config is asked to evaluate. In which Regions: config-rules.test.ts.
describeTerraform("AWS Config", () => {
  const stack = policyStack();
  const { retention, enabled } = stack.resource.aws_config_config_rule ?? {};

  test("holds every cluster to backup_floor_days, a number as text, as the managed rule takes it", () => {
    const [byDefault, given] = evaluatedArguments([
      { stack, argument: retention?.input_parameters },
      { stack, given: { "var.backup_floor_days": 14 }, argument: retention?.input_parameters },
    ]);
    expect(JSON.parse(byDefault as string)).toEqual({ snapshotRetentionPeriod: "7" });
    expect(JSON.parse(given as string)).toEqual({ snapshotRetentionPeriod: "14" });
  });

  test("runs the managed rule of each: one for the retention of Redis, one for any backup of Redis and Valkey", () => {
    expect(retention?.source).toEqual({
      owner: "AWS",
      source_identifier: "ELASTICACHE_REDIS_CLUSTER_AUTOMATIC_BACKUP_CHECK",
    });
    expect(enabled?.source).toEqual({ owner: "AWS", source_identifier: "ELASTICACHE_AUTOMATIC_BACKUP_CHECK_ENABLED" });
  });

  test("evaluates once a day: each evaluation is billed", () => {
    expect([retention, enabled].map((rule) => rule?.maximum_execution_frequency)).toEqual([
      "TwentyFour_Hours",
      "TwentyFour_Hours",
    ]);
  });
});
