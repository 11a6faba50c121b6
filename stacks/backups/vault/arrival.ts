import { jsonata } from "../../workflows/definition";
import { headObject } from "../../workflows/s3-calls";
import { fragment } from "../../workflows/states";
import { noWait, poll } from "../../workflows/waiting";
import { stem } from "../../vault/keys";
import { failed, newName } from "./export";
import { landingArn, landingBucket } from "./landing";

/** JSONata: S3 will not replicate the file any more. Without a status no rule covers it, and none ever will. */
const neverArrives = "$replication in ['FAILED', 'none']";

/**
 * States that wait until each file of `$pending` has arrived in the vault, one after the other: S3 tells in the metadata of the original,
 * so nothing has to be readable in the vault.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/replication-status.html
 */
export const arriving = {
  ...poll(
    { describe: "CheckNextFile", ask: "HasFileArrived", wait: "WaitForReplication" },
    {
      call: headObject({ Bucket: landingBucket, Key: jsonata("$pending[0]") }, landingArn, `${stem}*`),
      assign: {
        replication: jsonata(
          "$type($states.result.ReplicationStatus) = 'string' ? $states.result.ReplicationStatus : 'none'",
        ),
      },
      catch: failed,
      done: { Condition: jsonata("$replication in ['COMPLETED', 'COMPLETE']"), Next: "FileArrived" },
      tooLong: "NotReplicated",
      cases: [
        // An earlier run exported it, and what the replication failed of may have been repaired since.
        { Condition: jsonata(`${neverArrives} and $not($exported)`), Next: "ExportAgain" },
        { Condition: jsonata(neverArrives), Next: "NotReplicated" },
      ],
    },
  ),
  ...fragment<"CheckNextFile" | "DescribeChosen" | "PublishSuccess" | "PublishFailure">()({
    ExportAgain: { Type: "Pass", Assign: { name: jsonata(newName), ...noWait }, Next: "DescribeChosen" },
    FileArrived: {
      Type: "Pass",
      Assign: { pending: jsonata("[$pending[[1..$count($pending)]]]") },
      Next: "HasMoreFiles",
    },
    HasMoreFiles: {
      Type: "Choice",
      Choices: [{ Condition: jsonata("$count($pending) > 0"), Next: "CheckNextFile" }],
      Default: "PublishSuccess",
    },
    NotReplicated: {
      Type: "Pass",
      Assign: {
        failure: jsonata(
          `'The replication of ' & $pending[0] & ' from ${landingBucket} into the vault has the status ' & $replication & ' after ' & $waited & ' seconds, and ' & $count($pending) & ' files have not arrived.'`,
        ),
      },
      Next: "PublishFailure",
    },
  }),
};
