import { ExecutionError } from "../machine";
import { shardOf } from "../node-metrics";
import { listed, type Listed } from "../snapshots";
import {
  page,
  type Sequence,
  Sequences,
  tagList,
  tagsOf,
  type Tags,
  textOf,
  type Answers,
  type Arguments,
} from "./service";

/** A snapshot, with what else DescribeSnapshots answers of it. */
export type Snapshot = Listed & {
  readonly SnapshotStatus?: string | undefined;
  readonly NodeSnapshots?: readonly object[] | undefined;
};

interface Group {
  readonly Status?: string;
  readonly MemberClusters?: readonly string[];
}

interface Node {
  readonly CacheClusterStatus?: string;
}

export interface ElastiCacheGiven {
  /** Replication groups by id, as DescribeReplicationGroups answers; null is one that is not there. */
  readonly groups?: Readonly<Record<string, Sequence<object | null>>>;
  /** What a group is that is created, and not in `groups`. @default - available at once */
  readonly created?: Sequence<object | null>;
  /** The status of a group from when it is modified on, each time it is described. @default - modifying, then available */
  readonly modifying?: Sequence<string>;
  /** Nodes by id, as DescribeCacheClusters answers. */
  readonly nodes?: Readonly<Record<string, Sequence<object>>>;
  readonly snapshots?: readonly Snapshot[];
  /** The status of a snapshot each time it is described by its name, instead of its own. */
  readonly statuses?: Readonly<Record<string, Sequence<string>>>;
  /** The status of a snapshot from when it is taken on, each time it or its source is described. @default - its own */
  readonly taking?: Sequence<string>;
  /** The status of a snapshot from when it is exported on. @default - copying, then available */
  readonly exporting?: Sequence<string>;
  /** What a snapshot is made of that CreateSnapshot takes. @default - available at once */
  readonly taken?: (args: Arguments) => object;
  /** Tags by the ARN of what has them. */
  readonly tags?: Readonly<Record<string, Tags>>;
  /** Events by their source, the newest first. */
  readonly events?: Readonly<Record<string, readonly object[]>>;
}

const arnOf = (kind: string, name: string): string => `arn:aws:elasticache:ap-northeast-1:123456789012:${kind}:${name}`;

/** ARNs in the account of the tests. */
export const snapshotArn = (name: string): string => arnOf("snapshot", name);
export const groupArn = (id: string): string => arnOf("replicationgroup", id);

/** A group of somebody else, which comes first where all groups are asked for. */
const another = {
  ReplicationGroupId: "another",
  Status: "available",
  MemberClusters: ["another-001"],
  NodeGroups: shardOf("another-001"),
};

const refusedAs = (error: string, cause: string): ExecutionError =>
  new ExecutionError(`ElastiCache.${error}Exception`, cause);

/** Without ShowNodeGroupConfig there are no slots. */
function withoutSlots({ NodeSnapshots, ...rest }: Snapshot): object {
  return {
    ...rest,
    ...(NodeSnapshots && {
      NodeSnapshots: NodeSnapshots.map((shard) =>
        Object.fromEntries(Object.entries(shard).filter(([member]) => member !== "NodeGroupConfiguration")),
      ),
    }),
  };
}

/**
 * ElastiCache. `exported` gets the snapshot, the bucket and the name of each export.
 *
 * @see https://docs.aws.amazon.com/AmazonElastiCache/latest/APIReference/Welcome.html
 */
