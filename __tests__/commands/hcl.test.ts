import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { SnsTopic } from "@cdktf/provider-aws/lib/sns-topic";
import { parse } from "@cdktf/hcl2json";
import { App, TerraformStack } from "cdktf";
import { layoutOf } from "../../scripts/commands/hcl/files";
import { hclFiles } from "../../scripts/hcl-writer";
import { environments, type Environment } from "../../stacks/environments";
import { PolicyStack } from "../../stacks/backup-policy-stack";
import { RedisStack } from "../../stacks/redis-stack";
import { VaultStack } from "../../stacks/vault-stack";
import { annotate } from "../../stacks/terraform/annotation";
import { stacks } from "../support/stacks";
import { describeTerraform, terraformBinary } from "../support/terraform";

// WebAssembly is compiled first, which takes long on a busy machine.
jest.setTimeout(60_000);

type Files = Readonly<Record<string, string>>;
const asHcl = (stack: TerraformStack): Promise<Files> => hclFiles(stack, layoutOf(stack.node.id));
const written = new Map<string, Files>();

beforeAll(async () => {
  for (const environment of Object.values<Environment>(environments)) {
    const name = `redis-${environment.name}`;
    written.set(name, await asHcl(new RedisStack(new App(), name, environment)));
  }
  const policy = new PolicyStack(new App(), "redis-backup-policy", { region: "ap-northeast-1" });
  written.set(policy.node.id, await asHcl(policy));
  const vault = new VaultStack(new App(), "redis-vault", { region: "ap-northeast-3" });
  written.set(vault.node.id, await asHcl(vault));
});

const filesOf = (stack: string): Files => written.get(stack) ?? {};

// The other environments differ by what the snapshots of the JSON show. A snapshot shows that a file has changed, and not whether it is
// right: that the HCL says what the JSON says is tested below, and what the JSON has to say in the tests of each part.
test.each(["redis-prod", "redis-backup-policy", "redis-vault"])("%s is written as before", (name) => {
  expect(filesOf(name)).toMatchSnapshot();
});

describe.each(Object.keys(stacks))("%s as HCL", (name) => {
  test("says what the JSON says, and nothing else", async () => {
    const { terraform, ...rest } = merge(
      await Promise.all(Object.entries(filesOf(name)).map(([file, text]) => parse(file, text) as Promise<Value>)),
    ) as Record<string, Value>;
    const { terraform: expected, ...json } = (stacks[name]?.() ?? {}) as unknown as Record<string, Value>;
    expect(loose({ ...rest, locals: merge((rest.locals ?? []) as readonly Value[]) })).toEqual(
      loose(await asParsed(json)),
    );
    expect(loose(merge(terraform as readonly Value[]))).toEqual(loose(inFolderOfHcl(expected as Terraform)));
  });

  test("has nothing of cdktf's own in it", () => {
    expect(Object.values(filesOf(name)).join("\n")).not.toMatch(/"\/\/"|TfToken|TOKEN\[|uniqueId|cdk\.tf/);
  });
});

describeTerraform("every file", () => {
  test("is as terraform fmt would have it", () => {
    const folder = mkdtempSync(join(tmpdir(), "hcl-"));
    try {
      for (const [stack, files] of written)
        for (const [file, text] of Object.entries(files)) writeFileSync(join(folder, `${stack}-${file}`), text);
      const { stdout, stderr, status } = spawnSync(terraformBinary, ["fmt", "-check", "-diff"], {
        cwd: folder,
        encoding: "utf8",
      });
      expect(status === 0 ? "" : stdout + stderr).toBe("");
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

describe("a comment", () => {
  const topic = (argument?: string) => {
    const stack = new TerraformStack(new App(), "redis-test");
    annotate(new SnsTopic(stack, "x", { name: "x", tags: { a: "b" } }), `Why ${"it is so ".repeat(20)}`, argument);
    return asHcl(stack);
  };

  test("stands above what it is about", async () => {
    expect((await topic())["main.tf"]).toMatch(/^# Why .*\n# so it is so .*\nresource "aws_sns_topic" "x" \{/);
    expect((await topic("tags"))["main.tf"]).toMatch(/\n {2}# Why .*\n {2}# .*so .*\n {2}tags = \{/);
  });

  test("for what is not there is refused", async () => {
    await expect(topic("tag")).rejects.toThrow(/has a comment for tag, but no such argument/);
  });
});

test("what no construct added is refused, rather than left out", async () => {
  const stack = new TerraformStack(new App(), "redis-test");
  stack.addOverride("check.x.assert", [{ condition: "${true}", error_message: "no" }]);
  await expect(asHcl(stack)).rejects.toThrow(/check\.x is in the JSON but belongs to no construct/);
});

type Value = string | number | boolean | null | undefined | readonly Value[] | { readonly [key: string]: Value };
interface Terraform {
  readonly [key: string]: Value;
  readonly backend: { readonly local: { readonly path: string } };
}

/** The state's path counts from hcl/<stack> there, one folder less deep. */
const inFolderOfHcl = ({ backend, ...rest }: Terraform): Value => ({
  ...rest,
  backend: { local: { path: backend.local.path.replace("../", "") } },
});

/** The JSON's strings as the parser tells them: an object in an expression is an object, a conditional in a text a directive. */
async function asParsed(value: Value): Promise<Value> {
  if (typeof value === "string" && /[^$]\$\{[^}]*\?/.test(value))
    return ((await parse("text.tf", `text = <<EOT\n${value}\nEOT\n`)) as { text: Value }).text;
  if (typeof value === "string" && value.startsWith("${{"))
    return ((await parse("object.tf", `object = ${value.slice(2, -1)}`)) as { object: Value }).object;
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return Promise.all((value as readonly Value[]).map(asParsed));
  const entries = Object.entries(value).map(async ([key, inner]): Promise<[string, Value]> => [
    key,
    await asParsed(inner),
  ]);
  return Object.fromEntries(await Promise.all(entries));
}

function merge(values: readonly Value[]): Value {
  const merged: Record<string, Value> = {};
  for (const value of values)
    for (const [key, inner] of Object.entries(value as Record<string, Value>)) {
      const known = merged[key];
      if (known === undefined) merged[key] = inner;
      else if (Array.isArray(known)) merged[key] = [...(known as Value[]), ...(inner as Value[])];
      else merged[key] = merge([known, inner]);
    }
  return merged;
}

/**
 * Both forms alike: the parser has a list around every block, `${}` around every reference, and expressions as they are laid out.
 * White space, commas and parentheses are what a layout changes; what a template means is tested in scripts/hcl-writer and by plans.
 */
function loose(value: Value): Value {
  if (typeof value === "string")
    return value
      .replace(/^\$\{([^]*)\}$/, "$1")
      .replace(/^(?:chomp)?\(<<-EOT\n([^]*)EOT\n\s*\)$/, "$1")
      .replace(/^replace\(<<-JSON\n([^]*)JSON\n\s*,[^]*\)$/, "$1")
      .replace(/^aws$/, "hashicorp/aws")
      .replaceAll(/[\s(),]/g, "");
  if (Array.isArray(value)) {
    const items = (value as readonly Value[]).map(loose);
    return items.length === 1 && typeof items[0] === "object" ? items[0] : items;
  }
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value)
    .filter(([, inner]) => inner !== undefined && !(Array.isArray(inner) && inner.length === 0))
    .map(([key, inner]): [string, Value] => [key, loose(inner)]);
  return Object.fromEntries(entries.sort(([one], [other]) => one.localeCompare(other)));
}
