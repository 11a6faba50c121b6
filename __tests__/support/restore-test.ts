import { replicas, type Topology } from "../../stacks/cache/topology";
import { restoreTest } from "../../stacks/backups/restore-test/definition";
import { created as createdByStack, type Origin } from "../../stacks/backups/snapshots";
import { reshaped } from "./forms";
import { account, type Execution } from "./account";
import { ExecutionError, filledIn, run, type Answer, type Clock, type Machine, type Meter } from "./machine";
import { metricsOf, shardOf, type Holding } from "./node-metrics";

export const testId = "dev-redis-restore-test";
export const cache = "dev-redis-cluster";
export const began = Date.parse("2026-01-31T12:00:00Z");
export const hour = 3_600_000;

const settings = {
  "local.replication_group_id": cache,
  "local.name": "dev-redis",
  "local.partition": "aws",
  "local.region": "ap-northeast-1",
  "local.account_id": "123456789012",
  "local.workflow_tags": String.raw`[{\"Key\":\"Team\",\"Value\":\"orders\"}]`,
  "local.port": "6379",
  "local.cache_key": "",
  "local.backup_fresh_minutes": String(29 * 60),
  "local.restore_test_validator": "",
  "local.restore_test_validator_client": "",
  "var.restore_test_min_keys_ratio": "0.95",
  "var.allow_empty_cache": "false",
  "local.restore_test_validator_name": "validator",
  "aws_security_group.restore_test.id": "sg-test",
  "local.vault_bucket": "",
  "local.vault_landing_bucket": "landing",
  "local.vault_key_prefix": "a123456789012-apne1-dev-",
};
const machines = new Map<string, Machine>();

/** The machine with other values of some variables, and of an adopted cache. */
function machineWith(
  changed: Readonly<Record<string, string>>,
  origin: Origin = createdByStack,
  topology = replicas,
): Machine {
  const key = JSON.stringify([changed, origin, topology.clusterMode]);
  const known = machines.get(key) ?? filledIn(restoreTest(topology, origin), { ...settings, ...changed });
  machines.set(key, known);
  return known;
}
/** A name that the stack gives to snapshots. */
export const own = (name: string): string => `dev-redis-manual-${name}`;
export const ownerArn = (name: string): string =>
  `arn:aws:states:ap-northeast-1:123456789012:execution:${testId}:${name}`;

export interface Account {
  readonly input?: unknown;
  /** The status of a group of the test's name that is there when it begins, and its tags. */
  readonly leftBehind?: string;
  /** Its status before, each time it is described. @default - the same */
  readonly leftBehindWas?: readonly string[];
  readonly tags?: Readonly<Record<string, string>>;
  /** Whether the execution that the tags name has ended; null: AWS no longer knows it. */
  readonly ownerStatus?: string | null;
  /** Executions of restore tests that are there when it begins. */
  readonly executions?: readonly Execution[];
  /** What a group is that the test creates, each time it is described; the last one stays. `gone` is none. */
  readonly statuses?: readonly string[];
  /** What its node is, in the same way. */
  readonly nodeStatuses?: readonly string[];
  /** What else AWS answers of its node once that is available; until then it says nothing of encryption. */
  readonly restoredNode?: object;
  /** Snapshots: their status and age in hours. */
  readonly snapshots?: Readonly<Record<string, readonly [status: string, hours: number]>>;
  /** How many snapshots of other caches the account has. @default - none */
  readonly foreign?: number;
  /** What else AWS answers of each of them. */
  readonly facts?: object;
  /** What else AWS answers of each of their parts; with shards there are several. @default - one part */
  readonly parts?: readonly object[];
  /** What else AWS answers of the nodes of the cache and of the restored one. */
  readonly node?: object;
  readonly snapshotTags?: Readonly<Record<string, string>>;
  readonly origin?: Origin;
  /** The node that they were taken of, or that a snapshot of some name was. @default - the cache's */
  readonly takenOf?: string | ((name: string) => string);
  readonly reshape?: (value: unknown) => unknown;
  /** What the nodes report. @default - 1,000 keys, 400 of which expire */
  readonly holding?: Holding;
  /** Nodes of the cache. @default - one */
  readonly nodes?: readonly string[];
  /** Descriptions of rules of the test's security group when it begins. */
  readonly rules?: readonly string[];
  /** The description of a rule of the user's, that lets the validator's client in when it begins. */
  readonly clientRule?: string;
  /** What becomes of the validator's execution, or of each start of it; null: it succeeds. @default - it succeeds */
  readonly validator?: ExecutionError | readonly (ExecutionError | null)[];
  /** Tags of a group that somebody creates just before the test would. */
  readonly intruder?: Readonly<Record<string, string>>;
  /** Calls that fail. */
  readonly failing?: readonly string[];
  /** Errors of calls, by action: of each call one after the other, and null is none. */
  readonly errors?: Readonly<Record<string, readonly (string | null)[]>>;
  /** Index of the one call that is refused, of all calls. */
  readonly refusedCall?: number;
  /** That call is answered with more than Step Functions accepts instead. @default false */
  readonly tooLarge?: boolean;
  /** Ids of security group rules that DescribeSecurityGroupRules leaves out. */
  readonly unlisted?: readonly string[];
  /** Whether that call fails after the validator has run. */
  readonly listingFailsLater?: boolean;
  /** What S3 answers, by action. @default - it is not called */
  readonly s3?: Readonly<Record<string, Answer>>;
  readonly topology?: Topology;
  /** Terraform's values that differ. */
  readonly values?: Readonly<Record<string, string>>;
}

