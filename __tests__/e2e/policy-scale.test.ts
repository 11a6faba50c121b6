import { setTimeout } from "node:timers/promises";
import { nodesOfCluster } from "../../scripts/maintain/scaling/page";
import { usageOf } from "../../scripts/maintain/scaling/policy-check";
import { aws, createNetwork, type Network } from "./support/aws";
import { destroyAll } from "./support/clean-up";
import { describeLab, lab, runSchedule } from "./support/lab";
import { expectOk, Project } from "./support/project";

const stack = "redis-backup-policy";
/** The more, the longer: on the lab each takes about a second of a processor. */
const count = Number(process.env.E2E_POLICY_CLUSTERS ?? "100");
const first = "orders";

interface Report {
  readonly evaluated: number;
  readonly notEvaluated: readonly string[];
  readonly violations: readonly { readonly id: string; readonly found: readonly string[] }[];
}

interface Ended {
  readonly status: string;
  readonly output?: string;
  readonly error?: string | null;
  readonly cause?: string | null;
}

let network: Network;
let project: Project;

beforeAll(() => {
  network = createNetwork();
  project = new Project(network);
});

afterAll(() => {
  destroyAll(project, network, { [stack]: {} });
});

/** How many events the last execution of each state machine has, the newest first. */
const eventsOf = (machine: string, executions: number): readonly number[] => {
  const { executions: found } = aws("stepfunctions", "listExecutions", {
    stateMachineArn: machine,
    maxResults: executions,
  }) as { executions: { executionArn: string }[] };
  return found.map(({ executionArn }) => {
    const { events } = aws("stepfunctions", "getExecutionHistory", {
      executionArn,
      reverseOrder: true,
      maxResults: 1,
    }) as { events: { id: number }[] };
    return events[0]?.id ?? 0;
  });
};

/** The last execution of a state machine, when it has ended. */
async function ended(machine: string): Promise<Ended> {
  for (;;) {
    const { executions } = aws("stepfunctions", "listExecutions", { stateMachineArn: machine, maxResults: 1 }) as {
      executions: { executionArn: string }[];
    };
    const last = aws("stepfunctions", "describeExecution", {
      executionArn: executions[0]?.executionArn ?? "",
    }) as Ended;
    if (last.status !== "RUNNING") return last;
    await setTimeout(2000);
  }
}

describeLab(`the daily check of an account with ${count.toString()} clusters`, () => {
  beforeAll(async () => {
    expectOk(project.apply(stack));
    aws("elasticache", "createCacheSubnetGroup", {
      CacheSubnetGroupName: "policy-scale",
      CacheSubnetGroupDescription: "a test",
      SubnetIds: [...network.subnetIds],
    });
    aws("elasticache", "createReplicationGroup", {
      ReplicationGroupId: first,
      ReplicationGroupDescription: "a test",
      CacheNodeType: "cache.t4g.small",
      CacheSubnetGroupName: "policy-scale",
      NumCacheClusters: nodesOfCluster,
      AutomaticFailoverEnabled: true,
      SnapshotRetentionLimit: 30,
    });
    await lab("age", { replicationGroupId: first, hours: 1000 });
    for (let day = 0; day < 30; day++)
      await lab("automatic-snapshot", { replicationGroupId: first, ageHours: day * 24 + 5 });
    await lab("copies", { replicationGroupId: first, count: count - 1 });
  });

  afterAll(async () => {
    await lab("copies", { replicationGroupId: first, count: 0 });
    aws("elasticache", "deleteReplicationGroup", { ReplicationGroupId: first });
    aws("elasticache", "deleteCacheSubnetGroup", { CacheSubnetGroupName: "policy-scale" });
  });

  test("evaluates all of them and the 30 snapshots of each, with the events and calls of docs/scaling.md", async () => {
    const { ReplicationGroups } = aws("elasticache", "describeReplicationGroups", {
      ReplicationGroupId: `${first}-00050`,
    }) as { ReplicationGroups: { ARN: string }[] };
    aws("elasticache", "addTagsToResource", {
      ResourceName: ReplicationGroups[0]?.ARN ?? "",
      Tags: [{ Key: "BackupFloorDays", Value: "35" }],
    });
    const before = await lab<Record<string, number>>("calls", {});
    const began = Date.now();
    const machine = String(project.outputs(stack).check_state_machine_arn?.value);
    await runSchedule("redis-backup-policy-check");
    // The lab's answer does not wait for as long as thousands of calls may take on a slow machine.
    const { status, output, error = null, cause = null } = await ended(machine);
    const seconds = (Date.now() - began) / 1000;
    expect({ status, error, cause }).toEqual({ status: "SUCCEEDED", error: null, cause: null });
    const report = JSON.parse(output ?? "{}") as Report;
    expect(report).toMatchObject({ evaluated: count, notEvaluated: [] });
    expect(report.violations).toEqual([expect.objectContaining({ id: `${first}-00050`, found: ["retention"] })]);

    const after = await lab<Record<string, number>>("calls", {});
    const made = (action: string): number => (after[action] ?? 0) - (before[action] ?? 0);
    const usage = usageOf(count, nodesOfCluster);
    expect(made("DescribeCacheClusters")).toBe(usage.pages);
    expect(made("DescribeReplicationGroups")).toBe(count);
    expect(made("DescribeSnapshots")).toBe(count);
    expect(made("ListTagsForResource")).toBe(count);

    const [parent = 0] = eventsOf(machine, 1);
    const children = eventsOf(machine.replace(/-check$/, "-check-clusters"), usage.children + 1);
    expect(parent).toBeLessThanOrEqual(usage.events);
    expect(children).toHaveLength(usage.children);
    expect(Math.max(...children)).toBe(usage.eventsOfChild);
    process.stdout.write(
      `${count.toString()} clusters: ${parent.toString()} events, ${Math.max(...children).toString()} in a child execution, ${seconds.toFixed(0)} s\n`,
    );
  }, 3_600_000);
});
