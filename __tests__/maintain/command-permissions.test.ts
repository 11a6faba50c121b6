import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { EC2Client } from "@aws-sdk/client-ec2";
import { ElastiCacheClient } from "@aws-sdk/client-elasticache";
import { S3Client } from "@aws-sdk/client-s3";
import { SFNClient } from "@aws-sdk/client-sfn";
import type { Command } from "commander";
import { look } from "../../scripts/commands/adopt/look";
import { refuseFullVault } from "../../scripts/commands/deploy/full-vault";
import { refuseTestCache } from "../../scripts/commands/deploy/test-cache";
import { backupCommand, restoreTestCommand, vaultCopyCommand, type Execution } from "../../scripts/commands/execution";
import { outputOf } from "../../scripts/commands/execution/run";
import { program } from "../../scripts/commands";
import { awaitCache, problemOf } from "../../scripts/commands/recover/cache";
import type { Search } from "../../scripts/commands/recover/found";
import { lookUp } from "../../scripts/commands/recover/look-up";
import type { Change, Plan } from "../../scripts/commands/recover/plan";
import { checkAccess } from "../../scripts/commands/recover/recover";
import type { State } from "../../scripts/commands/recover/state";
import { copy, find, groupStatus } from "../../scripts/commands/restore/snapshots";
import type { Stack } from "../../scripts/commands/restore/stack";
import { copyOut, findInVault, type FromVault } from "../../scripts/commands/restore/vault/from-vault";
import { snapshotOf } from "../../scripts/commands/restore/vault/sharded";
import { commandCalls } from "../../scripts/maintain/permissions/commands";
import { documents } from "../../scripts/maintain/permissions/documents";
import { policies } from "../../scripts/shared/policies";
import { asCaller, clientOf, operationOf, type Answer, type Calls } from "../support/as-caller";
import { actionOf, allows } from "../support/caller";
import { cacheKey } from "../support/iam";
import { operationsOf } from "../support/sdk-calls";
import { everyStack, policyStack, vaultStack, type Block, type Synthesized } from "../support/stacks";
import { account, backup, planned } from "../support/temporary-cache";

const root = resolve(__dirname, "../..");
const region = "ap-northeast-1";
const arn = (service: string, resource: string): string => `arn:aws:${service}:${region}:123456789012:${resource}`;

/** The files of the commands, and the commands that each has. */
const modules: readonly (readonly [file: string, commands: readonly string[]])[] = [
  ...readFileSync(join(root, "scripts/commands/index.ts"), "utf8").matchAll(/from "\.\/([\w-]+)";/g),
].map(([, name = ""]) => {
  const file = `scripts/commands/${name}.ts`;
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- the index says which there are
  const exported = require(join(root, file)) as Readonly<Record<string, () => Command>>;
  return [file, Object.values(exported).map((command) => command().name())];
});
const everyCommand = program().commands.map((command) => command.name());
const operations = modules.flatMap(([file]) => operationsOf(file));
const packages = [...new Set(operations.map(({ client }) => client))];

/**
 * What the AWS managed policy allows of the services that `npm run adopt` calls itself, as of September 2025.
 *
 * @see https://docs.aws.amazon.com/aws-managed-policy/latest/reference/ReadOnlyAccess.html
 */
const managed: Readonly<Record<string, object>> = {
  ReadOnlyAccess: {
    Version: "2012-10-17",
    Statement: [
      {
        Effect: "Allow",
        Action: [
          ...["cloudformation:Describe*", "ec2:Describe*", "elasticache:Describe*", "elasticache:List*"],
          ...["secretsmanager:Describe*", "secretsmanager:List*"],
        ],
        Resource: "*",
      },
    ],
  },
};

const documented = documents();

/** The policies of a command, without those for the state: Terraform reads and writes it. */
async function policiesOf(command: string): Promise<object[]> {
  const all = await documented;
  const { documents: names = [], managed: ofAws } = policies[command] ?? {};
  const found = [...names.map((name) => all[name]), ...(ofAws === undefined ? [] : [managed[ofAws]])];
  return found.map((policy) => {
    if (policy === undefined) throw new Error(`${command} names a policy that does not exist.`);
    return policy;
  });
}

