import { createHash } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join, relative, resolve } from "node:path";
import type { Synthesized } from "./stacks";

type Stacks = Readonly<Record<string, Synthesized>>;

const root = resolve(__dirname, "../..");
const folder = join(root, "node_modules/.cache/synthesized-stacks");

/**
 * The stacks as they were synthesized from the same files, or else synthesized now. Every file of tests runs on its own, and loading
 * cdktf takes each of them longer than most tests do.
 */
export function remembered(synthesize: () => Stacks): Stacks {
  const file = join(folder, `${fingerprint()}.json`);
  try {
    return JSON.parse(readFileSync(file, "utf8")) as Stacks;
  } catch {
    // It is not there yet.
  }
  const stacks = synthesize();
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  // Another worker may read it at any moment.
  const written = `${file}.${process.pid}`;
  writeFileSync(written, JSON.stringify(stacks));
  renameSync(written, file);
  return stacks;
}

/** Changes with everything that stacks are made of: the files of the app, how they are synthesized, the packages, Node.js. */
function fingerprint(): string {
  const hash = createHash("sha256").update(process.version);
  const stacks = readdirSync(join(root, "stacks"), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
  for (const file of [
    ...stacks,
    join(root, "app.ts"),
    join(root, "examples/sharded/environment.ts"),
    join(root, "package-lock.json"),
    join(__dirname, "synthesize.ts"),
  ])
    hash.update(relative(root, file)).update("\0").update(readFileSync(file)).update("\0");
  return hash.digest("hex").slice(0, 32);
}
