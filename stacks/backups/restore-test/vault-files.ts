import type { Topology } from "../../cache/topology";
import { expression } from "../../terraform/expression";
import { copyLimits } from "../../vault/copying";
import { onAnyError } from "../../workflows/catching";
import { jsonata } from "../../workflows/definition";
import {
  copyVersion,
  deleteVersions,
  listObjects,
  listObjectVersions,
  multipartUpload,
} from "../../workflows/s3-calls";
import { forEach, fragment, onlyWith } from "../../workflows/states";
import { number, text } from "../../workflows/values";
import { landingArn, landingBucket } from "../vault/landing";
import { failed, failWith } from "./group";
import { copies, notCopied, originals, partsOf, source, vaultPart } from "./vault-objects";

/** How the iteration of a file fails; the cause is a sentence. */
const notCopiedError = "RestoreTest.NotCopied";

/** Checksums of whole objects are CRC-64/NVME, also of those that are copied in parts. */
const checksum = { ChecksumAlgorithm: "CRC64NVME" } as const;

const where = { from: originals, to: copies };
const copy = { Bucket: landingBucket, Key: jsonata("$folder & $states.input.key") };
const largeCopy = { Bucket: landingBucket, Key: jsonata("$folder & $large.key") };

const caughtFrom = (object: string) => ({ reason: jsonata(notCopied(object)) });
const copyFailed = { Type: "Fail", Error: notCopiedError, Cause: jsonata("$reason") } as const;

const notAllCopied = onAnyError("MayHaveGroup", {
  failure: jsonata(
    `$states.errorOutput.Error = '${notCopiedError}' ? $states.errorOutput.Cause : $states.errorOutput.Error & ': ' & $states.errorOutput.Cause`,
  ),
});

/** The checksum of a copy; a text, since what is not there would have no member. */
const copied = (key: string, of: string): string =>
  jsonata(`{'key': ${key}, 'checksum': ${text(`${of}.ChecksumCRC64NVME`)}}`);

const copyingOne = forEach("CopyFile", {
  CopyFile: {
    ...onlyWith(
      vaultPart,
      copyVersion("copyObject", { ...copy, ...checksum, CopySource: jsonata(source("$states.input")) }, where),
    ),
    Output: copied("$states.input.key", "$states.result.CopyObjectResult"),
    Catch: onAnyError("CopyFailed", caughtFrom("$states.input")),
    End: true,
  },
  CopyFailed: copyFailed,
});

const copyingPart = forEach("CopyPart", {
  CopyPart: {
    ...onlyWith(
      vaultPart,
      copyVersion(
        "uploadPartCopy",
        {
          ...largeCopy,
          UploadId: jsonata("$uploadId"),
          PartNumber: jsonata("$states.input.number"),
          CopySource: jsonata(source("$large")),
          CopySourceRange: jsonata("$states.input.range"),
        },
        where,
      ),
    ),
    Output: jsonata(
      `{'PartNumber': $states.input.number, 'ETag': $states.result.CopyPartResult.ETag, 'ChecksumCRC64NVME': $states.result.CopyPartResult.ChecksumCRC64NVME}`,
    ),
    End: true,
  },
});

const aborted = onAnyError("AbortUpload", caughtFrom("$large"));

const copyingLarge = forEach("CreateUpload", {
  CreateUpload: {
    ...onlyWith(vaultPart, multipartUpload("createMultipartUpload", { ...copy, ...checksum }, copies)),
    Assign: { large: jsonata("$states.input"), uploadId: jsonata("$states.result.UploadId") },
    Output: {},
    Catch: onAnyError("LargeCopyFailed", caughtFrom("$states.input")),
    Next: "CopyParts",
  },
  CopyParts: {
    Type: "Map",
    Items: jsonata(
      `[[0..$large.${partsOf} - 1].{
        'number': $ + 1,
        'range': 'bytes=' & $string($ * ${copyLimits.partBytes}) & '-' & $string($min([($ + 1) * ${copyLimits.partBytes}, $large.size]) - 1)
      }]`,
    ),
    MaxConcurrency: 5,
    ItemProcessor: copyingPart,
    Assign: { parts: jsonata("[$states.result]") },
    Output: {},
    Catch: aborted,
    Next: "CompleteUpload",
  },
  CompleteUpload: {
    ...onlyWith(
      vaultPart,
      multipartUpload(
        "completeMultipartUpload",
        { ...largeCopy, UploadId: jsonata("$uploadId"), MultipartUpload: { Parts: jsonata("$parts") } },
        copies,
      ),
    ),
    Output: copied("$large.key", "$states.result"),
    Catch: aborted,
    End: true,
  },
  AbortUpload: {
    ...onlyWith(
      vaultPart,
      multipartUpload("abortMultipartUpload", { ...largeCopy, UploadId: jsonata("$uploadId") }, copies),
    ),
    // The lifecycle of the bucket aborts it after a day.
    Catch: onAnyError("LargeCopyFailed"),
    Next: "LargeCopyFailed",
  },
  LargeCopyFailed: copyFailed,
});

