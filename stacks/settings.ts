import type { Adopted } from "./cache/adopted";

/** Whose clock people read, where it has no daylight saving time. */
export interface LocalTime {
  /** As it ends the sentence "03:00-05:00 in Tokyo". */
  readonly place: string;
  readonly utcOffsetHours: number;
}

/**
 * What differs between environments. The values are defaults and bounds of the Terraform variables, so Terraform validates them like a
 * user's own.
 */
export interface EnvironmentSettings {
  /** Name of the environment: a lower-case letter, then letters, digits and single hyphens, at most 12 characters, e.g. `prod`. */
  readonly name: string;
  /** AWS Region, e.g. `ap-northeast-1`. */
  readonly region: string;
  /** Local time in which windows are described beside UTC. @default - UTC only */
  readonly localTime?: LocalTime | null;
  /** Node type of the cache. @default "cache.r7g.large" */
  readonly nodeType?: string;
  /** Number of nodes, the primary included (2-6); with shards, of each shard. @default 2 */
  readonly nodes?: number;
  /**
   * Number of shards that a new cache begins with (1-500): cluster mode is enabled. With null it is disabled. A live cache cannot be moved
   * from one to the other by a deploy (docs/shards.md).
   *
   * @default null
   */
  readonly shards?: number | null;
  /** Days that automatic backups are kept: the default, and the fewest that the environment accepts (1-35). @default - 30, and 15 at least */
  readonly backupRetentionDays?: { readonly default: number; readonly floor: number };
  /** Daily backup window, UTC, `hh24:mi-hh24:mi`. @default "03:00-05:00" */
  readonly backupWindow?: string;
  /** Weekly maintenance window, UTC, `ddd:hh24:mi-ddd:hh24:mi`. @default "sun:05:00-sun:07:00" */
  readonly maintenanceWindow?: string;
  /** Whether manual backups are taken on a schedule. @default false */
  readonly manualBackup?: boolean;
  /** Whether the newest backup is restored on a schedule, to verify that it can be. @default false */
  readonly restoreTest?: boolean;
  /** Whether a plan that destroys or replaces the data is refused (`prevent_destroy`). @default true */
  readonly protectData?: boolean;
  /** Days that Secrets Manager keeps a deleted AUTH token (0, or 7-30). @default 30 */
  readonly secretRecoveryDays?: number;
  /** A replication group that was there before and is taken over (docs/adopt.md). @default - the stack creates its own */
  readonly adopted?: Adopted | null;
}

/** The settings of an environment, each one decided. */
export type Environment = Required<EnvironmentSettings>;

const defaults: Omit<Environment, "name" | "region"> = {
  localTime: null,
  nodeType: "cache.r7g.large",
  nodes: 2,
  shards: null,
  backupRetentionDays: { default: 30, floor: 15 },
  backupWindow: "03:00-05:00",
  maintenanceWindow: "sun:05:00-sun:07:00",
  manualBackup: false,
  restoreTest: false,
  protectData: true,
  secretRecoveryDays: 30,
  adopted: null,
};

/** Fills in the defaults, also where a setting is given as undefined. */
export function environmentOf(settings: EnvironmentSettings): Environment {
  const given = Object.fromEntries(Object.entries(settings).filter(([, value]) => value !== undefined));
  return { ...defaults, ...(given as unknown as EnvironmentSettings) };
}
