import type { Values } from "../support/judge";

/** Values of variables, the other ones being prod's own: what is accepted, and what is refused with which sentence. */
export interface RuleCases {
  readonly variables: string;
  readonly good: readonly Values[];
  readonly bad: readonly (readonly [Values, RegExp])[];
}

/** `name` with each of the values. */
const each = (name: string, ...values: readonly unknown[]): Values[] => values.map((value) => ({ [name]: value }));
const refuse = (message: RegExp, cases: readonly Values[]): [Values, RegExp][] =>
  cases.map((values) => [values, message]);

const long = "x".repeat(10_000);
const slack = { slack_team_id: "T07EA123LEP", slack_channel_id: "C07EZ1ABC23" };
const key = "1234abcd-12ab-34cd-56ef-1234567890ab";
const file = "arn:aws:s3:::bucket/backup-0001.rdb";
const subnets = ["subnet-0123456789abcdef0", "subnet-0fedcba9876543210"];
const role = (name: string | number): string => `arn:aws:iam::123456789012:role/${name}`;
/** ARNs of so many roles. */
const roles = (count: number): readonly string[] => Array.from({ length: count }, (_, i) => role(`app-${i}`));
/** The ARN of a role whose JSON, as the only element of a list, has so many characters. */
const roleOf = (characters: number): string => role("a".repeat(characters - JSON.stringify([role("")]).length));
/** A URL of so many characters. */
const url = (characters: number): string => "https://example.com/".padEnd(characters, "x");
/** A schedule of so many characters: minutes with two digits, and of one digit as many as it then takes. */
const schedule = (characters: number): string => {
  const left = characters - "cron(0 16 1 * ? *)".length;
  const short = (2 * left) % 3;
  return `cron(0${",0".repeat(short)}${",00".repeat((left - 2 * short) / 3)} 16 1 * ? *)`;
};

const blocks = (count: number): string[] =>
  Array.from({ length: count }, (_, i) => `10.${Math.floor(i / 256).toString()}.${(i % 256).toString()}.0/24`);
const emails = (count: number): string[] => Array.from({ length: count }, (_, i) => `team-${i.toString()}@example.com`);
const groups = (count: number): string[] =>
  Array.from({ length: count }, (_, i) => `sg-${(10_000_000 + i).toString()}`);

