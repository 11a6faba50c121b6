import { apis, operation, type Input } from "../workflows/shapes/api";
import { ExecutionError, mostBytes, type Answer } from "./machine";
import { metricsOf, shardOf, type Holding } from "./node-metrics";
import { listed, type Listed } from "./snapshots";

type Arguments = Readonly<Record<string, unknown>>;

/** A call that a state machine made. */
export interface Call {
  readonly action: string;
  readonly args: Arguments;
  /** Whether it was refused, by `errors`. */
  readonly refused: boolean;
}

/** What something is, each time it is described; the last one stays. */
export type Sequence<Value> = readonly Value[];

/** An execution as ListExecutions and DescribeExecution answer it. */
export interface Execution {
  readonly ExecutionArn: string;
  /** @default RUNNING */
  readonly Status?: string;
  readonly StartDate?: string;
  readonly StopDate?: string;
  readonly Input?: string;
  readonly Output?: string;
  readonly Error?: string;
}

export interface SecurityGroupRule {
  readonly GroupId: string;
  readonly Description?: string;
  readonly ReferencedGroupInfo?: { readonly GroupId: string };
}

/** What is in an account before a state machine runs; everything that is left out is not there. */
export interface Given {
  /** The calls that the state machine may make; any other one is a mistake of it. */
  readonly may: readonly string[];
  /** Replication groups by id, as DescribeReplicationGroups answers; null is one that is not there. */
  readonly groups?: Readonly<Record<string, Sequence<object | null>>>;
  /** Nodes by id, as DescribeCacheClusters answers. */
  readonly nodes?: Readonly<Record<string, Sequence<object>>>;
  readonly snapshots?: readonly (Listed & { readonly SnapshotStatus?: string | undefined })[];
  /** The status of a snapshot each time it is described by its name, instead of its own. */
  readonly statuses?: Readonly<Record<string, Sequence<string>>>;
  /** What a snapshot is made of that CreateSnapshot takes. @default - available at once */
  readonly taken?: (args: Arguments) => object;
  /** Tags by the ARN of what has them. */
  readonly tags?: Readonly<Record<string, Readonly<Record<string, string>>>>;
  /** Executions by the ARN of their state machine. @default - of each state machine none */
  readonly executions?: readonly Execution[] | ((stateMachineArn: string) => readonly Execution[]);
  /** Events of ElastiCache by their source, the newest first. */
  readonly events?: Readonly<Record<string, readonly object[]>>;
  /** What the nodes report to CloudWatch. */
  readonly holding?: Holding;
  /** Ingress rules of security groups by their id. */
  readonly rules?: Readonly<Record<string, SecurityGroupRule>>;
  /** Ids of rules that DescribeSecurityGroupRules does not list: EC2 is eventually consistent. */
  readonly unlisted?: readonly string[];
  /** Errors of calls, by action; a list is used up one call after the other, and null is none. */
  readonly errors?: Readonly<Record<string, string | readonly (string | null)[]>>;
  /** Index of the one call that is refused, of all calls of a run. */
  readonly refusedCall?: number;
  /** That call is not refused: AWS does what it says, and answers with more than Step Functions accepts. @default false */
  readonly tooLarge?: boolean;
  /** Answers of its own to some calls; undefined is the usual answer. */
  readonly on?: Readonly<Record<string, Answer>>;
}

/** How the `refusedCall` of a run can fail, and what Step Functions then calls the error and its cause. */
export const waysToFail = [
  { way: "AWS refuses", tooLarge: false, error: "Aws\\.Refused: refused" },
  {
    way: "AWS answers with more than Step Functions accepts",
    tooLarge: true,
    error: "States\\.DataLimitExceeded: The state/task '\\w+' returned a result with a size exceeding [a-z ]+\\.",
  },
] as const;

export interface Account {
  readonly answer: Answer;
  /** Every call in the order in which they were made, those that failed included. */
  readonly calls: readonly Call[];
  /** The arguments of the calls of one action. */
  readonly argumentsOf: (action: string) => readonly Arguments[];
  /** The calls that changed something, but for metrics and messages. */
  readonly changes: () => readonly Call[];
  /** Values of metrics, in the order in which they were published. */
  readonly published: Readonly<Record<string, readonly number[]>>;
  /** Names of the snapshots that are there now. */
  readonly snapshots: () => readonly string[];
  /** Descriptions of the security group rules that are there now. */
  readonly rules: () => readonly string[];
}

/** The operations that were looked up, by action. */
const operations = new Map<string, ReturnType<typeof operation>>();

