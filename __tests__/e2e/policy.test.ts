import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import type { CreateReplicationGroupCommandInput } from "@aws-sdk/client-elasticache";
import { aws, awsByCli, createNetwork, inventoryOfAccount, type Network } from "./support/aws";
import { destroyAll } from "./support/clean-up";
import { end } from "./support/executions";
import { describeLab, evaluate, lab, runSchedule } from "./support/lab";
import { expectNoChanges, expectOk, Project } from "./support/project";
import { Listener } from "./support/told";

const stack = "redis-backup-policy";
const schedule = "redis-backup-policy-check";

interface Report {
  readonly evaluated: number;
  readonly notEvaluated: readonly string[];
  readonly violations: readonly { readonly id: string; readonly found: readonly string[] }[];
  readonly exempt: readonly { readonly id: string; readonly exempt: string }[];
}

let network: Network;
let project: Project;
let before: object;

beforeAll(() => {
  network = createNetwork();
  project = new Project(network);
  before = inventoryOfAccount();
});

afterAll(() => {
  destroyAll(project, network, { [stack]: {}, "redis-dev": {} });
});

test("is deployed with an email address alone, changes nothing when planned again, and deploys again after a destroy", () => {
  expectOk(project.deploy(stack));
  expectNoChanges(project, stack);
  expectOk(project.destroy(stack));
  expect(inventoryOfAccount()).toEqual(before);
  expectOk(project.apply(stack));
  expect(project.outputs(stack).config_rule_names?.value).toEqual([
    "redis-backup-policy-retention",
    "redis-backup-policy-enabled",
  ]);
});

test("leaves AWS Config out without enable_config_rules", () => {
  const plan = project.terraform(stack, ["plan"], { TF_VAR_enable_config_rules: "false" });
  expect(plan.text).toContain("Plan: 0 to add, 0 to change, 2 to destroy.");
});

test("gives AWS Config the floor, once a day", () => {
  const { ConfigRules } = awsByCli("configservice", "describe-config-rules") as { ConfigRules: object[] };
  expect(ConfigRules).toEqual(
    expect.arrayContaining([
      expect.objectContaining({
        ConfigRuleName: "redis-backup-policy-retention",
        InputParameters: '{"snapshotRetentionPeriod":"7"}',
        MaximumExecutionFrequency: "TwentyFour_Hours",
      }) as unknown,
    ]),
  );
});

test("the service control policy of docs/policy.md is a policy that IAM reads", () => {
  const docs = readFileSync(resolve(__dirname, "../../docs/policy.md"), "utf8");
  const [, document = ""] = /```json\n([\s\S]*?)```/.exec(docs) ?? [];
  const { Policy } = aws("iam", "createPolicy", {
    PolicyName: "redis-backup-policy-scp-syntax",
    PolicyDocument: document,
  }) as { Policy: { Arn: string } };
  expect(Policy.Arn).toContain(":policy/redis-backup-policy-scp-syntax");
  aws("iam", "deletePolicy", { PolicyArn: Policy.Arn });
});

