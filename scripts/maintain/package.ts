import { execFileSync } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, renameSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { runProgram } from "../shared/command";
import { scriptCommand } from "../shared/options";

/**
 * Packs the package, and uses the tarball as others do: examples/host-app is installed with it, type-checked and synthesized.
 * `npm run test:package -- <folder>` keeps the installed host app there.
 */
const root = resolve(__dirname, "../..");

function run(folder: string, program: string, ...args: readonly string[]): void {
  console.log(`+ ${program} ${args.map((arg) => (arg.includes("\n") ? "…" : arg)).join(" ")}`);
  execFileSync(program, args, { cwd: folder, stdio: "inherit" });
}

function install(host: string): void {
  cpSync(join(root, "examples/host-app"), host, { recursive: true });
  const [packed] = JSON.parse(
    execFileSync("npm", ["pack", "--json", "--pack-destination", host], { cwd: root, encoding: "utf8" }),
  ) as { filename: string }[];
  renameSync(join(host, packed?.filename ?? ""), join(host, "elasticache-redis-backup.tgz"));
  // What `npm ci` has fetched for the project is in npm's cache.
  run(host, "npm", "install", "--prefer-offline", "--no-audit", "--no-fund", "--no-package-lock");
}

function check(host: string): void {
  const resolutions = [
    ["node16", "node16"],
    ["esnext", "bundler"],
  ];
  for (const [module = "", resolution = ""] of resolutions)
    run(host, "npx", "--no-install", "tsc", "--noEmit", "--module", module, "--moduleResolution", resolution);
  run(host, "node", "-e", importsNothingElse);
  run(
    host,
    "node",
    "--input-type=module",
    "-e",
    'import { RedisStack } from "elasticache-redis-backup"; if (typeof RedisStack !== "function") throw new Error("no RedisStack");',
  );
  run(host, "node", "--import", "tsx", "main.ts");
  const { stacks } = JSON.parse(readFileSync(join(host, "cdktf.out/manifest.json"), "utf8")) as { stacks: object };
  console.log(`Synthesized from the tarball: ${Object.keys(stacks).join(", ")}`);
}

/** Importing the package changes neither cdktf, nor the environment variables, nor the globals. */
const importsNothingElse = `
  const { deepStrictEqual } = require("node:assert");
  const traces = require("cdktf/lib/tokens/private/stack-trace");
  const state = () => ({ env: { ...process.env }, globals: Object.getOwnPropertyNames(globalThis), traces: { ...traces } });
  require("@cdktf/provider-aws/lib/provider");
  const before = state();
  require("elasticache-redis-backup");
  deepStrictEqual(state(), before);
`;

void runProgram(
  scriptCommand("test:package", "Packs the package, and synthesizes an app that has installed it")
    .usage("-- [folder] [options]")
    .argument("[folder]", "where the app is kept; default: a temporary folder that is deleted")
    .action((kept?: string) => {
      const host =
        kept === undefined ? mkdtempSync(join(tmpdir(), "package-")) : resolve(process.env.INIT_CWD ?? "", kept);
      try {
        install(host);
        check(host);
      } finally {
        if (kept === undefined) rmSync(host, { recursive: true });
      }
    }),
);
