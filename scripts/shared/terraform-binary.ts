import { spawnSync } from "node:child_process";
import { accessSync, constants } from "node:fs";
import { delimiter, resolve } from "node:path";

/** The binary that cdktf would run. */
export const terraformBinary = process.env.TERRAFORM_BINARY_NAME ?? "terraform";

export const terraformIsThere = (): boolean => spawnSync(terraformBinary, ["version"]).status === 0;

/** Whether a program would be found, which is known without running it. */
export function isOnPath(program: string): boolean {
  const folders = program.includes("/") ? ["."] : (process.env.PATH ?? "").split(delimiter);
  return folders.some((folder) => {
    try {
      accessSync(resolve(folder, program), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}
