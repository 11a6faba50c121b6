import fc from "fast-check";
import { manualBackup } from "../../../stacks/backups/manual/definition";
import { shards } from "../../../stacks/cache/shards";
import { replicas, type Topology } from "../../../stacks/cache/topology";
import { account, snapshotArn, waysToFail, type Given as AccountGiven } from "../../support/account";
import { twoAtOnce } from "../../support/at-once";
import { snapshotWithShards } from "../../support/large-snapshots";
import { ExecutionError, filledIn, run, type Answer, type Clock } from "../../support/machine";

const cache = "prod-redis-cluster";
const began = "2026-01-31T00:00:00.000Z";
const hour = 3_600_000;
const own = (day: number): string => `prod-redis-manual-202601${String(day).padStart(2, "0")}000000`;
/** The backup that is taken: its name is the time at which the execution began. */
const taken = own(31);

const machineOf = (topology: Topology, kept: number) =>
  filledIn(manualBackup(topology), {
    "local.replication_group_id": cache,
    "local.name": "prod-redis",
    "local.partition": "aws",
    "local.region": "ap-northeast-1",
    "local.account_id": "123456789012",
    "local.workflow_tags": String.raw`[{\"Key\":\"Team\",\"Value\":\"orders\"}]`,
    "var.environment": "prod",
    "var.manual_backups_kept": String(kept),
  });

/** A group whose nodes have these roles, as DescribeReplicationGroups answers; its automatic backups are taken of `source`. */
const groupOf = (nodes: Readonly<Record<string, string>>, source: string | null = null, Status = "available") => ({
  Status,
  MemberClusters: Object.keys(nodes),
  SnapshottingClusterId: source,
  NodeGroups: [
    {
      NodeGroupMembers: Object.entries(nodes).map(([CacheClusterId, CurrentRole]) => ({ CacheClusterId, CurrentRole })),
    },
  ],
});
const alone = { one: "primary" };
const inStatus = (status: string) => groupOf(alone, null, status);

interface Before {
  readonly status?: string;
  /** Its status each time it or the cache is described; the last one stays. @default - it does not change */
  readonly becomes?: readonly string[];
  readonly tags?: Readonly<Record<string, string>>;
  /** The node that it was taken of; null: it is of the cache with shards. @default - the cache's first */
  readonly takenOf?: string | null;
}
const tag = { ManualBackupOf: cache };

interface Given extends Omit<AccountGiven, "may" | "snapshots" | "tags" | "groups" | "statuses" | "taking"> {
  readonly groups?: readonly (object | null)[];
  /** What the new snapshot is, each time it is described; the last one stays. */
  readonly statuses?: readonly string[];
  /** Snapshots that are there before, by name. @default - those of this cache with its tag, `available` */
  readonly before?: Readonly<Record<string, Before>>;
  readonly kept?: number;
  readonly topology?: Topology;
}

/** Everything that it may call. */
const may = [
  "listExecutions",
  "describeReplicationGroups",
  "createSnapshot",
  "describeSnapshots",
  "listTagsForResource",
  "deleteSnapshot",
  "putMetricData",
];

function accountOf(given: Given) {
  const { before = {}, statuses = ["available"], groups = [groupOf(alone)] } = given;
  return account({
    ...given,
    may,
    groups: { [cache]: groups },
    taking: statuses,
    statuses: Object.fromEntries(
      Object.entries(before).flatMap(([name, { becomes }]) => (becomes === undefined ? [] : [[name, becomes]])),
    ),
    snapshots: Object.entries(before).map(([SnapshotName, { status = "available", takenOf = `${cache}-001` }]) => ({
      SnapshotName,
      SnapshotStatus: status,
      SnapshotSource: "manual",
      ...(takenOf === null ? { ReplicationGroupId: cache } : { CacheClusterId: takenOf }),
    })),
    tags: Object.fromEntries(Object.entries(before).map(([name, { tags = tag }]) => [snapshotArn(name), tags])),
  });
}

/** Its output, or the error that it fails with. */
const outcome = ({ topology = replicas, kept = 3 }: Given, answer: Answer, clock: Clock): Promise<unknown> =>
  run(machineOf(topology, kept), answer, {}, clock).catch((error: unknown) => {
    if (error instanceof ExecutionError) return error.message;
    throw error;
  });

