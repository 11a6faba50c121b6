import { DataAwsKmsKey } from "@cdktf/provider-aws/lib/data-aws-kms-key";
import { ElasticacheParameterGroup } from "@cdktf/provider-aws/lib/elasticache-parameter-group";
import { ElasticacheReplicationGroup } from "@cdktf/provider-aws/lib/elasticache-replication-group";
import { Id } from "@cdktf/provider-random/lib/id";
import { TerraformLocal } from "cdktf";
import { Construct } from "constructs";
import { refuseLostNames, type Adopted, type LogDelivery } from "./adopted";
import type { Auth } from "./auth";
import type { Environment } from "../settings";
import type { LiveEngine } from "./engine";
import { liveModeRules } from "./live-mode";
import type { Network } from "./network";
import type { Notifications } from "../notifications/topics";
import type { Overrides } from "../terraform/overrides";
import { Check, Import } from "../terraform/elements";
import { booleanExpression, expression, listExpression, literal, numberExpression } from "../terraform/expression";
import { annotate } from "../terraform/annotation";
import { conditions } from "../terraform/rules";
import { mostTags, ownTags } from "../terraform/tags";
import type { Rule } from "../terraform/variable";
import { cacheId, cacheTags, named } from "../terraform/names";
import { isUsable } from "../variables/keys";
import type { Topology } from "./topology";

export interface CacheProps {
  readonly network: Network;
  readonly notifications: Notifications;
  readonly auth: Auth;
  readonly liveEngine: LiveEngine;
  readonly environment: Environment;
  readonly topology: Topology;
  readonly overrides: Overrides;
}

/** The cache itself, its parameters and its backups. */
export class Cache extends Construct {
  public readonly group: ElasticacheReplicationGroup;
  /** Whether the nodes are spread over Availability Zones. */
  public readonly multiAz: boolean;

