import childProcess from "node:child_process";
import { App, Fn, Lazy, TerraformOutput, type TerraformStack } from "cdktf";
import { Construct } from "constructs";
import { AwsProvider } from "@cdktf/provider-aws/lib/provider";
import { SnsTopic } from "@cdktf/provider-aws/lib/sns-topic";
import { environments } from "../../stacks/environments";
import { RedisStack } from "../../stacks/redis-stack";
import { BaseStack } from "../../stacks/terraform/base-stack";
import { expression } from "../../stacks/terraform/expression";
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

  test.each([
    ["without a type", "redis_events", /not a Terraform address.*aws_sns_topic\.redis_events/],
    ["of another type", "aws_sqs_queue.redis_events", /not a Terraform address.*aws_sns_topic\.redis_events/],
  ])("an id %s is refused", (_case, id, message) => {
    expect(
      withElements((stack) => {
        new SnsTopic(stack, id, { name: "x" });
      }),
    ).toThrow(message);
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
  ).toThrow(/override of terraform\.required_version\. Write an element/);
});

describe("a synth", () => {
  test("runs no other program, so it needs no Terraform", () => {
    const execSync = jest.spyOn(childProcess, "execSync");
    synthesize((app) => new RedisStack(app, "redis-dev", environments.dev));
    expect(execSync).not.toHaveBeenCalled();
    execSync.mockRestore();
  });

  test("captures no stack traces for tokens", () => {
    expect(Lazy.anyValue({ produce: () => "x" }).creationStack).toEqual([]);
  });
});

describe("backend", () => {
  const settings = ["STATE_BUCKET", "STATE_KEY_PREFIX", "STATE_REGION"] as const;
  const before = settings.map((name) => process.env[name]);
  const clear = () => {
    for (const name of settings) Reflect.deleteProperty(process.env, name);
  };

  beforeEach(clear);
  afterAll(() => {
    clear();
    settings.forEach((name, i) => {
      if (before[i] !== undefined) process.env[name] = before[i];
    });
  });

  const backend = () => withElements(() => undefined)().terraform.backend;

  test("is a local file beside cdktf.json, named after the stack", () => {
    expect(backend()).toEqual({ local: { path: "../../../terraform.redis-test.tfstate" } });
  });

  test("is S3, encrypted and locked, when a bucket is named", () => {
    Object.assign(process.env, { STATE_BUCKET: "state", STATE_KEY_PREFIX: "cache/", STATE_REGION: "eu-west-1" });
    expect(backend()).toEqual({
      s3: {
        bucket: "state",
        key: "cache/redis-test.tfstate",
        region: "eu-west-1",
        encrypt: true,
        use_lockfile: true,
      },
    });
  });

  test("takes its settings from the context of cdktf.json too", () => {
    const stack = new EmptyStack(
      new App({ context: { stateBucket: "state", stateRegion: "eu-west-1" } }),
      "redis-test",
    );
    expect(stack.toTerraform()).toMatchObject({
      terraform: { backend: { s3: { bucket: "state", key: "redis-test.tfstate" } } },
    });
  });

  test.each([
    [{ STATE_BUCKET: "state" }, /STATE_REGION=ap-northeast-1/],
    [{ STATE_REGION: "eu-west-1" }, /Name the S3 bucket/],
    [{ STATE_KEY_PREFIX: "cache" }, /Name the S3 bucket/],
  ])("is refused half configured: %j", (environment, message) => {
    Object.assign(process.env, environment);
    expect(backend).toThrow(message);
  });
});
