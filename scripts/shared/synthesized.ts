import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

/** What documents are made of: the parts of a stack's Terraform JSON that they read. */
export interface Stack {
  readonly variable: Readonly<Record<string, { readonly default?: unknown }>>;
  readonly resource: Readonly<Record<string, Readonly<Record<string, Block>>>>;
  readonly data?: Readonly<Record<string, Readonly<Record<string, Block>>>>;
  readonly locals?: Readonly<Record<string, unknown>>;
}

export type Block = Readonly<Record<string, unknown>>;

/** Runs main.ts and reads every stack that it writes, by name, in its order: a new one is in the documents without being told of. */
export function synthesizedStacks(): Readonly<Record<string, Stack>> {
  const folder = mkdtempSync(join(tmpdir(), "synthesized-"));
  try {
    const root = resolve(__dirname, "../..");
    const run = spawnSync("node", ["--import", "tsx", "main.ts"], {
      cwd: root,
      encoding: "utf8",
      env: { ...process.env, CDKTF_OUTDIR: folder },
    });
    if (run.status !== 0) throw new Error(`main.ts failed:\n${run.stdout}${run.stderr}`);
    const read = (file: string): unknown => JSON.parse(readFileSync(join(folder, file), "utf8"));
    const { stacks } = read("manifest.json") as { stacks: Record<string, { synthesizedStackPath: string }> };
    return Object.fromEntries(
      Object.entries(stacks).map(([name, { synthesizedStackPath }]) => [name, read(synthesizedStackPath) as Stack]),
    );
  } finally {
    rmSync(folder, { recursive: true });
  }
}
