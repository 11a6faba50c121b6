import { aws } from "./aws";
import { lab, runSchedule, type Execution } from "./lab";

export const stack = "redis-dev";
export const cache = "dev-redis-cluster";
export const throwAway = "dev-redis-restore-test";
export const schedule = throwAway;
export const alarm = "dev-redis-restore-test-data";
export const on = { TF_VAR_enable_restore_test: "true" };

/** Takes an automatic backup some hours ago: the newest of the file so far. */
export const backedUp = async (ageHours: number): Promise<string> =>
  (await lab<{ SnapshotName: string }>("automatic-snapshot", { replicationGroupId: cache, ageHours })).SnapshotName;

/** What the cache holds since some hours ago. */
export const holds = (keys: number, expiring: number, ageHours: number): Promise<unknown> =>
  lab("keys", { name: cache, keys, expiring, ageHours });

/** Runs a restore test that succeeds: what it found. */
export async function found(): Promise<object> {
  const { status, output, cause }: Execution = await runSchedule(schedule);
  expect({ status, cause }).toMatchObject({ status: "SUCCEEDED" });
  return JSON.parse(output ?? "") as object;
}

export const securityGroup = (): { readonly GroupId: string; readonly VpcId: string } => {
  const { SecurityGroups } = aws("ec2", "describeSecurityGroups", {
    Filters: [{ Name: "group-name", Values: [`${throwAway}-sg`] }],
  }) as { SecurityGroups: { GroupId: string; VpcId: string }[] };
  return SecurityGroups[0] ?? { GroupId: "", VpcId: "" };
};

/** Whom the restored cache lets in: descriptions of the rules. */
export const letIn = (): (string | undefined)[] =>
  (
    aws("ec2", "describeSecurityGroupRules", {
      Filters: [{ Name: "group-id", Values: [securityGroup().GroupId] }],
    }) as { SecurityGroupRules: { IsEgress: boolean; Description?: string }[] }
  ).SecurityGroupRules.filter(({ IsEgress }) => !IsEgress).map(({ Description }) => Description);

/** So that an alarm is of what is published from here on: of a period it evaluates the lowest value. */
export const forgetMetrics = (): Promise<unknown> => lab("forget", { metrics: true });
