import jsonata from "jsonata";
import { provenBackups } from "../../../stacks/backups/check/last-runs";
import { inSequence } from "../../../stacks/workflows/sequence";
import { run, type Machine } from "../../support/machine";

const hour = 3_600_000;
const now = Date.now();

/** What the check publishes for one proof, of what it has read of its executions. */
async function published(proof: object, runs: readonly object[]): Promise<Record<string, number>> {
  const states = provenBackups.states["Look at every proof"] as unknown as {
    ItemProcessor: { States: Record<"Look at every execution", { Output: string }> };
  };
  const text = states.ItemProcessor.States["Look at every execution"].Output.replace(/^\{%(.*)%\}$/s, "$1");
  const data = (await jsonata(text).evaluate(undefined, { proof, states: { result: runs } })) as {
    MetricName: string;
    Value: number;
  }[];
  return Object.fromEntries(data.map(({ MetricName, Value }) => [MetricName, Math.round(Value)]));
}

const test_ = { kind: "restore-test", since: now - 100 * hour };
const success = (hoursAgo: number) => ({
  counts: true,
  began: now - hoursAgo * hour,
  succeeded: true,
  at: now - hoursAgo * hour,
  output: { restoreDurationSeconds: 600, restoredSnapshotAgeHours: 20 },
});
const failure = (hoursAgo: number) => ({
  counts: true,
  began: now - hoursAgo * hour,
  succeeded: false,
  at: 0,
  output: {},
});

test("before the first restore test its age counts from when it was switched on, and nothing else is told", async () => {
  await expect(published(test_, [])).resolves.toEqual({ RestoreTestAgeHours: 100 });
});

test("what the last success measured is repeated, whichever order executions come in", async () => {
  await expect(published(test_, [success(60), success(10), failure(30)])).resolves.toEqual({
    RestoreTestSuccessful: 1,
    RestoreTestAgeHours: 10,
    RestoreDurationSeconds: 600,
    RestoredSnapshotAgeHours: 20,
  });
});

test("a failure since is told until the next success", async () => {
  await expect(published(test_, [failure(5), success(50)])).resolves.toMatchObject({
    RestoreTestSuccessful: 0,
    RestoreTestAgeHours: 50,
    RestoreDurationSeconds: 600,
  });
});

test("what happened while it was switched off raises no alarm when it is switched on", async () => {
  const since = now - hour;
  await expect(published({ ...test_, since }, [failure(500)])).resolves.toEqual({ RestoreTestAgeHours: 1 });
  await expect(published({ ...test_, since }, [success(5000)])).resolves.toMatchObject({ RestoreTestAgeHours: 1 });
});

test("a test of a snapshot that somebody named, or that was refused, does not count", async () => {
  const other = { ...success(1), counts: false };
  await expect(published(test_, [other, success(10)])).resolves.toMatchObject({ RestoreTestAgeHours: 10 });
});

test("a manual backup that somebody deleted is none any more", async () => {
  const manual = { kind: "manual-backup", since: now - 1000 * hour };
  await expect(published(manual, [{ ...success(10), at: 0 }, success(700)])).resolves.toEqual({
    ManualBackupSuccessful: 1,
    ManualBackupAgeHours: 700,
  });
});

test("only proofs that are switched on are looked at, and missed since the moment that Terraform keeps", async () => {
  const since = new Date(now - 100 * hour).toISOString();
  const machine = JSON.parse(
    JSON.stringify(inSequence([provenBackups]))
      .replaceAll("${local.restore_test_since}", since)
      .replaceAll("${local.manual_backup_since}", "")
      .replaceAll(/\$\{[^}]*\}/g, "text"),
  ) as Machine;
  const data: object[] = [];
  await run(machine, (action, args) => {
    if (action === "putMetricData") data.push(...(args.MetricData as object[]));
    else if (action !== "listExecutions") throw new Error(`The check calls ${action}, which it should not.`);
    return { Executions: [] };
  });
  expect(data).toEqual([expect.objectContaining({ MetricName: "RestoreTestAgeHours" })]);
  expect((data[0] as { Value: number }).Value).toBeCloseTo(100, 1);
});
