import { shards } from "../../../stacks/cache/shards";
import { waysToFail, type Call } from "../../support/account";
import { cache, healthy, may, runCheck } from "../../support/backup-check";
import { snapshotWithShards } from "../../support/large-snapshots";
import { automatic, checked, days, foreign, most, node, nodesUpTo } from "../../support/check-calls";

describe.each([2, 3, 4, 5, 6])("given a cache of %d nodes without shards", (count) => {
  const nodes = nodesUpTo(count);
  const snapshots = days(35).map((hours) => automatic(node(2), hours));

  test("whatever else is in the account, then it is checked with a bounded number of calls", async () => {
    const alone = await checked({ nodes, snapshots: [...snapshots, ...foreign.slice(0, 1)] });
    expect(alone).toMatchObject({ success: 1, ageHours: 5, shrunk: 0, missing: 0, manualAgeHours: 20 });
    expect(alone.calls).toBeLessThanOrEqual(most(count));
    expect((await checked({ nodes, snapshots: [...foreign, ...snapshots] })).of).toEqual(alone.of);
  });
});

describe.each([
  [3, 20],
  [90, 35],
])("given a cache of %d nodes with shards and %d backups", (count, backups) => {
  const nodes = Array.from({ length: count }, (_one, i) => `${cache}-${String(i + 1).padStart(4, "0")}-001`);
  const snapshots = days(backups).map((hours) => automatic(cache, hours));

  test("whatever else is in the account, then it is checked with a bounded number of calls in less than a minute", async () => {
    const alone = await checked({ nodes, snapshots: [...snapshots, ...foreign.slice(0, 1)], topology: shards });
    expect(alone).toMatchObject({ success: 1, ageHours: 5, missing: 0, manualAgeHours: 20 });
    expect(alone.calls).toBeLessThanOrEqual(most(count));
    expect(alone.seconds).toBeLessThan(60);
    const beside = await checked({ nodes, snapshots: [...foreign, ...snapshots], topology: shards });
    expect(beside.of).toEqual(alone.of);
  });

  test("when its backups are too old, then it is checked with as many", async () => {
    const old = snapshots.map((_one, i) => automatic(cache, 100 + i * 24));
    const { calls, ageHours } = await checked({ nodes, snapshots: [...foreign, ...old], topology: shards });
    expect(ageHours).toBe(100);
    expect(calls).toBeLessThanOrEqual(most(count));
  });
});

test("given that AWS throttles each call three times, then the check publishes what it always does, and for longer fails", async () => {
  const snapshots = [automatic(node(1), 5)];
  const published = async (throttled: number) => {
    const { values, failure } = await runCheck(healthy(snapshots, { throttled }).answer);
    // The age grows while the check waits.
    return { failure, values: { ...values, SnapshotAgeHours: values.SnapshotAgeHours?.map(Math.floor) } };
  };
  const usual = await published(0);
  expect(usual.values.SnapshotAgeHours).toEqual([5]);
  expect(await published(3)).toEqual(usual);
  expect(await published(4)).toMatchObject({ failure: expect.stringMatching(/Exception: Rate exceeded/) as unknown });
});

/** The ids of the nodes of a cache with so many shards, a primary and a replica each. */
const nodesOfShards = (count: number): string[] =>
  Array.from({ length: count }, (_one, i) =>
    [1, 2].map((place) => `${cache}-${String(i + 1).padStart(4, "0")}-00${place}`),
  ).flat();

test("given a cache of so many shards that a page of its backups is too large, then it has no age of a backup, and all else is published", async () => {
  const snapshots = days(35).map((hours) => ({
    ...snapshotWithShards(250),
    ...automatic(cache, hours),
    NodeSnapshots: snapshotWithShards(250).NodeSnapshots,
  }));
  const found = await checked({
    nodes: nodesOfShards(250),
    snapshots,
    topology: shards,
    failure: /^BackupCheck\.Incomplete: CheckNewestSnapshot: States\.DataLimitExceeded: [^:]*limit\.$/,
  });
  // Missing data begins the alarm.
  expect(found).toMatchObject({ success: undefined, failed: undefined, missing: 0, manualAgeHours: 20 });
});

test("given a cache of 250 shards, whose nodes each report every backup of two weeks, then it has no failures, and one that a node reports is counted", async () => {
  const nodes = nodesOfShards(250);
  const event = (of: string, hours: number, outcome: string) => ({
    Date: new Date(Date.now() - hours * 3_600_000).toISOString(),
    SourceIdentifier: of,
    SourceType: "cache-cluster",
    Message: `Snapshot ${outcome} for snapshot with ID 'automatic.${cache}-${hours}' of replication group with ID '${cache}'`,
  });
  const events = (failing: string) => ({
    describeEvents: (_action: string, { SourceIdentifier }: Readonly<Record<string, unknown>>) => ({
      Events: [
        ...(SourceIdentifier === failing ? [event(failing, 2, "failed")] : []),
        ...days(13).map((hours) => event(String(SourceIdentifier), hours, "succeeded")),
      ],
    }),
  });
  const given = { nodes, snapshots: days(2).map((hours) => automatic(cache, hours)), topology: shards };
  expect(await checked({ ...given, on: events("none") })).toMatchObject({ success: 1, failed: 0 });
  expect(await checked({ ...given, on: events(nodes.at(-1) ?? "") })).toMatchObject({ success: 1, failed: 1 });
});

