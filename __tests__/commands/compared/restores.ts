import type { ElastiCacheClient } from "@aws-sdk/client-elasticache";
import { setTimeout } from "node:timers/promises";
import { nextRun } from "../../../scripts/commands/restore/next-run";
import { check, copy } from "../../../scripts/commands/restore/snapshots";
import { refuseByStatus } from "../../../scripts/commands/restore/status";
import { hasFailed } from "../../../scripts/shared/elasticache";
import { but, groupStatuses, snapshotStatuses } from "../../support/aws-values";
import { account, backup, id, ours, planned, thing } from "../../support/temporary-cache";
import { clientOf, failed, itself, outcome, passingSnapshot, saying, type Row } from "./row";

const snapshot = {
  ...{ SnapshotName: "it", SnapshotStatus: "available", Engine: "redis", EngineVersion: "7.1.0" },
  ...{ CacheNodeType: planned.nodeType, NodeSnapshots: [{ SnapshotCreateTime: new Date(0) }], ARN: "arn" },
};
const asked = { stack: "redis-dev", snapshot: "it", values: [] };

/** Copies an automatic snapshot, where the copy is one after the other. @returns how often it was awaited */
async function waitsForCopy(...statuses: string[]): Promise<number> {
  const client = clientOf((operation) =>
    operation === "DescribeSnapshots"
      ? { Snapshots: [{ SnapshotStatus: statuses.length > 1 ? statuses.shift() : statuses[0], ARN: "arn" }] }
      : { TagList: [{ Key: "CopiedFrom", Value: "it" }] },
  );
  jest.mocked(setTimeout).mockReset().mockResolvedValue(undefined);
  await copy(client as unknown as ElastiCacheClient, { SnapshotName: "it" }, planned);
  return jest.mocked(setTimeout).mock.calls.length;
}

