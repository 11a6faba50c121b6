import fc from "fast-check";
import { machineOf, stepped } from "../support/stepped";
import { snapshot } from "./compared/row";

// Rules that relate two numbers of AWS or of an execution: both of them vary, mostly around the point where the outcome changes.

const hour = 3_600_000;
const now = Date.parse("2026-01-31T12:00:00Z");
const iso = (millis: number): string => new Date(millis).toISOString();
/** backup_fresh_minutes of support/stepped.ts, in milliseconds. */
const freshMillis = 1740 * 60_000;
const backupCheck = machineOf("redis-prod", "backup_check");
const restoreTest = machineOf("redis-prod", "restore_test");
const clusters = machineOf("redis-backup-policy", "check_clusters");

type Variables = Readonly<Record<string, unknown>>;

/** Numbers around a bound, and the bound itself. */
const around = (bound: number, step: number): fc.Arbitrary<number> =>
  fc.integer({ min: -2, max: 2 }).map((steps) => bound + steps * step);
const anyCount = fc.integer({ min: 0, max: 4 });

describe("a restored cache", () => {
  /** What came of comparing one shard with what was backed up. */
  async function result(
    source: { readonly least: number; readonly mostAll: number },
    restored: { readonly most: number; readonly mostAll: number },
    age: number,
  ): Promise<unknown> {
    const { variables } = await stepped(restoreTest, "CompareKeys", {
      variables: {
        source: [{ known: true, most: source.mostAll, leastAll: source.mostAll, bytes: 1, ...source }],
        restored: [{ known: true, least: 0, leastAll: 0, bytes: 1, ...restored }],
        chosen: { name: "it", shards: 1, created: now - age, own: true, node: "" },
        ...{ began: now, waitedForKeys: 0, firstReading: -1, sourceSettled: false },
        ...{
          shards: [{ nodes: ["node"] }],
          sourceShards: [{ nodes: ["node"] }],
          restoredShards: [{ nodes: ["node"] }],
        },
      },
    });
    return (variables.data as { readonly result: unknown }).result;
  }
  const anyKeys = fc.integer({ min: 1, max: 50 }).map((tens) => tens * 100);

  test("has at least the requested share of the keys without expiry, where there were enough of them to compare", async () => {
    const cases = anyKeys.chain((mostAll) =>
      around(mostAll / 20, 1).chain((least) =>
        fc.record({
          mostAll: fc.constant(mostAll),
          least: fc.constantFrom(least, mostAll),
          missing: around(0, 1),
        }),
      ),
    );
    await fc.assert(
      fc.asyncProperty(cases, async ({ mostAll, least, missing }) => {
        const most = Math.max(1, Math.ceil(least * 0.9) - missing);
        const expected = least < 0.05 * mostAll ? "not comparable" : most < 0.9 * least ? "keys missing" : "verified";
        // Old enough for keys to have expired.
        expect(await result({ least, mostAll }, { most, mostAll: most }, 2 * hour)).toBe(expected);
      }),
    );
  });

  test("has at least the requested share of all keys, where few have no expiry and the backup is younger than an hour", async () => {
    await fc.assert(
      fc.asyncProperty(anyKeys, around(0, 1), around(hour, 1000), async (mostAll, missing, age) => {
        const all = Math.ceil(mostAll * 0.9) - missing;
        const isVerified = age < hour && all >= 0.9 * mostAll;
        expect(await result({ least: 0, mostAll }, { most: 0, mostAll: all }, age)).toBe(
          isVerified ? "verified" : "not comparable",
        );
      }),
    );
  });

  test("is available when as many shards are as the backup has", async () => {
    const machine = machineOf("redis-sharded", "restore_test");
    await fc.assert(
      fc.asyncProperty(anyCount, anyCount, fc.integer({ min: 1, max: 5 }), async (available, creating, shards) => {
        const NodeGroups = [
          ...Array.from({ length: available }, () => ({ Status: "available" })),
          ...Array.from({ length: creating }, () => ({ Status: "creating" })),
        ];
        const { variables } = await stepped(machine, "DescribeRestore", {
          variables: { began: 0, waited: 0, chosen: { shards } },
          result: { ReplicationGroups: [{ Status: "available", MemberClusters: ["node"], NodeGroups }] },
        });
        expect(variables.status).toBe(available < shards ? "incomplete" : "available");
      }),
    );
  });
});