/** Of an environment with shards, instead of num_cache_nodes. */
export const shardRules: readonly RuleCases[] = [
  {
    variables: "restore_from_vault",
    good: each("restore_from_vault", null),
    bad: refuse(/restore_from_vault is set, but the cache has shards/, each("restore_from_vault", [file])),
  },
  {
    variables: "num_node_groups",
    good: [
      ...each("num_node_groups", 1, 3, 45, null),
      { num_node_groups: 90, replicas_per_node_group: 1, nodes_per_cluster_quota: 180 },
      { num_node_groups: 15, replicas_per_node_group: 5 },
      { num_node_groups: 250, nodes_per_cluster_quota: 500 },
    ],
    bad: [
      ...refuse(
        /num_node_groups is .* Use a whole number of shards from 1 to 500\./,
        each("num_node_groups", 0, -1, 2.5, 501, 1e30),
      ),
      ...refuse(/that is 92 nodes, and AWS allows 90 in a cluster\. Choose fewer/, each("num_node_groups", 46)),
      ...refuse(/that is 96 nodes/, [{ num_node_groups: 16, replicas_per_node_group: 5 }]),
      ...refuse(/that is 502 nodes, and AWS allows 500/, [{ num_node_groups: 251, nodes_per_cluster_quota: 500 }]),
    ],
  },
  {
    variables: "replicas_per_node_group",
    good: each("replicas_per_node_group", 1, 5, null),
    bad: refuse(
      /replicas_per_node_group is .* Use a whole number from 1 \(Multi-AZ needs a replica/,
      each("replicas_per_node_group", 0, 6, -1, 1.5),
    ),
  },
  {
    variables: "nodes_per_cluster_quota",
    good: each("nodes_per_cluster_quota", 90, 500, null),
    bad: refuse(
      /nodes_per_cluster_quota is .* Use a whole number from 90/,
      each("nodes_per_cluster_quota", 89, 501, 90.5),
    ),
  },
];

export const rules: readonly RuleCases[] = [
  {
    variables: "environment",
    good: [...each("environment", "prod", null)],
    bad: refuse(
      /environment .* is not the environment of this stack, which is prod\./,
      each("environment", "dev", "", "Prod", "prod\n"),
    ),
  },
  {
    variables: "account_id",
    good: each("account_id", null, "123456789012", "000000000000"),
    bad: refuse(
      /account_id .* is not an AWS account ID/,
      each("account_id", "", "12345678901", "1234-5678-9012", "１２３４５６７８９０１２", long),
    ),
  },
  {
    variables: "kms_key_id",
    good: each(
      "kms_key_id",
      null,
      `arn:aws:kms:ap-northeast-1:123456789012:key/${key}`,
      `arn:aws:kms:ap-northeast-1:123456789012:key/mrk-${key.replaceAll("-", "")}`,
    ),
    bad: refuse(
      /kms_key_id .* is not the ARN of a KMS key in ap-northeast-1\./,
      each(
        "kms_key_id",
        "",
        key,
        "alias/cache",
        "arn:aws:kms:ap-northeast-1:123456789012:alias/cache",
        `arn:aws:kms:us-east-1:123456789012:key/${key}`,
        long,
      ),
    ),
  },
  ...["alerts_kms_key_id", "logs_kms_key_id", "secret_kms_key_id"].map((name): RuleCases => ({
    variables: name,
    good: each(name, null, `arn:aws:kms:ap-northeast-1:123456789012:key/${key}`),
    bad: refuse(
      new RegExp(`${name} .* is not the ARN of a KMS key in ap-northeast-1\\.`),
      each(name, "", key, "alias/x", `arn:aws:kms:us-east-1:123456789012:key/${key}`, long),
    ),
  })),
  {
    variables: "secret_reader_arns",
    good: [
      ...each("secret_reader_arns", [], null),
      {
        secret_reader_arns: ["arn:aws:iam::123456789012:role/app/orders", "arn:aws:iam::123456789012:user/ann"],
        deploy_role_arns: ["arn:aws:iam::123456789012:role/deploy"],
      },
      { secret_reader_arns: roles(50), deploy_role_arns: [role("deploy")] },
    ],
    bad: [
      ...refuse(
        /secret_reader_arns: an element is not the ARN of an IAM role or user/,
        each(
          "secret_reader_arns",
          ["orders"],
          ["*"],
          ["arn:aws:iam::123456789012:root"],
          ["arn:aws:iam::123456789012:role/*"],
        ).map((values) => ({ ...values, deploy_role_arns: ["arn:aws:iam::123456789012:role/deploy"] })),
      ),
      ...refuse(
        /deploy_role_arns is empty, so the role that deploys could not read the secret/,
        each("secret_reader_arns", ["arn:aws:iam::123456789012:role/orders"]),
      ),
      ...refuse(/at most 50 ARNs and 18,000 characters in all/, [
        { secret_reader_arns: roles(51), deploy_role_arns: [role("deploy")] },
        {
          secret_reader_arns: Array.from({ length: 40 }, (_, i) => role(`${"app/".repeat(110)}${i.toString()}`)),
          deploy_role_arns: [role("deploy")],
        },
      ]),
    ],
  },
  {
    variables: "log_retention_days",
    good: each("log_retention_days", 1, 30, 3653, null),
    bad: [
      ...refuse(
        /log_retention_days is .*, which CloudWatch Logs does not offer/,
        each("log_retention_days", 2, -1, 30.5, 1e30),
      ),
      ...refuse(/log_retention_days is 0, with which CloudWatch Logs never deletes/, each("log_retention_days", 0)),
    ],
  },
  {
    variables: "vpc_id",
    good: each("vpc_id", "vpc-12345678", "vpc-0123456789abcdef0"),
    bad: refuse(
      /vpc_id .* is not a VPC ID/,
      each(
        "vpc_id",
        "",
        "vpc-1234567",
        "vpc-0123456789ABCDEF0",
        " vpc-12345678",
        "vpc-12345678\n",
        "subnet-12345678",
        "vpc-１２３４５６７８",
        long,
      ),
    ),
  },
  {
    variables: "vpc_cidr",
    good: [
      ...each(
        "vpc_cidr",
        "10.0.0.0/16",
        "172.16.0.0/16",
        "172.31.255.0/24",
        "192.168.0.0/16",
        "100.64.0.0/16",
        "100.127.255.240/28",
      ),
      // Nobody is let in by it.
      { vpc_cidr: "11.0.0.0/16", allowed_security_group_ids: ["sg-0123456789abcdef0"] },
      { vpc_cidr: "11.0.0.0/16", allowed_cidr_blocks: ["10.0.1.0/24"] },
      {
        vpc_cidr: "11.0.0.0/16",
        allowed_security_group_ids: ["sg-0123456789abcdef0"],
        allowed_cidr_blocks: ["10.0.1.0/24"],
      },
    ],
    bad: [
      ...refuse(
        /vpc_cidr .* is not an IPv4 CIDR block/,
        each(
          "vpc_cidr",
          "",
          "10.0.0.0",
          "10.0.0.0/33",
          "256.0.0.0/16",
          "fd00::/8",
          "10.0.0.0/16 ",
          "10.0.0.0/16\n",
          long,
        ),
      ),
      ...refuse(/vpc_cidr .* Use "10\.0\.0\.0\/16"\./, each("vpc_cidr", "10.0.0.1/16", "10.0.255.255/16")),
      ...refuse(
        /vpc_cidr .* is not a private block/,
        each(
          "vpc_cidr",
          "0.0.0.0/0",
          "11.0.0.0/16",
          "172.32.0.0/16",
          "172.15.0.0/16",
          "192.169.0.0/16",
          "100.128.0.0/16",
          "8.0.0.0/6",
          // Larger than the private range in them; two begin where it does.
          "10.0.0.0/7",
          "192.168.0.0/15",
          "172.0.0.0/11",
          "100.0.0.0/9",
        ),
      ),
      ...refuse(/vpc_cidr .* from \/16 to \/28/, each("vpc_cidr", "10.0.0.0/15", "10.0.0.0/29")),
    ],
  },
  {
    variables: "private_subnet_ids",
    good: each("private_subnet_ids", subnets, [...subnets, "subnet-12345678"]),
    bad: [
      ...refuse(/private_subnet_ids contains fewer than the two subnets/, each("private_subnet_ids", subnets.slice(1))),
      ...refuse(/private_subnet_ids contains fewer than the two subnets/, each("private_subnet_ids", [])),
      ...refuse(
        /private_subnet_ids contains a subnet more than once/,
        each("private_subnet_ids", [...subnets, ...subnets]),
      ),
      ...refuse(
        /private_subnet_ids contains an element that is not a subnet ID/,
        each("private_subnet_ids", [...subnets, ""], ["vpc-12345678", "subnet-12345678"], [...subnets, null]),
      ),
    ],
  },
  {
    variables: "allowed_security_group_ids",
    good: each(
      "allowed_security_group_ids",
      [],
      ["sg-12345678", "sg-0123456789abcdef0"],
      ["123456789012/sg-0123456789abcdef0"],
      null,
    ),
    bad: refuse(
      /allowed_security_group_ids contains an element that is not/,
      each(
        "allowed_security_group_ids",
        [""],
        ["sg-1234567"],
        ["sg-12345678", "10.0.0.0/16"],
        ["12345/sg-12345678"],
        [null],
      ),
    ),
  },
  {
    variables: "allowed_cidr_blocks",
    good: [
      ...each("allowed_cidr_blocks", [], ["10.0.1.0/24"], ["10.0.0.1/32", "100.64.0.0/10", "10.0.0.0/8"], null),
      { allowed_cidr_blocks: blocks(60) },
      { allowed_security_group_ids: groups(60) },
      { allowed_cidr_blocks: blocks(20), allowed_security_group_ids: groups(40) },
      { allowed_cidr_blocks: blocks(500), allowed_security_group_ids: groups(500), security_group_rules_quota: 1000 },
    ],
    bad: [
      ...refuse(
        /allowed_security_group_ids and allowed_cidr_blocks have 61 elements\. .* AWS allows 60 in a group\. Merge blocks/,
        [
          { allowed_cidr_blocks: blocks(61) },
          { allowed_security_group_ids: groups(61) },
          { allowed_cidr_blocks: blocks(30), allowed_security_group_ids: groups(31) },
        ],
      ),
      ...refuse(/have 201 elements\. .* AWS allows 200 in a group\. .* set security_group_rules_quota to what/, [
        { allowed_cidr_blocks: blocks(200), allowed_security_group_ids: groups(1), security_group_rules_quota: 200 },
      ]),
      ...refuse(
        /allowed_cidr_blocks contains an element that is not an IPv4 CIDR block/,
        each("allowed_cidr_blocks", [""], ["10.0.0.0/8", "::/0"], [null], ["10.0.0.1", "me"]),
      ),
      ...refuse(
        /not an IPv4 CIDR block\. Use \["10\.0\.0\.0\/8","10\.0\.1\.7\/32"\]\./,
        each("allowed_cidr_blocks", ["10.0.1.7", "10.0.0.0/8"]),
      ),
      ...refuse(
        /allowed_cidr_blocks contains an address .* Use \["10\.0\.1\.0\/24"\]\./,
        each("allowed_cidr_blocks", ["10.0.1.7/24"]),
      ),
      ...refuse(
        /allowed_cidr_blocks contains a block that is not private/,
        each(
          "allowed_cidr_blocks",
          ["0.0.0.0/0"],
          ["10.0.0.0/8", "1.1.1.1/32"],
          // Larger than the private range in them; two begin where it does.
          ["10.0.0.0/7"],
          ["192.168.0.0/15"],
          ["172.0.0.0/11"],
          ["100.0.0.0/9"],
        ),
      ),
    ],
  },
  {
    variables: "security_group_rules_quota",
    good: each("security_group_rules_quota", 60, 1000, null),
    bad: refuse(
      /security_group_rules_quota is .* Use a whole number from 60 \(AWS's default\) to 1000/,
      each("security_group_rules_quota", 59, 1001, 60.5),
    ),
  },
  {
    variables: "tags",
    good: each(
      "tags",
      {},
      { CostCenter: "4711", "team:owner": "a/b=1+2 @x_-." },
      { kosten: "", コスト: "本社" },
      Object.fromEntries(Array.from({ length: 30 }, (_, i) => [`k${i}`, "v"])),
      { ["コ".repeat(128)]: "é".repeat(256) },
      null,
    ),
    bad: [
      ...refuse(
        /tags has .*, which AWS does not accept\. Use keys/,
        each(
          "tags",
          { "": "x" },
          { "aws:x": "y" },
          { "AWS:x": "y" },
          { x: 'a"b' },
          { x: "{% $x %}" },
          { x: "y".repeat(257) },
          { x: null },
          { ["x".repeat(129)]: "" },
        ),
      ),
      ...refuse(
        /tags has .*, which the stack sets itself\. Remove it/,
        each(
          "tags",
          { ManagedBy: "x" },
          { name: "x" },
          { RedisBackupStack: "x" },
          { Environment: "x" },
          { stack: "x" },
        ),
      ),
      ...refuse(/differ only in upper and lower case/, each("tags", { Team: "x", team: "y" })),
      ...refuse(
        /tags has 31 tags\. Use at most 30/,
        each("tags", Object.fromEntries(Array.from({ length: 31 }, (_, i) => [`k${i}`, "v"]))),
      ),
    ],
  },
  {
    variables: "ignored_tags",
    good: [
      ...each(
        "ignored_tags",
        [],
        ["awsApplication"],
        ["awsApplication", "acme:*", "コスト"],
        ["コ".repeat(128), `${"é".repeat(128)}*`],
      ),
      { tags: { CostCenter: "4711" }, ignored_tags: ["awsApplication", "Cost:*"] },
    ],
    bad: [
      ...refuse(
        /ignored_tags contains an element that is not the key of a tag/,
        each("ignored_tags", [""], ["*"], ["a*b"], ["a**"], ['a"b'], ["x".repeat(129)], [null]),
      ),
      ...refuse(
        /ignored_tags contains .+, which would include tags that the stack sets or reads itself/,
        each("ignored_tags", ["Name"], ["RedisBackupStack"], ["Redis*"], ["backupfloordays"], ["A*"], ["Env*"]),
      ),
      ...refuse(/CostCenter is both in tags and in ignored_tags/, [
        { tags: { CostCenter: "4711" }, ignored_tags: ["CostCenter"] },
        { tags: { CostCenter: "4711" }, ignored_tags: ["Cost*"] },
      ]),
    ],
  },
  {
    variables: "engine and redis_version",
    good: [
      ...each("engine", "redis", null),
      ...each("redis_version", "5.0.6", "6.0", "6.2", "6.x", "7.0", "7.1", null).map((values) => ({
        ...values,
        node_type: "cache.r6g.large",
        log_types: [],
      })),
      ...each("redis_version", "7.2", "8.0", "8.1", "8.2", "9.0", "9.1").map((values) => ({
        ...values,
        engine: "valkey",
      })),
    ],
    bad: [
      ...refuse(/engine .* is not a supported engine/, each("engine", "", "Redis", "memcached", "redis ", long)),
      ...refuse(
        /redis_version .* is not a version that AWS offers for redis\. Choose one of "5\.0\.6", .*"7\.1", in quotes\./,
        each("redis_version", "", "7", "7.x", "7.1.0", "7.2", "8.0", " 7.1", "7.1\n", "6.1", "5.0", "７.１", long),
      ),
      ...refuse(/is not a version that AWS offers for valkey\. Choose one of "7\.2", "8\.0"/, [
        { engine: "valkey" },
        { engine: "valkey", redis_version: "7.0" },
      ]),
    ],
  },
  {
    variables: "redis_family",
    good: [
      ...each("redis_family", null, "redis7"),
      { redis_family: "valkey8", engine: "valkey", redis_version: "8.1" },
    ],
    bad: [
      ...refuse(
        /redis_family .* is not the family of redis "7\.1"\. Remove redis_family, or set it to "redis7"\./,
        each("redis_family", "", "redis6.x", "redis6.2", "valkey7", "redis7 ", long),
      ),
      ...refuse(/or set it to "valkey8"/, [{ redis_family: "redis7", engine: "valkey", redis_version: "8.0" }]),
    ],
  },
  {
    variables: "create_final_snapshot",
    good: each("create_final_snapshot", true, null),
    bad: refuse(
      /create_final_snapshot is false, but the data of prod is protected: .*UNPROTECT_STACK=redis-prod\./,
      each("create_final_snapshot", false),
    ),
  },
  {
    variables: "node_type",
    good: each("node_type", "cache.t4g.micro", "cache.r7g.16xlarge", "cache.m5.large", "cache.c7gn.large", null),
    bad: [
      ...refuse(
        /node_type .* is not a node type/,
        each(
          "node_type",
          "",
          "r7g.large",
          "cache.r7g",
          "cache.r7g.large ",
          "Cache.r7g.large",
          "db.r7g.large",
          "cache..large",
          long,
        ),
      ),
      ...refuse(
        /node_type .* generation without encryption in transit/,
        each("node_type", "cache.t1.micro", "cache.m1.small", "cache.m2.xlarge", "cache.c1.xlarge"),
      ),
      ...refuse(
        /node_type .* previous generation, of which AWS creates no new caches/,
        each("node_type", "cache.m3.medium", "cache.r3.large"),
      ),
      ...refuse(/node_type .* has data tiering/, each("node_type", "cache.r6gd.xlarge")),
      ...refuse(
        /node_type .* needs Redis OSS 6\.2 or later, and redis_version is 6\.0/,
        each("node_type", "cache.m7g.large", "cache.r7g.large").map((values) => ({
          ...values,
          redis_version: "6.0",
          log_types: [],
        })),
      ),
    ],
  },
  {
    variables: "num_cache_nodes",
    good: each("num_cache_nodes", 2, 6, null),
    bad: refuse(/num_cache_nodes is .* Use a whole number from 2/, each("num_cache_nodes", 1, 7, 0, -2, 2.5, 1e30)),
  },
  {
    variables: "maxmemory_policy",
    good: each("maxmemory_policy", "noeviction", "volatile-lfu", null),
    bad: refuse(
      /maxmemory_policy .* is not an eviction policy/,
      each("maxmemory_policy", "", "lru", "volatile-lru ", "NOEVICTION", long),
    ),
  },
  {
    variables: "reserved_memory_percent",
    good: each("reserved_memory_percent", 0, 25, 100, null),
    bad: refuse(
      /reserved_memory_percent is .* Use a whole number from 0 to 100/,
      each("reserved_memory_percent", -1, 101, 25.5, 1e30),
    ),
  },
  {
    variables: "log_types",
    good: [
      ...each("log_types", [], ["slow-log"], ["engine-log", "slow-log"], null),
      { redis_version: "6.0", node_type: "cache.r6g.large", log_types: ["slow-log"] },
      { redis_version: "6.2" },
    ],
    bad: [
      ...refuse(
        /log_types contains a log that ElastiCache does not have/,
        each("log_types", [""], ["slow"], ["slow-log", "audit-log"]),
      ),
      ...refuse(/"slow-log", which Redis OSS 5\.0\.6 cannot deliver/, [
        { redis_version: "5.0.6", node_type: "cache.r6g.large", log_types: ["slow-log"] },
        { redis_version: "5.0.6", node_type: "cache.r6g.large" },
      ]),
      ...refuse(/"engine-log", which Redis OSS 6\.0 cannot deliver; .* Set log_types = \["slow-log"\]\./, [
        { redis_version: "6.0", node_type: "cache.r6g.large" },
      ]),
      ...refuse(/"engine-log", which Redis OSS 5\.0\.6 cannot deliver/, [
        { redis_version: "5.0.6", node_type: "cache.r6g.large", log_types: ["engine-log"] },
      ]),
    ],
  },
  {
    variables: "backup_retention_days",
    good: each("backup_retention_days", 15, 35, null),
    bad: refuse(
      /backup_retention_days is .* from 15 .* to 35/,
      each("backup_retention_days", 14, 36, 0, -1, 15.5, 1e30),
    ),
  },
  {
    variables: "windows",
    good: [
      ...each("backup_window", "18:00-19:00", "23:30-00:30", "00:00-23:59", null)
        .map((values) => ({ ...values, maintenance_window: "sat:20:00-sat:21:00" }))
        .slice(0, 2),
      ...each("maintenance_window", "SAT:20:00-Sat:22:00", "sun:23:00-mon:00:00", "mon:20:00-tue:18:00"),
    ],
    bad: [
      ...refuse(
        /backup_window .* is not a daily window/,
        each(
          "backup_window",
          "",
          "18:00",
          "18:00-24:00",
          "1:00-2:00",
          "18:60-20:00",
          "18.00-20.00",
          "18:00 - 20:00",
          "18:00-20:00 ",
          "18:00-20:00\n",
          "１８:00-20:00",
          long,
        ),
      ),
      ...refuse(
        /backup_window "18:00-18:59" is 59 minutes long, but ElastiCache requires at least 60/,
        each("backup_window", "18:00-18:59"),
      ),
      ...refuse(/backup_window "18:00-18:00" is 0 minutes long/, each("backup_window", "18:00-18:00")),
      // Of a window that is none, nothing is said about an overlap as well.
      ...refuse(/backup_window "20:30-21:00" is 30 minutes long/, each("backup_window", "20:30-21:00")),
      ...refuse(
        /maintenance_window .* is not a weekly window/,
        each(
          "maintenance_window",
          "",
          "20:00-22:00",
          "sat:20:00",
          "sat:20:00-sat:24:00",
          "saturday:20:00-saturday:22:00",
          "sat:20:00-sat:22:00 ",
          "sat:20:00-sat:22:00\n",
          "xxx:20:00-sat:22:00",
          long,
        ),
      ),
      ...refuse(
        /is 59 minutes long, but ElastiCache requires at least 60/,
        each("maintenance_window", "sat:20:00-sat:20:59"),
      ),
      ...refuse(
        /is 1441 minutes long, but ElastiCache allows at most 24 hours/,
        each("maintenance_window", "sat:20:00-sun:20:01"),
      ),
      ...refuse(/maintenance_window .* and backup_window .* overlap/, [
        { maintenance_window: "sat:19:59-sat:22:00" },
        { maintenance_window: "mon:17:00-mon:18:01" },
        { maintenance_window: "mon:20:00-tue:20:00" },
        { maintenance_window: "mon:20:00-tue:18:01" },
        { maintenance_window: "sun:23:30-mon:00:30", backup_window: "00:00-01:00" },
      ]),
    ],
  },
  {
    variables: "restore_from_snapshot",
    good: each(
      "restore_from_snapshot",
      null,
      "a",
      "prod-redis-final-1a2b3c4d",
      "a".repeat(40),
      "automatic.prod-redis-cluster-2026-01-31-18-00",
    ),
    bad: [
      ...refuse(
        /restore_from_snapshot .* is a backup file in S3, which cannot be restored directly\. docs\/restore\.md/,
        each("restore_from_snapshot", "arn:aws:s3:::backups/orders-0001.rdb", "s3://backups/orders-0001.rdb"),
      ),
      ...refuse(
        /restore_from_snapshot .* is not the name of a backup/,
        each(
          "restore_from_snapshot",
          "",
          "1a",
          "a--b",
          "a-",
          "a b",
          "a\n",
          "a".repeat(41),
          "automatic.",
          "auto.matic",
          "ä",
          long,
        ),
      ),
    ],
  },
  {
    variables: "vault_bucket_arn",
    good: each(
      "vault_bucket_arn",
      null,
      "arn:aws:s3:::redis-vault-objects-123456789012-ap-northeast-3",
      "arn:aws-cn:s3:::a.b-c",
    ),
    bad: refuse(
      /vault_bucket_arn .* is not the ARN of an S3 bucket/,
      each("vault_bucket_arn", "", "bucket", "arn:aws:s3:::ab", "arn:aws:s3:::bucket/key", "arn:aws:s3:::Bucket", long),
    ),
  },
  {
    variables: "restore_from_vault",
    good: each("restore_from_vault", null, [file], [file.replace("aws", "aws-cn")]),
    bad: [
      ...refuse(/restore_from_vault has \d files\./, each("restore_from_vault", [], [file, file])),
      ...refuse(
        /restore_from_vault contains an element that is not the ARN of a backup file/,
        each(
          "restore_from_vault",
          ...["", "s3://bucket/a.rdb", "arn:aws:s3:::bucket", `${file}.gz`, `${file},${file}`].map((one) => [one]),
          [null],
        ),
      ),
      [
        { restore_from_vault: [file], restore_from_snapshot: "a" },
        /Both restore_from_vault and restore_from_snapshot are set/,
      ],
    ],
  },
  {
    variables: "notification_email",
    good: each("notification_email", "oncall@example.com", "a.b+c@x-y.example.co.jp"),
    bad: [
      ...refuse(
        /^notification_email "Oncall & Co <oncall@example\.com>" is not/,
        each("notification_email", "Oncall & Co <oncall@example.com>"),
      ),
      ...refuse(
        /notification_email .* is not an email address/,
        each(
          "notification_email",
          "",
          "oncall",
          "@example.com",
          "a@b",
          "a b@example.com",
          " a@example.com",
          "a@example.com\n",
          "a@example.com,b@example.com",
          "a..b@example.com",
          "a@-x.com",
          "ä@example.com",
          `${long}@example.com`,
        ),
      ),
    ],
  },
  {
    variables: "notification_email, additional_notification_emails",
    good: [
      { notification_email: "a@example.com", additional_notification_emails: ["b@example.com", "c@example.com"] },
      { notification_email: null, additional_notification_emails: ["b@example.com"] },
      { notification_email: "a@example.com", additional_notification_emails: emails(100) },
    ],
    bad: [
      ...refuse(/nobody would receive alerts\. Set at least one address\./, [
        { notification_email: null },
        { notification_email: null, additional_notification_emails: [] },
      ]),
      ...refuse(
        /additional_notification_emails contains an element that is not an email address/,
        each("additional_notification_emails", [""], ["oncall"], ["b@example.com", " c@example.com"], [null]),
      ),
      ...refuse(
        /additional_notification_emails contains notification_email\./,
        each("additional_notification_emails", ["oncall@example.com"], ["OnCall@example.com", "b@example.com"]),
      ),
      ...refuse(
        /additional_notification_emails has 101 addresses\. .* Use at most 100, e\.g\. the address of a mailing list/,
        each("additional_notification_emails", emails(101)),
      ),
      ...refuse(
        /contains an address twice/,
        each("additional_notification_emails", ["b@example.com", "B@example.com"]),
      ),
    ],
  },
  {
    variables: "alarm_action_arns",
    good: each(
      "alarm_action_arns",
      [],
      ["arn:aws:sns:ap-northeast-1:123456789012:pager"],
      [1, 2, 3, 4].map((i) => `arn:aws:sns:ap-northeast-1:123456789012:pager_${i.toString()}`),
      [
        "arn:aws:lambda:ap-northeast-1:123456789012:function:pager:live",
        "arn:aws:ssm:ap-northeast-1:123456789012:opsitem:1#CATEGORY=Availability",
        "arn:aws:ssm-incidents::123456789012:responseplan/redis",
      ],
      null,
    ),
    bad: [
      ...refuse(
        /alarm_action_arns contains an element that is not an action of an alarm in ap-northeast-1/,
        each(
          "alarm_action_arns",
          [""],
          ["pager"],
          ["arn:aws:sns:us-east-1:123456789012:pager"],
          ["arn:aws:sns::123456789012:pager"],
          ["arn:aws:lambda::123456789012:function:pager"],
          ["arn:aws:sns:ap-northeast-1:123456789012:pager.fifo"],
          ["arn:aws:sns:ap-northeast-1:123456789012:my pager"],
          ["arn:aws:sns:ap-northeast-1:123456789012:pager:1f0e"],
          [`arn:aws:sns:ap-northeast-1:123456789012:${long}`],
          ["arn:aws:ssm:ap-northeast-1:123456789012:opsitem:9"],
          ["arn:aws:s3:::bucket"],
          [null],
        ),
      ),
      ...refuse(
        /alarm_action_arns has 5 ARNs\. .* Use at most 4/,
        each(
          "alarm_action_arns",
          [1, 2, 3, 4, 5].map((i) => `arn:aws:sns:ap-northeast-1:123456789012:pager-${i.toString()}`),
        ),
      ),
    ],
  },
  {
    variables: "deploy_role_arns",
    good: each(
      "deploy_role_arns",
      [],
      ["arn:aws:iam::123456789012:role/deploy", "arn:aws-cn:iam::123456789012:role/ci/deploy"],
      roles(5),
      [roleOf(600)],
      null,
    ),
    bad: [
      ...refuse(
        /an element is not the ARN of an IAM role/,
        each(
          "deploy_role_arns",
          ["deploy"],
          ["arn:aws:iam::123456789012:user/deploy"],
          ["arn:aws:sts::123456789012:assumed-role/deploy/session"],
          ["arn:aws:iam::123456789012:role/*"],
          [null],
        ),
      ),
      ...refuse(/at most 5 roles and 600 characters in all/, each("deploy_role_arns", roles(6), [roleOf(601)])),
    ],
  },
  {
    variables: "runbook_base_url",
    good: each(
      "runbook_base_url",
      null,
      "https://example.com/redis/blob/main/docs/runbook.md",
      "https://wiki.example.com/x?id=1",
      url(200),
    ),
    bad: refuse(
      /runbook_base_url .* is not a URL that a browser can open/,
      each(
        "runbook_base_url",
        "",
        "http://example.com",
        "docs/runbook.md",
        "https://example.com/a b",
        "https://example.com/#top",
        url(201),
        long,
      ),
    ),
  },
  {
    variables: "slack",
    good: [
      { slack_team_id: null, slack_channel_id: null },
      { slack_team_id: "T07EA123LEP", slack_channel_id: "C07EZ1ABC23" },
    ],
    bad: [
      [{ slack_team_id: "T07EA123LEP" }, /Only one of slack_team_id and slack_channel_id is set\./],
      [{ slack_channel_id: "C07EZ1ABC23" }, /Only one of slack_team_id and slack_channel_id is set\./],
      ...refuse(
        /slack_team_id .* is not a Slack workspace ID/,
        ["", "my-team", "t07ea123lep", "C07EZ1ABC23", long].map((slack_team_id) => ({
          slack_team_id,
          slack_channel_id: "C07EZ1ABC23",
        })),
      ),
      ...refuse(
        /slack_channel_id .* is not a Slack channel ID/,
        ["", "#backups", "c07ez1abc23", "T07EA123LEP", long].map((slack_channel_id) => ({
          slack_team_id: "T07EA123LEP",
          slack_channel_id,
        })),
      ),
    ],
  },
  {
    variables: "email_events",
    good: each(
      "email_events",
      [],
      ["FailoverComplete"],
      ["CacheNodeReplaceComplete", "FailoverComplete", "NodeReplacementScheduled", "ServiceUpdateAvailableForNode"],
    ),
    bad: [
      ...refuse(
        /email_events contains \[.+\], which are no events that can be sent/,
        each(
          "email_events",
          ["SnapshotComplete"],
          ["ElastiCache:FailoverComplete"],
          ["failovercomplete"],
          [""],
          [null],
        ),
      ),
      ...refuse(/email_events contains \["<failover> & more"\],/, each("email_events", ["<failover> & more"])),
      ...refuse(
        /email_events has 5 events\. The filter of an SNS subscription takes five/,
        each("email_events", [
          "CacheNodeReplaceComplete",
          "CacheNodesRebooted",
          "FailoverComplete",
          "NodeReplacementScheduled",
          "ServiceUpdateAvailableForNode",
        ]),
      ),
    ],
  },
  {
    variables: "slack_topic_arns",
    good: [
      { slack_topic_arns: [] },
      { ...slack, slack_topic_arns: ["arn:aws:sns:ap-northeast-1:123456789012:dev-redis-chat"] },
      { ...slack, slack_topic_arns: ["arn:aws-us-gov:sns:us-gov-west-1:123456789012:redis-backup-policy-chat"] },
    ],
    bad: [
      [
        { slack_topic_arns: ["arn:aws:sns:ap-northeast-1:123456789012:dev-redis-chat"] },
        /slack_topic_arns is set, but slack_team_id and slack_channel_id are not\./,
      ],
      ...refuse(
        /slack_topic_arns contains an element that is not the ARN of a standard SNS topic/,
        [
          "dev-redis-chat",
          "arn:aws:sns:ap-northeast-1:123456789012:chat.fifo",
          "arn:aws:sqs:ap-northeast-1:123456789012:chat",
          "arn:aws:sns:ap-northeast-1:1234:chat",
          "arn:aws:sns:ap-northeast-1:123456789012:dev-redis-chat:0f9d1b2c",
          null,
        ].map((arn) => ({ ...slack, slack_topic_arns: [arn] })),
      ),
    ],
  },
  ...(
    [
      ["backup_max_duration_minutes", 1, 1440],
      ["memory_usage_limit_percent", 1, 100],
      ["swap_usage_limit_mib", 0, 1_000_000],
      ["evictions_limit", 0, 1_000_000_000],
      ["replication_lag_limit_seconds", 1, 86_400],
    ] as const
  ).map(([name, low, high]) => ({
    variables: name,
    good: each(name, low, high, null),
    bad: refuse(
      new RegExp(`${name} is .*\\. Use a whole number from ${low.toString()} to ${high.toString()}`),
      each(name, low - 1, high + 1, low + 0.5),
    ),
  })),
  ...(
    [
      ["manual_backups_kept", 1, 100],
      ["manual_backup_max_age_days", 1, 80],
      ["restore_test_max_age_days", 1, 80],
      ["rto_target_minutes", 1, 1440],
      ["rpo_target_hours", 1, 720],
      ["vault_copy_max_hours", 1, 720],
      ["vault_rpo_target_hours", 1, 720],
    ] as const
  ).map(([name, low, high]) => ({
    variables: name,
    good: each(name, low, high, null),
    bad: refuse(
      new RegExp(`${name} is .*\\. Use a whole number of [a-z]+ from ${low.toString()} to ${high.toString()}`),
      each(name, low - 1, high + 1, low + 0.5),
    ),
  })),
  ...["manual_backup_schedule", "restore_test_schedule", "vault_copy_schedule"].map((name) => ({
    variables: name,
    good: each(
      name,
      ...["rate(30 days)", "rate(1 day)", "rate(12 hours)", "cron(0 16 1 * ? *)", "cron(30 2 ? * SUN#1 *)"],
      ...["cron(0 1/8 ? JAN-MAR,JUL 2-6 2026-2030)", "cron(0 0 L * ? *)", "cron(0 0 15W * ? *)", "cron(0 0 LW * ? *)"],
      ...["cron(0 0 31 * ? *)", "cron(0 0 29 2 ? *)", "cron(0 0 29 FEB ? 2027-2028)", "cron(0 0 30,31 2,3 ? *)"],
      ...["cron(0 0 ? FEB MON-FRI 2199)", "cron(0 0 ? * 6L *)", "cron(*/30 22-23,0-2 */2 */3 ? */2)"],
      ...["cron(0 16 1 * ? 2026)", "cron(0 16 ? * SUN 1970-2026)", schedule(256)],
      null,
    ),
    bad: [
      ...refuse(
        new RegExp(`${name} .* is not a recurring schedule\\. Use cron\\(`),
        each(
          name,
          ...[
            "",
            "monthly",
            "rate(0 days)",
            "rate(1.5 days)",
            "rate(1 week)",
            "at(2026-01-31T00:00:00)",
            "0 16 1 * ? *",
          ],
          ...[
            "cron(0 16 1 * *)",
            "cron(60 16 1 * ? *)",
            "cron(0 24 1 * ? *)",
            "cron(0 16 32 * ? *)",
            "cron(0 16 1 13 ? *)",
          ],
          ...["cron(0 16 ? * 8 *)", "cron(0 16 1 * ? *) ", "CRON(0 16 1 * ? *)", long],
          ...["cron(99 99 * * ? *)", "cron(0, 16 1 * ? *)", "cron(,0 16 1 * ? *)", "cron(0,,1 16 1 * ? *)"],
          ...["cron(0 16 1,?,2 * ? *)", "cron(0 16 - * ? *)", "cron(0 16 1- * ? *)", "cron(0 16 ? * #2 *)"],
          ...["cron(*/0 16 1 * ? *)", "cron(0 */00 1 * ? *)", "cron(0 16 1/0 * ? *)", "cron(0 16 1 * ? */0)"],
          ...["cron(*/60 16 1 * ? *)", "cron(0 */24 1 * ? *)", "cron(0 16 */32 * ? *)", "cron(0 16 1 */13 ? *)"],
          schedule(257),
        ),
      ),
      ...refuse(
        new RegExp(`${name} .* has a range that runs backwards\\.`),
        each(
          name,
          ...["cron(30-10 16 1 * ? *)", "cron(0 22-2 1 * ? *)", "cron(0 16 1,9-3 * ? *)", "cron(0 16 1 DEC-FEB ? *)"],
          ...[
            "cron(0 16 ? * FRI-MON *)",
            "cron(0 16 ? * 7-1 *)",
            "cron(0 16 1 * ? 2030-2026)",
            "cron(0 9-3/2 1 * ? *)",
          ],
        ),
      ),
      ...refuse(
        new RegExp(`${name} .* is for years that are past\\.`),
        each(name, "cron(0 16 1 * ? 2001)", "cron(0 16 1 * ? 2025)", "cron(0 16 ? * SUN 1970-2020)"),
      ),
      ...refuse(
        new RegExp(`${name} .* is for a date that never comes\\.`),
        each(
          name,
          ...["cron(0 16 30 2 ? *)", "cron(0 16 31 FEB ? *)", "cron(0 16 31 4,6,9,NOV ? *)", "cron(0 16 31W 2 ? *)"],
          ...["cron(0 16 29 2 ? 2026-2027)", "cron(0 16 30-31 2 ? *)", "cron(0 16 29 FEB ? 2100)"],
        ),
      ),
      ...refuse(
        new RegExp(`${name} .* sets both the day of the month and the day of the week, or neither\\.`),
        each(name, "cron(0 16 1 * * *)", "cron(0 16 ? * ? *)", "cron(0 16 1 * SUN *)"),
      ),
    ],
  })),
  {
    variables: "restore_test_min_keys_ratio",
    good: each("restore_test_min_keys_ratio", 0.01, 0.5, 1, null),
    bad: refuse(
      /restore_test_min_keys_ratio is .*\. Use a share of the keys from 0\.01 to 1/,
      each("restore_test_min_keys_ratio", 0, 95, 1.01, -1),
    ),
  },
  { variables: "allow_empty_cache", good: each("allow_empty_cache", true, false, null), bad: [] },
  {
    variables: "backup_shrink_limit_percent",
    good: each("backup_shrink_limit_percent", 1, 99, null),
    bad: refuse(
      /backup_shrink_limit_percent is .*\. Use a whole number from 1 to 99/,
      each("backup_shrink_limit_percent", 0, 100, 50.5),
    ),
  },
  {
    variables: "restore_test_validator_arn",
    good: each(
      "restore_test_validator_arn",
      null,
      "arn:aws:states:ap-northeast-1:123456789012:stateMachine:validate-orders",
    ),
    bad: refuse(
      /Invalid restore_test_validator_arn .*: it is not the ARN of a state machine in ap-northeast-1, without a version or alias\./,
      each(
        "restore_test_validator_arn",
        "",
        "validate-orders",
        "arn:aws:states:eu-west-1:123456789012:stateMachine:validate-orders",
        "arn:aws:states:ap-northeast-1:123456789012:stateMachine:validate-orders:7",
        "arn:aws:lambda:ap-northeast-1:123456789012:function:validate-orders",
        long,
      ),
    ),
  },
  {
    variables: "restore_test_validator_security_group_id",
    good: [
      ...each("restore_test_validator_security_group_id", null),
      {
        restore_test_validator_arn: "arn:aws:states:ap-northeast-1:123456789012:stateMachine:validate-orders",
        restore_test_validator_security_group_id: "sg-0123456789abcdef0",
      },
    ],
    bad: [
      ...refuse(
        /Invalid restore_test_validator_security_group_id .*: it is not a security group ID\./,
        each("restore_test_validator_security_group_id", "", "validator", "vpc-0123456789abcdef0"),
      ),
      ...refuse(
        /restore_test_validator_security_group_id is set, but there is no validator that would use it\./,
        each("restore_test_validator_security_group_id", "sg-0123456789abcdef0"),
      ),
    ],
  },
  {
    variables: "schedules that are rates",
    good: [
      { manual_backup_schedule: "rate(120 minutes)" },
      ...each("manual_backup_schedule", "cron(0 0-19 * * ? *)", "cron(0/15 0-4 * * ? *)"),
      { restore_test_schedule: "rate(1 hour)" },
      { restore_test_schedule: "rate(60 days)", restore_test_max_age_days: 60 },
    ],
    bad: [
      ...refuse(
        /manual_backup_schedule "rate\(1 hour\)" asks for more backups than the 20/,
        each("manual_backup_schedule", "rate(1 hour)"),
      ),
      ...refuse(
        /manual_backup_schedule "cron\(.*\)" asks for more backups than the 20/,
        each("manual_backup_schedule", "cron(0 * * * ? *)", "cron(0 0-20 * * ? *)", "cron(0/15 0-5 1 * ? *)"),
      ),
      ...refuse(
        /manual_backup_max_age_days is 35, and manual_backup_schedule "rate\(36 days\)" runs less often/,
        each("manual_backup_schedule", "rate(36 days)"),
      ),
      ...refuse(
        /restore_test_max_age_days is 6, and restore_test_schedule "rate\(7 days\)" runs less often/,
        each("restore_test_schedule", "rate(7 days)").map((values) => ({ ...values, restore_test_max_age_days: 6 })),
      ),
    ],
  },
];
