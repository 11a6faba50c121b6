import { spawnSync } from "node:child_process";
import { aws } from "./aws";
import { lab } from "./lab";

/** Starts a schedule's target and answers at once: the ARN of the execution. */
export async function begin(schedule: string): Promise<string> {
  const { executionArn } = await lab<{ executionArn: string }>("run-schedule", { name: schedule, wait: false });
  return executionArn;
}

/** Kills an execution, as StopExecution does: no Catch runs. */
export const stop = (execution: string): unknown => aws("stepfunctions", "stopExecution", { executionArn: execution });

interface Ended {
  readonly status: string;
  readonly output?: string;
  readonly error?: string;
  readonly cause?: string;
}

export async function end(execution: string): Promise<Ended> {
  for (;;) {
    const now = aws("stepfunctions", "describeExecution", { executionArn: execution }) as Ended;
    if (now.status !== "RUNNING") return now;
    await new Promise((resolve) => setTimeout(resolve, 300));
  }
}

/** Waits until `isSo`, for at most two minutes. */
export async function until(what: string, isSo: () => boolean): Promise<void> {
  const began = Date.now();
  while (!isSo()) {
    if (Date.now() - began > 120_000) throw new Error(`It did not come about within two minutes: ${what}.`);
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}

/**
 * Runs a command that an output prints, in a shell as people do; answers what it printed.
 *
 * @throws with what it printed, when it fails.
 */
export function runCommand(command: string, input?: object): string {
  const env = { ...process.env, ...(input && { INPUT: JSON.stringify(input) }) };
  const { status, stdout, stderr } = spawnSync("sh", ["-c", command], { encoding: "utf8", env });
  if (status !== 0) throw new Error(`${stdout}${stderr}`);
  return stdout;
}

/** The newest value of each metric of the backups of a replication group, by name. */
export function metrics(names: readonly string[], group = "dev-redis-cluster"): Record<string, number | undefined> {
  const now = Date.now();
  const values = names.map((name): [string, number | undefined] => {
    const { Datapoints = [] } = aws("cloudwatch", "getMetricStatistics", {
      Namespace: "ElastiCacheBackups",
      MetricName: name,
      Dimensions: [{ Name: "ReplicationGroupId", Value: group }],
      Statistics: ["Minimum"],
      StartTime: new Date(now - 3_600_000),
      EndTime: new Date(now + 60_000),
      Period: 60,
    }) as { Datapoints?: { Timestamp: string; Minimum: number }[] };
    const newestFirst = Datapoints.sort((a, b) => b.Timestamp.localeCompare(a.Timestamp));
    return [name, newestFirst[0]?.Minimum];
  });
  return Object.fromEntries(values);
}