describe("a backup", () => {
  test("is whole when it has the data of as many shards as it says", async () => {
    const machine = machineOf("redis-prod", "manual_backup");
    await fc.assert(
      fc.asyncProperty(anyCount, anyCount, anyCount, async (there, lacking, NumNodeGroups) => {
        const NodeSnapshots = [
          ...Array.from({ length: there }, () => ({ SnapshotCreateTime: iso(now) })),
          ...Array.from({ length: lacking }, () => ({})),
        ];
        const { variables } = await stepped(machine, "DescribeSnapshot", {
          variables: { waited: 0, name: "it" },
          result: { Snapshots: [{ ...snapshot, NodeSnapshots, NumNodeGroups }] },
        });
        expect(variables.taken).toBe(there >= NumNodeGroups);
      }),
    );
  });

  test("is exported when there are as many files as it has shards, and is not looked for forever", async () => {
    const machine = machineOf("redis-prod", "vault_copy");
    await fc.assert(
      fc.asyncProperty(anyCount, fc.integer({ min: 1, max: 5 }), around(20, 1), async (files, shards, checks) => {
        const keys = Array.from({ length: files }, (_one, i) => `key-${i}`);
        const { next } = await stepped(machine, "AreAllFilesThere", {
          variables: { keys, checks, chosen: { shards } },
        });
        expect(next).toBe(files >= shards ? "ReadFiles" : checks >= 20 ? "ExportIncomplete" : "WaitForExport");
      }),
    );
  });

  const anyAge = fc.oneof(
    around(freshMillis, 1000),
    around(freshMillis + 900_000, 1000),
    fc.integer({ min: 0, max: 1e9 }),
  );

  test("that is the newest, or else the cache itself, is younger than the limit in each of the last periods", async () => {
    await fc.assert(
      fc.asyncProperty(anyAge, anyAge, anyAge, async (ofGroup, one, other) => {
        const created = [now - one, now - other].sort((a, b) => b - a);
        const { variables } = await stepped(backupCheck, "FindNewest", {
          variables: {
            startedAt: now,
            groupCreated: now - ofGroup,
            backups: created.map((at) => ({ name: "it", created: at, sizes: [] })),
          },
        });
        const expected = Array.from({ length: 6 }, (_one, i) => {
          const at = now - i * 900_000;
          const newest = Math.max(now - ofGroup, ...created.filter((time) => time <= at));
          return at - newest < freshMillis ? 1 : 0;
        });
        expect(variables.successes).toEqual(expected);
      }),
    );
  });

  test("is looked for among other nodes unless the newest one found, or else the cache itself, is younger than the limit", async () => {
    await fc.assert(
      fc.asyncProperty(anyAge, anyAge, fc.boolean(), async (ofGroup, age, exists) => {
        const { next } = await stepped(backupCheck, "IsBackupFresh", {
          variables: {
            ...{ startedAt: now, groupCreated: now - ofGroup },
            found: [{ name: "it", exists, created: now - age }],
          },
        });
        const youngest = Math.min(ofGroup, exists ? age : Infinity);
        expect(next).toBe(youngest < freshMillis ? "SortBackups" : "ListFurtherSnapshots");
      }),
    );
  });

  test("has failed where that is later than the last success: by snapshots or by events, whichever are more", async () => {
    const times = fc.array(around(now, 1000), { maxLength: 4 });
    await fc.assert(
      fc.asyncProperty(times, times, around(now, 1000), async (snapshots, events, goodSince) => {
        const { variables } = await stepped(backupCheck, "CountFailures", {
          variables: {
            goodSince,
            cache: { failed: snapshots.map((created) => ({ name: "it", created })) },
            reported: [{ failed: events }],
          },
        });
        const later = (all: readonly number[]): number => all.filter((time) => time > goodSince).length;
        expect(variables.failed).toBe(Math.max(later(snapshots), later(events)));
      }),
    );
  });

  test("is reported as failed by an event after the last one that reports a success", async () => {
    await fc.assert(
      fc.asyncProperty(around(now, 1000), around(now, 1000), async (failedAt, succeededAt) => {
        const { output } = await stepped(backupCheck, "ReadNodeEvents", {
          ...{ variables: { cache: { failed: [], newest: { name: "newest" } } }, input: "node" },
          result: {
            Events: [
              { Date: iso(failedAt), Message: "Snapshot failed" },
              { Date: iso(succeededAt), Message: "Snapshot succeeded for snapshot with ID 'it' of x" },
            ],
          },
        });
        expect(output).toMatchObject({ succeeded: succeededAt, failed: failedAt > succeededAt ? [failedAt] : [] });
      }),
    );
  });

  test("is smaller than usual by the share of the median of the latest ones, if that is large enough", async () => {
    const megabytes = fc.integer({ min: 0, max: 30 });
    await fc.assert(
      fc.asyncProperty(fc.array(megabytes, { minLength: 7, maxLength: 7 }), async (sizes) => {
        const { variables } = await stepped(backupCheck, "CompareSizes", {
          variables: { cache: { lastSizes: sizes.map((size) => ({ sizes: [`${size} MB`] })) } },
        });
        const [shrunk] = variables.shrunk as readonly { readonly Value: number }[];
        const median = [...sizes].sort((one, other) => one - other)[3] ?? 0;
        const percent = Math.max(0, (1 - (sizes[0] ?? 0) / median) * 100);
        expect(shrunk?.Value ?? -1).toBeCloseTo(median >= 10 ? percent : -1, 6);
      }),
    );
  });
});

