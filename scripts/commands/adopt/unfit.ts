import type { CacheCluster, ReplicationGroup } from "@aws-sdk/client-elasticache";
import { lostTag } from "../../../stacks/cache/adopted";
import { mostTags, stackTag } from "../../../stacks/terraform/tags";
import { Refusal } from "../../shared/aws-sdk";
import { isFromBefore } from "../recover/ownership";
import { replicaCounts } from "./shards";

/** @throws Refusal if the cache cluster is not Redis OSS or Valkey, or is not available. */
export function refuseCluster({
  CacheClusterId: id = "",
  Engine: engine,
  CacheClusterStatus: status,
}: CacheCluster): void {
  if (engine === "memcached")
    throw new Refusal(`${id} is Memcached, which has no backups. Only Redis OSS and Valkey can be adopted.`);
  refuseUnlessAvailable(id, status);
}

/** @throws Refusal if the replication group is of a kind that the stack does not deploy, or is not available. */
export function refuseGroup(group: ReplicationGroup): void {
  const { ReplicationGroupId: id = "", Status: status } = group;
  refuseUnlessAvailable(id, status);
  if (group.ClusterMode === "compatible")
    throw new Refusal(
      `${id} is in cluster mode compatible, in which AWS refuses most changes. Finish the migration, after which there is no way back (aws elasticache modify-replication-group --replication-group-id ${id} --cluster-mode enabled --apply-immediately), or go back (--cluster-mode disabled). Then adopt it.`,
    );
  refuseUnevenReplicas(id, replicaCounts(group.NodeGroups ?? []));
  const { GlobalReplicationGroupId: datastore } = group.GlobalReplicationGroupInfo ?? {};
  if (datastore !== undefined)
    throw new Refusal(
      `${id} belongs to the Global Datastore ${datastore}, which controls much of what this stack would. Disassociate it first (aws elasticache disassociate-global-replication-group), or turn its backups on where it is.`,
    );
}

/** The provider reads the replicas of the first shard alone, so a plan would not show that the others differ. */
function refuseUnevenReplicas(id: string, counts: ReadonlyMap<string, number>): void {
  const most = Math.max(...counts.values());
  const fewer = [...counts].filter(([, count]) => count < most);
  if (fewer.length === 0) return;
  const shown = [...counts].map(([shard, count]) => `${shard}: ${count}`).join(", ");
  const wanted = fewer.map(([shard]) => `NodeGroupId=${shard},NewReplicaCount=${most}`).join(" ");
  throw new Refusal(
    `${id} has shards with different numbers of replicas (${shown}), and replicas_per_node_group is one number for all of them. Give each ${most}, and adopt it then: aws elasticache increase-replica-count --replication-group-id ${id} --replica-configuration ${wanted} --apply-immediately.`,
  );
}

/** @throws Refusal if a stack of this project manages it already. */
export function refuseOurs(id: string, tags: Readonly<Record<string, string>>): void {
  // Stack and ManagedBy are tags of other tools too; nothing but this project writes this one.
  const isOlder = isFromBefore(tags);
  const stack = isOlder ? tags.Stack : tags[stackTag];
  if (stack !== undefined)
    throw new Refusal(
      `${id} is managed by ${stack} already, as its tag ${isOlder ? "Stack" : stackTag} shows. Deploy that stack; if its state is lost, run: npm run recover -- ${stack}.`,
    );
}

/** @throws Refusal if a tag cannot be kept, since CDKTF loses it: a deploy would remove it from the cluster. */
export function refuseTags(id: string, tags: Readonly<Record<string, string>>): void {
  if (Object.hasOwn(tags, lostTag))
    throw new Refusal(
      `${id} has a tag named ${lostTag}, which CDKTF cannot write, so a deploy would remove it. Give the tag another name, and adopt the cluster again.`,
    );
}

/** @throws Refusal if AWS would not accept the tags of the stack beside those of the cluster. `ofStack` are the keys of the former. */
export function refuseTooManyTags(
  id: string,
  tags: Readonly<Record<string, string>>,
  ofStack: ReadonlySet<string>,
): void {
  const own = Object.keys(tags).filter((key) => !key.startsWith("aws:"));
  const all = new Set([...own, ...ofStack]).size;
  if (all > mostTags)
    throw new Refusal(
      `${id} has ${own.length} tags and would have ${all} with those that the stack sets. AWS accepts ${mostTags}. Remove at least ${all - mostTags} tags from it (aws elasticache remove-tags-from-resource), then adopt it.`,
    );
}

function refuseUnlessAvailable(id: string, status: string | undefined): void {
  if (status !== "available")
    throw new Refusal(
      `${id} is ${status ?? "in an unknown status"}, and only an available cluster can be adopted. Wait: aws elasticache wait replication-group-available --replication-group-id ${id}.`,
    );
}
