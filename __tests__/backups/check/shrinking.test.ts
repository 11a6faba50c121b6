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
  ["the same size is no decrease", times(7, "100 MB"), 0],
  ["a larger one is none", ["900 MB", ...times(6, "100 MB")], 0],
  ["the latest is compared with the median", ["40 MB", "90 MB", "100 MB", "100 MB", "100 MB", "110 MB", "120 MB"], 60],
  ["older than the seventh does not count", [...times(7, "100 MB"), ...times(20, "900 MB")], 0],
  ["after three backups of the new size it is still smaller", [...times(3, "40 MB"), ...times(4, "100 MB")], 60],
  ["after four it is usual", [...times(4, "40 MB"), ...times(3, "100 MB")], 0],
  ["an empty one has lost everything", ["0 MB", ...times(6, "100 MB")], 100],
  ["ten megabytes are enough to compare", ["5 MB", ...times(6, "10 MB")], 50],
  ["units differ", ["512 MB", ...times(6, "1 GB")], 50],
  ["terabytes are 1,024 gigabytes", ["512 GB", ...times(6, "1 TB")], 50],
  ["kilobytes are 1,024 bytes", ["5120 KB", ...times(6, "10 MB")], 50],
  ["bytes have a unit as well", ["5242880 B", ...times(6, "10 MB")], 50],
  ["units in small letters are the same", ["512 mb", ...times(6, "1 gb")], 50],
  ["what does not begin with a number is no size", ["1 MB", "-5 MB", ...times(5, "100 MB")], undefined],
  ["fewer than seven say nothing", ["1 MB", ...times(5, "100 MB")], undefined],
  ["small ones say nothing, because sizes are rounded", ["1 MB", ...times(6, "9 MB")], undefined],
  ["where AWS reports no size nothing is said", ["1 MB", "", ...times(5, "100 MB")], undefined],
])("%s", async (_what, sizes, percent) => {
  const found = await shrunk(...sizes);
  expect(found === undefined ? undefined : Math.round(found * 1e6) / 1e6).toBe(percent);
});
