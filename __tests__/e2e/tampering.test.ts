import { aws, awsByCli, createNetwork, type Network } from "./support/aws";
import { destroyAll } from "./support/clean-up";
import { end } from "./support/executions";
import { createKey, deleteKey } from "./support/kms";
import { describeLab, lab } from "./support/lab";
import { expectNoChanges, expectOk, Project } from "./support/project";
import { Listener } from "./support/told";

const stack = "redis-dev";
const group = "dev-redis-cluster";
const deployRole = "redis-deploy-test";
const who = "Who: arn:aws:iam::123456789012:user/lab (IAMUser), by ";

/** Credentials of a session, as the aws CLI takes them from the environment. */
interface Credentials {
  readonly AccessKeyId: string;
  readonly SecretAccessKey: string;
  readonly SessionToken: string;
}

describeLab("tampering is reported, with who did it", () => {
  let network: Network;
  let project: Project;
  let key: string;
  let settings: Record<string, string>;
  let people: Listener;
  let chat: Listener;
  const outputs = () => project.outputs(stack);

  beforeAll(async () => {
    network = createNetwork();
    project = new Project(network);
    key = createKey();
    const trust = { Effect: "Allow", Principal: { AWS: "*" }, Action: "sts:AssumeRole" };
    const { Role } = awsByCli(
      ...["iam", "create-role", "--role-name", deployRole, "--assume-role-policy-document"],
      JSON.stringify({ Version: "2012-10-17", Statement: [trust] }),
    ) as { Role: { Arn: string } };
    settings = {
      TF_VAR_kms_key_id: key,
      TF_VAR_manual_backups_kept: "1",
      TF_VAR_deploy_role_arns: JSON.stringify([Role.Arn]),
      TF_VAR_slack_team_id: "T07EA123LEP",
      TF_VAR_slack_channel_id: "C07EZ1ABC23",
    };
    expectOk(project.apply(stack, settings));
    await lab("confirm-subscriptions", {});
    const topic = String(outputs().redis_notifications_topic_arn?.value);
    people = new Listener(topic, "tampering-people");
    chat = new Listener(topic.replace("backup-notifications", "chat"), "tampering-chat");
  });

  afterAll(() => {
    destroyAll(project, network, { [stack]: settings });
  });

  /** What people got: the lines of each message, without the quotation marks that EventBridge keeps. */
  const heard = (): string[] =>
    people.hear().map((body) =>
      body.startsWith('"')
        ? body
            .split("\n")
            .map((line) => JSON.parse(line) as string)
            .join("\n")
        : body,
    );
  const trail = (name: string): void => {
    awsByCli(
      "s3api",
      "create-bucket",
      "--bucket",
      name,
      "--create-bucket-configuration",
      "LocationConstraint=ap-northeast-1",
    );
    awsByCli("cloudtrail", "create-trail", "--name", name, "--s3-bucket-name", name, "--is-multi-region-trail");
    awsByCli("cloudtrail", "start-logging", "--name", name);
  };
  const snapshot = (name: string) =>
    aws("elasticache", "createSnapshot", { SnapshotName: name, CacheClusterId: `${group}-002` });
  const modify = (change: object) =>
    aws("elasticache", "modifyReplicationGroup", { ReplicationGroupId: group, ApplyImmediately: true, ...change });
  const role = { RoleName: "dev-redis-schedules-ap-northeast-1", PolicyName: "dev-redis-schedules" };
  const machine = () => {
    const { stateMachines } = aws("stepfunctions", "listStateMachines") as {
      stateMachines: { name: string; stateMachineArn: string }[];
    };
    return stateMachines.find(({ name }) => name === "dev-redis-backup-check")?.stateMachineArn ?? "";
  };

  test("a second plan finds nothing to change", () => {
    expectNoChanges(project, stack, settings);
  });

  test("without a trail nobody hears of a call, only of alarms", () => {
    snapshot("dev-redis-before");
    aws("elasticache", "deleteSnapshot", { SnapshotName: "dev-redis-before" });
    expect(heard()).toEqual([]);
    aws("cloudwatch", "disableAlarmActions", { AlarmNames: ["dev-redis-backup-failed"] });
    const [message, ...others] = heard();
    expect(others).toEqual([]);
    expect(message).toContain("The alarm dev-redis-backup-failed was changed (update)");
    expect(message).toContain("It sends notifications: false.");
    aws("cloudwatch", "enableAlarmActions", { AlarmNames: ["dev-redis-backup-failed"] });
    expect(heard()).toHaveLength(1);
    trail("first-trail");
    heard();
  });

  test("what the stack's own roles do by design is not reported", async () => {
    for (let i = 0; i < 2; i++) expect(await end(startManualBackup())).toMatchObject({ status: "SUCCEEDED" });
    const { Snapshots } = aws("elasticache", "describeSnapshots", { SnapshotSource: "user" }) as {
      Snapshots: { SnapshotName: string }[];
    };
    expect(Snapshots).toHaveLength(1);
    expect(heard()).toEqual([]);
  });

  test("a deployment by a role of deploy_role_arns is not reported", () => {
    const { Role } = awsByCli("iam", "get-role", "--role-name", deployRole) as { Role: { Arn: string } };
    const { Credentials: session } = awsByCli(
      ...["sts", "assume-role", "--role-arn", Role.Arn, "--role-session-name", "ci"],
    ) as { Credentials: Credentials };
    // The credentials of the deployment, and of nothing else here.
    const credentials = {
      AWS_ACCESS_KEY_ID: session.AccessKeyId,
      AWS_SECRET_ACCESS_KEY: session.SecretAccessKey,
      AWS_SESSION_TOKEN: session.SessionToken,
    };
    expectOk(project.apply(stack, { ...settings, ...credentials, TF_VAR_backup_max_duration_minutes: "200" }));
    const messages = heard();
    expect(messages.filter((message) => !message.startsWith("An alarm of"))).toEqual([]);
    settings = { ...settings, TF_VAR_backup_max_duration_minutes: "200" };
  });

  test.each<[string, () => unknown, readonly string[]]>([
    [
      "a backup is deleted",
      () => {
        snapshot("dev-redis-by-hand");
        aws("elasticache", "deleteSnapshot", { SnapshotName: "Dev-Redis-By-Hand" });
      },
      [who, "A backup of dev-redis-cluster was deleted", "The backup Dev-Redis-By-Hand", "DeleteSnapshot"],
    ],
    [
      "a backup with a name of its own is deleted",
      () => {
        snapshot("before-the-release");
        aws("elasticache", "deleteSnapshot", { SnapshotName: "before-the-release" });
      },
      ["The backup before-the-release of dev-redis-cluster was deleted"],
    ],
    [
      "backups are turned off",
      () => modify({ SnapshotRetentionLimit: 0 }),
      [who, "retention of automatic backups in days '0'", "ModifyReplicationGroup"],
    ],
    [
      "the events of the cache are turned off",
      () => modify({ NotificationTopicStatus: "inactive" }),
      ["status of the topic 'inactive'"],
    ],
    [
      "the key is disabled",
      () => awsByCli("kms", "disable-key", "--key-id", key.split("/")[1] ?? ""),
      [who, "The KMS key of dev-redis-cluster was changed", "DisableKey"],
    ],
    [
      "the deletion of the key is scheduled",
      () => {
        deleteKey(key);
      },
      [who, "ScheduleKeyDeletion", "Days until it is deleted: '7'"],
    ],
    [
      "a state machine is replaced",
      () => {
        const { definition } = aws("stepfunctions", "describeStateMachine", { stateMachineArn: machine() }) as {
          definition: string;
        };
        aws("stepfunctions", "updateStateMachine", { stateMachineArn: machine(), definition });
      },
      [
        who,
        "The state machine arn:aws:states:ap-northeast-1:",
        ":dev-redis-backup-check was changed",
        "UpdateStateMachine",
      ],
    ],
    [
      "a schedule is deleted",
      () =>
        awsByCli("scheduler", "delete-schedule", "--name", "dev-redis-snapshot-source", "--group-name", "dev-redis"),
      [who, "The schedule or schedule group 'dev-redis-snapshot-source' was changed", "DeleteSchedule"],
    ],
    [
      "a role is given another policy",
      () => {
        const { PolicyDocument } = aws("iam", "getRolePolicy", role) as { PolicyDocument: string };
        aws("iam", "putRolePolicy", { ...role, PolicyDocument: decodeURIComponent(PolicyDocument) });
      },
      [who, "The role dev-redis-schedules-ap-northeast-1 was changed", "PutRolePolicy", "--region us-east-1"],
    ],
    [
      "a topic is changed",
      () =>
        aws("sns", "setTopicAttributes", {
          TopicArn: String(outputs().redis_events_topic_arn?.value),
          AttributeName: "DisplayName",
          AttributeValue: "nothing to see",
        }),
      [who, ":dev-redis-events was changed (DisplayName)", "SetTopicAttributes"],
    ],
    [
      "a person is unsubscribed",
      () => {
        const { Subscriptions } = aws("sns", "listSubscriptions") as {
          Subscriptions: { TopicArn: string; SubscriptionArn: string; Protocol: string }[];
        };
        const email = Subscriptions.find(
          ({ TopicArn, Protocol }) => TopicArn.endsWith("backup-notifications") && Protocol === "email",
        );
        aws("sns", "unsubscribe", { SubscriptionArn: email?.SubscriptionArn ?? "" });
      },
      [who, "was changed (): alerts may no longer reach people", "Unsubscribe"],
    ],
    [
      "an alarm is deleted",
      () => aws("cloudwatch", "deleteAlarms", { AlarmNames: ["dev-redis-snapshot-failed"] }),
      ["The alarm dev-redis-snapshot-failed was changed (delete)"],
    ],
    [
      "a rule is disabled",
      () => awsByCli("events", "disable-rule", "--name", "dev-redis-tampering-cache-deleted"),
      [who, "The EventBridge rule dev-redis-tampering-cache-deleted was changed", "DisableRule"],
    ],
    [
      "one of two trails is stopped",
      () => {
        trail("second-trail");
        awsByCli("cloudtrail", "stop-logging", "--name", "first-trail");
      },
      [who, "The CloudTrail trail first-trail was changed", "StopLogging"],
    ],
  ])("%s", (_what, attack, expected) => {
    heard();
    chat.hear();
    attack();
    const messages = heard();
    expect(messages).toHaveLength(1);
    for (const text of [...expected, "docs/runbook.md#tampering"]) expect(messages[0]).toContain(text);
    const [inSlack, ...more] = chat.hear().map((body) => JSON.parse(body) as { version: string; content: object });
    expect(more).toEqual([]);
    expect(inSlack).toMatchObject({
      version: "1.0",
      source: "custom",
      content: { title: messages[0]?.split("\n")[0], textType: "client-markdown" },
    });
  });

  test("the cache is deleted: whether a final snapshot is taken", () => {
    awsByCli("events", "enable-rule", "--name", "dev-redis-tampering-cache-deleted");
    // A cache whose key is about to be deleted can be deleted all the same, but not backed up.
    awsByCli("kms", "cancel-key-deletion", "--key-id", key);
    awsByCli("kms", "enable-key", "--key-id", key);
    heard();
    aws("elasticache", "deleteReplicationGroup", { ReplicationGroupId: group.toUpperCase() });
    const [message, ...others] = heard();
    expect(others).toEqual([]);
    expect(message).toContain("Final snapshot: ''.");
  });

  function startManualBackup(): string {
    const { executionArn } = aws("stepfunctions", "startExecution", {
      stateMachineArn: machine().replace("backup-check", "manual-backup"),
    }) as { executionArn: string };
    return executionArn;
  }
});
