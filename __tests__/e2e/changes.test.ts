import { aws, createNetwork, deleteNetwork, type Network } from "./support/aws";
import { deployed } from "./support/deployment";
import { describeLab, lab } from "./support/lab";
import { group, nodes, parameters } from "./support/live";
import { clientsOf, defaultSecurityGroup, vpcOf } from "./support/network";
import { plannedChanges } from "./support/plan";
import { expectNoChanges, expectOk } from "./support/project";
import { expectRefused } from "./support/refusing";
import { Listener } from "./support/told";

const stack = "redis-staging";
const cache = "staging-redis-cluster";
let born: string;

/** The values of the environment, changed step by step as a user would in a .tfvars file. */
const values: Record<string, string> = { TF_VAR_engine: "valkey", TF_VAR_redis_version: "8.0" };

const project = deployed(stack, values);
const output = (name: string): string => String(project().outputs(stack)[name]?.value);
const securityGroup = (): string => output("redis_security_group_id");
beforeAll(() => {
  born = group(cache).ReplicationGroupCreateTime;
});

/**
 * Changes values and deploys them: it is planned as said, happens, is over, and the cache is the same. Alarms, logs and the
 * dashboard follow in place.
 */
function expectChange(changed: Readonly<Record<string, string>>, changes: ReturnType<typeof plannedChanges>): void {
  Object.assign(values, changed);
  const planned = Object.entries(plannedChanges(project(), stack, values));
  const watches = ([address]: readonly [string, unknown]): boolean => address.startsWith("aws_cloudwatch_");
  // Those over all nodes are replaced when the number of nodes changes.
  const inPlace = planned.filter(watches).filter(([address]) => !address.startsWith("aws_cloudwatch_composite_alarm."));
  expect(inPlace.map(([, action]) => action)).not.toContain("replace");
  expect(Object.fromEntries(planned.filter((change) => !watches(change)))).toEqual(changes);
  expectOk(project().apply(stack, values));
  expectNoChanges(project(), stack, values);
  expect(group(cache).ReplicationGroupCreateTime).toBe(born);
}

const pager = "arn:aws:sns:ap-northeast-1:123456789012:pager";
const theCache = { "aws_elasticache_replication_group.redis": "update" } as const;

test("backups, windows, nodes, parameters, logs, clients and a pager are changed in place, all at once", () => {
  expectChange(
    {
      TF_VAR_backup_retention_days: "9",
      TF_VAR_backup_window: "01:00-02:30",
      TF_VAR_maintenance_window: "Mon:05:00-Mon:07:00",
      TF_VAR_num_cache_nodes: "3",
      TF_VAR_node_type: "cache.r7g.xlarge",
      TF_VAR_reserved_memory_percent: "30",
      TF_VAR_maxmemory_policy: "allkeys-lru",
      TF_VAR_log_types: '["slow-log"]',
      TF_VAR_log_retention_days: "90",
      TF_VAR_allowed_cidr_blocks: '["10.77.1.0/24"]',
      TF_VAR_alarm_action_arns: JSON.stringify([pager]),
    },
    {
      ...theCache,
      "aws_elasticache_parameter_group.redis": "update",
      'aws_vpc_security_group_ingress_rule.redis_cidr["10.77.0.0/16"]': "delete",
      'aws_vpc_security_group_ingress_rule.redis_cidr["10.77.1.0/24"]': "create",
      // How old a backup may be depends on the window.
      "aws_sfn_state_machine.backup_check": "update",
      "aws_sfn_state_machine.restore_test": "update",
      "aws_iam_role_policy.schedules": "update",
      "terraform_data.alarmed_nodes": "update",
    },
  );
  expect(group(cache)).toMatchObject({
    SnapshotRetentionLimit: 9,
    SnapshotWindow: "01:00-02:30",
    CacheNodeType: "cache.r7g.xlarge",
    LogDeliveryConfigurations: [
      {
        LogType: "slow-log",
        DestinationDetails: { CloudWatchLogsDetails: { LogGroup: "/aws/elasticache/staging-redis/slow-log" } },
      },
    ],
  });
  expect(nodes()).toHaveLength(3);
  expect(nodes()[0].PreferredMaintenanceWindow).toBe("mon:05:00-mon:07:00");
  expect(parameters("staging-redis-valkey8")).toMatchObject({
    "reserved-memory-percent": "30",
    "maxmemory-policy": "allkeys-lru",
  });
  expect(clientsOf(securityGroup())).toEqual(["10.77.1.0/24"]);
  expect(retentionDays()).toEqual({ "slow-log": 90, "engine-log": 90 });
  const topic = output("redis_notifications_topic_arn");
  const ofNodes = alarms().filter(isOfNode);
  const others = alarms().filter((alarm) => !isOfNode(alarm));
  expect(ofNodes).toHaveLength(4 * 3);
  expect(others.length).toBeGreaterThan(10);
  // Those of single nodes notify nobody: one alarm of each kind does, for all nodes.
  for (const alarm of ofNodes) expect(alarm).toMatchObject({ AlarmActions: [], OKActions: [] });
  for (const alarm of others) expect(alarm).toMatchObject({ AlarmActions: [topic, pager], OKActions: [topic, pager] });
});

