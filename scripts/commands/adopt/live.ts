import type { Adopted } from "../../../stacks/cache/adopted";

/** A live replication group, as far as adopting it depends on it. */
export interface LiveCluster {
  readonly id: string;
  readonly region: string;
  readonly description: string;
  readonly engine: string;
  /** In full, e.g. `6.2.6`. */
  readonly version: string;
  readonly nodeType: string;
  /** Of all shards; each shard has the same number of them. */
  readonly nodes: readonly LiveNode[];
  /** null: cluster mode is disabled. */
  readonly shards: readonly LiveShard[] | null;
  readonly port: number;
  readonly failover: boolean;
  readonly multiAz: boolean;
  /** 0: backups are off. */
  readonly retentionDays: number;
  readonly backupWindow: string;
  readonly maintenanceWindow: string;
  readonly encryptedAtRest: boolean;
  /** null: the key that AWS owns. */
  readonly kmsKeyId: string | null;
  readonly inTransit: "disabled" | "preferred" | "required";
  readonly auth: "none" | "token" | "users";
  /** Of users (RBAC). */
  readonly userGroupIds: readonly string[];
  readonly network: Required<Adopted>["network"];
  readonly subnetGroup: {
    readonly name: string;
    readonly vpcId: string;
    readonly vpcCidr: string;
    readonly subnets: readonly { readonly id: string; readonly zone: string }[];
  };
  readonly securityGroupIds: readonly string[];
  readonly parameterGroup: string;
  /** Whether a changed parameter still waits for a reboot. */
  readonly rebootPending: boolean;
  /** Parameters that were set by a person. */
  readonly parameters: Readonly<Record<string, string>>;
  readonly logs: Required<Adopted>["logDelivery"];
  readonly topicArn: string | null;
  readonly autoMinorVersionUpgrade: boolean;
  readonly tags: Readonly<Record<string, string>>;
  /** The CloudFormation stack that it belongs to; null if it belongs to none, undefined if that could not be read. */
  readonly formation: string | null | undefined;
}

export interface LiveShard {
  /** One to four digits. The ids of a cluster may have gaps. */
  readonly id: string;
  /** How many of the 16384 slots it has. */
  readonly slots: number;
}

export interface LiveNode {
  readonly id: string;
  /** Id of its shard; `0001` without cluster mode. */
  readonly shard: string;
  /** null: with cluster mode enabled, AWS does not say. */
  readonly role: "primary" | "replica" | null;
  readonly zone: string;
}

/** A Redis node without a replication group. */
export interface LoneNode {
  readonly id: string;
  readonly region: string;
  readonly tags: Readonly<Record<string, string>>;
}
