import { aws, createNetwork, type Network } from "./support/aws";
import { destroyAll } from "./support/clean-up";
import { describeLab, lab, runSchedule, type AlarmVerdict } from "./support/lab";
import { expectNoChanges, expectOk, Project } from "./support/project";

const [stack, policy] = ["redis-dev", "redis-backup-policy"] as const;
const group = "dev-redis-cluster";
const minute = 60_000;
const hour = 60 * minute;

describeLab("alarms of a new deployment", () => {
  let network: Network;
  let project: Project;
  let deployed: number;

  beforeAll(() => {
    network = createNetwork();
    project = new Project(network);
    expectOk(project.deploy(stack));
    expectOk(project.deploy(policy));
    deployed = Date.now();
  });

  afterAll(() => {
    destroyAll(project, network, { [stack]: {}, [policy]: {} });
  });

  /** What CloudWatch says of an alarm so long after the deployment, in milliseconds. */
  const evaluate = (name: string, after: number): Promise<AlarmVerdict> =>
    lab("alarm", { name, at: new Date(deployed + after).toISOString() });
  const alarms = (): readonly string[] => {
    const { MetricAlarms = [], CompositeAlarms = [] } = aws("cloudwatch", "describeAlarms", {
      AlarmTypes: ["MetricAlarm", "CompositeAlarm"],
      MaxRecords: 100,
    }) as Partial<Record<"MetricAlarms" | "CompositeAlarms", { AlarmName: string }[]>>;
    return [...MetricAlarms, ...CompositeAlarms].map(({ AlarmName }) => AlarmName);
  };
  const raised = async (after: number): Promise<readonly string[]> => {
    const found: string[] = [];
    for (const name of alarms()) if ((await evaluate(name, after)).state === "ALARM") found.push(name);
    return found;
  };
  const check = () => runSchedule("dev-redis-backup-check");
  /** As long as a role is not effective, whatever the check reads is refused. */
  const refuse = (times: number) =>
    lab("fail", { action: "DescribeReplicationGroups", code: "AccessDenied", http: 403, times });

  test("none is raised before the first data", async () => {
    await lab("forget", { metrics: true });
    expect(alarms().length).toBeGreaterThan(15);
    expect(await raised(0)).toEqual([]);
    expect(await raised(20 * minute)).toEqual([]);
    expect((await evaluate("dev-redis-backup-failed", 0)).state).toBe("INSUFFICIENT_DATA");
  });

  test("none is raised when the first check fails because its role is not effective yet, and the next one makes good for it", async () => {
    await refuse(100);
    expect(await check()).toMatchObject({ status: "FAILED" });
    expect(await raised(minute)).toEqual([]);
    await refuse(0);
    expect(await check()).toMatchObject({ status: "SUCCEEDED" });
    expect(await raised(2 * minute)).toEqual([]);
    expect((await evaluate("dev-redis-backup-failed", 2 * minute)).state).toBe("OK");
  });

  test("a check that never works is reported within two hours", async () => {
    await lab("forget", { metrics: true });
    expect((await evaluate("dev-redis-backup-failed", hour)).state).not.toBe("ALARM");
    expect((await evaluate("dev-redis-backup-failed", 2 * hour)).state).toBe("ALARM");
  });

  test("a check that stops is reported 45 to 60 minutes after its last run", async () => {
    await lab("forget", { metrics: true });
    aws("cloudwatch", "putMetricData", {
      Namespace: "ElastiCacheBackups",
      MetricData: [0, 15, 30, 45].map((ago) => ({
        MetricName: "SnapshotCreateSuccessful",
        Dimensions: [{ Name: "ReplicationGroupId", Value: group }],
        Value: 1,
        Timestamp: new Date(deployed + 3 * hour - ago * minute),
      })),
    });
    const state = async (after: number) => (await evaluate("dev-redis-backup-failed", 3 * hour + after)).state;
    expect(await state(minute)).toBe("OK");
    expect(await state(35 * minute)).toBe("OK");
    expect(await state(46 * minute)).toBe("ALARM");
    await lab("forget", { metrics: true });
  });

  test("a daily check that never works is reported after two days, one that works is not", async () => {
    const missing = "redis-backup-policy-check-missing";
    await lab("forget", { metrics: true });
    expect((await evaluate(missing, 0)).state).toBe("INSUFFICIENT_DATA");
    expect((await evaluate(missing, 25 * hour)).state).not.toBe("ALARM");
    expect((await evaluate(missing, 50 * hour)).state).toBe("ALARM");
    expect(await runSchedule("redis-backup-policy-check")).toMatchObject({ status: "SUCCEEDED" });
    expect((await evaluate(missing, 40 * hour)).state).not.toBe("ALARM");
  });

  test("a second plan finds nothing to change", () => {
    expectNoChanges(project, stack);
    expectNoChanges(project, policy);
  });
});
