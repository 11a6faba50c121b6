import {
  checked,
  clusters,
  at,
  hour,
  mayCall,
  now,
  type Account,
  type Answer,
  type Report,
} from "../support/policy-check";
import type { Trail } from "../support/account/cloudtrail";
import { mostCalls } from "../../stacks/policy/clusters";
import { account as fakeAccount } from "../support/account";
import { ExecutionError, run } from "../support/machine";
import type { Listed } from "../support/snapshots";

const foundIn = ({ violations }: Report) => Object.fromEntries(violations.map(({ id, found }) => [id, found]));
const old = { ReplicationGroupCreateTime: at(1000) };
const snapshot = (more: Answer): Listed => ({
  ...{ SnapshotStatus: "available", NodeSnapshots: [{ SnapshotCreateTime: at(1) }] },
  SnapshotName: "automatic.one",
  CacheClusterId: "one-001",
  ...more,
});

test("given a cluster that retains its backups too short, then it is reported", async () => {
  const report = await checked({ groups: { good: 7, short: 3 } });
  expect(foundIn(report)).toEqual({ short: ["retention"] });
  expect(report.messages).toEqual([expect.stringContaining("findings on 1 of 2 clusters")]);
});

describe("the newest snapshot", () => {
  const groups = { one: 7 };
  const answers = { one: old };

  test.each([
    ["available", []],
    // A restore test or a copy is running.
    ["restoring", []],
    ["copying", []],
    ["creating", ["snapshot"]],
    ["failed", ["snapshot"]],
    ["deleting", ["snapshot"]],
    [undefined, ["snapshot"]],
  ])("given that it is %s, then the findings are %j", async (status, found) => {
    const report = await checked({ groups, answers, snapshots: [snapshot({ SnapshotStatus: status })] });
    expect(foundIn(report)).toEqual(found.length === 0 ? {} : { one: found });
  });

  test.each([
    ["ISO 8601 with milliseconds", at(1)],
    ["ISO 8601 without fractions", at(1).replace(/\.\d+Z$/, "Z")],
    ["ISO 8601 with nanoseconds", at(1).replace("Z", "000000Z")],
    ["ISO 8601 with an offset", at(1).replace("Z", "+00:00")],
    ["seconds since 1970", (now - hour) / 1000],
    ["milliseconds since 1970", now - hour],
  ])("given a time in the form of %s, then it counts", async (_form, time) => {
    const report = await checked({
      groups,
      answers,
      snapshots: [snapshot({ NodeSnapshots: [{ SnapshotCreateTime: time }] })],
    });
    expect(foundIn(report)).toEqual({});
  });

  test.each([
    ["no shards", { NodeSnapshots: undefined }],
    ["an empty list of shards", { NodeSnapshots: [] }],
    ["no time", { NodeSnapshots: [{}] }],
    ["a time that is null", { NodeSnapshots: [{ SnapshotCreateTime: null }] }],
    ["a time of another form", { NodeSnapshots: [{ SnapshotCreateTime: "yesterday" }] }],
    ["neither a node nor a group", { CacheClusterId: undefined }],
    ["a node that is null", { CacheClusterId: null }],
  ])("given one with %s, then it is none, and keeps no other from counting", async (_what, more) => {
    expect(foundIn(await checked({ groups, answers, snapshots: [snapshot(more)] }))).toEqual({ one: ["snapshot"] });
    expect(foundIn(await checked({ groups, answers, snapshots: [snapshot(more), snapshot({})] }))).toEqual({});
  });

  // A day, three hours for the backup, and the window: two hours in "03:00-05:00".
  test.each([
    ["03:00-05:00", []],
    ["03:00-05:00+1", ["snapshot"]],
    ["x03:00-05:00", ["snapshot"]],
  ])(
    "given the window %j, then it may be so much older as that is long, and one of another form is none",
    async (SnapshotWindow, found) => {
      const report = await checked({
        groups,
        answers: { one: { ...old, SnapshotWindow } },
        snapshots: [snapshot({ NodeSnapshots: [{ SnapshotCreateTime: at(28) }] })],
      });
      expect(foundIn(report)).toEqual(found.length === 0 ? {} : { one: found });
    },
  );

  test.each([
    ["03:00-05:00", 29],
    ["03:15-05:45", 29.5],
    ["22:30-00:00", 28.5],
    ["23:30-01:00", 28.5],
  ])(
    "given the window %s, then it may be as old as a day, the window and the longest backup, %d hours in all",
    async (window, most) => {
      const of = (SnapshotWindow: string) => ({ groups, answers: { one: { ...old, SnapshotWindow } } });
      const { messages } = await checked(of(window));
      expect(messages).toEqual([
        expect.stringContaining(`one: no snapshot is younger than ${most} hours; there is none\n`),
      ]);
      const withOneOf = (hours: number) =>
        checked(
          { ...of(window), snapshots: [snapshot({ NodeSnapshots: [{ SnapshotCreateTime: at(hours) }] })] },
          { at: at(0) },
        );
      expect(foundIn(await withOneOf(most))).toEqual({});
      const late = await withOneOf(most + 0.1);
      expect(late.messages).toEqual([
        expect.stringContaining(
          `one: no snapshot is younger than ${most} hours; the newest is ${most + 0.1} hours old\n`,
        ),
      ]);
    },
  );

  test("given none, then it may be missing as long as it may be old, from when the cluster was created; until then none is looked for", async () => {
    const created = async (millis: number) => {
      const answers = { one: { ReplicationGroupCreateTime: new Date(millis).toISOString() } };
      const report = await checked({ groups, answers }, { at: at(0) });
      return [foundIn(report), report.argumentsOf("describeSnapshots").length > 0];
    };
    await expect(created(now - 29 * hour)).resolves.toEqual([{}, false]);
    await expect(created(now - 29 * hour - 1)).resolves.toEqual([{ one: ["snapshot"] }, true]);
  });

  test("given one that is fresh, even if it is as old as it may be, then the search ends", async () => {
    const many = Array.from({ length: 60 }, (_one, i) =>
      snapshot({ SnapshotName: `automatic.${i}`, NodeSnapshots: [{ SnapshotCreateTime: at(29) }] }),
    );
    const { argumentsOf } = await checked({ groups, answers, snapshots: many }, { at: at(0) });
    expect(argumentsOf("describeSnapshots")).toHaveLength(1);
  });

  test.each([
    ["without shards 50, since each is one node's", {}, 50],
    ["with shards 20, since each lists up to 90 of them", { ClusterEnabled: true }, 20],
  ])("given a cluster, then it is looked for in pages that AWS and 256 KiB allow: %s", async (_what, more, most) => {
    const { argumentsOf } = await checked({ groups, answers: { one: { ...old, ...more } } });
    expect([...new Set(argumentsOf("describeSnapshots").map(({ MaxRecords }) => MaxRecords))]).toEqual([most]);
  });

  describe("given a node that AWS removes while its snapshots are read", () => {
    const ofFirst = Array.from({ length: 60 }, (_one, i) =>
      snapshot({ SnapshotName: `automatic.${i}`, NodeSnapshots: [{ SnapshotCreateTime: at(100 + i) }] }),
    );
    const gone = (action: string, { CacheClusterId, Marker }: Answer): void => {
      if (action === "describeSnapshots" && CacheClusterId === "one-001" && Marker !== undefined)
        throw new ExecutionError("ElastiCache.CacheClusterNotFoundException", "no one-001");
    };

    test("then its snapshots count no more, and those of the other nodes are read from their beginning", async () => {
      const ofSecond = snapshot({ SnapshotName: "automatic.second", CacheClusterId: "one-002" });
      const report = await checked({ groups, answers, snapshots: [...ofFirst, ofSecond] }, {}, gone);
      expect(foundIn(report)).toEqual({});
      expect(foundIn(await checked({ groups, answers, snapshots: ofFirst }, {}, gone))).toEqual({ one: ["snapshot"] });
    });
  });

  test.each([
    ["pages", () => undefined],
    [
      "pages, and nodes that are gone",
      ({ CacheClusterId }: Answer) => {
        if (CacheClusterId !== "one-003") throw new ExecutionError("ElastiCache.CacheClusterNotFoundException", "gone");
      },
    ],
  ])("given many %s, then the search for it fits into an execution of fifty clusters", async (_what, refuse) => {
    const always = Array.from({ length: 5000 }, (_one, i) =>
      snapshot({
        ...{ SnapshotName: `automatic.${i}`, CacheClusterId: "one-003" },
        NodeSnapshots: [{ SnapshotCreateTime: at(100) }],
      }),
    );
    const report = await checked({ groups, answers, snapshots: always }, {}, (action, args) => {
      if (action === "describeSnapshots") refuse(args);
    });
    expect(report.argumentsOf("describeSnapshots").length).toBeLessThanOrEqual(mostCalls);
    expect(foundIn(report)).toEqual({ one: ["snapshot"] });
  });

  test("given one on the last page, then it counts", async () => {
    const older = Array.from({ length: 70 }, (_one, i) =>
      snapshot({ SnapshotName: `automatic.${i}`, NodeSnapshots: [{ SnapshotCreateTime: at(100 + i) }] }),
    );
    expect(foundIn(await checked({ groups, answers, snapshots: [...older, snapshot({})] }))).toEqual({});
    expect(foundIn(await checked({ groups, answers, snapshots: older }))).toEqual({ one: ["snapshot"] });
  });

  test("given one of several shards, then it is as old as its oldest shard", async () => {
    const shards = (hours: number) => [
      snapshot({
        CacheClusterId: undefined,
        ReplicationGroupId: "one",
        NodeSnapshots: [{ SnapshotCreateTime: at(1) }, { SnapshotCreateTime: at(hours) }],
      }),
    ];
    const sharded = { one: { ...old, ClusterEnabled: true } };
    expect(foundIn(await checked({ groups, answers: sharded, snapshots: shards(28) }))).toEqual({});
    expect(foundIn(await checked({ groups, answers: sharded, snapshots: shards(30) }))).toEqual({ one: ["snapshot"] });
  });

  test("given one of a node that is gone, then it counts for its group", async () => {
    expect(foundIn(await checked({ groups, answers, snapshots: [snapshot({ CacheClusterId: "one-003" })] }))).toEqual(
      {},
    );
  });
});

