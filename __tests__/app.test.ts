import { spawnSync } from "node:child_process";
import { App, TerraformStack } from "cdktf";
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { buildApp, runbookUrl, type PackageJson } from "../app";
import { synthesize } from "../stacks/terraform/synthesize";

const root = resolve(__dirname, "..");

/** A stack of the app, ready to be synthesized. */
function stackOf(app: App, name: string): TerraformStack {
  const stack = app.node.findChild(name);
  if (!TerraformStack.isStack(stack)) throw new Error(`${name} is not a stack.`);
  stack.prepareStack();
  return stack;
}

/** Runs main.ts as cdktf does. */
function main(env: Readonly<Record<string, string>>): { status: number | null; output: string } {
  const folder = mkdtempSync(join(tmpdir(), "main-"));
  try {
    const { status, stdout, stderr } = spawnSync("node", ["--import", "tsx", "main.ts"], {
      cwd: root,
      encoding: "utf8",
      env: { ...process.env, CDKTF_OUTDIR: folder, ...env },
    });
    return { status, output: stdout + stderr };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

test.each<[PackageJson["repository"], string | undefined]>([
  ["owner/project", "https://github.com/owner/project/blob/HEAD/docs/runbook.md"],
  [
    { url: "git+https://github.com/owner/project.git", directory: "redis" },
    "https://github.com/owner/project/blob/HEAD/redis/docs/runbook.md",
  ],
  [{ url: "git@gitlab.com:owner/project.git" }, "https://gitlab.com/owner/project/tree/HEAD/docs/runbook.md"],
  [{ url: "https://git.example.com/owner/project.git" }, undefined],
  [undefined, undefined],
])("alarms link to the runbook of the repository %j", (repository, url) => {
  expect(runbookUrl({ repository })).toBe(url);
});

test("what cdktf synth --hcl has left is removed by a synth, and the other way round", () => {
  const folder = mkdtempSync(join(tmpdir(), "synth-"));
  const names = (): string[] => readdirSync(join(folder, "stacks/a")).filter((name) => name.startsWith("cdk.tf"));
  const write = (hclOutput: boolean): string[] => {
    const app = new App({ outdir: folder, hclOutput });
    new TerraformStack(app, "a");
    synthesize(app);
    return names();
  };
  try {
    expect([write(true), write(false), write(true)]).toEqual([["cdk.tf"], ["cdk.tf.json"], ["cdk.tf"]]);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test.each([
  [
    { UPGRADE_STACK: "redis-pord" },
    /^Invalid UPGRADE_STACK "redis-pord": .* redis-dev, redis-staging, redis-prod\.\n$/,
  ],
  [{ STATE_BUCKET: "state" }, /^Missing STATE_REGION: .*\n$/],
  [
    { TF_CLI_ARGS_apply: "-state=/tmp/x" },
    /^Invalid TF_CLI_ARGS_apply: "-state=\/tmp\/x" puts the state elsewhere\. .*\n$/,
  ],
  [{ TF_CLI_ARGS_init: "-upgrade -backend-config=path=x" }, /^Invalid TF_CLI_ARGS_init: .*\n$/],
  [{ TF_CLI_ARGS: "-no-color --state-out x" }, /^Invalid TF_CLI_ARGS: .*\n$/],
])("main.ts refuses %j with a sentence and no stack trace", (env, message) => {
  expect(main(env)).toEqual({ status: 1, output: expect.stringMatching(message) as unknown });
});

test("main.ts shows where anything else went wrong", () => {
  const folder = mkdtempSync(join(tmpdir(), "file-"));
  const file = join(folder, "file");
  writeFileSync(file, "");
  try {
    expect(main({ CDKTF_OUTDIR: file })).toEqual({
      status: 1,
      output: expect.stringMatching(/Error: [^]*\n\s+at .*node_modules\/cdktf\//) as unknown,
    });
  } finally {
    rmSync(folder, { recursive: true });
  }
});

describe("a local state is beside cdktf.json, whatever folder is synthesized to:", () => {
  test.each([undefined, "cdktf.out", "elsewhere", "build/terraform", join(tmpdir(), "synthesized")])("%s", (outdir) => {
    const stack = stackOf(buildApp({ CDKTF_OUTDIR: outdir }, { outdir: tmpdir() }), "redis-dev");
    const { terraform } = JSON.parse(JSON.stringify(stack.toTerraform())) as {
      terraform: { backend: { local: { path: string } } };
    };
    expect(resolve(outdir ?? "cdktf.out", "stacks/redis-dev", terraform.backend.local.path)).toBe(
      resolve("terraform.redis-dev.tfstate"),
    );
  });
});

test.each(["redis-dev", "redis-backup-policy"])("%s refuses every workspace but the default one", (name) => {
  const stack = stackOf(buildApp(), name);
  expect(JSON.parse(JSON.stringify(stack.toTerraform()))).toMatchObject({
    data: {
      aws_caller_identity: {
        current: { lifecycle: { precondition: [{ condition: '${terraform.workspace == "default"}' }] } },
      },
    },
  });
});
