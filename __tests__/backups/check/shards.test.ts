import { shards } from "../../../stacks/cache/shards";
import { cache as group, healthy, hour, runCheck } from "../../support/backup-check";

interface Snapshot {
  /** When each shard was taken, in hours ago; null: it failed. */
  readonly hours: readonly (number | null)[];
  readonly shards?: number;
  readonly status?: string;
  readonly of?: string;
  readonly sizes?: readonly string[];
}

const now = Date.now();
const at = (hoursAgo: number): string => new Date(now - hoursAgo * hour).toISOString();

/** The end of a name: when it was taken, in minutes. */
const moment = (hours: readonly (number | null)[]): string =>
  at(Math.max(0, ...hours.map((hoursAgo) => hoursAgo ?? 0)))
    .slice(0, 16)
    .replaceAll(/[T:]/g, "-");

const snapshot = ({ hours, shards: count = 2, status = "available", of = group, sizes }: Snapshot) => ({
  SnapshotName: `automatic.${of}-${moment(hours)}`,
  SnapshotSource: "automated",
  SnapshotStatus: status,
  ReplicationGroupId: of,
  NumNodeGroups: count,
  NodeSnapshots: hours.map((hoursAgo, shard) => ({
    NodeGroupId: `000${shard * 2 + 1}`,
    CacheSize: sizes?.[shard] ?? "12 MB",
    ...(hoursAgo !== null && { SnapshotCreateTime: at(hoursAgo) }),
  })),
});

/** What the check publishes of a cache with two shards and these snapshots, the newest first, and what snapshots it asked for. */
async function published(snapshots: readonly Snapshot[], events: Readonly<Record<string, readonly object[]>> = {}) {
  const aws = healthy(snapshots.map(snapshot), { events });
  const { values, failure } = await runCheck(aws.answer, { topology: shards });
  const newest = Object.entries(values).map(([name, [value = NaN]]) => [name, Math.round(value * 10) / 10]);
  const asked = aws.argumentsOf("describeSnapshots").map(({ ReplicationGroupId }) => ReplicationGroupId);
  return { failure, asked, ...(Object.fromEntries(newest) as Record<string, number>) };
}

const whole = { hours: [5, 5] };

test.each<[string, readonly Snapshot[], object]>([
  ["a whole one", [whole], { SnapshotCreateSuccessful: 1, SnapshotAgeHours: 5, SnapshotsFailed: 0 }],
  ["one whose shards differ in age: the oldest counts", [{ hours: [5, 9] }], { SnapshotAgeHours: 9 }],
  ["one whose oldest shard is too old", [{ hours: [5, 31] }], { SnapshotCreateSuccessful: 0, SnapshotAgeHours: 31 }],
  ["its size: the sum", [{ hours: [5, 5], sizes: ["1 GB", "12 MB"] }], { SnapshotSizeBytes: 1036 * 1024 * 1024 }],
  [
    "one that lacks a shard: it failed, and the one before counts",
    [{ hours: [1] }, { hours: [25, 25] }],
    { SnapshotCreateSuccessful: 1, SnapshotAgeHours: 25, SnapshotsFailed: 1 },
  ],
  ["one of which a shard failed", [{ hours: [1, null] }, whole], { SnapshotAgeHours: 5, SnapshotsFailed: 1 }],
  ["a failed one", [{ hours: [1, null], status: "failed" }, whole], { SnapshotAgeHours: 5, SnapshotsFailed: 1 }],
  [
    "one that is being taken",
    [{ hours: [null, null], status: "creating" }, whole],
    { SnapshotAgeHours: 5, SnapshotsFailed: 0 },
  ],
  ["none of its own", [{ hours: [1, 1], of: "another" }], { SnapshotCreateSuccessful: 0, SnapshotAgeHours: 5000 }],
  ["one of one shard", [{ hours: [3], shards: 1 }], { SnapshotCreateSuccessful: 1, SnapshotAgeHours: 3 }],
])(
  "given backups of shards, %s, when the check runs, then it publishes what is true of whole ones",
  async (_what, snapshots, expected) => {
    expect(await published(snapshots)).toMatchObject({ failure: "", ...expected });
  },
);

test("given a cache with shards, then only its own snapshots are asked for", async () => {
  expect((await published([whole])).asked).toEqual([group]);
});

test("given the event that reports its success, then a backup that lacks a shard has failed all the same", async () => {
  const name = `automatic.${group}-${moment([1])}`;
  const events = {
    [group]: [{ Date: at(1), Message: `Snapshot succeeded for snapshot with ID '${name}' of replication group` }],
  };
  const snapshots = [{ hours: [1] }, { hours: [25, 25] }];
  expect(await published(snapshots, events)).toMatchObject({ failure: "", SnapshotsFailed: 1 });
});

test("given the later success of a snapshot whose name begins as that of one that lacks a shard, then nothing has failed since", async () => {
  const name = `automatic.${group}-${moment([2])}`;
  const events = {
    [group]: [{ Date: at(1), Message: `Snapshot succeeded for snapshot with ID '${name}-2' of replication group` }],
  };
  const snapshots = [{ hours: [2] }, { hours: [25, 25] }];
  expect(await published(snapshots, events)).toMatchObject({ failure: "", SnapshotsFailed: 0 });
});

test("given the failure of one shard, which is an event of its node, then it is counted", async () => {
  const Message = `Snapshot failed for snapshot with ID 'a' of replication group with ID '${group}'`;
  const events = { [`${group}-002`]: [{ Date: at(1), Message }] };
  expect(await published([whole], events)).toMatchObject({ SnapshotsFailed: 1 });
});
