import { accessSync, constants, statSync } from "node:fs";
import { delimiter, resolve } from "node:path";
import { Refusal } from "./aws-sdk";

const { TERRAFORM_BINARY_NAME: chosen = "" } = process.env;

/** The binary that cdktf would run. */
export const terraformBinary = chosen === "" ? "terraform" : chosen;

/** Whether a program would be found, which is known without running it. */
export function isOnPath(program: string): boolean {
  const folders = program.includes("/") ? ["."] : (process.env.PATH ?? "").split(delimiter);
  return folders.some((folder) => {
    const path = resolve(folder, program);
    try {
      accessSync(path, constants.X_OK);
      return statSync(path).isFile();
    } catch {
      return false;
    }
  });
}

export const terraformIsThere = (): boolean => isOnPath(terraformBinary);

/** @throws Refusal unless Terraform is on the PATH. */
export function requireTerraform(): void {
  if (!terraformIsThere())
    throw new Refusal(
      `${terraformBinary} was not found on the PATH. Install Terraform 1.9 or newer, or set TERRAFORM_BINARY_NAME, for example to tofu for OpenTofu.`,
    );
}
