import type { SchedulerSchedule } from "@cdktf/provider-aws/lib/scheduler-schedule";
import { Construct } from "constructs";
import { arn } from "../terraform/arn";
import { expression } from "../terraform/expression";
import { awsSdk, jsonata, retryTransient } from "../workflows/definition";
import type { Schedules } from "../workflows/schedules";
import { StateMachine } from "../workflows/state-machine";

const group = expression("local.replication_group_id");

/**
 * Every condition key of ModifyReplicationGroup, each for a parameter of the call. Others have no key: the primary, the security
 * groups, the topic, the user groups and the window, among others.
 *
 * @see https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonelasticache.html
 */
const conditionKeys = [
  "AtRestEncryptionEnabled",
  "AuthTokenEnabled",
  "AutomaticFailoverEnabled",
  "CacheNodeType",
  "CacheParameterGroupName",
  "ClusterModeEnabled",
  "Durability",
  "EngineType",
  "EngineVersion",
  "KmsKeyId",
  "MultiAZEnabled",
  "NumNodeGroups",
  "ReplicasPerNodeGroup",
  "SnapshotRetentionLimit",
  "TransitEncryptionEnabled",
];

/**
 * What a key may be all the same, which changes nothing of this cache: AWS derives these from more than one parameter (AuthTokenEnabled
 * is "the presence of non empty AuthToken"), so that they may be there when the call names none.
 */
const harmless: Readonly<Record<string, string>> = {
  AuthTokenEnabled: "false",
  AutomaticFailoverEnabled: "true",
  ClusterModeEnabled: "false",
  MultiAZEnabled: "true",
};

/**
 * Has backups taken from a replica: AWS lets them stick to one node, which a failover may have made the primary, and the fork of a
 * backup slows what it is taken from.
 */
export class SnapshotSource extends Construct {
  public readonly workflow: StateMachine;
  public readonly schedule: SchedulerSchedule;

  constructor(scope: Construct, schedules: Schedules) {
    super(scope, "source");

    this.workflow = new StateMachine(this, "snapshot_source", {
      description: "Has automatic backups taken from a replica after a failover",
      type: "EXPRESS",
      definition: {
        Comment: "Moves automatic backups to a replica when they would be taken from the primary",
        QueryLanguage: "JSONata",
        StartAt: "Describe the group",
        TimeoutSeconds: 290,
        States: {
          "Describe the group": {
            Type: "Task",
            Resource: awsSdk("elasticache", "describeReplicationGroups"),
            Arguments: { ReplicationGroupId: group },
            Retry: [retryTransient("ElastiCache")],
            Assign: {
              replicas: jsonata(
                "[$states.result.ReplicationGroups[0].NodeGroups.NodeGroupMembers[CurrentRole = 'replica'].CacheClusterId]",
              ),
              source: jsonata(
                "$exists($states.result.ReplicationGroups[0].SnapshottingClusterId) ? $states.result.ReplicationGroups[0].SnapshottingClusterId : ''",
              ),
              // Not available while a snapshot runs, or while it is changed by somebody. One that has something pending is left
              // alone too, as one whose backups are off: the move must not bring about anything else.
              movable: jsonata(
                "$states.result.ReplicationGroups[0].(Status = 'available' and ClusterEnabled = false and SnapshotRetentionLimit > 0 and $count($keys(PendingModifiedValues)) = 0)",
              ),
            },
            Next: "Are backups taken from the primary?",
          },
          "Are backups taken from the primary?": {
            Type: "Choice",
            Choices: [
              {
                Condition: jsonata(
                  "$movable and $source != '' and $count($replicas) > 0 and $not($source in $replicas)",
                ),
                Next: "Take them from a replica",
              },
            ],
            Default: "Leave it",
          },
          "Take them from a replica": {
            Type: "Task",
            Resource: awsSdk("elasticache", "modifyReplicationGroup"),
            // Without ApplyImmediately, which would apply whatever else waits for the maintenance window.
            Arguments: { ReplicationGroupId: group, SnapshottingClusterId: jsonata("$replicas[0]") },
            Retry: [
              {
                ErrorEquals: ["ElastiCache.InvalidReplicationGroupStateException"],
                IntervalSeconds: 30,
                BackoffRate: 1,
                MaxAttempts: 4,
              },
              retryTransient("ElastiCache"),
            ],
            Output: { from: jsonata("$source"), to: jsonata("$replicas[0]") },
            End: true,
          },
          "Leave it": { Type: "Succeed", Output: { from: jsonata("$source") } },
        },
      },
      statements: [
        {
          sid: "DescribeGroup",
          actions: ["elasticache:DescribeReplicationGroups"],
          resources: [arn("elasticache", `replicationgroup:${group}`)],
        },
        {
          sid: "MoveSnapshots",
          actions: ["elasticache:ModifyReplicationGroup"],
          resources: [arn("elasticache", `replicationgroup:${group}`)],
          // A call without the key passes, and no value that a call can have is "may-not-be-set".
          condition: conditionKeys.map((key) => ({
            test: "StringEqualsIfExists",
            variable: `elasticache:${key}`,
            values: [harmless[key] ?? "may-not-be-set"],
          })),
        },
      ],
    });
    this.schedule = schedules.add("snapshot_source", {
      description: "Has automatic backups taken from a replica",
      target: this.workflow,
      expression: "rate(1 hour)",
      maximumEventAgeSeconds: 1800,
    });
  }
}
