import type { Grant } from "./grant";

/** What stands for the state's bucket in the documents, for people to replace. */
export const bucketPlaceholder = "STATE_BUCKET";

const reason = "Terraform's S3 backend calls it, only where the state is in S3.";
const objects = (suffix: string) => ({ object: [`${bucketPlaceholder}/*${suffix}`] });
const bucket: Grant = { actions: ["s3:ListBucket"], on: { bucket: [bucketPlaceholder] }, reason };
const lock: Grant = {
  actions: ["s3:DeleteObject", "s3:GetObject", "s3:PutObject"],
  on: objects(".tfstate.tflock"),
  reason,
};

/**
 * What a plan needs of the bucket of the state: to read the state, and to lock it.
 *
 * @see https://developer.hashicorp.com/terraform/language/backend/s3#s3-bucket-permissions
 */
export const stateToPlan: readonly Grant[] = [
  bucket,
  { actions: ["s3:GetObject"], on: objects(".tfstate"), reason },
  lock,
];

/** A deployment writes the state as well. */
export const stateToDeploy: readonly Grant[] = [
  bucket,
  { actions: ["s3:GetObject", "s3:PutObject"], on: objects(".tfstate"), reason },
  lock,
];
