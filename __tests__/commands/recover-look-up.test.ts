import { EC2Client } from "@aws-sdk/client-ec2";
import { SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { existing } from "../../scripts/commands/recover/existing";
import { lookUp } from "../../scripts/commands/recover/look-up";
import type { Change, Plan } from "../../scripts/commands/recover/plan";
import type { Values } from "../../scripts/commands/recover/resources";
import { takenNames } from "../../scripts/commands/recover/taken";
import type { WrittenStack } from "../../scripts/shared/synthesize";
import * as shared from "../../scripts/shared/terraform";

// By which id each resource is imported, and which of them AWS has. Terraform and AWS themselves: __tests__/e2e.
jest.mock("../../scripts/shared/terraform", () => ({
  ...jest.requireActual<typeof shared>("../../scripts/shared/terraform"),
  terraformIn: jest.fn(),
}));

const created = (address: string, after: Values, mode: Change["mode"] = "managed"): Change => {
  const [type = "", name = ""] = address.split(".");
  return { ...{ address, mode, type, name, provider_name: "" }, change: { actions: ["create"], before: null, after } };
};

/** A plan that creates these. */
function planOf(all: readonly Change[], partition = "aws"): Plan {
  const read = [
    { address: "data.aws_caller_identity.current", values: { account_id: "111111111111" } },
    { address: "data.aws_partition.current", values: { partition } },
  ];
  return {
    ...{ variables: {}, resource_changes: all, planned_values: { root_module: { resources: [] } } },
    prior_state: { values: { root_module: { resources: read } } },
  };
}

interface Sent {
  readonly constructor: { readonly name: string };
  readonly input: { readonly NextToken?: string; readonly Filters?: readonly { Name: string; Values: string[] }[] };
}

/** What AWS has, by the command that lists it: one thing on a page. */
function aws(has: Readonly<Record<string, (input: Sent["input"]) => readonly object[]>>): void {
  const members: Readonly<Record<string, string>> = {
    DescribeSecurityGroupsCommand: "SecurityGroups",
    DescribeSecurityGroupRulesCommand: "SecurityGroupRules",
    ListSecretsCommand: "SecretList",
    ListSecretVersionIdsCommand: "Versions",
  };
  const send = ({ constructor: { name }, input }: Sent): Promise<object> => {
    const all = has[name]?.(input) ?? [];
    const at = Number(input.NextToken ?? "0");
    const next = at + 1 < all.length ? { NextToken: String(at + 1) } : {};
    return Promise.resolve({ [members[name] ?? ""]: all.slice(at, at + 1), ...next });
  };
  for (const { prototype } of [EC2Client, SecretsManagerClient])
    jest.spyOn(prototype, "send").mockImplementation(send as never);
}

beforeEach(() => {
  aws({});
});

afterEach(() => {
  jest.restoreAllMocks();
});

const looked = async (all: readonly Change[], state: Readonly<Record<string, string>> = {}, partition?: string) => {
  const { candidates, leftBehind } = await lookUp(
    "redis-dev",
    "ap-northeast-1",
    planOf(all, partition),
    new Map(Object.entries(state)),
  );
  return { candidates: Object.fromEntries(candidates), leftBehind };
};

const slack = "chat-configuration/slack-channel/alerts";

test.each<[type: string, planned: Values, id: string | undefined]>([
  ["aws_cloudtrail", { name: "trail" }, "arn:aws:cloudtrail:ap-northeast-1:111111111111:trail/trail"],
  ["aws_cloudtrail", {}, undefined],
  ["aws_sfn_state_machine", { name: "backup" }, "arn:aws:states:ap-northeast-1:111111111111:stateMachine:backup"],
  ["aws_sns_topic", { name: "topic" }, "arn:aws:sns:ap-northeast-1:111111111111:topic"],
  [
    "aws_chatbot_slack_channel_configuration",
    { configuration_name: "alerts" },
    `arn:aws:chatbot::111111111111:${slack}`,
  ],
  ["aws_chatbot_slack_channel_configuration", {}, undefined],
  ["aws_scheduler_schedule", { group_name: "group", name: "daily" }, "group/daily"],
  ["aws_scheduler_schedule", { name: "daily" }, "default/daily"],
  ["aws_scheduler_schedule", { group_name: "group" }, undefined],
  ["aws_sqs_queue", { name: "queue" }, "https://sqs.ap-northeast-1.amazonaws.com/111111111111/queue"],
  ["aws_sqs_queue", {}, undefined],
  ["aws_iam_role_policy", { role: "role", name: "policy" }, "role:policy"],
  ["aws_iam_role_policy", { name: "policy" }, undefined],
  ["aws_cloudwatch_log_group", { name: "/logs" }, "/logs"],
  ["aws_cloudwatch_log_group", { name: "" }, undefined],
  ["aws_cloudwatch_log_group", { name: 1 }, undefined],
  ["aws_s3_bucket_policy", { bucket: "bucket" }, undefined],
])("%s %j is imported by its id, if that is known: %s", async (type, planned, id) => {
  const { candidates } = await looked([created(`${type}.x`, planned)]);
  expect(candidates).toEqual(id === undefined ? {} : { [`${type}.x`]: id });
});

test("in China, queues have the address of that partition", async () => {
  const { candidates } = await looked([created("aws_sqs_queue.x", { name: "queue" })], {}, "aws-cn");
  expect(candidates["aws_sqs_queue.x"]).toBe("https://sqs.ap-northeast-1.amazonaws.com.cn/111111111111/queue");
});

const group = created("aws_security_group.redis", { name: "dev-redis-sg", vpc_id: "vpc-1" });

describe("a security group", () => {
  const own = {
    Filters: [
      { Name: "group-name", Values: ["dev-redis-sg"] },
      { Name: "vpc-id", Values: ["vpc-1"] },
    ],
  };

  test("is found by its name in its VPC", async () => {
    const asked: unknown[] = [];
    aws({ DescribeSecurityGroupsCommand: (input) => (asked.push(input), [{ GroupId: "sg-1" }]) });
    expect((await looked([group])).candidates).toEqual({ "aws_security_group.redis": "sg-1" });
    expect(asked).toEqual([expect.objectContaining(own)]);
  });

  test("that AWS does not have is not imported, and none of its rules is looked for", async () => {
    const asked = jest.fn(() => []);
    aws({ DescribeSecurityGroupRulesCommand: asked });
    const rule = created("aws_vpc_security_group_ingress_rule.x", { from_port: 6379, cidr_ipv4: "10.0.0.0/16" });
    expect((await looked([group, rule])).candidates).toEqual({});
    expect(asked).not.toHaveBeenCalled();
  });
});

describe("a rule of a security group", () => {
  const rule = { IsEgress: false, FromPort: 6379 };
  const from = (GroupId: string) => ({ ReferencedGroupInfo: { GroupId } });
  // Whatever is listed first differs in one thing.
  const rules = [
    { ...rule, SecurityGroupRuleId: "egress", IsEgress: true, CidrIpv4: "10.0.0.0/16" },
    { ...rule, SecurityGroupRuleId: "egress to a group", IsEgress: true, ...from("sg-clients") },
    { ...rule, SecurityGroupRuleId: "another port", FromPort: 6380, CidrIpv4: "10.0.0.0/16" },
    { ...rule, SecurityGroupRuleId: "another port from a group", FromPort: 6380, ...from("sg-clients") },
    { ...rule, SecurityGroupRuleId: "other addresses", CidrIpv4: "10.1.0.0/16" },
    { ...rule, SecurityGroupRuleId: "another group", ...from("sg-other") },
    { ...rule, SecurityGroupRuleId: "of addresses", CidrIpv4: "10.0.0.0/16" },
    { ...rule, SecurityGroupRuleId: "of a group", ...from("sg-clients") },
  ];
  const address = "aws_vpc_security_group_ingress_rule.x";

  test.each<[Values, string | undefined]>([
    [{ cidr_ipv4: "10.0.0.0/16" }, "of addresses"],
    [{ cidr_ipv4: null, referenced_security_group_id: "sg-clients" }, "of a group"],
    [{ cidr_ipv4: "10.2.0.0/16" }, undefined],
  ])("is found by its direction, port and source, on every page: %j", async (source, id) => {
    aws({
      DescribeSecurityGroupRulesCommand: ({ Filters }) =>
        Filters?.[0]?.Name === "group-id" && Filters[0].Values[0] === "sg-1" ? rules : [],
    });
    const planned = created(address, { security_group_id: "sg-1", from_port: 6379, ...source });
    expect((await looked([planned])).candidates).toEqual(id === undefined ? {} : { [address]: id });
  });

  test.each<[string, Readonly<Record<string, string>>, string]>([
    ["the state has", { "aws_security_group.redis": "sg-state" }, "sg-state"],
    ["AWS has", {}, "sg-aws"],
  ])("is looked for in the group that %s, where its plan does not know it", async (_where, state, expected) => {
    aws({
      DescribeSecurityGroupsCommand: () => [{ GroupId: "sg-aws" }],
      DescribeSecurityGroupRulesCommand: ({ Filters }) => [
        { ...rule, CidrIpv4: "10.0.0.0/16", SecurityGroupRuleId: `of ${Filters?.[0]?.Values[0] ?? ""}` },
      ],
    });
    const { candidates } = await looked(
      [group, created(address, { from_port: 6379, cidr_ipv4: "10.0.0.0/16" })],
      state,
    );
    expect(candidates[address]).toBe(`of ${expected}`);
    expect("aws_security_group.redis" in candidates).toBe(expected === "sg-aws");
  });
});

const secretAddress = "aws_secretsmanager_secret.redis_auth[0]";
const versionAddress = "aws_secretsmanager_secret_version.redis_auth[0]";
const secret = created(secretAddress, { name_prefix: "dev-redis-auth-token-" });
const secretOf = (suffix: string, day: number, isSet: boolean) => ({
  ...{ ARN: `arn:${suffix}`, Name: `dev-redis-auth-token-${suffix}`, CreatedDate: new Date(Date.UTC(2026, 0, day)) },
  SecretVersionsToStages: { v: isSet ? ["AWSCURRENT"] : ["AWSPENDING"] },
  Tags: [{ Key: "RedisBackupStack", Value: "redis-dev" }],
});

test("a secret whose ARN begins with that of the one in use is left behind all the same", async () => {
  aws({ ListSecretsCommand: () => [secretOf("a", 3, true), secretOf("a-2", 2, true), secretOf("", 1, true)] });
  expect(await looked([secret])).toEqual({
    candidates: { [secretAddress]: "arn:a" },
    leftBehind: ["arn:a-2", "arn:"],
  });
});

test("of several secrets with values, the newest is taken, in whatever order they are listed", async () => {
  for (const days of [
    [1, 2, 3],
    [3, 2, 1],
    [2, 3, 1],
  ]) {
    aws({ ListSecretsCommand: () => days.map((day) => secretOf(String(day), day, true)) });
    expect((await looked([secret])).candidates).toEqual({ [secretAddress]: "arn:3" });
  }
});

test("a secret of a version without the tag of this project is the stack's by the tag that it had then", async () => {
  const tagged = (suffix: string, Value: string) => ({ ...secretOf(suffix, 1, true), Tags: [{ Key: "Stack", Value }] });
  aws({ ListSecretsCommand: () => [tagged("other", "redis-prod"), tagged("own", "redis-dev")] });
  expect(await looked([secret])).toEqual({ candidates: { [secretAddress]: "arn:own" }, leftBehind: [] });
});

describe("the value of a secret", () => {
  const version = created(versionAddress, {});
  const versions = [
    { VersionId: "older", VersionStages: ["AWSPREVIOUS"] },
    { VersionId: "none" },
    { VersionId: "live", VersionStages: ["AWSCURRENT"] },
  ];

  test("is the version that clients get", async () => {
    aws({ ListSecretsCommand: () => [secretOf("a", 1, true)], ListSecretVersionIdsCommand: () => versions });
    expect((await looked([secret, version])).candidates).toEqual({
      [secretAddress]: "arn:a",
      [versionAddress]: "arn:a|live",
    });
  });

  test("is not that of a secret whose name only contains the name of the stack's", async () => {
    const alike = { ...secretOf("b", 2, true), Name: "eu-dev-redis-auth-token-b" };
    aws({
      ListSecretsCommand: () => [alike, secretOf("a", 1, true)],
      ListSecretVersionIdsCommand: () => versions,
    });
    expect(await looked([secret, version])).toMatchObject({
      candidates: { [secretAddress]: "arn:a", [versionAddress]: "arn:a|live" },
      leftBehind: [],
    });
  });

  test("is not imported where clients get none", async () => {
    aws({
      ListSecretsCommand: () => [secretOf("a", 1, true)],
      ListSecretVersionIdsCommand: () => versions.slice(0, 2),
    });
    expect((await looked([secret, version])).candidates).toEqual({ [secretAddress]: "arn:a" });
  });

  test("is not looked for without a secret", async () => {
    const asked = jest.fn(() => versions);
    aws({ ListSecretVersionIdsCommand: asked });
    expect((await looked([secret, version])).candidates).toEqual({});
    expect(asked).not.toHaveBeenCalled();
  });
});

test.each(["AWSCURRENT", "AWSPENDING", "AWSPREVIOUS", "a label of the user's"])(
  "a secret counts as set, and its version as the live one, only where it has the value that clients get: %s",
  async (stage) => {
    const isLive = stage === "AWSCURRENT";
    aws({
      ListSecretsCommand: () => [
        { ...secretOf("newer", 2, true), SecretVersionsToStages: { v: [stage] } },
        secretOf("older", 1, true),
      ],
      ListSecretVersionIdsCommand: () => [{ VersionId: "v", VersionStages: [stage] }],
    });
    const arn = isLive ? "arn:newer" : "arn:older";
    expect((await looked([secret, created(versionAddress, {})])).candidates).toEqual({
      [secretAddress]: arn,
      ...(isLive && { [versionAddress]: `${arn}|v` }),
    });
  },
);

describe("a secret that the state has", () => {
  test.each<[string, readonly [ofState: boolean, other: boolean], string | undefined, string]>([
    ["died before it had a value, and clients use another: that one is taken", [false, true], "arn:b", "arn:a"],
    ["is used, and another one as well: it stays", [true, true], undefined, "arn:b"],
    ["has no value, and neither has another: it stays", [false, false], undefined, "arn:b"],
    ["is used, and another one died: it stays", [true, false], undefined, "arn:b"],
  ])("%s", async (_what, [ofState, other], taken, left) => {
    aws({ ListSecretsCommand: () => [secretOf("b", 2, other), secretOf("a", 1, ofState)] });
    const { candidates, leftBehind } = await looked([secret], { [secretAddress]: "arn:a" });
    expect(candidates).toEqual(taken === undefined ? {} : { [secretAddress]: taken });
    expect(leftBehind).toEqual([left]);
  });
});

test("what the state has is not looked for, except a parameter group of another family than the one planned", async () => {
  const [parameters, topic] = ["aws_elasticache_parameter_group.redis", "aws_sns_topic.x"];
  const all = [created(parameters, { name: "dev-redis-valkey8" }), created(topic, { name: "topic" })];
  const state = { [topic]: "arn:aws:sns:ap-northeast-1:111111111111:topic" };
  expect((await looked(all, { ...state, [parameters]: "dev-redis-valkey8" })).candidates).toEqual({});
  expect((await looked(all, { ...state, [parameters]: "dev-redis-redis7" })).candidates).toEqual({
    [parameters]: "dev-redis-valkey8",
  });
});

test("what Terraform only reads is not looked for", async () => {
  await expect(looked([created("aws_vpc.redis", {}, "data")])).resolves.toEqual({ candidates: {}, leftBehind: [] });
});

test("a resource that nobody said how to find ends the search with its type", async () => {
  await expect(looked([created("aws_new_thing.x", {})])).rejects.toThrow(
    "aws_new_thing.x: scripts/commands/recover/resources.ts does not say how a aws_new_thing is found in AWS.",
  );
});

interface Configuration {
  readonly import: readonly { readonly to: string; readonly id: string; readonly provider?: string }[];
  readonly [block: string]: unknown;
}

/** A Terraform that says of these ids that AWS lacks them; answers the configurations that it was run with. */
function terraformWithout(...absent: readonly string[]): readonly Configuration[] {
  const configurations: Configuration[] = [];
  jest
    .mocked(shared.terraformIn)
    .mockReset()
    .mockImplementation((folder) => (args) => {
      // Without -json it names no address; without -generate-config-out it tries no import that the configuration has no resource for.
      if (args.join(" ") !== "plan -json -generate-config-out=generated.tf")
        throw new Error(`Terraform is asked for something else: terraform ${args.join(" ")}`);
      const configuration = JSON.parse(readFileSync(join(folder, "main.tf.json"), "utf8")) as Configuration;
      configurations.push(configuration);
      const lines = configuration.import
        .filter(({ id }) => absent.includes(id))
        .map(({ to }) => ({
          severity: "error",
          summary: "Cannot import non-existent remote object",
          detail: `While attempting to import an existing object to ${JSON.stringify(to)}, the provider detected that no object exists with the given id.`,
        }))
        .map((diagnostic) => JSON.stringify({ type: "diagnostic", diagnostic }));
      const stdout = [...lines, "not JSON"].join("\n");
      return { ok: false, status: 1, stdout, text: stdout };
    });
  return configurations;
}

const stack = JSON.parse(
  JSON.stringify({
    ...{ name: "redis-dev", terraform: { required_version: ">= 1.9", backend: { s3: {} } } },
    provider: {
      random: [{}],
      aws: [
        { region: "ap-northeast-1", default_tags: [{}] },
        { alias: "global", region: "us-east-1" },
      ],
    },
    variable: { vpc_id: { type: "string", validation: [{ condition: "${data.aws_vpc.x}" }] } },
    resource: { aws_cloudwatch_event_rule: { forward: { provider: "aws.global" } }, aws_sns_topic: { x: {} } },
    import: [{ to: "aws_elasticache_replication_group.redis" }],
  }),
) as WrittenStack;

test("which of several AWS has is known by one plan without the rest of the stack", async () => {
  const configurations = terraformWithout("gone");
  const candidates = new Map([
    ["aws_sns_topic.x", "the-topic"],
    ["aws_sns_topic.y[0]", "gone"],
    ["aws_cloudwatch_event_rule.forward[0]", "the-rule"],
  ]);
  const there = await existing(stack, ["--var=a=b"], candidates);
  expect([...there.keys()]).toEqual(["aws_sns_topic.x", "aws_cloudwatch_event_rule.forward[0]"]);
  expect(configurations).toEqual([
    {
      terraform: { required_version: ">= 1.9" },
      provider: { random: [{}], aws: [{ region: "ap-northeast-1" }, { alias: "global", region: "us-east-1" }] },
      variable: { vpc_id: { type: "string", validation: [] } },
      import: [
        { to: "aws_sns_topic.candidate_0", id: "the-topic" },
        { to: "aws_sns_topic.candidate_1", id: "gone" },
        { to: "aws_cloudwatch_event_rule.candidate_2", id: "the-rule", provider: "aws.global" },
      ],
    },
  ]);
  const [, options] = jest.mocked(shared.terraformIn).mock.calls[0] ?? [];
  expect(options).toMatchObject({ values: ["--var=a=b"], env: { ...process.env, TF_WORKSPACE: undefined } });
});

describe("names of a first deploy that AWS has already", () => {
  test("are those of its resources, but not of a secret, which gets another one, nor of an adopted cluster", async () => {
    aws({ ListSecretsCommand: () => [secretOf("a", 1, true)] });
    const configurations = terraformWithout("free");
    const plan = planOf([
      secret,
      created("aws_sns_topic.x", { name: "topic" }),
      created("aws_cloudwatch_log_group.x", { name: "free" }),
      created("aws_elasticache_replication_group.redis", { replication_group_id: "orders" }),
    ]);
    const taken = await takenNames(stack, plan, []);
    expect(Object.fromEntries(taken)).toEqual({
      "aws_sns_topic.x": "arn:aws:sns:ap-northeast-1:111111111111:topic",
    });
    expect(configurations[0]?.import.map(({ id }) => id)).toEqual([
      "arn:aws:sns:ap-northeast-1:111111111111:topic",
      "free",
    ]);
  });

  test("are none, and Terraform is not run, where nothing has a name of its own", async () => {
    const configurations = terraformWithout();
    expect(await takenNames(stack, planOf([created("random_id.x", {})]), [])).toEqual(new Map());
    expect(configurations).toEqual([]);
  });
});
