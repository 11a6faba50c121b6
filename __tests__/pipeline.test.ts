import { readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import packageJson from "../package.json";
import { environments } from "../stacks/environments";

const folder = resolve(__dirname, "../.github");
const files = (readdirSync(folder, { recursive: true }) as string[]).filter((file) => file.endsWith(".yml"));
const texts = new Map(files.map((file) => [file, readFileSync(join(folder, file), "utf8")]));

test.each(files)("%s uses actions of this repository, or pinned to a commit with its version beside it", (file) => {
  const used = [...(texts.get(file) ?? "").matchAll(/\buses: (.*)/g)].map(([, action]) => action);
  expect(used).toEqual(
    used.map(() => expect.stringMatching(/^(\.\/\S+|\S+@[0-9a-f]{40} # v\d+\.\d+\.\d+)$/) as string),
  );
});

test.each(files)("%s runs only scripts that package.json has", (file) => {
  const scripts = [...(texts.get(file) ?? "").matchAll(/npm run (?:--silent )?([\w:]+)/g)].map(([, script]) => script);
  expect(Object.keys(packageJson.scripts)).toEqual(expect.arrayContaining(scripts));
});

test("every environment can be deployed, and the backup policy", () => {
  const options = [...Object.keys(environments), "backup-policy"].join(", ");
  expect(texts.get("workflows/deploy.yml")).toContain(`options: [${options}]`);
});
