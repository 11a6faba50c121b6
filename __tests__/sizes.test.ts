import { policyJson } from "./support/policy-json";
import { argumentOf, cacheStacks, evaluatedArguments, type Case, type Given } from "./support/expressions";
import { judge } from "./support/judge";
import { everyStack, vaultStack, type Block, type Synthesized } from "./support/stacks";
import { describeTerraform } from "./support/terraform";

// Whatever the variables accept, nothing that is put together of their values is longer than AWS takes. The patterns and messages of rules
// on tampering: __tests__/tampering/rules.test.ts. Names: __tests__/physical-names.test.ts.

const arn = (service: string, resource: string): string =>
  `arn:aws-us-gov:${service}:ap-northeast-1:123456789012:${resource}`;
const machine = { arn: arn("states", `stateMachine:${"a".repeat(80)}`) };
const queue = {
  arn: arn("sqs", "a".repeat(80)),
  url: `https://sqs.ap-northeast-1.amazonaws.com/123456789012/${"a".repeat(80)}`,
};
const topic = { arn: arn("sns", "a".repeat(64)) };
const bucket = "b".repeat(63);

/** The longest that variables and names admit. */
const longest: Given = {
  "local.partition": "aws-us-gov",
  "local.region": "ap-northeast-1",
  "local.account_id": "123456789012",
  "data.aws_partition.current": { dns_suffix: "amazonaws.com.cn" },
  "local.name": "a".repeat(18),
  "local.replication_group_id": "a".repeat(40),
  // An adopted one has any name.
  "local.subnet_group_name": "a".repeat(255),
  "local.runbook": `https://${"a".repeat(192)}`,
  "local.restore_test_validator_name": "a".repeat(80),
  "local.vault_landing_bucket": bucket,
  "var.vault_bucket_arn": `arn:aws-us-gov:s3:::${bucket}`,
  "var.vpc_id": "vpc-0123456789abcdef0",
  "var.kms_key_id": arn("kms", `key/mrk-${"0".repeat(32)}`),
  "var.memory_usage_limit_percent": 100,
  "var.swap_usage_limit_mib": 1_000_000,
  "var.evictions_limit": 1_000_000_000,
  "var.replication_lag_limit_seconds": 86_400,
  "var.backup_shrink_limit_percent": 99,
  "var.backup_max_duration_minutes": 1439,
  "var.manual_backup_max_age_days": 80,
  "var.restore_test_max_age_days": 80,
  "var.rpo_target_hours": 720,
  "var.rto_target_minutes": 1440,
  "var.vault_copy_max_hours": 720,
  "var.vault_rpo_target_hours": 720,
  // A node of an adopted cluster.
  "each.value": "a".repeat(50),
  "aws_security_group.restore_test": { id: "sg-0123456789abcdef0" },
  ...Object.fromEntries(
    ["backup_check", "snapshot_source", "manual_backup", "restore_test", "check", "check_clusters", "vault_copy"].map(
      (name) => [`aws_sfn_state_machine.${name}`, machine],
    ),
  ),
  "aws_sqs_queue.schedules_dead_letters": queue,
  ...Object.fromEntries(
    ["notifications", "chat", "redis_notifications", "redis_chat", "redis_events"].map((name) => [
      `aws_sns_topic.${name}`,
      topic,
    ]),
  ),
};

interface Sized {
  /** What it is, with the stack. */
  readonly name: string;
  readonly cases: readonly Case[];
}

/** All in one run of Terraform: how long each is, in characters. */
const lengthsOf = (sized: readonly Sized[], toText: (value: unknown) => string): Readonly<Record<string, number>> => {
  const values = evaluatedArguments(sized.flatMap(({ cases }) => cases));
  let at = 0;
  return Object.fromEntries(
    sized.map(({ name, cases }) => {
      const own = values.slice(at, (at += cases.length));
      return [name, own.reduce<number>((sum, value) => sum + toText(value).length, 0)];
    }),
  );
};

const tooLong = (lengths: Readonly<Record<string, number>>, most: number): Readonly<Record<string, number>> =>
  Object.fromEntries(Object.entries(lengths).filter(([, length]) => length > most));