/** Everything that it may call. */
const may = [
  "listExecutions",
  "describeExecution",
  "describeReplicationGroups",
  "listTagsForResource",
  "describeSnapshots",
  "describeCacheClusters",
  "createReplicationGroup",
  "addTagsToResource",
  "deleteReplicationGroup",
  "putMetricData",
  "getMetricData",
  "describeSecurityGroupRules",
  "authorizeSecurityGroupIngress",
  "revokeSecurityGroupIngress",
  "startExecution",
  "stopExecution",
];

/** The node of the restored cache. */
export const restoredNode = `${testId}-001`;

/** What the cache had around the backup, and what the restored one has. */
export const holding =
  (source: ReturnType<Holding>, restored: ReturnType<Holding>): Holding =>
  (node) =>
    node === restoredNode ? restored : source;

/** The changes of a test without a validator. */
export const deleted = ["createReplicationGroup", "deleteReplicationGroup"];

/** One execution: how it ended, what it returned, and the calls that it made which change something. */
export async function executed(given: Account) {
  const { leftBehind, statuses = ["available"], nodeStatuses = ["available"] } = given;
  const nodes = given.nodes ?? [`${cache}-001`];
  const clock: Clock = { now: began };
  let validated: Readonly<Record<string, unknown>> | undefined;
  let [status, tags, created, restored]: [string | undefined, Record<string, string>, boolean, string | null] = [
    leftBehind,
    { ...given.tags },
    false,
    null,
  ];
  let [groupCalls, nodeCalls, starts, leftBehindCalls] = [0, 0, 0, 0];
  const next = (list: readonly string[], seen: number): string => list[Math.min(seen, list.length - 1)] ?? "";
  const snapshot = ([name, [SnapshotStatus, hours]]: readonly [string, readonly [string, number]]) => ({
    SnapshotName: name,
    SnapshotStatus,
    CacheClusterId: typeof given.takenOf === "function" ? given.takenOf(name) : (given.takenOf ?? `${cache}-001`),
    Engine: "redis",
    CacheNodeType: "cache.t4g.small",
    ...given.facts,
    NodeSnapshots: (given.parts ?? [{}]).map((part) => ({
      CacheSize: "12 MB",
      ...(SnapshotStatus !== "creating" && { SnapshotCreateTime: new Date(began - hours * hour).toISOString() }),
      ...part,
    })),
  });
  const node = (CacheClusterStatus: string, more: object = {}) => ({
    CacheClusters: [
      {
        CacheClusterStatus,
        Engine: "redis",
        EngineVersion: "7.1.0",
        CacheParameterGroup: { CacheParameterGroupName: "a-group" },
        ...given.node,
        ...(CacheClusterStatus === "available" && {
          TransitEncryptionEnabled: true,
          AtRestEncryptionEnabled: true,
          ...more,
        }),
      },
    ],
  });
  const asTags = (values: Readonly<Record<string, string>>) => ({
    TagList: Object.entries(values).map(([Key, Value]) => ({ Key, Value })),
  });
  const aws = account({
    may: [...may, ...Object.keys(given.s3 ?? {})],
    snapshots: [
      ...Array.from({ length: given.foreign ?? 0 }, (_one, i) => ({
        ...snapshot([`other-${i}`, ["available", 1]]),
        CacheClusterId: `other-${i % 40}-001`,
      })),
      ...Object.entries(given.snapshots ?? { [own("newest")]: ["available", 5] as const }).map(snapshot),
    ],
    holding: given.holding ?? (() => [1000, 400]),
    ...(given.unlisted && { unlisted: given.unlisted }),
    ...(given.refusedCall !== undefined && { refusedCall: given.refusedCall }),
    ...(given.tooLarge !== undefined && { tooLarge: given.tooLarge }),
    rules: {
      ...Object.fromEntries(
        (given.rules ?? []).map((Description, i) => [`sgr-${i}`, { GroupId: "sg-test", Description }]),
      ),
      ...(given.clientRule !== undefined && {
        "sgr-own": {
          GroupId: "sg-test",
          Description: given.clientRule,
          ReferencedGroupInfo: { GroupId: "sg-client" },
        },
      }),
    },
    ...(given.executions && { executions: given.executions }),
    errors: {
      ...Object.fromEntries((given.failing ?? []).map((action) => [action, `${action}.Failed`])),
      ...given.errors,
      ...(given.listingFailsLater === true && {
        describeSecurityGroupRules: [null, "describeSecurityGroupRules.Failed"],
      }),
    },
    on: {
      describeExecution: (_action, { ExecutionArn }) => {
        // Its own, which is still running.
        if (ExecutionArn === "arn:execution") return { Status: "RUNNING" };
        if (!String(ExecutionArn).startsWith(ownerArn("")))
          throw new ExecutionError("Sfn.InvalidArnException", String(ExecutionArn));
        if (given.ownerStatus === null) throw new ExecutionError("Sfn.ExecutionDoesNotExistException", "none");
        return { Status: given.ownerStatus ?? "SUCCEEDED" };
      },
      describeReplicationGroups: (_action, { ReplicationGroupId }) => {
        if (ReplicationGroupId === cache)
          return { ReplicationGroups: [{ MemberClusters: nodes, NodeGroups: shardOf(...nodes) }] };
        if (ReplicationGroupId !== testId)
          throw new ExecutionError("ElastiCache.ReplicationGroupNotFoundException", String(ReplicationGroupId));
        const was = created ? undefined : given.leftBehindWas?.[leftBehindCalls++];
        if (was !== undefined) return { ReplicationGroups: [{ Status: was, MemberClusters: [] }] };
        const now = created ? next(statuses, groupCalls++) : status;
        if (now === undefined || now === "gone")
          throw new ExecutionError("ElastiCache.ReplicationGroupNotFoundException", "none");
        status = now;
        return {
          ReplicationGroups: [
            { Status: now, Arn: testId, MemberClusters: [`${testId}-001`], NodeGroups: shardOf(`${testId}-001`) },
          ],
        };
      },
      listTagsForResource: (_action, { ResourceName }) => {
        if (String(ResourceName).includes(":snapshot:")) return asTags(given.snapshotTags ?? {});
        if (status !== "available")
          throw new ExecutionError("ElastiCache.InvalidReplicationGroupStateException", `it is ${String(status)}`);
        return asTags(tags);
      },
      describeCacheClusters: (_action, { CacheClusterId }) => {
        if (nodes.includes(String(CacheClusterId))) return node("available");
        if (CacheClusterId === restoredNode) return node(next(nodeStatuses, nodeCalls++), given.restoredNode);
        throw new Error(`The restore test asks for the node ${String(CacheClusterId)}, which is of neither cache.`);
      },
      createReplicationGroup: (_action, { Tags, SnapshotName }) => {
        if (given.intruder !== undefined) {
          [status, tags] = ["available", { ...given.intruder }];
          throw new ExecutionError("ElastiCache.ReplicationGroupAlreadyExistsException", testId);
        }
        tags = Object.fromEntries((Tags as { Key: string; Value: string }[]).map(({ Key, Value }) => [Key, Value]));
        [created, restored] = [true, SnapshotName as string];
        return {};
      },
      addTagsToResource: () => ({}),
      deleteReplicationGroup: () => {
        [status, created] = [undefined, false];
        return {};
      },
      startExecution: (_action, { Input }) => {
        validated = { ...(Input as object), rules: aws.rules() };
        const ending = given.validator instanceof ExecutionError ? given.validator : given.validator?.[starts++];
        if (ending) throw ending;
        return { Status: "SUCCEEDED" };
      },
      stopExecution: () => ({}),
      ...given.s3,
    },
  });
  let output: unknown;
  const ended = await run(
    machineWith(given.values ?? {}, given.origin, given.topology),
    reshaped(aws.answer, given.reshape ?? ((value) => value)),
    given.input,
    clock,
  ).then(
    (result) => {
      output = result;
      return "SUCCEEDED";
    },
    (error: unknown) => {
      if (error instanceof ExecutionError) return error.message;
      throw error;
    },
  );
  return {
    ended,
    output,
    validated,
    rules: aws.rules(),
    changes: aws.changes().map(({ action }) => action),
    calls: aws.calls.map(({ action }) => action),
    /** The arguments of each call of an action. */
    argumentsOf: aws.argumentsOf,
    /** The arguments of each call of DescribeSnapshots. */
    asked: aws.argumentsOf("describeSnapshots"),
    published: Object.fromEntries(Object.entries(aws.published).map(([name, values]) => [name, values.at(-1)])),
    restored,
    tags,
    left: status,
    hours: (clock.now - began) / hour,
  };
}