/** A text of a stack as Terraform fills it in; undefined where only AWS knows it. */
function filledBy(stack: Synthesized, value: unknown): string | undefined {
  const known: Readonly<Record<string, string>> = {
    "local.region": region,
    "local.account_id": "123456789012",
    "var.environment": String(stack.variable.environment?.default),
    "var.vpc_id": "vpc-1",
  };
  const text = String(value).replaceAll(
    /\$\{([\w.]+)\}/g,
    (all, name: string) =>
      known[name] ?? (name.startsWith("local.") ? filledBy(stack, stack.locals[name.slice(6)]) : all) ?? all,
  );
  return text.includes("${") || value === undefined ? undefined : text;
}

const prod = stackNamed("redis-prod");
function stackNamed(name: string): Synthesized {
  const stack = everyStack[name]?.();
  if (stack === undefined) throw new Error(`There is no stack ${name}.`);
  return stack;
}

/** A plan that creates a whole stack, with the names that Terraform knows. */
function planOf(stack: Synthesized): Plan {
  const after = (block: Block) =>
    Object.fromEntries(
      Object.entries(block)
        .map(([name, value]) => [name, typeof value === "string" ? filledBy(stack, value) : value])
        .filter(([, value]) => value !== undefined),
    ) as Change["change"]["after"];
  const changes = Object.entries(stack.resource).flatMap(([type, blocks]) =>
    Object.entries(blocks).map(([name, block]): Change => ({
      ...{ address: `${type}.${name}${block.count === undefined ? "" : "[0]"}`, mode: "managed", type, name },
      ...{ provider_name: "aws", change: { actions: ["create"], before: null, after: after(block) } },
    })),
  );
  return { variables: {}, resource_changes: changes, planned_values: { root_module: { resources: [] } } };
}

const nameOf = (stack: Synthesized, type: string, name: string): string => {
  const block = stack.resource[type]?.[name];
  const found = filledBy(stack, block?.name ?? block?.bucket);
  if (found === undefined) throw new Error(`${type}.${name} has no name that is known.`);
  return found;
};
const destroying = (stack: Synthesized, type: string, name: string) => ({
  resource_changes: [
    {
      ...{ address: `${type}.${name}`, mode: "managed" as const, type },
      change: {
        actions: ["delete"],
        before: { name: nameOf(stack, type, name), bucket: nameOf(stack, type, name) },
        after: null,
      },
    },
  ],
});

const answers =
  (all: Readonly<Record<string, (input: Readonly<Record<string, string>>) => object>>): Answer =>
  (command) => {
    const answer = all[operationOf(command)];
    if (answer === undefined) throw new Error(`It is not written here what AWS answers ${operationOf(command)}.`);
    return answer(command.input as Readonly<Record<string, string>>);
  };
const notFound = (what: string): never => {
  throw Object.assign(new Error(what), { name: `${what}NotFoundFault` });
};

const secretArn = arn("secretsmanager", "secret:prod-redis-auth-token-20260131000000000000000001-AbCdEf");
const lookingUp = {
  ListSecrets: () => ({
    SecretList: [
      {
        ...{ Name: "prod-redis-auth-token-20260131000000000000000001", ARN: secretArn, CreatedDate: new Date() },
        Tags: [{ Key: "RedisBackupStack", Value: "redis-prod" }],
      },
    ],
  }),
  ListSecretVersionIds: () => ({ Versions: [{ VersionId: "v", VersionStages: ["AWSCURRENT"] }] }),
  DescribeSecurityGroups: () => ({ SecurityGroups: [{ GroupId: "sg-1" }] }),
  DescribeSecurityGroupRules: () => ({ SecurityGroupRules: [] }),
};
const lookUpProd = async (): Promise<void> => {
  const { candidates } = await lookUp("redis-prod", region, planOf(prod), new Map());
  expect([...candidates.values()]).toContain(secretArn);
};

/** The state of a deployed stack, as far as a recovery reads it. */
const state = {
  ...{ version: 4, lineage: "l", serial: 1 },
  resources: [
    ["aws_elasticache_replication_group", "redis", { replication_group_id: "prod-redis-cluster" }] as const,
    ["random_id", "redis_final_snapshot", { hex: "1a2b3c4d" }] as const,
  ].map(([type, name, attributes]) => ({
    ...{ mode: "managed", type, name, provider: "p" },
    instances: [{ schema_version: 1, attributes }],
  })),
} as unknown as State;
const cluster = { ReplicationGroups: [{ ReplicationGroupId: "prod-redis-cluster", Status: "available" }] };