/** How long the logs of the cache are kept. */
function retentionDays(): Readonly<Record<string, number | undefined>> {
  const logGroupNamePrefix = "/aws/elasticache/staging-redis/";
  const { logGroups } = aws("logs", "describeLogGroups", { logGroupNamePrefix }) as {
    logGroups: { logGroupName: string; retentionInDays?: number }[];
  };
  return Object.fromEntries(
    logGroups.map((each) => [each.logGroupName.slice(logGroupNamePrefix.length), each.retentionInDays]),
  );
}

interface Alarm {
  readonly AlarmName: string;
}

const isOfNode = ({ AlarmName }: Alarm): boolean => /-\d+$/.test(AlarmName);

function alarms(): readonly Alarm[] {
  const { MetricAlarms, CompositeAlarms } = aws("cloudwatch", "describeAlarms", {
    AlarmNamePrefix: "staging-redis-",
    AlarmTypes: ["MetricAlarm", "CompositeAlarm"],
  }) as Record<"MetricAlarms" | "CompositeAlarms", Alarm[]>;
  return [...MetricAlarms, ...CompositeAlarms];
}

describe("the network of a live cache", () => {
  let other: Network;
  beforeAll(() => {
    other = createNetwork();
  });
  afterAll(() => {
    deleteNetwork(other);
  });

  test("stays: the values of another environment are refused before its security group is touched", () => {
    const plan = project().terraform(stack, ["plan", "-input=false"], {
      ...values,
      TF_VAR_vpc_id: other.vpcId,
      TF_VAR_private_subnet_ids: JSON.stringify(other.subnetIds),
    });
    const live = vpcOf(securityGroup());
    expectRefused(
      plan,
      `vpc_id is ${other.vpcId}, but the live cache is in ${live}, and a cache cannot be moved to another VPC.`,
    );
  });
});