  constructor(
    scope: Construct,
    id: string,
    { network, notifications, auth, liveEngine, environment, topology, overrides }: CacheProps,
  ) {
    super(scope, id);
    const { adopted } = environment;
    if (adopted !== null) refuseLostNames(adopted);
    const atRest = adopted?.encryptionAtRest ?? true;
    const inTransit = adopted?.encryptionInTransit ?? true;
    this.multiAz = (adopted?.multiAz ?? true) === true;

    const parameters = new ElasticacheParameterGroup(this, "aws_elasticache_parameter_group.redis", {
      name: `${named(expression(`replace(local.redis_family, ".", "-")`))}${topology.parameterGroup.suffix}`,
      family: expression("local.redis_family"),
      description: "Redis parameters with memory reserved for backups",
      parameter: [
        { name: "reserved-memory-percent", value: expression("tostring(var.reserved_memory_percent)") },
        { name: "maxmemory-policy", value: expression("var.maxmemory_policy") },
        ...topology.parameterGroup.parameters,
        ...Object.entries(adopted?.parameters ?? {}).map(([name, value]) => ({ name, value })),
      ],
      tags: { Name: named("parameters") },
      lifecycle: { createBeforeDestroy: true },
    });

    annotate(
      parameters,
      topology.parameterGroup.suffix === ""
        ? "The name contains the family, because a group in use cannot be deleted: the group of the next family must exist beside it."
        : "The family and the cluster mode are in the name: a group in use cannot be deleted, so the next family's must exist beside it, and cluster-enabled cannot be modified in a group.",
      "name",
    );

    const key = new DataAwsKmsKey(this, "data.aws_kms_key.redis", {
      keyId: expression("each.value"),
      lifecycle: { postcondition: conditions([isUsable("kms_key_id")]) },
    });
    key.addOverride("for_each", expression("toset(var.kms_key_id == null ? [] : [var.kms_key_id])"));
    annotate(
      key,
      "Read at plan: another key replaces the cache, and AWS rejects a wrong key only after the old cache is deleted.",
    );

    const life = new Id(this, "random_id.redis_final_snapshot", {
      byteLength: 4,
      keepers: {
        replication_group_id: cacheId,
        subnet_group_name: network.subnetGroup.name,
        kms_key_id: expression(`coalesce(var.kms_key_id, "aws-owned")`),
      },
    });

    annotate(life, "New whenever the cache is created again, because each final snapshot needs a name of its own.");

    // A tag has at most 256 characters; the names of all files begin like that of the first.
    new TerraformLocal(
      this,
      "local.restored_from_vault",
      expression(
        `var.restore_from_vault == null ? "" : substr(replace(replace(sort(var.restore_from_vault)[0], "/^arn:[^:]*:s3:::/", "s3://"), "/-[0-9]+[.]rdb$/", ""), 0, 256)`,
      ),
    );
    const tags = {
      ...adopted?.tags,
      Name: cacheId,
      BackupEnabled: "true",
      BackupRetentionDays: expression("tostring(var.backup_retention_days)"),
      [cacheTags.backupFloorDays]: environment.backupRetentionDays.floor.toString(),
      [cacheTags.authTokenFingerprint]: expression('var.enable_auth ? local.auth.fingerprint : "none"'),
      [cacheTags.restoredFrom]: expression(`coalesce(var.restore_from_snapshot, local.restored_from_vault, "nothing")`),
    };
    this.group = new ElasticacheReplicationGroup(this, "aws_elasticache_replication_group.redis", {
      replicationGroupId: cacheId,
      description:
        adopted?.description === undefined
          ? `Redis with automatic backups (${expression("var.environment")})`
          : literal(adopted.description),

      engine: expression("var.engine"),
      engineVersion: expression("var.redis_version"),
      nodeType: expression("var.node_type"),
      port: numberExpression("local.port"),
      parameterGroupName: parameters.name,
      autoMinorVersionUpgrade: "true",
      applyImmediately: booleanExpression("var.apply_immediately"),

      ...topology.groupArguments(),
      multiAzEnabled: this.multiAz,

      snapshotRetentionLimit: numberExpression("var.backup_retention_days"),
      snapshotWindow: expression("var.backup_window"),
      maintenanceWindow: expression("lower(var.maintenance_window)"),
      finalSnapshotIdentifier: expression(`var.create_final_snapshot ? local.final_snapshot_name : null`),
      snapshotName: expression("var.restore_from_snapshot"),
      snapshotArns: listExpression("var.restore_from_vault"),

      atRestEncryptionEnabled: atRest === true ? "true" : "false",
      kmsKeyId: expression("var.kms_key_id"),
      transitEncryptionEnabled: inTransit === true || inTransit.mode === "preferred",
      transitEncryptionMode: transitEncryptionMode(adopted),
      authToken: auth.token,
      ...(auth.userGroupIds.length > 0 && { userGroupIds: [...auth.userGroupIds] }),
      authTokenUpdateStrategy: expression(`var.enable_auth ? "${auth.updateStrategy}" : null`),

      subnetGroupName: network.subnetGroup.name,
      securityGroupIds: [...network.securityGroupIds],
      ...(adopted?.network !== undefined && {
        networkType: adopted.network.type,
        ipDiscovery: adopted.network.ipDiscovery,
      }),
      notificationTopicArn: notifications.events.arn,

      tags,

      lifecycle: {
        preventDestroy:
          (environment.protectData || overrides.upgrade === true || adopted !== null) && overrides.unprotect !== true,
        ignoreChanges: [
          ...liveEngine.ignoredAttributes,
          ...auth.ignoredAttributes,
          "snapshot_name",
          "snapshot_arns",
          ...["tags", "tags_all"].map((tags) => `${tags}["${cacheTags.restoredFrom}"]`),
        ],
        replaceTriggeredBy: [`${life.terraformResourceType}.${life.friendlyUniqueId}`],
        precondition: conditions([
          ...liveEngine.preconditions,
          ...auth.preconditions,
          ...(adopted === null ? [] : [isWithinMostTags(adopted, tags)]),
        ]),
        postcondition: conditions([...liveModeRules(topology), ...liveEngine.postconditions]),
      },
      dependsOn: [notifications.eventsPolicy],
    });
    annotate(this.group, "AWS stores it in lower case.", "maintenance_window");
    annotate(
      this.group,
      "Protected in every environment during an upgrade and for an adopted cache: Terraform would replace the cache to downgrade it, or if a variable omits its key or engine.",
      "lifecycle.prevent_destroy",
    );
    annotate(
      this.group,
      "engine_version: AWS may upgrade the minor version by itself. The older version here would then be a downgrade, which replaces the cache.\nsnapshot_name, snapshot_arns: setting, changing or removing them on a live cache would replace the cache.\ntags: the cache keeps the name of the backup that it was restored from, also when the variable is removed.",
      "lifecycle.ignore_changes",
    );
    annotate(
      this.group,
      "ElastiCache marks a topic inactive if its policy does not allow publishing yet.",
      "depends_on",
    );
    this.group.addOverride("dynamic.log_delivery_configuration", logDelivery(adopted));

    if (adopted !== null)
      new Import(this, "import.redis", {
        to: "aws_elasticache_replication_group.redis",
        // Nothing to import: a cluster that will be restored no longer exists.
        ids: `var.restore_from_snapshot == null && var.restore_from_vault == null ? toset(["${adopted.replicationGroupId}"]) : toset([])`,
      });

    new Check(this, "check.redis_restored", [
      {
        condition: `var.restore_from_snapshot == null || var.restore_from_snapshot == lookup(aws_elasticache_replication_group.redis.tags, "${cacheTags.restoredFrom}", "nothing")`,
        errorMessage:
          'restore_from_snapshot is "${coalesce(var.restore_from_snapshot, "null")}", but the cache is live, so nothing is restored: a backup can only be restored into a new cache. Remove the variable, or see the section on restoring in the README.',
      },
      {
        condition: `var.restore_from_vault == null || local.restored_from_vault == lookup(aws_elasticache_replication_group.redis.tags, "${cacheTags.restoredFrom}", "nothing")`,
        errorMessage:
          "restore_from_vault is ${jsonencode(var.restore_from_vault)}, but the cache is live, so nothing is restored: a backup can only be restored into a new cache. Remove the variable, or see docs/restore.md.",
      },
    ]);
  }
}

