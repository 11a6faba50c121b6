/** What one or more IAM actions are allowed on. */
export interface Grant {
  /** IAM actions: `service:Action`. */
  readonly actions: readonly string[];
  /**
   * Resource types, as the service authorization reference calls them, each with patterns of names: the end of an ARN, from the first
   * part on that differs between resources.
   *
   * @default - every resource, for actions that have no resource types
   */
  readonly on?: Readonly<Record<string, readonly string[]>>;
  /** Why it is allowed on every resource although it has resource types: what AWS says. @default - it is not */
  readonly unscoped?: string;
  /** Conditions as IAM takes them, by operator and key. */
  readonly condition?: Readonly<Record<string, Readonly<Record<string, string | readonly string[]>>>>;
  /**
   * Why it is needed, although the deployment test sees no such call: AWS authorizes the action within another call, or only some
   * changes make it.
   *
   * @default - the deployment test sees the call
   */
  readonly reason?: string;
}

/** What Terraform needs for the resources or data sources of one type. */
export interface Permissions {
  /** To plan, and to read what is live. */
  readonly read: readonly Grant[];
  /** To create, change and delete as well. */
  readonly write: readonly Grant[];
}

/** The permissions of a type that only reads. */
export const reads = (...read: readonly Grant[]): Permissions => ({ read, write: [] });

/** The permissions of a type that makes no calls. */
export const nothing: Permissions = { read: [], write: [] };
