import { Aws, awsProviderConfig } from "./terraform/aws-provider";
import { RandomProvider } from "@cdktf/provider-random/lib/provider";
import { TerraformLocal } from "cdktf";
import type { SecurityGroup } from "@cdktf/provider-aws/lib/security-group";
import type { Construct } from "constructs";
import { accountLocals } from "./terraform/account";
import { Auth } from "./cache/auth";
import { Cache } from "./cache/replication-group";
import { environmentOf, type EnvironmentSettings } from "./settings";
import { LiveEngine } from "./cache/engine";
import { Logs } from "./cache/logs";
import { Network } from "./cache/network";
import { Notifications } from "./notifications/topics";
import type { Overrides } from "./terraform/overrides";
import { VerificationAlarms } from "./backups/alarms";
import { startAndWait } from "./workflows/command";
import { VaultAlarms } from "./backups/vault/alarms";
import { VaultCopy } from "./backups/vault/vault-copy";
import { ManualBackup } from "./backups/manual/manual-backup";
import { RestoreTest } from "./backups/restore-test/restore-test";
import { Slack } from "./notifications/slack";
import { BaseStack, type BaseStackProps } from "./terraform/base-stack";
import { expression } from "./terraform/expression";
import { backupVariables } from "./variables/backup";
import { engineVariables } from "./variables/engine";
import { networkVariables } from "./variables/network";
import { nodeVariables } from "./variables/nodes";
import { operationVariables } from "./variables/operation";
import { eventVariables, notificationVariables } from "./variables/notifications";
import { restoredDataVariables } from "./variables/restored-data";
import { verificationVariables } from "./variables/verification";
import { monitoringVariables } from "./variables/monitoring";
import { keyVariables } from "./variables/keys";
import { tamperingVariables } from "./variables/tampering";
import { vaultCopyVariables } from "./variables/vault-copy";
import { windowVariables } from "./variables/windows";
import { BackupAlarms } from "./backups/check/alarms";
import { BackupCheck } from "./backups/check/backup-check";
import { Dashboard } from "./monitoring/dashboard";
import { regionOfGlobalEvents } from "./tampering/global-events";
import { TamperingAlerts } from "./tampering/tampering-alerts";
import { NodeAlarms } from "./monitoring/node-alarms";
import { workflowTags } from "./backups/tags";
import { SnapshotSource } from "./backups/snapshot-source/snapshot-source";
import { WorkflowAlarms } from "./monitoring/workflow-alarms";
import { Schedules } from "./workflows/schedules";
import { topologyOf } from "./cache/topology";
import { nameLocals } from "./terraform/names";
import { tagVariables } from "./variables/tags";
import { ownTags } from "./terraform/tags";
import { giveValues, type CacheValues } from "./variables/given";
import { Output } from "./terraform/output";

export interface RedisStackProps extends EnvironmentSettings, CacheValues, BaseStackProps {
  /** What physical names begin with, at most 18 characters: two caches of one environment need two. @default - `<environment>-redis` */
  readonly namePrefix?: string;
  /** Tags of every resource beside the stack's own, which win; at most 40. @default - none */
  readonly tags?: Readonly<Record<string, string>>;
  /** What this run may do that a plain deploy refuses. @default - nothing */
  readonly overrides?: Overrides;
}

/** The stack of one environment: a cache with its backups, and with the checks, restore tests and alarms that verify them. */
export class RedisStack extends BaseStack {
  /** Host name of the primary, for reads and writes; with shards, of the configuration endpoint. */
  public readonly endpoint: string;
  /** Host name that spreads reads over the replicas; with shards, of the configuration endpoint, since clients choose replicas there. */
  public readonly readerEndpoint: string;
  public readonly port: number;
  /** ARN of the secret that has the AUTH token, the endpoints and the port; empty without AUTH. */
  public readonly authSecretArn: string;
  public readonly replicationGroupId: string;
  /** Its ingress rules say who may connect. */
  public readonly securityGroup: SecurityGroup;
  /** ARN of the SNS topic for alerts. */
  public readonly notificationsTopicArn: string;
  /** ARN of the SNS topic that ElastiCache publishes its events to. */
  public readonly eventsTopicArn: string;
  public readonly dashboardUrl: string;
  public readonly backupRetentionDays: number;
  /** Name of the final snapshot; empty when none is taken. */
  public readonly finalSnapshotName: string;
  /** Shell command that takes a manual backup. */
  public readonly manualBackupCommand: string;
  /** Shell command that runs a restore test. */
  public readonly restoreTestCommand: string;