describe("the node that backups are taken from", () => {
  const members = [
    { CacheClusterId: "one-001", CurrentRole: "primary" },
    { CacheClusterId: "one-002", CurrentRole: "replica" },
  ];

  test.each<[string, readonly object[], string | undefined, readonly string[]]>([
    ["the primary, which has replicas, then it is reported", members, "one-001", ["source"]],
    ["a replica, then it is not", members, "one-002", []],
    ["the primary when it is the only node, then it is not", members.slice(0, 1), "one-001", []],
    ["one that AWS chooses, then it is not", members, undefined, []],
    ["one that is no longer listed, then it is not", members, "one-003", []],
  ])("given %s", async (_what, NodeGroupMembers, SnapshottingClusterId, found) => {
    const answers = { one: { SnapshottingClusterId, NodeGroups: [{ NodeGroupMembers }] } };
    const report = await checked({ groups: { one: 7 }, answers });
    expect(foundIn(report)).toEqual(found.length === 0 ? {} : { one: found });
  });
});

describe("the tag BackupFloorDays", () => {
  const floorOf = async (Value: string): Promise<string | undefined> => {
    const { messages } = await checked({ groups: { one: 0 }, tags: { one: [{ Key: "BackupFloorDays", Value }] } });
    return /automatic backups are off; the minimum is (\d+ days?)\n/.exec(messages[0] ?? "")?.[1];
  };

  test.each([["1", "1 day"], ...["2", "9", "10", "19", "20", "29", "30", "35"].map((days) => [days, `${days} days`])])(
    "given %j, then it is a cluster's own minimum",
    async (value, floor) => {
      await expect(floorOf(value)).resolves.toBe(floor);
    },
  );

  test.each(["0", "00", "07", "36", "40", "100", "-3", "3.5", "3 ", " 3", "x3", "3x", ">3", "", "many"])(
    "given %j, then it is none, and the common minimum applies",
    async (value) => {
      await expect(floorOf(value)).resolves.toBe("7 days");
    },
  );
});

