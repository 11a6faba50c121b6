import { account } from "../../support/account";
import { cache as group, hour, may, notifying, runCheck, topic } from "../../support/backup-check";

interface Snapshot {
  readonly hoursAgo?: number;
  readonly node?: string;
  readonly status?: string;
  readonly size?: string;
  readonly name?: string;
}

interface Account {
  /** null: AWS does not tell. */
  readonly groupHours?: number | null;
  readonly nodes?: readonly string[];
  readonly snapshots?: readonly Snapshot[];
  /** Hours ago, and what was said, by source. */
  readonly events?: Readonly<Record<string, readonly (readonly [number, string])[]>>;
  readonly topicStatus?: string;
}

/** What the check publishes, the newest value of each metric and all of SnapshotCreateSuccessful. */
async function published(given: Account): Promise<Record<string, number | number[]>> {
  const now = Date.now();
  const at = (hoursAgo: number) => new Date(now - hoursAgo * hour).toISOString();
  const { groupHours = 5000, nodes = [`${group}-001`, `${group}-002`], snapshots = [], events = {} } = given;
  const all = snapshots.map(({ hoursAgo, node = `${group}-002`, status = "available", size = "12 MB", name }, i) => ({
    SnapshotSource: "automated",
    SnapshotName: name ?? `automatic.${node}-${i}`,
    ...(node !== "" && { CacheClusterId: node }),
    SnapshotStatus: status,
    NodeSnapshots: [{ CacheSize: size, ...(hoursAgo !== undefined && { SnapshotCreateTime: at(hoursAgo) }) }],
  }));
  const aws = account({
    may,
    snapshots: all,
    groups: {
      [group]: [{ MemberClusters: nodes, ...(groupHours !== null && { ReplicationGroupCreateTime: at(groupHours) }) }],
    },
    events: Object.fromEntries(
      Object.entries(events).map(([source, said]) => [
        source,
        said.map(([hoursAgo, Message]) => ({ Date: at(hoursAgo), Message })),
      ]),
    ),
    nodes: Object.fromEntries(nodes.map((id) => [id, [notifying(given.topicStatus)]])),
  });
  const { values } = await runCheck(aws.answer);
  return {
    ...Object.fromEntries(Object.entries(values).map(([name, [value = NaN]]) => [name, Math.round(value * 10) / 10])),
    SnapshotCreateSuccessful: [...(values.SnapshotCreateSuccessful ?? [])],
  };
}

const good = [1, 1, 1, 1, 1, 1];
const bad = [0, 0, 0, 0, 0, 0];