/**
 * JSONata: how a copy differs from the manifest, as a sentence for each. Where the manifest has no checksum, the version ID has shown
 * already that the version is the one which was exported.
 */
const differences = `[$manifest.files.(
  $file := $;
  $expected := ${text("checksumCrc64Nvme")};
  $checksum := ${text("$copied[key = $file.key][0].checksum")};
  $size := ${number("$sizes[key = $folder & $file.key][0].size")};
  $size = $file.size and ($expected = '' or $checksum = $expected) ? []
    : 'The copy of ' & $file.key & ' in the vault has ' & $string($size) & ' bytes and the checksum ' & $checksum & ', and its manifest says ' & $string($file.size) & ' bytes and ' & $expected & '. It is not what was exported, so nothing is restored.'
)]`;

/** States that copy the files of the chosen backup out of the vault, and compare the copies with the manifest. */
export const copyingFromVault = fragment<"MayHaveGroup" | "StartRestore">()({
  CopyFiles: {
    Type: "Map",
    Items: jsonata(`[$manifest.files[size <= ${copyLimits.wholeBytes}]]`),
    MaxConcurrency: 5,
    ItemProcessor: copyingOne,
    Assign: { copied: jsonata("[$states.result]") },
    Output: {},
    Catch: notAllCopied,
    Next: "CopyLargeFiles",
  },
  CopyLargeFiles: {
    Type: "Map",
    Items: jsonata(`[$manifest.files[size > ${copyLimits.wholeBytes}]]`),
    MaxConcurrency: 5,
    ItemProcessor: copyingLarge,
    Assign: { copied: jsonata("[$append($copied, [$states.result])]") },
    Output: {},
    Catch: notAllCopied,
    Next: "ListCopies",
  },
  ListCopies: {
    // At most 500 shards and the manifest, so one page.
    ...onlyWith(
      vaultPart,
      listObjects({ Bucket: landingBucket, Prefix: jsonata("$folder"), MaxKeys: 501 }, landingArn),
    ),
    Assign: { sizes: jsonata("[$states.result.Contents.{'key': Key, 'size': Size}]") },
    Output: {},
    Catch: failed,
    Next: "CompareCopies",
  },
  CompareCopies: { Type: "Pass", Assign: { differences: jsonata(differences) }, Next: "AreCopiesEqual" },
  AreCopiesEqual: {
    Type: "Choice",
    Choices: [{ Condition: jsonata("$count($differences) > 0"), Next: "CopiesDiffer" }],
    Default: "StartRestore",
  },
  CopiesDiffer: failWith(jsonata("$differences[0]")),
});

/** States that delete the copies after the test, whatever happened, and then go on to its end. */
export const deletingCopies = fragment<"HasTestSucceeded">()({
  ListCopiedVersions: {
    ...onlyWith(
      vaultPart,
      listObjectVersions({ Bucket: landingBucket, Prefix: jsonata("$folder"), MaxKeys: 300 }, landingArn),
    ),
    Assign: { leftover: jsonata("[$states.result.Versions.{'Key': Key, 'VersionId': VersionId}]") },
    Output: {},
    Catch: onAnyError("CopiesRemain"),
    Next: "AreCopiesLeft",
  },
  AreCopiesLeft: {
    Type: "Choice",
    Choices: [{ Condition: jsonata("$count($leftover) > 0"), Next: "DeleteCopies" }],
    Default: "CopiesDeleted",
  },
  DeleteCopies: {
    ...onlyWith(
      vaultPart,
      deleteVersions({ Bucket: landingBucket, Delete: { Objects: jsonata("$leftover"), Quiet: true } }, copies),
    ),
    Assign: { notDeleted: jsonata("$count($states.result.Errors)") },
    Output: {},
    Catch: onAnyError("CopiesRemain"),
    Next: "AreCopiesDeleted",
  },
  AreCopiesDeleted: {
    Type: "Choice",
    Choices: [{ Condition: jsonata("$notDeleted > 0"), Next: "CopiesRemain" }],
    Default: "ListCopiedVersions",
  },
  CopiesDeleted: { Type: "Pass", Assign: { copying: false }, Next: "HasTestSucceeded" },
  // The lifecycle of the bucket deletes them within a week, and the output says so: the test itself has ended.
  CopiesRemain: { Type: "Pass", Assign: { copying: false, copiesDeleted: false }, Next: "HasTestSucceeded" },
});

/**
 * JSONata: the arguments of CreateReplicationGroup that say what it starts with.
 *
 * @see https://docs.aws.amazon.com/AmazonElastiCache/latest/APIReference/API_CreateReplicationGroup.html NodeGroupConfiguration
 */
export const startsWith = ({ clusterMode }: Topology): string =>
  `$fromVault ? {
    'SnapshotArns': [$manifest.files.('arn:${expression("local.partition")}:s3:::${landingBucket}/' & $folder & key)]${
      clusterMode === "enabled"
        ? `,\n    'NodeGroupConfiguration': [$manifest.files.{'Slots': slots, 'ReplicaCount': 0}]`
        : ""
    }
  } : {'SnapshotName': $chosen.name}`;