/** The backups that executions with these outcomes have taken. */
const namesOf = (outcomes: readonly unknown[]): readonly string[] =>
  outcomes.flatMap((one) => (typeof one === "string" ? [] : [(one as { readonly snapshotName: string }).snapshotName]));

async function backedUp(given: Given = {}) {
  const clock: Clock = { now: Date.parse(began) };
  const aws = accountOf(given);
  const output = await outcome(given, aws.answer, clock);
  return {
    output,
    aws,
    created: aws.argumentsOf("createSnapshot"),
    /** What it tried to delete. */
    deleted: aws.argumentsOf("deleteSnapshot").map(({ SnapshotName }) => SnapshotName),
    left: aws.snapshots(),
    published: aws.published.ManualBackupSuccessful ?? [],
    hours: (clock.now - Date.parse(began)) / hour,
  };
}

test.each(waysToFail)("whichever call $way, then the backup has failed and says so", async ({ tooLarge, error }) => {
  const before = Object.fromEntries([1, 2, 3, 4].map((day) => [own(day), {}]));
  const given = { before, groups: [groupOf({ one: "primary", two: "replica" }, "one")] };
  const { calls } = (await backedUp(given)).aws;
  for (const [refusedCall, { action }] of calls.entries()) {
    const { output, published } = await backedUp({ ...given, refusedCall, tooLarge });
    // What cannot be published fails the execution, of which there is an alarm.
    const isPublishing = action === "putMetricData";
    expect({ refusedCall, action, output, published }).toEqual({
      ...{ refusedCall, action },
      output: expect.stringMatching(`^${isPublishing ? "" : "ManualBackup\\.Failed: "}${error}$`) as unknown,
      published: !isPublishing ? [0] : tooLarge ? [1] : [],
    });
  }
  expect(calls.length).toBeGreaterThan(20);
});

test("given that AWS throttles each call three times, then the backup is taken as ever, and for longer not at all", async () => {
  const before = { [own(1)]: {}, [own(2)]: {}, [own(3)]: {} };
  const { aws, left } = await backedUp({ before });
  const throttled = await backedUp({ before, throttled: 3 });
  expect({ calls: throttled.aws.calls, left: throttled.left }).toEqual({ calls: aws.calls, left });
  const { output, created, deleted } = await backedUp({ before, throttled: 4 });
  expect({ output, created, deleted }).toEqual({
    output: expect.stringMatching(/Exception: Rate exceeded$/) as unknown,
    ...{ created: [], deleted: [] },
  });
});

test("given so many shards that a page of the backups is too large, then a backup is taken, and has failed since no old one is found", async () => {
  const page = { Snapshots: Array<object>(20).fill(snapshotWithShards(250)) };
  const { output, published, created, left } = await backedUp({
    topology: shards,
    before: { [own(1)]: {} },
    on: { describeSnapshots: (_action, { SnapshotName }) => (SnapshotName === undefined ? page : undefined) },
  });
  expect(output).toMatch(/^ManualBackup\.Failed: States\.DataLimitExceeded: /);
  expect(published).toEqual([0]);
  expect(created).toHaveLength(1);
  expect(left).toEqual([own(1), taken]);
});

describe("what is taken", () => {
  test("given a cache with a replica, then the backup is taken from it, and tagged as one of this cache", async () => {
    const { output, created, aws } = await backedUp({ groups: [groupOf({ one: "primary", two: "replica" }, "one")] });
    expect(output).toEqual({
      snapshotName: taken,
      takenFrom: "two",
      deleted: [],
      kept: [taken],
      keptFrom: [{ name: taken, node: "two" }],
    });
    expect(created).toEqual([
      {
        SnapshotName: taken,
        CacheClusterId: "two",
        Tags: [
          { Key: "Name", Value: taken },
          { Key: "Environment", Value: "prod" },
          { Key: "ManualBackupOf", Value: cache },
          { Key: "Team", Value: "orders" },
        ],
      },
    ]);
    expect(aws.argumentsOf("describeReplicationGroups")).toEqual([{ ReplicationGroupId: cache }]);
  });

  test.each<[string, object, string]>([
    [
      "automatic backups of a replica, then it is taken of the same one",
      groupOf({ a: "primary", b: "replica", c: "replica" }, "c"),
      "c",
    ],
    [
      "automatic backups of the primary, then it is taken of the first replica",
      groupOf({ a: "primary", b: "replica", c: "replica" }, "a"),
      "b",
    ],
    ["no automatic backups, then it is taken of the first replica", groupOf({ a: "primary", b: "replica" }), "b"],
    ["a primary that is alone, then it is taken of that", groupOf({ a: "primary" }, "a"), "a"],
  ])("given %s", async (_what, group, node) => {
    const { created } = await backedUp({ groups: [group] });
    expect(created.map(({ CacheClusterId }) => CacheClusterId)).toEqual([node]);
  });

  test("given a backup that succeeds, then that is published once, for this cache", async () => {
    const { aws } = await backedUp();
    expect(aws.argumentsOf("putMetricData")).toEqual([
      {
        Namespace: "ElastiCacheBackups",
        MetricData: [
          {
            MetricName: "ManualBackupSuccessful",
            Dimensions: [{ Name: "ReplicationGroupId", Value: cache }],
            Value: 1,
            Unit: "None",
          },
        ],
      },
    ]);
  });
});