describe.each(waysToFail)("whichever call $way", ({ tooLarge, error }) => {
  const snapshots = days(10).map((hours) => automatic(node(2), hours));
  const given = { nodes: nodesUpTo(3), snapshots, everything: true };
  /** The metric of each result, or the first of those that are published with it. */
  const metrics = {
    success: "SnapshotCreateSuccessful",
    ageHours: "SnapshotAgeHours",
    failed: "SnapshotsFailed",
    shrunk: "SnapshotShrinkPercent",
    topicActive: "EventsTopicActive",
    keyUsable: "KeyUsable",
    missing: "ManualBackupsMissing",
    manualAgeHours: "ManualBackupAgeHours",
    restoreAgeHours: "RestoreTestAgeHours",
    vaultAgeHours: "VaultCopyAgeHours",
  } as const;
  type Result = keyof typeof metrics;
  const results = Object.keys(metrics) as readonly Result[];
  /** What reads the nodes and the backups that the first step has found. */
  const afterFirst: readonly Result[] = ["failed", "shrunk", "topicActive"];
  const ofRuns: Readonly<Record<string, readonly Result[]>> = {
    manual: ["missing", "manualAgeHours"],
    restore: ["restoreAgeHours"],
    vault: ["vaultAgeHours"],
  };
  /** What is not known without a call; the alarms of a missing value begin. */
  const lostWith = ({ action, args }: Call): readonly Result[] => {
    const text = JSON.stringify(args);
    switch (action) {
      case "describeReplicationGroups":
      case "describeSnapshots":
        return ["success", "ageHours", ...afterFirst];
      case "describeEvents":
        return ["failed"];
      case "describeCacheClusters":
        return ["topicActive"];
      case "describeKey":
        return ["keyUsable"];
      case "listExecutions":
      case "describeExecution":
        return Object.entries(ofRuns).flatMap(([machine, own]) => (text.includes(machine) ? own : []));
      default:
        return [
          // Where only the answer is lost, AWS has them.
          ...(tooLarge ? [] : results.filter((result) => text.includes(`"${metrics[result]}"`))),
          ...(text.includes(metrics.success) ? afterFirst : []),
        ];
    }
  };

  test("then the execution has failed, and publishes all that it knows without it", async () => {
    const all = await checked(given);
    expect(results.filter((result) => all[result] === undefined || Number.isNaN(all[result]))).toEqual([]);
    for (const [refusedCall, call] of all.made.entries()) {
      const { action } = call;
      // A key that its policy lets nobody describe may be usable.
      const failure = action === "describeKey" ? /^$/ : new RegExp(error);
      const one = await checked({ ...given, refusedCall, tooLarge, failure });
      const lost = lostWith(call);
      for (const result of results) {
        const value = Number.isNaN(one[result]) ? undefined : one[result];
        expect([refusedCall, action, result, value]).toEqual([
          ...[refusedCall, action, result],
          lost.includes(result) ? undefined : all[result],
        ]);
      }
    }
    expect(new Set(all.made.map(({ action }) => action))).toEqual(new Set(may));
  });
});

describe("given a cache whose newest backup is of another node", () => {
  const nodes = nodesUpTo(5);
  const old = days(10).map((hours) => automatic(node(2), hours + 48));

  test("that is not among the first asked, then it is found", async () => {
    const snapshots = [...foreign, ...old, automatic(node(5), 3)];
    expect(await checked({ nodes, snapshots })).toMatchObject({ success: 1, ageHours: 3 });
  });

  test("when the source has just become the primary, then seven sizes are still compared", async () => {
    const snapshots = [...days(10).map((hours) => automatic(node(1), hours + 24)), automatic(node(4), 5)];
    expect(await checked({ nodes, snapshots, source: node(4) })).toMatchObject({ ageHours: 5, shrunk: 0 });
  });

  test("that was removed, then it is found by its id", async () => {
    const found = await checked({ nodes, snapshots: [...foreign, ...old, automatic(node(6), 3)] });
    expect(found).toMatchObject({ success: 1, ageHours: 3 });
    expect(found.calls).toBeLessThanOrEqual(most(5) + 6);
  });

  test("that was removed, of which AWS says that it does not exist, then it is found among all", async () => {
    const snapshots = [...foreign.slice(0, 450), ...old, automatic(node(6), 3)];
    expect(await checked({ nodes, snapshots, refusesUnknownNodes: true })).toMatchObject({ success: 1, ageHours: 3 });
  });

  test("that was removed, then it is found among all automatic ones, however many manual ones others have taken", async () => {
    const manual = foreign.map((one, i) => ({
      ...one,
      SnapshotName: `taken-by-others-${i}`,
      SnapshotSource: "manual",
    }));
    const snapshots = [...manual, ...old, automatic(node(6), 3)];
    expect(await checked({ nodes, snapshots, refusesUnknownNodes: true })).toMatchObject({ success: 1, ageHours: 3 });
  });

  test("that is not there, then the newest is too old, also beside a cache of so many shards that a page of its backups is too large", async () => {
    const large = Array.from({ length: 20 }, () => snapshotWithShards(250));
    for (const snapshots of [
      [...large, ...foreign.slice(0, 100), ...old],
      [...old, ...foreign.slice(0, 100), ...large],
    ])
      expect(await checked({ nodes, snapshots, refusesUnknownNodes: true })).toMatchObject({
        success: 0,
        ageHours: 53,
      });
  });

  test("that is not there at all, then the check takes a bounded number of calls", async () => {
    const found = await checked({ nodes, snapshots: [...foreign, ...old], refusesUnknownNodes: true });
    expect(found).toMatchObject({ success: 0, ageHours: 53 });
    expect(found.calls).toBeLessThanOrEqual(most(5) + 6 + 25);
    expect(found.seconds).toBeLessThan(60);
  });
});
