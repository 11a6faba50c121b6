import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { ModifyReplicationGroupCommandInput } from "@aws-sdk/client-elasticache";
import { comparable, runbook, type Block } from "../support/runbook";
import { aws, createNetwork, type Network } from "./support/aws";
import { destroyAll } from "./support/clean-up";
import { describeLab, lab, runSchedule } from "./support/lab";
import { publishMetric } from "./support/live";
import { expectOk, Project } from "./support/project";
import { expectRefused } from "./support/refusing";

const stack = "redis-dev";
const group = "dev-redis-cluster";
const proofs = { TF_VAR_enable_manual_backup: "true", TF_VAR_enable_restore_test: "true" };
let network: Network;
let project: Project;

const modify = (change: Partial<ModifyReplicationGroupCommandInput>): unknown =>
  aws("elasticache", "modifyReplicationGroup", { ReplicationGroupId: group, ApplyImmediately: true, ...change });
// CloudWatch counts what is measured when it asks into the period that has not ended.
const metric = (name: string, value: number) => (): void => {
  publishMetric(`${group}-002`, name, value, new Date(Date.now() - 600_000));
};

/** What has happened, where a page says that something has. */
const faults: Readonly<Record<string, () => unknown>> = {
  "backup-failed": async () => {
    modify({ SnapshotRetentionLimit: 0 });
    await lab("age", { replicationGroupId: group, hours: 100 });
    await lab("automatic-snapshot", { replicationGroupId: group, ageHours: 30 });
  },
  "snapshot-failed": async () => {
    await lab("fail", { action: "snapshot", status: "failed" });
    await lab("automatic-snapshot", { replicationGroupId: group });
  },
  "events-topic-inactive": () => modify({ NotificationTopicStatus: "inactive" }),
  "snapshot-source-execution-failed": () => lab("failover", { replicationGroupId: group }),
  "manual-backup-failed": async () => {
    await lab("fail", { action: "snapshot", status: "failed" });
    expect(await runSchedule("dev-redis-manual-backup")).toMatchObject({ status: "FAILED" });
  },
  "restore-test-failed": async () => {
    const refuse = { action: "CreateReplicationGroup", code: "InsufficientCacheClusterCapacity" };
    await lab("fail", { ...refuse, times: 1000 });
    expect(await runSchedule("dev-redis-restore-test")).toMatchObject({ status: "FAILED" });
    await lab("fail", { ...refuse, times: 0 });
  },
  "restore-test-data": async () => {
    const { SnapshotName } = await lab<{ SnapshotName: string }>("automatic-snapshot", { replicationGroupId: group });
    await lab("keys", { name: SnapshotName, keys: 500 });
    expect(await runSchedule("dev-redis-restore-test")).toMatchObject({ error: "RestoreTest.KeysMissing" });
  },
  "memory-usage": metric("DatabaseMemoryUsagePercentage", 91),
  "swap-usage": metric("SwapUsage", 73_400_320),
  evictions: metric("Evictions", 4120),
  "replication-lag": metric("ReplicationLag", 41),
  "already exists": () => {
    project.loseState(stack);
  },
  "pending changes": () => {
    const waiting = { TF_VAR_apply_immediately: "false", TF_VAR_node_type: "cache.r7g.large" };
    expectOk(project.apply(stack, { ...proofs, ...waiting }));
  },
  "final snapshot name used": () => {
    aws("elasticache", "createSnapshot", {
      CacheClusterId: `${group}-001`,
      SnapshotName: String(project.outputs(stack).final_snapshot_name?.value),
    });
    expectRefused(project.takeDown(stack, proofs), "SnapshotAlreadyExistsFault");
  },
};

/** As a person would run them in the folder of the project, who answers what they are asked with yes. */
function expectToWork({ commands, fails, prints }: Block): void {
  const answered = commands
    .replaceAll(/(npm run (?:deploy|destroy) -- \S+)/g, "$1 --auto-approve")
    .replaceAll(/(npm run recover -- \S+)/g, "$1 --yes");
  const { status, stdout, stderr } = spawnSync("sh", ["-ec", answered], {
    cwd: project.folder,
    encoding: "utf8",
    maxBuffer: 64 * 1024 * 1024,
    env: { ...process.env, CI: "1", INIT_CWD: undefined },
  });
  const printed = stdout + stderr;
  expect(`${answered}\n${printed}\nended ${status === 0 ? "well" : "badly"}`).toMatch(
    fails ? /ended badly$/ : /ended well$/,
  );
  for (const piece of prints) expect(comparable(printed)).toContain(piece);
}

describeLab("the runbook", () => {
  const pages = runbook();

  beforeAll(() => {
    network = createNetwork();
    project = new Project(network);
    writeFileSync(
      join(project.folder, "dev.tfvars"),
      [
        'environment = "dev"',
        `vpc_id = "${network.vpcId}"`,
        `vpc_cidr = "${network.cidr}"`,
        `private_subnet_ids = ${JSON.stringify(network.subnetIds)}`,
        'notification_email = "oncall@example.com"',
        "enable_manual_backup = true",
        "enable_restore_test = true\n",
      ].join("\n"),
    );
    expectOk(project.apply(stack, proofs));
  });

  afterAll(() => {
    destroyAll(project, network, { [stack]: proofs });
  });

  test("has a page for every alarm, which begins with the command that the alarm names", () => {
    const { MetricAlarms } = aws("cloudwatch", "describeAlarms", { AlarmNamePrefix: "dev-redis-" }) as {
      MetricAlarms: { AlarmName: string; AlarmDescription: string }[];
    };
    // Of those for each node, the replica's.
    const alarms = MetricAlarms.filter(({ AlarmName }) => !AlarmName.endsWith("-1"));
    expect(alarms.length).toBeGreaterThanOrEqual(16);
    for (const { AlarmName, AlarmDescription } of alarms) {
      const page = AlarmName.replace(/^dev-redis-|-\d$/g, "");
      const [, command = ""] = /First command:\n(.*)\n/.exec(AlarmDescription) ?? [];
      // The lab's queue has the address of the lab.
      const onAws = command.replace(process.env.AWS_ENDPOINT_URL ?? "", "https://sqs.ap-northeast-1.amazonaws.com");
      expect([page, pages.get(page)?.[0]?.commands.split("\n")[0]]).toEqual([page, onAws]);
    }
  });

  const tested = [...pages].filter(([, blocks]) => blocks.some((block) => block.tested));

  test("has every page that a fault is made for", () => {
    expect(tested.map(([page]) => page)).toEqual(expect.arrayContaining(Object.keys(faults)));
  });

  test.each(tested)("%s: the commands work, and print what it says", async (page, blocks) => {
    await faults[page]?.();
    for (const block of blocks) if (block.tested) expectToWork(block);
  });
});