describe("waiting for the cache", () => {
  test.each(["modifying", "snapshotting", "creating"])(
    "given a cache that is %s at first, then it waits",
    async (status) => {
      const { created, published, hours } = await backedUp({
        groups: [inStatus(status), inStatus(status), groupOf(alone)],
      });
      expect(created).toHaveLength(1);
      expect(published).toEqual([1]);
      // Two pauses, and one for the snapshot.
      expect(hours * 3600).toBeCloseTo(45);
    },
  );

  test("given a cache that stays busy, then it gives up after twelve hours and takes nothing", async () => {
    const { output, created, published, hours } = await backedUp({ groups: [inStatus("modifying")] });
    expect(output).toBe(`ManualBackup.Failed: ${cache} was not available for 12 hours, so no backup was taken.`);
    expect([created, published]).toEqual([[], [0]]);
    expect(hours).toBeCloseTo(12, 0);
  });

  test.each([
    "InvalidReplicationGroupStateException",
    "InvalidCacheClusterStateException",
    "CacheClusterNotFoundException",
  ])("given %s when it is taken, then it looks for a node again, and takes one backup", async (error) => {
    const { created, output, aws } = await backedUp({
      groups: [groupOf({ a: "primary", b: "replica" }), groupOf({ a: "primary", c: "replica" })],
      errors: { createSnapshot: [`ElastiCache.${error}`, null] },
    });
    expect(created.map(({ CacheClusterId }) => CacheClusterId)).toEqual(["b", "c"]);
    expect(output).toMatchObject({ takenFrom: "c" });
    expect(aws.snapshots()).toEqual([taken]);
  });

  test("given a backup by hand that begins after the cache was described, then ElastiCache refuses, and it waits and takes one", async () => {
    let begun = false;
    const given: Given = { statuses: ["creating", "creating", "available"] };
    const aws = accountOf(given);
    const output = await outcome(
      given,
      (action, args) => {
        if (action === "createSnapshot" && !begun) {
          begun = true;
          aws.answer(action, { SnapshotName: "by-hand", CacheClusterId: "one" });
        }
        return aws.answer(action, args);
      },
      { now: Date.parse(began) },
    );
    expect(output).toMatchObject({ snapshotName: taken });
    expect(aws.argumentsOf("createSnapshot").map(({ SnapshotName }) => SnapshotName)).toEqual([
      "by-hand",
      taken,
      taken,
    ]);
    expect(aws.snapshots()).toEqual(["by-hand", taken]);
  });

  test("given that ElastiCache refuses again and again, then the limit of twelve hours holds", async () => {
    const { output, hours } = await backedUp({
      errors: { createSnapshot: "ElastiCache.InvalidReplicationGroupStateException" },
      groups: [groupOf(alone), inStatus("snapshotting")],
    });
    expect(output).toMatch(/was not available for 12 hours/);
    expect(hours).toBeLessThan(12.2);
  });
});

