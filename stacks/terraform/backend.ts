import { LocalBackend, S3Backend, type TerraformBackend, type TerraformStack } from "cdktf";
import { InputError } from "./input-error";

/** The S3 bucket that keeps the state of each stack, encrypted and with a lock file. */
export interface StateBucket {
  /** Name of the bucket. */
  readonly bucket: string;
  /** AWS Region of the bucket. */
  readonly region: string;
  /** What the keys begin with; the key is `<prefix>/<stack>.tfstate`. @default - `<stack>.tfstate` */
  readonly keyPrefix?: string;
}

/** Reads a setting; `undefined` or an empty text where it is not set. */
type Setting = (variable: string, contextKey: string) => unknown;

/**
 * The bucket that the environment variables `STATE_BUCKET`, `STATE_REGION` and `STATE_KEY_PREFIX` name, or `stateBucket`, `stateRegion`
 * and `stateKeyPrefix` in the context of cdktf.json; undefined for a local state.
 *
 * @throws if a bucket is named without its Region, or a key prefix or Region without a bucket.
 */
export function stateBucketFrom(setting: Setting): StateBucket | undefined {
  const text = (variable: string, contextKey: string): string | undefined => {
    const value = setting(variable, contextKey);
    return typeof value === "string" && value !== "" ? value : undefined;
  };
  const bucket = text("STATE_BUCKET", "stateBucket");
  const keyPrefix = text("STATE_KEY_PREFIX", "stateKeyPrefix");
  const region = text("STATE_REGION", "stateRegion");
  if (bucket === undefined) {
    if (keyPrefix !== undefined || region !== undefined)
      throw new InputError(
        "Missing STATE_BUCKET: STATE_KEY_PREFIX or STATE_REGION (stateKeyPrefix, stateRegion in cdktf.json) is set without it. Set STATE_BUCKET (stateBucket) to the S3 bucket of the state, or unset the others to keep the state in a local file.",
      );
    return undefined;
  }
  if (region === undefined)
    throw new InputError(
      `Missing STATE_REGION: the state is kept in the S3 bucket ${JSON.stringify(bucket)}, and Terraform needs its Region. Set STATE_REGION (stateRegion in cdktf.json), e.g. STATE_REGION=ap-northeast-1.`,
    );
  return { bucket, region, keyPrefix };
}

/** Keeps the state of `stack` in S3. */
export function s3Backend(stack: TerraformStack, { bucket, region, keyPrefix }: StateBucket): TerraformBackend {
  const prefix = keyPrefix === undefined ? "" : `${keyPrefix.replace(/\/+$/, "")}/`;
  const backend = new S3Backend(stack, { bucket, key: `${prefix}${stack.node.id}.tfstate`, region, encrypt: true });
  // cdktf 0.21 has no property for it. Since Terraform 1.10 the lock file replaces the DynamoDB table.
  backend.addOverride("use_lockfile", true);
  return backend;
}

/** Keeps the state of `stack` in a file beside cdktf.json: outside of cdktf.out, which may be deleted at any time. */
export const localBackend = (stack: TerraformStack): TerraformBackend =>
  // The path counts from cdktf.out/stacks/<stack>, where Terraform runs.
  new LocalBackend(stack, { path: `../../../terraform.${stack.node.id}.tfstate` });
