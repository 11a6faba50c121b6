import { defaultNodesPerCluster } from "../../../stacks/variables/nodes";
import type { LiveCluster } from "./live";
import { replicasPerShard } from "./shards";

export type Values = Readonly<Record<string, unknown>>;

/** The Terraform variables that leave the live cluster as it is. The backup settings of a cluster without backups are AWS's, so they are left out. */
export function valuesOf(live: LiveCluster): Values {
  const backupsOn = live.retentionDays > 0;
  const { "maxmemory-policy": policy, "reserved-memory-percent": reserved } = live.parameters;
  return {
    vpc_id: live.subnetGroup.vpcId,
    vpc_cidr: live.subnetGroup.vpcCidr,
    private_subnet_ids: live.subnetGroup.subnets.map(({ id }) => id),
    engine: live.engine,
    redis_version: versionAsWritten(live.version),
    node_type: live.nodeType,
    ...sizeOf(live),
    ...(backupsOn && { backup_retention_days: live.retentionDays, backup_window: live.backupWindow }),
    maintenance_window: live.maintenanceWindow,
    ...(live.kmsKeyId !== null && { kms_key_id: live.kmsKeyId }),
    ...(policy !== undefined && { maxmemory_policy: policy }),
    ...(reserved !== undefined && { reserved_memory_percent: Number(reserved) }),
  };
}

const sizeOf = ({ nodes, shards }: LiveCluster): Values =>
  shards === null
    ? { num_cache_nodes: nodes.length }
    : {
        num_node_groups: shards.length,
        replicas_per_node_group: replicasPerShard({ nodes }, shards),
        // AWS has raised the quota, to a number that it does not say here.
        ...(nodes.length > defaultNodesPerCluster && { nodes_per_cluster_quota: nodes.length }),
      };

/** AWS answers `6.2.6`, and takes `6.2`; versions before 6 are written in full. */
const versionAsWritten = (version: string): string =>
  /^[0-5]\./.test(version) ? version : version.split(".").slice(0, 2).join(".");

/** Stands for the address that the report asks its reader for, where Terraform needs one before. */
export const valuesToCome: Values = { notification_email: "oncall@example.com" };

/** What may fall back to the environment's own value, since ElastiCache changes it in place and no client notices. */
export const mayChange: ReadonlySet<string> = new Set([
  "num_cache_nodes",
  "replicas_per_node_group",
  "backup_retention_days",
  "backup_window",
  "maintenance_window",
  "log_types",
]);
