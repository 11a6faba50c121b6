import { manualBackup } from "../../../stacks/backups/manual/definition";
import { replicas } from "../../../stacks/cache/topology";
import { ExecutionError, filledIn, run, type Clock } from "../../support/machine";
import { listed } from "../../support/snapshots";

const cache = "prod-redis-cluster";
const kept = 3;
const machine = filledIn(manualBackup(replicas), {
  "local.replication_group_id": cache,
  "local.name": "prod-redis",
  "local.partition": "aws",
  "local.region": "ap-northeast-1",
  "local.account_id": "123456789012",
  "local.workflow_tags": String.raw`[{\"Key\":\"Team\",\"Value\":\"orders\"}]`,
  "var.manual_backups_kept": String(kept),
});
const own = (day: number): string => `prod-redis-manual-202601${String(day).padStart(2, "0")}000000`;
const arn = (name: string): string => `arn:aws:elasticache:ap-northeast-1:123456789012:snapshot:${name}`;

interface Given {
  /** What the group is, each time it is described; the last one stays. */
  readonly groupStatuses?: readonly string[];
  readonly nodes?: readonly (readonly [id: string, role: string])[];
  readonly source?: string | null;
  /** What the new snapshot is, each time it is described; the last one stays. */
  readonly statuses?: readonly string[];
  /** Snapshots that are there before, by name, with their status. */
  readonly before?: Readonly<Record<string, string>>;
  /** Those of them that carry no tag of this cache. */
  readonly foreign?: readonly string[];
  /** Calls that fail, with their error. */
  readonly errors?: Readonly<Record<string, string>>;
  /** Those whose deletion ElastiCache refuses. */
  readonly undeletable?: readonly string[];
  readonly running?: readonly object[];
  /** The node that the snapshots before were taken of. @default - the cache's first */
  readonly takenOf?: string;
}

async function backedUp(given: Given) {
  const { before = {}, foreign = [], statuses = ["available"], groupStatuses = ["available"] } = given;
  const clock: Clock = { now: Date.parse("2026-01-31T00:00:00Z") };
  const [deleted, published, created, asked]: [string[], number[], object[], object[]] = [[], [], [], []];
  const next = (list: readonly string[], seen: number): string => list[Math.min(seen, list.length - 1)] ?? "";
  let [groupCalls, snapshotCalls] = [0, 0];
  const answer = (action: string, args: Readonly<Record<string, unknown>>): unknown => {
    const error = given.errors?.[action];
    if (error !== undefined) throw new ExecutionError(error, "refused");
    const name = typeof args.SnapshotName === "string" ? args.SnapshotName : "";
    switch (action) {
      case "listExecutions":
        return { Executions: given.running ?? [] };
      case "describeReplicationGroups":
        return {
          ReplicationGroups: [
            {
              Status: next(groupStatuses, groupCalls++),
              MemberClusters: (given.nodes ?? [["one", "primary"]]).map(([id]) => id),
              SnapshottingClusterId: given.source,
              NodeGroups: [
                {
                  NodeGroupMembers: (given.nodes ?? [["one", "primary"]]).map(([CacheClusterId, CurrentRole]) => ({
                    CacheClusterId,
                    CurrentRole,
                  })),
                },
              ],
            },
          ],
        };
      case "createSnapshot":
        created.push(args);
        return {};
      case "describeSnapshots":
        if (args.SnapshotName !== undefined)
          return { Snapshots: [{ SnapshotName: name, SnapshotStatus: next(statuses, snapshotCalls++) }] };
        asked.push(args);
        return listed(
          Object.entries({ ...before, [own(31)]: statuses.at(-1) }).map(([SnapshotName, SnapshotStatus]) => ({
            SnapshotName,
            SnapshotStatus,
            SnapshotSource: "manual",
            CacheClusterId: given.takenOf ?? `${cache}-001`,
          })),
          args,
        );
      case "listTagsForResource": {
        const isForeign = foreign.some((one) => args.ResourceName === arn(one));
        return { TagList: isForeign ? [] : [{ Key: "ManualBackupOf", Value: cache }] };
      }
      case "deleteSnapshot":
        if (given.undeletable?.includes(name) === true)
          throw new ExecutionError("ElastiCache.InvalidSnapshotStateException", "in use");
        deleted.push(name);
        return {};
      case "putMetricData":
        published.push(...(args.MetricData as { Value: number }[]).map(({ Value }) => Value));
        return {};
      default:
        throw new Error(`A manual backup calls ${action}, which it should not.`);
    }
  };
  const began = clock.now;
  const output = await run(machine, answer, {}, clock).catch((error: unknown) => {
    if (error instanceof ExecutionError) return error.message;
    throw error;
  });
  return { output, deleted, published, created, asked, hours: (clock.now - began) / 3_600_000 };
}