describe("waiting for the backup", () => {
  test.each(["available", "restoring", "copying"])(
    "given a snapshot that is then %s, then it succeeded",
    async (status) => {
      const { output, published } = await backedUp({ statuses: ["creating", status] });
      expect(output).toMatchObject({ snapshotName: taken });
      expect(published).toEqual([1]);
    },
  );

  test.each(["failed", "deleting"])(
    "given a snapshot that is then %s, then the backup failed, and no older one is deleted for it",
    async (status) => {
      const { output, published, deleted } = await backedUp({
        statuses: ["creating", status],
        before: { [own(1)]: {}, [own(2)]: {}, [own(3)]: {}, [own(4)]: {} },
      });
      expect(output).toBe(`ManualBackup.Failed: The snapshot ${taken} is ${status} after 30 seconds.`);
      expect([published, deleted]).toEqual([[0], []]);
    },
  );

  test("given a snapshot that stays in creating, then the wait ends after twelve hours", async () => {
    const { output, hours, deleted } = await backedUp({ statuses: ["creating"], before: { [own(1)]: {} }, kept: 1 });
    expect(output).toMatch(/^ManualBackup.Failed: The snapshot .* is creating after/);
    expect(hours).toBeCloseTo(12, 0);
    expect(deleted).toEqual([]);
  });

  test("given a cache that was busy for hours, then the backup has twelve hours of its own", async () => {
    const busy = Array.from({ length: 150 }, () => inStatus("modifying"));
    const creating = Array.from({ length: 150 }, () => "creating");
    const { published, hours } = await backedUp({
      groups: [...busy, groupOf(alone)],
      statuses: [...creating, "available"],
    });
    expect(published).toEqual([1]);
    expect(hours).toBeGreaterThan(12);
  });
});

describe("one at a time", () => {
  const other = (StartDate: string, ExecutionArn = "arn:other", Status = "RUNNING") => ({
    executions: [
      { ExecutionArn, StartDate, Status },
      { ExecutionArn: "arn:execution", StartDate: began },
    ],
  });

  test.each([
    ["began earlier", other("2026-01-30T23:00:00Z"), "arn:other"],
    ["began in the same millisecond and sorts first", other(began, "arn:a"), "arn:a"],
  ])("given an execution that %s, then this one is refused, and changes nothing", async (_what, running, arn) => {
    const { output, aws, published } = await backedUp(running);
    expect(output).toBe(`ManualBackup.Refused: Another manual backup is running: ${arn}. Wait until it has ended.`);
    expect([aws.changes(), published]).toEqual([[], []]);
  });

  test.each([
    ["began later", other("2026-01-31T00:00:00.001Z")],
    ["began in the same millisecond and sorts last", other(began, "arn:z")],
    ["was killed", other("2026-01-30T23:00:00Z", "arn:other", "ABORTED")],
    ["has ended", other("2026-01-30T23:00:00Z", "arn:other", "SUCCEEDED")],
  ])("given an execution that %s, then this one goes on", async (_what, running) => {
    const { created, aws } = await backedUp(running);
    expect(created).toHaveLength(1);
    expect(aws.argumentsOf("listExecutions")).toEqual([
      { StateMachineArn: "arn:stateMachine", StatusFilter: "RUNNING", MaxResults: 100 },
    ]);
  });
});

describe("given two executions that do not see each other, whenever the second one runs", () => {
  const others: Readonly<Record<string, Before>> = {
    "prod-redis-manual-before-release": {},
    [own(8)]: { tags: {} },
    [own(9)]: { tags: { ManualBackupOf: `${cache}-2` } },
  };
  const before = { ...Object.fromEntries([1, 2, 3, 4].map((day) => [own(day), {}])), ...others };
  const both = (kept: number, callMillis: number) =>
    twoAtOnce(
      () => accountOf({ before, statuses: ["creating", "creating", "creating", "available"] }),
      (answer, clock) => outcome({ kept }, answer, clock),
      { now: Date.parse(began), callMillis },
    );
  test.each([
    [2, "the same second", 0],
    [3, "the same second", 0],
    [2, "another second", 1000],
    [3, "another second", 1000],
  ])(
    "then of %d that are kept none is too many, both new ones are there, and nothing of anybody else is deleted (the second one begins in %s)",
    async (kept, _when, callMillis) => {
      const all = await both(kept, callMillis);
      for (const [call, { first, second, aws }] of all.entries()) {
        const names = namesOf([first, second]);
        const left = aws.snapshots();
        const ofOthers = left.filter((name) => name in others);
        const failures = [first, second].filter((one) => typeof one === "string");
        // What is called after the same second as the other one's cannot be taken.
        const clash = `ManualBackup.Failed: ElastiCache.SnapshotAlreadyExistsException: ${taken}`;
        expect({ call, failures, ofOthers, new: left.filter((name) => names.includes(name)) }).toEqual({
          ...{ call, failures: names.length === 2 ? [] : [clash] },
          ...{ ofOthers: Object.keys(others), new: expect.arrayContaining([...names]) as unknown },
        });
        expect({ call, own: left.length - ofOthers.length }).toEqual({ call, own: kept });
      }
      expect(new Set(all.map(({ first }) => typeof first))).toEqual(
        new Set(callMillis === 0 ? ["string", "object"] : ["object"]),
      );
    },
  );
});

