import type { Topology } from "../../stacks/cache/topology";
import type { Origin } from "../../stacks/backups/snapshots";
import {
  account,
  groupArn,
  snapshotArn,
  type Account as AwsAccount,
  type Execution,
  type Given as AwsGiven,
} from "./account";
import type { SecurityGroupRule } from "./account/ec2";
import type { S3Given } from "./account/s3";
import { ExecutionError } from "./machine";
import { shardOf, type Holding } from "./node-metrics";

export const testId = "dev-redis-restore-test";
export const cache = "dev-redis-cluster";
export const began = Date.parse("2026-01-31T12:00:00Z");
export const hour = 3_600_000;

/** A name that the stack gives to snapshots. */
export const own = (name: string): string => `dev-redis-manual-${name}`;
export const ownerArn = (name: string): string =>
  `arn:aws:states:ap-northeast-1:123456789012:execution:${testId}:${name}`;

/** The node of the restored cache. */
export const restoredNode = `${testId}-001`;

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
  /** How often each call is throttled before AWS answers it. @default 0 */
  readonly throttled?: number;
  /** What else AWS answers of each of them. */
  readonly facts?: object;
  /** What else AWS answers of each of their parts; with shards there are several. @default - one part */
  readonly parts?: readonly object[];
  /** What else AWS answers of the nodes of the cache and of the restored one. */
  readonly node?: object;
  /** Throws what DescribeSnapshots fails with. @default - nothing */
  readonly onSnapshots?: (args: Readonly<Record<string, unknown>>) => void;
  /** What else AWS answers of the group that the test creates. */
  readonly restoredGroup?: object;
  readonly snapshotTags?: Readonly<Record<string, string>>;
  readonly origin?: Origin;
  /** The node that they were taken of, or that a snapshot of some name was. @default - the cache's */
  readonly takenOf?: string | ((name: string) => string);
  readonly reshape?: (value: unknown) => unknown;
  /** What the nodes report. @default - 1,000 keys, 400 of which expire */
  readonly holding?: Holding;
  /** Nodes of the cache. @default - one */
  readonly nodes?: readonly string[];
  /** Rules that are there when it begins; a description is an ingress rule of the test's security group. */
  readonly rules?: readonly (string | Partial<SecurityGroupRule>)[];
  /** The description of a rule of the user's, that lets the validator's client in when it begins. */
  readonly clientRule?: string;
  /** What becomes of the validator's execution, or of each start of it; null: it succeeds. @default - it succeeds */
  readonly validator?: ExecutionError | readonly (ExecutionError | null)[];
  /** Tags of a group that somebody creates just before the test would. */
  readonly intruder?: Readonly<Record<string, string>>;
  /** Calls that fail. */
  readonly failing?: readonly string[];
  /** Errors of calls, by action: of each call one after the other, and null is none. */
  readonly errors?: AwsGiven["errors"];
  /** Index of the one call that is refused, of all calls. */
  readonly refusedCall?: number;
  /** That call is answered with more than Step Functions accepts instead. @default false */
  readonly tooLarge?: boolean;
  /** Ids of security group rules that DescribeSecurityGroupRules leaves out. */
  readonly unlisted?: readonly string[];
  /** Whether that call fails after the validator has run. */
  readonly listingFailsLater?: boolean;
  /** What is in the vault and in the landing bucket. @default - S3 is not called */
  readonly s3?: S3Given;
  /** Looks at the account while the validator runs. */
  readonly validating?: (aws: AwsAccount) => void;
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

/** Everything that it may call of S3, while there is a vault. */
const mayCallS3 = [
  "listObjectVersions",
  "copyObject",
  "getObject",
  "listObjectsV2",
  "createMultipartUpload",
  "uploadPartCopy",
  "completeMultipartUpload",
  "abortMultipartUpload",
  "deleteObjects",
];

const sequenceOf = <Value>(statuses: readonly string[], value: (status: string) => Value): readonly (Value | null)[] =>
  statuses.map((status) => (status === "gone" ? null : value(status)));

/** The group of the test's name. */
const groupIn = (Status: string) => ({
  ...{ Status, Arn: groupArn(testId), MemberClusters: [restoredNode], NodeGroups: shardOf(restoredNode) },
});