describe("another email address", () => {
  interface Subscription {
    readonly Protocol: string;
    readonly Endpoint: string;
    readonly SubscriptionArn: string;
  }
  const subscriptions = (topic: string): readonly Subscription[] =>
    (
      aws("sns", "listSubscriptionsByTopic", { TopicArn: output(topic) }) as {
        Subscriptions: readonly Subscription[];
      }
    ).Subscriptions;
  let other: Listener;
  beforeAll(() => {
    other = new Listener(output("redis_notifications_topic_arn"), "somebody-else");
  });
  afterAll(() => {
    other.remove();
  });

  test("is subscribed to both topics instead of the first one, an additional one beside it, and who else subscribed stays", () => {
    const kept = subscriptions("redis_notifications_topic_arn").filter(({ Protocol }) => Protocol === "sqs");
    expect(kept).toHaveLength(1);
    expectChange(
      {
        TF_VAR_notification_email: "team@example.com",
        TF_VAR_additional_notification_emails: '["deputy@example.com"]',
      },
      {
        "aws_sns_topic_subscription.redis_email[0]": "replace",
        'aws_sns_topic_subscription.redis_email_additional["deputy@example.com"]': "create",
        "aws_sns_topic_subscription.redis_email_snapshot_failed[0]": "replace",
        'aws_sns_topic_subscription.redis_email_snapshot_failed_additional["deputy@example.com"]': "create",
      },
    );
    expect(subscriptions("redis_notifications_topic_arn")).toEqual(expect.arrayContaining([...kept]));
    for (const topic of ["redis_notifications_topic_arn", "redis_events_topic_arn"]) {
      // AWS forgets an address that never confirmed by itself, in its time.
      const emails = subscriptions(topic).filter(
        ({ Protocol, Endpoint, SubscriptionArn }) =>
          Protocol === "email" && (Endpoint !== "oncall@example.com" || SubscriptionArn !== "PendingConfirmation"),
      );
      expect(emails.map(({ Endpoint }) => Endpoint).sort()).toEqual(["deputy@example.com", "team@example.com"]);
    }
  });
});

describe("with apply_immediately = false", () => {
  test("what needs no maintenance is changed at once: backups, and a node that is taken away again", () => {
    const changed = { TF_VAR_backup_retention_days: "8", TF_VAR_num_cache_nodes: "2" };
    expectChange(
      { TF_VAR_apply_immediately: "false", ...changed },
      { ...theCache, "terraform_data.alarmed_nodes": "update" },
    );
    expect(group(cache).SnapshotRetentionLimit).toBe(8);
    expect(nodes()).toHaveLength(2);
  });

  test("another node type is pending, and every plan shows it again", () => {
    Object.assign(values, { TF_VAR_node_type: "cache.r7g.2xlarge" });
    expectOk(project().apply(stack, values));
    for (const node of nodes())
      expect(node).toMatchObject({
        CacheNodeType: "cache.r7g.xlarge",
        PendingModifiedValues: { CacheNodeType: "cache.r7g.2xlarge" },
      });
    expect(plannedChanges(project(), stack, values)).toEqual(theCache);
  });

  describeLab("when the maintenance window comes", () => {
    test("it is changed, and nothing is left to change", async () => {
      await lab("maintenance", { replicationGroupId: cache });
      expect(nodes()[0].CacheNodeType).toBe("cache.r7g.2xlarge");
      expectNoChanges(project(), stack, values);
    });
  });

  test("a change of logs is refused by AWS and holds up nothing else, and is made at once with apply_immediately = true", () => {
    const clients = defaultSecurityGroup(vpcOf(securityGroup()));
    const changed = { TF_VAR_log_types: "[]", TF_VAR_allowed_cidr_blocks: "[]" };
    const apply = project().terraform(stack, ["apply", "-auto-approve"], {
      ...values,
      ...changed,
      TF_VAR_allowed_security_group_ids: JSON.stringify([clients]),
    });
    expectRefused(apply, "apply-immediately");
    expect(clientsOf(securityGroup())).toEqual([clients]);

    expectChange(
      { TF_VAR_apply_immediately: "true", ...changed },
      {
        ...theCache,
        'aws_vpc_security_group_ingress_rule.redis_cidr["10.77.0.0/16"]': "create",
        [`aws_vpc_security_group_ingress_rule.redis_security_group["${clients}"]`]: "delete",
      },
    );
    expect(group(cache)).toMatchObject({ LogDeliveryConfigurations: [] });
    expect(clientsOf(securityGroup())).toEqual(["10.77.0.0/16"]);
    expect(nodes()[0].CacheNodeType).toBe("cache.r7g.2xlarge");
  });
});