test.each<[string, string, boolean]>([
  ["a reason", "a cache of sessions, ends in June", true],
  ["no text", "", false],
  ["nothing but blanks", "  ", false],
])("given the tag BackupPolicyExemption with %s, %j, then it exempts: %j", async (_what, Value, isExempt) => {
  const tags = { short: [{ Key: "BackupPolicyExemption", Value }] };
  const { violations, counts } = await checked({ groups: { short: 3 }, tags });
  expect([violations.length, counts.ClustersExempt]).toEqual(isExempt ? [0, 1] : [1, 0]);
});

describe("an answer about a cluster", () => {
  const groups = { one: 7 };

  test.each<[string, Answer, readonly string[]]>([
    ["no retention", { SnapshotRetentionLimit: undefined }, ["retention"]],
    ["a retention that is null", { SnapshotRetentionLimit: null }, ["retention"]],
    ["no window", { SnapshotWindow: undefined }, []],
    ["a window that is null", { SnapshotWindow: null }, []],
    ["no creation time", { ReplicationGroupCreateTime: undefined }, ["snapshot"]],
    ["a creation time that is null", { ReplicationGroupCreateTime: null }, ["snapshot"]],
    ["a creation time in seconds", { ReplicationGroupCreateTime: (now - hour) / 1000 }, []],
    ["no status", { Status: undefined }, []],
    ["no failover", { AutomaticFailover: undefined }, ["failover"]],
    ["no shards", { NodeGroups: undefined }, []],
    ["a source that is null", { SnapshottingClusterId: null }, []],
    // All of https://docs.aws.amazon.com/AmazonElastiCache/latest/APIReference/API_ReplicationGroup.html, and one that it may have later.
    ...["creating", "create-failed", "deleting"].map((Status): [string, Answer, string[]] => [
      `the status ${Status}`,
      { Status, SnapshotRetentionLimit: 0 },
      [],
    ]),
    ...["available", "modifying", "snapshotting", "renaming"].map((Status): [string, Answer, string[]] => [
      `the status ${Status}`,
      { Status, SnapshotRetentionLimit: 0 },
      ["retention"],
    ]),
  ])("given one with %s, then the cluster is evaluated all the same", async (_what, answer, found) => {
    expect(foundIn(await checked({ groups, answers: { one: answer } }))).toEqual(
      found.length === 0 ? {} : { one: found },
    );
  });

  test.each<[string, unknown]>([
    ["no tags", undefined],
    ["an empty list of tags", []],
    ["a tag without a value", [{ Key: "BackupPolicyExemption" }]],
    ["a tag whose value is null", [{ Key: "BackupPolicyExemption", Value: null }]],
    ["a minimum that is no number", [{ Key: "BackupFloorDays", Value: "many" }]],
  ])("given one with %s, then the cluster is evaluated all the same", async (_what, tags) => {
    expect(foundIn(await checked({ groups: { short: 3 }, tags: { short: tags } }))).toEqual({ short: ["retention"] });
  });

  test.each<[string, Account]>([
    ["no group at all", { groups: { odd: 7, short: 3 }, answers: { odd: null } }],
    ["no ARN", { groups: { odd: 7, short: 3 }, answers: { odd: { Arn: undefined } } }],
    ["an ARN that is no text", { groups: { odd: 7, short: 3 }, tags: { odd: [{ Key: {}, Value: "x" }] } }],
  ])("given one with %s, then it is reported, and the other clusters are evaluated", async (_what, account) => {
    const report = await checked(account);
    expect(foundIn(report)).toEqual({ odd: ["unreadable"], short: ["retention"] });
    expect(report.counts).toMatchObject({ ClustersWithFindings: 2, ClustersUnreadable: 1, ClustersChecked: 2 });
    expect(report.messages).toEqual([expect.stringContaining("odd: its backups cannot be evaluated")]);
    expect(report.messages[0]).toContain("short: automatic backups are retained for 3 days");
  });
});

