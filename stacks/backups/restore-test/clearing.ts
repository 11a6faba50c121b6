import { arn } from "../../terraform/arn";
import { expression } from "../../terraform/expression";
import { awsSdk, jsonata, retryTransient } from "../../workflows/definition";
import { elasticache } from "../../workflows/elasticache";
import { caught, nextPause, noWait, on, waitedTooLong, waitForPause } from "../../workflows/tasks";

/** The id of the throw-away replication group. That there can be one of a name only is the lock against two tests at once. */
export const testId = `${expression("local.name")}-restore-test`;

/** Built from the name, so that deleting the group depends on nothing in an answer. */
export const testArn = arn("elasticache", `replicationgroup:${testId}`);

/** Tags of the throw-away group: which execution made it, and whether it is to be kept. */
export const owner = "RestoreTestExecution";
export const kept = "RestoreTestKept";

const executions = `arn:${expression("local.partition")}:states:${expression("local.region")}:${expression("local.account_id")}:execution:${testId}:`;
const valueOf = (key: string): string =>
  jsonata(`$count($states.result.TagList[Key = '${key}']) > 0 ? $states.result.TagList[Key = '${key}'][0].Value : ''`);

/** Whatever was caught: the group is deleted, if there may be one, and the test has failed. */
export const failed = on(["States.ALL"], "What is to be cleared?", caught);
const gone = ["ElastiCache.ReplicationGroupNotFoundException", "ElastiCache.CacheClusterNotFoundException"];
/** Ends the test as failed with a sentence, the group deleted. */
export const because = (failure: string) => ({ Type: "Pass", Assign: { failure }, Next: "What is to be cleared?" });

/** States that delete the group: once before, for what an earlier execution left behind, and once after, for what this one made. */
export const clearing = {
  "Find the group": {
    ...elasticache("describeReplicationGroups", { ReplicationGroupId: testId }),
    Assign: {
      ...nextPause,
      status: jsonata("$states.result.ReplicationGroups[0].Status"),
    },
    Catch: [on(gone, "Nothing is there"), failed],
    Next: "Can it be deleted?",
  },
  "Can it be deleted?": {
    Type: "Choice",
    Choices: [
      // ElastiCache neither deletes a group while it is being created, nor tells the tags of one that is not available.
      { Condition: jsonata("$status = 'available'"), Next: "Whose is it?" },
      { Condition: waitedTooLong, Next: "It stays busy" },
      // Whoever made it: a creation that failed holds no data, and in its place no other test could restore anything.
      { Condition: jsonata("$status = 'create-failed'"), Next: "Delete the group" },
    ],
    Default: "Wait for the group",
  },
  "Wait for the group": { ...waitForPause, Next: "Find the group" },
  "It stays busy": because(
    jsonata(`'${testId} is still ' & $status & ' after ' & $waited & ' seconds, so it could not be deleted.'`),
  ),
  "Whose is it?": {
    ...elasticache("listTagsForResource", { ResourceName: testArn }),
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

  "What is to be cleared?": {
    Type: "Choice",
    Choices: [{ Condition: jsonata("$phase = 'restoring'"), Next: "Clear" }],
    Default: "How did it end?",
  },
  Clear: { Type: "Pass", Assign: { phase: "after", ...noWait }, Next: "Find the group" },
};