test.each([0, 1000])(
  "given two executions that do not see each other and one backup that is kept, whenever the second one runs, then a new one is left (%d ms for each call)",
  async (callMillis) => {
    for (const statuses of [["available"], ["creating", "creating", "available"]]) {
      const all = await twoAtOnce(
        () => accountOf({ before: { [own(1)]: {} }, statuses }),
        (answer, clock) => outcome({ kept: 1 }, answer, clock),
        { now: Date.parse(began), callMillis },
      );
      for (const [call, { first, second, aws }] of all.entries()) {
        const newest = [...namesOf([first, second])].sort().at(-1);
        expect({ call, left: aws.snapshots() }).toEqual({ call, left: expect.arrayContaining([newest]) as unknown });
        expect(aws.snapshots()).not.toContain(own(1));
        // The other one has deleted what is waited for, or has taken the name.
        for (const failure of [first, second].filter((one) => typeof one === "string"))
          expect(failure).toMatch(/^ManualBackup\.Failed: ElastiCache\.Snapshot(NotFound|AlreadyExists)Exception: /);
      }
    }
  },
);

describe("given a backup that a killed execution left in creating", () => {
  const left = own(30);
  const creating = ["creating", "creating", "creating"];
  const leaving = (more: Before) =>
    backedUp({
      before: { [own(1)]: {}, [own(2)]: {}, [left]: { status: "creating", takenOf: "one", ...more } },
      kept: 2,
    });

  test("when it becomes available, then a new one is taken after it, and it counts as one of those kept", async () => {
    const { output, deleted, hours, aws } = await leaving({ becomes: [...creating, "available"] });
    expect(output).toMatchObject({ snapshotName: taken, kept: [left, taken] });
    expect([deleted, aws.snapshots()]).toEqual([
      [own(2), own(1)],
      [left, taken],
    ]);
    // Three pauses for it, and one for the new one.
    expect(hours * 3600).toBeCloseTo(60);
  });

  test("when it fails, then a new one is taken, and it is neither counted nor deleted", async () => {
    const { output, deleted } = await leaving({ becomes: [...creating, "failed"] });
    expect(output).toMatchObject({ kept: [taken, own(2)] });
    expect(deleted).toEqual([own(1)]);
  });

  test("when it stays so, then nothing is taken or deleted, and the execution fails", async () => {
    const { output, created, deleted } = await leaving({});
    expect(output).toBe(`ManualBackup.Failed: ${cache} was not available for 12 hours, so no backup was taken.`);
    expect([created, deleted]).toEqual([[], []]);
  });

  test("when it stays so, of a node that the cache no longer has, then a new one is taken, and it is neither counted nor deleted", async () => {
    const { output, deleted, aws } = await leaving({ takenOf: `${cache}-004` });
    expect(output).toMatchObject({ snapshotName: taken, kept: [taken, own(2)] });
    expect([deleted, aws.snapshots()]).toEqual([[own(1)], [own(2), left, taken]]);
  });
});

