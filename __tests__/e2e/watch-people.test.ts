import { cacheEvents, defaultEvents } from "../../stacks/notifications/events";
import { aws, awsByCli, createNetwork, inventoryOfAccount, type Network } from "./support/aws";
import { destroyAll } from "./support/clean-up";
import { describeLab, evaluate, lab, runSchedule } from "./support/lab";
import { publishMetric } from "./support/live";
import { expectNoChanges, expectOk, Project } from "./support/project";
import { Listener } from "./support/told";

const stack = "redis-dev";
const group = "dev-redis-cluster";
const slack = { TF_VAR_slack_team_id: "T07EA123LEP", TF_VAR_slack_channel_id: "C07EZ1ABC23" };
// Six hours that end where the maintenance window begins.
const settings = { ...slack, TF_VAR_backup_window: "23:00-05:00" };

interface Group {
  readonly SnapshottingClusterId: string;
  readonly MemberClusters: readonly string[];
}

describeLab("who is told, and by what", () => {
  let network: Network;
  let project: Project;
  let before: object;
  let people: Listener;
  let raw: Listener;

  beforeAll(async () => {
    network = createNetwork();
    project = new Project(network);
    before = inventoryOfAccount();
    expectOk(project.apply(stack, settings));
    // A subscription by email has no ARN until its owner confirms it.
    await lab("confirm-subscriptions", {});
    const topic = (output: string) => String(project.outputs(stack)[output]?.value);
    people = new Listener(topic("redis_notifications_topic_arn"), "people");
    const { Subscriptions } = aws("sns", "listSubscriptions") as {
      Subscriptions: { TopicArn: string; SubscriptionArn: string; Protocol: string }[];
    };
    const [email] = Subscriptions.filter(
      ({ TopicArn, Protocol }) => TopicArn === topic("redis_events_topic_arn") && Protocol === "email",
    );
    const { Attributes } = aws("sns", "getSubscriptionAttributes", {
      SubscriptionArn: email?.SubscriptionArn ?? "",
    }) as { Attributes: Record<string, string> };
    // A queue in the place of the person, under the very filter of the person's subscription.
    raw = new Listener(topic("redis_events_topic_arn"), "raw", {
      FilterPolicy: Attributes.FilterPolicy ?? "",
      FilterPolicyScope: Attributes.FilterPolicyScope ?? "",
    });
  });

  afterAll(() => {
    destroyAll(project, network, { [stack]: settings });
  });

  const snapshot = (more: object = {}) => lab("automatic-snapshot", { replicationGroupId: group, ...more });
  const replicationGroup = (): Group => {
    const { ReplicationGroups } = aws("elasticache", "describeReplicationGroups", { ReplicationGroupId: group }) as {
      ReplicationGroups: [Group];
    };
    return ReplicationGroups[0];
  };

  test("a second plan finds nothing to change, with Slack too", () => {
    expectNoChanges(project, stack, settings);
  });

  test("a failed snapshot is told raw and at once, and so are the events that people have to know, but no others", async () => {
    await snapshot();
    await snapshot({ status: "failed" });
    expect(raw.hear()).toEqual([`{"ElastiCache:SnapshotFailed": "${group}-002"}`]);
    await lab("forget", { snapshots: true, metrics: true });
    for (const name of [...cacheEvents, "SnapshotComplete", "CacheClusterParametersChanged"])
      await lab("event", { replicationGroupId: group, name });
    expect(raw.hear().sort()).toEqual(defaultEvents.map((name) => `{"ElastiCache:${name}": "${group}-001"}`).sort());
  });

  test("Slack gets the alarms, and may look but not touch", () => {
    const { SlackChannelConfigurations } = awsByCli("chatbot", "describe-slack-channel-configurations") as {
      SlackChannelConfigurations: Record<string, unknown>[];
    };
    const alerts = String(project.outputs(stack).redis_notifications_topic_arn?.value);
    expect(SlackChannelConfigurations).toMatchObject([
      {
        SlackTeamId: "T07EA123LEP",
        SlackChannelId: "C07EZ1ABC23",
        SnsTopicArns: [alerts, alerts.replace("backup-notifications", "chat")],
        GuardrailPolicyArns: ["arn:aws:iam::aws:policy/CloudWatchReadOnlyAccess"],
      },
    ]);
  });

  test("a window of six hours leaves room for a backup that begins at its end and runs long", async () => {
    await lab("age", { replicationGroupId: group, hours: 500 });
    await snapshot({ ageHours: 32.5 });
    await runSchedule("dev-redis-backup-check");
    expect(await evaluate("dev-redis-backup-failed")).toMatchObject({ state: "OK" });
    await lab("forget", { snapshots: true, metrics: true });
    await snapshot({ ageHours: 35 });
    await runSchedule("dev-redis-backup-check");
    expect(await evaluate("dev-redis-backup-failed")).toMatchObject({ state: "ALARM" });
  });

  test("a group of a similar name beside it is not taken for it, and a node that is gone still counts", async () => {
    aws("elasticache", "createReplicationGroup", {
      ReplicationGroupId: `${group}-2`,
      ReplicationGroupDescription: "somebody else's",
      CacheNodeType: "cache.t4g.small",
      NumCacheClusters: 2,
      CacheSubnetGroupName: "dev-redis-subnet-group",
      AutomaticFailoverEnabled: true,
      SnapshotRetentionLimit: 5,
    });
    await lab("forget", { snapshots: true, metrics: true });
    await lab("automatic-snapshot", { replicationGroupId: `${group}-2`, ageHours: 2 });
    await runSchedule("dev-redis-backup-check");
    aws("elasticache", "deleteReplicationGroup", { ReplicationGroupId: `${group}-2` });
    expect(await evaluate("dev-redis-backup-failed")).toMatchObject({ state: "ALARM" });

    aws("elasticache", "increaseReplicaCount", {
      ReplicationGroupId: group,
      ApplyImmediately: true,
      NewReplicaCount: 2,
    });
    aws("elasticache", "modifyReplicationGroup", { ReplicationGroupId: group, SnapshottingClusterId: `${group}-003` });
    await snapshot({ ageHours: 2 });
    aws("elasticache", "decreaseReplicaCount", {
      ReplicationGroupId: group,
      ApplyImmediately: true,
      NewReplicaCount: 1,
    });
    expect(replicationGroup().MemberClusters).toEqual([`${group}-001`, `${group}-002`]);
    await lab("forget", { metrics: true });
    await runSchedule("dev-redis-backup-check");
    expect(await evaluate("dev-redis-backup-failed")).toMatchObject({ state: "OK" });
  });

  test("a topic that ElastiCache does not publish to any more is told of", async () => {
    expect((await evaluate("dev-redis-events-topic-inactive")).state).toBe("OK");
    people.hear();
    const topicStatus = (status: string) =>
      aws("elasticache", "modifyReplicationGroup", {
        ReplicationGroupId: group,
        ApplyImmediately: true,
        NotificationTopicStatus: status,
      });
    topicStatus("inactive");
    await lab("forget", { metrics: true });
    await runSchedule("dev-redis-backup-check");
    // Two of three, so that a change in progress raises none.
    expect((await evaluate("dev-redis-events-topic-inactive")).state).toBe("OK");
    expect((await evaluate("dev-redis-events-topic-inactive", true)).state).toBe("ALARM");
    topicStatus("active");
    await lab("forget", { metrics: true });
    await runSchedule("dev-redis-backup-check");
    expect((await evaluate("dev-redis-events-topic-inactive")).state).toBe("OK");
    expect(people.hearAlarms()).toEqual([
      "dev-redis-events-topic-inactive: OK > ALARM",
      "dev-redis-events-topic-inactive: ALARM > OK",
    ]);
  });

  describe("the snapshot source", () => {
    const move = () => runSchedule("dev-redis-snapshot-source");

    test("stays on a replica", async () => {
      expect(replicationGroup().SnapshottingClusterId).toBe(`${group}-002`);
      expect(await move()).toMatchObject({ status: "SUCCEEDED" });
      expect(replicationGroup().SnapshottingClusterId).toBe(`${group}-002`);
    });

    test("is not moved while a snapshot runs, and moved to a replica after it, without a change to anything else", async () => {
      await lab("failover", { replicationGroupId: group });
      await snapshot({ status: "creating" });
      expect(await move()).toMatchObject({ status: "SUCCEEDED" });
      expect(replicationGroup().SnapshottingClusterId).toBe(`${group}-002`);

      await lab("forget", { snapshots: true });
      const was = replicationGroup();
      expect(await move()).toMatchObject({ status: "SUCCEEDED" });
      expect(replicationGroup()).toEqual({ ...was, SnapshottingClusterId: `${group}-001` });
      expectNoChanges(project, stack, settings);
    });

    test("is tried again while the group is busy, and a move that fails is told of and leaves the check alone", async () => {
      await lab("failover", { replicationGroupId: group });
      await lab("fail", { action: "ModifyReplicationGroup", code: "InvalidReplicationGroupState", times: 2 });
      expect(await move()).toMatchObject({ status: "SUCCEEDED" });
      expect(replicationGroup().SnapshottingClusterId).toBe(`${group}-002`);

      await lab("failover", { replicationGroupId: group });
      await lab("forget", { metrics: true });
      expect((await evaluate("dev-redis-snapshot-source-execution-failed")).state).toBe("OK");
      people.hear();
      await lab("fail", { action: "ModifyReplicationGroup", code: "AccessDenied", http: 403, times: 1000 });
      expect(await move()).toMatchObject({ status: "FAILED" });
      expect(await move()).toMatchObject({ status: "FAILED" });
      expect((await evaluate("dev-redis-snapshot-source-execution-failed")).state).toBe("ALARM");
      expect(await runSchedule("dev-redis-backup-check")).toMatchObject({ status: "SUCCEEDED" });
      await lab("fail", { action: "ModifyReplicationGroup", times: 0 });
      expect(await move()).toMatchObject({ status: "SUCCEEDED" });
      await lab("forget", { metrics: true });
      expect((await evaluate("dev-redis-snapshot-source-execution-failed")).state).toBe("OK");
      expect(people.hearAlarms()).toEqual([
        "dev-redis-snapshot-source-execution-failed: OK > ALARM",
        "dev-redis-snapshot-source-execution-failed: ALARM > OK",
      ]);
    });

    test("is left alone while backups are switched off", async () => {
      await lab("failover", { replicationGroupId: group });
      const was = replicationGroup().SnapshottingClusterId;
      const retention = (days: number) =>
        aws("elasticache", "modifyReplicationGroup", {
          ReplicationGroupId: group,
          ApplyImmediately: true,
          SnapshotRetentionLimit: days,
          // AWS turns backups on only together with their source.
          ...(days > 0 && { SnapshottingClusterId: was }),
        });
      retention(0);
      await move();
      expect(replicationGroup().SnapshottingClusterId).toBe(was);
      retention(7);
    });
  });

  test("an execution that cannot be started is told of until somebody has looked", async () => {
    const role = { RoleName: "dev-redis-schedules-ap-northeast-1", PolicyName: "dev-redis-schedules" };
    const { PolicyDocument: encoded } = aws("iam", "getRolePolicy", role) as { PolicyDocument: string };
    const document = decodeURIComponent(encoded);
    const policy = JSON.parse(document) as { Statement: { Sid: string }[] };
    const less = { ...policy, Statement: policy.Statement.filter(({ Sid }) => Sid !== "StartExecutions") };
    aws("iam", "putRolePolicy", { ...role, PolicyDocument: JSON.stringify(less) });
    expect((await evaluate("dev-redis-schedules-dead-letters")).state).toBe("OK");
    people.hear();
    expect(await runSchedule("dev-redis-backup-check")).toMatchObject({ status: "NOT_STARTED", deadLettered: true });
    expect((await evaluate("dev-redis-schedules-dead-letters")).state).toBe("ALARM");
    expect(people.hearAlarms()).toEqual(["dev-redis-schedules-dead-letters: OK > ALARM"]);
    aws("iam", "putRolePolicy", { ...role, PolicyDocument: document });
  });

  test.each([
    ["memory-usage", "DatabaseMemoryUsagePercentage", 80, 81],
    ["swap-usage", "SwapUsage", 50 * 1048576, 50 * 1048576 + 1],
    ["evictions", "Evictions", 1000, 1001],
    ["replication-lag", "ReplicationLag", 30, 31],
  ])("%s alarms on %s of the one node, above %d", async (alarm, metric, fine, bad) => {
    const publish = (value: number): void => {
      publishMetric(`${group}-002`, metric, value);
    };
    await lab("forget", { metrics: true });
    publish(fine);
    expect((await evaluate(`dev-redis-${alarm}-2`, true)).state).toBe("OK");
    await lab("forget", { metrics: true });
    publish(bad);
    expect((await evaluate(`dev-redis-${alarm}-2`, true)).state).toBe("ALARM");
    expect((await evaluate(`dev-redis-${alarm}-1`, true)).state).toBe("OK");
  });

  test("nodes that cross a limit together are one message, which names them, and one when it ends", async () => {
    await lab("forget", { metrics: true });
    for (const node of ["001", "002"]) publishMetric(`${group}-${node}`, "Evictions", 1);
    expect((await evaluate("dev-redis-evictions", true)).state).toBe("OK");
    people.hear();
    await lab("forget", { metrics: true });
    for (const node of ["001", "002"]) publishMetric(`${group}-${node}`, "Evictions", 5000);
    expect((await evaluate("dev-redis-evictions", true)).state).toBe("ALARM");
    const [message = "", ...more] = people.hear();
    expect(more).toEqual([]);
    const { AlarmName, TriggeringChildren } = JSON.parse(message) as {
      AlarmName: string;
      TriggeringChildren: readonly { Arn: string }[];
    };
    expect(AlarmName).toBe("dev-redis-evictions");
    expect(TriggeringChildren.map(({ Arn }) => Arn.split(":").at(-1))).toEqual([
      "dev-redis-evictions-1",
      "dev-redis-evictions-2",
    ]);
    await lab("forget", { metrics: true });
    for (const node of ["001", "002"]) publishMetric(`${group}-${node}`, "Evictions", 1);
    expect((await evaluate("dev-redis-evictions", true)).state).toBe("OK");
    expect(people.hearAlarms()).toEqual(["dev-redis-evictions: ALARM > OK"]);
  });

  test("the fire drill's commands work: an alarm, and a failed snapshot", () => {
    aws("cloudwatch", "setAlarmState", {
      AlarmName: "dev-redis-backup-failed",
      StateValue: "ALARM",
      StateReason: "fire drill",
    });
    expect(aws("cloudwatch", "describeAlarms", { AlarmNames: ["dev-redis-backup-failed"] })).toMatchObject({
      MetricAlarms: [{ StateValue: "ALARM", StateReason: "fire drill" }],
    });
    raw.hear();
    const message = '{"ElastiCache:SnapshotFailed":"fire-drill"}';
    aws("sns", "publish", { Message: message, TopicArn: String(project.outputs(stack).redis_events_topic_arn?.value) });
    expect(raw.hear()).toEqual([message]);
  });

  test("nothing of it is left when the stack is destroyed", () => {
    expectOk(project.takeDown(stack, settings));
    people.remove();
    raw.remove();
    const after = inventoryOfAccount();
    expect(after).toMatchObject({ ...before, subscriptions: expect.anything() as unknown });
  });
});