describeLab("the daily check", () => {
  let people: Listener;
  let chat: Listener;

  /** One daily check, and what people got of it. */
  const check = async () => {
    const { status, output, error, cause } = await runSchedule(schedule);
    expect({ status, error, cause }).toEqual({ status: "SUCCEEDED", error: null, cause: null });
    return { ...(JSON.parse(output ?? "{}") as Report), messages: people.hear() };
  };
  const foundIn = ({ violations }: Report) => Object.fromEntries(violations.map(({ id, found }) => [id, found]));

  const createGroup = (id: string, more: Partial<CreateReplicationGroupCommandInput>) =>
    aws("elasticache", "createReplicationGroup", {
      ReplicationGroupId: id,
      CacheNodeType: "cache.t4g.small",
      ReplicationGroupDescription: "a test",
      CacheSubnetGroupName: "policy-test",
      ...more,
    });
  const withFailover = { NumCacheClusters: 2, AutomaticFailoverEnabled: true };
  const kept = (days: number) => ({ SnapshotRetentionLimit: days });
  const floor = (days: string) => ({ Tags: [{ Key: "BackupFloorDays", Value: days }] });
  const exempt = (reason: string) => ({ Tags: [{ Key: "BackupPolicyExemption", Value: reason }] });
  const snapshot = (replicationGroupId: string, ageHours: number) =>
    lab("automatic-snapshot", { replicationGroupId, ageHours });
  const age = (replicationGroupId: string, hours: number) => lab("age", { replicationGroupId, hours });
  const deleteGroup = (id: string) => aws("elasticache", "deleteReplicationGroup", { ReplicationGroupId: id });

  beforeAll(() => {
    expectOk(project.apply("redis-dev"));
    const topicArn = String(project.outputs(stack).notifications_topic_arn?.value);
    people = new Listener(topicArn, "policy-people");
    chat = new Listener(topicArn.replace("-notifications", "-chat"), "policy-chat");
    aws("elasticache", "createCacheSubnetGroup", {
      CacheSubnetGroupName: "policy-test",
      CacheSubnetGroupDescription: "a test",
      SubnetIds: [...network.subnetIds],
    });
  });

  afterAll(() => {
    const { ReplicationGroups } = aws("elasticache", "describeReplicationGroups") as {
      ReplicationGroups: { ReplicationGroupId: string }[];
    };
    for (const { ReplicationGroupId } of ReplicationGroups)
      if (ReplicationGroupId !== "dev-redis-cluster") deleteGroup(ReplicationGroupId);
    aws("elasticache", "deleteCacheCluster", { CacheClusterId: "alone" });
    aws("elasticache", "deleteCacheSubnetGroup", { CacheSubnetGroupName: "policy-test" });
    people.remove();
    chat.remove();
  });

  test("has no findings for an environment, young or with a fresh snapshot, and notifies nobody", async () => {
    const young = await check();
    expect(young).toMatchObject({ evaluated: 1, violations: [], messages: [] });
    await age("dev-redis-cluster", 100);
    await snapshot("dev-redis-cluster", 28);
    expect(await check()).toMatchObject({ evaluated: 1, violations: [], messages: [] });
    expect(await evaluate("redis-backup-policy-findings")).toMatchObject({ state: "OK", values: [0, null, null] });
  });

  test("has each kind of finding, and notifies immediately in one message", async () => {
    createGroup("off", { NumCacheClusters: 1 });
    createGroup("short", { ...withFailover, ...kept(3) });
    createGroup("own-floor", { ...withFailover, ...kept(7), ...floor("15") });
    createGroup("lower-floor", { ...withFailover, ...kept(3), ...floor("3") });
    createGroup("no-floor", { ...withFailover, ...kept(3), ...floor("0") });
    createGroup("stale", { ...withFailover, ...kept(7) });
    createGroup("never", { ...withFailover, ...kept(7) });
    createGroup("primary", { ...withFailover, ...kept(7) });
    createGroup("sharded", {
      NumNodeGroups: 2,
      ReplicasPerNodeGroup: 1,
      AutomaticFailoverEnabled: true,
      ...kept(7),
    });
    createGroup("excused", { NumCacheClusters: 1, ...exempt("can be rebuilt") });
    createGroup("no-reason", { NumCacheClusters: 1, ...kept(7), ...exempt("") });
    aws("elasticache", "createCacheCluster", {
      CacheClusterId: "alone",
      Engine: "redis",
      CacheSubnetGroupName: "policy-test",
      CacheNodeType: "cache.t4g.small",
      ...kept(7),
    });
    for (const id of ["stale", "never", "sharded", "alone"]) await age(id, 100);
    await snapshot("stale", 28.5);
    await snapshot("sharded", 27);
    await lab("failover", { replicationGroupId: "primary" });

    const report = await check();
    expect(foundIn(report)).toEqual({
      off: ["retention", "failover"],
      short: ["retention"],
      "own-floor": ["retention"],
      "no-floor": ["retention"],
      stale: ["snapshot"],
      never: ["snapshot"],
      primary: ["source"],
      "no-reason": ["failover"],
      alone: ["snapshot", "failover"],
    });
    expect(report.exempt).toEqual([expect.objectContaining({ id: "excused", exempt: "can be rebuilt" })]);
    expect(report.messages).toHaveLength(1);
    const [text = ""] = report.messages;
    expect(text).toMatch(/^Redis backup policy: findings on 9 of 13 clusters \(\d{12}, [a-z0-9-]+\)\./);
    expect(text).toContain("off: automatic backups are off; the minimum is 7 days; automatic failover is off");
    expect(text).toContain("own-floor: automatic backups are retained for 7 days; the minimum is 15 days");
    expect(text).toContain("stale: no snapshot is younger than 28 hours; the newest is 28.5 hours old");
    expect(text).toContain("never: no snapshot is younger than 28 hours; there is none");
    expect(text).toContain("primary: backups are taken from the primary, although it has replicas");
    expect(text).toContain("excused: can be rebuilt (automatic backups are off");
    expect(text).toContain("Runbook: docs/runbook.md#findings");
    expect(text).not.toMatch(/dev-redis|sharded|lower-floor/);

    const inChat = chat
      .hear()
      .map((message) => JSON.parse(message) as { source: string; content: { description: string } });
    expect(inChat).toEqual([expect.objectContaining({ version: "1.0", source: "custom" })]);
    expect(inChat[0]?.content.description).toBe(text);

    // For pagers: people have the list.
    expect(await evaluate("redis-backup-policy-findings")).toMatchObject({
      state: "ALARM",
      values: [9, null, null],
      actions: [],
    });
    expect(people.hear()).toEqual([]);
  });

  test("sends nothing more while the list is the same, however old a snapshot gets", async () => {
    await lab("forget", { snapshots: true });
    await snapshot("dev-redis-cluster", 1);
    await snapshot("sharded", 1);
    await snapshot("stale", 200);
    expect((await check()).messages).toEqual([]);
  });

  test("notifies again when a cluster is added or removed, and names it", async () => {
    deleteGroup("off");
    createGroup("off-too", withFailover);
    const { messages } = await check();
    expect(messages).toHaveLength(1);
    expect(messages[0]).toContain("New or changed since the last message: off-too.");
    expect(messages[0]).toContain("No longer listed: off.");
    expect((await check()).messages).toEqual([]);
  });

  test("reminds people once a week while the list is the same", async () => {
    const { ReplicationGroups } = aws("elasticache", "describeReplicationGroups") as {
      ReplicationGroups: { ReplicationGroupId: string; ReplicationGroupCreateTime: string }[];
    };
    expect(ReplicationGroups.length).toBeGreaterThan(5);
    const machine = String(project.outputs(stack).check_state_machine_arn?.value);
    /** A check that takes it to be so many hours later, when every healthy cluster has a snapshot of that day. */
    const later = async (hours: number) => {
      await lab("forget", { snapshots: true });
      for (const { ReplicationGroupId: id } of ReplicationGroups)
        if (!["stale", "never"].includes(id)) await snapshot(id, 1 - hours);
      const at = new Date(Date.now() + hours * 3_600_000).toISOString();
      const { executionArn } = aws("stepfunctions", "startExecution", {
        stateMachineArn: machine,
        input: JSON.stringify({ at }),
      }) as { executionArn: string };
      expect(await end(executionArn)).toMatchObject({ status: "SUCCEEDED" });
      return people.hear();
    };
    expect(await later(24 * 6)).toEqual([]);
    const reminder = await later(24 * 7);
    expect(reminder).toEqual([expect.stringMatching(/^Trial: .* findings on 9 of 13 clusters/)]);
    expect(reminder[0]).not.toContain("New or changed");
    // A trial stores neither a notification nor a metric.
    await lab("forget", { metrics: true });
    expect(await later(24 * 8)).toHaveLength(1);
    expect(await evaluate("redis-backup-policy-findings")).toMatchObject({ values: [null, null, null] });
    people.hear();
    await lab("forget", { snapshots: true });
    for (const { ReplicationGroupId: id } of ReplicationGroups)
      if (!["stale", "never"].includes(id)) await snapshot(id, 1);
    expect((await check()).messages).toEqual([]);
  });

  test("exempts a cluster by a tag with a reason, and reports that it is no longer listed", async () => {
    const { ReplicationGroups } = aws("elasticache", "describeReplicationGroups", { ReplicationGroupId: "short" }) as {
      ReplicationGroups: { ARN: string }[];
    };
    aws("elasticache", "addTagsToResource", {
      ResourceName: ReplicationGroups[0]?.ARN ?? "",
      ...exempt("a test of ours"),
    });
    const { messages } = await check();
    expect(messages[0]).toContain("No longer listed: short.");
    expect(messages[0]).toContain("short: a test of ours (automatic backups are retained for 3 days");
  });

  test("fails and raises an alarm when it cannot read, and notifies the next time", async () => {
    // Five clusters are read at the same time, each call is tried seven times, and so three times over by executions.
    await lab("fail", { action: "DescribeSnapshots", times: 120, code: "AccessDenied", http: 403 });
    deleteGroup("short");
    deleteGroup("no-floor");
    expect(await runSchedule(schedule)).toMatchObject({ status: "FAILED" });
    await lab("fail", { action: "DescribeSnapshots", times: 0 });
    expect(people.hear()).toEqual([]);
    expect(await evaluate("redis-backup-policy-check-failed")).toMatchObject({ state: "ALARM" });
    people.hear();
    expect((await check()).messages).toHaveLength(1);
  });

  test("evaluates a cluster that is being changed a while later", async () => {
    await lab("fail", { action: "ListTagsForResource", times: 3, code: "InvalidReplicationGroupState", http: 400 });
    const report = await check();
    expect(report.messages).toEqual([]);
    expect(Object.keys(foundIn(report))).toContain("own-floor");
    expect(report).toMatchObject({ notEvaluated: [] });
  });

  test("is not stopped by throttling that ends", async () => {
    await lab("fail", { action: "ListTagsForResource", times: 5, code: "Throttling", http: 400 });
    expect((await check()).messages).toEqual([]);
  });

  test("reports once that no findings are left", async () => {
    for (const id of ["own-floor", "stale", "never", "primary", "no-reason", "off-too"]) deleteGroup(id);
    aws("elasticache", "addTagsToResource", { ResourceName: nodeArn("alone"), ...exempt("a test") });
    const { messages } = await check();
    expect(messages).toEqual([expect.stringContaining("Redis backup policy: no findings any more")]);
    expect((await check()).messages).toEqual([]);
  });

  test("takes hundreds of clusters and pages of snapshots, and says how many more it does not list", async () => {
    for (let i = 0; i < 155; i++) createGroup(`many-${i.toString()}`, { NumCacheClusters: 1, ...kept(1) });
    await lab("forget", { snapshots: true });
    await snapshot("dev-redis-cluster", 1);
    await snapshot("sharded", 1);
    for (let i = 0; i < 60; i++) await snapshot("sharded", 50 + i);
    const { evaluated, violations, messages } = await check();
    expect([evaluated, violations.length]).toEqual([160, 155]);
    expect(messages).toHaveLength(1);
    expect(messages[0]).toContain("… and 105 more");
    expect(messages[0]?.length).toBeLessThan(30_000);
  });
});

const nodeArn = (id: string): string =>
  (aws("elasticache", "describeCacheClusters", { CacheClusterId: id }) as { CacheClusters: { ARN: string }[] })
    .CacheClusters[0]?.ARN ?? "";