export function elasticache(
  given: ElastiCacheGiven,
  exported: (snapshot: Snapshot, bucket: string, name: string) => void,
) {
  const sequences = new Sequences();
  const tags = new Map(Object.entries(given.tags ?? {}));
  const groups = new Map(Object.entries(given.groups ?? {}));
  const statuses = new Map(Object.entries(given.statuses ?? {}));
  let snapshots: readonly Snapshot[] = given.snapshots ?? [];

  const snapshotNamed = (name: unknown): Snapshot => {
    const found = snapshots.find(({ SnapshotName }) => SnapshotName === name);
    if (found === undefined) throw refusedAs("SnapshotNotFound", `no ${String(name)}`);
    return found;
  };
  /** A snapshot with its status when it was last described. */
  const asLast = (one: Snapshot): Snapshot => {
    const own = statuses.get(textOf(one.SnapshotName));
    return own === undefined
      ? one
      : { ...one, SnapshotStatus: sequences.last(`snapshot ${textOf(one.SnapshotName)}`, own) };
  };
  const statusOf = (name: string): string | undefined => asLast(snapshotNamed(name)).SnapshotStatus;
  /** The snapshots that are being taken of a node or a group. */
  const creating = (id: string, nodes: readonly string[]): readonly Snapshot[] =>
    snapshots.filter(
      (one) =>
        asLast(one).SnapshotStatus === "creating" &&
        (one.ReplicationGroupId === id || nodes.includes(textOf(one.CacheClusterId))),
    );
  /** A snapshot that is being taken comes nearer its end, too, each time its source is described. */
  const passTime = (ofSource: readonly Snapshot[]): void => {
    for (const { SnapshotName } of ofSource)
      sequences.next(`snapshot ${textOf(SnapshotName)}`, statuses.get(textOf(SnapshotName)) ?? []);
  };
  const whileCreating = (id: string, group: Group): Group =>
    group.Status === "available" && creating(id, group.MemberClusters ?? []).length > 0
      ? { ...group, Status: "snapshotting" }
      : group;
  /** A group that is there, as it was when it was last described. */
  const groupNamed = (id: string): Group => {
    const group = sequences.last(`group ${id}`, groups.get(id) ?? [null]);
    if (group == null) throw refusedAs("ReplicationGroupNotFound", `no ${id}`);
    return whileCreating(id, group);
  };
  /** The group that a node was in when that was last described. */
  const groupOfNode = (node: string): string | undefined =>
    [...groups].find(([id, sequence]) =>
      (sequences.last<Group | null>(`group ${id}`, sequence)?.MemberClusters ?? []).includes(node),
    )?.[0];
  const nodeNamed = (id: string, node: Node | undefined): Node => {
    if (node === undefined) throw refusedAs("CacheClusterNotFound", `no ${id}`);
    return node.CacheClusterStatus === "available" && creating("", [id]).length > 0
      ? { ...node, CacheClusterStatus: "snapshotting" }
      : node;
  };
  /**
   * A snapshot is taken of what is available only: of a node in a group, the group.
   *
   * @see https://docs.aws.amazon.com/AmazonElastiCache/latest/APIReference/API_CreateSnapshot.html (Errors)
   */
  const checkSource = ({ CacheClusterId, ReplicationGroupId }: Arguments): void => {
    if ((CacheClusterId === undefined) === (ReplicationGroupId === undefined))
      throw refusedAs("InvalidParameterCombination", "a snapshot is taken of a node or of a group");
    const node = textOf(CacheClusterId);
    const group = CacheClusterId === undefined ? textOf(ReplicationGroupId) : groupOfNode(node);
    if (group !== undefined) {
      const { Status } = groupNamed(group);
      if (Status !== "available") throw refusedAs("InvalidReplicationGroupState", `it is ${String(Status)}`);
      return;
    }
    const { CacheClusterStatus } = nodeNamed(node, sequences.last(`node ${node}`, given.nodes?.[node] ?? []));
    if (CacheClusterStatus !== "available")
      throw refusedAs("InvalidCacheClusterState", `it is ${String(CacheClusterStatus)}`);
  };

  const answers: Answers = {
    describeReplicationGroups: ({ ReplicationGroupId }) => {
      if (ReplicationGroupId === undefined) return { ReplicationGroups: [another] };
      const id = textOf(ReplicationGroupId);
      const found = sequences.next(`group ${id}`, groups.get(id) ?? [null]);
      if (found == null) throw refusedAs("ReplicationGroupNotFound", `no ${id}`);
      passTime(creating(id, (found as Group).MemberClusters ?? []));
      return { ReplicationGroups: [{ ReplicationGroupId: id, ...whileCreating(id, found) }] };
    },
    createReplicationGroup: (args) => {
      const id = textOf(args.ReplicationGroupId);
      // Somebody may have created it since it was described.
      if (sequences.peek(`group ${id}`, groups.get(id) ?? [null]) != null)
        throw refusedAs("ReplicationGroupAlreadyExists", id);
      groups.set(id, given.created ?? [{ Status: "available" }]);
      sequences.restart(`group ${id}`);
      tags.set(groupArn(id), tagsOf(args.Tags));
      return {};
    },
    deleteReplicationGroup: ({ ReplicationGroupId }) => {
      const id = textOf(ReplicationGroupId);
      const { Status = "" } = groupNamed(id);
      if (!["available", "create-failed", "restore-failed"].includes(Status))
        throw refusedAs("InvalidReplicationGroupState", `it is ${Status}`);
      groups.set(id, [null]);
      sequences.restart(`group ${id}`);
      return {};
    },
    modifyReplicationGroup: ({ ReplicationGroupId, SnapshottingClusterId }) => {
      const id = textOf(ReplicationGroupId);
      const group = groupNamed(id);
      if (group.Status !== "available")
        throw refusedAs("InvalidReplicationGroupState", `it is ${String(group.Status)}`);
      const modified = { ...group, ...(SnapshottingClusterId !== undefined && { SnapshottingClusterId }) };
      groups.set(
        id,
        (given.modifying ?? ["modifying", "available"]).map((Status) => ({ ...modified, Status })),
      );
      sequences.restart(`group ${id}`);
      return {};
    },
    describeCacheClusters: ({ CacheClusterId, Marker, MaxRecords }) => {
      if (CacheClusterId === undefined) {
        const all = Object.entries(given.nodes ?? {}).map(([id, [node]]) => ({ CacheClusterId: id, ...node }));
        const { rows, marker } = page(all, Marker, Number(MaxRecords ?? 100));
        return { CacheClusters: rows, ...(marker !== undefined && { Marker: marker }) };
      }
      const id = textOf(CacheClusterId);
      const found = sequences.next(`node ${id}`, given.nodes?.[id] ?? []);
      passTime(creating("", [id]));
      return { CacheClusters: [{ CacheClusterId: id, ...nodeNamed(id, found) }] };
    },
    describeSnapshots: (args) => {
      const { SnapshotName, MaxRecords, ShowNodeGroupConfig } = args;
      if (typeof MaxRecords === "number" && (MaxRecords < 20 || MaxRecords > 50))
        throw refusedAs("InvalidParameterValue", `MaxRecords is ${MaxRecords}`);
      const shown = (one: Snapshot): object => (ShowNodeGroupConfig === true ? one : withoutSlots(one));
      if (SnapshotName === undefined) {
        const { Snapshots, ...rest } = listed(snapshots.map(asLast), args);
        return { Snapshots: Snapshots.map((one) => shown(one as Snapshot)), ...rest };
      }
      const name = textOf(SnapshotName);
      const found = snapshotNamed(name);
      const own = statuses.get(name);
      return {
        Snapshots: [{ ...shown(found), ...(own && { SnapshotStatus: sequences.next(`snapshot ${name}`, own) }) }],
      };
    },
    createSnapshot: (args) => {
      const { SnapshotName, CacheClusterId, ReplicationGroupId, Tags } = args;
      checkSource(args);
      if (snapshots.some((one) => one.SnapshotName === SnapshotName))
        throw refusedAs("SnapshotAlreadyExists", textOf(SnapshotName));
      const made: Listed = {
        SnapshotName: textOf(SnapshotName),
        SnapshotSource: "manual",
        ...(CacheClusterId !== undefined && { CacheClusterId: textOf(CacheClusterId) }),
        ...(ReplicationGroupId !== undefined && { ReplicationGroupId: textOf(ReplicationGroupId) }),
      };
      snapshots = [...snapshots, { ...made, ...(given.taken?.(args) ?? { SnapshotStatus: "available" }) }];
      if (given.taking !== undefined) statuses.set(textOf(SnapshotName), given.taking);
      tags.set(snapshotArn(textOf(SnapshotName)), tagsOf(Tags));
      return {};
    },
    copySnapshot: ({ SourceSnapshotName, TargetSnapshotName, TargetBucket }) => {
      if (TargetBucket === undefined) throw new Error("The account copies snapshots into a bucket only.");
      const name = textOf(SourceSnapshotName);
      const source = snapshotNamed(name);
      const status = statusOf(name);
      if (status !== "available") throw refusedAs("InvalidSnapshotState", `it is ${String(status)}`);
      exported(source, textOf(TargetBucket), textOf(TargetSnapshotName));
      statuses.set(name, given.exporting ?? ["copying", "available"]);
      sequences.restart(`snapshot ${name}`);
      return {};
    },
    deleteSnapshot: ({ SnapshotName }) => {
      const status = statusOf(textOf(SnapshotName));
      if (status !== "available" && status !== "failed")
        throw refusedAs("InvalidSnapshotState", `it is ${String(status)}`);
      snapshots = snapshots.filter((one) => one.SnapshotName !== SnapshotName);
      return {};
    },
    listTagsForResource: ({ ResourceName }) => {
      const [, kind, name = ""] = /:(snapshot|replicationgroup):(.*)$/.exec(String(ResourceName)) ?? [];
      if (kind === "snapshot") snapshotNamed(name);
      if (kind === "replicationgroup") {
        const { Status = "" } = groupNamed(name);
        if (Status !== "available") throw refusedAs("InvalidReplicationGroupState", `it is ${Status}`);
      }
      return { TagList: tagList(tags.get(String(ResourceName)) ?? {}) };
    },
    addTagsToResource: ({ ResourceName, Tags }) => {
      tags.set(String(ResourceName), { ...tags.get(String(ResourceName)), ...tagsOf(Tags) });
      return {};
    },
    describeEvents: ({ SourceIdentifier, Marker, MaxRecords }) => {
      const { rows, marker } = page(given.events?.[String(SourceIdentifier)] ?? [], Marker, Number(MaxRecords ?? 100));
      return { Events: rows, ...(marker !== undefined && { Marker: marker }) };
    },
  };
  return {
    answers,
    snapshots: () => snapshots.map(({ SnapshotName }) => textOf(SnapshotName)),
    /** What a group is now; nothing while there is none. */
    group: (id: string) => sequences.last(`group ${id}`, groups.get(id) ?? [null]) ?? undefined,
    tags: (arn: string) => tags.get(arn) ?? {},
  };
}
