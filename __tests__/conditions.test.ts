import { environments } from "../stacks/environments";
import { RedisStack } from "../stacks/redis-stack";
import type { Overrides } from "../stacks/terraform/overrides";
import { adoptedProd } from "./support/adopted";
import { evaluated } from "./support/console";
import { everyStack, type Synthesized } from "./support/stacks";
import { synthesize } from "./support/synthesize";
import { describeTerraform } from "./support/terraform";

// Preconditions, postconditions and checks, as Terraform evaluates them, given what they read. Whether AWS and the provider have what they
// read: __tests__/e2e/network.test.ts, refusals in changes, auth-token, regions and life-*.

/** By the reference in the condition: `var.vpc_id`, `data.aws_vpcs.redis`, `self`. */
type Values = Readonly<Record<string, unknown>>;

interface Cases {
  /** What all of the following have, unless they say otherwise. */
  readonly given: Values;
  readonly good: readonly Values[];
  /** With what people are told. */
  readonly bad: readonly (readonly [values: Values, message: RegExp])[];
}

const own = { "local.region": "ap-northeast-1", "local.account_id": "111111111111", "local.stack": "redis-prod" };
const topic = (account: string): string => `arn:aws:sns:ap-northeast-1:${account}:alerts`;

/** Engine and AUTH of the live cache, and what is requested. */
const live = {
  "terraform_data.redis_engine": { output: { engine: "redis", version: "7.1", family: "redis7" } },
  "var.engine": "redis",
  "var.redis_version": "7.1",
  "local.redis_family": "redis7",
  "terraform_data.redis_auth": { output: { enabled: true, fingerprint: "abc" } },
  "var.enable_auth": true,
  "local.auth": { fingerprint: "abc" },
};
const withoutAuth = {
  "terraform_data.redis_auth": { output: { enabled: false, fingerprint: "" } },
  "var.enable_auth": false,
  "local.auth": { fingerprint: "" },
};
const liveGroup = (clusterEnabled: boolean, otherMode: RegExp): Cases => ({
  given: {
    ...own,
    ...live,
    self: { cluster_enabled: clusterEnabled, cluster_mode: clusterEnabled ? "enabled" : "disabled" },
  },
  good: [{}, withoutAuth],
  bad: [
    [
      { "var.engine": "valkey", "local.redis_family": "redis7" },
      /^The live cache was deployed as redis 7\.1, but engine and redis_version request valkey 7\.1\./,
    ],
    [{ "var.redis_version": "7.0" }, /UPGRADE_STACK=redis-prod npx cdktf deploy redis-prod\.$/],
    [{ "local.redis_family": "redis6.x" }, /^The live cache was deployed as redis 7\.1/],
    [{ "var.enable_auth": false }, /^enable_auth is false, but the live cache has an AUTH token/],
    [
      { ...withoutAuth, "var.enable_auth": true },
      /^enable_auth is true, but the live cache has no AUTH token\. .* ROTATE_AUTH_STACK=redis-prod/,
    ],
    [{ "local.auth": { fingerprint: "other" } }, /^The AUTH token in the state is not the token of the live cache/],
    [{ self: { cluster_enabled: !clusterEnabled, cluster_mode: clusterEnabled ? "disabled" : "enabled" } }, otherMode],
    ...(clusterEnabled
      ? []
      : ([
          [
            { self: { cluster_enabled: false, cluster_mode: "compatible" } },
            /^The live cache is in cluster mode compatible/,
          ],
        ] as const)),
  ],
});

const disabled = { cluster_enabled: false, cluster_mode: "disabled" };
const liveEngine = (engine: string, version: string, parameterGroup = "redis7-group"): Values => ({
  "data.aws_elasticache_cluster.live": { engine, engine_version: version, parameter_group_name: parameterGroup },
});

const engineOf = (engine: string, version: string, family: string) => ({ output: { engine, version, family } });
const tags = (count: number): Values =>
  Object.fromEntries(Array.from({ length: count }, (_, i) => [`tag-${i.toString()}`, "x"]));

const adoptedCluster = {
  engine: "redis",
  engine_version_actual: "7.1.0",
  cluster_enabled: false,
  cluster_mode: "disabled",
};

