/** URL of the lab: AWS on this machine, which also does on request what AWS does by itself over time. */
const url = process.env.LAB_URL;
export const onLab = url !== undefined;

/** `describe` for tests that need the lab: without one they are skipped, and said to be. */
export const describeLab = onLab ? describe : describe.skip;
if (!onLab)
  process.stderr.write(
    "\n*** LAB_URL is not set: the tests that need snapshots, failovers and faults on command are SKIPPED. They run on the lab, a local stand-in for AWS. ***\n",
  );

/**
 * Has the lab do something: `lab("failover", { replicationGroupId })`.
 *
 * @throws with what it said, when it cannot.
 */
export async function lab<Answer>(what: string, body: object): Promise<Answer> {
  const response = await fetch(`${url ?? ""}/_lab/${what}`, { method: "POST", body: JSON.stringify(body) });
  const answer = await response.text();
  if (!response.ok) throw new Error(`/_lab/${what} ${JSON.stringify(body)}: ${answer}`);
  return JSON.parse(answer) as Answer;
}

export interface Execution {
  readonly executionArn: string;
  readonly status: string;
  readonly output: string | null;
  readonly error: string | null;
  readonly cause: string | null;
}

/** One due time of a schedule, and how its execution ended. */
export const runSchedule = (name: string): Promise<Execution> => lab("run-schedule", { name });

export interface AlarmVerdict {
  readonly state: "OK" | "ALARM" | "INSUFFICIENT_DATA";
  /** What it looked at, newest first. */
  readonly values: readonly (number | null)[];
  readonly actions: readonly { readonly action: string; readonly delivered: boolean }[];
}

/** What CloudWatch would say of an alarm now, and whom it tells. */
export const evaluate = (name: string, steady = false): Promise<AlarmVerdict> => lab("alarm", { name, steady });
