import { aws, snapshotNames } from "./aws";
import { lab, onLab } from "./lab";
import { group } from "./live";
import type { Run } from "./project";
import { expectRefused } from "./refusing";

/**
 * Expects that a cache was created from this snapshot, and says so. AWS never tells what a cache was created from: its tag is what
 * Terraform was told, and only the lab knows what AWS was told.
 */
export async function expectRestored(cache: string, snapshot: string): Promise<void> {
  const { TagList } = aws("elasticache", "listTagsForResource", { ResourceName: group(cache).ARN }) as {
    TagList: { Key: string; Value: string }[];
  };
  expect(TagList).toContainEqual({ Key: "RestoredFrom", Value: snapshot });
  if (onLab) await expect(sourceOf(cache)).resolves.toBe(snapshot);
}

/** The snapshot that a cache was created from; null if from none. */
export const sourceOf = async (cache: string): Promise<string | null> =>
  (await lab<{ restored_from: string | null }>("replication-group", { replicationGroupId: cache })).restored_from;

export const takeSnapshot = (cache: string, name: string): unknown =>
  aws("elasticache", "createSnapshot", { SnapshotName: name, CacheClusterId: group(cache).SnapshottingClusterId });

/** Expects that `act` is refused, and that the cache and all snapshots are there as before. */
export function expectUntouched(cache: string, act: () => Run, why: RegExp): void {
  const before = { group: group(cache), snapshots: snapshotNames() };
  expectRefused(act(), why);
  expect({ group: group(cache), snapshots: snapshotNames() }).toEqual(before);
}