const landing = filledBy(prod, "${local.vault_landing_bucket}") ?? "";
const vault = nameOf(vaultStack(), "aws_s3_bucket", "vault");
const recovery = nameOf(vaultStack(), "aws_s3_bucket", "recovery");
const gibibyte = 1024 ** 3;

/** A vault with the backup of one cache, one of whose files is copied in parts. */
function backedUp() {
  const began = Math.floor(Date.now() / 1000) - 3600;
  const name = `a123456789012-apne1-prod-${began.toString(36)}`;
  const files = [7, 6 * gibibyte].map((size, i) => ({
    ...{ key: `${name}-000${i + 1}.rdb`, size, versionId: `v${i}`, checksumCrc64Nvme: "crc" },
    ...{ shard: `000${i + 1}`, slots: i === 0 ? "0-99" : "100-16383" },
  }));
  const manifest = {
    ...{ format: 1, name, account: "123456789012", region, environment: "prod", snapshot: "automatic.prod" },
    ...{ snapshotCreatedAt: new Date().toISOString(), engine: "redis", engineVersion: "7.1.0" },
    ...{ nodeType: "cache.r7g.large", clusterMode: true, shards: 2, files },
  };
  const version = { LastModified: new Date((began + 60) * 1000) };
  return {
    GetBucketLocation: () => ({ LocationConstraint: region }),
    ListObjectVersions: () => ({
      Versions: [
        ...files.map(({ key, size, versionId }) => ({ ...version, Key: key, Size: size, VersionId: versionId })),
        { ...version, Key: `${name}.json`, VersionId: "m" },
      ],
    }),
    GetObject: () => ({ Body: { transformToString: () => Promise.resolve(JSON.stringify(manifest)) } }),
    HeadBucket: () => ({}),
    CopyObject: () => ({}),
    CreateMultipartUpload: () => ({ UploadId: "u" }),
    UploadPartCopy: () => ({ CopyPartResult: {} }),
    CompleteMultipartUpload: () => ({}),
    AbortMultipartUpload: () => ({}),
    HeadObject: ({ Key = "" }) => ({
      ContentLength: Key.endsWith("1.rdb") ? 7 : 6 * gibibyte,
      ChecksumCRC64NVME: "crc",
    }),
  };
}

/** Finds the backup in the vault, whose copy goes to a bucket. */
const found = (to: string): Promise<FromVault> =>
  findInVault(
    { stack: "redis-prod", values: [], fromVault: "latest", vault },
    { nameInVault: () => "prod", landingBucket: () => to } as unknown as Stack,
    planned,
  );

type Scenario = () => Promise<Calls>;
const run = async (command: string, answer: Answer, act: () => Promise<void>): Promise<Calls> =>
  asCaller(await policiesOf(command), { packages, answer, act });
/** One after the other: only one caller can be there at a time. */
const inTurn = async (...parts: readonly Scenario[]): Promise<Calls> => {
  const all: Calls = { allowed: [], refused: [], requests: [] };
  for (const part of parts) {
    const { allowed, refused, requests } = await part();
    all.allowed.push(...allowed);
    all.refused.push(...refused);
    all.requests.push(...requests);
  }
  return all;
};

/** Starts the state machines that a command names, with the names that the stack gives them. */
function starting(command: (act?: (execution: Execution) => void) => Command, ...args: readonly string[]): Scenario {
  return async () => {
    let asked: Execution | undefined;
    await command((execution) => {
      asked = execution;
    }).parseAsync(["redis-prod", ...args], { from: "user" });
    if (asked === undefined) throw new Error("The command does not start anything.");
    const { machine, input, backupFirst = false } = asked;
    const machineArn = (name: string): string =>
      arn("states", `stateMachine:${nameOf(prod, "aws_sfn_state_machine", name)}`);
    const answer = answers({
      StartExecution: ({ stateMachineArn = "" }) => ({
        executionArn: `${stateMachineArn.replace(":stateMachine:", ":execution:")}:e`,
      }),
      DescribeExecution: () => ({ status: "SUCCEEDED", output: "{}" }),
    });
    return run(command().name(), answer, async () => {
      const first = backupFirst ? { first: machineArn("manual_backup") } : {};
      await outputOf(new SFNClient({ region }), { arn: machineArn(machine), input, ...first });
    });
  };
}