const nodeIn = (CacheClusterStatus: string, more: object = {}) => ({
  CacheClusterStatus,
  Engine: "redis",
  EngineVersion: "7.1.0",
  CacheParameterGroup: { CacheParameterGroupName: "a-group" },
  ...more,
});
const encrypted = { TransitEncryptionEnabled: true, AtRestEncryptionEnabled: true };

/** The snapshots that are there, those of other caches first. */
function snapshotsOf(given: Account) {
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
  return [
    ...Array.from({ length: given.foreign ?? 0 }, (_one, i) => ({
      ...snapshot([`other-${i}`, ["available", 1]]),
      CacheClusterId: `other-${i % 40}-001`,
    })),
    ...Object.entries(given.snapshots ?? { [own("newest")]: ["available", 5] as const }).map(snapshot),
  ];
}

/** The account before the test. */
export function accountOf(given: Account): AwsAccount {
  const { leftBehind, leftBehindWas = [], statuses = ["available"], nodeStatuses = ["available"] } = given;
  const nodes = given.nodes ?? [`${cache}-001`];
  const ownerStatus = given.ownerStatus === undefined ? "SUCCEEDED" : given.ownerStatus;
  const owner = given.tags?.RestoreTestExecution;
  let starts = 0;
  const aws = account({
    may: [...may, ...(given.s3 === undefined ? [] : mayCallS3)],
    ...given.s3,
    groups: {
      [cache]: [{ MemberClusters: nodes, NodeGroups: shardOf(...nodes) }],
      ...(leftBehind !== undefined && { [testId]: [...leftBehindWas, leftBehind].map(groupIn) }),
      // It is not there when the test looks, and is when the test would create it.
      ...(given.intruder && { [testId]: [null, groupIn("available")] }),
    },
    created: sequenceOf(statuses, (status) => ({ ...groupIn(status), ...given.restoredGroup })),
    nodes: {
      ...Object.fromEntries(nodes.map((id) => [id, [nodeIn("available", { ...encrypted, ...given.node })]])),
      [restoredNode]: nodeStatuses.map((status) =>
        nodeIn(status, { ...given.node, ...(status === "available" && { ...encrypted, ...given.restoredNode }) }),
      ),
    },
    snapshots: snapshotsOf(given),
    tags: {
      [groupArn(testId)]: { ...given.tags, ...given.intruder },
      ...Object.fromEntries(
        Object.keys(given.snapshots ?? {}).map((name) => [snapshotArn(name), given.snapshotTags ?? {}]),
      ),
    },
    holding: given.holding ?? (() => [1000, 400]),
    ...(given.unlisted && { unlisted: given.unlisted }),
    ...(given.refusedCall !== undefined && { refusedCall: given.refusedCall }),
    ...(given.tooLarge !== undefined && { tooLarge: given.tooLarge }),
    ...(given.throttled !== undefined && { throttled: given.throttled }),
    rules: {
      ...Object.fromEntries(
        (given.rules ?? []).map((rule, i) => [
          `sgr-${i}`,
          { GroupId: "sg-test", ...(typeof rule === "string" ? { Description: rule } : rule) },
        ]),
      ),
      ...(given.clientRule !== undefined && {
        "sgr-own": {
          GroupId: "sg-test",
          Description: given.clientRule,
          ReferencedGroupInfo: { GroupId: "sg-client" },
        },
      }),
    },
    executions: [
      ...(given.executions ?? []),
      // Began later than this one, so that only its status counts.
      ...(owner === undefined || ownerStatus === null
        ? []
        : [{ ExecutionArn: owner, Status: ownerStatus, StartDate: new Date(began + hour).toISOString() }]),
    ],
    errors: {
      ...Object.fromEntries((given.failing ?? []).map((action) => [action, `${action}.Failed`])),
      ...given.errors,
      ...(given.listingFailsLater === true && {
        describeSecurityGroupRules: [null, "describeSecurityGroupRules.Failed"],
      }),
    },
    on: {
      describeSnapshots: (_action, args) => {
        given.onSnapshots?.(args);
        return undefined;
      },
      startExecution: () => {
        const ending = given.validator instanceof ExecutionError ? given.validator : given.validator?.[starts++];
        given.validating?.(aws);
        if (ending) throw ending;
        return { Status: "SUCCEEDED" };
      },
    },
  });
  return aws;
}