test.each<[string, Account, object]>([
  ["no snapshot of a new group", { groupHours: 3 }, { SnapshotCreateSuccessful: good, SnapshotAgeHours: 3 }],
  ["no snapshot of an old group", {}, { SnapshotCreateSuccessful: bad, SnapshotAgeHours: 5000 }],
  ["no snapshot of a group of unknown age", { groupHours: null }, { SnapshotCreateSuccessful: bad }],
  ["one snapshot", { snapshots: [{ hoursAgo: 5 }] }, { SnapshotCreateSuccessful: good, SnapshotAgeHours: 5 }],
  [
    "one node",
    { nodes: [`${group}-001`], snapshots: [{ hoursAgo: 5, node: `${group}-001` }] },
    { SnapshotAgeHours: 5 },
  ],
  ["a stale one", { snapshots: [{ hoursAgo: 31 }] }, { SnapshotCreateSuccessful: bad, SnapshotAgeHours: 31 }],
  [
    "one that has just become stale, judged as of each period",
    { snapshots: [{ hoursAgo: 29.1 }] },
    { SnapshotCreateSuccessful: [0, 1, 1, 1, 1, 1] },
  ],
  [
    "60 on three pages",
    { snapshots: Array.from({ length: 60 }, (_value, i) => ({ hoursAgo: 10 + ((i * 7) % 60) })) },
    { SnapshotCreateSuccessful: good, SnapshotAgeHours: 10 },
  ],
  ...["restoring", "copying"].map((status): [string, Account, object] => [
    `one that is ${status}`,
    { snapshots: [{ hoursAgo: 40 }, { hoursAgo: 5, status }] },
    { SnapshotCreateSuccessful: good, SnapshotAgeHours: 5 },
  ]),
  ["one that is being deleted", { snapshots: [{ hoursAgo: 5, status: "deleting" }] }, { SnapshotAgeHours: 5000 }],
  ["only one that is being taken", { snapshots: [{ status: "creating" }] }, { SnapshotCreateSuccessful: bad }],
  [
    "a newer one that is being taken",
    { snapshots: [{ status: "creating" }, { hoursAgo: 7 }] },
    { SnapshotAgeHours: 7, SnapshotsFailed: 0 },
  ],
  ["another group's", { snapshots: [{ hoursAgo: 1, node: `${group}-2-001` }] }, { SnapshotCreateSuccessful: bad }],
  ["one with cluster mode enabled", { snapshots: [{ hoursAgo: 1, node: "" }] }, { SnapshotCreateSuccessful: bad }],
  ["one of a node that is gone", { snapshots: [{ hoursAgo: 1, node: `${group}-005` }] }, { SnapshotAgeHours: 1 }],
  [
    "one of a node with a name of its own",
    { nodes: ["older"], snapshots: [{ hoursAgo: 1, node: "older" }] },
    { SnapshotAgeHours: 1 },
  ],
  ["a failed one since", { snapshots: [{ hoursAgo: 25 }, { hoursAgo: 1, status: "failed" }] }, { SnapshotsFailed: 1 }],
  ["a failed one before", { snapshots: [{ hoursAgo: 1 }, { hoursAgo: 25, status: "failed" }] }, { SnapshotsFailed: 0 }],
  [
    "a failed one of the moment at which another succeeded",
    { snapshots: [{ hoursAgo: 5 }, { hoursAgo: 5, status: "failed" }] },
    { SnapshotsFailed: 0 },
  ],
  [
    "failed ones without a creation time, by their names",
    {
      snapshots: [
        { hoursAgo: 24 },
        { status: "failed", name: `automatic.${group}-2020-01-31-18-00` },
        { status: "failed", name: `automatic.${group}-2099-01-31-18-00` },
      ],
    },
    { SnapshotsFailed: 1 },
  ],
  [
    "a failure in the group's events",
    { snapshots: [{ hoursAgo: 20 }], events: { [group]: [[1, "Snapshot failed for snapshot with ID 'x'"]] } },
    { SnapshotsFailed: 1 },
  ],
  [
    "a failure in a node's events, and one of something else",
    {
      snapshots: [{ hoursAgo: 20 }],
      events: {
        [`${group}-002`]: [
          [1, "Snapshot failed for snapshot with ID 'x'"],
          [1, "Failover failed"],
        ],
      },
    },
    { SnapshotsFailed: 1 },
  ],
  [
    "a failure that a success followed",
    {
      snapshots: [{ hoursAgo: 20 }],
      events: {
        [group]: [
          [2, "Snapshot failed for snapshot with ID 'x'"],
          [1, "Snapshot succeeded for snapshot with ID 'y' of cache cluster with ID 'z'"],
        ],
      },
    },
    { SnapshotsFailed: 0 },
  ],
  [
    "a failure at the moment of a success",
    {
      snapshots: [{ hoursAgo: 20 }],
      events: {
        [group]: [
          [2, "Snapshot failed for snapshot with ID 'x'"],
          [2, "Snapshot succeeded for snapshot with ID 'y' of cache cluster with ID 'z'"],
        ],
      },
    },
    { SnapshotsFailed: 0 },
  ],
  [
    "a failure of a node at the moment of a success of the group",
    {
      snapshots: [{ hoursAgo: 20 }],
      events: {
        [group]: [[2, "Snapshot succeeded for snapshot with ID 'y' of cache cluster with ID 'z'"]],
        [`${group}-002`]: [[2, "Snapshot failed for snapshot with ID 'x'"]],
      },
    },
    { SnapshotsFailed: 0 },
  ],
  ...["Snapshot y is being taken", "A snapshot of 'y' was deleted", "Snapshotting will begin"].map(
    (said): [string, Account, object] => [
      `a failure that "${said}" followed`,
      {
        snapshots: [{ hoursAgo: 20 }],
        events: {
          [group]: [
            [2, "Snapshot failed for snapshot with ID 'x'"],
            [1, said],
          ],
        },
      },
      { SnapshotsFailed: 1 },
    ],
  ),
  ...[
    "FAILED to create a snapshot",
    "The snapshot 'x' cannot be taken: fork failed",
    "Backup failed. The last snapshot succeeded for snapshot with ID 'y'",
  ].map((said): [string, Account, object] => [
    `"${said}"`,
    { snapshots: [{ hoursAgo: 20 }], events: { [group]: [[1, said]] } },
    { SnapshotsFailed: 1 },
  ]),
  [
    "events of something else",
    { snapshots: [{ hoursAgo: 20 }], events: { [group]: [[1, "Failover to replica node snapshots-002 completed"]] } },
    { SnapshotsFailed: 0 },
  ],
  [
    "size and duration",
    {
      snapshots: [{ hoursAgo: 3, size: "1.5 GB", name: "automatic.a" }],
      events: { [group]: [[2, "Snapshot succeeded for snapshot with ID 'automatic.a'"]] },
    },
    { SnapshotSizeBytes: 1.5 * 1024 ** 3, SnapshotDurationSeconds: 3600 },
  ],
  [
    "the duration, beside later events of other snapshots and one that failed",
    {
      snapshots: [{ hoursAgo: 3, name: "automatic.a" }],
      events: {
        [group]: [
          [0, "Snapshot failed for snapshot with ID 'automatic.a'"],
          [1, "Snapshot succeeded for snapshot with ID 'automatic.ab'"],
          [2, "Snapshot succeeded for snapshot with ID 'automatic.a'"],
        ],
      },
    },
    { SnapshotDurationSeconds: 3600 },
  ],
  [
    "an empty one that took no time",
    {
      snapshots: [{ hoursAgo: 3, size: "0 MB", name: "automatic.a" }],
      events: { [group]: [[3, "Snapshot succeeded for snapshot with ID 'automatic.a'"]] },
    },
    { SnapshotSizeBytes: 0, SnapshotDurationSeconds: 0 },
  ],
  ["an inactive topic", { topicStatus: "inactive" }, { EventsTopicActive: 0 }],
  ["an active topic", {}, { EventsTopicActive: 1 }],
])("given %s, when the check runs, then it publishes what is true of it", async (_what, account, expected) => {
  expect(await published(account)).toMatchObject(expected);
});

