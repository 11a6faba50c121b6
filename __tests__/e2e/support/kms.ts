import { awsByCli } from "./aws";

/** Makes a KMS key; answers its ARN. */
export function createKey(spec = "SYMMETRIC_DEFAULT"): string {
  const { KeyMetadata } = awsByCli("kms", "create-key", "--key-usage", "ENCRYPT_DECRYPT", "--key-spec", spec) as {
    KeyMetadata: { Arn: string };
  };
  return KeyMetadata.Arn;
}

/** A week is the earliest that AWS deletes a key. */
export function deleteKey(arn: string): void {
  awsByCli("kms", "schedule-key-deletion", "--key-id", arn, "--pending-window-in-days", "7");
}