describe("an execution of a verification", () => {
  test("that failed counts as one that failed if it began after the verification was enabled", async () => {
    const enabledSince = now;
    await fc.assert(
      fc.asyncProperty(around(now, 1000), fc.constantFrom("FAILED", "SUCCEEDED"), async (began, Status) => {
        const { variables } = await stepped(backupCheck, "ReadRestoreTests", {
          ...{ variables: { enabledSince }, input: ["arn"] },
          result: { Status, StartDate: iso(began), StopDate: iso(began), Input: "{}", Output: "{}" },
        });
        const published = variables.measured as readonly { readonly MetricName: string; readonly Value: number }[];
        const found = published.find(({ MetricName }) => MetricName === "RestoreTestSuccessful")?.Value;
        expect(found).toBe(Status === "SUCCEEDED" ? 1 : began >= enabledSince ? 0 : undefined);
      }),
    );
  });
});

describe("a cluster", () => {
  const maxMinutes = 60;
  /** A day, the window and the longest duration of a backup. */
  const oldest = (windowMinutes: number): number => 24 + (windowMinutes + maxMinutes) / 60;
  const windowOf = (minutes: number): string => `00:00-${String(minutes / 60).padStart(2, "0")}:00`;
  const anyWindow = fc.integer({ min: 1, max: 3 }).map((hours) => hours * 60);
  const found = async (variables: Variables, TagList: readonly object[] = []): Promise<readonly string[]> => {
    const { output } = await stepped(clusters, "ReadTags", {
      variables: { at: now, maxMinutes, taken: now, floorDays: 7, key: "gone", ...variables },
      result: { TagList },
    });
    return (output as { readonly found?: readonly string[] }).found ?? [];
  };
  const cluster = { id: "one", group: true, arn: "arn", retention: 7, window: "", failover: true, fromPrimary: false };

  test("retains its backups for at least as long as the policy demands, or its own tag", async () => {
    const days = fc.integer({ min: 0, max: 12 });
    await fc.assert(
      fc.asyncProperty(days, days, fc.option(fc.integer({ min: 1, max: 12 })), async (retention, floorDays, own) => {
        const tags = own === null ? [] : [{ Key: "BackupFloorDays", Value: String(own) }];
        const isBelow = retention < (own ?? floorDays);
        expect(await found({ cluster: { ...cluster, retention }, floorDays }, tags)).toEqual(
          isBelow ? ["retention"] : [],
        );
      }),
    );
  });

  const aroundOldest = anyWindow.chain((minutes) =>
    fc.tuple(fc.constant(minutes), around(oldest(minutes), 0.1), around(oldest(minutes), 0.1)),
  );
  const tenths = (hours: number): number => Math.round(hours * 10) / 10;

  test("has a snapshot that is younger than a day, its window and the longest backup, once it is that old itself", async () => {
    await fc.assert(
      fc.asyncProperty(aroundOldest, async ([minutes, age, ofCluster]) => {
        const created = now - Math.round(tenths(ofCluster) * hour);
        const taken = now - Math.round(tenths(age) * hour);
        const isTooOld = tenths(ofCluster) > oldest(minutes) && tenths(age) > oldest(minutes);
        const variables = { cluster: { ...cluster, window: windowOf(minutes), created: iso(created) }, taken };
        expect(await found(variables)).toEqual(isTooOld ? ["snapshot"] : []);
      }),
    );
  });

  test("is read on until a snapshot is found that is young enough", async () => {
    await fc.assert(
      fc.asyncProperty(aroundOldest, async ([minutes, age]) => {
        const { next } = await stepped(clusters, "IsInUse", {
          variables: {
            ...{ at: now, maxMinutes, filters: [{}], calls: 0, taken: now - Math.round(tenths(age) * hour) },
            cluster: { ...cluster, status: "available", window: windowOf(minutes) },
          },
        });
        expect(next).toBe(tenths(age) <= oldest(minutes) ? "ReadTags" : "ReadSnapshots");
      }),
    );
  });
});
