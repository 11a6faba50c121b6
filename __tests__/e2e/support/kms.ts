import { awsByCli } from "./aws";
import { onLab } from "./lab";

/** Makes a KMS key; answers its ARN. */
export function createKey(spec = "SYMMETRIC_DEFAULT"): string {
  const { KeyMetadata } = awsByCli("kms", "create-key", "--key-usage", "ENCRYPT_DECRYPT", "--key-spec", spec) as {
    KeyMetadata: { Arn: string };
  };
  return KeyMetadata.Arn;
}

/** AWS deletes keys after a week at the earliest, and the lab has no deletion of keys. */
export function deleteKey(arn: string): void {
  if (!onLab) awsByCli("kms", "schedule-key-deletion", "--key-id", arn, "--pending-window-in-days", "7");
}