/** Refuses arguments that the API of a call does not have, or that it requires; it does not know calls that Step Functions makes itself. */
function verifyArguments(action: string, args: Arguments): void {
  if (!operations.has(action))
    operations.set(action, Object.keys(apis).flatMap((service) => operation(service, action) ?? [])[0]);
  const known = operations.get(action);
  if (known !== undefined && action !== "startExecution") verify(known.input, args, action);
}

function verify(input: Input, value: unknown, path: string): void {
  if (Array.isArray(value)) {
    const { item } = input;
    value.forEach((one: unknown, i) => {
      if (item !== undefined) verify(item(), one, `${path}[${String(i)}]`);
    });
    return;
  }
  if (typeof value === "object" && value !== null && input.type === "structure") {
    const given = value as Arguments;
    const lacking = input.required.filter((name) => given[name] === undefined);
    if (lacking.length > 0) throw new Error(`${path} lacks ${lacking.join(", ")}.`);
    for (const [name, member] of Object.entries(given)) {
      const of = input.members[name];
      if (of === undefined) throw new Error(`${path} has no member ${name}.`);
      verify(of(), member, `${path}.${name}`);
    }
    return;
  }
  if (input.enum !== undefined && !input.enum.includes(String(value)))
    throw new Error(`${path} is ${String(value)}, not one of ${input.enum.join(", ")}.`);
}

const reads = /^(describe|list|get|head|putMetricData$|publish$)/;

/** A group of somebody else, which comes first where all groups are asked for. */
const another = {
  ReplicationGroupId: "another",
  Status: "available",
  MemberClusters: ["another-001"],
  NodeGroups: shardOf("another-001"),
};

/** An argument that is a string, or nothing. */
const textOf = (argument: unknown): string => (typeof argument === "string" ? argument : "");

/** A page of a list, after the marker of the page before. */
function page(all: readonly object[], given: unknown, most: number) {
  const marker = textOf(given);
  const start = given === undefined ? 0 : Number(/^after-(\d+)$/.exec(marker)?.[1]);
  if (Number.isNaN(start))
    throw new ExecutionError("ElastiCache.InvalidParameterValueException", `no marker: ${marker}`);
  const end = start + most;
  return { rows: all.slice(start, end), marker: end < all.length ? `after-${String(end)}` : undefined };
}

/**
 * The APIs that the state machines call, as far as they call them: ElastiCache, Step Functions, CloudWatch, and the rules of EC2. It
 * keeps what is created and forgets what is deleted, filters and pages as AWS does, refuses what AWS refuses, and records each call. The
 * arguments of a call are those of AWS's API model.
 *
 * @see https://docs.aws.amazon.com/AmazonElastiCache/latest/APIReference/Welcome.html
 * @see https://docs.aws.amazon.com/step-functions/latest/apireference/API_ListExecutions.html
 */
