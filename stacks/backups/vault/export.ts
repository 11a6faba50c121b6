import { noWait, poll } from "../../workflows/waiting";
import { caught, on, onAnyError } from "../../workflows/catching";
import { jsonata } from "../../workflows/definition";
import { anySnapshot, elasticacheCall, key, snapshotArn } from "../../workflows/elasticache-calls";
import { headObject, listObjects, putObject } from "../../workflows/s3-calls";
import { forEach, fragment, type Permission } from "../../workflows/states";
import { stem } from "../../vault/keys";
import { ownSnapshots, type Origin } from "../snapshots";
import { landingArn, landingBucket } from "./landing";
import { file, manifest, manifestEnd, shardsOfChosen, withShards } from "./manifest";

/** Whatever was caught: the copy has failed. */
export const failed = onAnyError("PublishFailure", caught);

/** JSONata: what the files of an export that begins now are called. A key is used once. */
export const newName = `'${stem}' & $formatBase($floor($millis() / 1000), 36)`;

/** Checks for the files after the export has ended, each after a wait of 15 seconds or more. */
const mostChecks = 20;

/**
 * What ElastiCache asks of whoever exports a backup, beside CopySnapshot.
 *
 * @see https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/backups-exporting.html
 */
const exportPermissions: readonly Permission[] = [
  { actions: ["s3:GetBucketAcl", "s3:GetBucketLocation", "s3:ListBucket"], resources: [landingArn] },
  // AWS asks for all keys, to delete as well: it may try the bucket with a key of its own.
  { actions: ["s3:DeleteObject", "s3:GetObject", "s3:PutObject"], resources: [`${landingArn}/*`] },
  // It has no resources.
  { actions: ["s3:ListAllMyBuckets"], resources: ["*"] },
];

/** The service authorization reference leaves open whether CopySnapshot is authorized on the source, on the target, or on both. */
const copySnapshot = (origin: Origin) =>
  elasticacheCall(
    "copySnapshot",
    {
      SourceSnapshotName: jsonata("$chosen.name"),
      TargetSnapshotName: jsonata("$name"),
      TargetBucket: landingBucket,
    },
    [...ownSnapshots(origin), snapshotArn(`${stem}*`)],
    { dependencies: [...exportPermissions, ...key] },
  );

/** With the slots of its shards: ElastiCache needs them to create a cache from the files. */
const describeChosen = elasticacheCall(
  "describeSnapshots",
  { SnapshotName: jsonata("$chosen.name"), ShowNodeGroupConfig: true },
  [anySnapshot],
);
const status = {
  status: jsonata("$states.result.Snapshots[0].SnapshotStatus"),
  groups: jsonata(shardsOfChosen),
};
const isAvailable = jsonata("$status = 'available'");
const isLost = jsonata("$status in ['failed', 'deleting']");

/**
 * States that export the chosen backup as soon as it is not being restored or copied (by a restore test, or by a run that was stopped), wait
 * until each of its files is there, and write the manifest.
 */
export const exporting = (origin: Origin) => ({
  ...poll(
    { describe: "DescribeChosen", ask: "IsChosenAvailable", wait: "WaitForChosen" },
    {
      call: describeChosen,
      assign: status,
      catch: failed,
      done: { Condition: isAvailable, Next: "CopySnapshot" },
      tooLong: "ChosenUnavailable",
      cases: [{ Condition: isLost, Next: "ChosenUnavailable" }],
    },
  ),
  ...fragment<"PublishFailure" | "WaitForChosen" | "WaitForExport">()({
    ChosenUnavailable: {
      Type: "Pass",
      Assign: {
        failure: jsonata(
          "'The backup ' & $chosen.name & ' is ' & $status & ' after ' & $waited & ' seconds, so it cannot be exported.'",
        ),
      },
      Next: "PublishFailure",
    },
    CopySnapshot: {
      ...copySnapshot(origin),
      Assign: { ...noWait, exported: true, checks: 0 },
      Output: {},
      // A restore of it has begun in the meantime.
      Catch: [on(["ElastiCache.InvalidSnapshotStateException"], "WaitForChosen"), ...failed],
      Next: "WaitForExport",
    },
  }),
  ...poll(
    { describe: "DescribeSource", ask: "IsExportDone", wait: "WaitForExport" },
    {
      call: describeChosen,
      assign: status,
      catch: failed,
      done: { Condition: isAvailable, Next: "ListFiles" },
      tooLong: "ExportIncomplete",
      cases: [{ Condition: isLost, Next: "ExportIncomplete" }],
    },
  ),
  ...fragment<"PublishFailure" | "CheckNextFile" | "WaitForExport">()({
    ListFiles: {
      // At most 500 shards, so one page.
      ...listObjects({ Bucket: landingBucket, Prefix: jsonata("$name & '-'"), MaxKeys: 500 }, landingArn),
      Assign: { keys: jsonata("[$states.result.Contents.Key]"), checks: jsonata("$checks + 1") },
      Output: {},
      Catch: failed,
      Next: "AreAllFilesThere",
    },
    AreAllFilesThere: {
      Type: "Choice",
      Choices: [
        { Condition: jsonata("$count($keys) >= $chosen.shards"), Next: "ReadFiles" },
        // The source may be reported as available before its export has begun, and is not known to be so long before it has ended.
        { Condition: jsonata(`$checks >= ${mostChecks}`), Next: "ExportIncomplete" },
      ],
      Default: "WaitForExport",
    },
    ExportIncomplete: {
      Type: "Pass",
      Assign: {
        failure: jsonata(
          `'The export of ' & $chosen.name & ' to ${landingBucket} has not completed: the backup is ' & $status & ' after ' & $waited & ' seconds, and not each of its ' & $chosen.shards & ' files is there.'`,
        ),
      },
      Next: "PublishFailure",
    },
    ReadFiles: {
      Type: "Map",
      Items: jsonata("[$keys]"),
      MaxConcurrency: 5,
      ItemProcessor: forEach("HeadFile", {
        HeadFile: {
          ...headObject(
            { Bucket: landingBucket, Key: jsonata("$states.input"), ChecksumMode: "ENABLED" },
            landingArn,
            `${stem}*`,
          ),
          Output: jsonata(file),
          End: true,
        },
      }),
      Assign: { files: jsonata(withShards) },
      Output: {},
      Catch: failed,
      Next: "WriteManifest",
    },
    WriteManifest: {
      ...putObject(
        {
          Bucket: landingBucket,
          Key: jsonata(`$name & '${manifestEnd}'`),
          Body: jsonata(`$string(${manifest})`),
          ContentType: "application/json",
        },
        landingArn,
        `${stem}*`,
      ),
      Assign: { pending: jsonata(`$append([$keys], $name & '${manifestEnd}')`), ...noWait },
      Output: {},
      Catch: failed,
      Next: "CheckNextFile",
    },
  }),
});
