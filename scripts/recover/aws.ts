import { spawnSync } from "node:child_process";

/** Calls the aws CLI in one Region and answers its JSON. */
export type Aws = (...args: readonly string[]) => unknown;

/** The aws CLI with the credentials of the environment. A call that fails throws with what the CLI said. */
export const awsIn =
  (region: string): Aws =>
  (...args) => {
    const { stdout, stderr, status, error } = spawnSync("aws", [...args, "--region", region, "--output", "json"], {
      encoding: "utf8",
      maxBuffer: 64 * 1024 * 1024,
    });
    if (error !== undefined)
      throw new Error(`The aws CLI cannot be run (${error.message}). Install it: https://aws.amazon.com/cli/`);
    if (status !== 0) throw new Error(`aws ${args.join(" ")} failed:\n${stderr.trim()}`);
    return stdout.trim() === "" ? {} : (JSON.parse(stdout) as unknown);
  };
