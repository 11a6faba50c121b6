import { exemptionTag } from "../../policy/findings";
import { expression } from "../../terraform/expression";
import { jsonata } from "../../workflows/definition";
import { elasticache } from "../../workflows/elasticache";
import { because, failed, kept, owner, testArn, testId } from "./clearing";
import { cacheId, caught, longestWait, nextPause, noWait, on, waitForPause } from "../../workflows/tasks";

/** States that restore the chosen snapshot, measure how long it takes, and look at what came of it. */
export const restoring = {
  // From here on there may be a group of this execution, also when the answer to creating it is lost.
  Begin: {
    Type: "Pass",
    Assign: { phase: "restoring", began: jsonata("$millis()"), ...noWait },
    Next: "Create the group",
  },
  "Create the group": {
    ...elasticache(
      "createReplicationGroup",
      jsonata(`$merge([{
        'ReplicationGroupId': '${testId}',
        'ReplicationGroupDescription': 'Restore test of ${cacheId}, deleted when it has ended',
        'SnapshotName': $chosen.name,
        'Engine': $engine,
        'EngineVersion': $version,
        'CacheParameterGroupName': $parameterGroup,
        'CacheNodeType': $chosen.nodeType,
        'NumCacheClusters': 1,
        'AutomaticFailoverEnabled': false,
        'MultiAZEnabled': false,
        'Port': ${expression("local.port")},
        'CacheSubnetGroupName': '${expression("local.subnet_group_name")}',
        'SecurityGroupIds': ['${expression("aws_security_group.restore_test.id")}'],
        'AtRestEncryptionEnabled': true,
        'TransitEncryptionEnabled': true,
        'AutoMinorVersionUpgrade': false,
        'SnapshotRetentionLimit': 0,
        'Tags': [
          {'Key': 'Name', 'Value': '${testId}'},
          {'Key': 'Environment', 'Value': '${expression("var.environment")}'},
          {'Key': '${owner}', 'Value': $states.context.Execution.Id},
          {'Key': '${exemptionTag}', 'Value': 'a restore test needs no backups of its own'}
        ]
      }, '${expression("local.restore_test_key")}' = '' ? {} : {'KmsKeyId': '${expression("local.restore_test_key")}'}])`),
    ),
    Assign: { age: jsonata("($began - $toMillis($chosen.createdAt)) / 3600000") },
    Catch: [
      on(["ElastiCache.ReplicationGroupAlreadyExistsException"], "What is to be cleared?", {
        ...caught,
        refused: true,
      }),
      failed,
    ],
    Next: "Wait for the restore",
  },
  "Wait for the restore": { ...waitForPause, Next: "Describe the restore" },
  "Describe the restore": {
    ...elasticache("describeReplicationGroups", { ReplicationGroupId: testId }),
    Assign: {
      ...nextPause,
      status: jsonata("$states.result.ReplicationGroups[0].Status"),
      restoredNode: jsonata("$states.result.ReplicationGroups[0].MemberClusters[0]"),
      took: jsonata("($millis() - $began) / 1000"),
    },
    Catch: [failed],
    Next: "Is it available?",
  },
  "Is it available?": {
    Type: "Choice",
    Choices: [
      { Condition: jsonata("$status = 'available'"), Next: "Read the restored node" },
      { Condition: jsonata(`$status != 'creating' or $waited > ${longestWait}`), Next: "It was not restored" },
    ],
    Default: "Wait for the restore",
  },
  "It was not restored": because(
    jsonata(`'Restoring ' & $chosen.name & ': ${testId} is ' & $status & ' after ' & $took & ' seconds.'`),
  ),
  "Read the restored node": {
    ...elasticache("describeCacheClusters", { CacheClusterId: jsonata("$restoredNode") }),
    Assign: {
      restored: jsonata(
        "$states.result.CacheClusters[0].(CacheClusterStatus = 'available' and Engine = $engine and TransitEncryptionEnabled and AtRestEncryptionEnabled)",
      ),
    },
    Catch: [failed],
    Next: "Is it what was asked for?",
  },
  "Is it what was asked for?": {
    Type: "Choice",
    Choices: [
      { Condition: jsonata("$restored and $keep"), Next: "Keep the group" },
      { Condition: jsonata("$restored"), Next: "Clear" },
    ],
    Default: "It is something else",
  },
  "It is something else": because(
    jsonata(`'Restoring ' & $chosen.name & ': the node is not available, or not an encrypted one of ' & $engine & '.'`),
  ),
  "Keep the group": {
    ...elasticache("addTagsToResource", {
      ResourceName: testArn,
      Tags: [{ Key: kept, Value: "true" }],
    }),
    Catch: [failed],
    Next: "How did it end?",
  },
};