const restores: readonly Row[] = [
  {
    what: "a snapshot that is to be restored",
    values: snapshotStatuses,
    compares: [
      "commands/restore/snapshots.ts: passing.includes(status)",
      'commands/restore/snapshots.ts: status === "creating"',
      'commands/restore/snapshots.ts: status !== "available"',
    ],
    outcomeOf: (SnapshotStatus) =>
      outcome(() => {
        check({ ...snapshot, SnapshotStatus }, { ...planned, shards: null }, true);
      }),
    expected: {
      passes: ["available"],
      "The snapshot it is still being created. Wait until it is available, or choose another one.": ["creating"],
      ...Object.fromEntries(
        ["copying", "restoring"].map((status) => [
          `The snapshot it is ${status}. Wait until it is available, or choose another one.`,
          [status],
        ]),
      ),
      ...Object.fromEntries(
        but(snapshotStatuses, "available", ...passingSnapshot).map((status) => [
          `The snapshot it is ${status}, not available. Choose one that is available.`,
          [status],
        ]),
      ),
    },
  },
  {
    what: "the copy of an automatic snapshot",
    values: snapshotStatuses,
    compares: [
      'commands/restore/snapshots.ts: status === "available"',
      "commands/restore/snapshots.ts: passing.includes(status)",
    ],
    outcomeOf: async (status) => {
      let waits = 0;
      return outcome(async () => {
        waits = await waitsForCopy(status, "available");
      }, saying(snapshotStatuses)).then((how) => (how === "passes" ? `passes after ${waits} waits` : how));
    },
    expected: {
      "passes after 0 waits": ["available"],
      "passes after 1 waits": passingSnapshot,
      ...itself(but(snapshotStatuses, "available", ...passingSnapshot)),
    },
  },
  ...[true, false].map((inPlace): Row => ({
    what: `a cache that is restored ${inPlace ? "in place" : "as a new one"}`,
    values: [...groupStatuses, "none"],
    compares: [
      'commands/restore/status.ts: status === "deleting"',
      'commands/restore/status.ts: status === "none"',
      'commands/restore/status.ts: status !== "none"',
      'commands/restore/status.ts: status !== "available"',
    ],
    outcomeOf: (status) =>
      outcome(
        () => {
          refuseByStatus(status, "it", { ...asked, inPlace });
        },
        {
          deleting: /is being deleted\. Wait until it is gone/,
          failed: /AWS could not create it/,
          "nothing to replace": /^Invalid --in-place: there is no cache/,
          exists: /exists \(.*only into a new one/,
          busy: /Wait until it is available, then/,
        },
      ),
    expected: {
      passes: [inPlace ? "available" : "none"],
      ...{ deleting: ["deleting"], failed },
      ...(inPlace
        ? { "nothing to replace": ["none"], busy: but(groupStatuses, "available", "deleting", ...failed) }
        : { exists: but(groupStatuses, "deleting", ...failed) }),
    },
  })),
  {
    what: "a cache after a restore that ended early",
    values: [...groupStatuses, "none"],
    compares: [
      'commands/restore/next-run.ts: status === "none"',
      'commands/restore/next-run.ts: status === "deleting"',
      'commands/restore/next-run.ts: status === "available"',
    ],
    outcomeOf: (status) => {
      process.env.UNPROTECT_STACK = asked.stack;
      const text = nextRun(asked, { name: "it", id: "cache", status });
      delete process.env.UNPROTECT_STACK;
      const how = /is gone|is being deleted|could not create|Start again|When it is available/.exec(text)?.[0] ?? "";
      return `${how}${text.includes("--in-place") ? ", in place" : ""}${text.includes("UNPROTECT") ? ", unprotected" : ""}`;
    },
    expected: {
      "is gone": ["none"],
      "is being deleted": ["deleting"],
      "could not create": failed,
      "Start again, in place, unprotected": ["available"],
      "When it is available, in place, unprotected": but(groupStatuses, "available", "deleting", ...failed),
    },
  },
  {
    what: "a group that AWS could not create",
    values: groupStatuses,
    compares: ["shared/elasticache.ts: failedStatuses.includes(status)"],
    outcomeOf: hasFailed,
    expected: { true: failed, false: but(groupStatuses, ...failed) },
  },
];

/** What leads to another status: a group in one of them is awaited. */
const passingGroup = ["creating", "modifying", "snapshotting", "deleting"] as const;
/** AWS has no such thing any more. */
const gone = "gone";
/** Statuses of anything temporary. */
const both = [...new Set([...groupStatuses, ...snapshotStatuses])];

const temporaries: readonly Row[] = [
  {
    what: "the temporary cache of which a snapshot is taken",
    values: [...groupStatuses, gone],
    compares: [
      "commands/restore/vault/temporary.ts: passing.includes(group.Status)",
      'commands/restore/vault/temporary.ts: group?.Status !== "available"',
    ],
    outcomeOf: (status) => {
      const { temporary } = account({ groups: new Map([[id, thing(ours, status, "create-failed")]]) });
      return outcome(() => temporary.takeSnapshot(), saying([...groupStatuses, gone]));
    },
    expected: {
      passes: ["available"],
      "create-failed": [...passingGroup, "create-failed"],
      ...itself([...but(groupStatuses, "available", "create-failed", ...passingGroup), gone]),
    },
  },
  {
    what: "a shard of the temporary cache",
    values: groupStatuses,
    compares: ['commands/restore/vault/temporary.ts: Status === "available"'],
    outcomeOf: async (status) => {
      const shards = [status, "available", "modifying"];
      await account({ groups: new Map([[id, { ...thing(ours), shards }]]) }).temporary.hasCache();
      return shards.length === 2 ? "at once" : "awaited";
    },
    expected: { "at once": ["available"], awaited: but(groupStatuses, "available") },
  },
  {
    what: "the snapshot that is taken of it",
    values: [...snapshotStatuses, gone],
    compares: [
      "commands/restore/vault/temporary.ts: passing.includes(status)",
      'commands/restore/vault/temporary.ts: status !== "restoring"',
      'commands/restore/vault/temporary.ts: status !== "available"',
    ],
    outcomeOf: (status) => {
      const { temporary } = account({ groups: new Map([[id, thing()]]), taken: [status, "failed"] });
      return outcome(() => temporary.takeSnapshot(), saying([...snapshotStatuses, gone]));
    },
    expected: {
      passes: ["available"],
      failed: [...passingSnapshot, "deleting", "failed"],
      ...itself([...but(snapshotStatuses, "available", "failed", "deleting", ...passingSnapshot), gone]),
    },
  },
  {
    what: "a snapshot that a run before has left",
    values: both,
    compares: [
      "commands/restore/vault/temporary.ts: passing.includes(status)",
      'commands/restore/vault/temporary.ts: status !== "restoring"',
      'commands/restore/vault/temporary.ts: snapshot.SnapshotStatus === "available"',
    ],
    outcomeOf: async (status) => {
      const ofOne = async (...statuses: string[]): Promise<string> => {
        const { temporary, names } = account({ snapshots: new Map([[backup, thing(ours, ...statuses)]]) });
        return `${(await temporary.hasSnapshot()) ? "used" : "not used"}${names().includes("DeleteSnapshot") ? ", deleted" : ""}`;
      };
      return `${await ofOne(status, "available")}; ${await ofOne(status, "failed")}`;
    },
    expected: {
      "used; used": ["available"],
      "used; not used, deleted": [...passingGroup, "copying", "restoring"],
      "not used, deleted; not used, deleted": but(both, "available", "copying", "restoring", ...passingGroup),
    },
  },
];

/** The commands that restore. */
export const rows: readonly Row[] = [...restores, ...temporaries];