const each = <T>(take: (stack: Synthesized, name: string) => readonly T[]): readonly T[] =>
  Object.entries(everyStack).flatMap(([name, synthesize]) => take(synthesize(), name));

const documentIn = (policy: unknown): string => {
  const [, name] = /^\$\{data\.aws_iam_policy_document\.(\w+)(?:\[0\])?\.json\}$/.exec(String(policy)) ?? [];
  if (name === undefined) throw new Error(`${String(policy)} is not a policy document.`);
  return name;
};

const statementsOf = (stack: Synthesized, policy: unknown): Case => {
  const document = stack.data.aws_iam_policy_document?.[documentIn(policy)] ?? {};
  if ("dynamic" in document) throw new Error(`The statements of ${String(policy)} are not all counted.`);
  return { stack, given: longest, argument: document.statement };
};

const asPolicy = (statements: unknown): string => policyJson(statements as readonly Block[]);

describeTerraform("with the longest names and values that the variables accept,", () => {
  // https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html#reference_iam-quotas-entity-length: without spaces, and all
  // of a role together.
  test("IAM takes the policies of every role", () => {
    const roles = each((stack, name) => {
      const policies = Object.values(stack.resource.aws_iam_role_policy ?? {});
      return [...new Set(policies.map(({ role }) => String(role)))].map((role) => ({
        name: `${name}: ${role}`,
        cases: policies.filter((one) => one.role === role).map(({ policy }) => statementsOf(stack, policy)),
      }));
    });
    const lengths = lengthsOf(roles, asPolicy);
    expect(Math.min(...Object.values(lengths))).toBeGreaterThan(100);
    expect(tooLong(lengths, 10_240)).toEqual({});
  });

  // The same page: 2,048 until the quota is raised.
  test("IAM takes the trust of every role", () => {
    const roles = each((stack, name) =>
      Object.entries(stack.resource.aws_iam_role ?? {}).map(([role, { assume_role_policy }]) => ({
        name: `${name}: ${role}`,
        cases: [statementsOf(stack, assume_role_policy)],
      })),
    );
    const lengths = lengthsOf(roles, asPolicy);
    expect(Math.min(...Object.values(lengths))).toBeGreaterThan(100);
    expect(tooLong(lengths, 2048)).toEqual({});
  });

  // https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html and API_PutCompositeAlarm.html
  test("CloudWatch takes the description of every alarm", () => {
    const alarms = each((stack, name) =>
      ["aws_cloudwatch_metric_alarm", "aws_cloudwatch_composite_alarm"].flatMap((type) =>
        Object.entries(stack.resource[type] ?? {}).map(([alarm, { alarm_description: argument }]) => ({
          name: `${name}: ${type}.${alarm}`,
          cases: [{ stack, given: longest, argument }],
        })),
      ),
    );
    const lengths = lengthsOf(alarms, String);
    expect(Math.min(...Object.values(lengths))).toBeGreaterThan(100);
    expect(tooLong(lengths, 1024)).toEqual({});
  });

  // https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutCompositeAlarm.html
  test("CloudWatch takes the rule of every alarm over all nodes of a cache of 500, which names 100 alarms at most", () => {
    const rules = Object.entries(cacheStacks).flatMap(([name, synthesize]) => {
      const stack = synthesize();
      return Object.entries(stack.resource.aws_cloudwatch_composite_alarm ?? {}).map(
        ([alarm, { alarm_rule: rule }]) => {
          const alarms = Object.fromEntries(
            Array.from({ length: 500 }, (_, i) => [
              (i + 1).toString(),
              { alarm_name: `${"a".repeat(18)}-${alarm.replaceAll("_", "-")}-${(i + 1).toString()}` },
            ]),
          );
          const nodes = Object.fromEntries(Object.keys(alarms).map((place) => [place, "node"]));
          return {
            name: `${name}: ${alarm}`,
            cases: [
              {
                stack,
                // The last of five has the longest names.
                argument: String(rule).replaceAll("count.index", "4"),
                given: { "local.nodes": nodes, [`aws_cloudwatch_metric_alarm.${alarm}`]: alarms },
              },
            ],
          };
        },
      );
    });
    const texts = evaluatedArguments(rules.flatMap(({ cases }) => cases)).map(String);
    expect(texts.map((text) => text.split(" OR ").length)).toEqual(rules.map(() => 100));
    expect(texts.filter((text) => text.length > 10_240)).toEqual([]);
  });
});