describe("given a call about one cluster that fails with", () => {
  const alone = {
    ...{ CacheClusterId: "alone", Arn: "alone", Engine: "redis", CacheClusterStatus: "available" },
    ...{ CacheClusterCreateTime: at(1000), SnapshotRetentionLimit: 7, SnapshotWindow: "03:00-05:00" },
  };
  const account = { groups: { one: 7, short: 3 }, answers: { one: old }, nodes: [alone] };
  const gone = (what: string): string => `ElastiCache.${what}NotFoundException`;
  const isOf = (id: string, args: Answer): boolean =>
    [args.ReplicationGroupId, args.CacheClusterId, args.ResourceName].some((one) => String(one).startsWith(id));

  type Outcome = "is left out" | "was not evaluated" | "cannot be read" | "has no backup";
  test.each<[error: string, action: string, cluster: "one" | "alone", outcome: Outcome]>([
    [gone("ReplicationGroup"), "describeReplicationGroups", "one", "is left out"],
    [gone("CacheCluster"), "describeCacheClusters", "alone", "is left out"],
    [gone("CacheCluster"), "describeSnapshots", "one", "has no backup"],
    [gone("CacheCluster"), "describeSnapshots", "alone", "has no backup"],
    [gone("ReplicationGroup"), "listTagsForResource", "one", "was not evaluated"],
    [gone("CacheCluster"), "listTagsForResource", "alone", "was not evaluated"],
    ["ElastiCache.InvalidReplicationGroupStateException", "listTagsForResource", "one", "was not evaluated"],
    ...["States.QueryEvaluationError", "States.DataLimitExceeded"].flatMap((error) =>
      (
        [
          ["describeReplicationGroups", "one"],
          ["describeCacheClusters", "alone"],
          ["describeSnapshots", "one"],
          ["describeSnapshots", "alone"],
          ["listTagsForResource", "one"],
          ["listTagsForResource", "alone"],
        ] as const
      ).map(
        ([action, cluster]) => [error, action, cluster, "cannot be read"] as [string, string, "one" | "alone", Outcome],
      ),
    ),
  ])("%s: %s, then %s %s, and the other clusters are evaluated", async (error, action, id, outcome) => {
    const report = await checked(account, {}, (called, args) => {
      if (called === action && isOf(id, args)) throw new ExecutionError(error, "of an unknown form");
    });
    const found: Record<string, object> = {
      one: { found: ["snapshot"] },
      alone: { found: ["snapshot", "failover"] },
      short: { found: ["retention"] },
    };
    if (outcome === "cannot be read") found[id] = { found: ["unreadable"], problem: "of an unknown form" };
    const listed = Object.entries(found)
      .filter(([one]) => one !== id || outcome === "cannot be read" || outcome === "has no backup")
      .map(([one, more]) => expect.objectContaining({ id: one, group: one !== "alone", ...more }) as unknown);
    expect(report.violations).toHaveLength(listed.length);
    expect(report.violations).toEqual(expect.arrayContaining(listed));
    expect(report).toMatchObject({
      evaluated: listed.length,
      notEvaluated: outcome === "was not evaluated" ? [id] : [],
      counts: { ClustersChecked: listed.length, ClustersWithFindings: listed.length },
    });
  });
});