/** Each command, in everything that it calls for itself. */
const scenarios: Readonly<Record<string, Scenario>> = {
  deploy: () => run("deploy", answers(lookingUp), lookUpProd),
  diff: () => run("diff", answers({}), () => Promise.resolve()),
  destroy: () =>
    run(
      "destroy",
      answers({
        DescribeReplicationGroups: () => notFound("ReplicationGroup"),
        ListObjectVersions: () => ({}),
      }),
      async () => {
        await refuseTestCache(destroying(prod, "aws_security_group", "restore_test"), { stack: "redis-prod", region });
        await refuseFullVault(destroying(vaultStack(), "aws_s3_bucket", "vault"), { stack: "redis-vault", region });
      },
    ),
  backup: starting(backupCommand),
  "restore-test": () =>
    inTurn(starting(restoreTestCommand, "--backup-first"), starting(restoreTestCommand, "--from-vault")),
  "vault-copy": starting(vaultCopyCommand),
  restore: () =>
    inTurn(
      restoringASnapshot,
      () => restoringFromVault(landing),
      () => restoringFromVault(recovery),
      restoringShards,
    ),
  adopt: () => inTurn(adopting, () => run("adopt", answers(lookingUp), lookUpProd)),
  recover: () =>
    run(
      "recover",
      answers({
        ...lookingUp,
        DescribeReplicationGroups: () => cluster,
        DescribeSnapshots: () => notFound("Snapshot"),
      }),
      async () => {
        await checkAccess(region);
        await lookUpProd();
        await problemOf(state, { found: [], region, name: "prod-redis" } as unknown as Search);
        await awaitCache(region, "prod-redis-cluster");
      },
    ),
  hcl: () => run("hcl", answers({}), () => Promise.resolve()),
};

function restoringASnapshot(): Promise<Calls> {
  const copied = "prod-redis-copy-2026-01-31-18-00";
  const answer = answers({
    DescribeReplicationGroups: () => cluster,
    DescribeSnapshots: ({ SnapshotName = "" }) =>
      SnapshotName === "none"
        ? notFound("Snapshot")
        : {
            Snapshots: [
              { SnapshotName, SnapshotStatus: "available", ARN: arn("elasticache", `snapshot:${SnapshotName}`) },
            ],
          },
    DescribeServerlessCacheSnapshots: () => ({ ServerlessCacheSnapshots: [{}] }),
    CopySnapshot: () => ({}),
    ListTagsForResource: () => ({
      TagList: [{ Key: "CopiedFrom", Value: "automatic.prod-redis-cluster-002-2026-01-31-18-00" }],
    }),
  });
  return run("restore", answer, async () => {
    const client = new ElastiCacheClient({ region });
    await expect(groupStatus(client, "prod-redis-cluster")).resolves.toBe("available");
    await expect(find(client, "none")).rejects.toThrow("it was taken of a serverless cache");
    await find(client, "before-the-accident");
    const automatic = await find(client, "automatic.prod-redis-cluster-002-2026-01-31-18-00");
    await expect(copy(client, automatic, planned)).resolves.toBe(copied);
  });
}

function restoringFromVault(to: string): Promise<Calls> {
  let failures = 1;
  const answer = answers({
    ...backedUp(),
    CompleteMultipartUpload: () => {
      if (failures-- > 0) throw new Error("broken");
      return {};
    },
  });
  return run("restore", answer, async () => {
    const backedUpThere = await found(to);
    await expect(copyOut(backedUpThere)).rejects.toThrow("broken");
    await copyOut(backedUpThere);
  });
}

function restoringShards(): Promise<Calls> {
  const ofElastiCache = account().props.client as unknown as { readonly send: Answer };
  const ofS3 = backedUp();
  const answer: Answer = (command) =>
    operationOf(command) in ofS3 ? answers(ofS3)(command) : ofElastiCache.send(command);
  return run("restore", answer, async () => {
    const there = await found(landing);
    const asBackup = { ...there, backup: { ...there.backup, manifest: { ...there.backup.manifest, name: backup } } };
    const surroundings = { family: "redis7", key: cacheKey, vpc: "vpc-1", subnets: ["subnet-1"] };
    const { cleanUp } = await snapshotOf(asBackup, {
      ...{ client: new ElastiCacheClient({ region }), ec2: new EC2Client({ region }), planned, surroundings },
      sleep: () => Promise.resolve(),
    });
    await cleanUp(true);
  });
}

