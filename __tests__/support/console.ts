import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { terraformBinary, withoutVariables } from "./terraform";

/**
 * What Terraform makes of an expression.
 *
 * @param locals what the expression reads
 * @throws Error with Terraform's words if it refuses the expression, or does not know its value.
 */
export function evaluated(locals: Readonly<Record<string, unknown>>, expression: string): unknown {
  const folder = mkdtempSync(join(tmpdir(), "console-"));
  try {
    writeFileSync(join(folder, "main.tf.json"), JSON.stringify({ locals }));
    const { stdout, stderr, status } = spawnSync(terraformBinary, ["console"], {
      cwd: folder,
      encoding: "utf8",
      input: `jsonencode(${expression.replaceAll(/\s*\n\s*/g, " ")})\n`,
      env: withoutVariables(),
    });
    // Of an attribute that nothing has, Terraform warns, and calls the whole result unknown.
    if (status !== 0 || stdout.includes("(known after apply)")) throw new Error(`${stderr}${stdout}`);
    return JSON.parse(JSON.parse(stdout) as string);
  } finally {
    rmSync(folder, { recursive: true });
  }
}