test.each(["", "unknown", "1,024 MB", "-12 MB"])("given a size of %j, then none is published", async (size) => {
  expect(await published({ snapshots: [{ hoursAgo: 1, size }] })).not.toHaveProperty("SnapshotSizeBytes");
});

test("given a backup whose success was reported before it was taken, then no duration is published", async () => {
  const found = await published({
    snapshots: [{ hoursAgo: 3, name: "automatic.a" }],
    events: { [group]: [[4, "Snapshot succeeded for snapshot with ID 'automatic.a'"]] },
  });
  expect(found).toMatchObject({ SnapshotSizeBytes: 12 * 1024 ** 2 });
  expect(found).not.toHaveProperty("SnapshotDurationSeconds");
});

test("given a group of nodes, then events are read of the group and of each node, of as long as a backup is fresh", async () => {
  const aws = account({
    may,
    groups: { [group]: [{ MemberClusters: [`${group}-001`, "older"] }] },
    nodes: { [`${group}-001`]: [notifying()], older: [notifying()] },
  });
  await runCheck(aws.answer);
  const asked = { Duration: 29 * 60, MaxRecords: 100 };
  expect(aws.argumentsOf("describeEvents")).toEqual([
    ...[`${group}-001`, "older"].map((node) => ({ SourceType: "cache-cluster", SourceIdentifier: node, ...asked })),
    { SourceType: "replication-group", SourceIdentifier: group, ...asked },
  ]);
});

