import { InputError } from "../terraform/input-error";

/**
 * A cluster that was there before this project, taken over as it is: what its environment's entry says of it.
 * `npm run adopt` writes it from the live cluster.
 *
 * The names and the port cannot change without replacing the cluster. Each rule of the environment that the cluster does not
 * follow is written out with its reason, so that a review sees it; `true` is the rule.
 */
export interface Adopted {
  /** Id of the replication group. */
  readonly replicationGroupId: string;
  /** Name of its subnet group. The stack reads it and does not manage it, because other caches may use it too. */
  readonly subnetGroupName: string;
  /** The security groups that it has, e.g. `["sg-0123456789abcdef0"]`, kept beside the stack's own. */
  readonly securityGroupIds: readonly string[];
  /** The port that it listens on (1-65535). */
  readonly port: number;
  /** Its own tags. Where the stack sets a tag of that name, the stack's value counts. */
  readonly tags: Readonly<Record<string, string>>;
  /** Its description, which AWS shows with its id. @default - the stack's own */
  readonly description?: string;
  /** Where logs are delivered that it delivers already, by their type. Others go to the stack's log groups. @default - none */
  readonly logDelivery?: Readonly<Partial<Record<LogType, LogDelivery>>>;
  /** Its IP protocols, which cannot change, and which address clients are given. @default - IPv4 */
  readonly network?: { readonly type: NetworkType; readonly ipDiscovery: "ipv4" | "ipv6" };
  /** Its own parameters beside `reserved-memory-percent` and `maxmemory-policy`, which are variables. */
  readonly parameters: Readonly<Record<string, string>>;
  /** Whether it is encrypted at rest, which is decided when a cluster is created. */
  readonly encryptionAtRest: true | { readonly enabled: false; readonly optOutReason: string };
  /**
   * Whether clients must connect with TLS. `preferred` takes both; ElastiCache goes from `disabled` to `preferred` (from engine
   * version 7.0.5 on) and from there to `true`, each by a deploy of its own.
   *
   * @see https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/in-transit-encryption-enable.html
   */
  readonly encryptionInTransit: true | { readonly mode: "disabled" | "preferred"; readonly optOutReason: string };
  /**
   * Whether its AUTH token is this stack's: not when it is taken over, since a live token cannot be read. `live` says what clients present
   * until the first rotation: nothing, or a token that only they know. Clients that are users (RBAC) stay what they are.
   */
  readonly authToken: true | ForeignAuth;
  /** Whether its nodes are spread over Availability Zones, so that ElastiCache takes Multi-AZ. Failover is on in any case. */
  readonly multiAz: true | { readonly enabled: false; readonly optOutReason: string };
}

/** What clients present to an adopted cluster that the stack does not manage. */
export type ForeignAuth = { readonly managedHere: false; readonly optOutReason: string } & (
  | { readonly live: "none" | "token" }
  | {
      readonly live: "users";
      /** Ids of its user groups: without them Terraform would remove the groups, and clients would need no credentials. */
      readonly userGroupIds: readonly string[];
    }
);

export type LogType = "slow-log" | "engine-log";

export interface LogDelivery {
  readonly destinationType: "cloudwatch-logs" | "kinesis-firehose";
  /** Name of the log group or of the delivery stream. */
  readonly destination: string;
  readonly format: "json" | "text";
}

export type NetworkType = "ipv4" | "dual_stack" | "ipv6";

/** A name that assignments take for the prototype of an object, so that cdktf loses the value. */
export const lostTag = "__proto__";

/** @throws InputError if a tag or parameter would be lost, which a deploy would remove from the cluster. */
export function refuseLostNames({ tags, parameters }: Pick<Adopted, "tags" | "parameters">): void {
  for (const [what, values] of Object.entries({ tags, parameters }))
    if (Object.hasOwn(values, lostTag) || Object.getPrototypeOf(values) !== Object.prototype)
      throw new InputError(
        `Invalid adopted.${what}: it has the name ${lostTag}, which CDKTF cannot write. Remove it from the cluster and from the environment's entry.`,
      );
}
