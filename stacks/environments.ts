import type { Adopted } from "./cache/adopted";

/**
 * What differs between environments. Every column is filled in everywhere: a value that is missing is a decision nobody took.
 * The values are defaults and bounds of the Terraform variables, so Terraform validates them like a user's own.
 */
export interface Environment {
  /** What physical names start with: a lower-case letter, then letters, digits and single hyphens, at most 12 characters (the longest name built on it has 40). */
  readonly name: string;
  /** The AWS Region, e.g. `ap-northeast-1`. */
  readonly region: string;
  /** Whose clock people read. `utcOffsetHours` is constant there (no daylight saving time), so that windows can be told in local time. */
  readonly localTime: { readonly place: string; readonly utcOffsetHours: number };
  /** Node type of the cache, e.g. `cache.r7g.large`. */
  readonly nodeType: string;
  /** Number of nodes, the primary included (2-6). */
  readonly nodes: number;
  /** How many days automatic backups are kept: the default, and the fewest that the environment accepts (1-35). */
  readonly backupRetentionDays: { readonly default: number; readonly floor: number };
  /** Daily, UTC, `hh24:mi-hh24:mi`. */
  readonly backupWindow: string;
  /** Weekly, UTC, `ddd:hh24:mi-ddd:hh24:mi`. */
  readonly maintenanceWindow: string;
  /** Whether manual backups are taken on a schedule. */
  readonly manualBackup: boolean;
  /** Whether the newest backup is restored on a schedule, to prove that it can be. */
  readonly restoreTest: boolean;
  /** Whether a plan that destroys or replaces the data is refused (`prevent_destroy`). */
  readonly protectData: boolean;
  /** How many days Secrets Manager keeps a deleted AUTH token (0, or 7-30). */
  readonly secretRecoveryDays: number;
  /** The cluster that was there before and is taken over (docs/adopt.md). null: the stack creates its own. */
  readonly adopted: Adopted | null;
}

const tokyo = { place: "Tokyo", utcOffsetHours: 9 } as const;

export const environments = {
  dev: {
    name: "dev",
    region: "ap-northeast-1",
    localTime: tokyo,
    nodeType: "cache.t4g.small",
    nodes: 2,
    backupRetentionDays: { default: 7, floor: 7 },
    backupWindow: "03:00-05:00",
    maintenanceWindow: "sun:05:00-sun:07:00",
    manualBackup: false,
    restoreTest: false,
    protectData: false,
    secretRecoveryDays: 0,
    adopted: null,
  },
  staging: {
    name: "staging",
    region: "ap-northeast-1",
    localTime: tokyo,
    nodeType: "cache.r7g.large",
    nodes: 2,
    backupRetentionDays: { default: 15, floor: 7 },
    backupWindow: "18:00-20:00",
    maintenanceWindow: "sat:20:00-sat:22:00",
    manualBackup: false,
    restoreTest: false,
    protectData: false,
    secretRecoveryDays: 7,
    adopted: null,
  },
  prod: {
    name: "prod",
    region: "ap-northeast-1",
    localTime: tokyo,
    nodeType: "cache.r7g.large",
    nodes: 3,
    backupRetentionDays: { default: 30, floor: 15 },
    backupWindow: "18:00-20:00",
    maintenanceWindow: "sat:20:00-sat:22:00",
    manualBackup: true,
    restoreTest: true,
    protectData: true,
    secretRecoveryDays: 30,
    adopted: null,
  },
} as const satisfies Record<string, Environment>;
