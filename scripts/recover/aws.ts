import { execFileSync } from "node:child_process";

/** Calls the aws CLI in one Region and answers its JSON. */
export type Aws = (...args: readonly string[]) => unknown;

/** The aws CLI with the credentials of the environment. A call that fails throws with what the CLI said. */
export const awsIn =
  (region: string): Aws =>
  (...args) => {
    const text = execFileSync("aws", [...args, "--region", region, "--output", "json"], {
      encoding: "utf8",
      stdio: ["ignore", "pipe", "pipe"],
    });
    return text.trim() === "" ? {} : (JSON.parse(text) as unknown);
  };
