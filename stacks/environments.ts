import type { Environment } from "./settings";

export type { Environment };

const tokyo = { place: "Tokyo", utcOffsetHours: 9 } as const;

/** The environments of this repository. Every column is filled in everywhere: a value that is missing is a decision nobody took. */
export const environments = {
  dev: {
    name: "dev",
    region: "ap-northeast-1",
    localTime: tokyo,
    nodeType: "cache.t4g.small",
    nodes: 2,
    shards: null,
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
    shards: null,
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
    shards: null,
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
