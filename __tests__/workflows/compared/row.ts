import type { Stepped } from "../../support/stepped";

/** What a state machine makes of each value that AWS may answer. */
export interface Row {
  readonly what: string;
  /** @default redis-prod */
  readonly stack?: string;
  readonly machine: string;
  readonly state: string;
  /** The comparisons that it is about: the file below stacks/, and its text. */
  readonly compares: readonly string[];
  readonly values: readonly string[];
  /** What the state runs with, where AWS answered a value. */
  readonly given: (value: string) => {
    readonly variables?: Readonly<Record<string, unknown>>;
    readonly input?: unknown;
    readonly result?: unknown;
  };
  /** @default - the next state */
  readonly outcome?: (stepped: Stepped) => unknown;
  /** The values by what becomes of them. */
  readonly expected: Readonly<Record<string, readonly string[]>>;
}

/** A snapshot that is whole, of the cache. */
export const snapshot = {
  SnapshotName: "dev-redis-manual-20260131120000",
  SnapshotSource: "manual",
  SnapshotStatus: "available",
  CacheClusterId: "cache-001",
  NodeSnapshots: [{ SnapshotCreateTime: "2026-01-31T12:00:00Z", CacheSize: "1 MB" }],
};

/** What a state that lists snapshots knows before. */
export const reading = { snapshotsOf: {}, marker: "", listed: [], pagesRead: 0, nodes: ["cache-001"] };

/** The outcome that is the number of snapshots kept. */
export const howMany = ({ variables }: Stepped): number => (variables.listed as readonly unknown[]).length;
