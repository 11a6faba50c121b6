import { twoAtOnce } from "../../support/at-once";
import { cache, healthy, hour, machineArn, runCheck } from "../../support/backup-check";

const now = Date.parse("2026-01-31T12:00:00Z");
const at = (hoursAgo: number): string => new Date(now - hoursAgo * hour).toISOString();

/** Everything that the check reads is there. */
const accountOf = () =>
  healthy(
    [
      {
        SnapshotName: "automatic.newest",
        SnapshotSource: "automated",
        CacheClusterId: `${cache}-002`,
        SnapshotStatus: "available",
        NodeSnapshots: [{ SnapshotCreateTime: at(5) }],
      },
    ],
    {
      executions: ["manual-backup", "restore-test", "vault-copy"].map((machine) => ({
        ...{ ExecutionArn: machine, StateMachineArn: machineArn(machine), Status: "SUCCEEDED" },
        ...{ StartDate: at(10), StopDate: at(10), Input: "{}", Output: JSON.stringify({ snapshotCreatedAt: at(20) }) },
      })),
    },
  );

test("given two checks at once, whenever the second one runs, then both publish the same values for the same moments, and change nothing", async () => {
  const since = at(900);
  const settings = { manualBackupSince: since, restoreTestSince: since, vaultCopySince: since };
  const all = await twoAtOnce(accountOf, (answer) => runCheck(answer, settings, { now }));
  const alone = await runCheck(accountOf().answer, settings, { now });
  expect(alone).toMatchObject({ failure: "", values: { SnapshotAgeHours: [5], VaultCopyAgeHours: [20] } });
  for (const { first, second, aws } of all) {
    expect([first, second]).toEqual([alone, alone]);
    expect(aws.changes()).toEqual([]);
  }
});
