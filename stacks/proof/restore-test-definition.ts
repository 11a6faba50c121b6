import { exemptionTag } from "../policy/findings";
import { expression } from "../terraform/expression";
import { awsSdk, type Definition, jsonata, retryTransient } from "../workflows/definition";
import { publishMetrics } from "../workflows/metrics";
import {
  cacheId,
  caught,
  elasticache,
  listEarlier,
  longestWait,
  nextPause,
  noWait,
  on,
  waitedTooLong,
  waitForPause,
} from "./tasks";

/** The id of the throw-away replication group. That there can be one of a name only is the lock against two tests at once. */
export const testId = `${expression("local.name")}-restore-test`;

/** Tags of the throw-away group: which execution made it, and whether it is to be kept. */
const owner = "RestoreTestExecution";
const kept = "RestoreTestKept";

const executions = `arn:${expression("local.partition")}:states:${expression("local.region")}:${expression("local.account_id")}:execution:${testId}:`;
const valueOf = (key: string): string =>
  jsonata(`$count($states.result.TagList[Key = '${key}']) > 0 ? $states.result.TagList[Key = '${key}'][0].Value : ''`);

const failed = on(["States.ALL"], "What is to be cleared?", caught);
const gone = ["ElastiCache.ReplicationGroupNotFoundException", "ElastiCache.CacheClusterNotFoundException"];
const because = (failure: string) => ({ Type: "Pass", Assign: { failure }, Next: "What is to be cleared?" });

/** What counts of a snapshot. */
const snapshot = `{
  'name': SnapshotName,
  'status': SnapshotStatus,
  'engine': Engine,
  'nodeType': CacheNodeType,
  'createdAt': $string(NodeSnapshots[0].SnapshotCreateTime),
  'size': $string(NodeSnapshots[0].CacheSize),
  'shards': $count(NodeSnapshots)
}`;

/** A snapshot of one of its nodes, or of one that it had. With cluster mode enabled a snapshot names no node. */
const ofThisCache = `$exists(CacheClusterId) and (CacheClusterId in $nodes or $replace(CacheClusterId, /-[0-9]{3}$/, '') = '${cacheId}')`;

/** Why the chosen snapshot cannot be restored, as a sentence; nothing when it can be. */
const unfit = `(
  $chosen.status != 'available' ? 'The snapshot ' & $chosen.name & ' is ' & $chosen.status & ', not available.'
  : $chosen.shards > 1 ? 'The snapshot ' & $chosen.name & ' was taken with cluster mode enabled, which this cache is not.'
  : $contains($chosen.size, /^0*[.]?0* *[A-Za-z]*B$/) ? 'The snapshot ' & $chosen.name & ' is empty (' & $chosen.size & ').'
  : $chosen.engine = 'valkey' and $engine = 'redis' ? 'The snapshot ' & $chosen.name & ' was taken with Valkey, which Redis OSS does not read.'
  : ''
)`;

const duration = jsonata("$took");
const age = jsonata("$age");

/**
 * A restore test: restores the newest snapshot of the cache, or the one it is told, into a throw-away group, waits until that is
 * available, measures how long it took and how old the snapshot was, and deletes the group whatever happened.
 *
 * The group's tag names the execution that made it: only that one deletes it, or a later one that finds it left behind by one
 * that has ended. StopExecution and timeouts run no Catch, so leaving it behind is possible.
 */
