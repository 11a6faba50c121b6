import fs from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { TerraformStack } from "cdktf";
import { jsonOf, root, writeStack } from "../../scripts/shared/synthesize";
import { synthesize } from "../../stacks/terraform/synthesize";

// What is written for a command, without writing it: other tests and people use the same folder.
jest.mock("../../stacks/terraform/synthesize", () => ({ synthesize: jest.fn() }));

const directory = process.cwd();
const { readFileSync: read } = fs;
/** The text of each file that was written. */
let files: Map<string, string>;

beforeEach(() => {
  files = new Map();
  jest.mocked(synthesize).mockImplementation((app) => {
    for (const stack of app.node.children.filter((child) => TerraformStack.isStack(child)))
      files.set(join(app.outdir, "stacks", stack.node.id, "cdk.tf.json"), JSON.stringify(jsonOf(stack)));
  });
  jest.spyOn(fs, "readFileSync").mockImplementation(((path: fs.PathOrFileDescriptor, ...options: never[]) => {
    if (!String(path).endsWith("/cdk.tf.json")) return read(path, ...options);
    const text = files.get(String(path));
    if (text === undefined) throw new Error(`Nothing has written ${String(path)}.`);
    return text;
  }) as never);
});

afterEach(() => {
  jest.restoreAllMocks();
  process.chdir(directory);
});

const prod = "redis-prod";
const isProtected = (env: NodeJS.ProcessEnv): unknown => {
  const { redis } = writeStack(prod, env).resource.aws_elasticache_replication_group ?? {};
  return (redis as { readonly lifecycle: { readonly prevent_destroy?: boolean } }).lifecycle.prevent_destroy;
};

test("all stacks are written into the project's folder, from wherever a command is run, and the one that was asked for is read", () => {
  const before = writeStack(prod, {});
  process.chdir(tmpdir());
  const elsewhere = writeStack(prod, { CDKTF_OUTDIR: "/elsewhere" });
  const folder = join(root, "cdktf.out/stacks");
  expect(elsewhere).toEqual(before);
  expect([elsewhere.name, elsewhere.folder]).toEqual([prod, join(folder, prod)]);
  expect([...files.keys()].sort()).toContain(join(folder, "redis-dev/cdk.tf.json"));
  expect([...files.keys()].filter((file) => !file.startsWith(`${folder}/`))).toEqual([]);
});

test("settings of the run count, and those of this process where none are given", () => {
  expect(isProtected({})).toBe(true);
  expect(isProtected({ UNPROTECT_STACK: prod })).not.toBe(true);
  const outside = process.env;
  process.env = { ...outside, UNPROTECT_STACK: prod };
  try {
    const { redis } = writeStack(prod).resource.aws_elasticache_replication_group ?? {};
    expect(redis).not.toMatchObject({ lifecycle: { prevent_destroy: true } });
  } finally {
    process.env = outside;
  }
});