function adopting(): Promise<Calls> {
  const group = {
    ...{ ReplicationGroupId: "orders", Status: "available", ARN: arn("elasticache", "replicationgroup:orders") },
    ...{ MemberClusters: ["orders-001"], NodeGroups: [], CacheNodeType: "cache.r7g.large" },
  };
  const node = {
    ...{ CacheClusterId: "orders-001", ReplicationGroupId: "orders", CacheClusterStatus: "available", Engine: "redis" },
    ...{
      CacheSubnetGroupName: "orders-subnets",
      CacheParameterGroup: { CacheParameterGroupName: "orders-parameters" },
    },
  };
  const answer = answers({
    DescribeReplicationGroups: ({ ReplicationGroupId }) =>
      ReplicationGroupId === "orders" ? { ReplicationGroups: [group] } : notFound("ReplicationGroup"),
    DescribeCacheClusters: ({ CacheClusterId }) =>
      CacheClusterId === "orders-001" ? { CacheClusters: [node] } : notFound("CacheCluster"),
    DescribeCacheSubnetGroups: () => ({ CacheSubnetGroups: [{ VpcId: "vpc-1", Subnets: [] }] }),
    DescribeCacheParameters: () => ({ Parameters: [] }),
    DescribeServerlessCaches: () => ({ ServerlessCaches: [{ ServerlessCacheName: "users" }] }),
    DescribeStackResources: () => ({ StackResources: [] }),
    DescribeVpcs: () => ({ Vpcs: [{ CidrBlock: "10.0.0.0/16" }] }),
    ListTagsForResource: () => ({ TagList: [] }),
  });
  return run("adopt", answer, async () => {
    const progress = (): void => undefined;
    await expect(look({ id: "orders-001", region, progress })).resolves.toMatchObject({
      id: "orders",
      formation: null,
    });
    await expect(look({ id: "users", region, progress })).rejects.toThrow("users is a serverless cache");
  });
}

/** Calls that a command makes to know more, and does without. */
const doneWithout: Readonly<Record<string, readonly string[]>> = {
  // Whether AWS can be asked at all: for every cache, of which a role of one environment sees only its own.
  recover: ["DescribeReplicationGroups"],
};

const results = new Map<string, Promise<Calls>>();
const resultOf = (command: string): Promise<Calls> => {
  const known = results.get(command) ?? scenarios[command]?.() ?? Promise.reject(new Error(`No scenario: ${command}`));
  results.set(command, known);
  return known;
};

beforeEach(() => {
  jest.spyOn(console, "error").mockReturnValue();
});

test("each command of npm run help says which policies it needs, and is run here", () => {
  expect(Object.keys(policies).sort()).toEqual([...everyCommand].sort());
  expect(Object.keys(scenarios).sort()).toEqual([...everyCommand].sort());
  expect(modules.flatMap(([, commands]) => commands).sort()).toEqual([...everyCommand].sort());
});

test.each(everyCommand)(
  "npm run %s may call what it calls, with the policies that it says it needs",
  async (command) => {
    const { refused } = await resultOf(command);
    expect(refused.map(({ operation }) => operation)).toEqual(doneWithout[command] ?? []);
  },
);

test("a role has at most ten managed policies, which is what IAM accepts", () => {
  for (const { documents: names, state } of Object.values(policies))
    expect(names.length + Number(state !== undefined)).toBeLessThanOrEqual(10);
});

test.each(modules)("%s can call nothing that no policy of its commands allows", async (file, commands) => {
  const all = (await Promise.all(commands.map(policiesOf))).flat() as {
    readonly Statement: readonly { readonly Action: readonly string[] }[];
  }[];
  const allowed = all.flatMap(({ Statement }) => Statement.flatMap(({ Action }) => Action));
  const actions = await Promise.all(operationsOf(file).map(({ client, name }) => actionIn(client, name)));
  const covers = (pattern: string, action: string): boolean =>
    pattern.endsWith("*") ? action.startsWith(pattern.slice(0, -1)) : pattern === action;
  expect(actions.filter((action) => !allowed.some((pattern) => covers(pattern, action)))).toEqual([]);
});

/** The action of an operation, of the service that the client signs its requests for. */
function actionIn(client: string, operation: string): Promise<string> {
  const Client = clientOf(client) as unknown as new (config: object) => {
    readonly config: { readonly signingName?: string; readonly defaultSigningName?: string };
  };
  const { signingName, defaultSigningName } = new Client({ region }).config;
  return actionOf(signingName ?? defaultSigningName ?? "", operation);
}

