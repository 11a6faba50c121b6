import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { terraformBinary, terraformIsThere } from "../../scripts/shared/terraform-binary";
import { expectedOf } from "./branches/judge";
import { expectedFile, folderVariable } from "./branches/record";
import { forgetSettings, terraformWasFound } from "./settings";
import { everyStack } from "./stacks";

export default function prepare(): void {
  forgetSettings();
  lookForTerraform();
  // Synthesized once, before two workers do it at the same time.
  if (Object.keys(everyStack).length === 0) throw new Error("The app has no stacks.");
  prepareBranches();
}

/** For branches/reporter.ts, which takes the folder away. */
function prepareBranches(): void {
  const definitions = Object.values(everyStack).flatMap((stack) =>
    Object.entries(stack().resource.aws_sfn_state_machine ?? {}).map(
      ([name, { definition }]) => [name, String(definition)] as const,
    ),
  );
  const folder = mkdtempSync(join(tmpdir(), "reached-transitions-"));
  writeFileSync(join(folder, expectedFile), JSON.stringify(expectedOf(definitions)));
  process.env[folderVariable] = folder;
}

function lookForTerraform(): void {
  // Terraform lives for a second here; a quarter of it was collecting garbage. Without a limit, getting the memory takes longer.
  process.env.GOGC ??= "off";
  process.env.GOMEMLIMIT ??= "512MiB";
  if (terraformIsThere()) {
    process.env[terraformWasFound] = "yes";
    return;
  }
  console.warn(
    `\n*** ${terraformBinary} is not on PATH: the tests that run Terraform are ${process.env.CI === undefined ? "SKIPPED" : "going to FAIL"}. Install Terraform >= 1.9, or name its binary in TERRAFORM_BINARY_NAME. ***\n`,
  );
}
