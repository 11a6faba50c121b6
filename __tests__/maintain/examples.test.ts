import { parse } from "@cdktf/hcl2json";
import { readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { everyStack } from "../support/stacks";
import { describeTerraform, planVariables } from "../support/terraform";

const folder = resolve(__dirname, "../../examples");
const files = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter(
  (name) => name.endsWith(".tfvars") && !name.includes("node_modules"),
);

const valuesOf = async (file: string): Promise<Readonly<Record<string, unknown>>> =>
  (await parse(file, readFileSync(join(folder, file), "utf8"))) as Record<string, unknown>;

test.each(files)("examples/%s names its environment, variables that exist, and how it is used", async (file) => {
  const values = await valuesOf(file);
  const stack = everyStack[`redis-${String(values.environment)}`]?.();
  expect(Object.keys(stack?.variable ?? {})).toEqual(expect.arrayContaining(Object.keys(values)));
  const required = Object.entries(stack?.variable ?? {}).filter(([, variable]) => !("default" in variable));
  expect(Object.keys(values)).toEqual(expect.arrayContaining(required.map(([name]) => name)));
  expect(readFileSync(join(folder, file), "utf8")).toContain(`--var-file=examples/${file}`);
});

describeTerraform("the values", () => {
  test.each(files)("of examples/%s are accepted", async (file) => {
    const values = await valuesOf(file);
    const stack = everyStack[`redis-${String(values.environment)}`]?.();
    expect(stack && planVariables(stack, values)).toMatchObject({ ok: true });
  });
});