test("every call that the sources have is made here", async () => {
  const made = new Set<string>();
  for (const command of everyCommand) {
    const { allowed, refused } = await resultOf(command);
    for (const { operation } of [...allowed, ...refused]) made.add(operation);
  }
  const missing = operations.filter(({ name }) => !made.has(name)).map(({ name, file }) => `${name} of ${file}`);
  expect([...new Set(missing)]).toEqual([]);
});

test.each(commandCalls.map((calls) => [calls.commands.join(", "), calls.document, calls] as const))(
  "npm run %s needs each action that %s has for it",
  async (_commands, _document, { commands, grants }) => {
    const requests = (await Promise.all(commands.map(resultOf))).flatMap((calls) => calls.requests);
    const made = new Set(requests.map(({ action }) => action));
    const actions = grants.flatMap((grant) => (grant.reason === undefined ? grant.actions : []));
    expect(actions.filter((action) => !made.has(action))).toEqual([]);
  },
);

describe("what a policy allows beside the commands", () => {
  const check = arn("states", `stateMachine:${nameOf(policyStack(), "aws_sfn_state_machine", "check")}`);
  const testCache = arn("elasticache", "replicationgroup:prod-redis-restore-test");
  test.each<[string, string, string, string, boolean]>([
    ["operate", "starts the check of the policy (docs/policy.md)", "states:StartExecution", check, true],
    [
      "deploy-cache",
      "deletes a kept test cache (docs/restore.md)",
      "elasticache:DeleteReplicationGroup",
      testCache,
      true,
    ],
    [
      ...(["operate", "starts no other workflow", "states:StartExecution"] as const),
      ...([arn("states", "stateMachine:prod-redis-snapshot-source"), false] as const),
    ],
    [
      ...(["operate", "does not replace a workflow", "states:UpdateStateMachine"] as const),
      ...([arn("states", "stateMachine:prod-redis-manual-backup"), false] as const),
    ],
    [
      ...(["restore", "does not delete a cache of a stack", "elasticache:DeleteReplicationGroup"] as const),
      ...([arn("elasticache", "replicationgroup:prod-redis-cluster"), false] as const),
    ],
    [
      ...(["restore", "creates no cache with cluster mode disabled", "elasticache:CreateReplicationGroup"] as const),
      ...([arn("elasticache", "parametergroup:default.redis7"), false] as const),
    ],
    [
      ...(["restore", "deletes no backup", "elasticache:DeleteSnapshot"] as const),
      ...([arn("elasticache", "snapshot:prod-redis-manual-20260131180000"), false] as const),
    ],
    [
      ...(["restore", "deletes no snapshot without its tag", "elasticache:DeleteSnapshot"] as const),
      ...([arn("elasticache", `snapshot:${backup}`), false] as const),
    ],
    [
      ...(["restore", "deletes no security group without its tag", "ec2:DeleteSecurityGroup"] as const),
      ...([arn("ec2", "security-group/sg-1"), false] as const),
    ],
    [
      ...(["restore", "creates no security group without its tag", "ec2:CreateSecurityGroup"] as const),
      ...([arn("ec2", "security-group/sg-1"), false] as const),
    ],
    ["restore", "lets ElastiCache read the copies", "s3:GetObject", `arn:aws:s3:::${landing}/restored/now/a.rdb`, true],
    ["restore", "writes nothing into the vault", "s3:PutObject", `arn:aws:s3:::${vault}/restored/key`, false],
    ["restore", "deletes nothing from the vault", "s3:DeleteObjectVersion", `arn:aws:s3:::${vault}/key`, false],
    ["restore", "reads no other bucket", "s3:GetObject", "arn:aws:s3:::orders/key", false],
  ])("%s %s", async (document, _what, action, resource, expected) => {
    const policy = (await documented)[document] ?? {};
    await expect(allows([policy], { action, resource })).resolves.toBe(expected);
  });
});

test("the S3 client is the one that signs for S3", async () => {
  expect(clientOf("@aws-sdk/client-s3")).toBe(S3Client);
  await expect(actionIn("@aws-sdk/client-s3", "ListObjectVersions")).resolves.toBe("s3:ListBucketVersions");
  await expect(actionIn("@aws-sdk/client-sfn", "StartExecution")).resolves.toBe("states:StartExecution");
  await expect(actionIn("@aws-sdk/client-s3", "Nothing")).rejects.toThrow("AWS has no action s3:Nothing");
});
