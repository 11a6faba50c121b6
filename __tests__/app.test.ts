import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

const root = resolve(__dirname, "..");

/** Runs main.ts as cdktf does. */
function main(env: Readonly<Record<string, string>>): { status: number | null; output: string } {
  const folder = mkdtempSync(join(tmpdir(), "main-"));
  try {
    const { status, stdout, stderr } = spawnSync("node", ["--import", "tsx", "main.ts"], {
      cwd: root,
      encoding: "utf8",
      env: { ...process.env, CDKTF_OUTDIR: folder, ...env },
    });
    return { status, output: stdout + stderr };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

test.each([
  [
    { UPGRADE_STACK: "redis-pord" },
    /^Invalid UPGRADE_STACK "redis-pord": .* redis-dev, redis-staging, redis-prod\.\n$/,
  ],
  [{ STATE_BUCKET: "state" }, /^Missing STATE_REGION: .*\n$/],
])("main.ts refuses %j with a sentence and no stack trace", (env, message) => {
  expect(main(env)).toEqual({ status: 1, output: expect.stringMatching(message) as unknown });
});
