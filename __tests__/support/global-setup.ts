import { terraformBinary, terraformIsThere } from "../../scripts/shared/terraform-binary";
import { forgetSettings, terraformWasFound } from "./settings";
import { stacks } from "./stacks";

export default function prepare(): void {
  forgetSettings();
  lookForTerraform();
  // Synthesized once, before two workers do it at the same time.
  if (Object.keys(stacks).length === 0) throw new Error("The app has no stacks.");
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