const key = {
  arn: "arn:aws:kms:ap-northeast-1:111111111111:key/1",
  key_state: "Enabled",
  key_spec: "SYMMETRIC_DEFAULT",
  key_manager: "CUSTOMER",
};
const unusable = (variable: string): Cases["bad"] => [
  [
    { self: { ...key, key_state: "Disabled" } },
    new RegExp(`^${variable} ${key.arn} has the key spec SYMMETRIC_DEFAULT and the state Disabled\\.`),
  ],
  [
    { self: { ...key, key_spec: "RSA_2048" } },
    new RegExp(`^${variable} ${key.arn} has the key spec RSA_2048 and the state Enabled\\.`),
  ],
];

const subscription = (endpoint: string, pending: boolean) => ({ endpoint, pending_confirmation: pending });
/** One address by itself, further ones by their key. */
const emails = (
  first: string,
  topicOfIt: string,
  ...others: readonly (readonly [first: string, topic: string])[]
): Cases => {
  const confirmed = ([name, of]: readonly [string, string]): Values => ({
    [`aws_sns_topic_subscription.${name}`]: [subscription("a@example.com", false)],
    [`aws_sns_topic_subscription.${name}_additional`]: { b: subscription("b@example.com", false) },
    [`aws_sns_topic.${of}`]: { name: "alerts" },
  });
  const all = [[first, topicOfIt] as const, ...others];
  return {
    given: Object.assign({}, ...all.map(confirmed)) as Values,
    good: [{}, ...all.map(([name]) => ({ [`aws_sns_topic_subscription.${name}`]: [] }))],
    bad: all.flatMap(([name]): Cases["bad"] => [
      [
        { [`aws_sns_topic_subscription.${name}`]: [subscription("a@example.com", true)] },
        /^a@example\.com will not receive [a-z ]*\b(alerts|messages|notifications)\b[a-z ]*: the subscription to alerts is not confirmed\./,
      ],
      [
        { [`aws_sns_topic_subscription.${name}_additional`]: { b: subscription("b@example.com", true) } },
        /^b@example\.com will not receive/,
      ],
    ]),
  };
};

const subnet = (vpc: string, zone: string, id = "subnet-1") => ({ id, vpc_id: vpc, availability_zone: zone });
const network = {
  ...own,
  "var.vpc_id": "vpc-1",
  "var.vpc_cidr": "10.0.0.0/16",
  "var.private_subnet_ids": ["subnet-1", "subnet-2"],
  "data.aws_vpcs.redis": { ids: ["vpc-1"] },
  "data.aws_vpc.redis": {
    "vpc-1": { cidr_block_associations: [{ cidr_block: "10.1.0.0/16" }, { cidr_block: "10.0.0.0/16" }] },
  },
  "data.aws_subnets.redis": { ids: ["subnet-1", "subnet-2", "subnet-3"] },
  "data.aws_subnet.redis": { a: subnet("vpc-1", "a"), b: subnet("vpc-1", "c", "subnet-2") },
};

const outsideOfTheVpc: Cases["bad"] = [
  [
    { "data.aws_vpcs.redis": { ids: [] }, "data.aws_vpc.redis": {} },
    /^vpc_id vpc-1 does not exist in ap-northeast-1 of account 111111111111\./,
  ],
  [
    { "var.vpc_cidr": "10.2.0.0/16" },
    /^vpc_cidr "10\.2\.0\.0\/16" is not a CIDR block of vpc-1\. Use one of 10\.1\.0\.0\/16, 10\.0\.0\.0\/16\.$/,
  ],
  [
    { "var.private_subnet_ids": ["subnet-1", "subnet-9"] },
    /^private_subnet_ids contains subnet-9, which do not exist in ap-northeast-1/,
  ],
  [
    { "data.aws_subnet.redis": { a: subnet("vpc-1", "a"), b: subnet("vpc-2", "b", "subnet-2") } },
    /^private_subnet_ids contains subnet-2 of vpc-2, outside of vpc_id vpc-1\./,
  ],
];

const validator = (account: string): string => `arn:aws:states:ap-northeast-1:${account}:stateMachine:validator`;
const restored = {
  "var.restore_from_snapshot": null,
  "var.restore_from_vault": null,
  "local.restored_from_vault": null,
  "aws_elasticache_replication_group.redis": { tags: { RestoredFrom: "good" } },
};