describe("pruning", () => {
  const four = { [own(1)]: {}, [own(2)]: {}, [own(3)]: {}, [own(4)]: {} };

  test("given more backups than are kept, then the oldest are deleted, and those only", async () => {
    const { output, aws, left } = await backedUp({ before: four });
    expect(aws.argumentsOf("deleteSnapshot")).toEqual([{ SnapshotName: own(2) }, { SnapshotName: own(1) }]);
    expect(left).toEqual([own(3), own(4), taken]);
    expect(output).toEqual({
      snapshotName: taken,
      takenFrom: "one",
      deleted: [own(2), own(1)],
      kept: [taken, own(3), own(4)],
      keptFrom: [
        { name: taken, node: "one" },
        { name: own(3), node: `${cache}-001` },
        { name: own(4), node: `${cache}-001` },
      ],
    });
  });

  test.each([
    [1, [own(4), own(3), own(2), own(1)]],
    [4, [own(1)]],
    [5, []],
    [6, []],
  ])("given that %d are kept, then so many are left, the new one among them", async (kept, expected) => {
    const { deleted, left } = await backedUp({ before: four, kept });
    expect(deleted).toEqual(expected);
    expect(left).toContain(taken);
    expect(left).toHaveLength(5 - expected.length);
  });

  test.each(["restoring", "copying"])(
    "given a newer backup that is %s, then it counts as one of those kept",
    async (status) => {
      const { deleted } = await backedUp({ before: { ...four, [own(4)]: { status } } });
      expect(deleted).toEqual([own(2), own(1)]);
    },
  );

  test.each(["restoring", "copying"])(
    "given an old backup that is %s, then it stays, and the others go",
    async (status) => {
      const { deleted } = await backedUp({ before: { ...four, [own(2)]: { status } } });
      expect(deleted).toEqual([own(1)]);
    },
  );

  test.each(["InvalidSnapshotStateException", "SnapshotNotFoundException"])(
    "given %s of an old backup, then the next one goes, and the backup succeeds without reporting it as deleted",
    async (error) => {
      const { output, published, deleted } = await backedUp({
        before: four,
        errors: { deleteSnapshot: [`ElastiCache.${error}`, null] },
      });
      expect(deleted).toEqual([own(2), own(1)]);
      expect(output).toMatchObject({ deleted: [own(1)], kept: [taken, own(2), own(3), own(4)] });
      expect(published).toEqual([1]);
    },
  );

  test("given a backup that is deleted before its tags are read, then it is not counted", async () => {
    const { output, deleted } = await backedUp({
      before: four,
      on: {
        listTagsForResource: (_action, { ResourceName }) => {
          if (ResourceName === snapshotArn(own(1)))
            throw new ExecutionError("ElastiCache.SnapshotNotFoundException", "none");
          return undefined;
        },
      },
    });
    // One of four is gone, so that three and the new one are left, one too many.
    expect(deleted).toEqual([own(2)]);
    expect(output).toMatchObject({ kept: [taken, own(3), own(4)] });
  });

  test.each(["one", `${cache}-004`])(
    "given backups that were taken of %s, then they are found by node",
    async (takenOf) => {
      const before = Object.fromEntries(Object.keys(four).map((name) => [name, { takenOf }]));
      const { deleted, aws } = await backedUp({ before });
      expect(deleted).toEqual([own(2), own(1)]);
      // Its node, and the ids that a removed one may have had: of no other cache.
      const listings = aws.argumentsOf("describeSnapshots").filter((one) => !("SnapshotName" in one));
      expect(listings).toEqual(
        ["one", ...[1, 2, 3, 4, 5, 6, 7, 8, 9].map((n) => `${cache}-00${String(n)}`)].map((CacheClusterId) => ({
          CacheClusterId,
          SnapshotSource: "user",
          MaxRecords: 50,
        })),
      );
    },
  );

  test("given that AWS knows no removed node, then backups of the others are found", async () => {
    const { deleted } = await backedUp({
      before: Object.fromEntries(Object.keys(four).map((name) => [name, { takenOf: "one" }])),
      on: {
        describeSnapshots: (_action, { CacheClusterId }) => {
          if (CacheClusterId !== undefined && CacheClusterId !== "one")
            throw new ExecutionError("ElastiCache.CacheClusterNotFoundException", "none");
          return undefined;
        },
      },
    });
    expect(deleted).toEqual([own(2), own(1)]);
  });

  test("given more backups than a page has, then the newest are kept although they are on the second page", async () => {
    const name = (i: number): string => `prod-redis-manual-2025${String(i + 1000).padStart(10, "0")}`;
    const before = Object.fromEntries(Array.from({ length: 60 }, (_one, i) => [name(i), {}]));
    const { deleted, left } = await backedUp({ before });
    expect(deleted).toEqual(Array.from({ length: 58 }, (_one, i) => name(57 - i)));
    expect(left).toEqual([name(58), name(59), taken]);
  });

  test("given a cache with shards and more backups than a page has, then the newest are kept although they are on the second page", async () => {
    const name = (i: number): string => `prod-redis-manual-2025${String(i + 1000).padStart(10, "0")}`;
    const { deleted, left, aws } = await backedUp({
      topology: shards,
      groups: [{ Status: "available" }],
      taken: () => ({ SnapshotStatus: "available", NodeSnapshots: [{ SnapshotCreateTime: began }] }),
      before: Object.fromEntries(Array.from({ length: 30 }, (_one, i) => [name(i), { takenOf: null }])),
    });
    expect(deleted).toEqual(Array.from({ length: 28 }, (_one, i) => name(27 - i)));
    expect(left).toEqual([name(28), name(29), taken]);
    expect(aws.argumentsOf("describeSnapshots").filter(({ Marker }) => Marker !== undefined)).toHaveLength(1);
  });

  test("given backups with later names, then neither they nor the new one are deleted, and older ones are", async () => {
    const later = { "prod-redis-manual-20270101000000": {}, "prod-redis-manual-20280101000000": {} };
    const { deleted, left } = await backedUp({ before: { [own(1)]: {}, ...later }, kept: 1 });
    expect(deleted).toEqual([own(1)]);
    expect(left).toEqual([...Object.keys(later), taken]);
  });

  test.each<[string, string, Before]>([
    ["another name", "mine", {}],
    ["a name that was chosen by hand", "prod-redis-manual-before-release", {}],
    ["13 digits", "prod-redis-manual-2026010100000", {}],
    ["15 digits", "prod-redis-manual-202601010000000", {}],
    ["more after the digits", "prod-redis-manual-20260101000000-copy", {}],
    ["more before the prefix", "my-prod-redis-manual-20260101000000", {}],
    ["the name of a final snapshot", "prod-redis-final-1a2b", {}],
    ["the name of another environment", "prod2-redis-manual-20260101000000", {}],
    ["no tags", own(1), { tags: {} }],
    ["the tag of another cache", own(1), { tags: { ManualBackupOf: "other-redis-cluster" } }],
    ["the tag of a cache whose id begins like this one's", own(1), { tags: { ManualBackupOf: `${cache}-eu` } }],
    ["another tag with this cache's id", own(1), { tags: { RestoreTestOf: cache } }],
    ["the tag in lower case", own(1), { tags: { manualbackupof: cache } }],
  ])("given a snapshot with %s, then it is neither counted nor deleted", async (_what, name, before) => {
    const { deleted, left, output } = await backedUp({ before: { [own(3)]: {}, [own(4)]: {}, [name]: before } });
    expect(deleted).toEqual([]);
    expect(left).toContain(name);
    expect(output).toMatchObject({ kept: [taken, own(3), own(4)] });
  });

  test("given snapshots of another cache with names and tags like this one's, then they are not looked at", async () => {
    const before = Object.fromEntries([own(1), own(2), own(3), own(4)].map((name) => [name, { takenOf: "other-001" }]));
    const { deleted, aws } = await backedUp({ before });
    expect(deleted).toEqual([]);
    expect(aws.argumentsOf("listTagsForResource")).toEqual([{ ResourceName: snapshotArn(taken) }]);
  });

  test("given an older backup, then tags are read of the snapshots in this account and Region", async () => {
    const { aws } = await backedUp({ before: { [own(1)]: {} } });
    expect(aws.argumentsOf("listTagsForResource")).toEqual(
      [taken, own(1)].map((name) => ({ ResourceName: snapshotArn(name) })),
    );
  });

  test("whatever snapshots there are, then the newest of its own stay, the others of its own go, and nothing else does", async () => {
    const kinds: Readonly<Record<string, (name: string) => readonly [string, Before]>> = {
      own: (name) => [name, {}],
      busy: (name) => [name, { status: "copying" }],
      untagged: (name) => [name, { tags: {} }],
      "of another cache": (name) => [name, { tags: { ManualBackupOf: `${cache}-2` } }],
      "of another name": (name) => [`my-${name}`, {}],
    };
    await fc.assert(
      fc.asyncProperty(
        fc.dictionary(
          fc.integer({ min: 1, max: 28 }).map((day) => own(day)),
          fc.constantFrom(...Object.keys(kinds)),
          { maxKeys: 12 },
        ),
        fc.integer({ min: 1, max: 6 }),
        async (chosen, kept) => {
          const before = Object.fromEntries(
            Object.entries(chosen).flatMap(([name, kind]) => {
              const made = kinds[kind]?.(name);
              return made === undefined ? [] : [made];
            }),
          );
          const newestFirst = Object.entries(chosen)
            .filter(([, kind]) => kind === "own" || kind === "busy")
            .sort(([a], [b]) => (a < b ? 1 : -1));
          const expected = newestFirst
            .slice(kept - 1)
            .filter(([, kind]) => kind === "own")
            .map(([name]) => name);
          const { deleted, left } = await backedUp({ before, kept });
          expect(deleted).toEqual(expected);
          expect(new Set(left)).toEqual(
            new Set([taken, ...Object.keys(before).filter((name) => !expected.includes(name))]),
          );
        },
      ),
      { numRuns: 25 },
    );
  });

  test("given failed snapshots, then they neither push out good ones nor are deleted", async () => {
    const { deleted } = await backedUp({ before: { ...four, [own(5)]: { status: "failed" } } });
    expect(deleted).toEqual([own(2), own(1)]);
  });
});