/** Checked at plan: AWS refuses too many tags once the stack's other resources are there. */
function isWithinMostTags({ tags: ofCluster }: Adopted, ofGroup: Readonly<Record<string, string>>): Rule {
  const others = Object.keys({ ...ofGroup, ...ownTags("", { Environment: "" }) });
  const all = `length(setunion(keys(local.tags), ${JSON.stringify(others)}))`;
  return {
    condition: `${all} <= ${mostTags}`,
    errorMessage: `The adopted cluster would have \${${all}} tags: its own ${Object.keys(ofCluster).length}, those of the stack, and the \${length(local.tags)} of the variable tags and of the app. AWS accepts ${mostTags}. Set fewer, or remove some from the cluster and from adopted.tags in the environment's entry.`,
  };
}

/** One block for each of the requested logs: to where an adopted cluster delivers it already, or else to the stack's log group. */
function logDelivery(adopted: Adopted | null): object {
  const kept = Object.entries(adopted?.logDelivery ?? {});
  const ofKept = (attribute: keyof LogDelivery): Record<string, string> =>
    Object.fromEntries(kept.map(([type, delivery]) => [type, JSON.stringify(delivery[attribute])]));
  const byType = (values: Record<string, string>): string =>
    `{ ${Object.entries(values)
      .map(([type, value]) => `"${type}" = ${value}`)
      .join(", ")} }`;
  const orElse = (attribute: keyof LogDelivery, value: string): string =>
    kept.length === 0
      ? value
      : expression(`lookup(${byType(ofKept(attribute))}, log_delivery_configuration.value, "${value}")`);
  return {
    for_each: expression("var.log_types"),
    content: {
      destination: expression(
        `${byType({
          "slow-log": "aws_cloudwatch_log_group.redis_slow_log.name",
          "engine-log": "aws_cloudwatch_log_group.redis_engine_log.name",
          ...ofKept("destination"),
        })}[log_delivery_configuration.value]`,
      ),
      destination_type: orElse("destinationType", "cloudwatch-logs"),
      log_format: orElse("format", "json"),
      log_type: expression("log_delivery_configuration.value"),
    },
  };
}

/** Only for an adopted cache. A cache that the stack creates has ElastiCache's default: TLS is required. */
function transitEncryptionMode(adopted: Adopted | null): string | undefined {
  if (adopted === null) return undefined;
  if (adopted.encryptionInTransit === true) return "required";
  return adopted.encryptionInTransit.mode === "preferred" ? "preferred" : undefined;
}