const cases: Readonly<Record<string, Cases>> = {
  "resource.aws_chatbot_slack_channel_configuration.redis": {
    given: own,
    good: [{ "var.slack_topic_arns": [] }, { "var.slack_topic_arns": [topic("111111111111")] }],
    bad: [
      [
        { "var.slack_topic_arns": [topic("111111111111"), topic("222222222222")] },
        /^slack_topic_arns contains a topic of another AWS account than 111111111111\./,
      ],
    ],
  },
  "resource.aws_elasticache_replication_group.redis": liveGroup(
    false,
    /^The live cache has cluster mode enabled, and the environment's entry has no shards/,
  ),
  "redis-sharded: resource.aws_elasticache_replication_group.redis": liveGroup(
    true,
    /^The live cache has cluster mode disabled, and the environment's entry has shards/,
  ),
  "redis-upgraded: resource.aws_elasticache_replication_group.redis": {
    given: {
      ...own,
      ...live,
      ...liveEngine("redis", "7.0.7"),
      "local.live_version": 7000,
      "local.requested_version": 7001,
      "var.apply_immediately": true,
      "aws_elasticache_parameter_group.redis": { name: "redis7-group" },
      self: disabled,
    },
    good: [
      {},
      withoutAuth,
      { "local.live_version": 7001 },
      { ...liveEngine("redis", "7.0.7", "redis6-x-group") },
      { "var.apply_immediately": false },
      { ...liveEngine("redis", "7.0.7"), "var.engine": "valkey" },
      { ...liveEngine("valkey", "7.2.6"), "var.engine": "valkey", "var.redis_version": "8.0" },
    ],
    bad: [
      [
        { ...liveEngine("valkey", "7.2.6"), "local.live_version": 7002, "local.requested_version": 7002 },
        /^The live cache runs Valkey, and ElastiCache cannot change it back to Redis OSS\./,
      ],
      [
        { "local.live_version": 7002 },
        /^The live cache runs redis 7\.0\.7, which is newer than redis_version 7\.1\. ElastiCache does not downgrade/,
      ],
      [
        { ...liveEngine("redis", "6.2.6", "redis6-x-group"), "var.apply_immediately": false },
        /^The upgrade needs another parameter group, redis7-group instead of redis6-x-group, and apply_immediately is false/,
      ],
      [{ "var.enable_auth": false }, /^enable_auth is false, but the live cache has an AUTH token/],
      [{ ...withoutAuth, "var.enable_auth": true }, /^enable_auth is true, but the live cache has no AUTH token\./],
      [{ "local.auth": { fingerprint: "other" } }, /^The AUTH token in the state is not the token of the live cache/],
      [{ self: { cluster_enabled: true, cluster_mode: "enabled" } }, /^The live cache has cluster mode enabled/],
      [{ self: { ...disabled, cluster_mode: "compatible" } }, /^The live cache is in cluster mode compatible/],
    ],
  },
  "redis-rotated: resource.aws_elasticache_replication_group.redis": {
    given: { ...own, ...live, self: disabled },
    good: [{}, { ...withoutAuth, "var.enable_auth": true }, { "local.auth": { fingerprint: "other" } }],
    bad: [
      [{ "var.redis_version": "7.0" }, /^The live cache was deployed as redis 7\.1/],
      [{ "var.enable_auth": false }, /^ROTATE_AUTH_STACK is set, but enable_auth is false\./],
      [{ self: { cluster_enabled: true, cluster_mode: "enabled" } }, /^The live cache has cluster mode enabled/],
      [{ self: { ...disabled, cluster_mode: "compatible" } }, /^The live cache is in cluster mode compatible/],
    ],
  },
  "resource.aws_elasticache_subnet_group.redis": {
    given: network,
    good: [
      {},
      { "data.aws_subnet.redis": { a: subnet("vpc-1", "a"), b: subnet("vpc-1", "b"), c: subnet("vpc-1", "b") } },
    ],
    bad: [
      ...outsideOfTheVpc,
      [
        { "data.aws_subnet.redis": { a: subnet("vpc-1", "a"), b: subnet("vpc-1", "a", "subnet-2") } },
        /^private_subnet_ids are all in a, so no failover is possible\./,
      ],
    ],
  },
  "redis-adopted: data.aws_elasticache_subnet_group.redis": {
    given: { ...network, self: { name: "orders-subnets", subnet_ids: ["subnet-2", "subnet-1"] } },
    good: [{}],
    bad: [
      ...outsideOfTheVpc,
      [
        { self: { name: "orders-subnets", subnet_ids: ["subnet-2", "subnet-3"] } },
        /^private_subnet_ids are not the subnets of orders-subnets, .* Use \["subnet-2","subnet-3"\], or .* --subnet-ids subnet-1 subnet-2\.$/,
      ],
    ],
  },
  "redis-adopted: resource.aws_elasticache_replication_group.redis": {
    given: {
      ...own,
      ...live,
      "var.enable_auth": false,
      "terraform_data.redis_auth": { input: { fingerprint: "none" }, output: { enabled: false, fingerprint: "" } },
      "local.auth": { fingerprint: "" },
      "local.families_by_version": { redis: { "6.2": "redis6.x", "7.0": "redis7", "7.1": "redis7" } },
      // The cluster has one of its own, and the stack ten.
      "local.tags": tags(30),
      self: adoptedCluster,
    },
    good: [
      {},
      { "local.tags": tags(39) },
      { "local.tags": { ...tags(39), Team: "orders", Name: "x" } },
      { "var.redis_version": "7.0", "terraform_data.redis_engine": engineOf("redis", "7.0", "redis7") },
    ],
    bad: [
      [
        { "local.tags": tags(40) },
        /^The adopted cluster would have 51 tags: its own 1, .* the 40 of the variable tags .* AWS accepts 50\./,
      ],
      [{ "var.redis_version": "7.0" }, /^The live cache was deployed as redis 7\.1,/],
      [
        { self: { ...adoptedCluster, cluster_enabled: true, cluster_mode: "enabled" } },
        /^The live cache has cluster mode enabled,/,
      ],
      [{ self: { ...adoptedCluster, cluster_mode: "compatible" } }, /^The live cache is in cluster mode compatible/],
      [{ "var.enable_auth": true }, /^The adopted cluster keeps accepting clients without an AUTH token,/],
      [
        { "terraform_data.redis_auth": { input: { fingerprint: "abc" }, output: { enabled: false, fingerprint: "" } } },
        /^The AUTH token of the live cache is already managed by this stack\./,
      ],
      [
        { self: { ...adoptedCluster, engine: "valkey" } },
        /^The adopted cluster runs version 7\.1\.0, but engine and redis_version request redis 7\.1\. .* UPGRADE_STACK=redis-prod/,
      ],
      [
        { self: { ...adoptedCluster, engine_version_actual: "6.2.6" } },
        /^The adopted cluster runs version 6\.2\.6, .* e\.g\. redis_version = "6\.2"/,
      ],
      [
        { self: { ...adoptedCluster, engine_version_actual: "7.0.7" } },
        /^The adopted cluster runs version 7\.0\.7, .* e\.g\. redis_version = "7\.0"/,
      ],
    ],
  },
  "resource.aws_security_group.redis": {
    given: { "terraform_data.redis_vpc": { output: "vpc-1" } },
    good: [{ "var.vpc_id": "vpc-1" }],
    bad: [[{ "var.vpc_id": "vpc-2" }, /^vpc_id is vpc-2, but the live cache is in vpc-1,/]],
  },
  "resource.aws_security_group.restore_test": {
    given: own,
    good: [{ "var.restore_test_validator_arn": null }, { "var.restore_test_validator_arn": validator("111111111111") }],
    bad: [
      [
        { "var.restore_test_validator_arn": validator("222222222222") },
        /^Invalid restore_test_validator_arn "arn:aws:states:.*": the state machine is in another account than the cache, whose account is 111111111111\./,
      ],
    ],
  },
  "resource.aws_vpc_security_group_ingress_rule.redis_security_group": {
    given: own,
    good: [
      { "var.allowed_security_group_ids": [], "data.aws_security_groups.allowed": [] },
      {
        "var.allowed_security_group_ids": ["sg-1", "222222222222/sg-9"],
        "data.aws_security_groups.allowed": [{ ids: ["sg-1"] }],
      },
    ],
    bad: [
      [
        { "var.allowed_security_group_ids": ["sg-1", "sg-2"], "data.aws_security_groups.allowed": [{ ids: ["sg-1"] }] },
        /^allowed_security_group_ids contains sg-2, which do not exist in ap-northeast-1/,
      ],
    ],
  },
  "data.aws_caller_identity.current": {
    given: {},
    good: [{ "terraform.workspace": "default" }],
    bad: [[{ "terraform.workspace": "blue" }, /^The Terraform workspace is blue,/]],
  },
  "data.aws_kms_key.alerts": {
    given: { self: key },
    good: [{}],
    bad: [
      ...unusable("alerts_kms_key_id"),
      [{ self: { ...key, key_manager: "AWS" } }, /^alerts_kms_key_id .* is managed by AWS,/],
    ],
  },
  "data.aws_kms_key.redis": {
    given: { self: key },
    good: [{}, { self: { ...key, key_manager: "AWS" } }],
    bad: unusable("kms_key_id"),
  },
  "check.node_type_known": {
    given: { "local.known_node_types": ["cache.r7g.large"], "local.nearest_node_type": "cache.r7g.large" },
    good: [{ "var.node_type": "cache.r7g.large" }],
    bad: [
      [
        { "var.node_type": "cache.r7q.large" },
        /^node_type "cache\.r7q\.large" is not among the node types .* did you mean "cache\.r7g\.large"\?$/,
      ],
      ...["cache.m3.large", "cache.r3.large", "cache.t2.small"].map(
        (type) => [{ "var.node_type": type }, new RegExp(`^node_type "${type}" is of a previous generation`)] as const,
      ),
    ],
  },
  "check.backups_readable": {
    given: { "var.backup_retention_days": 35, "var.manual_backups_kept": 12 },
    good: [
      { "var.num_node_groups": 1 },
      { "var.num_node_groups": 50 },
      { "var.num_node_groups": 87, "var.backup_retention_days": 7, "var.manual_backups_kept": 3 },
    ],
    bad: [
      [
        { "var.num_node_groups": 51 },
        /^num_node_groups is 51: with 20 backups on a page, .* fail, and their alarms report it\. .* at most 50 shards, or keep fewer backups/,
      ],
      [
        { "var.num_node_groups": 88, "var.backup_retention_days": 7, "var.manual_backups_kept": 3 },
        /^num_node_groups is 88: with 12 backups on a page, .* at most 87 shards,/,
      ],
      [{ "var.num_node_groups": 500 }, /^num_node_groups is 500: /],
    ],
  },
  "check.redis_auth_key": {
    given: { ...own, "var.secret_kms_key_id": null },
    good: [
      { "aws_secretsmanager_secret.redis_auth": [] },
      { "aws_secretsmanager_secret.redis_auth": [{ kms_key_id: null }] },
      { "aws_secretsmanager_secret.redis_auth": [{ kms_key_id: "" }] },
      { "aws_secretsmanager_secret.redis_auth": [{ kms_key_id: "key" }], "var.secret_kms_key_id": "other" },
    ],
    bad: [
      [
        { "aws_secretsmanager_secret.redis_auth": [{ kms_key_id: "key" }] },
        /^secret_kms_key_id is null, but the secret still has its customer managed key/,
      ],
    ],
  },
  "check.redis_email_confirmed": emails("redis_email", "redis_notifications", [
    "redis_email_snapshot_failed",
    "redis_events",
  ]),
  "check.email_confirmed": emails("email", "notifications"),
  "check.vault_email_confirmed": emails("vault_email", "vault_alerts"),
  "check.redis_restored": {
    given: restored,
    good: [
      {},
      { "var.restore_from_snapshot": "good" },
      { "var.restore_from_vault": { key: "k" }, "local.restored_from_vault": "good" },
    ],
    bad: [
      [{ "var.restore_from_snapshot": "other" }, /^restore_from_snapshot is "other", but the cache is live/],
      [
        { "var.restore_from_snapshot": "good", "aws_elasticache_replication_group.redis": { tags: {} } },
        /^restore_from_snapshot is "good", but/,
      ],
      [
        { "var.restore_from_vault": { key: "k" }, "local.restored_from_vault": "other" },
        /^restore_from_vault is \{"key":"k"\}, but the cache is live/,
      ],
    ],
  },
};

