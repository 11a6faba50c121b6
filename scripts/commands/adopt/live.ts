import type { Adopted } from "../../../stacks/cache/adopted";

/** A live replication group (cluster mode disabled), as far as adopting it depends on it. */
export interface LiveCluster {
  readonly id: string;
  readonly region: string;
  readonly description: string;
  readonly engine: string;
  /** In full, e.g. `6.2.6`. */
  readonly version: string;
  readonly nodeType: string;
  readonly nodes: readonly LiveNode[];
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

export interface LiveNode {
  readonly id: string;
  readonly role: "primary" | "replica";
  readonly zone: string;
}

/** A Redis node without a replication group. */
export interface LoneNode {
  readonly id: string;
  readonly region: string;
  readonly tags: Readonly<Record<string, string>>;
}