test("given a cluster whose snapshots exceed 256 KiB, then it is reported, and the others are evaluated", async () => {
  const account = { groups: { large: 7, short: 3 }, answers: { large: { ReplicationGroupCreateTime: at(1000) } } };
  const report = await checked(account, {}, (action, args) => {
    if (action === "describeSnapshots" && String(args.CacheClusterId).startsWith("large"))
      throw new ExecutionError("States.DataLimitExceeded", "The result has more than 262144 bytes.");
  });
  expect(foundIn(report)).toEqual({ large: ["unreadable"], short: ["retention"] });
  expect(report.messages[0]).toContain("large: its backups cannot be evaluated");
});

test("given an earlier check that is running, then this one waits until it has ended, and does not send its list again", async () => {
  const last = { lastNotification: { at: now, list: ["short retention"], count: 1 } };
  const clock = { now };
  const { messages, lastNotification, argumentsOf } = await checked(
    { groups: { short: 3 }, earlier: 5, last },
    {},
    undefined,
    clock,
  );
  expect(messages).toEqual([]);
  expect(lastNotification).toEqual(last.lastNotification);
  expect(clock.now - now).toBeGreaterThanOrEqual(5 * 60_000);
  // While an earlier check runs, the last notification may be out of date.
  const listings = argumentsOf("listExecutions").map(({ StatusFilter }) => StatusFilter);
  expect(listings.lastIndexOf("RUNNING")).toBeLessThan(listings.indexOf("SUCCEEDED"));
});

// https://docs.aws.amazon.com/step-functions/latest/apireference/API_ListExecutions.html: "eventually consistent"
test("a check gives AWS some seconds to list one that began with it, before it looks for others", async () => {
  const clock = { now };
  const looked: number[] = [];
  const listing = (action: string): void => {
    if (action === "listExecutions") looked.push(clock.now - now);
  };
  await checked({ groups: { short: 3 } }, {}, listing, clock);
  expect(looked[0]).toBeGreaterThanOrEqual(5000);
});

test("given a check that began later, then this one does not wait for it", async () => {
  const clock = { now };
  const { messages } = await checked({ groups: { short: 3 }, later: true }, {}, undefined, clock);
  expect(messages).toHaveLength(1);
  expect(clock.now - now).toBeLessThan(60_000);
});

// Every way in which an execution ends without success: https://docs.aws.amazon.com/step-functions/latest/apireference/API_DescribeExecution.html
test.each(["ABORTED", "TIMED_OUT", "FAILED"])(
  "given a check before that is %s, then this one does not wait for it, and compares with the last one that succeeded",
  async (killed) => {
    const last = { lastNotification: { at: now - 2 * hour, list: ["short retention"], count: 1 } };
    const clock = { now };
    const again = await checked({ groups: { short: 3 }, last, killed }, {}, undefined, clock);
    expect(again.messages).toEqual([]);
    expect(again.lastNotification).toEqual(last.lastNotification);
    expect(clock.now - now).toBeLessThan(60_000);
    // People may have read it from the one that was killed: rather twice than never.
    const { messages } = await checked({ groups: { short: 3, new: 3 }, last, killed });
    expect(messages).toEqual([expect.stringContaining("New or changed since the last message: new.")]);
  },
);

test("given no clusters, when some are evaluated all the same, then nothing is found", async () => {
  const { answer } = fakeAccount({ may: [] });
  await expect(run(clusters, answer, { clusters: [], at: now })).resolves.toEqual({
    ...{ evaluated: 0, violations: [], exempt: [], busy: [] },
  });
});

test("given a check that has waited, then it evaluates what is there by then, and remembers when it has notified people", async () => {
  const clock = { now };
  // When the execution starts, the snapshot is as old as it may be; when the earlier one has ended, it is too old.
  const { violations, lastNotification } = await checked(
    {
      ...{ groups: { one: 7 }, answers: { one: old }, earlier: 10 },
      snapshots: [snapshot({ NodeSnapshots: [{ SnapshotCreateTime: at(29) }] })],
    },
    {},
    undefined,
    clock,
  );
  expect(violations).toEqual([expect.objectContaining({ id: "one", found: ["snapshot"], age: 29.2 })]);
  expect(lastNotification.at).toBe(clock.now);
  expect(clock.now - now).toBeGreaterThan(10 * 60_000);
});

