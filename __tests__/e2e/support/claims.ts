import { environments } from "../../../stacks/environments";
import { aws } from "./aws";
import { group, nodes } from "./live";
import type { Project } from "./project";
import { expectOnlySecretLetsIn } from "./token";

/** An environment as it was deployed. */
export interface Deployed {
  readonly project: Project;
  readonly environment: keyof typeof environments;
  readonly engine: string;
  readonly version: string;
}

const nameOf = ({ environment }: Deployed): string => `${environment}-redis`;

function outputs({ project, environment }: Deployed): Record<string, unknown> {
  const all = Object.entries(project.outputs(`redis-${environment}`));
  return Object.fromEntries(all.map(([key, { value }]) => [key, value]));
}

interface Alarm {
  readonly AlarmName: string;
  readonly AlarmArn: string;
  readonly AlarmActions: readonly string[];
  readonly OKActions: readonly string[];
}

function alarms(deployed: Deployed): readonly Alarm[] {
  const { MetricAlarms, CompositeAlarms } = aws("cloudwatch", "describeAlarms", {
    AlarmNamePrefix: `${nameOf(deployed)}-`,
    AlarmTypes: ["MetricAlarm", "CompositeAlarm"],
  }) as Record<"MetricAlarms" | "CompositeAlarms", readonly Alarm[]>;
  return [...MetricAlarms, ...CompositeAlarms];
}

function expectCacheOfTheTable(deployed: Deployed): void {
  const column = environments[deployed.environment];
  const id = `${nameOf(deployed)}-cluster`;
  expect(group(id)).toMatchObject({
    Status: "available",
    CacheNodeType: column.nodeType,
    MultiAZ: "enabled",
    AutomaticFailover: "enabled",
    AtRestEncryptionEnabled: true,
    TransitEncryptionEnabled: true,
    AuthTokenEnabled: true,
    SnapshotRetentionLimit: column.backupRetentionDays.default,
    SnapshotWindow: column.backupWindow,
    SnapshottingClusterId: `${id}-002`,
  });
  const live = nodes();
  expect(live).toHaveLength(column.nodes);
  for (const node of live) {
    expect(`${node.Engine} ${node.EngineVersion}`).toContain(`${deployed.engine} ${deployed.version}.`);
    expect(node.PreferredMaintenanceWindow).toBe(column.maintenanceWindow);
  }
}

function expectClientsFindIt(deployed: Deployed): void {
  const name = nameOf(deployed);
  const told = outputs(deployed);
  const live = group(`${name}-cluster`);
  const [{ PrimaryEndpoint: primary, ReaderEndpoint: reader }] = live.NodeGroups;
  expect(told).toMatchObject({
    redis_replication_group_id: `${name}-cluster`,
    redis_endpoint: primary.Address,
    redis_reader_endpoint: reader.Address,
    redis_port: primary.Port,
    redis_security_group_id: nodes()[0].SecurityGroups[0]?.SecurityGroupId,
    backup_retention_days: live.SnapshotRetentionLimit,
    final_snapshot_name: expect.stringMatching(new RegExp(`^${name}-final-[0-9a-f]{8}$`)) as unknown,
  });

  const { SecretString } = aws("secretsmanager", "getSecretValue", {
    SecretId: String(told.redis_auth_secret_arn),
  }) as { SecretString: string };
  const { auth_token: token, ...endpoints } = JSON.parse(SecretString) as Record<string, unknown>;
  expect(endpoints).toEqual({ host: primary.Address, reader_host: reader.Address, port: primary.Port, tls: true });
  // A matcher that fails would print the token.
  expect(/^[A-Za-z0-9!&#$^<>-]{16,128}$/.test(String(token))).toBe(true);
  expect(JSON.stringify(told).includes(String(token))).toBe(false);
}

function expectPeopleAreTold(deployed: Deployed): void {
  const { redis_events_topic_arn: events, redis_notifications_topic_arn: people } = outputs(deployed);
  for (const { NotificationConfiguration } of nodes())
    expect(NotificationConfiguration).toEqual({ TopicArn: events, TopicStatus: "active" });
  for (const topic of [events, people])
    expect(aws("sns", "listSubscriptionsByTopic", { TopicArn: String(topic) })).toMatchObject({
      Subscriptions: [{ Protocol: "email", Endpoint: "oncall@example.com" }],
    });
  const all = alarms(deployed);
  expect(all.map(({ AlarmName }) => AlarmName)).toContain(`${nameOf(deployed)}-backup-failed`);
  // Of the alarms of single nodes, one for each kind notifies.
  for (const alarm of all)
    if (/-\d+$/.test(alarm.AlarmName)) expect(alarm).toMatchObject({ AlarmActions: [], OKActions: [] });
    else expect(alarm).toMatchObject({ AlarmActions: [people], OKActions: [people] });
}

function expectDashboardOfAllAlarms(deployed: Deployed): void {
  const [, dashboard = ""] = /#dashboards\/dashboard\/(.+)$/.exec(String(outputs(deployed).redis_dashboard_url)) ?? [];
  const { DashboardBody } = aws("cloudwatch", "getDashboard", { DashboardName: dashboard }) as {
    DashboardBody: string;
  };
  const shown = new Set(DashboardBody.match(/arn:aws[a-z-]*:cloudwatch:[^"]+/g));
  const arns = alarms(deployed).map(({ AlarmArn }) => AlarmArn);
  expect([...shown].sort()).toEqual(arns.sort());
}

function expectCommandsOfStateMachines(deployed: Deployed): void {
  const { manual_backup_command: backup, restore_test_command: restore } = outputs(deployed);
  const { stateMachines } = aws("stepfunctions", "listStateMachines") as {
    stateMachines: readonly { name: string; stateMachineArn: string }[];
  };
  const arn = (what: string): string =>
    stateMachines.find(({ name }) => name === `${nameOf(deployed)}-${what}`)?.stateMachineArn ?? "none";
  expect(backup).toContain(`start-execution --state-machine-arn ${arn("manual-backup")} `);
  expect(restore).toContain(`start-execution --state-machine-arn ${arn("restore-test")} `);
}

const expectSecretLetsIn = (deployed: Deployed): Promise<void> =>
  expectOnlySecretLetsIn(deployed.project, `redis-${deployed.environment}`, `${nameOf(deployed)}-cluster`);

/** What must hold of an environment that is deployed with its table's values, held against what AWS has. */
export const claims: readonly (readonly [string, (deployed: Deployed) => void | Promise<void>])[] = [
  ["it is the cache that the table of environments says, backed up from a replica", expectCacheOfTheTable],
  ["clients find it by the outputs, the secret has the rest, and no output is secret", expectClientsFindIt],
  ["the cache lets in whoever has the token of the secret, and nobody else", expectSecretLetsIn],
  ["ElastiCache is heard, and people are told when an alarm begins and when it ends", expectPeopleAreTold],
  ["the dashboard of the output shows every alarm there is", expectDashboardOfAllAlarms],
  ["the commands of the outputs start the state machines that there are", expectCommandsOfStateMachines],
];
