import { DataAwsVpcs } from "@cdktf/provider-aws/lib/data-aws-vpcs";
import { AwsProvider } from "@cdktf/provider-aws/lib/provider";
import { S3BucketLifecycleConfiguration } from "@cdktf/provider-aws/lib/s3-bucket-lifecycle-configuration";
import { SnsTopic } from "@cdktf/provider-aws/lib/sns-topic";
import { App, TerraformElement, TerraformLocal, TerraformOutput, TerraformStack, TerraformVariable } from "cdktf";
import { hclFiles, type HclOptions, type JsonObject } from "..";

// Which blocks a stack has, in which file and order.
const newStack = (): TerraformStack => new TerraformStack(new App(), "it");

interface Given extends Partial<HclOptions> {
  /** The `terraform` block that the settings were made from. */
  readonly seen?: (terraform: JsonObject) => void;
}

const written = (stack: TerraformStack, { seen = () => undefined, ...more }: Given = {}) =>
  hclFiles(stack, {
    fileOf: (section) => `${section}.tf`,
    commentsOf: () => new Map(),
    settings: (terraform) => {
      seen(terraform);
      return { "terraform.tf": { required_version: "1" } };
    },
    ...more,
  });

/** The first line of each block of a file, in order. */
const headers = (text = ""): string[] => text.split("\n").filter((line) => /^\S.*\{/.test(line));

test("every element is in the file of its section, in the order of the constructs, and in no other", async () => {
  const stack = newStack();
  new AwsProvider(stack, "aws", { region: "eu-west-1" });
  new AwsProvider(stack, "global", { region: "us-east-1", alias: "global" });
  new TerraformVariable(stack, "second", { type: "string" });
  new TerraformVariable(stack, "first", { type: "string" });
  new SnsTopic(stack, "b", { name: "b" });
  new SnsTopic(stack, "a", { name: "a" });
  new DataAwsVpcs(stack, "all", {});
  new TerraformOutput(stack, "one", { value: 1 });
  const files = await written(stack);
  expect(Object.fromEntries(Object.entries(files).map(([file, text]) => [file, headers(text)]))).toEqual({
    "terraform.tf": ["terraform {"],
    "provider.tf": ['provider "aws" {', 'provider "aws" {'],
    "variable.tf": ['variable "second" {', 'variable "first" {'],
    "resource.tf": ['resource "aws_sns_topic" "b" {', 'resource "aws_sns_topic" "a" {'],
    "data.tf": ['data "aws_vpcs" "all" {}'],
    "output.tf": ['output "one" {'],
  });
  expect(files["provider.tf"]?.match(/region += "[\w-]+"/g)).toEqual(['region = "eu-west-1"', 'region = "us-east-1"']);
});

test("the file of a block is asked for with its element, and a file whose name only begins so is another one", async () => {
  const stack = newStack();
  new SnsTopic(stack, "a", { name: "a" });
  new SnsTopic(stack, "b", { name: "b" });
  const files = await written(stack, {
    fileOf: (_section, element) => (element?.node.id === "a" ? "main.tf" : "main.tf2"),
  });
  expect([files["main.tf"], files["main.tf2"]].map(headers)).toEqual([
    ['resource "aws_sns_topic" "a" {'],
    ['resource "aws_sns_topic" "b" {'],
  ]);
});

test("locals of a file share one block, which is its first", async () => {
  const stack = newStack();
  new SnsTopic(stack, "topic", { name: "a" });
  new TerraformLocal(stack, "b", "x");
  new TerraformLocal(stack, "a", { c: 1 });
  const { "main.tf": text } = await written(stack, { fileOf: () => "main.tf" });
  expect(headers(text)).toEqual(["locals {", 'resource "aws_sns_topic" "topic" {']);
  expect(text).toMatch(/^locals \{\n {2}b = "x"\n {2}a = \{\n {4}c = 1\n {2}\}\n\}\n\nresource/);
  expect((await written(stack))["resource.tf"]).not.toContain("locals");
});

test.each([
  ["moved", { from: "aws_sns_topic.a", to: "aws_sns_topic.b" }, ["from = aws_sns_topic.a", "to   = aws_sns_topic.b"]],
  ["import", { to: "aws_sns_topic.a", id: "arn" }, ["to = aws_sns_topic.a", 'id = "arn"']],
  ["removed", { from: "aws_sns_topic.a", lifecycle: [{ destroy: false }] }, ["from = aws_sns_topic.a"]],
])("blocks that belong to no element are in the file of their kind: %s", async (kind, body, lines) => {
  const stack = newStack();
  stack.addOverride(kind, [body, body]);
  const text = (await written(stack))[`${kind}.tf`] ?? "";
  expect(headers(text)).toEqual([`${kind} {`, `${kind} {`]);
  for (const line of lines) expect(text.split(`  ${line}\n`)).toHaveLength(3);
  expect(text.includes("lifecycle {\n    destroy = false\n  }")).toBe(kind === "removed");
});

test("settings are made from what cdktf synthesizes, with the backend of the state, and literally", async () => {
  const stack = newStack();
  let terraform: JsonObject = {};
  const settings = (given: JsonObject) => {
    terraform = given;
    return { "versions.tf": { required_version: "${a}" }, "backend.tf": { backend: { local: { path: "b" } } } };
  };
  const files = await written(stack, { settings });
  expect(Object.keys(terraform)).toContain("backend");
  expect(files).toEqual({
    "versions.tf": 'terraform {\n  required_version = "$${a}"\n}\n',
    "backend.tf": 'terraform {\n  backend "local" {\n    path = "b"\n  }\n}\n',
  });
});

describe("what the class of the provider knows", () => {
  test("makes blocks of its blocks, however deep, and arguments of everything else", async () => {
    const stack = newStack();
    new AwsProvider(stack, "aws", { region: "eu-west-1", defaultTags: [{ tags: { a: "b" } }] });
    new DataAwsVpcs(stack, "vpcs", { filter: [{ name: "n", values: ["v"] }], tags: { a: "b" } });
    const lifecycle = new S3BucketLifecycleConfiguration(stack, "of", {
      bucket: "b",
      rule: [
        {
          id: "r",
          status: "Enabled",
          expiration: [{ days: 1 }],
          filter: [{ and: [{ prefix: "p", tags: { a: "b" } }] }],
        },
      ],
    });
    lifecycle.addOverride("timeouts", { create: "1m" });
    const { "provider.tf": provider, "data.tf": data, "resource.tf": resource } = await written(stack);
    expect(provider).toMatch(/ default_tags \{\n {4}tags = \{/);
    expect(data).toMatch(/ filter \{\n/);
    expect(data).toMatch(/ tags = \{\n/);
    expect(resource).toMatch(/ rule \{\n[^]* expiration \{\n[^]* filter \{\n {6}and \{\n[^]* tags += \{\n/);
    // What was added by an override it does not know.
    expect(resource).toMatch(/ timeouts = \{\n/);
  });

  test("comments and directives of an element are in its block", async () => {
    const stack = newStack();
    const topic = new SnsTopic(stack, "a", { name: "a" });
    new SnsTopic(stack, "b", { name: "b" });
    const { "resource.tf": text } = await written(stack, {
      commentsOf: (element) => new Map(element === topic ? [["name", "Why a"]] : []),
      directivesOf: (element) => (element === topic ? ["skip=1"] : []),
    });
    expect(text).toMatch(
      /^resource "aws_sns_topic" "a" \{\n {2}# skip=1\n {2}# Why a\n {2}name = "a"\n\}\n\nresource[^#]*$/,
    );
  });
});

describe("what no construct added", () => {
  test.each([
    ["check.x.assert", [{ condition: "${true}", error_message: "no" }], "check.x"],
    ["resource.aws_sns_topic.other", { name: "other" }, "resource.aws_sns_topic.other"],
    ["data.aws_vpcs.other", {}, "data.aws_vpcs.other"],
    ["output.other", { value: 1 }, "output.other"],
    ["locals.other", 1, "locals.other"],
  ])("is refused, rather than left out: %s", async (path, value, address) => {
    const stack = newStack();
    new SnsTopic(stack, "a", { name: "a" });
    stack.addOverride(path, value);
    await expect(written(stack)).rejects.toThrow(`${address} is in the JSON but belongs to no construct`);
  });

  test("is nothing that an override changed of what one has added", async () => {
    const stack = newStack();
    new SnsTopic(stack, "a", { name: "a" });
    stack.addOverride("resource.aws_sns_topic.a.name", "b");
    expect((await written(stack))["resource.tf"]).toContain('name = "b"');
  });
});

test("an element that adds two blocks has both, and one that adds none has none", async () => {
  class Two extends TerraformElement {
    public override toTerraform(): object {
      return { check: { a: { assert: [{ condition: "${true}", error_message: "a" }] } }, locals: { b: 1 } };
    }
  }
  class None extends TerraformElement {
    public override toTerraform(): object {
      return {};
    }
  }
  const stack = newStack();
  new Two(stack, "two");
  new None(stack, "none");
  const files = await written(stack);
  expect(files["check.tf"]).toBe(
    'check "a" {\n  assert {\n    condition     = true\n    error_message = "a"\n  }\n}\n',
  );
  expect(files["locals.tf"]).toBe("locals {\n  b = 1\n}\n");
});