export const restoreTest: Definition = {
  Comment: "Restores a snapshot of the cache into a throw-away group, measures that, and deletes the group",
  QueryLanguage: "JSONata",
  StartAt: "List earlier executions",
  // Waiting for a group left behind, for the restore, and for what was restored to be deleted.
  TimeoutSeconds: 3 * longestWait + 3600,
  States: {
    "List earlier executions": {
      ...listEarlier,
      Assign: {
        ...listEarlier.Assign,
        ...noWait,
        clear: jsonata(
          `(
            $input := $states.context.Execution.Input;
            $type($input) = 'object'
              and $count($keys($input)[$not($ in ['snapshotName', 'keepGroup'])]) = 0
              and ($exists($input.snapshotName) ? $type($input.snapshotName) = 'string' and $input.snapshotName != '' : true)
              and ($exists($input.keepGroup) ? $type($input.keepGroup) = 'boolean' : true)
          )`,
        ),
        told: jsonata("$exists($states.context.Execution.Input.snapshotName)"),
        keep: jsonata(
          `$exists($states.context.Execution.Input.keepGroup) ? $states.context.Execution.Input.keepGroup : false`,
        ),
        phase: "before",
        failure: jsonata("''"),
        refused: false,
        marker: "",
        chosen: { createdAt: "" },
      },
      Next: "May it begin?",
    },
    "May it begin?": {
      Type: "Choice",
      Choices: [
        { Condition: jsonata("$not($clear)"), Next: "The input is wrong" },
        { Condition: jsonata("$count($earlier) > 0"), Next: "Another one runs" },
      ],
      Default: "Find the group",
    },
    "The input is wrong": {
      Type: "Fail",
      Error: "RestoreTest.Refused",
      Cause:
        'The input of a restore test is {}, or has snapshotName (the name of a snapshot) and keepGroup (true or false), e.g. {"snapshotName": "my-snapshot", "keepGroup": true}.',
    },
    "Another one runs": {
      Type: "Fail",
      Error: "RestoreTest.Refused",
      Cause: "Another restore test is running, and there is never more than one. Wait until it has ended.",
    },

    // Clearing: once before, for what an earlier execution left behind, and once after, for what this one made.
    "Find the group": {
      ...elasticache("describeReplicationGroups", { ReplicationGroupId: testId }),
      Assign: {
        ...nextPause,
        status: jsonata("$states.result.ReplicationGroups[0].Status"),
        arn: jsonata("$states.result.ReplicationGroups[0].ARN"),
      },
      Catch: [on(gone, "Nothing is there"), failed],
      Next: "Can it be deleted?",
    },
    "Can it be deleted?": {
      Type: "Choice",
      Choices: [
        // ElastiCache neither deletes a group while it is being created, nor tells its tags.
        { Condition: jsonata("$status in ['available', 'create-failed']"), Next: "Whose is it?" },
        { Condition: waitedTooLong, Next: "It stays busy" },
      ],
      Default: "Wait for the group",
    },
    "Wait for the group": { ...waitForPause, Next: "Find the group" },
    "It stays busy": because(
      jsonata(`'${testId} is still ' & $status & ' after ' & $waited & ' seconds, so it could not be deleted.'`),
    ),
    "Whose is it?": {
      ...elasticache("listTagsForResource", { ResourceName: jsonata("$arn") }),
      Assign: { owner: valueOf(owner), kept: valueOf(kept) },
      Catch: [on(gone, "Wait for the group"), failed],
      Next: "May it be deleted?",
    },
    "May it be deleted?": {
      Type: "Choice",
      Choices: [
        { Condition: jsonata("$owner = $states.context.Execution.Id"), Next: "Delete the group" },
        { Condition: jsonata("$phase = 'after'"), Next: "How did it end?" },
        { Condition: jsonata("$kept != ''"), Next: "It is kept" },
        { Condition: jsonata(`$not($contains($owner, /^${executions}/))`), Next: "It is somebody's" },
      ],
      Default: "Has its test ended?",
    },
    "It is kept": because(
      `${testId} was kept by a restore test for somebody to look at, and there is never more than one. When it is not needed any more: aws elasticache delete-replication-group --region ${expression("local.region")} --replication-group-id ${testId}`,
    ),
    "It is somebody's": because(
      `${testId} was not made by a restore test, so nothing is restored and nothing deleted. Give it another name or delete it.`,
    ),
    "Has its test ended?": {
      Type: "Task",
      Resource: awsSdk("sfn", "describeExecution"),
      Arguments: { ExecutionArn: jsonata("$owner") },
      Retry: [retryTransient("Sfn")],
      Assign: { ended: jsonata("$states.result.Status != 'RUNNING'") },
      Catch: [on(["Sfn.ExecutionDoesNotExistException"], "Delete the group"), failed],
      Next: "Is it left behind?",
    },
    "Is it left behind?": {
      Type: "Choice",
      Choices: [{ Condition: jsonata("$ended"), Next: "Delete the group" }],
      Default: "Another one runs",
    },
    "Delete the group": {
      ...elasticache("deleteReplicationGroup", { ReplicationGroupId: testId, RetainPrimaryCluster: false }),
      Catch: [on([...gone, "ElastiCache.InvalidReplicationGroupStateException"], "Wait for the group"), failed],
      Next: "Wait for the group",
    },
    "Nothing is there": {
      Type: "Choice",
      Choices: [{ Condition: jsonata("$phase = 'after'"), Next: "How did it end?" }],
      Default: "Read the cache",
    },

    "Read the cache": {
      ...elasticache("describeReplicationGroups", { ReplicationGroupId: cacheId }),
      Assign: { nodes: jsonata("[$states.result.ReplicationGroups[0].MemberClusters]") },
      Catch: [failed],
      Next: "Which snapshot?",
    },
    "Which snapshot?": {
      Type: "Choice",
      Choices: [{ Condition: jsonata("$told"), Next: "Read the snapshot" }],
      Default: "List snapshots",
    },
    "Read the snapshot": {
      ...elasticache("describeSnapshots", { SnapshotName: jsonata("$states.context.Execution.Input.snapshotName") }),
      Assign: { chosen: jsonata(`$states.result.Snapshots[0].${snapshot}`) },
      Catch: [failed],
      Next: "Read its node",
    },
    "List snapshots": {
      ...elasticache(
        "describeSnapshots",
        jsonata("$merge([{'MaxRecords': 50}, $marker = '' ? {} : {'Marker': $marker}])"),
      ),
      Assign: {
        // The newest so far: of the pages before, and of this one.
        chosen: jsonata(`(
          $found := [$states.result.Snapshots[SnapshotStatus = 'available' and ${ofThisCache}].${snapshot}];
          $append([$chosen], $found)^(>createdAt)[0]
        )`),
        marker: jsonata("$exists($states.result.Marker) ? $states.result.Marker : ''"),
      },
      Catch: [failed],
      Next: "Are there more snapshots?",
    },
    "Are there more snapshots?": {
      Type: "Choice",
      Choices: [
        { Condition: jsonata("$marker != ''"), Next: "List snapshots" },
        { Condition: jsonata("$chosen.createdAt = ''"), Next: "There is no snapshot" },
      ],
      Default: "Read its node",
    },
    "There is no snapshot": because(`There is no available snapshot of ${cacheId}, so nothing can be restored.`),

    // What is live rather than what was deployed: AWS moves minor versions up by itself.
    "Read its node": {
      ...elasticache("describeCacheClusters", { CacheClusterId: jsonata("$nodes[0]") }),
      Assign: {
        engine: jsonata("$states.result.CacheClusters[0].Engine"),
        // From 6 on ElastiCache takes <major>.<minor> only.
        version: jsonata(`(
          $version := $states.result.CacheClusters[0].EngineVersion;
          $parts := $split($version, '.');
          $number($parts[0]) >= 6 ? $parts[0] & '.' & $parts[1] : $version
        )`),
        parameterGroup: jsonata("$states.result.CacheClusters[0].CacheParameterGroup.CacheParameterGroupName"),
        unfit: jsonata(`($engine := $states.result.CacheClusters[0].Engine; ${unfit})`),
      },
      Catch: [failed],
      Next: "Does the snapshot fit?",
    },
    "Does the snapshot fit?": {
      Type: "Choice",
      Choices: [{ Condition: jsonata("$unfit != ''"), Next: "It does not fit" }],
      Default: "Begin",
    },
    "It does not fit": because(jsonata("$unfit")),
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
        arn: jsonata("$states.result.ReplicationGroups[0].ARN"),
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
      jsonata(
        `'Restoring ' & $chosen.name & ': the node is not available, or not an encrypted one of ' & $engine & '.'`,
      ),
    ),
    "Keep the group": {
      ...elasticache("addTagsToResource", {
        ResourceName: jsonata("$arn"),
        Tags: [{ Key: kept, Value: "true" }],
      }),
      Catch: [failed],
      Next: "How did it end?",
    },

    "What is to be cleared?": {
      Type: "Choice",
      Choices: [{ Condition: jsonata("$phase = 'restoring'"), Next: "Clear" }],
      Default: "How did it end?",
    },
    Clear: { Type: "Pass", Assign: { phase: "after", ...noWait }, Next: "Find the group" },

    "How did it end?": {
      Type: "Choice",
      Choices: [
        // A snapshot that somebody named, and a test that another one kept from running, say nothing of the newest backup.
        { Condition: jsonata("$failure = '' and $told"), Next: "Restored" },
        { Condition: jsonata("$failure = ''"), Next: "Publish success" },
        { Condition: jsonata("$told or $refused"), Next: "Failed" },
      ],
      Default: "Publish failure",
    },
    "Publish success": {
      ...publishMetrics([
        { name: "RestoreTestSuccessful", value: 1, unit: "None" },
        { name: "RestoreDurationSeconds", value: duration, unit: "Seconds" },
        { name: "RestoredSnapshotAgeHours", value: age, unit: "None" },
      ]),
      Next: "Restored",
    },
    Restored: {
      Type: "Succeed",
      Output: {
        snapshotName: jsonata("$chosen.name"),
        snapshotCreatedAt: jsonata("$chosen.createdAt"),
        restoreDurationSeconds: duration,
        restoredSnapshotAgeHours: age,
        replicationGroupKept: jsonata(`$keep ? '${testId}' : 'none'`),
      },
    },
    "Publish failure": {
      ...publishMetrics([{ name: "RestoreTestSuccessful", value: 0, unit: "None" }]),
      Catch: [on(["States.ALL"], "Failed")],
      Next: "Failed",
    },
    Failed: {
      Type: "Fail",
      Error: jsonata("$refused ? 'RestoreTest.Refused' : 'RestoreTest.Failed'"),
      Cause: jsonata("$failure"),
    },
  },
};
