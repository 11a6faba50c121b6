import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { SnsTopic } from "@cdktf/provider-aws/lib/sns-topic";
import { App, TerraformOutput, TerraformStack, TerraformVariable } from "cdktf";
import { Construct } from "constructs";
import type * as files from "../../scripts/commands/hcl/files";
import { layoutOf } from "../../scripts/commands/hcl/files";
import { writeHcl } from "../../scripts/commands/hcl/write";
import * as writer from "../../scripts/hcl-writer";
import { stacks } from "../support/stacks";

let folder: string;

jest.mock("../../scripts/commands/hcl/files", () => ({
  ...jest.requireActual<typeof files>("../../scripts/commands/hcl/files"),
  hclFolder: (name: string) => join(folder, name),
}));

jest.mock("../../scripts/hcl-writer", () => {
  const actual = jest.requireActual<typeof writer>("../../scripts/hcl-writer");
  return { ...actual, hclFiles: jest.fn(actual.hclFiles) };
});

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "hcl-"));
  jest.spyOn(console, "log").mockImplementation(() => undefined);
});

afterEach(() => {
  jest.mocked(console.log).mockRestore();
  rmSync(folder, { recursive: true });
});

test("only the stack that was named is written, and only its .tf files are replaced", async () => {
  const stack = join(folder, "redis-backup-policy");
  mkdirSync(join(stack, ".terraform"), { recursive: true });
  for (const name of ["gone.tf", "main.tf", "own.tfvars"]) writeFileSync(join(stack, name), "older");
  await writeHcl(["redis-backup-policy"]);
  expect(readdirSync(folder)).toEqual(["redis-backup-policy"]);
  expect(existsSync(join(stack, "gone.tf"))).toBe(false);
  expect(existsSync(join(stack, ".terraform"))).toBe(true);
  expect(readFileSync(join(stack, "own.tfvars"), "utf8")).toBe("older");
  expect(readFileSync(join(stack, "versions.tf"), "utf8")).toContain("required_providers");
});

test("without a name all stacks are written", async () => {
  const written = jest.mocked(writer.hclFiles).mockImplementation(() => Promise.resolve({ "main.tf": "" }));
  try {
    await writeHcl([]);
  } finally {
    written.mockImplementation(jest.requireActual<typeof writer>("../../scripts/hcl-writer").hclFiles);
  }
  expect(readdirSync(folder)).toEqual(Object.keys(stacks).sort());
});

test("a construct of the stack has a file of its own, and the rest those that people expect", async () => {
  const stack = new TerraformStack(new App(), "redis-test");
  const alerts = new Construct(stack, "alerts");
  new SnsTopic(stack, "directly", { name: "directly" });
  new SnsTopic(alerts, "within", { name: "within" });
  new SnsTopic(new Construct(alerts, "email"), "deeper", { name: "deeper" });
  new TerraformVariable(alerts, "name", { type: "string" });
  new TerraformOutput(alerts, "topic", { value: "a" });
  const written = await writer.hclFiles(stack, layoutOf("redis-test"));
  const blocks = Object.entries(written).map(([file, text]) => [
    file,
    [...text.matchAll(/^(?:resource "\w+"|variable|output) "(\w+)"/gm)].map(([, name]) => name),
  ]);
  expect(Object.fromEntries(blocks.filter(([, names = []]) => names.length > 0))).toEqual({
    "main.tf": ["directly"],
    "alerts.tf": [expect.stringMatching(/within/), expect.stringMatching(/deeper/)],
    "variables.tf": [expect.stringMatching(/name/)],
    "outputs.tf": [expect.stringMatching(/topic/)],
  });
});

describe("what Terraform itself needs", () => {
  const settings = (given: writer.JsonObject) => layoutOf("redis-test").settings(given);

  test("names each provider by its namespace, and leaves what has one, or no source, as it is", () => {
    const required_providers = {
      aws: { source: "aws", version: "6.0.0" },
      github: { source: "integrations/github" },
      own: { version: "1.0.0" },
      older: "~> 2.0",
    };
    expect(settings({ backend: {}, required_version: ">= 1.9", required_providers })["versions.tf"]).toEqual({
      required_version: ">= 1.9",
      required_providers: { ...required_providers, aws: { source: "hashicorp/aws", version: "6.0.0" } },
    });
  });

  test.each<[string, writer.JsonObject, writer.JsonObject]>([
    [
      "a local state, whose path counts from the folder of the HCL",
      { local: { path: "../../../terraform.redis-test.tfstate", workspace_dir: "w" } },
      { local: { path: "../../terraform.redis-test.tfstate", workspace_dir: "w" } },
    ],
    ["a local state anywhere else", { local: { path: "/states/a" } }, { local: { path: "/states/a" } }],
    ["a local state without a path", { local: {} }, { local: {} }],
    ["a state in S3", { s3: { bucket: "b", key: "k" } }, { s3: { bucket: "b", key: "k" } }],
  ])("has the state where it is: %s", (_what, backend, expected) => {
    expect(settings({ backend })["backend.tf"]).toEqual({ backend: expected });
  });
});