  constructor(scope: Construct, id: string, props: RedisStackProps) {
    super(scope, id, props);
    const { overrides = {}, namePrefix, tags } = props;
    const environment = environmentOf(props);

    const providerConfig = awsProviderConfig(environment.region, ownTags(id, { Environment: "var.environment" }));
    new Aws(this, "provider.aws", providerConfig);
    const globalProvider = new Aws(this, "provider.aws_global", {
      ...providerConfig,
      alias: "global",
      region: regionOfGlobalEvents(environment.region),
    });
    new RandomProvider(this, "provider.random");

    operationVariables(this, environment);
    tagVariables(this, tags);
    networkVariables(this, environment);
    engineVariables(this, environment);
    nodeVariables(this, environment);
    backupVariables(this, environment, overrides);
    windowVariables(this, environment);
    notificationVariables(this, environment);
    eventVariables(this);
    monitoringVariables(this);
    tamperingVariables(this);
    keyVariables(this, environment);
    verificationVariables(this, environment);
    restoredDataVariables(this, environment);
    vaultCopyVariables(this, environment);
    giveValues(this, props);

    accountLocals(this, environment.region);
    nameLocals(this, id, { namePrefix, replicationGroupId: environment.adopted?.replicationGroupId });
    workflowTags(this);
    new TerraformLocal(this, "local.port", environment.adopted?.port ?? 6379);

    const topology = topologyOf(environment);
    const network = new Network(this, "network", environment);
    const notifications = new Notifications(this, "notifications");
    const topic = notifications.notifications;
    new Slack(this, "slack", { topics: [topic, notifications.chat] });
    const auth = new Auth(this, "auth", { environment, topology, overrides });
    const liveEngine = new LiveEngine(this, "live-engine", { environment, overrides });
    new Logs(this, "logs");
    const cache = new Cache(this, "cache", {
      network,
      notifications,
      auth,
      liveEngine,
      environment,
      topology,
      overrides,
    });

    const schedules = new Schedules(this, "schedules", { after: [cache.group] });
    const check = new BackupCheck(this, "backup-check", { schedules, notifications, topology, cache });
    const source = topology.hasSnapshotSource
      ? [new SnapshotSource(this, "snapshot-source", { schedules, multiAz: cache.multiAz })]
      : [];
    new BackupAlarms(this, "backup-alarms", {
      topic,
      check: check.workflow,
      checkSchedule: check.schedule,
      topology,
    });
    const nodeAlarms = new NodeAlarms(this, "node-alarms", { topic, topology });
    new WorkflowAlarms(this, "workflow-alarms", {
      topic,
      schedules,
      watched: [
        { workflow: check.workflow, everyMinutes: 15 },
        ...source.map(({ workflow }) => ({ workflow, everyMinutes: 60 })),
      ],
    });
    const manualBackup = new ManualBackup(this, "manual-backup", { schedules, topology, environment }).workflow;
    const restoreTest = new RestoreTest(this, "restore-test", { schedules, topology, environment }).workflow;
    new VerificationAlarms(this, "verification-alarms", {
      topic,
      manualBackup,
      restoreTest,
      checkSchedule: check.schedule,
    });
    const vaultCopy = new VaultCopy(this, "vault-copy", {
      schedules,
      notifications,
      topology,
      environment,
      namePrefix,
    });
    new VaultAlarms(this, "vault-alarms", {
      topic,
      vaultCopy: vaultCopy.workflow,
      checkSchedule: check.schedule,
    });
    new TamperingAlerts(this, "tampering", {
      region: environment.region,
      notifications,
      workflows: [
        check.workflow,
        ...source.map(({ workflow }) => workflow),
        manualBackup,
        restoreTest,
        vaultCopy.workflow,
      ],
      retentionFloor: environment.backupRetentionDays.floor,
      globalProvider,
    });
    const dashboard = new Dashboard(this, "dashboard", { nodeAlarms });

    // None is ever null: Terraform keeps no such output, and cdktf deploy then ends with an error of its own.
    const endpoints = new Map(
      topology.endpointOutputs.map(({ name, description, of }) => [
        of,
        new Output(this, `output.${name}`, { description, value: topology[of](cache.group) }).reference,
      ]),
    );
    this.endpoint = endpoints.get("endpoint") ?? "";
    this.readerEndpoint = endpoints.get("readerEndpoint") ?? this.endpoint;
    this.port = new Output(this, "output.redis_port", {
      description: topology.clusterMode === "enabled" ? "Port of every node" : "Port of both endpoints",
      value: cache.group.port,
    }).number;
    this.authSecretArn = new Output(this, "output.redis_auth_secret_arn", {
      description: "ARN of the secret that contains the AUTH token and the endpoints; empty without AUTH",
      value: expression('join("", aws_secretsmanager_secret.redis_auth[*].arn)'),
    }).reference;
    this.replicationGroupId = new Output(this, "output.redis_replication_group_id", {
      description: "ID of the replication group, for the AWS CLI",
      value: cache.group.id,
    }).reference;
    new Output(this, "output.redis_security_group_id", {
      description: "ID of the cache's security group",
      value: network.securityGroup.id,
    });
    this.securityGroup = network.securityGroup;
    this.notificationsTopicArn = new Output(this, "output.redis_notifications_topic_arn", {
      description: "ARN of the SNS topic for alerts; subscribe additional recipients to it",
      value: notifications.notifications.arn,
    }).reference;
    this.eventsTopicArn = new Output(this, "output.redis_events_topic_arn", {
      description: "ARN of the SNS topic to which ElastiCache publishes all events of the cache",
      value: notifications.events.arn,
    }).reference;
    new Output(this, "output.redis_slack_topic_arns", {
      description: "ARNs of the SNS topics for Slack, for slack_topic_arns of the stack that owns the channel",
      value: [topic.arn, notifications.chat.arn],
    });
    this.dashboardUrl = new Output(this, "output.redis_dashboard_url", {
      description: "URL of the CloudWatch dashboard with the backups, the memory that they need, and the alarms",
      value: `https://${expression("local.region")}.console.${expression('local.partition == "aws-cn" ? "amazonaws.cn" : local.partition == "aws-us-gov" ? "amazonaws-us-gov.com" : "aws.amazon.com"')}/cloudwatch/home?region=${expression("local.region")}#dashboards/dashboard/${dashboard.name}`,
    }).reference;
    this.backupRetentionDays = new Output(this, "output.backup_retention_days", {
      description: "Number of days that automatic backups are retained",
      value: cache.group.snapshotRetentionLimit,
    }).number;
    this.finalSnapshotName = new Output(this, "output.final_snapshot_name", {
      description: "Name of the final snapshot that is taken when this cache is destroyed; empty if none is taken",
      value: expression('try(coalesce(aws_elasticache_replication_group.redis.final_snapshot_identifier), "")'),
    }).reference;
    this.manualBackupCommand = new Output(this, "output.manual_backup_command", {
      description: "Shell command that takes a manual backup, waits for it, and prints its name or why it failed",
      value: startAndWait(manualBackup),
    }).reference;
    this.restoreTestCommand = new Output(this, "output.restore_test_command", {
      description:
        'Shell command that runs a restore test of the latest backup, waits for it, and prints the measurements or why it failed. Set INPUT to {"snapshotName": "…", "keepGroup": true} to restore a backup of your choice and keep the restored cache',
      value: startAndWait(restoreTest),
    }).reference;
    new Output(this, "output.vault_copy_command", {
      description:
        "Shell command that copies the latest backup into the vault, waits until it has arrived, and prints its name there or why it failed; empty without vault_bucket_arn",
      value: vaultCopy.command,
    });
    new Output(this, "output.vault_landing_bucket", {
      description: "Name of the bucket that backups are exported to and restored from; empty without vault_bucket_arn",
      value: expression('join("", aws_s3_bucket.vault_landing[*].id)'),
    });
  }
}
