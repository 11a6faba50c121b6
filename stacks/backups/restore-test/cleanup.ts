import { expression } from "../../terraform/expression";
import { call } from "../../workflows/call";
import { jsonata } from "../../workflows/definition";
import { deleteReplicationGroup, elasticacheCall } from "../../workflows/elasticache-calls";
import { executionArns } from "../../workflows/exclusive";
import { fragment } from "../../workflows/states";
import { on } from "../../workflows/catching";
import { text } from "../../workflows/values";
import { noWait, poll } from "../../workflows/waiting";
import { closing } from "./access";
import { alsoFailed, failed, failWith, groupGone, keptTag, ownerTag, testArn, testId } from "./group";

const tag = (key: string): string => jsonata(text(`$states.result.TagList[Key = '${key}'][0].Value`));

/**
 * States that delete the temporary group: once before, what an earlier execution left behind, and once after, what this one created.
 * `$phase` is `before`, `restoring` or `after`.
 */
export const cleanup = {
  ...poll(
    { describe: "DescribeTestGroup", ask: "CanBeDeleted", wait: "WaitForTestGroup" },
    {
      call: elasticacheCall("describeReplicationGroups", { ReplicationGroupId: testId }, [testArn]),
      assign: { status: jsonata("$states.result.ReplicationGroups[0].Status") },
      catch: [on(groupGone, "IsCleanupOver"), ...failed],
      // ElastiCache neither deletes a group while it is being created, nor lists the tags of one that is not available.
      done: { Condition: jsonata("$status = 'available'"), Next: "ListTags" },
      tooLong: "StaysBusy",
      cases: [
        {
          // Whoever created it: what failed holds no data, and in its place no other test could restore anything.
          Condition: jsonata("$status in ['create-failed', 'restore-failed']"),
          Next: "DeleteTestGroup",
        },
      ],
    },
  ),
  ...closing,
  ...fragment<"WaitForTestGroup" | "FindRules" | "AnotherIsRunning" | "DescribeCache" | "HasTestSucceeded">()({
    StaysBusy: failWith(
      alsoFailed(`'${testId} is still ' & $status & ' after ' & $waited & ' seconds, so it could not be deleted.'`),
    ),
    ListTags: {
      ...elasticacheCall("listTagsForResource", { ResourceName: testArn }, [testArn]),
      Assign: { owner: tag(ownerTag), kept: tag(keptTag) },
      Catch: [on([...groupGone, "ElastiCache.CacheClusterNotFoundException"], "WaitForTestGroup"), ...failed],
      Next: "MayBeDeleted",
    },
    MayBeDeleted: {
      Type: "Choice",
      Choices: [
        { Condition: jsonata("$owner = $states.context.Execution.Id"), Next: "DeleteTestGroup" },
        { Condition: jsonata("$phase = 'after'"), Next: "HasTestSucceeded" },
        { Condition: jsonata("$kept != ''"), Next: "IsKept" },
        {
          Condition: jsonata(`$not($contains($owner, /^${executionArns("restore-test").slice(0, -1)}/))`),
          Next: "IsForeign",
        },
      ],
      Default: "DescribeOwner",
    },
    IsKept: failWith(
      `${testId} was kept by a restore test so that somebody can look at it, and there is never more than one. When it is no longer needed: aws elasticache delete-replication-group --region ${expression("local.region")} --replication-group-id ${testId}`,
    ),
    IsForeign: failWith(
      `${testId} was not created by a restore test, so nothing is restored and nothing deleted. Rename or delete it.`,
    ),
    DescribeOwner: {
      ...call({
        service: "sfn",
        action: "describeExecution",
        arguments: { ExecutionArn: jsonata("$owner") },
        resources: [executionArns("restore-test")],
      }),
      Assign: { ended: jsonata("$states.result.Status != 'RUNNING'") },
      Catch: [on(["Sfn.ExecutionDoesNotExistException"], "DeleteTestGroup"), ...failed],
      Next: "HasOwnerEnded",
    },
    HasOwnerEnded: {
      Type: "Choice",
      Choices: [{ Condition: jsonata("$ended"), Next: "DeleteTestGroup" }],
      Default: "AnotherIsRunning",
    },
    DeleteTestGroup: {
      ...deleteReplicationGroup({ ReplicationGroupId: testId, RetainPrimaryCluster: false }, testArn),
      Catch: [on([...groupGone, "ElastiCache.InvalidReplicationGroupStateException"], "WaitForTestGroup"), ...failed],
      Next: "WaitForTestGroup",
    },
    IsCleanupOver: {
      Type: "Choice",
      Choices: [{ Condition: jsonata("$phase = 'after'"), Next: "HasTestSucceeded" }],
      Default: "DescribeCache",
    },

    MayHaveGroup: {
      Type: "Choice",
      Choices: [{ Condition: jsonata("$phase = 'restoring'"), Next: "CleanUp" }],
      Default: "HasTestSucceeded",
    },
    CleanUp: { Type: "Pass", Assign: { phase: "after", ...noWait }, Next: "FindRules" },
  }),
};
