import fc from "fast-check";
import { checkEngine } from "../../../scripts/commands/recover/cache";
import type { Search } from "../../../scripts/commands/recover/found";
import { check } from "../../../scripts/commands/restore/snapshots";
import { planned } from "../../support/temporary-cache";
import { anyVersion, compared, minorOf, written, type Version } from "../../support/versions";

/** Why a snapshot of one version is refused for a cache of another; empty where it is not. */
function refusal(version: string, other: string): string {
  const snapshot = {
    ...{ SnapshotName: "it", SnapshotStatus: "available", Engine: "redis", EngineVersion: version },
    ...{ CacheNodeType: planned.nodeType, NodeSnapshots: [{}] },
  };
  try {
    check(snapshot, { ...planned, shards: null, version: other }, true);
    return "";
  } catch (error) {
    return (error as Error).message;
  }
}

describe("a snapshot", () => {
  // As AWS answers them and as people write them.
  const forms = fc.constantFrom(written, (version: Version) => written(minorOf(version)));

  test("is refused for a cache of an older minor version, and for no other, whatever their patches", () => {
    fc.assert(
      fc.property(anyVersion, anyVersion, forms, forms, (version, other, formOfOne, formOfOther) => {
        const text = refusal(formOfOne(version), formOfOther(other));
        const wayOut = /--var redis_version=([\d.]+),/.exec(text)?.[1] ?? text;
        expect(wayOut).toBe(compared(minorOf(version), minorOf(other)) > 0 ? written(minorOf(version)) : "");
      }),
    );
  });

  test("is restored into a cache of its own major version whose minor one AWS chooses, and not into an older one", () => {
    fc.assert(
      fc.property(anyVersion, anyVersion, (version, [major = 0]) => {
        expect(refusal(written(version), `${major}.x`) !== "").toBe((version[0] ?? 0) > major);
      }),
    );
  });
});

/** Whether the command goes on where the cache was deployed with one version and runs another. */
function isAccepted(live: string, deployed: string): boolean {
  const group = { address: "aws_elasticache_replication_group.redis", id: "it", replaced: false };
  const attributes = { engine: "redis", engine_version: live };
  try {
    checkEngine({
      found: [{ ...group, imported: { attributes } }],
      variables: { engine: "redis", redis_version: deployed },
    } as unknown as Search);
    return true;
  } catch {
    return false;
  }
}

describe("a live cache", () => {
  test("may run a later minor version than the one it was deployed with, but no older and no other major one", () => {
    fc.assert(
      fc.property(anyVersion, anyVersion, (live, deployed) => {
        const isOfMajor = live[0] === deployed[0];
        const accepted = isAccepted(written(live), written(minorOf(deployed)));
        expect(accepted).toBe(isOfMajor && compared(minorOf(live), minorOf(deployed)) >= 0);
        expect(isAccepted(written(live), `${deployed[0] ?? 0}.x`)).toBe(isOfMajor);
        expect(isAccepted(written(live), written(live))).toBe(true);
      }),
    );
  });
});
