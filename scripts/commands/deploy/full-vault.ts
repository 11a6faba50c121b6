import { ListObjectVersionsCommand, S3Client } from "@aws-sdk/client-s3";
import { clientIn, Refusal } from "../../shared/aws-sdk";
import { type Plan, vaultsDestroyed } from "./plan";

/**
 * AWS deletes no bucket that has objects, and says so only after Terraform has destroyed the policy of the vault and its block of public
 * access.
 *
 * @throws Refusal if the plan destroys a vault that has a version or a delete marker.
 */
export async function refuseFullVault(
  plan: Plan,
  { stack, region }: { readonly stack: string; readonly region: string },
  client: Pick<S3Client, "send"> = new S3Client(clientIn(region)),
): Promise<void> {
  for (const bucket of vaultsDestroyed(plan)) {
    const { Versions = [], DeleteMarkers = [] } = await client.send(
      new ListObjectVersionsCommand({ Bucket: bucket, MaxKeys: 1 }),
    );
    const [first] = [...Versions, ...DeleteMarkers];
    if (first !== undefined)
      throw new Refusal(
        `${stack} cannot be destroyed: the vault ${bucket} is not empty, its first object is ${String(first.Key)}. Nobody can delete a locked version, and the lifecycle deletes each one after its lock has expired. Remove vault_bucket_arn from every environment, and destroy ${stack} when the vault is empty. Nothing was changed.`,
      );
  }
}
