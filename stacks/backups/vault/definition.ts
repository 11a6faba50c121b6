import { mostNodes, type Topology } from "../../cache/topology";
import { cacheId } from "../../terraform/names";
import { stem } from "../../vault/keys";
import { on, onAnyError } from "../../workflows/catching";
import { type Definition, jsonata } from "../../workflows/definition";
import { elasticacheCall } from "../../workflows/elasticache-calls";
import { exclusive } from "../../workflows/exclusive";
import { publishMetrics } from "../../workflows/metrics";
import { branch, fragment } from "../../workflows/states";
import { longestWait, noWait } from "../../workflows/waiting";
import { text } from "../../workflows/values";
import { newestSnapshots, nothingFound } from "../own-snapshots";
import { cacheArn, freshMillis, memberNodes, type Origin } from "../snapshots";
import { exporting, failed, newName } from "./export";
import { landingArn, landingBucket } from "./landing";
import { backups, manifestEnd } from "./manifest";
import { vaultCopyMachine } from "./machine";
import { arriving } from "./arrival";
import { getObject, listObjects } from "../../workflows/s3-calls";
import { remembered } from "../../workflows/remembered";

const refused = "VaultCopy.Refused";

const oneAtATime = exclusive({
  machine: vaultCopyMachine,
  error: refused,
  cause: jsonata("'Another copy into the vault is running: ' & $earlier[0] & '. Wait until it has ended.'"),
  catch: failed,
  next: "ListManifests",
});

/** The backup that the last run exported: it is not exported again, only awaited. */
const lastCopy = (topology: Topology) =>
  fragment<"PublishFailure" | "ListSnapshots">()({
    ListManifests: {
      ...listObjects(
        jsonata(
          `$merge([{'Bucket': '${landingBucket}', 'Prefix': '${stem}', 'MaxKeys': 300}, $manifestsFrom = '' ? {} : {'ContinuationToken': $manifestsFrom}])`,
        ),
        landingArn,
      ),
      Assign: {
        // Keys sort by time.
        lastManifest: jsonata(
          `[$append([$lastManifest], [$states.result.Contents[$contains(Key, /[.]json$/)].Key])^(>$)][0]`,
        ),
        manifestsFrom: jsonata(text("$states.result.NextContinuationToken")),
      },
      Output: {},
      Catch: failed,
      Next: "HasMoreManifests",
    },
    HasMoreManifests: {
      Type: "Choice",
      Choices: [
        { Condition: jsonata("$manifestsFrom != ''"), Next: "ListManifests" },
        { Condition: jsonata("$lastManifest != ''"), Next: "ReadManifest" },
      ],
      Default: "DescribeCache",
    },
    ReadManifest: {
      ...getObject({ Bucket: landingBucket, Key: jsonata("$lastManifest") }, landingArn, `${stem}*`),
      Assign: {
        // A text that Step Functions wrote may be quoted once more.
        last: jsonata("($body := $parse($states.result.Body); $type($body) = 'string' ? $parse($body) : $body)"),
      },
      Output: {},
      // It has just expired, or somebody has deleted it or written something else over it: the newest backup is exported again.
      Catch: [on(["S3.NoSuchKeyException", "States.QueryEvaluationError"], "DescribeCache"), ...failed],
      Next: "DescribeCache",
    },
    DescribeCache: {
      ...elasticacheCall("describeReplicationGroups", { ReplicationGroupId: cacheId }, [cacheArn]),
      Assign: { nodes: jsonata(memberNodes), ...nothingFound(topology) },
      Output: {},
      Catch: failed,
      Next: "ListSnapshots",
    },
  });

const choosing = (topology: Topology, origin: Origin) => ({
  ...newestSnapshots({
    topology,
    kept: `${backups(topology, origin)}[$exists(created)]`,
    most: "$listed^(>created)[0]",
    // All of its nodes: a manual backup of any of them may be the newest.
    first: mostNodes,
    isFresh: `$millis() - $max($append([0], [$found.created])) < ${freshMillis}`,
    catch: failed,
    next: "ChooseNewest",
  }),
  ...fragment<"PublishFailure" | "DescribeChosen" | "CheckNextFile">()({
    ChooseNewest: {
      Type: "Pass",
      Assign: { chosen: jsonata("$count($found) > 0 ? $found^(>created)[0] : {}") },
      Next: "IsSnapshotFound",
    },
    IsSnapshotFound: {
      Type: "Choice",
      Choices: [
        { Condition: jsonata(`${text("$chosen.name")} = ''`), Next: "NoSnapshot" },
        {
          Condition: jsonata("$last.snapshot = $chosen.name and $toMillis($last.snapshotCreatedAt) = $chosen.created"),
          Next: "AwaitLastCopy",
        },
      ],
      Default: "DescribeChosen",
    },
    NoSnapshot: {
      Type: "Pass",
      Assign: { failure: `There is no backup of ${cacheId}, so nothing can be copied into the vault.` },
      Next: "PublishFailure",
    },
    AwaitLastCopy: {
      Type: "Pass",
      Assign: {
        name: jsonata("$last.name"),
        files: jsonata("[$last.files]"),
        pending: jsonata(`$append([$last.files.key], $last.name & '${manifestEnd}')`),
      },
      Next: "CheckNextFile",
    },
  }),
});

/**
 * A copy into the vault: exports the newest backup into the landing bucket, writes a manifest beside it, and waits until every file has
 * been replicated. A backup that was exported already is not exported again, so a run that was stopped is completed by the next one.
 */
export const vaultCopy = remembered((topology: Topology, origin: Origin): Definition => ({
  Comment: "Copies the newest backup of the cache into the vault, and waits until it has arrived",
  QueryLanguage: "JSONata",
  // Waiting until the backup can be exported, for the export, for its files and for the replication, and the calls between them.
  TimeoutSeconds: 3 * longestWait + 3 * 3600,
  ...branch("Begin", {
    Begin: {
      Type: "Pass",
      Assign: {
        ...noWait,
        manifestsFrom: "",
        name: jsonata(newName),
        exported: false,
        lastManifest: jsonata("''"),
        last: {},
      },
      Next: "ListExecutions",
    },
    ...oneAtATime,
    ...lastCopy(topology),
    ...choosing(topology, origin),
    ...exporting(origin),
    ...arriving,
    PublishSuccess: {
      ...publishMetrics([
        { name: "VaultCopySuccessful", value: 1, unit: "None" },
        { name: "VaultCopyAgeHours", value: jsonata("($millis() - $chosen.created) / 3600000"), unit: "None" },
        { name: "VaultCopyBytes", value: jsonata("$sum($files.size)"), unit: "Bytes" },
      ]),
      Output: {
        name: jsonata("$name"),
        snapshotName: jsonata("$chosen.name"),
        snapshotCreatedAt: jsonata("$fromMillis($chosen.created)"),
        bytes: jsonata("$sum($files.size)"),
        files: jsonata("$count($files)"),
      },
      End: true,
    },
    PublishFailure: {
      ...publishMetrics([{ name: "VaultCopySuccessful", value: 0, unit: "None" }]),
      Catch: onAnyError("Failed"),
      Next: "Failed",
    },
    Failed: { Type: "Fail", Error: "VaultCopy.Failed", Cause: jsonata("$failure") },
  }),
}));
