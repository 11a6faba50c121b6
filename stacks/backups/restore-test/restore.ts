import type { Topology } from "../../cache/topology";
import { exemptionTag } from "../../policy/findings";
import { arn } from "../../terraform/arn";
import { expression } from "../../terraform/expression";
import { jsonata } from "../../workflows/definition";
import { createReplicationGroup, elasticacheCall, nodeArn } from "../../workflows/elasticache-calls";
import { fragment } from "../../workflows/states";
import { caught, on } from "../../workflows/catching";
import { text } from "../../workflows/values";
import { noWait, poll } from "../../workflows/waiting";
import { withStackTags } from "../tags";
import { cacheId, named } from "../../terraform/names";
import { restorableSnapshots, type Origin } from "../snapshots";
import { shardsOfGroup } from "./keys";
import { startsWith } from "./vault-files";
import { failed, failWith, hasFailed, keptTag, ownerTag, testArn, testId } from "./group";

/** States that restore the chosen snapshot, measure how long it takes, and look at the result. */
export const restoring = (topology: Topology, origin: Origin) => ({
  ...fragment<"MayHaveGroup" | "WaitForRestore" | "BeginComparison" | "CloseKeptGroup">()({
    // From here on there may be a group of this execution, also when the answer to creating it is lost.
    StartRestore: {
      Type: "Pass",
      Assign: { phase: "restoring", began: jsonata("$millis()"), ...noWait },
      Next: "CreateTestGroup",
    },
    CreateTestGroup: {
      ...createReplicationGroup(
        jsonata(`$merge([{
          'ReplicationGroupId': '${testId}',
          'ReplicationGroupDescription': 'Restore test of ${cacheId}, deleted when it has ended',
          'Engine': $engine,
          'EngineVersion': $version,
          'CacheParameterGroupName': $parameterGroup,
          'CacheNodeType': $chosen.nodeType,
          ${topology.restoredCopy},
          'Port': ${expression("local.port")},
          'CacheSubnetGroupName': '${expression("local.subnet_group_name")}',
          'SecurityGroupIds': ['${expression("aws_security_group.restore_test.id")}'],
          'AtRestEncryptionEnabled': true,
          'TransitEncryptionEnabled': true,
          'AutoMinorVersionUpgrade': false,
          'SnapshotRetentionLimit': 0,
          'Tags': ${withStackTags(`[
            {'Key': 'Name', 'Value': '${testId}'},
            {'Key': 'Environment', 'Value': '${expression("var.environment")}'},
            {'Key': '${ownerTag}', 'Value': $states.context.Execution.Id},
            {'Key': '${exemptionTag}', 'Value': 'a restore test needs no backups of its own'}
          ]`)}
        }, ${startsWith(topology)}, '${expression("local.cache_key")}' = '' ? {} : {'KmsKeyId': '${expression("local.cache_key")}'}])`),
        {
          group: testArn,
          from: restorableSnapshots(origin),
          using: [
            nodeArn(`${testId}-*`),
            arn("elasticache", `subnetgroup:${expression("local.subnet_group_name")}`),
            arn("elasticache", `parametergroup:${named("*")}`),
            arn("elasticache", "securitygroup:*"),
          ],
        },
      ),
      Assign: { age: jsonata("($began - $chosen.created) / 3600000") },
      Catch: [
        on(["ElastiCache.ReplicationGroupAlreadyExistsException"], "MayHaveGroup", { ...caught, refused: true }),
        ...failed,
      ],
      Next: "WaitForRestore",
    },

    NotRestored: failWith(
      jsonata(`'Restoring ' & $chosen.name & ': ${testId} is ' & $status & ' after ' & $took & ' seconds.'`),
    ),
    DescribeRestoredNode: {
      ...elasticacheCall("describeCacheClusters", { CacheClusterId: jsonata("$restoredNode") }, [
        nodeArn(`${testId}-*`),
      ]),
      Assign: {
        status: jsonata("$states.result.CacheClusters[0].CacheClusterStatus"),
        asRequested: jsonata(
          "$states.result.CacheClusters[0].(Engine = $engine and TransitEncryptionEnabled = true and AtRestEncryptionEnabled = true)",
        ),
      },
      Catch: failed,
      Next: "IsRestored",
    },
    IsRestored: {
      Type: "Choice",
      Choices: [
        // A node that is still being created may lack what is compared.
        { Condition: jsonata("$status = 'available' and $not($asRequested)"), Next: "DiffersFromRequest" },
        { Condition: jsonata("$status = 'available'"), Next: "BeginComparison" },
        { Condition: hasFailed, Next: "NotRestored" },
      ],
      Default: "WaitForRestore",
    },
    DiffersFromRequest: failWith(
      jsonata(`'Restoring ' & $chosen.name & ': the node is not an encrypted one of ' & $engine & '.'`),
    ),
    KeepTestGroup: {
      ...elasticacheCall("addTagsToResource", { ResourceName: testArn, Tags: [{ Key: keptTag, Value: "true" }] }, [
        testArn,
      ]),
      Catch: failed,
      Next: "CloseKeptGroup",
    },
  }),
  ...poll(
    { describe: "DescribeRestore", ask: "IsGroupAvailable", wait: "WaitForRestore" },
    {
      call: elasticacheCall("describeReplicationGroups", { ReplicationGroupId: testId }, [testArn]),
      assign: {
        status: jsonata(`$states.result.ReplicationGroups[0].${topology.restoredStatus}`),
        // Of a group that has just been created, the members may not be listed yet.
        restoredNode: jsonata(
          "$exists($states.result.ReplicationGroups[0].MemberClusters[0]) ? $states.result.ReplicationGroups[0].MemberClusters[0] : ''",
        ),
        restoredShards: jsonata(shardsOfGroup),
        endpoint: jsonata(
          `(
            $group := $states.result.ReplicationGroups[0];
            $exists($group.ConfigurationEndpoint.Address) ? $group.ConfigurationEndpoint.Address
              : ${text("$group.NodeGroups[0].PrimaryEndpoint.Address")}
          )`,
        ),
        took: jsonata("($millis() - $began) / 1000"),
      },
      catch: failed,
      done: { Condition: jsonata("$status = 'available' and $restoredNode != ''"), Next: "DescribeRestoredNode" },
      tooLong: "NotRestored",
      cases: [{ Condition: hasFailed, Next: "NotRestored" }],
    },
  ),
});
