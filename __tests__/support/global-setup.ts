import { spawnSync } from "node:child_process";

export default function warnAboutTerraform(): void {
  const binary = process.env.TERRAFORM_BINARY_NAME ?? "terraform";
  if (spawnSync(binary, ["version"]).status === 0) return;
  console.warn(
    `\n*** ${binary} is not on PATH: the tests that run Terraform are ${process.env.CI === undefined ? "SKIPPED" : "going to FAIL"}. Install Terraform >= 1.9, or name its binary in TERRAFORM_BINARY_NAME. ***\n`,
  );
}
