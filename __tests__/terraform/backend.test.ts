import { App, GcsBackend, TerraformStack } from "cdktf";
import { buildApp } from "../../app";
import { BaseStack } from "../../stacks/terraform/base-stack";
import { stateBucketFrom, type StateBucket } from "../../stacks/terraform/backend";
import { synthesize } from "../support/synthesize";

class EmptyStack extends BaseStack {}

describe("backend", () => {
  const backend = (state?: StateBucket, add: (stack: TerraformStack) => void = () => undefined) =>
    synthesize((app) => {
      const stack = new EmptyStack(app, "redis-test", { state });
      add(stack);
      return stack;
    }).terraform.backend;

  test("is a local file beside cdktf.json, named after the stack", () => {
    expect(backend()).toEqual({ local: { path: "../../../terraform.redis-test.tfstate" } });
  });

  test("is S3, encrypted and locked, when a bucket is given", () => {
    expect(backend({ bucket: "state", keyPrefix: "cache/", region: "eu-west-1" })).toEqual({
      s3: { bucket: "state", key: "cache/redis-test.tfstate", region: "eu-west-1", encrypt: true, use_lockfile: true },
    });
  });

  test("is encrypted with a customer managed key, when one is given", () => {
    const kmsKeyId = "arn:aws:kms:eu-west-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab";
    expect(backend({ bucket: "state", region: "eu-west-1", kmsKeyId })).toMatchObject({
      s3: { encrypt: true, kms_key_id: kmsKeyId },
    });
  });

  test("is one that is added to the stack, as in any stack of cdktf", () => {
    const gcs = { bucket: "state", prefix: "redis" };
    const added = backend(undefined, (stack) => {
      new GcsBackend(stack, gcs);
    });
    expect(added).toEqual({ gcs });
  });
});

describe("the settings of the state", () => {
  const settings = (set: Readonly<Record<string, string>>) => () => stateBucketFrom((variable) => set[variable]);

  test("are environment variables", () => {
    expect(settings({ STATE_BUCKET: "state", STATE_REGION: "eu-west-1" })()).toEqual({
      bucket: "state",
      region: "eu-west-1",
    });
    expect(settings({ STATE_BUCKET: "" })()).toBeUndefined();
  });

  test("may be in the context of cdktf.json too", () => {
    const app = buildApp({}, { context: { stateBucket: "state", stateRegion: "eu-west-1" } });
    const [stack] = app.node.findAll().filter((construct) => TerraformStack.isStack(construct));
    expect(stack?.toTerraform()).toMatchObject({
      terraform: { backend: { s3: { bucket: "state", key: "redis-dev.tfstate" } } },
    });
  });

  test.each([
    [{ STATE_BUCKET: "state" }, /STATE_REGION=ap-northeast-1/],
    [{ STATE_REGION: "eu-west-1" }, /Set STATE_BUCKET/],
    [{ STATE_KEY_PREFIX: "cache" }, /Set STATE_BUCKET/],
    [{ STATE_KMS_KEY_ID: "1234abcd" }, /Set STATE_BUCKET/],
  ])("are refused half set: %j", (set, message) => {
    expect(settings(set)).toThrow(message);
  });

  const key = "key/1234abcd-12ab-34cd-56ef-1234567890ab";
  const bucket = { STATE_BUCKET: "my-state.1", STATE_REGION: "eu-west-1" };

  test.each<[string, readonly string[]]>([
    ["STATE_BUCKET", ["abc", "a".repeat(63), "team.state-1", "1state"]],
    ["STATE_REGION", ["ap-northeast-1", "us-gov-west-1", "cn-north-1", "eu-isoe-west-1"]],
    ["STATE_KEY_PREFIX", ["team", "team/redis", "team/", "Team_1/a.b", "(x)!'*", "a".repeat(512)]],
    [
      "STATE_KMS_KEY_ID",
      [`arn:aws:kms:eu-west-1:123456789012:${key}`, `arn:aws:kms:eu-west-1:123456789012:key/mrk-${"0".repeat(32)}`],
    ],
  ])("may be, of %s: %j", (name, values) => {
    for (const value of values) expect(settings({ ...bucket, [name]: value })).not.toThrow();
  });

  test.each<[string, readonly string[]]>([
    [
      "STATE_BUCKET",
      ["ab", "a".repeat(64), "My-State", "-state", "state-", "a..b", "s3://state", "arn:aws:s3:::state", "192.168.0.1"],
    ],
    ["STATE_BUCKET", ["state/prefix", "state name", "xn--state", "state-s3alias", "state\n", "../state", "${state}"]],
    ["STATE_REGION", ["Tokyo", "ap-northeast", "ap-northeast-1a", "eu-west-1 ", "EU-WEST-1", "https://example.com"]],
    [
      "STATE_KEY_PREFIX",
      ["/team", "team//redis", "..", "team/../other", "team/.", "a b", "a\nb", "${x}", "a".repeat(513)],
    ],
    [
      "STATE_KMS_KEY_ID",
      [
        "alias/state",
        key,
        `arn:aws:kms:us-east-1:123456789012:${key}`,
        "arn:aws:kms:eu-west-1:123456789012:alias/state",
      ],
    ],
  ])("are refused where %s cannot be used: %j", (name, values) => {
    for (const value of values) {
      expect(settings({ ...bucket, [name]: value })).toThrow(new RegExp(`^Invalid ${name} ".*Set it to`, "s"));
      expect(settings({ ...bucket, [name]: value })).toThrow(/^.{0,420}$/s);
    }
  });

  test("are checked as well where an app gives them", () => {
    expect(() => new EmptyStack(new App(), "redis-test", { state: { bucket: "Bucket", region: "eu-west-1" } })).toThrow(
      /^Invalid STATE_BUCKET/,
    );
  });
});