describeTerraform("with as many ARNs and accounts as the variables accept,", () => {
  // S3 limits a bucket policy to 20 KB: https://docs.aws.amazon.com/AmazonS3/latest/userguide/using-iam-policies.html. It counts the policy
  // that it is sent, without spaces: https://github.com/MIT-LCP/physionet-build/issues/2094
  describe("the vault", () => {
    const source_account_ids = Array.from({ length: 300 }, (_, i) => (100_000_000_000 + i).toString());
    /** Of as many accounts as there are ARNs: each account is named once more, as a principal. */
    const reader_role_arns = Array.from(
      { length: 171 },
      (_, i) => `arn:aws:iam::${(200_000_000_000 + i).toString()}:role/a`,
    );

    test("has variables that accept them, and not one reader more", () => {
      const more = [...reader_role_arns, "arn:aws:iam::123456789012:role/one-more"];
      expect(judge(vaultStack(), [{ source_account_ids, reader_role_arns }, { reader_role_arns: more }])).toEqual([
        [],
        [expect.stringMatching(/^reader_role_arns has 172 ARNs/)],
      ]);
    });

    test.each(["vault", "recovery"])("has a policy of the bucket %s that S3 takes", (document) => {
      const stack = vaultStack();
      const given = {
        ...longest,
        "var.reader_role_arns": reader_role_arns,
        "statement.value": reader_role_arns,
        "local.source_account_ids": source_account_ids,
        [`aws_s3_bucket.${document}`]: { arn: `arn:aws-us-gov:s3:::${bucket}` },
      };
      const [statements, readers] = evaluatedArguments(
        ["statement", "dynamic.statement.content"].map((path) => ({
          stack,
          given,
          argument: argumentOf(stack, `data.aws_iam_policy_document.${document}`, path),
        })),
      ) as [readonly Block[], Block];
      const policy = policyJson([...statements, readers]);
      for (const part of [...reader_role_arns, ...(document === "vault" ? source_account_ids : [])])
        expect(policy).toContain(part);
      expect(policy.length).toBeLessThanOrEqual(20_480);
    });
  });

  // https://docs.aws.amazon.com/secretsmanager/latest/userguide/reference_limits.html
  test("Secrets Manager takes the policy of the secret", () => {
    const role = (name: string): string => `arn:aws-us-gov:iam::123456789012:role/${name}`;
    const secret_reader_arns = Array.from({ length: 50 }, (_, i) => role(`${"a".repeat(315)}${(100 + i).toString()}`));
    const deploy_role_arns = Array.from({ length: 5 }, (_, i) => role(`${"d".repeat(70)}${i.toString()}`));
    const stacks = Object.values(cacheStacks).map((synthesize) => synthesize());
    expect(JSON.stringify(secret_reader_arns).length).toBeGreaterThan(17_900);
    expect(stacks.map((stack) => judge(stack, [{ secret_reader_arns, deploy_role_arns }]))).toEqual(
      stacks.map(() => [[]]),
    );
    const policies = evaluatedArguments(
      stacks.map((stack) => ({
        stack,
        given: {
          ...longest,
          "var.secret_reader_arns": secret_reader_arns,
          "var.deploy_role_arns": deploy_role_arns,
          "aws_secretsmanager_secret.redis_auth": [{ arn: arn("secretsmanager", `secret:${"a".repeat(512)}`) }],
        },
        argument: argumentOf(stack, "data.aws_iam_policy_document.redis_auth", "statement"),
      })),
    ).map(asPolicy);
    for (const policy of policies) {
      expect(policy).toContain(secret_reader_arns[49]);
      expect(policy.length).toBeLessThanOrEqual(20_480);
    }
  });
});
