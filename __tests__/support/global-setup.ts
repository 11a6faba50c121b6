import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { terraformBinary, terraformIsThere } from "../../scripts/shared/terraform-binary";
import { forgetSettings } from "./settings";
import { synthesizedStacks } from "./stacks-file";
import { synthesizeAll } from "./synthesize";

/** Set for the workers when Terraform is there, so that not each file of tests has to try. */
export const terraformWasFound = "TERRAFORM_WAS_FOUND";

export default function prepare(): void {
  forgetSettings();
  lookForTerraform();
  const file = join(mkdtempSync(join(tmpdir(), "stacks-")), "stacks.json");
  writeFileSync(file, JSON.stringify(synthesizeAll()));
  process.env[synthesizedStacks] = file;
}

function lookForTerraform(): void {
  // Terraform lives for a second here; a quarter of it was collecting garbage.
  process.env.GOGC ??= "off";
  if (terraformIsThere()) {
    process.env[terraformWasFound] = "yes";
    return;
  }
  console.warn(
    `\n*** ${terraformBinary} is not on PATH: the tests that run Terraform are ${process.env.CI === undefined ? "SKIPPED" : "going to FAIL"}. Install Terraform >= 1.9, or name its binary in TERRAFORM_BINARY_NAME. ***\n`,
  );
}
