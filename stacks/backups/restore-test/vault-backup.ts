import type { Topology } from "../../cache/topology";
import { cacheId } from "../../terraform/names";
import { stem, writtenWithin } from "../../vault/keys";
import { onAnyError } from "../../workflows/catching";
import { jsonata } from "../../workflows/definition";
import { copyVersion, getObject, listObjectVersions } from "../../workflows/s3-calls";
import { fragment, onlyWith } from "../../workflows/states";
import { iso, millis, text } from "../../workflows/values";
import { landingArn, landingBucket, testCopies, vaultBucket } from "../vault/landing";
import { manifestEnd, manifestFormat } from "../vault/manifest";
import { failed, failWith } from "./group";
import { copies, notCopied, originals, partsOf, mostParts, source, vaultPart } from "./vault-objects";

/** JSONata: what the keys of this execution's copies begin with, so that another one deletes none of them. */
const folder = `'${testCopies}' & $states.context.Execution.Name & '/'`;

/**
 * JSONata: a version was written at the time in its key. S3 sets the time of a version itself, so nobody can put one into the past. Times
 * to the base 36 sort as texts.
 */
const isTimely = `(
  $stamp := $substring(key, $length('${stem}'), 6);
  $second := $floor(at / 1000);
  $stamp < $formatBase($second + ${writtenWithin.before}, 36) and $stamp > $formatBase($second - ${writtenWithin.after}, 36)
)`;

/**
 * JSONata: the first version of each of the newest manifests on the pages so far, by the rules of `npm run restore`. S3 lists a key's
 * newest version first, so its first version may be on the next page.
 */
const newestManifests = `(
  $listed := [$append($manifests, [
    $states.result.Versions[$contains(Key, /^${stem}[0-9a-z]{6}[.]json$/)].{'key': Key, 'versionId': VersionId, 'at': ${millis("LastModified")}}
  ])];
  $firsts := [$distinct($listed.key).(
    $key := $;
    $versions := [$listed[key = $key]];
    $at := $min($versions.at);
    [$versions[at = $at]][-1]
  )];
  $newest := [$firsts[${isTimely}]^(>key)];
  [$newest[[0..4]]]
)`;

/** JSONata: why the manifest cannot be used; empty when it can be. The rules are those of scripts/commands/restore/vault/manifest.ts. */
const problem = `(
  $name := $substringBefore($original.key, '${manifestEnd}');
  $files := [$manifest.files];
  $missing := ['name', 'account', 'region', 'environment', 'snapshot', 'engine', 'engineVersion', 'nodeType'][$not($type($lookup($manifest, $)) = 'string')];
  $unusable := $files[$not(
    $type(key) = 'string' and $substring(key, 0, $length($name) + 1) = $name & '-' and $contains(key, /[.]rdb$/)
    and $type(size) = 'number' and size > 0
    and $type(versionId) = 'string' and versionId != ''
  )];
  $type($manifest) != 'object' ? 'it is no object'
  : $not($manifest.format = ${manifestFormat}) ? 'its format is not ${manifestFormat}, the one that this release reads'
  : $count($missing) > 0 ? 'it has no ' & $missing[0]
  : $manifest.name != $name ? 'it names the backup ' & $manifest.name
  : $not($type($manifest.snapshotCreatedAt) = 'string' and $contains($manifest.snapshotCreatedAt, ${iso})) ? 'it has no snapshotCreatedAt'
  : $count($files) = 0 or $not($count($files) = $manifest.shards) ? 'it names ' & $string($count($files)) & ' files for ' & $string($manifest.shards) & ' shards'
  : $count($unusable) > 0 ? 'it lacks the key, size or version ID of a file'
  : $count($distinct($files.key)) < $count($files) ? 'it names a file twice'
  : ''
)`;

/** JSONata: the backup as if it were the snapshot that it was exported from. */
const chosen = `{
  'name': $manifest.snapshot,
  'status': 'available',
  'engine': $manifest.engine,
  'version': $manifest.engineVersion,
  'nodeType': $manifest.nodeType,
  'created': $toMillis($manifest.snapshotCreatedAt),
  'whole': true,
  'shards': $manifest.shards,
  'sizes': [],
  'node': '',
  'own': true,
  'clustered': $manifest.clusterMode = true
}`;

/**
 * JSONata: why a backup in the vault cannot be restored though such a snapshot could, as a sentence; empty when it can be.
 *
 * @see https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/backups-seeding-redis.html
 */
const unfit = ({ clusterMode }: Topology): string => `(
  $backup := 'The backup ' & $substringBefore($original.key, '${manifestEnd}') & ' in the vault ';
  $again := ' Copy a backup again: npm run vault-copy';
  $not($chosen.engine = $engine) ? $backup & 'was taken with ' & $chosen.engine & ', and AWS restores files into the same engine only, not into ' & $engine & '.' & $again
  : ${
    clusterMode === "enabled"
      ? "$count([$manifest.files[$not($type(slots) = 'string')]]) > 0 ? $backup & 'has no slots of its shards in its manifest, which an earlier release wrote: ElastiCache needs them beside the files.' & $again :"
      : ""
  }
  $sum([$manifest.files.${partsOf}]) > ${mostParts} ? $backup & 'is too large for a restore test: its files would be copied in more than ${mostParts} parts. Restore it into another environment: npm run restore -- <stack> --from-vault ' & $original.key
  : ''
)`;

