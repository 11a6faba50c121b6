import {
  CreateReplicationGroupCommand,
  CreateSnapshotCommand,
  DeleteReplicationGroupCommand,
  DeleteSnapshotCommand,
  type ElastiCacheClient,
  ListTagsForResourceCommand,
  type NodeGroupConfiguration,
  type ReplicationGroup,
  type Snapshot,
  type Tag,
} from "@aws-sdk/client-elasticache";
import { exemptionTag } from "../../../../stacks/policy/findings";
import { cacheTags } from "../../../../stacks/terraform/names";
import { Refusal } from "../../../shared/aws-sdk";
import { findGroup, findSnapshot, hasFailed } from "../../../shared/elasticache";
import { until, type Sleep } from "../../../shared/wait";
import type { Planned } from "../stack";
import { temporaryName, temporaryTag } from "./temporary-names";

/** Statuses that something else follows. ElastiCache neither deletes a cache in one of them, nor lists its tags. */
const passing: readonly (string | undefined)[] = ["creating", "modifying", "snapshotting", "deleting", "copying"];

/** What the description of everything says that a restore creates for a while. */
export const descriptionOf = (backup: string): string => `Temporary: restores ${backup} from the vault`;

const descriptionForm = new RegExp(`^${descriptionOf("\\S+")}$`);

export interface TemporaryProps {
  readonly client: Pick<ElastiCacheClient, "send">;
  readonly planned: Planned;
  /** Name of the backup in the vault, and of the snapshot that is made of it. */
  readonly backup: string;
  /** @default - waits */
  readonly sleep?: Sleep;
}

/** The tags of what a restore creates. */
export const tagsOf = ({ planned, backup }: Pick<TemporaryProps, "planned" | "backup">, name: string): Tag[] =>
  Object.entries({
    ...planned.tags,
    Name: name,
    [temporaryTag]: planned.replicationGroupId,
    [cacheTags.restoredFrom]: backup,
    [exemptionTag]: "a restore needs it for a while",
  }).map(([Key, Value]) => ({ Key, Value }));

/** A cache that is created from files, only to take a snapshot of it, which Terraform can restore without knowing slots. */
export class Temporary {
  private readonly client: ElastiCacheClient;
  private readonly id: string;

  constructor(private readonly props: TemporaryProps) {
    this.client = props.client as ElastiCacheClient;
    this.id = temporaryName(props.planned);
  }

  /** Whether a run that was stopped has left the snapshot. @throws Refusal if one of that name is somebody else's. */
  public async hasSnapshot(): Promise<boolean> {
    const snapshot = await this.settledSnapshot();
    if (snapshot === undefined) return false;
    if (!(await this.isOurs(snapshot.ARN)))
      throw new Refusal(
        `The name of the snapshot that would be taken, ${this.props.backup}, is taken by another one. Delete it or copy it to another name, and run the command again.`,
      );
    if (snapshot.SnapshotStatus === "available") return true;
    await this.deleteSnapshot();
    return false;
  }

  /** Whether a run that was stopped has left the cache of this backup, whole. @throws Refusal if one of that name is somebody else's. */
  public async hasCache(): Promise<boolean> {
    const group = await this.settledGroup();
    return group !== undefined && (await this.backupOf(group)) === this.props.backup;
  }

  public async createCache(
    files: readonly string[],
    shards: readonly NodeGroupConfiguration[],
    where: {
      readonly subnetGroup: string;
      readonly securityGroup: string;
      readonly family: string;
      readonly key: string;
    },
  ): Promise<void> {
    const { planned, backup } = this.props;
    await this.client.send(
      new CreateReplicationGroupCommand({
        ReplicationGroupId: this.id,
        ReplicationGroupDescription: descriptionOf(backup),
        SnapshotArns: [...files],
        NodeGroupConfiguration: [...shards],
        NumNodeGroups: shards.length,
        Engine: planned.engine,
        EngineVersion: planned.version,
        CacheNodeType: planned.nodeType,
        CacheParameterGroupName: `default.${where.family}.cluster.on`,
        CacheSubnetGroupName: where.subnetGroup,
        SecurityGroupIds: [where.securityGroup],
        // ElastiCache requires it with cluster mode enabled.
        AutomaticFailoverEnabled: true,
        MultiAZEnabled: false,
        AtRestEncryptionEnabled: true,
        TransitEncryptionEnabled: true,
        ...(where.key !== "" && { KmsKeyId: where.key }),
        AutoMinorVersionUpgrade: false,
        SnapshotRetentionLimit: 0,
        Tags: tagsOf(this.props, this.id),
      }),
    );
  }