test.each<[string, Answer, object]>([
  ["without a group", {}, { alone: ["snapshot", "failover"] }],
  ["whose group is null", { ReplicationGroupId: null }, { alone: ["snapshot", "failover"] }],
  ["of Memcached", { Engine: "memcached" }, {}],
  ["without an engine", { Engine: undefined }, { alone: ["snapshot", "failover"] }],
  ["without an id", { CacheClusterId: undefined }, {}],
  // https://docs.aws.amazon.com/AmazonElastiCache/latest/APIReference/API_CacheCluster.html
  ...["creating", "create-failed", "deleting"].map((CacheClusterStatus): [string, Answer, object] => [
    `without a group, with the status ${CacheClusterStatus}`,
    { CacheClusterStatus },
    {},
  ]),
  ...["modifying", "rebooting cluster nodes", "snapshotting", "renaming"].map(
    (CacheClusterStatus): [string, Answer, object] => [
      `without a group, with the status ${CacheClusterStatus}`,
      { CacheClusterStatus },
      { alone: ["snapshot", "failover"] },
    ],
  ),
])(
  "given a node %s, then it is evaluated, unless it is of Memcached, has no id, or is not there yet or any more",
  async (_what, more, expected) => {
    const node = {
      CacheClusterId: "alone",
      Arn: "alone",
      Engine: "redis",
      CacheClusterStatus: "available",
      CacheClusterCreateTime: at(1000),
      SnapshotRetentionLimit: 7,
      SnapshotWindow: "03:00-05:00",
      ...more,
    };
    expect(foundIn(await checked({ groups: {}, nodes: [node] }))).toEqual(expected);
  },
);

describe("given a cluster that is being changed, and lists no tags,", () => {
  const always = 1000;

  test("then it is postponed, and the others are evaluated", async () => {
    const report = await checked({ groups: { good: 7, short: 3 }, busy: { short: 3 } });
    expect(foundIn(report)).toEqual({ short: ["retention"] });
    expect(report).toMatchObject({ evaluated: 2, notEvaluated: [], counts: { ClustersNotJudged: 0 } });
  });

  test("as a node without a group, of which AWS answers as if it were gone, then it is postponed too", async () => {
    const node = {
      ...{ CacheClusterId: "alone", Arn: "alone", Engine: "redis", CacheClusterStatus: "snapshotting" },
      ...{ CacheClusterCreateTime: at(1), SnapshotRetentionLimit: 3, SnapshotWindow: "03:00-05:00" },
    };
    const report = await checked({ groups: { good: 7 }, nodes: [node], busy: { alone: 3 } });
    expect(foundIn(report)).toEqual({ alone: ["retention", "failover"] });
    const stays = await checked({ groups: { good: 7 }, nodes: [node], busy: { alone: always } });
    expect(stays).toMatchObject({ evaluated: 1, notEvaluated: ["alone"], counts: { ClustersNotJudged: 1 } });
  });

  test("then it is waited for as long as the message says, and nothing is waited for otherwise", async () => {
    const waited = async (busy: Account["busy"]): Promise<number> => {
      const clock = { now };
      await checked({ groups: { short: 3 }, busy: busy ?? {} }, {}, undefined, clock);
      return (clock.now - now) / 60_000;
    };
    // AWS lists an execution some seconds after its start.
    await expect(waited({})).resolves.toBeLessThan(1);
    await expect(waited({ short: 1 })).resolves.toBeLessThan(6);
    const most = await waited({ short: always });
    expect(most).toBeGreaterThan(60);
    expect(most).toBeLessThan(80);
  });

  test("when it stays busy, then it is reported as not evaluated", async () => {
    const report = await checked({ groups: { short: 3, other: 3, good: 7 }, busy: { short: always } });
    expect(foundIn(report)).toEqual({ other: ["retention"] });
    expect(report).toMatchObject({ evaluated: 2, notEvaluated: ["short"], counts: { ClustersNotJudged: 1 } });
    expect(report.messages).toEqual([
      expect.stringMatching(/^[^]*1 of 3 clusters[^]*Not evaluated, [^\n]*: short\.$/m),
    ]);
  });

  test("when it stays busy, then it keeps its last findings", async () => {
    const last = {
      lastNotification: { at: now - 24 * hour, list: ["gone retention", "short retention failover"] },
    };
    const report = await checked({ groups: { short: 7, good: 7 }, busy: { short: always }, last });
    expect(foundIn(report)).toEqual({ short: ["retention", "failover"] });
    expect(report.counts).toMatchObject({ ClustersWithFindings: 1, RetentionBelowFloor: 1, FailoverMissing: 1 });
    expect(report.lastNotification.list).toEqual(["short retention failover"]);
    expect(report.messages).toEqual([expect.stringContaining("No longer listed: gone.")]);
    expect(report.messages[0]).toContain("short: retention, failover, as last reported");

    const next = await checked({ groups: { short: 7, good: 7 }, last: report });
    expect(next.messages).toEqual([expect.stringContaining("no findings any more")]);
  });
});