interface Condition {
  readonly condition: string;
  readonly error_message: string;
}

/** The conditions of a stack by the address of what has them. */
function conditionsOf({ resource, data, check }: Synthesized): Readonly<Record<string, readonly Condition[]>> {
  const list = (value: unknown): readonly Condition[] => (value === undefined ? [] : ([value].flat() as Condition[]));
  const blocks = Object.entries({ resource, data }).flatMap(([kind, types]) =>
    Object.entries(types).flatMap(([type, named]) =>
      Object.entries(named).map(([name, block]) => {
        const lifecycle = (block.lifecycle ?? {}) as Readonly<Record<string, unknown>>;
        return [
          `${kind}.${type}.${name}`,
          [...list(lifecycle.precondition), ...list(lifecycle.postcondition)],
        ] as const;
      }),
    ),
  );
  const checks = Object.entries(check).map(
    ([name, block]) => [`check.${name}`, list((block as { readonly assert?: unknown }).assert)] as const,
  );
  return Object.fromEntries([...blocks, ...checks].filter(([, conditions]) => conditions.length > 0));
}

const reference =
  /\b(data\.\w+\.\w+|terraform_data\.\w+|aws_\w+\.\w+|var\.\w+|local\.\w+|terraform\.workspace|self)\b/g;

/** What people are told in each case, by the first condition that refuses it; nothing if none does. */
function told(conditions: readonly Condition[], all: readonly Values[]): readonly (string | null)[] {
  const locals: Record<string, unknown> = {};
  const results = all.map((values, i) => {
    const name = (of: string): string => `case_${i}_${of.replaceAll(/\W/g, "_")}`;
    for (const [of, value] of Object.entries(values)) locals[name(of)] = value;
    const here = (text: string): string => text.replaceAll(reference, (of) => `local.${name(of)}`);
    conditions.forEach(({ condition, error_message }, k) => {
      locals[name(`condition${k}`)] = here(condition);
      locals[name(`message${k}`)] = here(error_message);
    });
    const first = conditions.map((_one, k) => `local.${name(`condition${k}`)} ? "" : local.${name(`message${k}`)}`);
    // A message that cannot be written, in a case that its condition accepts, is not asked for.
    return first.reduceRight((rest, one) => `(${one.replace('""', rest)})`, "null");
  });
  return evaluated(locals, `[${results.join(", ")}]`) as readonly (string | null)[];
}

