import { setImmediate } from "node:timers/promises";
import { Place } from "../../scripts/commands/restore/vault/place";
import { descriptionOf, Temporary } from "../../scripts/commands/restore/vault/temporary";
import { temporaryName, temporaryTag } from "../../scripts/commands/restore/vault/temporary-names";

export const planned = {
  ...{ region: "ap-northeast-1", name: "prod-redis", replicationGroupId: "prod-redis-cluster", engine: "redis" },
  ...{ version: "7.1", nodeType: "cache.r7g.large", shards: 2, tags: { Team: "orders" }, vault: null },
};
export const backup = "a123456789012-apne1-prod-t5k2m0";
export const id = temporaryName(planned);
export const ours = { [temporaryTag]: planned.replicationGroupId, RestoredFrom: backup };

export interface Thing {
  /** The last one stays. */
  readonly statuses: string[];
  readonly tags: Readonly<Record<string, string>>;
  /** @default - what a restore writes */
  readonly description?: string;
  /** Statuses of its last shard; the last one stays. @default - it has none */
  readonly shards?: string[];
}
type Things = Map<string, Thing>;

export const thing = (tags: Readonly<Record<string, string>> = ours, ...statuses: string[]): Thing => ({
  statuses: statuses.length === 0 ? ["available"] : statuses,
  tags,
});

/** Whether only security groups of the name in the VPC are asked for; otherwise EC2 answers with others, or not at all. */
const isOfThePlace = (filters: unknown): boolean =>
  JSON.stringify(filters) ===
  JSON.stringify([
    { Name: "group-name", Values: [id] },
    { Name: "vpc-id", Values: ["vpc-1"] },
  ]);

/** An account with these things, and what was asked of it that changes something. */
export function account(
  given: {
    groups?: Things;
    snapshots?: Things;
    subnetGroups?: Things;
    securityGroups?: Things;
    /** Statuses of a snapshot that is taken. @default - it becomes available */
    taken?: readonly string[];
    /** A command that AWS does not answer. */
    broken?: string;
  } = {},
) {
  const {
    groups = new Map<string, Thing>(),
    snapshots = new Map<string, Thing>(),
    subnetGroups = new Map<string, Thing>(),
    securityGroups = new Map<string, Thing>(),
  } = given;
  const changes: { readonly what: string; readonly input: Readonly<Record<string, unknown>> }[] = [];
  const notFound = (name: string): never => {
    throw Object.assign(new Error(name), { name: `${name}NotFoundFault` });
  };
  const tagsFrom = (list: unknown) =>
    Object.fromEntries((list as { Key: string; Value: string }[]).map(({ Key, Value }) => [Key, Value]));
  const next = (all: string[]): string => (all.length > 1 ? all.shift() : all[0]) ?? "";
  const asList = (tags: object) => Object.entries(tags).map(([Key, Value]: [string, unknown]) => ({ Key, Value }));
  const all: Record<string, Things> = { replicationgroup: groups, snapshot: snapshots, subnetgroup: subnetGroups };
  const shown = (kind: string, name: string) => {
    const found = all[kind]?.get(name) ?? notFound(kind);
    const status = next(found.statuses);
    if (status === "gone") {
      all[kind]?.delete(name);
      return notFound(kind);
    }
    const { description = descriptionOf(backup) } = found;
    return {
      ARN: `arn:aws:elasticache:ap-northeast-1:123456789012:${kind}:${name}`,
      Status: status,
      SnapshotStatus: status,
      Description: description,
      ...(found.shards && { NodeGroups: [{ Status: "available" }, { Status: next(found.shards) }] }),
    };
  };
  const answers: Readonly<Record<string, (input: Readonly<Record<string, string>>) => object>> = {
    DescribeReplicationGroups: (input) => ({
      ReplicationGroups: [shown("replicationgroup", input.ReplicationGroupId ?? "")],
    }),
    DescribeSnapshots: (input) => ({ Snapshots: [shown("snapshot", input.SnapshotName ?? "")] }),
    DescribeCacheSubnetGroups: (input) => ({
      CacheSubnetGroups: [shown("subnetgroup", input.CacheSubnetGroupName ?? "")],
    }),
    ListTagsForResource: ({ ResourceName = "" }) => {
      const [kind = "", name = ""] = ResourceName.split(":").slice(-2);
      return { TagList: asList(all[kind]?.get(name)?.tags ?? {}) };
    },
    DescribeSecurityGroups: (input) => ({
      SecurityGroups: [
        ...[...securityGroups].map(([GroupId, { tags }]) => ({ GroupId, Tags: asList(tags) })),
        ...(isOfThePlace(input.Filters) ? [] : [{ GroupId: "sg-elsewhere", Tags: asList(ours) }]),
      ],
    }),
  };
  const changing: typeof answers = {
    CreateReplicationGroup: ({ ReplicationGroupId = "", Tags }) =>
      groups.set(ReplicationGroupId, thing(tagsFrom(Tags), "creating", "available")),
    DeleteReplicationGroup: ({ ReplicationGroupId = "" }) =>
      groups.set(ReplicationGroupId, thing({}, ...Array.from({ length: 6 }, () => "deleting"), "gone")),
    CreateSnapshot: ({ SnapshotName = "", Tags }) =>
      snapshots.set(SnapshotName, thing(tagsFrom(Tags), ...(given.taken ?? ["creating", "available"]))),
    DeleteSnapshot: ({ SnapshotName = "" }) => snapshots.set(SnapshotName, thing({}, "deleting", "gone")),
    CreateCacheSubnetGroup: ({ CacheSubnetGroupName = "", Tags }) =>
      subnetGroups.set(CacheSubnetGroupName, thing(tagsFrom(Tags))),
    DeleteCacheSubnetGroup: ({ CacheSubnetGroupName = "" }) => {
      if (groups.has(id)) throw Object.assign(new Error("a cache is in it"), { name: "CacheSubnetGroupInUse" });
      return [subnetGroups.delete(CacheSubnetGroupName)];
    },
    CreateSecurityGroup: () => {
      securityGroups.set("sg-1", thing());
      return { GroupId: "sg-1" };
    },
    DeleteSecurityGroup: ({ GroupId = "" }) => {
      const { statuses = [] } = securityGroups.get(GroupId) ?? {};
      const status = statuses.shift();
      if (status === "denied") throw Object.assign(new Error("not authorized"), { name: "UnauthorizedOperation" });
      if (status === "in use") throw Object.assign(new Error("it has interfaces"), { name: "DependencyViolation" });
      return [securityGroups.delete(GroupId)];
    },
  };
  let unanswered = "";
  const client = {
    send: async (command: { readonly input: object }) => {
      const what = command.constructor.name.replace(/Command$/, "");
      const input = command.input as Readonly<Record<string, string>>;
      if (unanswered !== "") throw new Error(`${what} does not wait for the answer to ${unanswered}.`);
      if (what in changing) unanswered = what;
      await setImmediate();
      unanswered = "";
      if (what in changing) changes.push({ what, input });
      if (what === given.broken) throw new Error("AWS does not answer.");
      return (answers[what] ?? changing[what])?.(input);
    },
  };
  const props = { client: client as never, planned, backup, sleep: () => Promise.resolve() };
  return {
    temporary: new Temporary(props),
    place: new Place({ ...props, ec2: client as never, vpc: "vpc-1", subnets: ["subnet-1", "subnet-2"] }),
    props: { ...props, ec2: client as never },
    changes,
    names: () => changes.map(({ what }) => what),
  };
}