describe("given a trial at another time", () => {
  const groups = { short: 3 };
  const lastNotification = { at: now - 2 * hour, list: ["short retention"] };

  test("then it notifies people, and says what it is", async () => {
    const { messages } = await checked({ groups }, { at: at(-24) });
    expect(messages).toEqual([expect.stringMatching(/^Trial: Redis backup policy: [^]*a trial, evaluated as of/)]);
  });

  test("then it publishes no metrics, and keeps the last notification", async () => {
    const report = await checked({ groups, last: { lastNotification } }, { at: at(-30 * 24) });
    expect(report.messages).toHaveLength(1);
    expect(report.lastNotification).toEqual({ ...lastNotification, count: 1 });
    expect(report.counts).toEqual({});
  });
});

test.each([
  ["at the same moment", now, 0],
  ["yesterday", now - 24 * hour, 0],
  // A daily check is never late by an hour, so the seventh one after a message sends the next.
  ["not quite a week ago", now - (7 * 24 - 1) * hour + 1, 0],
  ["a week ago, but for the hour that a check may be early", now - (7 * 24 - 1) * hour, 1],
  ["a week ago", now - 7 * 24 * hour, 1],
  ["in the future, by a trial of an earlier version,", now + 1000 * 24 * hour, 1],
])("given the same list as %s, at %d, then people get %d messages", async (_when, time, times) => {
  const lastNotification = { at: time, list: ["short retention"] };
  const { messages } = await checked({ groups: { short: 3 }, last: { lastNotification } }, { at: at(0) });
  expect(messages).toHaveLength(times);
  const none = { at: time, list: [] };
  expect((await checked({ groups: { good: 7 }, last: { lastNotification: none } }, { at: at(0) })).messages).toEqual(
    [],
  );
});

describe("given a list of which the last check could not remember all", () => {
  const lastOf = (count: number, ...list: readonly string[]) => ({ lastNotification: { at: now, list, count } });

  test("then it is compared up to the last entry that is remembered: that one may be gone, and what follows is nothing new", async () => {
    const last = lastOf(3, "a retention", "c retention");
    expect((await checked({ groups: { a: 3, c: 3, d: 3 }, last })).messages).toEqual([]);
    const { messages } = await checked({ groups: { a: 3, d: 3, e: 3 }, last });
    expect(messages).toEqual([expect.stringContaining("\n\nNo longer listed: c.\n\n")]);
    expect(messages[0]).not.toContain("New or changed");
  });

  test("when only the number has changed, then it is another one", async () => {
    const last = lastOf(3, "a retention", "c retention");
    expect((await checked({ groups: { a: 3, c: 3, d: 3, e: 3 }, last })).messages).toHaveLength(1);
  });
});

test.each([
  ["of an earlier version", { told: { at: now, list: ["short retention"] } }],
  ["that is null", null],
  ["that is a text", "done"],
  ["with a list of no moment", { lastNotification: { list: ["short retention"] } }],
  ["with a list of one finding that is no list", { lastNotification: { at: now, list: "short retention" } }],
])("given an output %s, then it counts as no notification", async (_what, last) => {
  const report = await checked({ groups: { short: 3 }, last });
  expect(report.messages).toHaveLength(1);
  expect(report.lastNotification.list).toEqual(["short retention"]);
});

