import { LocalBackend, S3Backend, type TerraformStack } from "cdktf";

/**
 * Where the state of a stack is kept.
 *
 * With a bucket named, in S3 with a lock file and encryption; the bucket, a prefix of the key and the bucket's Region come from
 * `STATE_BUCKET`, `STATE_KEY_PREFIX` and `STATE_REGION`, or from `stateBucket`, `stateKeyPrefix` and `stateRegion` in the context of cdktf.json.
 * Otherwise in `terraform.<stack>.tfstate` beside cdktf.json: outside of cdktf.out, which may be deleted at any time.
 *
 * @throws if a bucket is named without its Region, or a key prefix or Region without a bucket.
 */
export function addBackend(stack: TerraformStack, stackName: string): void {
  const setting = (variable: string, contextKey: string): string | undefined => {
    const value: unknown = process.env[variable] ?? stack.node.tryGetContext(contextKey);
    return typeof value === "string" && value !== "" ? value : undefined;
  };
  const bucket = setting("STATE_BUCKET", "stateBucket");
  const keyPrefix = setting("STATE_KEY_PREFIX", "stateKeyPrefix");
  const region = setting("STATE_REGION", "stateRegion");

  if (bucket === undefined) {
    if (keyPrefix !== undefined || region !== undefined)
      throw new Error(
        "STATE_KEY_PREFIX or STATE_REGION (stateKeyPrefix, stateRegion in cdktf.json) is set without a bucket. Name the S3 bucket of the state in STATE_BUCKET (stateBucket), or remove them to keep the state in a local file.",
      );
    // The path counts from cdktf.out/stacks/<stack>, where Terraform runs.
    new LocalBackend(stack, { path: `../../../terraform.${stackName}.tfstate` });
    return;
  }
  if (region === undefined)
    throw new Error(
      `The state is to be kept in the S3 bucket ${JSON.stringify(bucket)}, but not in which Region that is. Write it in STATE_REGION (stateRegion in cdktf.json), e.g. STATE_REGION=ap-northeast-1.`,
    );
  const prefix = keyPrefix === undefined ? "" : `${keyPrefix.replace(/\/+$/, "")}/`;
  const backend = new S3Backend(stack, { bucket, key: `${prefix}${stackName}.tfstate`, region, encrypt: true });
  // cdktf 0.21 has no property for it; Terraform 1.10 made the lock file replace the DynamoDB table.
  backend.addOverride("use_lockfile", true);
}