/** Once for all stacks that have the same. */
const run = (overrides: Overrides) => (): Synthesized =>
  synthesize((app) => new RedisStack(app, "redis-dev", { ...environments.dev, overrides }));
const stacks: typeof everyStack = {
  ...everyStack,
  "redis-upgraded": run({ upgrade: true }),
  "redis-rotated": run({ rotateAuth: true }),
  "redis-adopted": () => synthesize((app) => new RedisStack(app, "redis-prod", adoptedProd)),
};
const named = new Map(
  Object.entries(stacks).flatMap(([stack, synthesize]) =>
    Object.entries(conditionsOf(synthesize())).map(([address, conditions]) => {
      const id = `${stack}: ${address}`;
      return [JSON.stringify([address, conditions]), [id, id in cases ? id : address, conditions] as const] as const;
    }),
  ),
);

test("there are cases for every condition, and for no other", () => {
  expect([...new Set([...named.values()].map(([, of]) => of))].sort()).toEqual(Object.keys(cases).sort());
});

describeTerraform("conditions", () => {
  test.each([...named.values()])("%s", (_id, of, conditions) => {
    const { given, good, bad } = cases[of] ?? { given: {}, good: [], bad: [] };
    const values = [...good, ...bad.map(([one]) => one)].map((one) => ({ ...given, ...one }));
    const messages = told(conditions, values);
    expect(messages).toEqual([
      ...good.map(() => null),
      ...bad.map(([, message]) => expect.stringMatching(message) as string),
    ]);
    // Each condition refuses something. Of some messages all is filled in, from the first word on.
    const beginnings = conditions.map(({ error_message }) => error_message.split("${")[0] ?? "");
    expect(beginnings.filter((beginning) => !messages.some((message) => message?.startsWith(beginning)))).toEqual([]);
  });
});