describe("trails of CloudTrail", () => {
  const counted = async (trails: Readonly<Record<string, Trail>>): Promise<number | undefined> =>
    (await checked({ groups: {}, trails })).counts.TrailsLogging;
  const basic = (more: object) => ({
    EventSelectors: [{ ReadWriteType: "All", IncludeManagementEvents: true, ...more }],
  });
  /** As the AWS SDK for Java calls the member, whose names Step Functions takes, or as the API does. */
  const advancedAs =
    (member: "Equals" | "EqualsValue") =>
    (...fields: readonly (readonly [string, string])[]) => ({
      AdvancedEventSelectors: [{ FieldSelectors: fields.map(([Field, value]) => ({ Field, [member]: [value] })) }],
    });
  const advanced = advancedAs("EqualsValue");
  const management = ["eventCategory", "Management"] as const;

  test.each<[string, Readonly<Record<string, Trail>>, number | undefined]>([
    ["none", {}, 0],
    ["one that logs", { a: { logging: true } }, 1],
    ["one that is stopped", { a: { logging: false } }, 0],
    ["one of two that is stopped", { a: { logging: false }, b: { logging: true } }, 1],
    ["without management events", { a: { logging: true, selectors: basic({ IncludeManagementEvents: false }) } }, 0],
    ["of calls that only read", { a: { logging: true, selectors: basic({ ReadWriteType: "ReadOnly" }) } }, 0],
    ["of calls that write", { a: { logging: true, selectors: basic({ ReadWriteType: "WriteOnly" }) } }, 1],
    ["with advanced selectors of management events", { a: { logging: true, selectors: advanced(management) } }, 1],
    ["with advanced selectors of data", { a: { logging: true, selectors: advanced(["eventCategory", "Data"]) } }, 0],
    [
      "with advanced selectors of calls that only read",
      { a: { logging: true, selectors: advanced(management, ["readOnly", "true"]) } },
      0,
    ],
    [
      "with advanced selectors under the API's name",
      { a: { logging: true, selectors: advancedAs("Equals")(management) } },
      1,
    ],
    [
      "with such selectors of calls that only read",
      { a: { logging: true, selectors: advancedAs("Equals")(management, ["readOnly", "true"]) } },
      0,
    ],
    ["stopped, with selectors", { a: { logging: false, selectors: basic({}) } }, 0],
    ["one that cannot be read: not known", { a: { logging: true, denied: true } }, undefined],
    [
      "one whose selectors cannot be read: not known",
      { a: { logging: true, selectors: basic({}), selectorsDenied: true } },
      undefined,
    ],
    [
      "one whose selectors cannot be read beside one that logs",
      { a: { logging: true, selectors: basic({}), selectorsDenied: true }, b: { logging: true } },
      1,
    ],
    ["one that cannot be read beside one that logs", { a: { logging: true, denied: true }, b: { logging: true } }, 1],
  ])("given trails (%s), then those are counted that log what changes something", async (_what, trails, count) => {
    await expect(counted(trails)).resolves.toBe(count);
  });

  test("given that they cannot be listed, then people are notified all the same", async () => {
    const report = await checked({ groups: { short: 3 }, trailsDenied: true });
    expect(report.messages).toHaveLength(1);
    expect(report.counts).not.toHaveProperty("TrailsLogging");
  });
});

test("given that AWS throttles each call three times, then the check finds what it always does, and for longer fails", async () => {
  const given = { groups: { sound: 7, short: 1 }, trails: { own: { logging: true } } };
  const { messages, counts } = await checked(given);
  await expect(checked({ ...given, throttled: 3 })).resolves.toMatchObject({ messages, counts });
  await expect(checked({ ...given, throttled: 4 })).rejects.toThrow("Rate exceeded");
});

test.each([
  ["AWS refuses", new ExecutionError("Aws.Refused", "refused")],
  ["AWS answers with more than Step Functions accepts", new ExecutionError("States.DataLimitExceeded", "too large")],
])(
  "whichever call %s, then the check fails, of which there is an alarm; without those of CloudTrail it goes on",
  async (_what, failure) => {
    const selectors = { EventSelectors: [{ ReadWriteType: "All", IncludeManagementEvents: true }] };
    const given = {
      groups: { sound: 7, short: 1 },
      nodes: [{ Engine: "redis", CacheClusterId: "alone" }],
      trails: { own: { logging: true, selectors } },
    };
    const calls: string[] = [];
    const { messages } = await checked(given, {}, (action) => {
      calls.push(action);
    });
    const trails = calls.indexOf("describeTrails");
    const [first, last] = [calls.indexOf("startExecution"), calls.indexOf("putMetricData")];
    for (const [refusedCall, action] of calls.entries()) {
      let call = 0;
      let refused = "";
      const outcome = await checked(given, {}, (...one) => {
        // Also when it is made again.
        if (call++ === refusedCall) refused = JSON.stringify(one);
        if (JSON.stringify(one) === refused) throw failure;
      }).then(
        (one) => one.messages,
        (error: unknown) => String(error),
      );
      const goesOn = refusedCall >= trails && action !== "publish";
      // Of one cluster, an answer that is too large is reported, and the others are evaluated.
      const isReported = failure.error === "States.DataLimitExceeded" && refusedCall > first && refusedCall < last;
      const unreadable = [expect.stringMatching(/: its backups cannot be evaluated, .*: too large\n/) as unknown];
      expect([refusedCall, action, outcome]).toEqual([
        ...[refusedCall, action],
        goesOn ? messages : isReported ? unreadable : `Error: ${failure.message}`,
      ]);
    }
    expect(new Set([...calls, "describeExecution"])).toEqual(new Set(mayCall));
  },
);
