import { spawnSync } from "node:child_process";
import { forgetSettings } from "./settings";

/** Set for the workers when Terraform is there, so that not each file of tests has to try. */
export const terraformIsThere = "TERRAFORM_IS_THERE";

export default function prepare(): void {
  forgetSettings();
  lookForTerraform();
}

function lookForTerraform(): void {
  // Terraform lives for a second here; a quarter of it was collecting garbage.
  process.env.GOGC ??= "off";
  const binary = process.env.TERRAFORM_BINARY_NAME ?? "terraform";
  if (spawnSync(binary, ["version"]).status === 0) {
    process.env[terraformIsThere] = "yes";
    return;
  }
  console.warn(
    `\n*** ${binary} is not on PATH: the tests that run Terraform are ${process.env.CI === undefined ? "SKIPPED" : "going to FAIL"}. Install Terraform >= 1.9, or name its binary in TERRAFORM_BINARY_NAME. ***\n`,
  );
}
