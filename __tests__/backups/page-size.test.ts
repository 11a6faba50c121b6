import { readFileSync } from "node:fs";
import { mostBytes, snapshotBytes } from "../../stacks/backups/page-size";
import { fewest, snapshotWithShards } from "../support/large-snapshots";
import { apis, memberName } from "../workflows/shapes/api";

const bytes = (backups: number, shards: number, filled?: readonly string[]): number => {
  const snapshot = snapshotWithShards(shards, { ...(filled && { filled }) });
  return Buffer.byteLength(JSON.stringify({ Snapshots: Array(backups).fill(snapshot) }));
};

test("given a cache with shards, then sizes of snapshots are those of answers with every member that AWS may fill for it", () => {
  const members = (shape: string) => Object.keys(apis.elasticache?.shapes[shape]?.members ?? {}).map(memberName);
  // Of a cache without shards, of Outposts, and of an answer with the configuration of shards.
  const others = /^(CacheCluster(CreateTime|Id)|NumCacheNodes|PreferredAvailabilityZone|PreferredOutpostArn)$/;
  const snapshot = snapshotWithShards(1);
  expect(Object.keys(snapshot).sort()).toEqual(
    members("Snapshot")
      .filter((name) => !others.test(name))
      .sort(),
  );
  expect(Object.keys(snapshot.NodeSnapshots[0] ?? {}).sort()).toEqual(
    members("NodeSnapshot")
      .filter((name) => name !== "NodeGroupConfiguration")
      .sort(),
  );
});

test.each([1, 12, 20])(
  "given a page of %d backups, then it is at most as large as its warning assumes, and hardly smaller",
  (backups) => {
    for (const shards of [1, 45, 250, 500]) {
      const assumed = backups * (snapshotBytes.itself + shards * snapshotBytes.shard);
      expect(bytes(backups, shards)).toBeLessThanOrEqual(assumed);
      expect(bytes(backups, shards)).toBeGreaterThan(0.95 * assumed - backups * 200);
      const least = backups * (snapshotBytes.itself + shards * snapshotBytes.fewest);
      expect(bytes(backups, shards, fewest)).toBeLessThanOrEqual(least);
      expect(bytes(backups, shards, fewest)).toBeGreaterThan(0.95 * least - backups * 200);
    }
  },
);

/** | Backups on a page | Shards that fit | Shards that do not | */
const rows = [...readFileSync("docs/scaling.md", "utf8").matchAll(/^\| (\d+) +\| (\d+) +\| (\d+) +\|$/gm)].map((row) =>
  row.slice(1).map(Number),
);

test("given the table of docs/scaling.md, then it has rows for pages that are full and for smaller ones", () => {
  expect(rows.map(([backups]) => backups)).toEqual([20, 16, 12, 8]);
});

test.each(rows)(
  "given a page of %d backups, then they fit with %d shards, and not with %d, as docs/scaling.md says",
  (backups, most, tooMany) => {
    expect(backups * (snapshotBytes.itself + most * snapshotBytes.shard)).toBeLessThanOrEqual(mostBytes);
    expect(backups * (snapshotBytes.itself + (most + 1) * snapshotBytes.shard)).toBeGreaterThan(mostBytes);
    expect(bytes(backups, most)).toBeLessThanOrEqual(mostBytes);
    expect(backups * (snapshotBytes.itself + (tooMany - 1) * snapshotBytes.fewest)).toBeLessThanOrEqual(mostBytes);
    expect(backups * (snapshotBytes.itself + tooMany * snapshotBytes.fewest)).toBeGreaterThan(mostBytes);
  },
);