test.each(may.filter((action) => action !== "putMetricData"))(
  "given that %s is refused, then the failure is published with its reason",
  async (action) => {
    const { output, published } = await backedUp({
      errors: { [action]: "ElastiCache.ElastiCacheException" },
      before: { [own(1)]: { takenOf: "one" } },
      kept: 1,
    });
    expect(output).toBe("ManualBackup.Failed: ElastiCache.ElastiCacheException: refused");
    expect(published).toEqual([0]);
  },
);

test("given that its backups cannot be listed, then none is deleted, and the failure is published", async () => {
  const { output, published, deleted } = await backedUp({
    before: { [own(1)]: {} },
    kept: 1,
    on: {
      describeSnapshots: (_action, { SnapshotName }) => {
        if (SnapshotName === undefined) throw new ExecutionError("ElastiCache.ElastiCacheException", "refused");
        return undefined;
      },
    },
  });
  expect(output).toBe("ManualBackup.Failed: ElastiCache.ElastiCacheException: refused");
  expect([published, deleted]).toEqual([[0], []]);
});

test.each(waysToFail)(
  "given a backup that fails, when $way the metric of that, then the execution fails with the first reason",
  async ({ tooLarge }) => {
    const given: Given = { errors: { createSnapshot: "ElastiCache.SnapshotQuotaExceededException" } };
    const refusedCall = (await backedUp(given)).aws.calls.findIndex(({ action }) => action === "putMetricData");
    const { output } = await backedUp({ ...given, refusedCall, tooLarge });
    expect(output).toBe("ManualBackup.Failed: ElastiCache.SnapshotQuotaExceededException: refused");
  },
);