interface ComparedOptions {
  readonly hours?: number;
  /** The ends of their ids. */
  readonly nodesOfShard?: readonly string[];
  readonly meter?: Meter;
}

/**
 * What the comparison comes to, for a backup of several shards, `hours` old: what each reports, and each of the restored cache, at all
 * times.
 */
export async function compared(
  source: readonly ReturnType<Holding>[],
  restored: readonly ReturnType<Holding>[],
  { hours = 5, nodesOfShard = ["001", "002"], meter }: ComparedOptions = {},
): Promise<unknown> {
  const machine = machineWith({});
  const nodes = (name: string, { length }: { readonly length: number }) =>
    Array.from({ length }, (_one, i) => ({
      nodes: nodesOfShard.map((node) => `${name}-${String(i + 1).padStart(4, "0")}-${node}`),
    }));
  const holding: Holding = (node) => {
    const i = Number(node.slice(-8, -4)) - 1;
    return node.startsWith(testId) ? restored[i] : source[i];
  };
  return run(
    {
      StartAt: "Given",
      States: {
        ...machine.States,
        Given: {
          Type: "Pass",
          Assign: {
            chosen: { name: own("newest"), node: "", own: true, shards: source.length, created: began - hours * hour },
            shards: nodes(cache, source),
            restoredShards: nodes(testId, restored),
            began,
          },
          Next: "BeginComparison",
        },
        AreKeysMissing: { Type: "Succeed", Output: "{% $data %}" },
      },
    },
    (_action, args) => metricsOf(args, holding),
    {},
    { now: began },
    meter,
  );
}