/**
 * States that choose the newest backup in the vault.
 *
 * Step Functions calls AWS in its own Region only, and the vault is best in another one. So the versions are listed in the landing bucket,
 * where the newest copy began: a replica keeps the version ID of its source. Each is then read from the vault, by its version ID, with a
 * request to the landing bucket: S3 copies between Regions.
 *
 * @see https://docs.aws.amazon.com/step-functions/latest/dg/concepts-access-cross-acct-resources.html
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/replication-what-is-isnot-replicated.html
 */
export const choosingInVault = (topology: Topology) =>
  fragment<"MayHaveGroup" | "DescribeNode" | "SnapshotUnfit" | "CopyFiles">()({
    IsVaultSet: {
      Type: "Choice",
      Choices: [{ Condition: jsonata(`'${vaultBucket}' != ''`), Next: "ListManifests" }],
      Default: "NoVault",
    },
    NoVault: failWith(`The backups of ${cacheId} are not copied into a vault: vault_bucket_arn is not set.`),
    ListManifests: {
      ...onlyWith(
        vaultPart,
        listObjectVersions(
          jsonata(
            `$merge([
              {'Bucket': '${landingBucket}', 'Prefix': '${stem}', 'MaxKeys': 300},
              $keyMarker = '' ? {} : {'KeyMarker': $keyMarker},
              $versionMarker = '' ? {} : {'VersionIdMarker': $versionMarker}
            ])`,
          ),
          landingArn,
        ),
      ),
      Assign: {
        manifests: jsonata(newestManifests),
        keyMarker: jsonata(text("$states.result.NextKeyMarker")),
        versionMarker: jsonata(text("$states.result.NextVersionIdMarker")),
      },
      Output: {},
      Catch: failed,
      Next: "HasMoreManifests",
    },
    HasMoreManifests: {
      Type: "Choice",
      Choices: [{ Condition: jsonata("$keyMarker != ''"), Next: "ListManifests" }],
      Default: "ChooseManifest",
    },
    ChooseManifest: {
      Type: "Pass",
      Assign: {
        original: jsonata(
          `($timely := [$manifests[${isTimely}]^(>key)]; $count($timely) > 0 ? $timely[0] : {'key': '', 'versionId': '', 'at': 0})`,
        ),
        folder: jsonata(folder),
        // From here on there may be copies, also when the answer to a copy is lost.
        copying: true,
      },
      Next: "IsManifestFound",
    },
    IsManifestFound: {
      Type: "Choice",
      Choices: [{ Condition: jsonata("$original.key = ''"), Next: "NoManifest" }],
      Default: "CopyManifest",
    },
    NoManifest: failWith(
      `The landing bucket ${landingBucket} has no manifest of a copy into the vault, and it keeps them for a week. Run npm run vault-copy first.`,
    ),
    CopyManifest: {
      ...onlyWith(
        vaultPart,
        copyVersion(
          "copyObject",
          {
            Bucket: landingBucket,
            Key: jsonata("$folder & $original.key"),
            CopySource: jsonata(source("$original")),
          },
          { from: originals, to: copies },
        ),
      ),
      Output: {},
      Catch: onAnyError("MayHaveGroup", { failure: jsonata(notCopied("$original")) }),
      Next: "ReadManifest",
    },
    ReadManifest: {
      ...onlyWith(
        vaultPart,
        getObject({ Bucket: landingBucket, Key: jsonata("$folder & $original.key") }, copies.bucketArn, copies.keys),
      ),
      Assign: {
        // A text that Step Functions wrote may be quoted once more.
        manifest: jsonata("($body := $parse($states.result.Body); $type($body) = 'string' ? $parse($body) : $body)"),
      },
      Output: {},
      Catch: failed,
      Next: "CheckManifest",
    },
    CheckManifest: { Type: "Pass", Assign: { problem: jsonata(problem) }, Next: "IsManifestUsable" },
    IsManifestUsable: {
      Type: "Choice",
      Choices: [{ Condition: jsonata("$problem != ''"), Next: "ManifestUnusable" }],
      Default: "ReadBackup",
    },
    ManifestUnusable: failWith(
      jsonata(`'The manifest ' & $original.key & ' in the vault cannot be used: ' & $problem & '.'`),
    ),
    ReadBackup: { Type: "Pass", Assign: { chosen: jsonata(chosen) }, Next: "DescribeNode" },

    CheckVaultBackup: { Type: "Pass", Assign: { unfit: jsonata(unfit(topology)) }, Next: "IsVaultBackupFit" },
    IsVaultBackupFit: {
      Type: "Choice",
      Choices: [{ Condition: jsonata("$unfit != ''"), Next: "SnapshotUnfit" }],
      Default: "CopyFiles",
    },
  });