test("given that AWS does not list the new backup yet, then it is kept, and nothing is deleted", async () => {
  const { output, deleted, published } = await backedUp({
    on: {
      describeSnapshots: (_action, { SnapshotName }) => (SnapshotName === undefined ? { Snapshots: [] } : undefined),
    },
  });
  expect(output).toEqual({ snapshotName: taken, takenFrom: "one", deleted: [], kept: [taken], keptFrom: [] });
  expect([deleted, published]).toEqual([[], [1]]);
});

describe("given a cache with two shards", () => {
  /** The snapshot has the data of so many of them. */
  const withParts = (parts: number): Given => ({
    topology: shards,
    groups: [{ Status: "available" }],
    taken: () => ({
      SnapshotStatus: "available",
      NumNodeGroups: 2,
      NodeSnapshots: Array.from({ length: parts }, () => ({ SnapshotCreateTime: began })),
    }),
  });

  test("then the backup is taken of the group, which ElastiCache has a replica of each shard for", async () => {
    const { output, created } = await backedUp(withParts(2));
    expect(output).toEqual({ snapshotName: taken, takenFrom: cache, deleted: [], kept: [taken], keptFrom: [] });
    expect(created).toEqual([expect.objectContaining({ ReplicationGroupId: cache })]);
    expect(created[0]).not.toHaveProperty("CacheClusterId");
  });

  test("when no shard of the backup has been saved yet, then it is waited for", async () => {
    const { output } = await backedUp({ ...withParts(0), statuses: ["creating", "failed"] });
    expect(output).toBe(`ManualBackup.Failed: The snapshot ${taken} is failed after 30 seconds.`);
  });

  test("when the backup lacks a shard, then it has failed", async () => {
    const { output } = await backedUp(withParts(1));
    expect(output).toBe(`ManualBackup.Failed: The snapshot ${taken} is incomplete after 15 seconds.`);
  });
});