describe("the topic of events", () => {
  const nodes = ["one", "two", "three"].map((name) => `${group}-${name}`);
  const gone = null;
  const inactive = notifying("inactive");
  const silent = {};
  const ofAnother = { NotificationConfiguration: { TopicArn: `${topic}-2`, TopicStatus: "active" } };

  test.each<[string, readonly (object | null)[], number]>([
    ["is that of every node", [notifying(), notifying(), notifying()], 1],
    ["is inactive at one of them", [notifying(), inactive, notifying()], 0],
    ["is another one's at the last", [notifying(), notifying(), ofAnother], 0],
    ["is none at the first", [silent, notifying(), notifying()], 0],
    ["is that of each but one that has just been removed", [notifying(), gone, notifying()], 1],
    ["is inactive beside one that has just been removed", [inactive, gone, notifying()], 0],
  ])("given one that %s, then whether every node publishes to it is published", async (_what, answers, expected) => {
    const aws = account({
      may,
      groups: { [group]: [{ MemberClusters: nodes }] },
      nodes: Object.fromEntries(
        nodes.flatMap((id, i) => {
          const node = answers[i] ?? null;
          return node === null ? [] : [[id, [node]]];
        }),
      ),
    });
    const { values, failure } = await runCheck(aws.answer);
    expect([failure, values.EventsTopicActive]).toEqual(["", [expected]]);
    expect(aws.argumentsOf("describeCacheClusters")).toEqual(nodes.map((CacheClusterId) => ({ CacheClusterId })));
  });
});

describe("to the millisecond", () => {
  const now = Date.parse("2026-01-31T12:00:00Z");
  const limit = 29 * hour;
  const of = async (age: number) => {
    const aws = account({
      may,
      groups: { [group]: [{ MemberClusters: [`${group}-001`], ReplicationGroupCreateTime: "2025-01-01T00:00:00Z" }] },
      snapshots: [
        {
          SnapshotName: "automatic.a",
          SnapshotSource: "automated",
          CacheClusterId: `${group}-001`,
          ...{
            SnapshotStatus: "available",
            NodeSnapshots: [{ SnapshotCreateTime: new Date(now - age).toISOString() }],
          },
        },
      ],
      nodes: { [`${group}-001`]: [notifying()] },
    });
    const { values } = await runCheck(aws.answer, {}, { now });
    return { fresh: values.SnapshotCreateSuccessful, listings: aws.argumentsOf("describeSnapshots").length };
  };

  test.each<[string, number, readonly number[], number]>([
    ["a millisecond younger than the limit, then it is fresh", limit - 1, good, 3],
    // Those of nodes that were removed, and of the account, may be younger.
    ["as old as the limit, then it is fresh no longer, and others are looked for", limit, [0, 1, 1, 1, 1, 1], 10],
    ["as old as a period, then it is there from its creation on", 900_000, [1, 1, 0, 0, 0, 0], 3],
    ["a millisecond younger than a period, then it is not there before", 899_999, [1, 0, 0, 0, 0, 0], 3],
  ])("given a backup %s", async (_when, age, fresh, listings) => {
    await expect(of(age)).resolves.toEqual({ fresh, listings });
  });
});

test("given no backup, then whether one is fresh is published for each of the last six periods, so that a late run fills those before it", async () => {
  const now = Date.parse("2026-01-31T12:00:00Z");
  const aws = account({
    may,
    groups: { [group]: [{ MemberClusters: [`${group}-001`], ReplicationGroupCreateTime: "2025-01-01T00:00:00Z" }] },
    nodes: { [`${group}-001`]: [notifying()] },
  });
  const { times } = await runCheck(aws.answer, {}, { now });
  expect(times.SnapshotCreateSuccessful).toEqual([
    undefined,
    ...[15, 30, 45, 60, 75].map((minutes) => new Date(now - minutes * 60_000).toISOString()),
  ]);
  expect(times.SnapshotAgeHours).toEqual([undefined]);
});
