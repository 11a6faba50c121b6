import { execFileSync } from "node:child_process";

const url = process.env.LAB_URL;

/** Tells the lab (a local stand-in for AWS, at LAB_URL) what AWS would do by itself, and answers its answer. */
export function lab(call: string, told: object): unknown {
  const body = JSON.stringify(told);
  return JSON.parse(
    execFileSync("curl", ["-sf", "-X", "POST", "-d", body, `${url ?? ""}/_lab/${call}`], { encoding: "utf8" }),
  ) as unknown;
}

/** `test` for what AWS does not do when asked, such as failing: skipped, and said, where LAB_URL names no lab. */
export const labTest = url === undefined ? test.skip : test;
if (url === undefined) console.warn("\n*** LAB_URL is not set: the tests that make AWS fail are SKIPPED. ***\n");
