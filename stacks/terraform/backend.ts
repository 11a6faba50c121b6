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
  /**
   * ARN of the KMS key that encrypts the state, in the bucket's Region. Set it where the bucket encrypts with a customer managed key by
   * default: Terraform names an encryption in each request, which overrides that default.
   *
   * @default - the keys of S3 (SSE-S3)
   */
  readonly kmsKeyId?: string;
}

/** Reads a setting; `undefined` or an empty text where it is not set. */
type Setting = (variable: string, contextKey: string) => unknown;

/**
 * The bucket that the environment variables `STATE_BUCKET`, `STATE_REGION`, `STATE_KEY_PREFIX` and `STATE_KMS_KEY_ID` describe, or
 * `stateBucket`, `stateRegion`, `stateKeyPrefix` and `stateKmsKeyId` in the context of cdktf.json; undefined for a local state.
 *
 * @throws InputError if a bucket is named without its Region, anything else without a bucket, or a value cannot be used.
 */
export function stateBucketFrom(setting: Setting): StateBucket | undefined {
  const text = (variable: string, contextKey: string): string | undefined => {
    const value = setting(variable, contextKey);
    return typeof value === "string" && value !== "" ? value : undefined;
  };
  const bucket = text("STATE_BUCKET", "stateBucket");
  const keyPrefix = text("STATE_KEY_PREFIX", "stateKeyPrefix");
  const region = text("STATE_REGION", "stateRegion");
  const kmsKeyId = text("STATE_KMS_KEY_ID", "stateKmsKeyId");
  if (bucket === undefined) {
    if (keyPrefix !== undefined || region !== undefined || kmsKeyId !== undefined)
      throw new InputError(
        "Missing STATE_BUCKET: STATE_KEY_PREFIX, STATE_REGION or STATE_KMS_KEY_ID (stateKeyPrefix, stateRegion, stateKmsKeyId in cdktf.json) is set without it. Set STATE_BUCKET (stateBucket) to the S3 bucket of the state, or unset the others to keep the state in a local file.",
      );
    return undefined;
  }
  if (region === undefined)
    throw new InputError(
      `Missing STATE_REGION: the state is kept in the S3 bucket ${JSON.stringify(bucket)}, and Terraform needs its Region. Set STATE_REGION (stateRegion in cdktf.json), e.g. STATE_REGION=ap-northeast-1.`,
    );
  return checked({ bucket, region, keyPrefix, kmsKeyId });
}

/**
 * Terraform would report these after minutes, or never: a key of another Region fails at the first write of the state, and a bucket that
 * somebody else owns takes the state and with it the AUTH token.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-keys.html
 */
function checked(state: StateBucket): StateBucket {
  const { bucket, region, keyPrefix, kmsKeyId } = state;
  const refuse = (setting: string, value: string, advice: string): never => {
    throw new InputError(`Invalid ${setting} ${JSON.stringify(value.slice(0, 80))}: ${advice}`);
  };
  if (
    !/^(?=.{3,63}$)[a-z0-9]+([.-]+[a-z0-9]+)*$/.test(bucket) ||
    /^\d+(\.\d+){3}$|\.\.|^(xn--|sthree-|amzn-s3-demo-)|(-s3alias|--ol-s3|\.mrap|--x-s3|--table-s3)$/.test(bucket)
  )
    refuse(
      "STATE_BUCKET",
      bucket,
      "this is not the name of an S3 bucket. Set it to the name alone, 3 to 63 lower-case letters, digits, hyphens and dots, e.g. STATE_BUCKET=my-terraform-state.",
    );
  if (!/^[a-z]{2,}(-[a-z]+)+-[0-9]+$/.test(region))
    refuse(
      "STATE_REGION",
      region,
      "this is not an AWS Region. Set it to the Region of the bucket, e.g. ap-northeast-1.",
    );
  if (keyPrefix !== undefined) {
    // Terraform's own rules for a key, and none that a URL or a shell would read otherwise.
    const parts = keyPrefix.replace(/\/+$/, "").split("/");
    if (keyPrefix.length > 512 || !parts.every((part) => /^[A-Za-z0-9!_.*'()-]+$/.test(part) && !/^\.+$/.test(part)))
      refuse(
        "STATE_KEY_PREFIX",
        keyPrefix,
        "it cannot begin a key in S3. Set it to names separated by single slashes, without a slash at the beginning, e.g. STATE_KEY_PREFIX=team/redis.",
      );
  }
  if (kmsKeyId !== undefined) {
    const [, ofKey] =
      /^arn:aws[a-z-]*:kms:([a-z0-9-]+):[0-9]{12}:key\/(?:mrk-[0-9a-f]{32}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/.exec(
        kmsKeyId,
      ) ?? [];
    if (ofKey !== region)
      refuse(
        "STATE_KMS_KEY_ID",
        kmsKeyId,
        `this is not the ARN of a KMS key in ${region}, the Region of the bucket. Set it to the ARN of the key, not of an alias: arn:aws:kms:${region}:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab.`,
      );
  }
  return state;
}

/** Keeps the state of `stack` in S3. */
export function s3Backend(stack: TerraformStack, state: StateBucket): TerraformBackend {
  const { bucket, region, keyPrefix, kmsKeyId } = checked(state);
  const prefix = keyPrefix === undefined ? "" : `${keyPrefix.replace(/\/+$/, "")}/`;
  const key = `${prefix}${stack.node.id}.tfstate`;
  const backend = new S3Backend(stack, { bucket, key, region, encrypt: true, kmsKeyId });
  // cdktf 0.21 has no property for it. Since Terraform 1.10 the lock file replaces the DynamoDB table.
  backend.addOverride("use_lockfile", true);
  return backend;
}

/** Key of the app's context: the path from where Terraform runs to the folder of cdktf.json, when that is not the usual one. */
export const stateFolderKey = "localStateFolder";

/**
 * Keeps the state of `stack` in a file beside cdktf.json: outside of cdktf.out, which may be deleted at any time, and where it is whatever
 * folder is synthesized to (`--output` of cdktf, CDKTF_OUTDIR).
 */
export const localBackend = (stack: TerraformStack): TerraformBackend => {
  const given = stack.node.tryGetContext(stateFolderKey) as unknown;
  // The path counts from cdktf.out/stacks/<stack>, where Terraform runs.
  const folder = typeof given === "string" ? given : "../../..";
  return new LocalBackend(stack, { path: `${folder}/terraform.${stack.node.id}.tfstate` });
};