test("given a cache with a replica, then the backup is taken from it, tagged and reported", async () => {
  const { output, created, published } = await backedUp({
    nodes: [
      ["one", "primary"],
      ["two", "replica"],
    ],
    source: "one",
  });
  expect(output).toEqual({ snapshotName: own(31), takenFrom: "two", deleted: [], kept: [own(31)] });
  expect(created).toEqual([
    expect.objectContaining({
      SnapshotName: own(31),
      CacheClusterId: "two",
      Tags: expect.arrayContaining([
        { Key: "ManualBackupOf", Value: cache },
        { Key: "Team", Value: "orders" },
      ]) as unknown,
    }),
  ]);
  expect(published).toEqual([1]);
});

test.each(["available", "restoring", "copying"])(
  "given a snapshot that is then %s, then it succeeded",
  async (status) => {
    const { output, published } = await backedUp({ statuses: ["creating", status] });
    expect(output).toMatchObject({ snapshotName: own(31) });
    expect(published).toEqual([1]);
  },
);

test.each(["failed", "deleting"])("given a snapshot that is then %s, then the backup failed", async (status) => {
  const { output, published, deleted } = await backedUp({
    statuses: ["creating", status],
    before: { [own(1)]: "available" },
  });
  expect(output).toMatch(new RegExp(`^ManualBackup.Failed: The snapshot .* is ${status} after`));
  expect(published).toEqual([0]);
  expect(deleted).toEqual([]);
});

test("given a snapshot that stays in creating, then the wait ends after twelve hours", async () => {
  const { output, hours } = await backedUp({ statuses: ["creating"] });
  expect(output).toMatch(/^ManualBackup.Failed: The snapshot .* is creating after/);
  expect(hours).toBeCloseTo(12, 0);
});

test("given a cache that is busy at first, then it is waited for", async () => {
  await expect(backedUp({ groupStatuses: ["modifying", "snapshotting", "available"] })).resolves.toMatchObject({
    published: [1],
  });
});

test("given an execution that began earlier, then this one is refused, and nothing is created", async () => {
  const { output, created, published } = await backedUp({
    running: [{ ExecutionArn: "arn:other", StartDate: "2026-01-30T23:00:00Z" }],
  });
  expect(output).toMatch(/^ManualBackup.Refused: Another manual backup is running: arn:other/);
  expect([created, published]).toEqual([[], []]);
});

describe("pruning", () => {
  const four = { [own(1)]: "available", [own(2)]: "available", [own(3)]: "available", [own(4)]: "available" };

  test("given more backups than are kept, then the oldest are deleted", async () => {
    const { output, deleted } = await backedUp({ before: four });
    expect(deleted).toEqual([own(2), own(1)]);
    expect(output).toMatchObject({ deleted: [own(2), own(1)], kept: [own(3), own(4), own(31)] });
  });

  test.each(["restoring", "copying"])(
    "given a newer backup that is %s, then it counts as one of those kept",
    async (status) => {
      await expect(backedUp({ before: { ...four, [own(4)]: status } })).resolves.toMatchObject({
        deleted: [own(2), own(1)],
      });
    },
  );

  test.each(["restoring", "copying"])(
    "given an old backup that is %s, then it stays, and the others go",
    async (status) => {
      await expect(backedUp({ before: { ...four, [own(2)]: status } })).resolves.toMatchObject({ deleted: [own(1)] });
    },
  );

  test("given an old backup that is restored after it was listed, then the backup succeeds and does not report it as deleted", async () => {
    const { output, published } = await backedUp({ before: four, undeletable: [own(2)] });
    expect(output).toMatchObject({ deleted: [own(1)], kept: [own(2), own(3), own(4), own(31)] });
    expect(published).toEqual([1]);
  });

  test.each(["one", `${cache}-004`])(
    "given backups that were taken of %s, then they are found by node",
    async (takenOf) => {
      const { deleted, asked } = await backedUp({ before: four, takenOf });
      expect(deleted).toEqual([own(2), own(1)]);
      // Its node, and the ids that a removed one may have had: of no other cache.
      expect(asked).toHaveLength(10);
      expect(asked.filter((one) => !("CacheClusterId" in one))).toEqual([]);
    },
  );

  test("given snapshots of somebody else, then they are neither counted nor deleted", async () => {
    const others = {
      mine: "available",
      "prod-redis-manual-before-release": "available",
      "prod-redis-final-1a2b": "available",
    };
    await expect(backedUp({ before: { ...four, ...others }, foreign: [own(3)] })).resolves.toMatchObject({
      deleted: [own(2), own(1)].filter((name) => name === own(1)),
    });
  });

  test("given failed snapshots, then they do not push out good ones", async () => {
    await expect(backedUp({ before: { ...four, [own(5)]: "failed" } })).resolves.toMatchObject({
      deleted: [own(2), own(1)],
    });
  });
});

test.each(["describeReplicationGroups", "createSnapshot", "listTagsForResource"])(
  "given that %s is refused, then the failure is published with its reason",
  async (action) => {
    const { output, published } = await backedUp({
      errors: { [action]: "ElastiCache.ElastiCacheException" },
      before: { [own(1)]: "available" },
    });
    expect(output).toBe("ManualBackup.Failed: ElastiCache.ElastiCacheException: refused");
    expect(published).toEqual([0]);
  },
);
