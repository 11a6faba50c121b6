import childProcess from "node:child_process";
import fs, { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { App, Fn, GcsBackend, Lazy, TerraformLocal, TerraformOutput, TerraformStack } from "cdktf";
import { buildApp } from "../../app";
import { Construct } from "constructs";
import { AwsProvider } from "@cdktf/provider-aws/lib/provider";
import { SnsTopic } from "@cdktf/provider-aws/lib/sns-topic";
import { environments } from "../../stacks/environments";
import { RedisStack } from "../../stacks/redis-stack";
import { Aws } from "../../stacks/terraform/aws-provider";
import { BaseStack } from "../../stacks/terraform/base-stack";
import { TerraformData } from "../../stacks/terraform/elements";
import { expression } from "../../stacks/terraform/expression";
import { Output } from "../../stacks/terraform/output";
import { stateBucketFrom, type StateBucket } from "../../stacks/terraform/backend";
import { withoutCreationStacks } from "../../stacks/terraform/creation-stacks";
import { synthesize as synthesizeApp } from "../../stacks/terraform/synthesize";
import { synthesize } from "../support/synthesize";

class EmptyStack extends BaseStack {}

const withElements = (add: (stack: TerraformStack) => void) => () =>
  synthesize((app: App) => {
    const stack = new EmptyStack(app, "redis-test");
    new AwsProvider(stack, "provider.aws");
    add(stack);
    return stack;
  });

describe("addresses", () => {
  test("are the construct ids, wherever in the tree", () => {
    const stack = withElements((scope) => {
      new SnsTopic(new Construct(scope, "group"), "aws_sns_topic.redis_events", { name: "x" });
    })();
    expect(stack.resource.aws_sns_topic).toHaveProperty("redis_events");
  });

  test("two constructs with one address are refused, since cdktf would merge them into one", () => {
    expect(
      withElements((stack) => {
        new SnsTopic(new Construct(stack, "one"), "aws_sns_topic.same", { name: "x" });
        new SnsTopic(new Construct(stack, "two"), "aws_sns_topic.same", { name: "y" });
      }),
    ).toThrow(/redis-test\/one\/aws_sns_topic\.same and redis-test\/two\/aws_sns_topic\.same/);
  });

  test("a construct within another one with the same address is refused as well", () => {
    expect(
      withElements((stack) => {
        const outer = new SnsTopic(stack, "aws_sns_topic.same", { name: "x" });
        expect(new SnsTopic(outer, "aws_sns_topic.same", { name: "y" }).friendlyUniqueId).toBe("same");
      }),
    ).toThrow(/Two constructs have the Terraform address "aws_sns_topic\.same"/);
  });

  test.each([
    ["without a type", "redis_events", /not a Terraform address.*aws_sns_topic\.redis_events/],
    ["of another type", "aws_sqs_queue.redis_events", /not a Terraform address.*aws_sns_topic\.redis_events/],
    [
      "of a type like its own",
      "aws_sns_topic_policy.redis_events",
      /not a Terraform address.*aws_sns_topic\.redis_events/,
    ],
  ])("an id %s is refused", (_case, id, message) => {
    expect(
      withElements((stack) => {
        new SnsTopic(stack, id, { name: "x" });
      }),
    ).toThrow(message);
  });

  // cdktf has no type for what is no resource, data source or output.
  test.each(["name", ".name"])("an id without a type is refused of a local as well: %s", (id) => {
    expect(
      withElements((stack) => {
        new TerraformLocal(stack, id, "x");
      }),
    ).toThrow(/not a Terraform address.*var\.name/);
  });

  test("an address that is overridden into another's is refused", () => {
    expect(
      withElements((stack) => {
        new SnsTopic(stack, "aws_sns_topic.one", { name: "x" });
        new SnsTopic(stack, "aws_sns_topic.two", { name: "y" }).overrideLogicalId("one");
      }),
    ).toThrow(/overrideLogicalId/);
  });
});

test("a raw expression given to Fn is refused, since cdktf would escape it to a literal", () => {
  expect(
    withElements((stack) => {
      new TerraformOutput(stack, "output.x", { value: Fn.upper(expression("var.environment")) });
    }),
  ).toThrow(/whole expression as one string/);
});

test("a value that cannot be resolved is refused with the path of its construct", () => {
  const stack = new EmptyStack(new App(), "redis-test");
  new TerraformOutput(stack, "output.x", { value: { inner: () => 1 } });
  // Not by the testing module: CDK Terrain's resolves by itself before.
  expect(() => stack.toTerraform() as unknown).toThrow(/^redis-test\/output\.x cannot be written: .*non-data object/);
});

test("an override of the stack itself is refused, since it would have no address", () => {
  expect(
    withElements((stack) => {
      stack.addOverride("terraform.required_version", ">= 1.9.0");
    }),
  ).toThrow(/override of terraform\.required_version\. Add an element/);
});

describe("a synth", () => {
  test("runs no other program, so it needs no Terraform", () => {
    const execSync = jest.spyOn(childProcess, "execSync");
    synthesize((app) => new RedisStack(app, "redis-dev", environments.dev));
    expect(execSync).not.toHaveBeenCalled();
    execSync.mockRestore();
  });

  test("captures no stack traces for tokens where an app asks for that", () => {
    withoutCreationStacks();
    expect(Lazy.anyValue({ produce: () => "x" }).creationStack).toEqual([]);
    // CDK Terrain calls the function otherwise.
    const traces = createRequire(__filename)("cdktf/lib/tokens/private/stack-trace") as Record<string, () => unknown>;
    expect([traces.captureStackTrace?.(), traces.captureCreationStack?.()]).toEqual([[], []]);
  });
});

describe("the lock file of the project's providers", () => {
  const block = `provider "registry.terraform.io/hashicorp/aws" {\n  version = "6.33.0"\n  hashes = ["h1:a=", "zh:b"]\n}`;
  const { existsSync: exists, readFileSync: read } = fs;
  const folder = mkdtempSync(join(tmpdir(), "locks-"));
  afterEach(() => {
    jest.restoreAllMocks();
  });
  afterAll(() => {
    rmSync(folder, { recursive: true });
  });

  /** The lock files of two stacks, one of them within a construct of another kind, when the project has the lock file or not. */
  function locks(isThere: boolean, hclOutput = false): readonly (string | undefined)[] {
    const isLock = (path: unknown): boolean => String(path).endsWith("/providers.lock.hcl");
    jest.spyOn(fs, "existsSync").mockImplementation((path) => (isLock(path) ? isThere : exists(path)));
    jest
      .spyOn(fs, "readFileSync")
      .mockImplementation((path, options) => (isLock(path) ? `# Of Terraform\n\n${block}\n` : read(path, options)));
    const app = new App({ outdir: mkdtempSync(join(folder, "synth-")), hclOutput });
    new Construct(app, "no-stack");
    for (const name of ["one", "two"]) new Aws(new EmptyStack(app, name), "provider.aws", {});
    synthesizeApp(app);
    const files = ["one", "two"].map((name) => join(app.outdir, "stacks", name, ".terraform.lock.hcl"));
    return files.map((file) => (exists(file) ? read(file, "utf8") : undefined));
  }

  test("is copied beside each stack, as far as it needs it", () => {
    const copy = `# From providers.lock.hcl; npm run lock writes it.\n\n${block}\n`;
    expect(locks(true)).toEqual([copy, copy]);
  });

  test("is copied neither when there is none, nor beside HCL, which goes into another repository", () => {
    expect(locks(false)).toEqual([undefined, undefined]);
    expect(locks(true, true)).toEqual([undefined, undefined]);
  });
});

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

test("terraform_data is written after what it has to wait for", () => {
  const { resource } = withElements((stack) => {
    new TerraformData(stack, "terraform_data.x", { input: "1", lifecycle: {}, after: ["aws_sns_topic.y"] });
  })();
  expect(resource.terraform_data?.x?.depends_on).toEqual(["aws_sns_topic.y"]);
});

describe("a stack that reads another one", () => {
  /** Two topics of a base stack, whose ARNs a stock stack reads, which in turn has a VPC for the base stack. */
  function apps() {
    const app = new App();
    const base = new EmptyStack(app, "redis-test");
    const other = new TerraformStack(app, "other");
    new AwsProvider(base, "provider.aws");
    new AwsProvider(other, "aws");
    const topics = ["one", "two"].map((name) => new SnsTopic(base, `aws_sns_topic.${name}`, { name }));
    return { app, base, other, topics };
  }
  const synthesized = ({ app, base, other }: ReturnType<typeof apps>) => {
    for (const stack of [base, other]) stack.prepareStack();
    expect(app.node.children).toContain(base);
    return { base: base.toTerraform(), other: other.toTerraform() as object };
  };

  test("gets each attribute by an output of its own", () => {
    const stacks = apps();
    stacks.topics.forEach(({ arn }, i) => new TerraformOutput(stacks.other, `arn${i}`, { value: arn }));
    const { base, other } = synthesized(stacks);
    expect(base).toHaveProperty("output", {
      cross_stack_aws_sns_topic_one_arn: { value: "${aws_sns_topic.one.arn}", sensitive: true },
      cross_stack_aws_sns_topic_two_arn: { value: "${aws_sns_topic.two.arn}", sensitive: true },
    });
    const read = (name: string) =>
      `\${data.terraform_remote_state.cross-stack-reference-input-redis-test.outputs.cross_stack_aws_sns_topic_${name}_arn}`;
    expect(other).toMatchObject({ output: { arn0: { value: read("one") }, arn1: { value: read("two") } } });
  });

  test("is written with the outputs and dependencies that cdktf's two passes give", () => {
    const write = (synth: (app: App) => void): object => {
      const { app, other, topics } = apps();
      topics.forEach(({ arn }, i) => new TerraformOutput(other, `arn${i}`, { value: arn }));
      synth(app);
      const read = (path: string): unknown => JSON.parse(readFileSync(join(app.outdir, path), "utf8"));
      return [read("manifest.json"), ...["redis-test", "other"].map((name) => read(`stacks/${name}/cdk.tf.json`))];
    };
    const inTwoPasses = write((app) => {
      app.synth();
    });
    expect(write(synthesizeApp)).toEqual(inTwoPasses);
    expect(JSON.stringify(inTwoPasses)).toContain('"dependencies":["redis-test"]');
  });

  test("has each value resolved more than once, and no other stack has: that is a third of a synth", () => {
    const timesResolved = (isRead: boolean): number => {
      const { app, base, other, topics } = apps();
      let times = 0;
      const value = Lazy.anyValue({ produce: () => ++times > 0 });
      new TerraformOutput(base, "output.x", { value });
      if (isRead) new TerraformOutput(other, "arn", { value: topics[0]?.arn });
      synthesizeApp(app);
      return times;
    };
    expect(timesResolved(false)).toBe(1);
    expect(timesResolved(true)).toBeGreaterThan(1);
  });

  // The name of the other stack, redis-test, may begin with that of the reader, or the other way round.
  test.each(["reader", "redis", "redis-test-eu"])(
    "by an output of its own depends on it, so that %s is deployed after it",
    (name) => {
      const { app, base } = apps();
      const reader = new EmptyStack(app, name);
      const { reference } = new Output(base, "output.name", { value: "x" });
      new TerraformOutput(reader, "output.read", { value: reference });
      reader.prepareStack();
      expect(reader.dependsOn(base)).toBe(true);
      expect(reader.toTerraform()).toMatchObject({
        output: { read: { value: "${data.terraform_remote_state.redis-test.outputs.name}" } },
      });
    },
  );

  test.each(["reader", "redis"])("by an attribute gets an output of that stack, also as %s", (name) => {
    const { app, base, topics } = apps();
    const reader = new EmptyStack(app, name);
    new TerraformOutput(reader, "output.read", { value: `${topics[0]?.arn ?? ""}:*` });
    for (const stack of [base, reader]) stack.prepareStack();
    expect(reader.toTerraform()).toHaveProperty(
      "output.read.value",
      expect.stringContaining("data.terraform_remote_state."),
    );
  });

  test("gets one output for an attribute that it reads twice", () => {
    const stacks = apps();
    for (const id of ["x", "y"]) new TerraformOutput(stacks.other, id, { value: stacks.topics[0]?.arn });
    expect(Object.keys((synthesized(stacks).base as { output: object }).output)).toHaveLength(1);
  });

  test("is refused two attributes whose outputs would have one name", () => {
    const stacks = apps();
    const alike = new SnsTopic(stacks.base, "aws_sns_topic.one_display", { name: "x" });
    new TerraformOutput(stacks.other, "x", { value: alike.name });
    new TerraformOutput(stacks.other, "y", { value: stacks.topics[0]?.displayName });
    expect(() => synthesized(stacks)).toThrow(
      'Another stack reads aws_sns_topic.one_display.name and aws_sns_topic.one.display_name of redis-test, and both would be "output.cross_stack_aws_sns_topic_one_display_name".',
    );
  });

  test("of this kind reads a stock stack by its remote state", () => {
    const stacks = apps();
    const topic = new SnsTopic(stacks.other, "topic", { name: "x" });
    new SnsTopic(stacks.base, "aws_sns_topic.copy", { name: topic.name });
    expect(synthesized(stacks).base).toMatchObject({
      data: { terraform_remote_state: { other: { backend: "local" } } },
      resource: {
        aws_sns_topic: {
          copy: { name: expect.stringMatching(/^\$\{data\.terraform_remote_state\.other\.outputs\./) as unknown },
        },
      },
    });
  });
});
