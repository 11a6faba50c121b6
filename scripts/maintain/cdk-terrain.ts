import { deepStrictEqual } from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join, relative } from "node:path";
import { isCopied, keptIn } from "./cdk-terrain/copy";
import { runProgram } from "../shared/command";
import { scriptCommand } from "../shared/options";
import { root } from "../shared/synthesize";

/**
 * Verifies that this project can move to CDK Terrain, the successor of cdktf, by moving a copy of it: the packages are swapped, then it is
 * synthesized, compared with what cdktf makes of the original, type-checked and tested, all with a Node.js that CDK Terrain takes.
 *
 * `npm run cdk-terrain -- <folder>` keeps the copy, in a folder that does not exist yet: that is the migrated project.
 */
const versions: Readonly<Record<string, string>> = {
  cdktn: "0.24.0",
  "cdktn-cli": "0.24.0",
  "@cdktn/provider-aws": "25.7.0",
  "@cdktn/provider-random": "15.0.1",
  "@cdktn/hcl-tools": "0.24.0",
  "@cdktn/hcl2json": "0.24.0",
  // Its peers take none from 10.8 on.
  constructs: "10.7.2",
  "@types/node": "22.20.1",
};
/** From npm, whatever this machine has: cdktn-cli needs 22.19. */
const node = "22.23.3";

function move(copy: string): void {
  cpSync(root, copy, {
    recursive: true,
    errorOnExist: true,
    force: false,
    filter: (path) => isCopied(relative(root, path)),
  });
  for (const file of textFiles(copy)) writeFileSync(file, renamed(readFileSync(file, "utf8")));
  swapPackages(copy);
  run(copy, "npm", ["install", "--no-audit", "--no-fund"]);

  run(copy, "cdktn", ["synth"]);
  execFileSync(join(root, "node_modules/.bin/cdktf"), ["synth", "--output", join(copy, "cdktf.before")], { cwd: root });
  const stacks = readdirSync(join(copy, "cdktf.before/stacks"));
  for (const stack of stacks) compare(copy, stack);

  run(copy, "tsc", ["--noEmit"]);
  // Where the copy names the versions of Node.js in words, whoever moves writes the new ones.
  run(copy, "jest", ["--ci", "--testNamePattern", "^(?!the versions of Node.js in package.json)"]);
  console.log(`CDK Terrain makes the same of ${stacks.join(", ")}, but for the versions of the providers.`);
}

/** What a person would search for and replace. */
const renamed = (text: string): string =>
  text
    .replaceAll(/@cdktf\/(provider-|hcl)/g, "@cdktn/$1")
    .replaceAll(/"cdktf([/" ]|-cli")/g, '"cdktn$1')
    .replaceAll(/(npx |\.bin\/)cdktf\b/g, "$1cdktn");

function textFiles(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && (/\.(ts|mjs|md|json|snap)$/.test(entry.name) || entry.name === "run"))
    .map((entry) => join(entry.parentPath, entry.name));
}

interface Package {
  readonly peerDependencies: Readonly<Record<string, string>>;
  readonly devDependencies: Readonly<Record<string, string>>;
  readonly scripts: Readonly<Record<string, string>>;
}

function swapPackages(copy: string): void {
  const file = join(copy, "package.json");
  const manifest = JSON.parse(readFileSync(file, "utf8")) as Package;
  const swapped = (dependencies: Package["peerDependencies"]) =>
    Object.fromEntries(Object.entries(dependencies).map(([name, version]) => [name, versions[name] ?? version]));
  const scripts = Object.fromEntries(Object.entries(manifest.scripts).filter(([name]) => name !== "cdk-terrain"));
  const peerDependencies = swapped(manifest.peerDependencies);
  const devDependencies = { ...swapped(manifest.devDependencies), node };
  writeFileSync(
    file,
    `${JSON.stringify({ ...manifest, engines: { node: ">=22.19" }, scripts, peerDependencies, devDependencies }, null, 2)}\n`,
  );
}

interface Stack {
  readonly terraform: { readonly required_providers: Readonly<Record<string, { source: string; version: string }>> };
}

/** @throws if anything but the versions of the providers differs; gives the snapshots of the copy its versions. */
function compare(copy: string, stack: string): void {
  const read = (output: string): Stack => {
    const text = readFileSync(join(copy, output, "stacks", stack, "cdk.tf.json"), "utf8");
    return JSON.parse(text, (key, value: unknown) => (key === "//" ? undefined : value)) as Stack;
  };
  const [before, after] = [read("cdktf.before"), read("cdktf.out")];
  const { required_providers: old } = before.terraform;
  const { required_providers: current } = after.terraform;
  deepStrictEqual(
    { ...after, terraform: { ...after.terraform, required_providers: sources(current) } },
    {
      ...(JSON.parse(renamed(JSON.stringify(before))) as Stack),
      terraform: { ...before.terraform, required_providers: sources(old) },
    },
    `CDK Terrain makes something else of ${stack}.`,
  );
  for (const file of textFiles(copy).filter((name) => name.endsWith(".snap") && !name.includes("node_modules"))) {
    const text = Object.entries(old).reduce(
      (snapshot, [name, { version, source }]) =>
        snapshot
          .replaceAll(version, current[name]?.version ?? version)
          .replaceAll(`"source": "${source}"`, `"source": "${current[name]?.source ?? source}"`),
      readFileSync(file, "utf8"),
    );
    writeFileSync(file, text);
  }
}

/** cdktf writes "aws", CDK Terrain "hashicorp/aws"; to Terraform they are one. */
const sources = (providers: Stack["terraform"]["required_providers"]) =>
  Object.entries(providers).map(([name, { source }]) => [name, `hashicorp/${basename(source)}`]);

function run(copy: string, program: string, args: readonly string[]): void {
  console.log(`\n+ ${program} ${args.join(" ")}`);
  const path = `${join(copy, "node_modules/.bin")}:${process.env.PATH ?? ""}`;
  execFileSync(program, args, { cwd: copy, stdio: "inherit", env: { ...process.env, PATH: path } });
}

function migrate(named?: string): void {
  const kept = named === undefined ? undefined : keptIn(named, root);
  const copy = kept ?? mkdtempSync(join(tmpdir(), "cdk-terrain-"));
  try {
    move(copy);
  } finally {
    if (kept === undefined) rmSync(copy, { recursive: true, force: true });
  }
}

void runProgram(
  scriptCommand("cdk-terrain", "Moves a copy of this project to CDK Terrain, the successor of cdktf, and tests it")
    .usage("-- [folder]")
    .argument("[folder]", "where to keep the copy, a folder that does not exist; without it, the copy is deleted")
    .action(migrate),
);