export function account(given: Given): Account {
  const calls: Call[] = [];
  const published: Record<string, number[]> = {};
  const described: Record<string, number> = {};
  const failed: Record<string, number> = {};
  const tags = new Map(Object.entries(given.tags ?? {}));
  const rules = new Map(Object.entries(given.rules ?? {}));
  let snapshots = [...(given.snapshots ?? [])];

  /** The next of a sequence; each has a count of its own. */
  const next = <Value>(what: string, sequence: Sequence<Value>): Value | undefined => {
    const seen = described[what] ?? 0;
    described[what] = seen + 1;
    return sequence[Math.min(seen, sequence.length - 1)];
  };
  const error = (action: string): string | null | undefined => {
    const own = given.errors?.[action];
    if (own === undefined || typeof own === "string") return own;
    const seen = failed[action] ?? 0;
    failed[action] = seen + 1;
    return own[seen];
  };
  const snapshotNamed = (name: unknown) => {
    const found = snapshots.find(({ SnapshotName }) => SnapshotName === name);
    if (found === undefined) throw new ExecutionError("ElastiCache.SnapshotNotFoundException", `no ${String(name)}`);
    return found;
  };
  const executionsOf = (machine: unknown): readonly Execution[] =>
    typeof given.executions === "function" ? given.executions(String(machine)) : (given.executions ?? []);

  const answers: Readonly<Record<string, (args: Arguments) => unknown>> = {
    describeReplicationGroups: ({ ReplicationGroupId }) => {
      const id = textOf(ReplicationGroupId);
      const found = next(`group ${id}`, given.groups?.[id] ?? [null]);
      if (found === null || found === undefined)
        throw new ExecutionError("ElastiCache.ReplicationGroupNotFoundException", `no ${id}`);
      return { ReplicationGroups: [{ ReplicationGroupId: id, ...found }] };
    },
    describeCacheClusters: ({ CacheClusterId, Marker, MaxRecords }) => {
      if (CacheClusterId === undefined) {
        const all = Object.entries(given.nodes ?? {}).map(([id, [node]]) => ({ CacheClusterId: id, ...node }));
        const { rows, marker } = page(all, Marker, Number(MaxRecords ?? 100));
        return { CacheClusters: rows, ...(marker !== undefined && { Marker: marker }) };
      }
      const id = textOf(CacheClusterId);
      const found = next(`node ${id}`, given.nodes?.[id] ?? []);
      if (found === undefined) throw new ExecutionError("ElastiCache.CacheClusterNotFoundException", `no ${id}`);
      return { CacheClusters: [{ CacheClusterId: id, ...found }] };
    },
    describeSnapshots: (args) => {
      const { SnapshotName, MaxRecords } = args;
      if (typeof MaxRecords === "number" && (MaxRecords < 20 || MaxRecords > 50))
        throw new ExecutionError("ElastiCache.InvalidParameterValueException", `MaxRecords is ${MaxRecords}`);
      if (SnapshotName === undefined) return listed(snapshots, args);
      const found = snapshotNamed(SnapshotName);
      const statuses = given.statuses?.[textOf(SnapshotName)];
      return {
        Snapshots: [
          { ...found, ...(statuses && { SnapshotStatus: next(`snapshot ${textOf(SnapshotName)}`, statuses) }) },
        ],
      };
    },
    createSnapshot: (args) => {
      const { SnapshotName, CacheClusterId, ReplicationGroupId, Tags } = args;
      if (snapshots.some((one) => one.SnapshotName === SnapshotName))
        throw new ExecutionError("ElastiCache.SnapshotAlreadyExistsException", textOf(SnapshotName));
      const made: Listed = {
        SnapshotName: textOf(SnapshotName),
        SnapshotSource: "manual",
        ...(CacheClusterId !== undefined && { CacheClusterId: textOf(CacheClusterId) }),
        ...(ReplicationGroupId !== undefined && { ReplicationGroupId: textOf(ReplicationGroupId) }),
      };
      snapshots = [...snapshots, { ...made, ...(given.taken?.(args) ?? { SnapshotStatus: "available" }) }];
      tags.set(snapshotArn(textOf(SnapshotName)), tagsOf(Tags));
      return {};
    },
    deleteSnapshot: ({ SnapshotName }) => {
      const { SnapshotStatus } = snapshotNamed(SnapshotName);
      if (SnapshotStatus !== "available" && SnapshotStatus !== "failed")
        throw new ExecutionError("ElastiCache.InvalidSnapshotStateException", `it is ${String(SnapshotStatus)}`);
      snapshots = snapshots.filter((one) => one.SnapshotName !== SnapshotName);
      return {};
    },
    listTagsForResource: ({ ResourceName }) => {
      const name = /:snapshot:(.*)$/.exec(String(ResourceName))?.[1];
      if (name !== undefined) snapshotNamed(name);
      return { TagList: Object.entries(tags.get(String(ResourceName)) ?? {}).map(([Key, Value]) => ({ Key, Value })) };
    },
    addTagsToResource: ({ ResourceName, Tags }) => {
      tags.set(String(ResourceName), { ...tags.get(String(ResourceName)), ...tagsOf(Tags) });
      return {};
    },
    describeEvents: ({ SourceIdentifier, Marker, MaxRecords }) => {
      const { rows, marker } = page(given.events?.[String(SourceIdentifier)] ?? [], Marker, Number(MaxRecords ?? 100));
      return { Events: rows, ...(marker !== undefined && { Marker: marker }) };
    },
    listExecutions: ({ StateMachineArn, StatusFilter, MaxResults, NextToken }) => {
      if (StateMachineArn === undefined)
        throw new ExecutionError("Sfn.ValidationException", "either StateMachineArn or MapRunArn has to be given");
      const all = executionsOf(StateMachineArn).map((one) => ({ Status: "RUNNING", ...one }));
      const some = all.filter(({ Status }) => StatusFilter === undefined || Status === StatusFilter);
      const { rows, marker } = page(some, NextToken, Number(MaxResults ?? 100));
      return { Executions: rows, ...(marker !== undefined && { NextToken: marker }) };
    },
    describeExecution: ({ ExecutionArn }) => {
      const found = executionsOf(undefined).find((one) => one.ExecutionArn === ExecutionArn);
      if (found === undefined)
        throw new ExecutionError("Sfn.ExecutionDoesNotExistException", `no ${String(ExecutionArn)}`);
      return { Status: "RUNNING", ...found };
    },
    putMetricData: ({ MetricData }) => {
      for (const { MetricName, Value } of MetricData as readonly { MetricName: string; Value: number }[])
        (published[MetricName] ??= []).push(Value);
      return {};
    },
    getMetricData: (args) => metricsOf(args, given.holding ?? (() => undefined)),
    modifyReplicationGroup: () => ({}),
    publish: () => ({}),
    describeSecurityGroupRules: ({ Filters }) => {
      const [filter] = (Filters ?? []) as readonly { readonly Name: string; readonly Values: readonly string[] }[];
      if (filter?.Name !== "group-id") throw new Error("The account finds rules by their group only.");
      return {
        SecurityGroupRules: [...rules]
          .filter(([id, { GroupId }]) => filter.Values.includes(GroupId) && given.unlisted?.includes(id) !== true)
          .map(([SecurityGroupRuleId, rule]) => ({ SecurityGroupRuleId, IsEgress: false, ...rule })),
      };
    },
    authorizeSecurityGroupIngress: ({ GroupId, IpPermissions }) => {
      const [permission] = IpPermissions as readonly {
        readonly UserIdGroupPairs: readonly { readonly GroupId: string; readonly Description: string }[];
      }[];
      const { GroupId: source = "", Description = "" } = permission?.UserIdGroupPairs[0] ?? {};
      const same = [...rules.values()].some(
        (rule) => rule.GroupId === GroupId && rule.ReferencedGroupInfo?.GroupId === source,
      );
      if (same)
        throw new ExecutionError(
          "Ec2.Ec2Exception",
          `the specified rule "peer: ${source}, TCP, from port: 6379, to port: 6379, ALLOW" already exists (Service: Ec2, Status Code: 400, Request ID: 1)`,
        );
      rules.set("sgr-new", { GroupId: String(GroupId), Description, ReferencedGroupInfo: { GroupId: source } });
      return { Return: true, SecurityGroupRules: [{ SecurityGroupRuleId: "sgr-new" }] };
    },
    revokeSecurityGroupIngress: ({ GroupId, SecurityGroupRuleIds }) => {
      for (const id of SecurityGroupRuleIds as readonly string[]) {
        if (rules.get(id)?.GroupId !== GroupId)
          throw new ExecutionError("Ec2.Ec2Exception", `InvalidSecurityGroupRuleId.NotFound: ${id}`);
        rules.delete(id);
      }
      return {};
    },
  };

  const answered: Answer = (action, args) => {
    if (action === "describeReplicationGroups" && args.ReplicationGroupId === undefined)
      return { ReplicationGroups: [another] };
    const special = given.on?.[action]?.(action, args);
    if (special !== undefined) return special;
    const usual = answers[action];
    if (usual === undefined) throw new Error(`The account does not know ${action}.`);
    return usual(args);
  };
  const answer: Answer = (action, args) => {
    if (!given.may.includes(action)) throw new Error(`The state machine calls ${action}, which it should not.`);
    const isFailing = given.refusedCall === calls.length;
    const refused = isFailing && given.tooLarge !== true ? "Aws.Refused" : error(action);
    verifyArguments(action, args);
    calls.push({ action, args, refused: typeof refused === "string" });
    if (typeof refused === "string") throw new ExecutionError(refused, "refused");
    if (!isFailing) return answered(action, args);
    try {
      return { ...(answered(action, args) as object), Padding: "x".repeat(mostBytes) };
    } catch (thrown) {
      if (!(thrown instanceof ExecutionError)) throw thrown;
      // Also instead of an error, such as that of what is not there.
      return { Padding: "x".repeat(mostBytes) };
    }
  };
  return {
    answer,
    calls,
    argumentsOf: (action) => calls.filter((call) => call.action === action).map(({ args }) => args),
    changes: () => calls.filter(({ action, refused }) => !refused && !reads.test(action)),
    published,
    snapshots: () => snapshots.map(({ SnapshotName }) => textOf(SnapshotName)),
    rules: () => [...rules.values()].map(({ Description = "" }) => Description),
  };
}

/** ARN of a snapshot in the account of the tests. */
export const snapshotArn = (name: string): string => `arn:aws:elasticache:ap-northeast-1:123456789012:snapshot:${name}`;

const tagsOf = (list: unknown): Readonly<Record<string, string>> =>
  Object.fromEntries(((list ?? []) as readonly { Key: string; Value: string }[]).map(({ Key, Value }) => [Key, Value]));
