import childProcess from "node:child_process";
import fs, { mkdtempSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { App, Fn, Lazy, TerraformLocal, TerraformOutput, TerraformStack } from "cdktf";
import { Construct } from "constructs";
import { AwsProvider } from "@cdktf/provider-aws/lib/provider";
import { SnsTopic } from "@cdktf/provider-aws/lib/sns-topic";
import { environments } from "../../stacks/environments";
import { RedisStack } from "../../stacks/redis-stack";
import { Aws } from "../../stacks/terraform/aws-provider";
import { BaseStack } from "../../stacks/terraform/base-stack";
import { TerraformData } from "../../stacks/terraform/elements";
import { expression } from "../../stacks/terraform/expression";
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
    // In CDK Terrain the function is called captureCreationStack.
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

test("terraform_data is written after what it has to wait for", () => {
  const { resource } = withElements((stack) => {
    new TerraformData(stack, "terraform_data.x", { input: "1", lifecycle: {}, after: ["aws_sns_topic.y"] });
  })();
  expect(resource.terraform_data?.x?.depends_on).toEqual(["aws_sns_topic.y"]);
});
