import { aws, snapshotNames } from "./aws";
import { group } from "./live";
import type { Run } from "./project";

/** What a cache was restored from, as its tag says. */
export function restoredFrom(cache: string): string | undefined {
  const { TagList } = aws("elasticache", "listTagsForResource", { ResourceName: group(cache).ARN }) as {
    TagList: { Key: string; Value: string }[];
  };
  return TagList.find(({ Key }) => Key === "RestoredFrom")?.Value;
}

export const takeSnapshot = (cache: string, name: string): unknown =>
  aws("elasticache", "createSnapshot", { SnapshotName: name, CacheClusterId: group(cache).SnapshottingClusterId });

export function expectRefused({ ok, text }: Run, why: RegExp): void {
  expect(text).toMatch(why);
  expect(ok).toBe(false);
}

/** Expects that `act` is refused, and that the cache and all snapshots are there as before. */
export function expectUntouched(cache: string, act: () => Run, why: RegExp): void {
  const before = { group: group(cache), snapshots: snapshotNames() };
  expectRefused(act(), why);
  expect({ group: group(cache), snapshots: snapshotNames() }).toEqual(before);
}
