import { clustersCheck } from "../../stacks/policy/clusters";
import { policyCheck } from "../../stacks/policy/definition";
import { account } from "./account";
import type { Trail } from "./account/cloudtrail";
import { type Clock, ExecutionError, filledIn, run, type Answer as AwsAnswer } from "./machine";
import type { Listed } from "./snapshots";

export const hour = 3_600_000;
export const now = Date.now();
export const at = (hoursAgo: number): string => new Date(now - hoursAgo * hour).toISOString();

const values = { "var.backup_floor_days": "7", "var.backup_max_duration_minutes": "180" };
export const check = filledIn(policyCheck({ topicArn: "people", chatTopicArn: "chat" }), values);
export const clusters = filledIn(clustersCheck, values);

interface Notification {
  readonly at: number;
  readonly list: readonly string[];
  /** How many findings there were; of more than 1,000 not all are in the list. */
  readonly count?: number;
}

/** A trail that logs, so that nothing is said about it. */
export const oneTrail: Readonly<Record<string, Trail>> = { main: { logging: true } };

export type Answer = Readonly<Record<string, unknown>>;

export interface Account {
  /** Days that backups of a replication group are retained. */
  readonly groups: Readonly<Record<string, number>>;
  /** Members of the answer about a group that are other than usual; null for an answer without the group. */
  readonly answers?: Readonly<Record<string, Answer | null>>;
  /** Nodes without a replication group, as DescribeCacheClusters answers. */
  readonly nodes?: readonly Answer[];
  readonly snapshots?: readonly Listed[];
  /** How often an earlier check is listed as running. */
  readonly earlier?: number;
  /** How often each cluster refuses to list its tags. */
  readonly busy?: Readonly<Record<string, number>>;
  /** Reasons for exemptions. */
  readonly exempt?: Readonly<Record<string, string>>;
  readonly tags?: Readonly<Record<string, unknown>>;
  /** The output of the last execution. */
  readonly last?: unknown;
  /** How an execution ended that began after that one, without an output. @default - there is none */
  readonly killed?: string;
  /** Whether another check is running that began later. @default false */
  readonly later?: boolean;
  /** Trails of CloudTrail by ARN. @default - one that logs */
  readonly trails?: Readonly<Record<string, Trail>>;
  /** How often each call is throttled before AWS answers it. @default 0 */
  readonly throttled?: number;
  /** The error of DescribeTrails. @default - none */
  readonly trailsDenied?: boolean;
}

export interface Report {
  readonly evaluated: number;
  readonly notEvaluated: readonly string[];
  readonly violations: readonly { readonly id: string; readonly found: readonly string[]; readonly problem?: string }[];
  readonly lastNotification: Notification;
}

/** Calls that the check and the executions that it starts may make; only messages and metrics leave something behind. */
export const mayCall = [
  "startExecution",
  "listExecutions",
  "describeExecution",
  "describeCacheClusters",
  "describeReplicationGroups",
  "describeSnapshots",
  "listTagsForResource",
  "describeTrails",
  "getTrailStatus",
  "getEventSelectors",
  "putMetricData",
  "publish",
];

/** Runs the check once. Answers with its output, the metrics it published, the messages people got and the calls it made. */
export async function checked(
  given: Account,
  input: object = {},
  /** Throws what a call fails with. */
  fails: (...call: Parameters<AwsAnswer>) => void = () => undefined,
  clock: Clock = { now: Date.now() },
) {
  const refusals: Record<string, number> = { ...given.busy };
  // Listing them counts them down.
  let earlier = (given.earlier ?? 0) + 1;
  const { answer, argumentsOf, published, changes } = account({
    may: mayCall,
    groups: Object.fromEntries(Object.keys(given.groups).map((id) => [id, [groupOf(given, id)]])),
    nodes: Object.fromEntries(
      [...Object.keys(given.groups).map(nodeOf), ...(given.nodes ?? [])].map((node, i) => [
        typeof node.CacheClusterId === "string" ? node.CacheClusterId : i.toString(),
        [node],
      ]),
    ),
    snapshots: given.snapshots ?? [],
    tags: Object.fromEntries(
      Object.entries(given.exempt ?? {}).map(([arn, reason]) => [arn, { BackupPolicyExemption: reason }]),
    ),
    executions: () => [
      ...(given.later === true ? [{ ExecutionArn: "later", StartDate: at(-1) }] : []),
      ...(given.killed === undefined ? [] : [{ ExecutionArn: "killed", Status: given.killed, StartDate: at(2) }]),
      ...(earlier > 0 ? [{ ExecutionArn: "earlier", StartDate: at(1) }] : []),
      ...(given.last === undefined
        ? []
        : [{ ExecutionArn: "last", Status: "SUCCEEDED", Output: JSON.stringify(given.last) }]),
    ],
    trails: given.trails ?? oneTrail,
    ...(given.throttled !== undefined && { throttled: given.throttled }),
    ...(given.trailsDenied === true && { errors: { describeTrails: "CloudTrail.CloudTrailException" } }),
    on: {
      startExecution: async (_action, { Input }) => ({ Output: await run(clusters, failing, Input) }),
      listExecutions: (_action, { StatusFilter }) => {
        if (StatusFilter === "RUNNING") earlier -= 1;
        return undefined;
      },
      describeReplicationGroups: (_action, { ReplicationGroupId }) =>
        given.answers?.[String(ReplicationGroupId)] === null ? { ReplicationGroups: [] } : undefined,
      listTagsForResource: (_action, { ResourceName }) => {
        const arn = String(ResourceName);
        const left = refusals[arn] ?? 0;
        refusals[arn] = left - 1;
        // https://github.com/hashicorp/terraform-provider-aws/issues/24968: "either not present or not available"
        const state = arn in given.groups ? "InvalidReplicationGroupState" : "CacheClusterNotFound";
        if (left > 0) throw new ExecutionError(`ElastiCache.${state}Exception`, "not available");
        return given.tags !== undefined && arn in given.tags ? { TagList: given.tags[arn] } : undefined;
      },
    },
  });
  const failing: AwsAnswer = (action, args) => {
    fails(action, args);
    return answer(action, args);
  };
  const report = await run(check, failing, input, clock);
  expect(changes().map(({ action }) => action)).toEqual(argumentsOf("startExecution").map(() => "startExecution"));
  const counts = Object.fromEntries(Object.entries(published).map(([metric, all]) => [metric, all.at(-1)]));
  const messages = argumentsOf("publish")
    .filter(({ TopicArn }) => TopicArn === "people")
    .map(({ Subject, Message }) => `${String(Subject)}\n${String(Message)}`);
  return { ...(report as Report), counts, messages, argumentsOf };
}

const nodeOf = (id: string): Answer => ({
  Engine: "redis",
  CacheClusterId: `${id}-001`,
  ReplicationGroupId: id,
});

const groupOf = ({ groups, answers }: Account, id: string): Answer => ({
  ReplicationGroupId: id,
  Arn: id,
  Status: "available",
  ReplicationGroupCreateTime: at(1),
  SnapshotRetentionLimit: groups[id],
  SnapshotWindow: "03:00-05:00",
  AutomaticFailover: "enabled",
  MemberClusters: [`${id}-001`],
  NodeGroups: [{ NodeGroupMembers: [{ CacheClusterId: `${id}-001`, CurrentRole: "primary" }] }],
  ...answers?.[id],
});
