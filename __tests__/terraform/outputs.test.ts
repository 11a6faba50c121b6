import { cacheStacks, evaluatedArguments, type Given } from "../support/expressions";
import { policyStack, vaultStack, type Synthesized } from "../support/stacks";
import { describeTerraform } from "../support/terraform";

// Outputs are what their descriptions in the README promise. The commands: __tests__/workflows/command.test.ts.

const group = {
  id: "cache",
  port: 6379,
  snapshot_retention_limit: 21,
  primary_endpoint_address: "primary",
  reader_endpoint_address: "reader",
  configuration_endpoint_address: "configuration",
  final_snapshot_identifier: "final",
};
const created: Given = {
  "aws_elasticache_replication_group.redis": group,
  "aws_secretsmanager_secret.redis_auth": [{ arn: "secret" }],
  "aws_security_group.redis": { id: "sg-1" },
  "aws_sns_topic.redis_notifications": { arn: "alerts" },
  "aws_sns_topic.redis_events": { arn: "events" },
  "aws_sns_topic.redis_chat": { arn: "chat" },
  "aws_cloudwatch_dashboard.redis": { dashboard_name: "board" },
  "aws_s3_bucket.vault_landing": [{ id: "landing" }],
  "local.partition": "aws",
  "local.account_id": "111111111111",
  "var.vault_bucket_arn": "arn:aws:s3:::vault",
};

function outputsOf(stack: Synthesized, given: Given): Readonly<Record<string, unknown>> {
  const wanted = Object.entries(stack.output).filter(([name]) => !/^(manual_backup|restore_test)_command$/.test(name));
  const values = evaluatedArguments(wanted.map(([, { value }]) => ({ stack, given, argument: value })));
  return Object.fromEntries(wanted.map(([name], i) => [name, values[i]]));
}

describeTerraform.each(Object.entries(cacheStacks))("%s puts out", (name, synthesize) => {
  const stack = synthesize();

  test("where clients connect to, and what else there is", () => {
    const endpoints =
      name === "redis-sharded"
        ? { redis_configuration_endpoint: "configuration" }
        : { redis_endpoint: "primary", redis_reader_endpoint: "reader" };
    expect(outputsOf(stack, created)).toEqual({
      ...endpoints,
      redis_port: 6379,
      redis_replication_group_id: "cache",
      redis_security_group_id: "sg-1",
      redis_auth_secret_arn: "secret",
      redis_notifications_topic_arn: "alerts",
      redis_events_topic_arn: "events",
      redis_slack_topic_arns: ["alerts", "chat"],
      redis_dashboard_url:
        "https://ap-northeast-1.console.aws.amazon.com/cloudwatch/home?region=ap-northeast-1#dashboards/dashboard/board",
      backup_retention_days: 21,
      final_snapshot_name: "final",
      vault_copy_command: expect.stringMatching(
        /start-execution .*:111111111111:stateMachine:\S+-redis-vault-copy /,
      ) as unknown,
      vault_landing_bucket: "landing",
    });
  });

  test("of what the port is: of both endpoints, or with shards of every node", () => {
    expect(stack.output.redis_port?.description).toMatch(
      name === "redis-sharded" ? /of every node$/ : /of both endpoints$/,
    );
  });

  test("nothing, but no null, for what is not there: cdktf deploy ends with an error for null", () => {
    const absent = {
      ...created,
      "aws_elasticache_replication_group.redis": { ...group, final_snapshot_identifier: null },
      "aws_secretsmanager_secret.redis_auth": [],
      "aws_s3_bucket.vault_landing": [],
      "var.vault_bucket_arn": null,
    };
    expect(outputsOf(stack, absent)).toMatchObject({
      final_snapshot_name: "",
      redis_auth_secret_arn: "",
      vault_copy_command: "",
      vault_landing_bucket: "",
    });
  });

  test.each([
    ["aws-cn", "amazonaws.cn"],
    ["aws-us-gov", "amazonaws-us-gov.com"],
  ])("the dashboard in the console of the partition %s", (partition, host) => {
    const { redis_dashboard_url: url } = outputsOf(stack, { ...created, "local.partition": partition });
    expect(url).toMatch(new RegExp(`^https://ap-northeast-1\\.console\\.${host.replaceAll(".", "\\.")}/`));
  });
});

describeTerraform("redis-vault puts out", () => {
  const given = {
    "aws_s3_bucket.recovery": { id: "recovery" },
    "aws_s3_bucket.vault": { arn: "vault" },
    "aws_sns_topic.vault_alerts": { arn: "alerts" },
  };

  test("what environments need, and how long objects are kept", () => {
    expect(outputsOf(vaultStack(), given)).toEqual({
      recovery_bucket_name: "recovery",
      vault_alerts_topic_arn: "alerts",
      vault_bucket_arn: "vault",
      vault_retention: "locked for 35 days (governance), deleted after 35 days",
    });
    expect(outputsOf(vaultStack(), { ...given, "var.vault_keep_days": 365 }).vault_retention).toBe(
      "locked for 35 days (governance), deleted after 365 days",
    );
  });
});

describeTerraform("redis-backup-policy puts out", () => {
  test("its check, its topics, and the rules that there are", () => {
    const outputs = outputsOf(policyStack(), {
      "aws_sfn_state_machine.check": { arn: "check" },
      "aws_sns_topic.notifications": { arn: "alerts" },
      "aws_sns_topic.chat": { arn: "chat" },
      "aws_config_config_rule.retention": [{ name: "retention" }],
      "aws_config_config_rule.enabled": [],
    });
    expect(outputs).toMatchObject({
      check_state_machine_arn: "check",
      config_rule_names: ["retention"],
      notifications_topic_arn: "alerts",
      slack_topic_arns: ["alerts", "chat"],
    });
  });
});