  /** Waits for the cache, and takes the snapshot. @throws Refusal if ElastiCache can do neither. */
  public async takeSnapshot(): Promise<void> {
    const { backup } = this.props;
    const group = await this.settledGroup();
    if (group?.Status !== "available")
      throw new Refusal(
        `The temporary cache ${this.id} is ${group?.Status ?? "gone"}, so ${backup} was not restored, and nothing else was changed. The reason is in its events: aws elasticache describe-events --source-type replication-group --source-identifier ${this.id} --duration 1440`,
      );
    await this.client.send(
      new CreateSnapshotCommand({
        ReplicationGroupId: this.id,
        SnapshotName: backup,
        Tags: tagsOf(this.props, backup),
      }),
    );
    const { SnapshotStatus: status = "gone" } = (await this.settledSnapshot()) ?? {};
    if (status !== "available")
      throw new Refusal(
        `The snapshot ${backup} of the temporary cache is ${status}, so nothing was restored. Run the command again.`,
      );
  }

  /** Begins to delete the temporary cache, if there is one; of which backup does not matter. @throws Refusal if it is somebody else's. */
  public async beginDeletion(): Promise<void> {
    const group = await this.settledGroup();
    if (group === undefined) return;
    await this.backupOf(group);
    await this.client.send(new DeleteReplicationGroupCommand({ ReplicationGroupId: this.id }));
  }

  public async isGone(): Promise<void> {
    const { sleep } = this.props;
    const gone = async () => ((await findGroup(this.client, this.id)) === undefined ? true : undefined);
    await until(`the deletion of the temporary cache ${this.id}`, gone, sleep);
  }

  public async deleteSnapshot(): Promise<void> {
    if ((await this.settledSnapshot()) === undefined) return;
    await this.client.send(new DeleteSnapshotCommand({ SnapshotName: this.props.backup }));
    await this.settledSnapshot();
  }

  private settledGroup(): Promise<ReplicationGroup | undefined> {
    return this.settled(`the temporary cache ${this.id}`, async () => {
      const group = await findGroup(this.client, this.id);
      // It may be available before each of its shards is.
      const isWhole = (group?.NodeGroups ?? []).every(({ Status }) => Status === "available");
      return group && { found: group, isSettled: !passing.includes(group.Status) && isWhole };
    });
  }

  private settledSnapshot(): Promise<Snapshot | undefined> {
    return this.settled(`the snapshot ${this.props.backup}`, async () => {
      const snapshot = await findSnapshot(this.client, this.props.backup);
      const status = snapshot?.SnapshotStatus;
      return snapshot && { found: snapshot, isSettled: !passing.includes(status) && status !== "restoring" };
    });
  }

  /** Waits until nothing more happens to it; undefined when there is none. */
  private async settled<Found>(
    what: string,
    find: () => Promise<{ readonly found: Found; readonly isSettled: boolean } | undefined>,
  ): Promise<Found | undefined> {
    const { answer } = await until(
      what,
      async () => {
        const one = await find();
        return one === undefined || one.isSettled ? { answer: one?.found } : undefined;
      },
      this.props.sleep,
    );
    return answer;
  }

  /** The backup that the cache was created from. @throws Refusal if it is none that a restore has created. */
  private async backupOf(group: ReplicationGroup): Promise<string | undefined> {
    // ElastiCache lists the tags of a cache only while it is available. One that failed holds no data.
    const isFailed = hasFailed(group.Status);
    if (isFailed && descriptionForm.test(group.Description ?? "")) return undefined;
    const tags = isFailed ? new Map<string, string>() : await this.tagsOn(group.ARN);
    if (tags.get(temporaryTag) !== this.props.planned.replicationGroupId)
      throw new Refusal(
        `The name of the temporary cache, ${this.id}, is taken by a cache that no restore of this stack has created, so nothing was changed. Delete that cache or restore it under another name, and run the command again.`,
      );
    return tags.get(cacheTags.restoredFrom);
  }

  private async isOurs(arn: string | undefined): Promise<boolean> {
    const { planned, backup } = this.props;
    const tags = await this.tagsOn(arn);
    return tags.get(temporaryTag) === planned.replicationGroupId && tags.get(cacheTags.restoredFrom) === backup;
  }

  private async tagsOn(arn: string | undefined): Promise<Map<string, string>> {
    const { TagList = [] } = await this.client.send(new ListTagsForResourceCommand({ ResourceName: arn }));
    return new Map(TagList.map(({ Key = "", Value = "" }) => [Key, Value]));
  }
}
