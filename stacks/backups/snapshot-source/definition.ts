import { type Definition, jsonata } from "../../workflows/definition";
import { anyNode, elasticacheCall, modifyReplicationGroup } from "../../workflows/elasticache-calls";
import { branch, forEach } from "../../workflows/states";
import { number, text } from "../../workflows/values";
import { cacheId } from "../../terraform/names";
import { cacheArn, memberNodes } from "../snapshots";
import { changesNothingElse } from "./guard";
import { remembered } from "../../workflows/remembered";

/** JSONata: a change waits for the maintenance window. Members may be absent, null or empty where nothing does. */
const isPending = (path: string): string =>
  `true in $each($type(${path}) = 'object' ? ${path} : {}, function($value) { $type($value) != 'null' and $count([$value]) > 0 and $value != {} })`;

/**
 * Moves automatic backups to a replica when they are taken from the primary.
 *
 * ApplyImmediately makes the move take effect now, and with it everything else that waits for the maintenance window. Node types and
 * engine versions wait at the nodes, the rest at the group: a cache with any of it is left alone, as is one that is not available
 * (a snapshot runs, or somebody changes it) and one without backups.
 *
 * @see https://docs.aws.amazon.com/AmazonElastiCache/latest/APIReference/API_ModifyReplicationGroup.html
 */
export const snapshotSource = remembered(({ multiAz }: { readonly multiAz: boolean }): Definition => ({
  Comment: "Moves automatic backups to a replica when they are taken from the primary",
  QueryLanguage: "JSONata",
  // AWS ends an EXPRESS execution after 300 seconds.
  TimeoutSeconds: 290,
  ...branch("DescribeGroup", {
    DescribeGroup: {
      ...elasticacheCall("describeReplicationGroups", { ReplicationGroupId: cacheId }, [cacheArn]),
      Assign: {
        replicas: jsonata(
          "[$states.result.ReplicationGroups[0].NodeGroups.NodeGroupMembers[CurrentRole = 'replica'].CacheClusterId]",
        ),
        nodes: jsonata(memberNodes),
        source: jsonata(text("$states.result.ReplicationGroups[0].SnapshottingClusterId")),
        movable: jsonata(
          `$states.result.ReplicationGroups[0].(Status = 'available' and ClusterEnabled = false and ${number("SnapshotRetentionLimit")} > 0 and $not(${isPending("PendingModifiedValues")}))`,
        ),
      },
      Next: "IsSourcePrimary",
    },
    IsSourcePrimary: {
      Type: "Choice",
      Choices: [
        {
          Condition: jsonata("$movable and $source != '' and $count($replicas) > 0 and $not($source in $replicas)"),
          Next: "DescribeNodes",
        },
      ],
      Default: "LeaveSource",
    },
    DescribeNodes: {
      Type: "Map",
      Items: jsonata("$nodes"),
      ItemProcessor: forEach("DescribeNode", {
        DescribeNode: {
          ...elasticacheCall("describeCacheClusters", { CacheClusterId: jsonata("$states.input") }, [anyNode]),
          Output: jsonata(isPending("$states.result.CacheClusters[0].PendingModifiedValues")),
          End: true,
        },
      }),
      Assign: { pending: jsonata("true in $states.result") },
      Next: "IsChangePending",
    },
    IsChangePending: {
      Type: "Choice",
      Choices: [{ Condition: jsonata("$pending"), Next: "LeaveSource" }],
      Default: "MoveSource",
    },
    MoveSource: {
      ...modifyReplicationGroup(
        { ReplicationGroupId: cacheId, SnapshottingClusterId: jsonata("$replicas[0]"), ApplyImmediately: true },
        {
          group: cacheArn,
          conditions: changesNothingElse({ multiAz }),
          retry: [
            {
              ErrorEquals: ["ElastiCache.InvalidReplicationGroupStateException"],
              IntervalSeconds: 30,
              BackoffRate: 1,
              MaxAttempts: 4,
            },
          ],
        },
      ),
      Output: { from: jsonata("$source"), to: jsonata("$replicas[0]") },
      End: true,
    },
    LeaveSource: { Type: "Succeed", Output: { from: jsonata("$source") } },
  }),
}));
