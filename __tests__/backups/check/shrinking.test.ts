import { cache, healthy, hour, runCheck } from "../../support/backup-check";

/** What the check publishes for backups of these sizes, the latest first, one a day. */
async function shrunk(...sizes: readonly string[]): Promise<number | undefined> {
  const snapshots = sizes.map((CacheSize, i) => ({
    SnapshotName: `automatic.${cache}-001-${i}`,
    SnapshotSource: "automated",
    SnapshotStatus: "available",
    CacheClusterId: `${cache}-001`,
    NodeSnapshots: [{ CacheSize, SnapshotCreateTime: new Date(Date.now() - (i * 24 + 1) * hour).toISOString() }],
  }));
  const { values, failure } = await runCheck(healthy(snapshots).answer);
  expect(failure).toBe("");
  return values.SnapshotShrinkPercent?.[0];
}

const times = (count: number, size: string): string[] => Array.from({ length: count }, () => size);

test.each<[string, readonly string[], number | undefined]>([
  ["the same size, then there is no decrease", times(7, "100 MB"), 0],
  ["a larger one, then there is none", ["900 MB", ...times(6, "100 MB")], 0],
  [
    "different sizes, then the latest is compared with the median",
    ["40 MB", "90 MB", "100 MB", "100 MB", "100 MB", "110 MB", "120 MB"],
    60,
  ],
  ["one older than the seventh, then it does not count", [...times(7, "100 MB"), ...times(20, "900 MB")], 0],
  ["three backups of the new size, then it is still smaller", [...times(3, "40 MB"), ...times(4, "100 MB")], 60],
  ["four of the new size, then it is usual", [...times(4, "40 MB"), ...times(3, "100 MB")], 0],
  ["an empty one, then it has lost everything", ["0 MB", ...times(6, "100 MB")], 100],
  ["ten megabytes, then they are enough to compare", ["5 MB", ...times(6, "10 MB")], 50],
  ["different units, then they are compared all the same", ["512 MB", ...times(6, "1 GB")], 50],
  ["terabytes, then they are 1,024 gigabytes each", ["512 GB", ...times(6, "1 TB")], 50],
  ["kilobytes, then they are 1,024 bytes each", ["5120 KB", ...times(6, "10 MB")], 50],
  ["bytes, then they have a unit as well", ["5242880 B", ...times(6, "10 MB")], 50],
  ["units in small letters, then they are the same", ["512 mb", ...times(6, "1 gb")], 50],
  ["one that does not begin with a number, then it is no size", ["1 MB", "-5 MB", ...times(5, "100 MB")], undefined],
  ["fewer than seven, then they say nothing", ["1 MB", ...times(5, "100 MB")], undefined],
  ["small ones, then they say nothing, because sizes are rounded", ["1 MB", ...times(6, "9 MB")], undefined],
  ["one of which AWS reports no size, then nothing is said", ["1 MB", "", ...times(5, "100 MB")], undefined],
])("given %s", async (_what, sizes, percent) => {
  const found = await shrunk(...sizes);
  expect(found === undefined ? undefined : Math.round(found * 1e6) / 1e6).toBe(percent);
});
