import { existsSync, readFileSync } from "node:fs";
import { isBuiltin } from "node:module";
import { join, resolve } from "node:path";
import packageJson from "../package.json";

const root = resolve(__dirname, "..");

/** What a file, and every file that it loads, imports of packages. */
function packages(file: string, seen = new Set<string>()): string[] {
  if (seen.has(file)) return [];
  seen.add(file);
  const text = readFileSync(file, "utf8");
  const imported = [...text.matchAll(/^(?:import|export) (?!type )(?:[^;"]* from )?"([^"]+)"|\bimport\("([^"]+)"\)/gm)];
  return imported.flatMap(([, named, late]) => {
    const from = named ?? late ?? "";
    if (from.startsWith(".")) return packages(fileOf(resolve(file, "..", from)), seen);
    return isBuiltin(from) ? [] : [from.split("/", from.startsWith("@") ? 2 : 1).join("/")];
  });
}

const fileOf = (path: string): string =>
  [`${path}.ts`, path.replace(/\.js$/, ".ts"), join(path, "index.ts")].find((file) => existsSync(file)) ?? path;

test.each(["main.ts", "scripts/hcl.ts", "scripts/adopt.ts", "scripts/recover.ts", "scripts/restore.ts"])(
  "%s needs the production dependencies only: npm ci --omit=dev",
  (file) => {
    const needed = packages(join(root, file));
    expect(Object.keys(packageJson.dependencies)).toEqual(expect.arrayContaining(needed));
  },
);

test("what a file imports is found", () => {
  expect(packages(join(root, "scripts/restore.ts"))).toContain("@aws-sdk/client-elasticache");
  expect(packages(join(root, "scripts/hcl.ts"))).toEqual(expect.arrayContaining(["@cdktf/hcl-tools", "constructs"]));
  expect(packages(join(root, "scripts/docs.ts"))).toContain("prettier");
});
