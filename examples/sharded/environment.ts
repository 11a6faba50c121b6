import type { Environment } from "../../stacks/environments";

/** An environment with three shards of two nodes each: a column of the table in stacks/environments.ts. */
export const sharded = {
  name: "sharded",
  region: "ap-northeast-1",
  localTime: { place: "Tokyo", utcOffsetHours: 9 },
  nodeType: "cache.r7g.large",
  nodes: 2,
  shards: 3,
  backupRetentionDays: { default: 15, floor: 7 },
  backupWindow: "18:00-20:00",
  maintenanceWindow: "sat:20:00-sat:22:00",
  manualBackup: true,
  restoreTest: true,
  protectData: false,
  secretRecoveryDays: 0,
  adopted: null,
} as const satisfies Environment;
