import { spawnSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { TerraformStack } from "cdktf";
import { Refusal } from "../../shared/aws-sdk";
import { jsonOf, root } from "../../shared/synthesize";
import { layoutOf } from "../../commands/hcl/files";
import { hclFiles, type JsonObject } from "../../hcl-writer";
import { jsonConfig, scannable } from "./scannable";

/** The form of the Terraform that is scanned. */
export type Form = "hcl" | "json";

/** What checkov reports for one form, as far as it is read here. */
export interface Report {
  readonly parsingErrors: readonly string[];
  readonly passed: number;
  readonly skipped: number;
  /** A line for each finding without a reason, and for each check that did not run. */
  readonly unexplained: readonly string[];
}

interface Finding {
  readonly check_id: string;
  readonly check_name: string;
  readonly resource: string;
  readonly file_path: string;
}

interface Answer {
  readonly results?: {
    readonly passed_checks: readonly Finding[];
    readonly failed_checks: readonly Finding[];
    readonly skipped_checks: readonly Finding[];
    readonly parsing_errors: readonly string[];
  };
}

/** The executable of checkov: `CHECKOV`, or the one on the PATH; undefined without either. */
export function checkovBinary(env = process.env): string | undefined {
  const binary = env.CHECKOV ?? "checkov";
  return spawnSync(binary, ["--version"], { env, encoding: "utf8" }).status === 0 ? binary : undefined;
}

/** Writes the stacks in a form that checkov reads, one folder each. */
export async function writeForm(folder: string, form: Form, stacks: readonly TerraformStack[]): Promise<void> {
  for (const stack of stacks) {
    const name = stack.node.id;
    const files =
      form === "hcl"
        ? await hclFiles(stack, layoutOf(name))
        : { "cdk.tf.json": JSON.stringify(scannable(jsonOf(stack) as unknown as JsonObject), null, 2) };
    mkdirSync(join(folder, name), { recursive: true });
    for (const [file, text] of Object.entries(files)) writeFileSync(join(folder, name, file), text);
  }
}

/**
 * Runs checkov on a folder of stacks, with its default checks.
 *
 * @throws Refusal with what it printed, if that is no report
 */
export function scan(binary: string, folder: string, form: Form): Report {
  const options =
    form === "hcl" ? ["--framework", "terraform", "--skip-download"] : ["--config-file", join(root, jsonConfig)];
  const { stdout, stderr } = spawnSync(binary, ["--directory", folder, "--output", "json", "--soft-fail", ...options], {
    cwd: folder,
    encoding: "utf8",
    maxBuffer: 512 * 1024 * 1024,
    env: { ...process.env, LOG_LEVEL: "ERROR" },
  });
  let answer: Answer | readonly Answer[];
  try {
    answer = JSON.parse(stdout) as Answer | readonly Answer[];
  } catch {
    throw new Refusal(`checkov printed no report:\n\n${stderr}${stdout}`);
  }
  // Without a file that it can read, it answers with a summary of zeros.
  const all = [answer].flat().flatMap(({ results }) => (results === undefined ? [] : [results]));
  return {
    parsingErrors: all.flatMap((results) => results.parsing_errors),
    passed: all.flatMap((results) => results.passed_checks).length,
    skipped: all.flatMap((results) => results.skipped_checks).length,
    unexplained: [
      ...all
        .flatMap((results) => results.failed_checks)
        .map(({ check_id: id, check_name: name, file_path: file, resource }) => `${id} ${file} ${resource}: ${name}`),
      ...stderr.split("\n").filter((line) => line.includes("Failed to run check")),
    ],
  };
}
